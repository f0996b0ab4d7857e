//! Router drivers.
