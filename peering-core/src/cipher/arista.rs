//! Arista type 7: DES-CBC (FIPS 46-3, no initialisation vector) over a mark and the password, in Base64.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cbc::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit};
use des::Des;

use super::TYPE_7;

/// What the key is mixed into.
const SEED: [u8; 8] = [0xd5, 0xa8, 0xc9, 0x1e, 0xf5, 0xd5, 0x8a, 0x23];

/// What stands before the password, with one more byte: the number of zeros after it, times 16, and `TAIL`.
const MARK: [u8; 3] = [0x4c, 0x88, 0xbb];
const TAIL: u8 = 0x0e;

/// Follows the address in the key.
const KEY_ENDING: &str = "_passwd";

const BLOCK: usize = 8;

/// The key's bytes in turns over the seed. The highest bits fall away; the lowest are DES's parity, which it ignores.
fn des_key(key: &str) -> [u8; BLOCK] {
    let mut mixed = SEED;
    for (at, byte) in key.bytes().chain(KEY_ENDING.bytes()).enumerate() {
        if let Some(cell) = mixed.get_mut(at % BLOCK) {
            *cell ^= byte;
        }
    }
    mixed.map(|byte| byte & 0x7f)
}

pub(super) fn encrypt(password: &[u8], key: &str) -> String {
    let used = MARK.len() + 1 + password.len();
    let zeros = used.next_multiple_of(BLOCK) - used;
    let mut plain = MARK.to_vec();
    plain.push(u8::try_from(zeros * 16).unwrap_or_default() | TAIL);
    plain.extend_from_slice(password);
    plain.resize(used + zeros, 0);
    let mut cipher = cbc::Encryptor::<Des>::new(&des_key(key).into(), &[0; BLOCK].into());
    for block in plain.as_chunks_mut::<BLOCK>().0 {
        cipher.encrypt_block(block.into());
    }
    format!("{TYPE_7}{}", STANDARD.encode(plain))
}

/// The blocks of a text, still encrypted; `None` if it is not whole blocks in Base64.
pub(super) fn blocks(text: &str) -> Option<Vec<[u8; BLOCK]>> {
    let bytes = STANDARD.decode(text.strip_prefix(TYPE_7).unwrap_or(text)).ok()?;
    let (blocks, []) = bytes.as_chunks::<BLOCK>() else { return None };
    (!blocks.is_empty()).then(|| blocks.to_vec())
}

/// The password's bytes; `None` if what comes out has no mark, as with another key.
pub(super) fn decrypt(text: &str, key: &str) -> Option<Vec<u8>> {
    let mut blocks = blocks(text)?;
    let mut cipher = cbc::Decryptor::<Des>::new(&des_key(key).into(), &[0; BLOCK].into());
    for block in &mut blocks {
        cipher.decrypt_block(block.into());
    }
    let plain = blocks.concat();
    let (count, password) = plain.strip_prefix(&MARK)?.split_first()?;
    let zeros = usize::from(count.checked_sub(TAIL)? / 16);
    if count % 16 != TAIL || zeros >= BLOCK {
        return None;
    }
    let (password, padding) = password.split_at_checked(password.len().checked_sub(zeros)?)?;
    padding.iter().all(|byte| *byte == 0).then(|| password.to_vec())
}
