//! The shipped templates: each renders the sample network as it did before, the same way twice, and whatever strangers call
//! themselves, no line more.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use peering_core::model::{Indexed, Network};
use peering_core::template::{Engine, Escape, Options, RenderContext};
use peering_tests::sample::{HOSTILE, Spelling, drivers, sample};
use proptest::prelude::*;

fn templates() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/templates")
}

/// The drivers that have a folder, with their engines.
fn engines() -> Vec<(String, Engine)> {
    let with_folder =
        drivers().into_iter().filter(|driver| templates().join(driver).join("main.j2").is_file());
    let engines = with_folder.map(|driver| {
        let mut engine = Engine::new(Escape::for_driver(&driver), Options::default());
        engine.add_directory(templates().join(&driver)).unwrap_or_else(|error| panic!("{driver}: {error}"));
        (driver, engine)
    });
    engines.collect()
}

fn render(engine: &Engine, network: Network) -> String {
    let router = network.routers[0].name.clone();
    let context = RenderContext::for_router(Indexed::from(network), &router).unwrap();
    engine.render("main.j2", &context).unwrap_or_else(|error| panic!("{}: {error}", engine.escape().name))
}

#[test]
fn every_driver_has_a_folder() {
    for driver in drivers() {
        for file in ["main.j2", "README.md"] {
            assert!(
                templates().join(&driver).join(file).is_file(),
                "examples/templates/{driver}/{file} is missing"
            );
        }
        assert_ne!(Escape::for_driver(&driver), Escape::PLAIN, "{driver} has no escape policy");
    }
}

#[test]
fn the_sample_renders_as_before() {
    for (driver, engine) in engines() {
        let text = render(&engine, sample(&driver, &Spelling::AsItIs));
        assert_eq!(
            text,
            render(&engine, sample(&driver, &Spelling::AsItIs)),
            "{driver} renders differently twice"
        );
        insta::assert_snapshot!(driver.as_str(), text);
    }
}

#[test]
fn nothing_is_found_in_them() {
    let mut found = Vec::new();
    for (driver, engine) in engines() {
        let network = sample(&driver, &Spelling::AsItIs);
        let router = network.routers[0].name.clone();
        let context = RenderContext::for_router(&network, &router).unwrap();
        let findings = engine.check_with("main.j2", &context).unwrap();
        found.extend(findings.iter().map(|finding| format!("{driver}/{finding}")));
    }
    assert_eq!(found, [""; 0]);
}

#[test]
fn no_blanks_are_left_at_the_end_of_a_line() {
    for (driver, engine) in engines() {
        for line in render(&engine, sample(&driver, &Spelling::AsItIs)).lines() {
            assert_eq!(line, line.trim_end(), "{driver}");
        }
    }
}

#[test]
fn no_name_adds_a_line() {
    for (driver, engine) in engines() {
        let harmless = render(&engine, sample(&driver, &Spelling::After("harmless".into())));
        for text in HOSTILE {
            for spelling in [Spelling::After(text.to_owned()), Spelling::Before(text.to_owned())] {
                let hostile = render(&engine, sample(&driver, &spelling));
                let context = format!("{driver} with {text:?}:\n{hostile}");
                assert_eq!(hostile.lines().count(), harmless.lines().count(), "{context}");
                // As a word: where a name begins a line of itself, it is a token, and so one word with the rest.
                let begins = |line: &str| line.split_whitespace().next() == Some("INJECTED");
                assert!(!hostile.lines().any(begins), "{context}");
            }
        }
    }
}

/// Written again, not taken from the code under test: line ends, control characters, what reorders or hides text.
fn is_forbidden(c: char) -> bool {
    c < ' '
        || ('\u{7f}'..='\u{9f}').contains(&c)
        || "\u{2028}\u{2029}\u{61c}\u{200e}\u{200f}\u{ad}\u{feff}\u{200b}\u{200c}\u{200d}".contains(c)
        || ('\u{202a}'..='\u{202e}').contains(&c)
        || ('\u{2060}'..='\u{206f}').contains(&c)
        || ('\u{e0000}'..='\u{e007f}').contains(&c)
}

/// Any text, with more of what is dangerous than chance would give.
fn any_text() -> impl Strategy<Value = String> {
    let dangerous: Vec<String> = HOSTILE.map(str::to_owned).to_vec();
    let piece = prop_oneof![any::<String>(), proptest::sample::select(dangerous), "[\"'#;{}$*|\\\\ ?!]{0,6}"];
    proptest::collection::vec(piece, 0..4).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn the_guard_of_every_platform_holds(text in any_text()) {
        for driver in drivers() {
            let escape = Escape::for_driver(&driver);
            let guarded = escape.guard(&text).into_owned();
            prop_assert!(!guarded.contains(is_forbidden), "{}: {:?}", driver, guarded);
            prop_assert_eq!(escape.guard(&guarded), guarded.as_str(), "{}: guarding twice", driver);
            if let Some(password) = escape.secret(&text) {
                prop_assert_eq!(password, &text);
                prop_assert!(!password.contains(is_forbidden) && !password.contains(' '));
            }
        }
    }
}

/// The engines, with the number of lines that each makes of the sample.
static AS_IT_IS: LazyLock<Vec<(String, Engine, usize)>> = LazyLock::new(|| {
    let measured = engines().into_iter().map(|(driver, engine)| {
        let lines = render(&engine, sample(&driver, &Spelling::AsItIs)).lines().count();
        (driver, engine, lines)
    });
    measured.collect()
});

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_names_make_as_many_lines(text in any_text()) {
        for (driver, engine, lines) in &*AS_IT_IS {
            let other = render(engine, sample(driver, &Spelling::After(text.clone())));
            prop_assert_eq!(other.lines().count(), *lines, "{}:\n{}", driver, other);
        }
    }
}
