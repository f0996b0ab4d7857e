//! The command line of NX-OS, as data.

use crate::transport::shell::{Dialect, Elevation};

/// Everything is allowed from the login on, unless the account's role says otherwise; `>` is the prompt of those who have to
/// say `enable`. What is typed ahead waits for its turn.
pub(super) static DIALECT: Dialect = Dialect {
    setup: &["terminal length 0", "terminal width 511"],
    type_ahead: 16,
    elevation: Some(Elevation { command: "enable", question: "[Pp]assword: ?" }),
    errors: r"(?:%\s?\S|ERROR:|Syntax error)",
    ..Dialect::DEFAULT
};
