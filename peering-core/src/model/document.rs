//! The network document as text and as files.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::validate::{Problem, report};
use super::{Network, serial};
use crate::secret::exposing;
use crate::{Error, ErrorKind, Result};

/// The lists of a document, by the names that they have in it.
macro_rules! lists {
    ($callback:ident) => {
        $callback!(
            autonomous_systems,
            bgp_groups,
            internet_exchanges,
            connections,
            internet_exchange_sessions,
            direct_sessions,
            routing_policies,
            communities,
            relationships,
            bfds,
            routers,
            platforms,
            templates,
            config_contexts,
            tags,
            hidden_peers
        )
    };
}

impl Network {
    /// Reads a JSON document and checks it with [`validate`](Network::validate).
    ///
    /// # Errors
    /// [`ErrorKind::Parse`] if the text is not such a document, with the line where the text itself is broken, else
    /// with the path of each value that is not what it should be (an unknown field is an error: it is most likely
    /// a typing error). [`ErrorKind::Options`] if its parts do not fit together. No message quotes a value.
    pub fn from_json(text: &str) -> Result<Network> {
        let network = parse_json(text)?;
        network.validate()?;
        Ok(network)
    }

    /// Reads a YAML document (1.2) and checks it with [`validate`](Network::validate). A JSON document is one, too
    /// (unless it has control characters, U+007F and above, that YAML does not allow).
    ///
    /// # Errors
    /// As [`from_json`](Network::from_json).
    pub fn from_yaml(text: &str) -> Result<Network> {
        let network = parse_yaml(text)?;
        network.validate()?;
        Ok(network)
    }

    /// The document as indented JSON, without passwords: each is written as a fixed mark.
    ///
    /// [`validate`](Network::validate) refuses a document with such a mark, so that the mark can never reach a
    /// router as a password. To store a network and read it again, use
    /// [`to_json_exposing_secrets`](Network::to_json_exposing_secrets).
    pub fn to_json(&self) -> String {
        // Every key is a string and no value can fail to serialise.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// The document as indented JSON, with the passwords in clear. Guard it as you guard the passwords.
    pub fn to_json_exposing_secrets(&self) -> String {
        exposing(|| self.to_json())
    }

    /// The document as YAML, without passwords; see [`to_json`](Network::to_json).
    pub fn to_yaml(&self) -> String {
        let options = serde_saphyr::ser_options! { indent_step: 2 };
        let mut text = String::new();
        // As for JSON; and writing into a string cannot fail.
        let _ = serde_saphyr::to_fmt_writer_with_options(&mut text, self, options);
        text
    }

    /// The document as YAML, with the passwords in clear. Guard it as you guard the passwords.
    pub fn to_yaml_exposing_secrets(&self) -> String {
        exposing(|| self.to_yaml())
    }

    /// Reads a document from a file that ends in `.json`, `.yaml` or `.yml`, or from a directory: all such files
    /// below it, in the order of their paths, each a part of the document. Hidden files are left out.
    ///
    /// # Errors
    /// [`ErrorKind::Storage`] if something cannot be read, [`ErrorKind::Options`] for another file;
    /// otherwise as [`from_json`](Network::from_json), with the file's name in the message.
    pub fn load(path: impl AsRef<Path>) -> Result<Network> {
        let path = path.as_ref();
        if !path.is_dir() {
            let network = read(path)?;
            let problems = network.problems();
            return report(&within(problems, |problem| format!("{}: {problem}", path.display())))
                .map(|()| network);
        }
        let mut files = Vec::new();
        collect(path, &mut files)?;
        let mut network = Network::default();
        let mut parts: Vec<(PathBuf, Lengths)> = Vec::new();
        for file in files {
            network.append(read(&file)?);
            parts.push((file, lengths(&network)));
        }
        let located = within(network.problems(), |problem| locate(problem, &parts));
        report(&located).map(|()| network)
    }

    /// Writes the document, with the passwords in clear, to a file that only its owner can read; or, if the path
    /// names no `.json`, `.yaml` or `.yml` file, to a directory of one YAML file for each list.
    ///
    /// A file is replaced as a whole or not at all.
    ///
    /// # Errors
    /// [`ErrorKind::Storage`] if something cannot be written; [`ErrorKind::Options`] for a directory that holds
    /// other documents, which would be read together with these.
    pub fn save_exposing_secrets(&self, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        match Form::of(path) {
            Some(Form::Json) => write(path, &self.to_json_exposing_secrets()),
            Some(Form::Yaml) => write(path, &self.to_yaml_exposing_secrets()),
            None => self.save_directory(path),
        }
    }

    fn save_directory(&self, directory: &Path) -> Result<()> {
        let mut parts: Vec<(&str, Network)> = Vec::new();
        macro_rules! split {
            ($($list:ident),*) => {
                $(parts.push((stringify!($list), Network { $list: self.$list.clone(), ..Network::default() }));)*
            };
        }
        lists!(split);
        let unwritable = |error| storage(directory, "written", error);
        fs::create_dir_all(directory).map_err(unwritable)?;
        let mut existing = Vec::new();
        collect(directory, &mut existing)?;
        let ours: BTreeSet<PathBuf> =
            parts.iter().map(|(list, _)| directory.join(format!("{list}.yaml"))).collect();
        if let Some(other) = existing.iter().find(|file| !ours.contains(*file)) {
            return Err(Error::new(
                ErrorKind::Options,
                format!("{} would be read together with what is written; remove it first", other.display()),
            ));
        }
        for ((list, part), file) in
            parts.iter().zip(parts.iter().map(|(list, _)| directory.join(format!("{list}.yaml"))))
        {
            debug_assert!(file.ends_with(format!("{list}.yaml")));
            if serial::is_default(part) {
                match fs::remove_file(&file) {
                    Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                        return Err(storage(&file, "removed", error));
                    }
                    _ => {}
                }
            } else {
                write(&file, &part.to_yaml_exposing_secrets())?;
            }
        }
        Ok(())
    }
}

/// What a file's name says about its contents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Json,
    Yaml,
}

impl Form {
    fn of(path: &Path) -> Option<Form> {
        match path.extension()?.to_str()? {
            "json" => Some(Form::Json),
            "yaml" | "yml" => Some(Form::Yaml),
            _ => None,
        }
    }
}

fn storage(path: &Path, what: &str, error: std::io::Error) -> Error {
    Error::new(ErrorKind::Storage, format!("{} cannot be {what}", path.display())).with_source(error)
}

fn read(path: &Path) -> Result<Network> {
    let form = Form::of(path).ok_or_else(|| {
        Error::new(ErrorKind::Options, format!("{}: a document ends in .json, .yaml or .yml", path.display()))
    })?;
    let text = fs::read_to_string(path).map_err(|error| storage(path, "read", error))?;
    let parsed = match form {
        Form::Json => parse_json(&text),
        Form::Yaml => parse_yaml(&text),
    };
    parsed.map_err(|error| Error::new(error.kind(), format!("{}: {}", path.display(), error.message())))
}

/// The documents below a directory, in the order of their paths.
fn collect(directory: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    let unreadable = |error| storage(directory, "read", error);
    let entries: Result<Vec<_>, _> = fs::read_dir(directory).map_err(unreadable)?.collect();
    let mut paths: Vec<PathBuf> =
        entries.map_err(unreadable)?.into_iter().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        let hidden = path.file_name().is_none_or(|name| name.to_string_lossy().starts_with('.'));
        if hidden {
            continue;
        }
        if path.is_dir() {
            collect(&path, files)?;
        } else if Form::of(&path).is_some() {
            files.push(path);
        }
    }
    Ok(())
}

/// Writes beside the file, then renames.
fn write(path: &Path, text: &str) -> Result<()> {
    let unwritable = |error| storage(path, "written", error);
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let beside = path.with_file_name(format!(".{name}.new"));
    let _ = fs::remove_file(&beside);
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&beside).map_err(unwritable)?;
    let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
    let renamed = written.and_then(|()| fs::rename(&beside, path));
    renamed.inspect_err(|_| drop(fs::remove_file(&beside))).map_err(unwritable)
}

/// How long each list is.
type Lengths = Vec<(&'static str, usize)>;

fn lengths(network: &Network) -> Lengths {
    macro_rules! count {
        ($($list:ident),*) => {
            vec![$((stringify!($list), network.$list.len())),*]
        };
    }
    lists!(count)
}

fn within(problems: Vec<Problem>, describe: impl Fn(&Problem) -> String) -> Vec<Problem> {
    let describe = |problem: Problem| {
        let text = describe(&problem);
        let path = text.strip_suffix(&format!(": {}", problem.message)).unwrap_or(&problem.path).to_owned();
        Problem { path, message: problem.message }
    };
    problems.into_iter().map(describe).collect()
}

/// Says in which file of a directory a problem is, with the position there.
fn locate(problem: &Problem, parts: &[(PathBuf, Lengths)]) -> String {
    let split = || {
        let (list, rest) = problem.path.split_once('[')?;
        let (position, rest) = rest.split_once(']')?;
        let position: usize = position.parse().ok()?;
        let length =
            |lengths: &Lengths| lengths.iter().find(|(name, _)| *name == list).map(|(_, length)| *length);
        let part = parts.iter().position(|(_, lengths)| length(lengths).is_some_and(|end| position < end))?;
        let before = part.checked_sub(1).and_then(|before| length(&parts.get(before)?.1)).unwrap_or(0);
        let file = &parts.get(part)?.0;
        Some(format!("{}: {list}[{}]{rest}: {}", file.display(), position - before, problem.message))
    };
    split().unwrap_or_else(|| problem.to_string())
}

/// Serde takes a list for a struct, its fields in order; an empty list would be an empty network.
fn is_a_list() -> Error {
    let message = "is a list, not an object that holds lists".to_owned();
    misshapen(Problem { path: String::from("document"), message }, None)
}

fn parse_json(text: &str) -> Result<Network> {
    if text.trim_start().starts_with('[') {
        return Err(is_a_list());
    }
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let parsed = serde_path_to_error::deserialize::<_, Network>(&mut deserializer);
    let error = match parsed {
        Ok(network) => match deserializer.end() {
            Ok(()) => return Ok(network),
            Err(error) => return Err(broken("JSON", error.line(), error.column())),
        },
        Err(error) => error,
    };
    let inner = error.inner();
    if inner.is_syntax() || inner.is_eof() {
        return Err(broken("JSON", inner.line(), inner.column()));
    }
    let first = Problem {
        path: error.path().to_string(),
        message: format!("{} (line {})", without_values(&inner.to_string()), inner.line()),
    };
    Err(misshapen(first, serde_json::from_str(text).ok()))
}

fn parse_yaml(text: &str) -> Result<Network> {
    let mut failed_at = None;
    let parsed = serde_saphyr::with_deserializer_from_str_with_options(
        text,
        yaml_options(text.len()),
        |deserializer| {
            serde_path_to_error::deserialize::<_, Network>(deserializer).map_err(|error| {
                failed_at = Some(error.path().to_string());
                error.into_inner()
            })
        },
    );
    let error = match parsed {
        Ok(network) => return Ok(network),
        // A document of comments only is an empty one.
        Err(_) if text.lines().all(|line| line.trim_start().starts_with('#') || line.trim().is_empty()) => {
            return Ok(Network::default());
        }
        Err(error) => error,
    };
    let (line, column) = error.location().map_or((0, 0), |at| (at.line() as usize, at.column() as usize));
    let message = match error.without_snippet() {
        serde_saphyr::Error::Message { msg, .. } => without_values(msg),
        serde_saphyr::Error::SerdeInvalidType { expected, .. }
        | serde_saphyr::Error::SerdeInvalidValue { expected, .. } => format!("expected {expected}"),
        serde_saphyr::Error::SerdeUnknownVariant { expected, .. } => {
            format!("expected one of {}", expected.join(", "))
        }
        serde_saphyr::Error::SerdeUnknownField { field, expected, .. } => {
            format!("unknown field `{field}`, expected one of {}", expected.join(", "))
        }
        serde_saphyr::Error::SerdeMissingField { field, .. } => format!("missing field `{field}`"),
        _ if failed_at.as_deref().is_some_and(|path| path != ".") => "is not what it should be".to_owned(),
        _ => return Err(broken("YAML", line, column)),
    };
    let path = failed_at.unwrap_or_default();
    let first = Problem { path, message: format!("{message} (line {line})") };
    let value = serde_saphyr::from_str_with_options(text, yaml_options(text.len())).ok();
    Err(misshapen(first, value))
}

/// The parser's own bounds are for small files; these grow with the text, so that only what expands is refused.
fn yaml_options(length: usize) -> serde_saphyr::Options {
    let bound = length.saturating_add(10_000);
    serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_events: bound,
            max_nodes: bound,
            max_documents: 1,
            max_total_scalar_bytes: bound,
            max_reader_input_bytes: None,
        },
        with_snippet: false,
    }
}

fn broken(form: &str, line: usize, column: usize) -> Error {
    Error::new(
        ErrorKind::Parse,
        format!("the network document is not valid {form} at line {line}, column {column}"),
    )
}

/// All values that are not what they should be: the one that was met first, then one for every other row.
fn misshapen(first: Problem, document: Option<Value>) -> Error {
    let mut problems = vec![first];
    if let Some(Value::Object(document)) = document {
        macro_rules! check {
            ($($list:ident),*) => {
                $(check_rows(&document, stringify!($list), |network| &network.$list, &mut problems);)*
            };
        }
        lists!(check);
    }
    let lines: Vec<String> = problems.iter().map(Problem::to_string).collect();
    Error::new(ErrorKind::Parse, format!("this is no network document:\n{}", lines.join("\n")))
}

fn check_rows<T: DeserializeOwned>(
    document: &serde_json::Map<String, Value>,
    list: &str,
    _: impl Fn(&Network) -> &Vec<T>,
    problems: &mut Vec<Problem>,
) {
    let Some(Value::Array(rows)) = document.get(list) else { return };
    for (position, row) in rows.iter().enumerate() {
        let Err(error) = serde_path_to_error::deserialize::<_, T>(row) else { continue };
        let within = error.path().to_string();
        let at = format!("{list}[{position}]");
        let path = if within == "." { at.clone() } else { format!("{at}.{within}") };
        let message = without_values(&error.inner().to_string());
        // YAML turns a bare number into text where text is wanted; this second look cannot.
        let is_known = problems.first().is_some_and(|first| first.path.starts_with(&at));
        if !is_known && message != "expected a string" {
            problems.push(Problem { path, message });
        }
    }
}

/// What serde says, without the value that it says it of: a value can be a password.
fn without_values(message: &str) -> String {
    let message = message.split(" at line ").next().unwrap_or_default();
    for start in ["missing field", "unknown field", "duplicate field"] {
        if message.starts_with(start) {
            return message.to_owned();
        }
    }
    match message.split_once(", expected ") {
        Some((_, expected)) => format!("expected {expected}"),
        None => "is not what it should be".to_owned(),
    }
}

/// One document in a string, for those who hold it as a value already.
impl TryFrom<Value> for Network {
    type Error = Error;

    fn try_from(document: Value) -> Result<Network> {
        if document.is_array() {
            return Err(is_a_list());
        }
        let network = Network::deserialize(&document).map_err(|error| {
            misshapen(
                Problem { path: String::from("document"), message: without_values(&error.to_string()) },
                Some(document.clone()),
            )
        })?;
        network.validate()?;
        Ok(network)
    }
}
