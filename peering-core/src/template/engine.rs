//! Templates by name, and the one place where they are rendered.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use minijinja::value::{Kwargs, Serde};
use minijinja::{AutoEscape, Environment, Output, State, UndefinedBehavior, Value};
use serde::{Deserialize, Serialize};

use super::context::RenderContext;
use super::error::{TemplateError, TemplateErrorKind};
use super::escape::{Escape, Style};
use super::load::{Loaded, ReferenceKind, Vocabulary, Whitespace, load, syntax};
use super::view::Password;
use super::{clock, filters, python};
use crate::model::{Network, Template};
use crate::{Compat, Error, ErrorKind, Result};

/// How templates are read and how far they may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Options {
    /// Whose rules apply; [the module](super#peering-managers-rules) lists the differences.
    pub compat: Compat,
    /// The white space of templates that are added without their own.
    pub whitespace: Whitespace,
    /// The number of steps after which a rendering is given up.
    pub fuel: u64,
    /// The number of bytes after which a result is given up.
    pub longest_output: usize,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            compat: Compat::Strict,
            whitespace: Whitespace::default(),
            fuel: 200_000_000,
            longest_output: 256 << 20,
        }
    }
}

/// A set of templates for one platform.
///
/// ```
/// use peering_core::model::{AutonomousSystem, Indexed, Network, Router};
/// use peering_core::template::{Engine, Escape, Options, RenderContext};
/// use peering_core::Asn;
///
/// let mut router = Router::new("r1", "r1.example.net");
/// router.local_autonomous_system = Some(Asn::new(64500));
/// let network = Network {
///     autonomous_systems: vec![AutonomousSystem::new(Asn::new(64500), "Evil\nrouter bgp 1")],
///     routers: vec![router],
///     ..Network::default()
/// };
/// let mut engine = Engine::new(Escape::FRR, Options::default());
/// engine.add("name", "description {{ local_as.name }}")?;
/// let text = engine.render("name", &RenderContext::for_router(Indexed::from(network), "r1")?)?;
/// assert_eq!(text, "description Evil router bgp 1");
/// # Ok::<(), peering_core::Error>(())
/// ```
pub struct Engine {
    escape: Escape,
    options: Options,
    /// Filters, functions and settings, without templates.
    base: Environment<'static>,
    sources: BTreeMap<String, Source>,
    /// Other names of templates: those by number.
    aliases: HashMap<String, String>,
    /// The sets that were made ready, by the white space that they are read with. Only Peering Manager's rules,
    /// by which a template's own setting holds for all that it includes, make more than one.
    ready: Mutex<HashMap<Option<Whitespace>, Arc<Ready>>>,
}

pub(super) struct Source {
    pub(super) text: String,
    pub(super) whitespace: Whitespace,
}

/// Templates that can be rendered.
struct Ready {
    environment: Environment<'static>,
    templates: HashMap<String, Loaded>,
    /// By template, that it uses another one that would see too much.
    hidden: HashMap<String, TemplateError>,
}

impl Engine {
    /// An engine without templates, which guards for one platform.
    pub fn new(escape: Escape, options: Options) -> Engine {
        Engine {
            escape,
            options,
            base: base(escape, options),
            sources: BTreeMap::new(),
            aliases: HashMap::new(),
            ready: Mutex::new(HashMap::new()),
        }
    }

    /// An engine with all templates of a document. They are named `configuration::NAME`, `email::NAME` and
    /// `exporttemplate::NAME`, or with their number in place of the name.
    ///
    /// # Errors
    /// [`ErrorKind::Template`] for the first that is not a template.
    pub fn with_templates(escape: Escape, options: Options, network: &Network) -> Result<Engine> {
        let mut engine = Engine::new(escape, options);
        for template in &network.templates {
            engine.add_template(template)?;
        }
        Ok(engine)
    }

    /// Adds a template, or replaces the one of that name.
    ///
    /// # Errors
    /// [`ErrorKind::Template`] if it is not a template, or uses what cannot be had.
    pub fn add(&mut self, name: &str, source: &str) -> Result<()> {
        self.add_with(name, source, self.options.whitespace)
    }

    /// Adds a template that is read with white space of its own.
    ///
    /// # Errors
    /// As [`add`](Engine::add).
    pub fn add_with(&mut self, name: &str, source: &str, whitespace: Whitespace) -> Result<()> {
        let loaded = self.vocabulary(|vocabulary| load(name, source, whitespace, vocabulary))?;
        loaded.check(name)?;
        self.sources.insert(name.to_owned(), Source { text: source.to_owned(), whitespace });
        self.forget();
        Ok(())
    }

    /// Adds a template of a document under its [key](Template::key), and under its number if it has one. An e-mail's
    /// subject goes with it.
    ///
    /// # Errors
    /// As [`add`](Engine::add).
    pub fn add_template(&mut self, template: &Template) -> Result<()> {
        let whitespace = Whitespace {
            trim_blocks: template.trim_blocks,
            lstrip_blocks: template.lstrip_blocks,
            ..self.options.whitespace
        };
        let key = template.key();
        self.add_with(&key, &template.template, whitespace)?;
        if let Some(subject) = &template.subject {
            self.add_with(&subject_of(&key), subject, whitespace)?;
        }
        if let Some(id) = template.id {
            self.aliases.insert(format!("{}::{id}", template.kind.prefix()), key);
        }
        Ok(())
    }

    /// Adds every file below a directory that ends in `.j2`, `.jinja` or `.jinja2`, named by its path from there
    /// with `/`. Hidden files and folders are left out. Gives the number of templates added.
    ///
    /// # Errors
    /// [`ErrorKind::Storage`] if something cannot be read, [`ErrorKind::Template`] for the first that is not a
    /// template.
    pub fn add_directory(&mut self, directory: impl AsRef<Path>) -> Result<usize> {
        self.add_files(directory.as_ref(), "")
    }

    fn add_files(&mut self, directory: &Path, prefix: &str) -> Result<usize> {
        let unreadable = |path: &Path, error: std::io::Error| {
            Error::new(ErrorKind::Storage, format!("template {} cannot be read", path.display()))
                .with_source(error)
        };
        let entries = std::fs::read_dir(directory).and_then(Iterator::collect::<Result<Vec<_>, _>>);
        let mut entries = entries.map_err(|error| unreadable(directory, error))?;
        entries.sort_by_key(std::fs::DirEntry::file_name);
        let mut added = 0;
        for entry in entries {
            let path = entry.path();
            let Ok(name) = entry.file_name().into_string() else { continue };
            if name.starts_with('.') {
                continue;
            }
            let kind = entry.file_type().map_err(|error| unreadable(&path, error))?;
            if kind.is_dir() {
                added += self.add_files(&path, &format!("{prefix}{name}/"))?;
            } else if [".j2", ".jinja", ".jinja2"].iter().any(|end| name.ends_with(end)) {
                let source = std::fs::read_to_string(&path).map_err(|error| unreadable(&path, error))?;
                self.add(&format!("{prefix}{name}"), &source)?;
                added += 1;
            }
        }
        Ok(added)
    }

    /// The templates' names, in order.
    pub fn names(&self) -> Vec<&str> {
        self.sources.keys().map(String::as_str).collect()
    }

    /// The policy by which strings are guarded.
    pub fn escape(&self) -> Escape {
        self.escape
    }

    /// The names of all functions and the like.
    pub(super) fn globals(&self) -> HashSet<String> {
        self.base.globals().map(|(name, _)| name.to_owned()).collect()
    }

    /// The name under which a template is kept, for a name or number by which another one includes it.
    pub(super) fn resolve<'a>(&'a self, name: &'a str) -> Option<&'a str> {
        resolved(name, &self.aliases, |name| self.sources.contains_key(name))
    }

    pub(super) fn source(&self, name: &str) -> Option<&Source> {
        self.sources.get(self.resolve(name)?)
    }

    /// Renders a template.
    ///
    /// # Errors
    /// [`ErrorKind::Template`], with a [`TemplateError`] as its source: anything undefined, any failing filter, a
    /// password that the platform cannot express, a line longer than the platform reads, out of fuel.
    /// [`ErrorKind::NotFound`] if there is no such template. [`ErrorKind::Options`] if the engine guards for another
    /// platform than that of the context's router.
    pub fn render(&self, name: &str, context: &RenderContext) -> Result<String> {
        self.check_platform(context)?;
        let key = self
            .resolve(name)
            .ok_or_else(|| Error::new(ErrorKind::NotFound, format!("there is no template {name:?}")))?;
        let whitespace = self.sources.get(key).map(|source| source.whitespace).unwrap_or_default();
        let ready = self.ready(whitespace)?;
        ready.check_hidden(self, key)?;
        let failed = |error: &minijinja::Error| TemplateError::from_engine(key, error, &context.secrets());
        let template = ready.environment.get_template(key).map_err(|error| failed(&error))?;
        let mut output = Limited { bytes: Vec::new(), limit: self.options.longest_output };
        let result = template.render_captured_to(context.value(self.options.compat), &mut output).map(|_| ());
        result.map_err(|error| {
            let error = failed(&error);
            match error.kind() {
                TemplateErrorKind::TooLong => {
                    let detail = format!("the result is longer than {} bytes", self.options.longest_output);
                    TemplateError::new(key, TemplateErrorKind::TooLong, error.line(), detail)
                }
                _ => error,
            }
        })?;
        // The engine writes whole strings.
        let text = String::from_utf8(output.bytes).unwrap_or_default();
        self.check_lines(key, &text)?;
        Ok(text)
    }

    fn check_lines(&self, name: &str, text: &str) -> Result<()> {
        if let Some(longest) = self.escape.longest_line
            && let Some(line) = text.lines().position(|line| line.len() > longest)
        {
            let detail = format!(
                "line {} of the result is longer than the {longest} bytes that {} reads as one line",
                line + 1,
                self.escape.name
            );
            return Err(TemplateError::new(name, TemplateErrorKind::TooLong, None, detail).into());
        }
        Ok(())
    }

    /// Applies one filter to plain values, as a template would, and gives what it gives: text of models and addresses
    /// as text.
    ///
    /// # Errors
    /// [`ErrorKind::Template`] if there is no such filter or it fails.
    pub fn apply_filter<N: AsRef<str>, V: Serialize>(
        &self,
        filter: &str,
        arguments: impl IntoIterator<Item = V>,
        named: impl IntoIterator<Item = (N, V)>,
    ) -> Result<serde_json::Value> {
        let mut values: Vec<Value> = arguments.into_iter().map(|value| Value::from(Serde(value))).collect();
        let named: Kwargs = named
            .into_iter()
            .map(|(name, value)| (name.as_ref().to_owned(), Value::from(Serde(value))))
            .collect();
        if named.args().next().is_some() {
            values.push(Value::from(named));
        }
        let result = self.base.empty_state().apply_filter(filter, &values).map_err(|error| {
            Error::from(TemplateError::from_engine(&format!("filter {filter}"), &error, &[]))
        })?;
        Ok(plain(&result))
    }

    fn forget(&mut self) {
        self.ready.get_mut().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// The set of templates in which one with this white space is rendered.
    fn ready(&self, whitespace: Whitespace) -> Result<Arc<Ready>, TemplateError> {
        let key = (self.options.compat == Compat::PeeringManager).then_some(whitespace);
        let mut all = self.ready.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(ready) = all.get(&key) {
            return Ok(Arc::clone(ready));
        }
        let mut ready =
            Ready { environment: self.base.clone(), templates: HashMap::new(), hidden: HashMap::new() };
        for (name, source) in &self.sources {
            let whitespace = key.unwrap_or(source.whitespace);
            let loaded = self.vocabulary(|vocabulary| load(name, &source.text, whitespace, vocabulary))?;
            ready
                .environment
                .add_template_owned(name.clone(), loaded.text.clone())
                .map_err(|error| TemplateError::from_engine(name, &error, &[]))?;
            ready.templates.insert(name.clone(), loaded);
        }
        let names: HashSet<String> = self.sources.keys().cloned().collect();
        let aliases = self.aliases.clone();
        ready.environment.set_path_join_callback(move |name, _| {
            resolved(name, &aliases, |name| names.contains(name)).unwrap_or(name).to_owned().into()
        });
        ready.find_hidden(self);
        let ready = Arc::new(ready);
        all.insert(key, Arc::clone(&ready));
        Ok(ready)
    }

    /// Calls with what templates may use.
    pub(super) fn vocabulary<T>(&self, call: impl FnOnce(&Vocabulary<'_>) -> T) -> T {
        let state = std::cell::RefCell::new(self.base.empty_state());
        // There is no list of filters; one that is not there says so, whatever it is applied to.
        let is_filter = |name: &str| {
            let applied = state.borrow_mut().apply_filter(name, &[]);
            applied.map_or_else(|error| error.kind() != minijinja::ErrorKind::UnknownFilter, |_| true)
        };
        let is_test = |name: &str| {
            let performed = state.borrow_mut().perform_test(name, &[]);
            performed.map_or_else(|error| error.kind() != minijinja::ErrorKind::UnknownTest, |_| true)
        };
        call(&Vocabulary { is_filter: &is_filter, is_test: &is_test })
    }

    fn check_platform(&self, context: &RenderContext) -> Result<()> {
        let Some(driver) = context.driver() else { return Ok(()) };
        let fits = driver == self.escape.name || self.escape == Escape::for_driver(driver);
        // JSON is for other programs, whatever the router; and who switches the guard off has said so.
        if fits || self.escape.style == Style::JsonString || self.escape == Escape::UNGUARDED {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::Options,
            format!("the engine guards for {:?}, but the router's driver is {driver:?}", self.escape.name),
        ))
    }
}

/// The name under which a template is kept, for that name, an alias, or a file that `include_configuration` names.
fn resolved<'a>(
    name: &'a str,
    aliases: &'a HashMap<String, String>,
    is_known: impl Fn(&str) -> bool,
) -> Option<&'a str> {
    let known = |name: &'a str| is_known(name).then_some(name);
    known(name).or_else(|| aliases.get(name).map(String::as_str)).or_else(|| known(name.split_once("::")?.1))
}

/// What all templates of an engine have.
fn base(escape: Escape, options: Options) -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(match options.compat {
        Compat::Strict => UndefinedBehavior::Strict,
        Compat::PeeringManager => UndefinedBehavior::Lenient,
    });
    // For the names in errors' details; the report that holds variables is never shown.
    environment.set_debug(true);
    environment.set_fuel(Some(options.fuel));
    environment.set_syntax(syntax());
    // Any mode but `None` makes the output of macros and set-blocks exempt, and guards what is mixed with it.
    environment.set_auto_escape_callback(|_| AutoEscape::Custom("platform".into()));
    environment.set_formatter(move |out, state, value| emit(&escape, out, state, value));
    python::install(&mut environment);
    filters::install(&mut environment, escape, options.compat);
    clock::install(&mut environment);
    environment.add_global("__missing", Value::UNDEFINED);
    environment
}

impl Ready {
    /// Finds the templates that import others, or include them without context, that would see what they must not: here
    /// they would, in Jinja2 they do not.
    fn find_hidden(&mut self, engine: &Engine) {
        for (name, loaded) in &self.templates {
            let unseeing = loaded.references.iter().filter(|reference| !reference.with_context);
            let error = unseeing.into_iter().find_map(|reference| {
                let other = engine.resolve(reference.name.as_deref()?)?;
                let variable = self.free_variable(other)?;
                let word = if reference.kind == ReferenceKind::Include { "include" } else { "import" };
                let detail = format!(
                    "the template {other:?} uses `{variable}`, which it does not see; say `{word} … with context`"
                );
                Some(TemplateError::new(name, TemplateErrorKind::Refused, Some(reference.line), detail))
            });
            self.hidden.extend(error.map(|error| (name.clone(), error)));
        }
    }

    /// A variable that a template takes from whoever uses it.
    fn free_variable(&self, name: &str) -> Option<String> {
        let template = self.environment.get_template(name).ok()?;
        let mut free: Vec<String> = template.undeclared_variables(false).into_iter().collect();
        free.retain(|name| !self.environment.globals().any(|(global, _)| global == name));
        free.sort_unstable();
        free.into_iter().next()
    }

    /// Refuses a template that leads to one of those.
    fn check_hidden(&self, engine: &Engine, root: &str) -> Result<(), TemplateError> {
        if self.hidden.is_empty() {
            return Ok(());
        }
        let mut seen = HashSet::from([root]);
        let mut open = vec![root];
        while let Some(name) = open.pop() {
            if let Some(error) = self.hidden.get(name) {
                return Err(error.clone());
            }
            let references = self.templates.get(name).map(|loaded| loaded.references.as_slice());
            let others =
                references.unwrap_or_default().iter().filter_map(|reference| reference.name.as_deref());
            open.extend(others.filter_map(|other| engine.resolve(other)).filter(|other| seen.insert(other)));
        }
        Ok(())
    }
}

/// The name under which the subject of an e-mail is kept.
pub(super) fn subject_of(key: &str) -> String {
    format!("{key}/subject")
}

/// A value for other programs.
fn plain(value: &Value) -> serde_json::Value {
    if let Some(text) = value.as_str() {
        return text.into();
    }
    match serde_json::to_value(value) {
        Ok(json) if !matches!(value.kind(), minijinja::value::ValueKind::Plain) => json,
        _ => value.to_string().into(),
    }
}

/// What is written, up to a limit.
struct Limited {
    bytes: Vec<u8>,
    limit: usize,
}

impl io::Write for Limited {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.bytes.len() + bytes.len() > self.limit {
            return Err(io::Error::other("the result is too long"));
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine").field("escape", &self.escape.name).field("templates", &self.names()).finish()
    }
}

/// The output formatter: everything that `{{ }}` emits passes here.
fn emit(
    escape: &Escape,
    out: &mut Output<'_>,
    _: &mut State<'_, '_>,
    value: &Value,
) -> Result<(), minijinja::Error> {
    if let Some(password) = value.downcast_object_ref::<Password>() {
        let password = escape.secret(password.0.expose()).ok_or_else(|| {
            minijinja::Error::new(
                minijinja::ErrorKind::InvalidOperation,
                format!("{} cannot express this password; change it", escape.name),
            )
        })?;
        return out.write_str(password).map_err(minijinja::Error::from);
    }
    if value.is_safe() {
        return out.write_str(value.as_str().unwrap_or_default()).map_err(minijinja::Error::from);
    }
    out.write_str(&escape.guard(&python::text(value))).map_err(minijinja::Error::from)
}
