//! Texts that routers and their vendors' documents show, what must be refused, and that nothing is lost.

use std::net::IpAddr;

use proptest::prelude::*;

use super::*;
use crate::Compat;

use PasswordAlgorithm::{AristaType7, CiscoType7, JuniperType9};

fn clear(algorithm: PasswordAlgorithm, text: &str, key: &str) -> Option<String> {
    algorithm.decrypt(text, key).ok().map(|password| password.expose().to_owned())
}

/// Texts that are in many places, made by others.
#[test]
fn published_texts_are_read() {
    for (text, password) in [
        ("0822455D0A16", "cisco"),
        ("094F471A1A0A", "cisco"),
        ("060506324F41", "cisco"),
        ("7 1511021F0725", "cisco"),
        ("7 070c285f4d06", "cisco"),
    ] {
        assert_eq!(clear(CiscoType7, text, "").as_deref(), Some(password), "{text}");
    }
    assert_eq!(clear(JuniperType9, "$9$LbHX-wg4Z", "").as_deref(), Some("lc"));
    for (text, key, password) in [
        ("AEeZkeT2qaavxk5/S9QDbUpTTtf7PgqU", "TEST", "testtesttesttest"),
        ("7 1f2k70WMa17KyMEW72GaNg==", "2001:db8:6939::1", "swordfish"),
    ] {
        assert_eq!(clear(AristaType7, text, key).as_deref(), Some(password), "{text}");
        let again = AristaType7.encrypt(&Secret::new(password), key).unwrap();
        assert_eq!(again.expose().trim_start_matches("7 "), text.trim_start_matches("7 "));
    }
}

#[test]
fn a_seed_is_decimal_except_in_peering_manager() {
    let password = Secret::new("cisco");
    let hidden = |seed, compat| cisco::encrypt_with_seed(&password, seed, compat).unwrap();
    assert_eq!(hidden(15, Compat::Strict).expose(), "7 1511021F0725");
    assert_eq!(hidden(15, Compat::PeeringManager).expose(), "7 0F11021F0725");
    for seed in 0..=15 {
        for compat in [Compat::Strict, Compat::PeeringManager] {
            let text = hidden(seed, compat);
            assert_eq!(clear(CiscoType7, text.expose(), "").as_deref(), Some("cisco"), "{seed} {compat:?}");
        }
    }
    let refused = cisco::encrypt_with_seed(&password, 16, Compat::Strict).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Options);
}

/// All 53 characters of the fixed text come before the first again.
#[test]
fn a_long_password_goes_round_the_fixed_text() {
    let hidden = cisco::encrypt_with_seed(&Secret::new("x".repeat(80)), 3, Compat::Strict).unwrap();
    let pairs = hidden.expose().strip_prefix("7 03").unwrap();
    let pair = |at: usize| &pairs[2 * at..2 * at + 2];
    assert_eq!((pair(0), pair(49)), ("1C", "4F"), "x with d, the fourth, and with 7, the last");
    assert_eq!(pair(50), "1C", "x with d, the first");
    for at in 0..80 - 53 {
        assert_eq!(pair(at), pair(at + 53));
    }
}

#[test]
fn the_text_is_the_same_each_time_and_another_for_another_peer() {
    for algorithm in PasswordAlgorithm::ALL {
        let hidden = |key| algorithm.encrypt(&Secret::new("correct horse"), key).unwrap();
        assert_eq!(hidden("192.0.2.1"), hidden("192.0.2.1"));
        assert_ne!(hidden("192.0.2.1"), hidden("192.0.2.2"), "{algorithm}");
    }
}

#[test]
fn what_cannot_be_hidden_is_refused_without_being_shown() {
    let long = "long".repeat(40);
    for algorithm in PasswordAlgorithm::ALL {
        for password in ["", "se\u{e9}same", "sesame\n", "ses\tame", "\u{7f}sesame", &long] {
            let refused = algorithm.encrypt(&Secret::new(password), "192.0.2.1").unwrap_err();
            assert_eq!(refused.kind(), ErrorKind::Options, "{algorithm} {password:?}");
            let shown = format!("{refused} {refused:?}");
            assert!(password.is_empty() || !shown.contains(password), "{shown}");
            assert!(!shown.contains("same"), "{shown}");
        }
        assert!(algorithm.encrypt(&Secret::new("sesame"), "").is_err());
        let (most, more) = ("x".repeat(algorithm.longest()), "x".repeat(algorithm.longest() + 1));
        assert!(algorithm.encrypt(&Secret::new(most), "192.0.2.1").is_ok());
        assert!(algorithm.encrypt(&Secret::new(more), "192.0.2.1").is_err());
    }
}

#[test]
fn what_is_not_whole_is_refused_without_being_shown() {
    let cases: [(PasswordAlgorithm, &[&str]); 3] = [
        (
            CiscoType7,
            &["", "7 ", "7", "08", "0", "082", "0822455D0A1", "5322", "1A22", "08 2", "7 é", "08FFFF"],
        ),
        (
            JuniperType9,
            &[
                "",
                "$9$",
                "$9$Q",
                "$9$QzF",
                "$9$LbHX-wg4",
                "$9$LbHX-wg4!",
                "$8$LbHX-wg4Z",
                "$9$é",
                "LbHX-wg4Z",
            ],
        ),
        (
            AristaType7,
            &["", "7 ", "1f2k70WMa17KyMEW72GaNg=", "1f2k70WMa14=", "AAAAAAAAAAA=", "AA==", "7 é", "a b"],
        ),
    ];
    for (algorithm, texts) in cases {
        for text in texts {
            let refused = algorithm.decrypt(text, "2001:db8:6939::1").unwrap_err();
            assert_eq!(refused.kind(), ErrorKind::Parse, "{algorithm} {text:?}");
            assert!(text.len() < 3 || !refused.to_string().contains(text), "{refused}");
        }
    }
    // No password of a session is longer than 80 characters.
    assert!(CiscoType7.decrypt(&format!("08{}", "00".repeat(80)), "").is_ok());
    assert!(CiscoType7.decrypt(&format!("08{}", "00".repeat(81)), "").is_err());
    // The right text with another neighbor's key.
    assert!(AristaType7.decrypt("1f2k70WMa17KyMEW72GaNg==", "2001:db8:6939::2").is_err());
}

#[test]
fn a_password_in_clear_is_not_taken_for_hidden() {
    for algorithm in PasswordAlgorithm::ALL {
        for text in
            ["", "hunter2", "0822455D0A16", "1f2k70WMa17KyMEW72GaNg==", "7 up", "$9$", "$9$ a bargain"]
        {
            assert!(!algorithm.is_encrypted(text), "{algorithm} {text:?}");
        }
    }
    assert!(CiscoType7.is_encrypted("7 0822455D0A16"));
    assert!(AristaType7.is_encrypted("7 1f2k70WMa17KyMEW72GaNg=="));
    assert!(JuniperType9.is_encrypted("$9$LbHX-wg4Z"));
}

#[test]
fn names() {
    for algorithm in PasswordAlgorithm::ALL {
        assert_eq!(algorithm.to_string().parse(), Ok(algorithm));
        assert_eq!(serde_json::to_value(algorithm).unwrap(), algorithm.as_str());
    }
    assert!("cisco".parse::<PasswordAlgorithm>().is_err());
    assert_eq!(PasswordAlgorithm::of_driver("arista_eos"), Some(AristaType7));
    assert_eq!(PasswordAlgorithm::of_driver("nxos_ssh"), Some(CiscoType7));
    assert_eq!(PasswordAlgorithm::of_driver("junos"), Some(JuniperType9));
    assert_eq!(PasswordAlgorithm::of_driver("frr"), None);
}

fn algorithms() -> impl Strategy<Value = PasswordAlgorithm> {
    proptest::sample::select(&PasswordAlgorithm::ALL[..])
}

proptest! {
    #[test]
    fn every_password_comes_back(
        algorithm in algorithms(), password in "[ -~]{1,80}", address in any::<IpAddr>(),
    ) {
        let key = address.to_string();
        let hidden = algorithm.encrypt(&Secret::new(password.clone()), &key).unwrap();
        prop_assert!(algorithm.is_encrypted(hidden.expose()));
        let back = algorithm.decrypt(hidden.expose(), &key).unwrap();
        prop_assert_eq!(back.expose(), password);
    }

    #[test]
    fn every_seed_works(seed in 0..=15u8, password in "[ -~]{1,80}") {
        let hidden = cisco::encrypt_with_seed(&Secret::new(password.clone()), seed, Compat::Strict).unwrap();
        let back = CiscoType7.decrypt(hidden.expose(), "").unwrap();
        prop_assert_eq!(back.expose(), password);
    }

    /// Whatever is read as a password is one that could have been written.
    #[test]
    fn garbage_is_refused_or_read(
        algorithm in algorithms(),
        text in prop_oneof![".*", "7 [0-9A-Fa-f]{0,40}", "7 0[0-9](0[0-9]){0,99}", "[$]9[$][!-z]{0,40}", "(7 )?[A-Za-z0-9+/]{0,44}={0,2}"],
        key in ".*",
    ) {
        let _ = algorithm.is_encrypted(&text);
        if let Ok(password) = algorithm.decrypt(&text, &key) {
            prop_assert!(algorithm.encrypt(&password, "192.0.2.1").is_ok());
        }
    }

    #[test]
    fn a_cut_or_changed_text_never_panics(
        algorithm in algorithms(), password in "[ -~]{1,30}", cut in 0..60usize, change in any::<u8>(),
    ) {
        let hidden = algorithm.encrypt(&Secret::new(password), "192.0.2.1").unwrap();
        let mut bytes = hidden.expose().as_bytes().to_vec();
        let at = cut % bytes.len();
        bytes[at] = change;
        for text in [&bytes[..], &bytes[..at]] {
            let _ = algorithm.decrypt(&String::from_utf8_lossy(text), "192.0.2.1");
        }
    }
}
