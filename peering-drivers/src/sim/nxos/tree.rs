//! How NX-OS prints a configuration.

use super::modes::Mode;
use crate::sim::lines;

/// A line of NX-OS's configuration with what stands under it.
pub(crate) type Node = lines::Node<Mode>;

impl Node {
    /// The text, as `show running-config` prints it, without its head.
    pub(crate) fn print(&self) -> String {
        let mut out = String::new();
        for (index, child) in self.children.iter().enumerate() {
            child.print_at(0, &mut out);
            let next = self.children.get(index + 1);
            if next.is_none_or(|next| next.block() != child.block() || next.mode == Some(Mode::Interface)) {
                out.push('\n');
            }
        }
        out
    }

    fn print_at(&self, depth: usize, out: &mut String) {
        out.push_str(&"  ".repeat(depth));
        out.push_str(&self.line);
        out.push('\n');
        self.children.iter().for_each(|child| child.print_at(depth + 1, out));
    }
}
