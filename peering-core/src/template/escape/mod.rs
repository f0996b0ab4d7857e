//! What may be written into a configuration: one policy per platform, as data.
//!
//! How a policy is applied is here; the platforms' own are in `platforms`. A policy knows characters, not places: it makes
//! harmless what a template emits wherever it stands on a line, so it may change more than the place needs.

mod platforms;
#[cfg(test)]
mod platforms_tests;

use std::borrow::Cow;

/// How the strings that a template emits are made harmless for one platform.
///
/// Whatever the policy, no string holds a character that ends a line anywhere (RFC 5198 and Unicode: CR, LF, VT,
/// FF, NEL, LS, PS), any other control character, or one that reorders or hides text on the screen of whoever
/// reviews the change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Escape {
    /// The policy's name, by convention the driver's.
    pub name: &'static str,
    /// Where the strings end up.
    pub style: Style,
    /// What else the platform takes as an instruction, and what is written instead.
    pub replacements: &'static [Replacement],
    /// Whether several blanks become one, because the platform will store one and a comparison would never settle.
    pub collapse_blanks: bool,
    /// The longest line in bytes, without its end, that the platform reads as one line. A longer one is an error.
    pub longest_line: Option<usize>,
}

/// Where emitted strings end up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// In a line of a configuration: what must not be there becomes a blank.
    Line,
    /// Between the quotes of a JSON string (RFC 8259): what must not be there is escaped.
    JsonString,
    /// Anywhere: nothing is changed. See [`Escape::UNGUARDED`].
    Verbatim,
}

/// A character that a platform gives a meaning to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Replacement {
    /// The character.
    pub find: char,
    /// Where it has the meaning.
    pub when: When,
    /// What is written instead.
    pub with: char,
}

/// Where a character has a meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// Everywhere.
    Always,
    /// Before a blank, and at the end of a value: what follows there is not known.
    BeforeBlank,
    /// Outside of quotes. A text loses it everywhere, because nobody knows where a template puts it; a password may
    /// hold it, because on such a platform a template writes passwords in quotes.
    Unquoted,
}

impl Escape {
    /// Line-oriented text of no particular platform.
    pub const PLAIN: Escape = Escape {
        name: "plain",
        style: Style::Line,
        replacements: &[],
        collapse_blanks: false,
        longest_line: None,
    };

    /// No guard at all, as Jinja2 emits: for comparing results with those of other programs. A name can add lines to
    /// what is rendered so; never give it to a router.
    pub const UNGUARDED: Escape = Escape {
        name: "unguarded",
        style: Style::Verbatim,
        replacements: &[],
        collapse_blanks: false,
        longest_line: None,
    };

    /// JSON documents; write the quotes in the template: `"name": "{{ name }}"`.
    pub const JSON: Escape = Escape {
        name: "json",
        style: Style::JsonString,
        replacements: &[],
        collapse_blanks: false,
        longest_line: None,
    };

    /// The text as it may be emitted. Guarding twice changes nothing more, but for [`Style::JsonString`].
    pub fn guard<'a>(&self, text: &'a str) -> Cow<'a, str> {
        if self.style == Style::Verbatim || self.is_harmless(text) {
            return Cow::Borrowed(text);
        }
        let mut guarded = String::with_capacity(text.len() + 8);
        match self.style {
            Style::JsonString => text.chars().for_each(|c| push_json(&mut guarded, c)),
            Style::Line | Style::Verbatim => self.push_line(&mut guarded, text, |_| true),
        }
        Cow::Owned(guarded)
    }

    /// The password as it is emitted: unchanged. `None` if the platform cannot express it as one word, in quotes where
    /// it [has such](When::Unquoted).
    pub fn secret<'a>(&self, password: &'a str) -> Option<&'a str> {
        let expressible = match self.style {
            Style::Line => {
                let one_word = !password.is_empty() && !password.contains(' ');
                one_word && self.is_harmless_line(password, |rule| rule.when != When::Unquoted)
            }
            Style::JsonString => self.is_harmless(password),
            Style::Verbatim => true,
        };
        expressible.then_some(password)
    }

    /// The text between quotes that it cannot end.
    pub(crate) fn quote(&self, text: &str, quote: char) -> String {
        let inner = match self.style {
            Style::JsonString => self.guard(text).into_owned(),
            Style::Line | Style::Verbatim => {
                let other = if quote == '\'' { '"' } else { '\'' };
                self.guard(text)
                    .chars()
                    .map(|c| match c {
                        c if c == quote => other,
                        // In most languages it would take the closing quote's meaning away.
                        '\\' => '/',
                        c => c,
                    })
                    .collect()
            }
        };
        format!("{quote}{inner}{quote}")
    }

    fn is_harmless(&self, text: &str) -> bool {
        if self.is_plain(text) {
            return true;
        }
        let mut previous_blank = false;
        text.chars().all(|c| {
            let twice = self.collapse_blanks && c == ' ' && previous_blank;
            previous_blank = c == ' ';
            let plain = match self.style {
                Style::Line => self.replacements.iter().all(|rule| rule.find != c),
                Style::JsonString => c != '"' && c != '\\',
                Style::Verbatim => true,
            };
            plain && !twice && !is_forbidden(c)
        }) || (self.style == Style::Line && self.is_harmless_line(text, |_| true))
    }

    /// The quick check, which most texts pass: printable ASCII without anything that has a meaning.
    fn is_plain(&self, text: &str) -> bool {
        let bit = |c: char| if c.is_ascii() { 1_u128 << u32::from(c) } else { 0 };
        let meanings = match self.style {
            Style::Line => self.replacements.iter().fold(0, |bits, rule| bits | bit(rule.find)),
            Style::JsonString => bit('"') | bit('\\'),
            Style::Verbatim => 0,
        };
        text.bytes().all(|b| (b' '..=b'~').contains(&b) && meanings >> b & 1 == 0)
            && !(self.collapse_blanks && text.contains("  "))
    }

    /// The slow check, for texts that hold a character with a meaning somewhere: does it have it here?
    fn is_harmless_line(&self, text: &str, applies: impl Fn(&Replacement) -> bool) -> bool {
        let mut guarded = String::with_capacity(text.len());
        self.push_line(&mut guarded, text, applies);
        guarded == text
    }

    fn push_line(&self, out: &mut String, text: &str, applies: impl Fn(&Replacement) -> bool) {
        let mut chars = text.chars().map(|c| if is_forbidden(c) { ' ' } else { c }).peekable();
        let mut previous_blank = false;
        while let Some(c) = chars.next() {
            if c == ' ' && previous_blank && self.collapse_blanks {
                continue;
            }
            previous_blank = c == ' ';
            let rule = self.replacements.iter().find(|rule| rule.find == c && applies(rule));
            let rule = rule.filter(|rule| match rule.when {
                When::Always | When::Unquoted => true,
                When::BeforeBlank => chars.peek().is_none_or(|next| *next == ' '),
            });
            out.push(rule.map_or(c, |rule| rule.with));
        }
    }
}

/// Whether a character may stand in no configuration.
pub(crate) fn is_forbidden(c: char) -> bool {
    // `is_control` covers C0, DEL and C1, and so CR, LF, VT, FF, NUL, the separators 1C to 1F and NEL.
    c.is_control()
        || matches!(c,
            '\u{2028}' | '\u{2029}'                             // line and paragraph separator
            | '\u{061C}' | '\u{200E}' | '\u{200F}'              // direction marks
            | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{206F}' // direction embeddings, overrides, isolates
            | '\u{00AD}' | '\u{180E}' | '\u{200B}'..='\u{200D}' | '\u{2060}'..='\u{2065}' | '\u{FEFF}' // invisible
            | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}' // annotations, tags
        )
}

fn push_json(out: &mut String, c: char) {
    match c {
        '"' => out.push_str("\\\""),
        '\\' => out.push_str("\\\\"),
        c if is_forbidden(c) => push_unicode_escape(out, c),
        c => out.push(c),
    }
}

/// `\uXXXX`, as a surrogate pair where the character needs one.
pub(crate) fn push_unicode_escape(out: &mut String, c: char) {
    for unit in c.encode_utf16(&mut [0; 2]) {
        out.push_str(&format!("\\u{unit:04x}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_end_of_any_kind_survives() {
        for c in [
            "\n", "\r", "\r\n", "\u{b}", "\u{c}", "\0", "\u{1c}", "\u{1d}", "\u{1e}", "\u{85}", "\u{2028}",
            "\u{2029}",
        ] {
            let guarded = Escape::FRR.guard(&format!("a{c}b")).into_owned();
            assert_eq!(guarded, "a b", "{c:?}");
            assert_eq!(Escape::PLAIN.guard(&format!("a{c}b")).matches(' ').count(), c.chars().count());
        }
    }

    #[test]
    fn what_hides_or_reorders_text_is_removed_from_sight() {
        assert_eq!(Escape::PLAIN.guard("a\u{202e}b\u{200b}c\u{feff}"), "a b c ");
        assert_eq!(Escape::JSON.guard("a\u{202e}\u{e0001}"), "a\\u202e\\udb40\\udc01");
    }

    #[test]
    fn harmless_text_is_not_copied() {
        for text in ["Example Networks", "Ærø ネット \"q\" ! # ?", "a|b", "2001:db8::1"] {
            assert!(matches!(Escape::FRR.guard(text), Cow::Borrowed(_)), "{text}");
        }
    }

    #[test]
    fn frr_never_sees_an_output_filter() {
        for (text, expected) in [
            ("Foo | Bar", "Foo / Bar"),
            ("Foo |", "Foo /"),
            ("a|b", "a|b"),
            ("a||b", "a||b"),
            ("a|\u{85}b", "a/ b"),
            ("a|| b", "a|/ b"),
            ("a   b", "a b"),
        ] {
            assert_eq!(Escape::FRR.guard(text), expected);
        }
    }

    #[test]
    fn a_password_is_unchanged_or_refused() {
        assert_eq!(Escape::FRR.secret("pa|ss!#\"?\\"), Some("pa|ss!#\"?\\"));
        for password in ["", "two words", "line\nbreak", "bar|", "tab\t"] {
            assert_eq!(Escape::FRR.secret(password), None, "{password:?}");
        }
        assert_eq!(Escape::JSON.secret("two words"), Some("two words"));
        assert_eq!(Escape::JSON.secret("quo\"te"), None);
    }

    #[test]
    fn a_quoted_text_cannot_end_its_quotes() {
        assert_eq!(Escape::PLAIN.quote("a\"b\\", '"'), "\"a'b/\"");
        assert_eq!(Escape::PLAIN.quote("it's", '\''), "'it\"s'");
        assert_eq!(Escape::JSON.quote("a\"b\\", '"'), "\"a\\\"b\\\\\"");
    }
}
