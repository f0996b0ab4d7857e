//! Parsers by a table, against the captures in `tests/captures/PLATFORM/NAME/CASE.{json,txt,xml}`: whole, cut short,
//! corrupted, and without what they promise.
//!
//! Beside each capture is `CASE.expected`, the model as JSON; `PEERING_ACCEPT=1` writes what the parser says now: look at
//! the difference before committing it. A parser of several texts has them as a list in one file of JSON.

use std::fs;
use std::path::{Path, PathBuf};

use peering_core::ParseError;
use peering_drivers::transport::netconf::xml::{Document, Element};
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::TestRunner;
use serde::Serialize;
use serde_json::Value;

/// How many bytes are read of the pieces of one capture.
const MOST: usize = 4 << 20;

/// A parser, as a function to its model as JSON.
pub type Parser = fn(&str) -> Result<Value, ParseError>;

/// The parsers of one platform that read captures of one kind.
#[derive(Debug)]
pub struct Parsers {
    /// The platform's folder.
    pub platform: &'static str,
    /// The ending of the captures that are for these parsers; all, if it is empty.
    pub extension: &'static str,
    /// Names of folders, and the parsers.
    pub table: &'static [(&'static str, Parser)],
}

/// Rows of a table: a parser by its name, and how it is called where the text is not all that it wants. With `xml` before
/// the module, parsers get the root of a reply.
#[macro_export]
macro_rules! parsers {
    (xml $module:ident: $($name:ident $(($reply:ident) => $call:expr)?;)*) => {
        &[$((stringify!($name), $crate::parsers!(one xml $module $name $(($reply) => $call)?))),*]
    };
    ($module:ident: $($name:ident $(($text:ident) => $call:expr)?;)*) => {
        &[$((stringify!($name), $crate::parsers!(one $module $name $(($text) => $call)?))),*]
    };
    (one xml $module:ident $name:ident) => {
        |text| $crate::parsers::of_reply(text, $module::$name)
    };
    (one xml $module:ident $name:ident ($reply:ident) => $call:expr) => {
        |text| $crate::parsers::of_reply(text, |$reply| $call)
    };
    (one $module:ident $name:ident) => {
        |text| $crate::parsers::value($module::$name(text))
    };
    (one $module:ident $name:ident ($text:ident) => $call:expr) => {
        |$text| $crate::parsers::value($call)
    };
}

/// A model as JSON.
///
/// # Errors
/// The parser's.
pub fn value<T: Serialize>(model: Result<T, ParseError>) -> Result<Value, ParseError> {
    model.map(|model| serde_json::to_value(model).unwrap())
}

/// A model from the root of a reply, as JSON.
///
/// # Errors
/// The parser's; and what is no XML.
pub fn of_reply<T: Serialize>(
    text: &str,
    parse: impl FnOnce(Element<'_>) -> Result<T, ParseError>,
) -> Result<Value, ParseError> {
    value(parse(Document::parse(text)?.root()))
}

/// The texts of a list.
///
/// # Errors
/// What is no list of texts.
pub fn list(text: &str) -> Result<Vec<String>, ParseError> {
    serde_json::from_str(text).map_err(|_| ParseError::new("a list of texts", text))
}

impl Parsers {
    /// One of the parsers.
    pub fn parser(&self, name: &str) -> Parser {
        let found = self.table.iter().find(|(known, _)| *known == name);
        found.unwrap_or_else(|| panic!("no parser {name} in the table")).1
    }

    /// The captures for a parser, with their paths.
    pub fn captures(&self, name: &str) -> Vec<(PathBuf, String)> {
        let folder = folder(self.platform).join(name);
        let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        let is_for_us = |path: &PathBuf| {
            !ends(path, "expected") && (self.extension.is_empty() || ends(path, self.extension))
        };
        let paths = entries.map(|entry| entry.unwrap().path()).filter(is_for_us);
        let mut found: Vec<_> = paths.map(|path| (path.clone(), fs::read_to_string(path).unwrap())).collect();
        found.sort();
        assert!(!found.is_empty(), "no capture in {}", folder.display());
        found
    }

    /// Every capture with its parser.
    fn all(&self) -> Vec<(Parser, PathBuf, String)> {
        let of = |(name, parse): &(&str, Parser)| {
            let parse = *parse;
            self.captures(name).into_iter().map(move |(path, text)| (parse, path, text))
        };
        self.table.iter().flat_map(of).collect()
    }

    /// Every capture gives its model.
    pub fn give_their_models(&self) {
        for (parse, path, text) in self.all() {
            let model = parse(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            let expected = path.with_extension("expected");
            if std::env::var_os("PEERING_ACCEPT").is_some() {
                fs::write(&expected, serde_json::to_string_pretty(&model).unwrap() + "\n").unwrap();
            }
            let expected: Value = serde_json::from_str(&fs::read_to_string(&expected).unwrap()).unwrap();
            assert_eq!(model, expected, "{}", path.display());
        }
    }

    /// What a part of a table tells is what the whole tells, for these parsers of lists: a cut at the end of a line never changes
    /// what stands before it. Within a line nobody can tell that something is missing.
    pub fn keep_beginnings(&self, names: &[&str]) {
        for name in names {
            for (path, text) in self.captures(name) {
                let whole = self.parser(name)(&text).unwrap();
                let whole = whole.as_array().unwrap();
                for (cut, _) in text.match_indices('\n') {
                    let Ok(part) = self.parser(name)(&text[..cut]) else { continue };
                    let part = part.as_array().unwrap();
                    let known = part.len().saturating_sub(1);
                    assert_eq!(part[..known], whole[..known], "{} cut at {cut}", path.display());
                }
            }
        }
    }

    /// Numbers that are none are errors, not zeros: parsers, each with words of one of its captures that have a number.
    pub fn need_numbers(&self, numbers: &[(&str, &str)]) {
        for (name, number) in numbers {
            let found = self.captures(name).into_iter().find(|(_, text)| text.contains(number));
            let (path, text) = found.unwrap_or_else(|| panic!("{name} has no {number:?}"));
            let digit = number.find(|sign: char| sign.is_ascii_digit()).unwrap();
            let mut broken = (*number).to_owned();
            broken.replace_range(digit..=digit, "x");
            assert!(
                self.parser(name)(&text.replacen(number, &broken, 1)).is_err(),
                "{} with {broken:?}",
                path.display()
            );
        }
    }

    /// Answers to other questions are errors, for every parser.
    pub fn refuse(&self, others: &[&str]) {
        for (name, parse) in self.table {
            for other in others {
                assert!(parse(other).is_err(), "{name} takes {other:?}");
            }
        }
    }

    /// A capture that is cut at any place makes no panic; where it is JSON or XML, it is an error and never a part of the model.
    /// A long one is cut at many places, so that a few megabytes are read for each.
    pub fn survive_cuts(&self) {
        for (parse, path, text) in self.all() {
            let is_framed = !ends(&path, "txt");
            let whole = if is_framed { text.trim_end() } else { &text[..] };
            let step = whole.len() * whole.len() / (2 * MOST) + 1;
            for cut in (1..whole.len()).step_by(step).filter(|cut| whole.is_char_boundary(*cut)) {
                let part = parse(&whole[..cut]);
                assert!(part.is_err() || !is_framed, "{} cut at {cut} is taken", path.display());
                if !is_framed {
                    let _ = parse(&whole[cut..]);
                }
            }
            let Ok(texts) = list(&text) else { continue };
            for (place, one) in texts.iter().enumerate() {
                let step = one.len() * text.len() / MOST + 1;
                for cut in (0..one.len()).step_by(step).filter(|cut| one.is_char_boundary(*cut)) {
                    let mut texts = texts.clone();
                    one[..cut].clone_into(&mut texts[place]);
                    let _ = parse(&serde_json::to_string(&texts).unwrap());
                }
            }
        }
    }

    /// Characters that are replaced, removed or put in anywhere make no panic; in XML, neither do other values of leaves.
    pub fn survive_corruption(&self) {
        let all = self.all();
        let places = prop::collection::vec(
            (any::<Index>(), "[\\[\\]<>/&;a-z0-9:%+. \"{},\n-]{0,3}|é|\u{0}|\u{fffd}"),
            1..6,
        );
        let values = "|-1|0|65536|18446744073709551616|1e400|NaN|x|::|%|\\+|é";
        let leaves = prop::collection::vec((any::<Index>(), values), 1..5);
        let mut runner = TestRunner::new(ProptestConfig { cases: 64, ..ProptestConfig::default() });
        let outcome = runner.run(&(places, leaves), |(places, leaves)| {
            for (parse, path, text) in &all {
                let mut chars: Vec<char> = text.chars().collect();
                for (place, with) in &places {
                    if chars.is_empty() {
                        break;
                    }
                    let at = place.index(chars.len());
                    chars.splice(at..=at, with.chars());
                }
                let _ = parse(&chars.into_iter().collect::<String>());
                if ends(path, "xml") {
                    let _ = parse(&with_other_leaves(text, &leaves));
                }
            }
            Ok(())
        });
        outcome.unwrap_or_else(|error| panic!("{error}"));
    }

    /// Names in a namespace of their own are the same names.
    pub fn take_any_namespace(&self) {
        for (parse, path, text) in self.all() {
            assert_eq!(parse(&prefixed(&text)), parse(&text), "{}", path.display());
        }
    }

    /// Without a line that is promised there is no model: rows of a parser's name and a part of the line. In a list of texts,
    /// every text lacks it.
    pub fn need_lines(&self, rows: &[(&str, &str)]) {
        self.need(rows, |text, line| {
            let without = |text: &str| {
                text.lines().filter(|found| !found.contains(line)).collect::<Vec<_>>().join("\n")
            };
            text.contains(line).then(|| match list(text) {
                Ok(all) => {
                    let all: Vec<String> = all.iter().map(|text| without(text)).collect();
                    serde_json::to_string(&all).unwrap()
                }
                Err(_) => without(text),
            })
        });
    }

    /// The same for a field of JSON, which has another name.
    pub fn need_fields(&self, rows: &[(&str, &str)]) {
        self.need(rows, |text, field| {
            let field = format!("\"{field}\"");
            text.contains(&field).then(|| text.replace(&field, "\"other\""))
        });
    }

    /// The same for a leaf of XML: the first one is not there.
    pub fn need_leaves(&self, rows: &[(&str, &str)]) {
        self.need(rows, |text, leaf| {
            let (start, end) = (format!("<{leaf}>"), format!("</{leaf}>"));
            let from = text.find(&start)?;
            let to = from + text[from..].find(&end).unwrap() + end.len();
            Some(format!("{}{}", &text[..from], &text[to..]))
        });
    }

    /// The same for anything: `without` takes it out of a text, which is `None` where it is not in.
    pub fn need(&self, rows: &[(&str, &str)], without: impl Fn(&str, &str) -> Option<String>) {
        for (name, what) in rows {
            let all = self.captures(name).into_iter();
            let having: Vec<_> = all.filter_map(|(path, text)| Some((path, without(&text, what)?))).collect();
            assert!(!having.is_empty(), "no capture of {name} has {what:?}");
            for (path, text) in having {
                assert!(self.parser(name)(&text).is_err(), "{} without {what:?} is taken", path.display());
            }
        }
    }
}

/// No folder of the platform without a row in a table.
pub fn every_folder_has_a_row(tables: &[&Parsers]) {
    for entry in fs::read_dir(folder(tables[0].platform)).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let mut rows = tables.iter().flat_map(|parsers| parsers.table);
        assert!(rows.any(|(known, _)| *known == name), "no parser {name} in a table");
    }
}

fn folder(platform: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("captures").join(platform)
}

fn ends(path: &Path, extension: &str) -> bool {
    path.extension().is_some_and(|found| found == extension)
}

/// XML with the same names in a namespace of their own.
fn prefixed(text: &str) -> String {
    let mut result = String::with_capacity(2 * text.len());
    let mut is_first = true;
    for piece in text.split_inclusive('<') {
        match piece.strip_prefix('/') {
            Some(rest) => result.push_str(&format!("/v:{rest}")),
            None if piece.starts_with(|char: char| char.is_ascii_alphabetic()) => {
                let end = piece.find([' ', '>', '/']).unwrap();
                let declared = if is_first { " xmlns:v=\"urn:example:vendor\"" } else { "" };
                is_first = false;
                result.push_str(&format!("v:{}{declared}{}", &piece[..end], &piece[end..]));
            }
            None => result.push_str(piece),
        }
    }
    result
}

/// XML in which some leaves have other values.
fn with_other_leaves(text: &str, leaves: &[(Index, String)]) -> String {
    let mut changed = text.to_owned();
    for (leaf, with) in leaves {
        let spans: Vec<(usize, usize)> = changed
            .match_indices('>')
            .filter_map(|(start, _)| {
                let end = start + 1 + changed[start + 1..].find('<')?;
                changed[end..].starts_with("</").then_some((start + 1, end))
            })
            .collect();
        if !spans.is_empty() {
            let (start, end) = spans[leaf.index(spans.len())];
            changed.replace_range(start..end, with);
        }
    }
    changed
}
