//! Our files on the switch: a checkpoint of what was running, and the configuration that is to be. Their name tells whose they
//! are.

use std::ops::Deref;

use crate::own_name;

/// By this line NX-OS knows a checkpoint.
pub(super) const HEAD: &str = "!Command: Checkpoint";

const BASE: &str = ".base";
const TARGET: &str = ".conf";
const PROBE: &str = ".now";

/// The files of one candidate.
#[derive(Debug)]
pub(super) struct Files<N> {
    name: N,
    file_system: String,
}

impl<N: Deref<Target = str>> Files<N> {
    pub(super) fn new(name: N, file_system: &str) -> Files<N> {
        Files { name, file_system: file_system.to_owned() }
    }

    /// The name of the candidate, without an ending.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// What was running.
    pub(super) fn base(&self) -> String {
        self.path(&format!("{}{BASE}", &*self.name))
    }

    /// What is to be.
    pub(super) fn target(&self) -> String {
        self.path(&format!("{}{TARGET}", &*self.name))
    }

    /// What is running when it is looked whether the switch is at work.
    pub(super) fn probe(&self) -> String {
        self.path(&format!("{}{PROBE}", &*self.name))
    }

    /// A file as the switch's commands name it.
    pub(super) fn path(&self, file: &str) -> String {
        format!("{}{file}", self.file_system)
    }

    /// The same, held by nobody.
    pub(super) fn plain(&self) -> Files<String> {
        Files { name: self.name.to_owned(), file_system: self.file_system.clone() }
    }
}

/// The files on the switch that this library made.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Listing(Vec<String>);

impl Listing {
    /// Reads the answer to `dir`: the last word of a line is a name.
    pub(super) fn read(text: &str) -> Listing {
        let names = text.lines().filter_map(|line| line.split_whitespace().last());
        Listing(names.filter(|name| candidate(name).is_some()).map(str::to_owned).collect())
    }

    /// The candidates that have a file, each once.
    pub(super) fn ours(&self) -> impl Iterator<Item = &str> {
        let mut names: Vec<&str> = self.0.iter().filter_map(|file| candidate(file)).collect();
        names.sort_unstable();
        names.dedup();
        names.into_iter()
    }

    /// The files of one candidate.
    pub(super) fn of<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().map(String::as_str).filter(move |file| candidate(file) == Some(name))
    }
}

/// The candidate that a file belongs to.
fn candidate(file: &str) -> Option<&str> {
    let name = [BASE, TARGET, PROBE].iter().find_map(|suffix| file.strip_suffix(suffix))?;
    own_name::user(name).map(|_| name)
}

/// Who holds a candidate, in words.
pub(super) fn holder(name: &str) -> String {
    format!("{} (file {name})", own_name::user(name).unwrap_or("somebody"))
}

/// A whole configuration with the head of a checkpoint in the place of its own.
pub(super) fn headed(base: &str, text: &str) -> String {
    let is_head = |line: &&str| line.trim().is_empty() || line.starts_with('!');
    let head = base.lines().take_while(is_head);
    let body = text.lines().skip_while(is_head);
    head.chain(body).map(|line| format!("{line}\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_files_are_found_among_others() {
        let name = own_name::fresh("netops");
        let text = format!(
            "       4096    Nov 26 08:13:33 2026  .rpmstore/\n       123    Nov 26 08:13:33 2026  {name}.base\n       99    Nov 26 \
             08:13:33 2026  {name}.conf\n      7 Nov 26 08:13:33 2026  {name}.now\n      71803    Sep 06 14:13:33 2023  rollback_config.txt\n  5 Nov 1 1:1:1 2026 \
             peering-notes.conf\n\nUsage for bootflash://sup-local\n 6211682304 bytes used\n"
        );
        let listing = Listing::read(&text);
        assert_eq!(listing.ours().collect::<Vec<_>>(), [name.as_str()]);
        let files = Files::new(name.clone(), "bootflash:");
        assert_eq!(
            listing.of(&name).map(|file| files.path(file)).collect::<Vec<_>>(),
            [files.base(), files.target(), files.probe()]
        );
        assert!(holder(&name).starts_with("netops (file peering-netops-"));
        assert_eq!(Listing::read("No such file or directory"), Listing::default());
    }

    #[test]
    fn a_replacement_has_the_head_of_a_checkpoint() {
        let base = "!Command: Checkpoint cmd vdc 1\n!Time: Thu\n\nversion 10.3(2)\nhostname a\n";
        let text = "\n!Command: show running-config\n!Time: Fri\n\nversion 10.3(2)\nhostname b\n! end\n";
        let target = "!Command: Checkpoint cmd vdc 1\n!Time: Thu\n\nversion 10.3(2)\nhostname b\n! end\n";
        assert_eq!(headed(base, text), target);
    }
}
