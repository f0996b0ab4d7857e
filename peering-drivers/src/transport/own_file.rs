//! Files of our own in the user's state folder: read and added to by many processes at once.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Result, Write};
use std::path::{Path, PathBuf};

/// A file of this name in `peering` in the user's state folder (XDG base directories); `None` without a home folder.
pub(super) fn in_state(name: &str) -> Option<PathBuf> {
    let state = std::env::var_os("XDG_STATE_HOME")
        .map(PathBuf::from)
        .filter(|path| path.is_absolute())
        .or_else(|| std::env::home_dir().map(|home| home.join(".local/state")))?;
    Some(state.join("peering").join(name))
}

/// Reads the file while no other process writes it, and adds the line that `decide` gives. The file is made where
/// there is none, readable for its owner only.
pub(super) fn add<T>(path: &Path, decide: impl FnOnce(&str) -> Result<(T, Option<String>)>) -> Result<T> {
    if let Some(folder) = path.parent() {
        create_folder(folder)?;
    }
    let mut options = OpenOptions::new();
    options.read(true).append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file: File = options.open(path)?;
    file.lock()?; // released when the file is closed
    let mut text = String::new();
    file.read_to_string(&mut text)?;
    let (decision, line) = decide(&text)?;
    if let Some(line) = line {
        let start = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
        file.write_all(format!("{start}{line}\n").as_bytes())?;
        file.sync_all()?;
    }
    Ok(decision)
}

fn create_folder(folder: &Path) -> Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}
