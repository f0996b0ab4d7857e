//! Small file systems in memory, gone when dropped.

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

/// A mounted file system.
pub(crate) struct Mount(TempDir);

impl Mount {
    /// A file system of so many KiB. `None`, with the reason in words, where this process may not mount; in CI that is
    /// a failure.
    pub(crate) fn new(kib: u64) -> Option<Mount> {
        let folder = tempfile::tempdir().unwrap();
        let option = format!("size={kib}k");
        match mount(&["-t", "tmpfs", "-o", &option, "peering-test"], folder.path()) {
            Ok(()) => Some(Mount(folder)),
            Err(why) => {
                assert!(std::env::var_os("CI").is_none(), "in CI this must be possible: {why}");
                eprintln!("skipped: a file system must be mounted, which needs root: {why}");
                None
            }
        }
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// Mounts it again with this option, e.g. `ro`.
    pub(crate) fn change(&self, option: &str) {
        mount(&["-o", &format!("remount,{option}")], self.path()).unwrap();
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        // Lazily: nothing may keep it, not even a test that failed with files open.
        let _ = Command::new("umount").arg("-l").arg(self.path()).status();
    }
}

fn mount(arguments: &[&str], place: &Path) -> Result<(), String> {
    let outcome =
        Command::new("mount").args(arguments).arg(place).output().map_err(|error| error.to_string())?;
    match outcome.status.success() {
        true => Ok(()),
        false => Err(String::from_utf8_lossy(&outcome.stderr).trim().to_owned()),
    }
}
