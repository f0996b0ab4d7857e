//! Invented names.

use super::random::Random;

/// Parts of invented names.
const FIRST: [&str; 24] = [
    "Alder", "Bramble", "Cinder", "Dapple", "Ember", "Fennel", "Gorse", "Hazel", "Inkwell", "Juniper",
    "Kestrel", "Larkspur", "Marram", "Nettle", "Osier", "Plover", "Quill", "Rowan", "Sorrel", "Thistle",
    "Umber", "Vetch", "Willow", "Yarrow",
];

const SECOND: [&str; 12] = [
    "Networks",
    "Telecom",
    "Hosting",
    "Broadband",
    "Fibre",
    "Cloud",
    "Online",
    "Media",
    "Systems",
    "Wireless",
    "University",
    "Digital",
];

const LEGAL: [&str; 6] = ["Ltd", "GmbH", "B.V.", "Inc.", "AB", "S.A."];

const STREETS: [&str; 5] = ["Lane", "Road", "Street", "Quay", "Square"];

/// Names as strangers write them. Whoever puts them into a configuration must be ready for each.
pub(super) const HOSTILE: [&str; 12] = [
    "Quoted \"Best Effort\" Net",
    "O'Nettle & Sons",
    "Semicolon; no router bgp 64500",
    "Braces {{ 7 * 7 }} {% raw %}",
    "Bang! Communications",
    "Two\nneighbor 192.0.2.1 shutdown",
    "Back\\slash \\\"Net\\\"",
    "Hash # not a comment",
    "Dollar $(reboot) `id`",
    "Zürich Łódź Kråkerøy",
    "東京ネットワーク 😀",
    " Leading and trailing ",
];

/// A network's name; every network has another one.
pub(super) fn network(at: usize) -> String {
    let first = FIRST[at % FIRST.len()];
    let second = SECOND[(at / FIRST.len() + at) % SECOND.len()];
    match at / (FIRST.len() * SECOND.len()) {
        0 => format!("{first} {second}"),
        round => format!("{first} {second} {}", round + 1),
    }
}

/// An organisation's name from a network's.
pub(super) fn organization(network: &str, random: &mut Random) -> String {
    format!("{network} {}", random.pick(&LEGAL))
}

/// A street with a number.
pub(super) fn street(random: &mut Random) -> String {
    format!("{} {} {}", random.below(200) + 1, random.pick(&FIRST), random.pick(&STREETS))
}

/// A few words of notes.
pub(super) fn notes(random: &mut Random) -> String {
    let words: Vec<String> = (0..6 + random.below(20)).map(|_| random.pick(&FIRST).to_lowercase()).collect();
    let mut text = words.join(" ");
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    text.push('.');
    text
}
