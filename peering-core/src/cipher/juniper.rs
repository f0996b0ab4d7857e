//! Junos `$9$`: each character of the password is a few gaps, and each gap leads from one letter of a fixed alphabet
//! to the next. The first letter is the salt; how many letters of filler follow it depends on its family.

/// The letters by family, most filler first: a salt of the first family is followed by three.
const FAMILIES: [&str; 4] = ["QzF3n6/9CAtpu0O", "B1IREhcSyrleKvMW8LXx", "7N-dVbwsY2g4oaJZGUDj", "iHkq.mPf5T"];

/// The place values of a character's gaps, lowest first, by the character's position modulo their number.
const WEIGHTS: [&[u8]; 7] =
    [&[1, 4, 32], &[1, 16, 32], &[1, 8, 32], &[1, 64], &[1, 32], &[1, 4, 16, 128], &[1, 32, 64]];

const PREFIX: &str = "$9$";

fn alphabet() -> impl Iterator<Item = u8> + Clone {
    FAMILIES.into_iter().flat_map(str::bytes)
}

/// The number of letters: 65.
fn size() -> usize {
    alphabet().count()
}

fn letter(position: usize) -> u8 {
    alphabet().cycle().nth(position % size()).unwrap_or_default()
}

fn position(letter: u8) -> Option<usize> {
    alphabet().position(|other| other == letter)
}

/// How many letters without meaning follow a salt.
fn filler(salt: u8) -> Option<usize> {
    let family = FAMILIES.iter().position(|family| family.bytes().any(|other| other == salt))?;
    (FAMILIES.len() - 1).checked_sub(family)
}

fn weights(character: usize) -> impl DoubleEndedIterator<Item = usize> + ExactSizeIterator {
    let weights = WEIGHTS.get(character % WEIGHTS.len()).copied().unwrap_or_default();
    weights.iter().map(|weight| usize::from(*weight))
}

pub(super) fn encrypt(password: &[u8], key: &str) -> String {
    let mut chance = super::digest(key).into_iter().map(|byte| letter(byte.into()));
    let salt = chance.next().unwrap_or_default();
    let mut letters = vec![salt];
    letters.extend(chance.take(filler(salt).unwrap_or_default()));
    let mut before = position(salt).unwrap_or_default();
    for (at, character) in password.iter().enumerate() {
        let mut rest = usize::from(*character);
        let mut gaps = Vec::with_capacity(4);
        for weight in weights(at).rev() {
            gaps.push(rest / weight);
            rest %= weight;
        }
        for gap in gaps.into_iter().rev() {
            before = (before + gap + 1) % size();
            letters.push(letter(before));
        }
    }
    PREFIX.chars().chain(letters.into_iter().map(char::from)).collect()
}

/// The password's bytes; `None` if the text is not complete.
pub(super) fn decrypt(text: &str) -> Option<Vec<u8>> {
    let letters = text.strip_prefix(PREFIX)?.as_bytes();
    let (salt, rest) = letters.split_first()?;
    let mut rest = rest.get(filler(*salt)?..)?;
    let mut before = position(*salt)?;
    let mut password = Vec::new();
    while !rest.is_empty() {
        let (group, after) = rest.split_at_checked(weights(password.len()).len())?;
        rest = after;
        let mut character = 0;
        for (letter, weight) in group.iter().zip(weights(password.len())) {
            let here = position(*letter)?;
            // From one letter to itself is a whole round.
            let gap = (here + size() - before - 1) % size();
            character += gap * weight;
            before = here;
        }
        password.push(u8::try_from(character).ok()?);
    }
    Some(password)
}
