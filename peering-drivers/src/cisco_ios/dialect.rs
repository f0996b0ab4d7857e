//! What IOS's command line looks like.

use crate::transport::shell::{Dialect, Elevation};

/// IOS and IOS-XE. What is typed ahead waits until the command before it has answered, and is echoed then.
/// `service exec prompt timestamp` puts lines before every answer.
pub(super) static DIALECT: Dialect = Dialect {
    setup: &["terminal width 511", "terminal length 0"],
    heading: Some("(?:Load for five secs: |Time source is ).*"),
    type_ahead: 8,
    elevation: Some(Elevation { command: "enable", question: "[Pp]assword: ?" }),
    ..Dialect::DEFAULT
};
