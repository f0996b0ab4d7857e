//! What is needed of IOS-XR's language to compare two configurations that it has printed itself: what is kept whole.

use std::borrow::Cow;
use std::sync::LazyLock;

use crate::cisco_iosxr::transaction::redact;
use crate::indented::{Config, End, Language, Rules, difference};

/// Lines stand below others by their indentation; nothing else is to be known, for nothing is merged here.
const XR: Language = Language {
    step: 1,
    redact,
    canonical: as_it_stands,
    comparable: as_it_stands,
    kept_whole: &[
        (r"^route-policy \S", End::Line("end-policy")),
        (r"^(?:[a-z0-9-]+-set|ospf-area-set) \S", End::Line("end-set")),
        (r"^(?:class-map|policy-map) ", End::Line("end-class-map")),
    ],
    contexts: &[],
    closings: &[],
    unique: &[],
    single: &[],
    list: &[],
    on_by_default: &[],
    told_both_ways: &[],
    printed_without: &[],
    ordered_contexts: &[],
    ordered_lines: &[],
    sequences: &[],
    whole: &[],
    refused: &[],
    uncompiled: &[],
    untyped: &[],
    first_words: &[],
    wide: &[],
    early: (&[], "^$"),
    settle: |_| {},
};

/// The router spells one thing in one way.
fn as_it_stands(line: &str) -> Cow<'_, str> {
    Cow::Borrowed(line)
}

static RULES: LazyLock<Rules> = LazyLock::new(|| Rules::new(&XR));

/// The lines that differ, with `+` and `-` before them, in their blocks; empty when the two say the same.
pub(super) fn compared(old: &str, new: &str) -> String {
    let parse = |text| Config::parse(text, &RULES);
    difference(&parse(old), &parse(new), &RULES)
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str = "hostname a\nprefix-set P\n  192.0.2.0/24\nend-set\n!\nroute-policy IN\n  if destination in P then\n    \
                       pass\n  endif\nend-policy\n!\nrouter bgp 1\n neighbor 192.0.2.5\n  remote-as 5\n !\n!\nend\n";

    #[test]
    fn differences_stand_in_their_blocks() {
        assert_eq!(compared(OLD, OLD), "");
        let new = OLD.replace("remote-as 5", "remote-as 6").replace("hostname a", "hostname b");
        assert_eq!(
            compared(OLD, &new),
            "-hostname a\n+hostname b\n router bgp 1\n  neighbor 192.0.2.5\n-  remote-as 5\n+  remote-as 6\n"
        );
    }

    #[test]
    fn a_policy_is_one_thing() {
        let new = OLD.replace("    pass\n", "    drop\n");
        let shown = compared(OLD, &new);
        assert!(shown.starts_with("-route-policy IN\n"), "{shown}");
        assert!(shown.contains("\n+    drop\n"), "{shown}");
        assert!(!shown.contains("prefix-set"), "{shown}");
    }
}
