//! The house rules as a test: what a reviewer would otherwise have to remember.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use peering_core::driver::{Capabilities, Read};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().unwrap()
}

/// The files that git tracks or would, relative to the root, with their text; binary files are left out.
fn files(ending: &str) -> Vec<(String, String)> {
    let list = Command::new("git")
        .args(["ls-files", "--cached", "--others", "--exclude-standard"])
        .current_dir(root())
        .output()
        .unwrap();
    let paths = String::from_utf8(list.stdout).unwrap();
    let found: Vec<_> = paths
        .lines()
        .filter(|path| path.ends_with(ending) && *path != "Cargo.lock")
        .filter_map(|path| Some((path.to_owned(), fs::read_to_string(root().join(path)).ok()?)))
        .collect();
    assert!(!found.is_empty(), "git knows no file that ends with {ending}");
    found
}

/// The lines before the tests that stand in the same file.
fn without_tests(text: &str) -> usize {
    text.lines().take_while(|line| !line.starts_with("#[cfg(test)]")).count()
}

/// A file of unit tests beside the code that it tests.
fn is_test_module(path: &str) -> bool {
    path.ends_with("/tests.rs") || path.ends_with("_tests.rs")
}

#[test]
fn no_file_is_over_budget() {
    for (path, text) in files(".rs") {
        let is_test = path.starts_with("tests/") || is_test_module(&path);
        let budget = match path.strip_prefix("examples/") {
            // The whole job, end to end.
            Some("turnup.rs") => 140,
            Some(name) if !name.contains('/') => 80,
            _ if is_test => 700,
            _ => 500,
        };
        let lines = without_tests(&text);
        assert!(lines <= budget, "{path} has {lines} lines, the budget is {budget}");
    }
}

#[test]
fn no_python_file_is_over_budget() {
    for (path, text) in files(".py") {
        let budget = match path.as_str() {
            // Data.
            _ if path.ends_with("_snippets.py") => continue,
            _ if path.starts_with("peering-py/examples/") => 80,
            _ if path.starts_with("tests/") || path.contains("/tests/") => 700,
            _ => 500,
        };
        let lines = text.lines().count();
        assert!(lines <= budget, "{path} has {lines} lines, the budget is {budget}");
    }
}

#[test]
fn every_module_says_what_it_is_for() {
    for (path, text) in files(".py") {
        assert!(
            text.starts_with("\"\"\"") || text.starts_with("#!"),
            "{path} does not open with a docstring"
        );
    }
    for (path, text) in files(".rs").into_iter().filter(|(path, _)| !is_test_module(path)) {
        assert!(text.trim_start().starts_with("//!"), "{path} does not open with a module comment");
    }
}

/// The parsers: a file `parse.rs`, or the files of a folder `parse`.
fn parsers() -> Vec<(String, String)> {
    let found: Vec<_> = files(".rs")
        .into_iter()
        .filter(|(path, _)| path.starts_with("peering-drivers/src/") && !is_test_module(path))
        .filter(|(path, _)| path.ends_with("/parse.rs") || path.contains("/parse/"))
        .collect();
    assert!(!found.is_empty(), "there are no parsers");
    found
}

#[test]
fn parsers_know_the_models_and_nothing_else() {
    for (path, text) in parsers() {
        for line in text.lines().filter(|line| line.starts_with("use ")) {
            // `super` is the parse module itself, not the driver.
            let inside = path.contains("/parse/") && !path.ends_with("/mod.rs");
            // The reader of XML is pure, too.
            let allowed =
                ["std::", "serde", "ipnet::", "jiff::", "peering_core::", "crate::transport::netconf::xml::"];
            let module = line.trim_start_matches("use ");
            let is_sibling = inside && module.starts_with("super::") && !module.starts_with("super::super");
            // So is what another folder of parsers has.
            let is_parser = module.starts_with("crate::") && module.contains("::parse::");
            let is_allowed = is_sibling || is_parser || allowed.iter().any(|start| module.starts_with(start));
            assert!(is_allowed, "{path}: {line}");
        }
    }
}

/// Every parser from text has recordings of a real router.
#[test]
fn every_parser_has_captures() {
    for (path, text) in parsers() {
        let platform = path.split('/').nth(2).unwrap();
        // A command line beside another transport has folders of its own; what two of them share is in those of both.
        let folders = match platform {
            "cisco" => vec!["cisco_ios".to_owned(), "cisco_iosxr_cli".to_owned()],
            _ if path.contains("/cli/") => vec![format!("{platform}_cli")],
            _ => vec![platform.to_owned()],
        };
        for line in text.lines().filter(|line| line.starts_with("pub fn ") && line.contains("(text: &str")) {
            let name = line.trim_start_matches("pub fn ").split('(').next().unwrap();
            // Half a line of the kernel's, not the router's words: a unit test has it.
            let is_plain = name == "uptime";
            for folder in folders.iter().map(|folder| root().join("tests/captures").join(folder).join(name)) {
                assert!(is_plain || folder.is_dir(), "{path}: no capture for {name} in {}", folder.display());
            }
        }
    }
}

#[test]
fn transports_name_no_platform() {
    let platforms: Vec<_> = peering_drivers::builtin().names().collect();
    for (path, text) in files(".rs").into_iter().filter(|(path, _)| path.contains("/transport/")) {
        for platform in &platforms {
            assert!(!text.to_lowercase().contains(platform), "{path} names the platform {platform}");
        }
    }
}

#[test]
fn every_example_is_run() {
    let runs = fs::read_to_string(root().join("tests/examples.sh")).unwrap();
    let targets = fs::read_to_string(root().join("examples/Cargo.toml")).unwrap();
    for (path, _) in files(".rs") {
        if let Some(name) = path.strip_prefix("examples/").and_then(|name| name.strip_suffix(".rs"))
            && !name.contains('/')
        {
            assert!(
                runs.contains(&format!("run {name} -- ")) || runs.contains(&format!("example {name};")),
                "tests/examples.sh does not run {name}"
            );
            assert!(targets.contains(&format!("path = \"{name}.rs\"")), "examples/Cargo.toml has no {name}");
        }
    }
}

#[test]
fn nothing_is_left_unfinished_and_no_machine_is_named() {
    let words = [
        "TO".to_owned() + "DO",
        "FIX".to_owned() + "ME",
        "todo".to_owned() + "!(",
        "unimple".to_owned() + "mented!(",
    ];
    let folders = ["/work", "/root", "/home"].map(|folder| folder.to_owned() + "/");
    for (path, text) in files("") {
        for (number, line) in text.lines().enumerate() {
            let place = format!("{path}:{}: {line}", number + 1);
            assert!(!words.iter().any(|word| line.contains(word.as_str())), "unfinished: {place}");
            let named = folders.iter().any(|folder| {
                line.match_indices(folder.as_str()).any(|(at, _)| {
                    !line[..at]
                        .ends_with(|before: char| before.is_alphanumeric() || "._-}$~".contains(before))
                })
            });
            assert!(!named || path.starts_with("tests/lab/"), "a folder of one machine: {place}");
        }
    }
}

/// The README's tables are what the drivers claim: one row a driver for changes, one row a read for reads.
#[test]
fn the_platform_tables_equal_the_capabilities() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let registry = peering_drivers::builtin();
    let word = |claimed: bool| if claimed { "yes" } else { "no" };
    let claims: Vec<(&str, Capabilities)> =
        registry.names().map(|name| (name, registry.driver(name).unwrap().capabilities())).collect();
    for (name, Capabilities { merge, replace, validate, commit, commit_confirmed, .. }) in &claims {
        let marks = [merge, replace, validate, commit, commit_confirmed].map(|claimed| word(*claimed));
        let row = format!("| `{name}` | {} |", marks.join(" | "));
        assert!(readme.contains(&row), "the README's table of changes lacks the row\n{row}");
    }
    let names: Vec<String> = claims.iter().map(|(name, _)| format!("`{name}`")).collect();
    let head = format!("| read | {} |", names.join(" | "));
    assert!(readme.contains(&head), "the README's table of reads lacks the head\n{head}");
    for read in Read::ALL {
        let marks: Vec<&str> = claims.iter().map(|(_, claim)| word(claim.reads.has(read))).collect();
        let row = format!("| `{read}` | {} |", marks.join(" | "));
        assert!(readme.contains(&row), "the README's table of reads lacks the row\n{row}");
    }
}
