//! What several systems have alike: names of interfaces, hidden passwords, one BGP process.

use super::{Language, Node, autonomous_system};

/// An interface's full name, by the kinds there are and the shortest form of each, where every form in between is taken.
pub(crate) fn interface(word: &str, kinds: &[(&str, &str)]) -> Option<String> {
    let digits = word.find(|c: char| c.is_ascii_digit())?;
    let (kind, number) = word.split_at(digits);
    let is_number = number.split(['/', '.']).all(|part| part.parse::<u32>().is_ok());
    let kind = kind.to_ascii_lowercase();
    let (full, _) = kinds
        .iter()
        .find(|(full, short)| kind.starts_with(short) && full.to_ascii_lowercase().starts_with(&kind))?;
    is_number.then(|| format!("{full}{number}"))
}

/// Looks like a hashed password of this kind (`6` as in `$6$`) and hides it; it is not what crypt(3) would make of it. The
/// same password of the same account gives the same text, so that loading it again changes nothing.
pub(crate) fn hashed(kind: u8, account: &str, clear: &str) -> String {
    let algorithm = if kind == 6 { &ring::digest::SHA512 } else { &ring::digest::SHA256 };
    let digest = ring::digest::digest(algorithm, format!("{account}:{clear}").as_bytes());
    let hex: String = digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("${kind}$simulated${hex}")
}

/// The AS of the `router bgp` that is there, unless it is this one.
pub(crate) fn other_as<'a, M: Language>(root: &'a Node<M>, asn: &str) -> Option<&'a str> {
    let asn = autonomous_system(asn).map(|asn| asn.to_string()).unwrap_or_default();
    let other = root.children.iter().find_map(|node| node.key.strip_prefix("router bgp "));
    other.filter(|other| *other != asn)
}
