//! Small helpers of the document's form.

/// Whether a field can be left out of a document.
pub(super) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// The value of a field that was left out.
pub(super) fn default<T: Default>() -> T {
    T::default()
}

/// The time to live of a session with a neighbour on the same link.
pub(super) fn one_hop() -> u8 {
    1
}

pub(super) fn is_one_hop(ttl: &u8) -> bool {
    *ttl == one_hop()
}

/// The value of a switch that is on unless it is switched off.
pub(super) fn yes() -> bool {
    true
}

pub(super) fn is_yes(value: &bool) -> bool {
    *value
}
