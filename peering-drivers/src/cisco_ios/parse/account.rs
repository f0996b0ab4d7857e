//! Users.

use peering_core::state::User;
use peering_core::{ParseError, Secret};

/// The words of a `username` line before its password or secret that take one more.
const WITH_VALUE: [&str; 6] =
    ["privilege", "view", "access-class", "algorithm-type", "autocommand", "user-maxlinks"];

/// Reads `show run | section username`: the users, and the hashes of their SSH keys, which is what IOS keeps of them.
///
/// # Errors
/// When a user has no name, or a level that is no number.
pub fn users(text: &str) -> Result<Vec<User>, ParseError> {
    let mut found: Vec<User> = Vec::new();
    // whose keys the next lines are
    let mut holder: Option<&str> = None;
    for (number, line) in (1..).zip(text.lines()) {
        let words: Vec<&str> = line.split_whitespace().collect();
        // a password stands in these lines: an error repeats the first words only
        let wrong = || {
            let beginning = words.iter().take(2).copied().collect::<Vec<_>>().join(" ");
            ParseError::new("username NAME [privilege N] [secret N HASH]", &beginning).at_line(number)
        };
        match words.as_slice() {
            // below `ip ssh pubkey-chain`
            ["username", name] if line.starts_with(' ') => holder = Some(name),
            ["username", name, rest @ ..] => {
                holder = None;
                let (level, password) = account(rest).ok_or_else(wrong)?;
                found.retain(|user| user.name != *name);
                found.push(User { name: (*name).to_owned(), level, password, ssh_keys: Vec::new() });
            }
            ["username"] => return Err(wrong()),
            ["key-hash", rest @ ..] => {
                let user = found.iter_mut().find(|user| Some(user.name.as_str()) == holder);
                if let Some(user) = user {
                    user.ssh_keys.push(rest.join(" "));
                }
            }
            _ => {}
        }
    }
    Ok(found)
}

/// The level and the password behind a name; IOS leaves away level 1.
fn account(words: &[&str]) -> Option<(u8, Option<Secret>)> {
    let (mut level, mut words) = (1, words.iter());
    while let Some(word) = words.next() {
        match *word {
            "privilege" => level = words.next()?.parse().ok()?,
            "password" | "secret" => {
                let rest: Vec<&str> = words.copied().collect();
                // the kind of hash is left away where the router shows none
                let rest = match rest.as_slice() {
                    [kind, key @ ..] if !key.is_empty() && kind.parse::<u8>().is_ok() => key.to_vec(),
                    all => all.to_vec(),
                };
                return Some((level, Some(Secret::new(rest.join(" ")))));
            }
            word if WITH_VALUE.contains(&word) => drop(words.next()),
            _ => {}
        }
    }
    Some((level, None))
}
