//! Templates by name, and the one place where they are rendered.

use std::fmt;
use std::path::Path;

use minijinja::syntax::SyntaxConfig;
use minijinja::{AutoEscape, Environment, Output, State, UndefinedBehavior, Value};

use super::context::RenderContext;
use super::error::TemplateError;
use super::escape::{Escape, Style};
use super::{filters, python};
use super::view::Password;
use crate::{Error, ErrorKind, Result};

/// How templates are read and how long they may run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Whether the line end after a block tag is dropped (Jinja2's `trim_blocks`).
    pub trim_blocks: bool,
    /// Whether blanks before a block tag are dropped (Jinja2's `lstrip_blocks`).
    pub lstrip_blocks: bool,
    /// Whether the line end at the end of a template is kept; Jinja2 drops it.
    pub keep_trailing_newline: bool,
    /// The number of steps after which a rendering is given up.
    pub fuel: u64,
}

impl Default for Options {
    fn default() -> Self {
        Options { trim_blocks: false, lstrip_blocks: false, keep_trailing_newline: false, fuel: 50_000_000 }
    }
}

/// A set of templates for one platform.
///
/// ```
/// use peering_core::model::{AutonomousSystem, Network, Router};
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
/// let text = engine.render("name", &RenderContext::for_router(&network, "r1")?)?;
/// assert_eq!(text, "description Evil router bgp 1");
/// # Ok::<(), peering_core::Error>(())
/// ```
pub struct Engine {
    environment: Environment<'static>,
    escape: Escape,
}

impl Engine {
    /// An engine without templates, which guards for one platform.
    pub fn new(escape: Escape, options: Options) -> Engine {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        // For the names in errors' details; the report that holds variables is never shown.
        environment.set_debug(true);
        environment.set_fuel(Some(options.fuel));
        let syntax = SyntaxConfig::builder()
            .trim_blocks(options.trim_blocks)
            .lstrip_blocks(options.lstrip_blocks)
            .keep_trailing_newline(options.keep_trailing_newline)
            .build();
        // Only delimiters can be wrong, and none were set.
        environment.set_syntax(syntax.unwrap_or_default());
        // Any mode but `None` makes the output of macros and set-blocks exempt, and guards what is mixed with it.
        environment.set_auto_escape_callback(|_| AutoEscape::Custom("platform".into()));
        environment.set_formatter(move |out, state, value| emit(&escape, out, state, value));
        python::install(&mut environment);
        filters::install(&mut environment, escape);
        Engine { environment, escape }
    }

    /// Adds a template, or replaces the one of that name.
    ///
    /// # Errors
    /// [`ErrorKind::Template`] if it is not a template.
    pub fn add(&mut self, name: &str, source: &str) -> Result<()> {
        refuse_autoescape(name, source)?;
        self.environment
            .add_template_owned(name.to_owned(), source.to_owned())
            .map_err(|error| TemplateError::from_engine(name, &error, &[]).into())
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
        let mut names: Vec<&str> = self.environment.templates().map(|(name, _)| name).collect();
        names.sort_unstable();
        names
    }

    /// The policy by which strings are guarded.
    pub fn escape(&self) -> Escape {
        self.escape
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
        let template = self
            .environment
            .get_template(name)
            .map_err(|_| Error::new(ErrorKind::NotFound, format!("there is no template {name:?}")))?;
        let text = template
            .render(context.value())
            .map_err(|error| TemplateError::from_engine(name, &error, context.secrets()))?;
        if let Some(longest) = self.escape.longest_line
            && let Some(line) = text.lines().position(|line| line.len() > longest)
        {
            let detail = format!(
                "line {} of the result is longer than the {longest} bytes that {} reads as one line",
                line + 1,
                self.escape.name
            );
            return Err(TemplateError::new(name, None, detail).into());
        }
        Ok(text)
    }

    fn check_platform(&self, context: &RenderContext) -> Result<()> {
        let Some(driver) = context.driver() else { return Ok(()) };
        let fits = driver == self.escape.name || self.escape == Escape::for_driver(driver);
        // JSON is for other programs, whatever the router.
        if fits || self.escape.style == Style::JsonString {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::Options,
            format!("the engine guards for {:?}, but the router's driver is {driver:?}", self.escape.name),
        ))
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
    match value.as_str() {
        Some(text) if value.is_safe() => out.write_str(text),
        Some(text) => out.write_str(&escape.guard(text)),
        None => out.write_str(&escape.guard(&value.to_string())),
    }
    .map_err(minijinja::Error::from)
}

/// Another mode would let the engine mark strings as exempt that no policy has seen.
fn refuse_autoescape(name: &str, source: &str) -> Result<()> {
    for (position, tag) in source.match_indices("{%") {
        let after = source.get(position + tag.len()..).unwrap_or_default();
        if after.trim_start_matches(['-', '+']).trim_start().starts_with("autoescape") {
            let line = source.get(..position).unwrap_or_default().lines().count().max(1);
            return Err(TemplateError::new(
                name,
                Some(line),
                "the guard cannot be changed; use the filter `raw`",
            )
            .into());
        }
    }
    Ok(())
}
