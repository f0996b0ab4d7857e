//! Who may log in.

use peering_core::state::User;
use peering_core::{ParseError, Secret};

use super::tree::tree;

/// The groups whose members may do everything.
const ROOT_GROUPS: [&str; 3] = ["root-lr", "root-system", "cisco-support"];

/// Reads `show running-config username`. A member of a root group has level 15, everybody else 1: IOS-XR has task groups and
/// no levels. Empty where nobody is configured.
///
/// # Errors
/// When a user has no name.
pub fn users(text: &str) -> Result<Vec<User>, ParseError> {
    let root = tree(text);
    let user = |(rest, section): (&[&str], &super::tree::Line<'_>)| {
        let name = rest
            .first()
            .ok_or_else(|| ParseError::new("username NAME", "username").at_line(section.number))?;
        let is_root =
            section.all(&["group"]).any(|(rest, _)| rest.iter().any(|group| ROOT_GROUPS.contains(group)));
        // `secret 5 HASH`, `password 7 HIDDEN`
        let password = section.after(&["secret"]).or_else(|| section.after(&["password"]));
        Ok(User {
            name: (*name).to_owned(),
            level: if is_root { 15 } else { 1 },
            password: password.and_then(<[_]>::last).map(|word| Secret::new(*word)),
            ssh_keys: Vec::new(),
        })
    };
    root.all(&["username"]).map(user).collect()
}
