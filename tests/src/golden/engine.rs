//! The template engine as the golden rows ask it: the one place here that knows how it is called.

use std::collections::BTreeMap;
use std::error::Error as _;
use std::fmt::Write as _;

use peering_core::model::{AutonomousSystem, Network, Router, TemplateKind};
use peering_core::template::{Engine, Escape, Options, RenderContext, TemplateError};
use peering_core::{Asn, Error};
use serde::{Serialize, Serializer};
use serde_json::Value;
use serde_json::value::RawValue;
use serde_transcode::transcode;

/// Why something could not be rendered.
#[derive(Debug, PartialEq)]
pub(super) struct Failure {
    /// The line in the template, counted from 1.
    pub(super) line: Option<usize>,
    pub(super) message: String,
}

impl Failure {
    /// Whether the template could not even be read. For Jinja2, a filter or test that does not exist is such a case.
    pub(super) fn is_syntax(&self) -> bool {
        ["syntax error", "unknown filter", "unknown test"].iter().any(|words| self.message.contains(words))
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let source = error.source().and_then(|source| source.downcast_ref::<TemplateError>());
        Failure { line: source.and_then(TemplateError::line), message: error.to_string() }
    }
}

const NAME: &str = "golden";

/// Renders a configuration template for a router; the network's own templates can be included.
pub(super) fn render(
    network: &Network,
    router: &str,
    template: &str,
    trim_blocks: bool,
    lstrip_blocks: bool,
) -> Result<String, Failure> {
    let options = Options { trim_blocks, lstrip_blocks, ..Options::default() };
    let mut engine = Engine::new(Escape::PLAIN, options);
    for included in network.templates.iter().filter(|row| row.kind == TemplateKind::Configuration) {
        engine.add(&format!("{}::{}", included.kind.prefix(), included.name), &included.template)?;
    }
    engine.add(NAME, template)?;
    Ok(engine.render(NAME, &RenderContext::for_router(network, router)?)?)
}

/// Applies a filter to the first of the arguments.
pub(super) fn filter(
    name: &str,
    arguments: &[Box<RawValue>],
    named: &BTreeMap<String, Box<RawValue>>,
) -> Result<Value, Failure> {
    let (network, router) = nothing();
    let mut context = RenderContext::for_router(&network, &router)?;
    let mut given = String::new();
    for (position, argument) in arguments.iter().enumerate() {
        context = context.with(&format!("argument_{position}"), Ordered(argument));
        if position > 0 {
            let _ = write!(given, "argument_{position}, ");
        }
    }
    for (key, argument) in named {
        context = context.with(&format!("named_{key}"), Ordered(argument));
        let _ = write!(given, "{key}=named_{key}, ");
    }
    let mut engine = Engine::new(Escape::PLAIN, Options::default());
    engine.add(NAME, &format!("{{{{ (argument_0 | {name}({given})) | tojson }}}}"))?;
    let text = engine.render(NAME, &context)?;
    serde_json::from_str(&text)
        .map_err(|error| Failure { line: None, message: format!("{text:?} is no JSON: {error}") })
}

/// A network in which nothing is but what rendering asks for.
fn nothing() -> (Network, String) {
    let asn = Asn::new(64500);
    let mut router = Router::new("r", "r.example.net");
    router.local_autonomous_system = Some(asn);
    let autonomous_systems = vec![AutonomousSystem::new(asn, "Ours")];
    (Network { autonomous_systems, routers: vec![router], ..Network::default() }, "r".to_owned())
}

/// JSON text whose maps keep their order.
struct Ordered<'t>(&'t RawValue);

impl Serialize for Ordered<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        transcode(&mut serde_json::Deserializer::from_str(self.0.get()), serializer)
    }
}
