//! The command line of IOS-XR, as data.

use crate::transport::shell::Dialect;

/// A prompt names the card that one is on: `RP/0/RP0/CPU0:r1(config)#`. Everything is allowed from the login on, as far as the
/// task groups of the account go. A line with the time stands before most answers, a refusal among them.
pub(super) static DIALECT: Dialect = Dialect {
    setup: &["terminal length 0", "terminal width 511"],
    heading: Some(r"[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d(?:\.\d+)? [^\d\s]\S*"),
    errors: r"(?:%\s?\S|Couldn't open file)",
    leave: "abort",
    // a comment may be kept in the target
    configuration_comment: Some("do !"),
    type_ahead: 8,
    ..Dialect::DEFAULT
};
