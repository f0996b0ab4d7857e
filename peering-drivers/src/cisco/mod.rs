//! What IOS and IOS-XR have in common: the forms of answers that both command lines print alike.

pub(crate) mod parse;
