//! Names of interfaces, as IOS prints them.

/// The kinds, the more usual one first where their beginnings are the same.
const KINDS: &[&str] = &[
    "GigabitEthernet",
    "TenGigabitEthernet",
    "TwentyFiveGigE",
    "TwoGigabitEthernet",
    "FiveGigabitEthernet",
    "FortyGigabitEthernet",
    "HundredGigE",
    "AppGigabitEthernet",
    "FastEthernet",
    "Ethernet",
    "Loopback",
    "Tunnel",
    "Vlan",
    "Port-channel",
    "Serial",
    "Dialer",
    "BDI",
    "Virtual-Template",
    "Cellular",
    "nve",
];

/// The full name of an interface: `gi0/1` is `GigabitEthernet0/1`. A name that is not known stays as it is.
pub(super) fn full_name(name: &str) -> String {
    let end = name.find(|character: char| character.is_ascii_digit()).unwrap_or(name.len());
    let (kind, number) = name.split_at(end);
    let kind = kind.trim();
    let is_kind = |full: &&&str| full.get(..kind.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(kind));
    match KINDS.iter().find(is_kind) {
        Some(full) if !kind.is_empty() && !number.is_empty() => format!("{full}{number}"),
        _ => name.to_owned(),
    }
}
