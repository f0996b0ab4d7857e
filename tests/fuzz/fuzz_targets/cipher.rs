//! Any text as a hidden password, and as a password to hide. The first line is the key.
//!
//! What was hidden comes back, looks hidden, and is hidden the same way each time; what can be revealed can be hidden.

#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};
use peering_core::Secret;
use peering_core::cipher::PasswordAlgorithm;

fuzz_target!(|data: &[u8]| -> Corpus {
    let Ok(text) = std::str::from_utf8(data) else { return Corpus::Reject };
    let (key, text) = text.split_once('\n').unwrap_or(("192.0.2.1", text));
    for algorithm in PasswordAlgorithm::ALL {
        reveal(algorithm, key, text);
        hide(algorithm, key, text);
    }
    Corpus::Keep
});

fn reveal(algorithm: PasswordAlgorithm, key: &str, text: &str) {
    let looks_hidden = algorithm.is_encrypted(text);
    match algorithm.decrypt(text, key) {
        Ok(password) if !key.is_empty() => {
            let hidden = algorithm.encrypt(&password, key).unwrap();
            assert_eq!(algorithm.decrypt(hidden.expose(), key).unwrap(), password);
        }
        Ok(_) => {}
        Err(error) => {
            let other = algorithm.decrypt("", key).unwrap_err();
            assert_eq!(error.to_string(), other.to_string(), "an error that tells of the text");
            // Whether Arista's hides something takes its key.
            assert!(!looks_hidden || algorithm == PasswordAlgorithm::AristaType7, "{algorithm}");
        }
    }
}

fn hide(algorithm: PasswordAlgorithm, key: &str, text: &str) {
    let Ok(hidden) = algorithm.encrypt(&Secret::new(text), key) else { return };
    assert!(algorithm.is_encrypted(hidden.expose()), "{algorithm}");
    assert_eq!(algorithm.decrypt(hidden.expose(), key).unwrap().expose(), text, "{algorithm}");
    assert_eq!(algorithm.encrypt(&Secret::new(text), key).unwrap(), hidden, "{algorithm}");
}
