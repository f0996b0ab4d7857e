//! The difference of two configurations as NX-OS shows it: the lines that make the second of the first.

use super::tree::Node;

/// The lines; empty when there is none.
pub(crate) fn patch(from: &Node, to: &Node) -> String {
    let mut out = String::new();
    for part in children(from, to, 0) {
        out.push_str("!\n");
        out.push_str(&part);
    }
    out
}

/// The parts under two lines that are the same one.
fn children(from: &Node, to: &Node, depth: usize) -> Vec<String> {
    let indent = "  ".repeat(depth);
    let mut parts = Vec::new();
    for old in from.children.iter().filter(|old| to.child(&old.key).is_none()) {
        let line = old.line.strip_prefix("no ").map_or_else(|| format!("no {}", old.line), str::to_owned);
        parts.push(format!("{indent}{line}\n"));
    }
    for new in &to.children {
        match from.child(&new.key) {
            Some(old) if old.line == new.line => {
                let inner = children(old, new, depth + 1).concat();
                if !inner.is_empty() {
                    parts.push(format!("{indent}{}\n{inner}", new.line));
                }
            }
            Some(old) => {
                let inner = children(old, new, depth + 1).concat();
                parts.push(format!("{indent}{}\n{inner}", new.line));
            }
            None => parts.push(format!(
                "{indent}{}\n{}",
                new.line,
                children(&Node::default(), new, depth + 1).concat()
            )),
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::nxos::apply::load;

    #[test]
    fn a_patch_makes_the_second_of_the_first() {
        let tree = |text: &str| {
            let mut tree = Node::root();
            load(&mut tree, text).unwrap();
            tree
        };
        let bgp = "feature bgp\nrouter bgp 1\nneighbor 192.0.2.5\nremote-as 5\n";
        let from = tree(&format!("hostname a\n{bgp}interface loopback0\ndescription x\n"));
        let to = tree(&format!("hostname b\n{bgp}description five\nneighbor 192.0.2.6 remote-as 6\n"));
        let shown = patch(&from, &to);
        assert!(shown.contains("!\nno interface loopback0\n"), "{shown}");
        assert!(
            shown.ends_with(
                "!\nrouter bgp 1\n  neighbor 192.0.2.5\n    description five\n  neighbor 192.0.2.6\n    remote-as 6\n"
            ),
            "{shown}"
        );
        let mut made = from.clone();
        load(&mut made, &shown).unwrap();
        assert_eq!(made.print(), to.print());
        assert_eq!(patch(&to, &to), "");
    }
}
