//! How EOS prints a configuration.

use super::modes::Mode;
use crate::sim::lines;

/// A line of EOS's configuration with what stands under it.
pub(crate) type Node = lines::Node<Mode>;

impl Node {
    /// The text, as `show running-config` prints it, without its head.
    pub(crate) fn print(&self) -> String {
        let mut out = String::new();
        for (index, child) in self.children.iter().enumerate() {
            child.print_at(0, &mut out);
            let next = self.children.get(index + 1);
            let is_last_of_block = next.is_none_or(|next| {
                next.block() != child.block() || next.mode.is_some() || child.mode.is_some()
            });
            if is_last_of_block {
                out.push_str("!\n");
            }
        }
        out.push_str("end\n");
        out
    }

    /// An address family that somebody entered and left again: it is not shown.
    fn is_idle_family(&self) -> bool {
        self.mode == Some(Mode::BgpFamily) && self.children.is_empty() && self.comments.is_empty()
    }

    fn print_at(&self, depth: usize, out: &mut String) {
        let indent = "   ".repeat(depth);
        out.push_str(&indent);
        out.push_str(&self.line);
        out.push('\n');
        for comment in &self.comments {
            out.push_str(&format!("{indent}   !! {comment}\n"));
        }
        let mut is_first = true;
        for child in self.children.iter().filter(|child| !child.is_idle_family()) {
            if child.mode.is_some() && !is_first {
                out.push_str(&format!("{indent}   !\n"));
            }
            is_first = false;
            child.print_at(depth + 1, out);
        }
    }
}
