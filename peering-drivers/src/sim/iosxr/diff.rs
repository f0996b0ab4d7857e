//! What two configurations differ in, and what comes of the changes of two sessions.

use super::language::Node;
use super::text::print_at;

/// The lines of difference with what is around them; nothing when there is none.
pub(crate) fn diff(old: &Node, new: &Node) -> String {
    let mut out = String::new();
    children(old, new, 0, &mut out);
    out
}

/// The children of one block, those of the old and those of the new in the order of the new.
fn children(old: &Node, new: &Node, depth: usize, out: &mut String) {
    let mut old_left = old.children.iter().peekable();
    for node in &new.children {
        // What is gone stands where it stood.
        while let Some(gone) = old_left.next_if(|one| new.child(&one.key).is_none()) {
            marked('-', gone, depth, out);
        }
        match old.child(&node.key) {
            None => marked('+', node, depth, out),
            Some(before) => {
                old_left.next_if(|one| one.key == node.key);
                changed(before, node, depth, out);
            }
        }
    }
    // What came in another order than in the new is shown here, if it is gone.
    old_left.filter(|one| new.child(&one.key).is_none()).for_each(|gone| marked('-', gone, depth, out));
}

fn changed(old: &Node, new: &Node, depth: usize, out: &mut String) {
    if old == new {
        return;
    }
    if old.line != new.line {
        if new.mode.is_none() {
            marked('-', old, depth, out);
            marked('+', new, depth, out);
            return;
        }
        out.push_str(&format!("-  {}{}\n", " ".repeat(depth), old.line));
        out.push_str(&format!("+  {}{}\n", " ".repeat(depth), new.line));
    } else {
        out.push_str(&format!("   {}{}\n", " ".repeat(depth), new.line));
    }
    children(old, new, depth + 1, out);
    out.push_str(&format!("   {}!\n", " ".repeat(depth)));
}

fn marked(mark: char, node: &Node, depth: usize, out: &mut String) {
    let mut text = String::new();
    print_at(node, depth, &mut text);
    text.lines().for_each(|line| out.push_str(&format!("{mark}  {line}\n")));
}

/// The lines that make the new of the old, as `show configuration` shows a target: blocks with what is new in them, `no`
/// before what goes.
pub(crate) fn changes(old: &Node, new: &Node) -> String {
    let mut out = String::new();
    lines(old, new, 0, &mut out);
    out
}

fn lines(old: &Node, new: &Node, depth: usize, out: &mut String) {
    let indent = " ".repeat(depth);
    for gone in old.children.iter().filter(|one| new.child(&one.key).is_none()) {
        let first = gone.line.lines().next().unwrap_or_default();
        out.push_str(&format!("{indent}no {first}\n"));
    }
    for node in &new.children {
        match old.child(&node.key) {
            Some(before) if before == node => {}
            Some(before) if node.mode.is_some() => {
                out.push_str(&format!("{indent}{}\n", node.line));
                lines(before, node, depth + 1, out);
                out.push_str(&format!("{indent}!\n"));
            }
            _ => print_at(node, depth, out),
        }
    }
}

/// What comes of a configuration when what one session has changed, from `base` to `target`, is laid over `running`.
pub(crate) fn merged(base: &Node, target: &Node, running: &Node) -> Node {
    let mut result = running.clone();
    for gone in base.children.iter().filter(|one| target.child(&one.key).is_none()) {
        result.remove(&gone.key);
    }
    for node in &target.children {
        let before = base.child(&node.key);
        if before == Some(node) {
            continue;
        }
        match (before, running.child(&node.key)) {
            (Some(before), Some(now)) if node.mode.is_some() => result.put(merged(before, node, now)),
            _ => result.put(node.clone()),
        }
    }
    if base.line != target.line {
        result.line.clone_from(&target.line);
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::iosxr::text::load;

    fn tree(text: &str) -> Node {
        let mut tree = Node::root();
        assert_eq!(load(&mut tree, text), []);
        tree
    }

    const OLD: &str = "hostname a\ninterface Loopback0\n description x\n!\nrouter bgp 1\n neighbor 192.0.2.5\n  remote-as 5\n !\n!\n";

    #[test]
    fn differences_are_shown_in_their_blocks() {
        let new = "hostname b\ninterface Loopback0\n description x\n!\nrouter bgp 1\n neighbor 192.0.2.5\n  remote-as 6\n !\n \
                   neighbor 192.0.2.7\n  remote-as 7\n !\n!\n";
        let (old, new) = (tree(OLD), tree(new));
        assert_eq!(
            diff(&old, &new),
            "-  hostname a\n+  hostname b\n   router bgp 1\n    neighbor 192.0.2.5\n-    remote-as 5\n+    remote-as 6\n    \
             !\n+   neighbor 192.0.2.7\n+    remote-as 7\n+   !\n   !\n"
        );
        assert_eq!(diff(&new, &new), "");
        let mut replayed = old.clone();
        assert_eq!(load(&mut replayed, &changes(&old, &new)), []);
        assert_eq!(replayed, new);
        let mut back = new.clone();
        assert_eq!(load(&mut back, &changes(&new, &old)), []);
        assert_eq!(back, old);
    }

    #[test]
    fn changes_of_two_sessions_are_laid_over_each_other() {
        let base = tree(OLD);
        let mine = tree(&OLD.replace("hostname a", "hostname mine"));
        let theirs = tree(
            &OLD.replace("remote-as 5", "remote-as 6")
                .replace("interface Loopback0\n description x\n!\n", ""),
        );
        let both = merged(&base, &mine, &theirs);
        assert_eq!(both, merged(&base, &theirs, &mine));
        assert_eq!((both.value("hostname"), both.child("interface Loopback0")), (Some("mine"), None));
    }
}
