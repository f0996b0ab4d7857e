//! The command line of EOS, as data.

use crate::transport::shell::{Dialect, Elevation};

/// EOS echoes what is typed ahead before its turn, and once more when it comes: a mark may be, a command not.
///
/// Behind the host's name may stand the supervisor (`(s1)`) and the VRF of the session (`(vrf:MGMT)`), which are no modes.
const EOS: Dialect = Dialect {
    prompt: r"(?<name>[\w.:/@~-]+)(?:\((?:s\d+|vrf:[^()]*)\))*(?:\((?<mode>config[^()]*)\))?(?:>|(?<privileged>#)) ?",
    setup: &["terminal length 0", "terminal width 32767"],
    type_ahead: 1,
    columns: 32767,
    ..Dialect::DEFAULT
};

/// For sessions that become privileged.
pub(super) static ENABLED: Dialect =
    Dialect { elevation: Some(Elevation { command: "enable", question: "[Pp]assword: ?" }), ..EOS };

/// For those that stay as they are.
pub(super) static AS_IT_IS: Dialect = EOS;
