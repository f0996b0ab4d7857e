//! What the switch says of a difference and of a rollback.

use peering_core::ParseError;

/// What stands before a patch.
const PATCH: &str = "Generating Rollback Patch";

/// The lines that a patch consists of, from the answer to `show diff rollback-patch`; empty when there is no difference.
///
/// # Errors
/// When it is no such answer: the file does not exist, or the switch says something else.
pub(super) fn patch(text: &str) -> Result<String, ParseError> {
    let Some((_, patch)) = text.split_once(PATCH) else {
        return Err(ParseError::new("a rollback patch", text));
    };
    if patch.contains("Rollback Patch is Empty") {
        return Ok(String::new());
    }
    let is_command = |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with(['!', '.']);
    Ok(patch.lines().map(str::trim_end).filter(is_command).map(|line| format!("{line}\n")).collect())
}

/// Whether a rollback went well; its own words of what went wrong else.
pub(super) fn rolled_back(text: &str) -> Result<(), String> {
    if text.contains("completed successfully") && !text.contains("Rollback failed") {
        return Ok(());
    }
    let chatter = ["Note:", "Collecting", "Generating", "#Generating", "Executing"];
    let words = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let words: Vec<&str> =
        words.filter(|line| !chatter.iter().any(|start| line.starts_with(start))).collect();
    Err(words.join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_patch_is_what_is_left_of_the_answer() {
        let head = "Collecting Running-Config\n#Generating Rollback Patch\n";
        assert_eq!(patch(&format!("{head}Rollback Patch is Empty\n")).unwrap(), "");
        let text = format!("{head}!!\n!\nno hostname a\n!\nrouter bgp 1\n  neighbor 192.0.2.1 \n");
        assert_eq!(patch(&text).unwrap(), "no hostname a\nrouter bgp 1\n  neighbor 192.0.2.1\n");
        assert!(patch("No such file or directory\n").is_err() && patch("").is_err());
    }

    #[test]
    fn a_rollback_went_well_only_when_it_says_so() {
        assert_eq!(rolled_back("Verification is Successful.\n\nRollback completed successfully.\n"), Ok(()));
        let failed =
            "Collecting Running-Config\n#Generating Rollback Patch\n% Invalid command\nRollback failed.\n";
        assert_eq!(rolled_back(failed), Err("% Invalid command; Rollback failed.".to_owned()));
        assert_eq!(rolled_back(""), Err(String::new()));
    }
}
