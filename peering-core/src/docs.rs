//! Pages to read, not to call.

#[doc = include_str!("docs/architecture.md")]
pub mod architecture {}

#[doc = include_str!("docs/adding_a_platform.md")]
pub mod adding_a_platform {}
