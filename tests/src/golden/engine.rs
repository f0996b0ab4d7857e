//! The template engine as the golden rows ask it: the one place here that knows how it is called.

use std::collections::BTreeMap;
use std::error::Error as _;
use std::sync::Arc;

use peering_core::model::Indexed;
use peering_core::template::{
    Engine, Escape, Options, RenderContext, TemplateError, TemplateErrorKind, Whitespace,
};
use peering_core::{Compat, Error};
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
    pub(super) kind: Option<TemplateErrorKind>,
}

impl Failure {
    /// Whether the template could not even be read. For Jinja2, a filter or test that does not exist is such a case.
    pub(super) fn is_syntax(&self) -> bool {
        use TemplateErrorKind::{Syntax, UnknownFilter, UnknownTest};
        self.kind.is_some_and(|kind| matches!(kind, Syntax | UnknownFilter | UnknownTest))
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let source = error.source().and_then(|source| source.downcast_ref::<TemplateError>());
        Failure {
            line: source.and_then(TemplateError::line),
            kind: source.map(TemplateError::kind),
            message: error.to_string(),
        }
    }
}

const NAME: &str = "golden";

/// Renders a configuration template for a router; the network's own templates can be included.
pub(super) fn render(
    network: &Arc<Indexed>,
    router: &str,
    template: &str,
    whitespace: Whitespace,
) -> Result<String, Failure> {
    let mut engine = Engine::with_templates(Escape::UNGUARDED, options(), network)?;
    engine.add_with(NAME, template, whitespace)?;
    Ok(engine.render(NAME, &RenderContext::for_router(Arc::clone(network), router)?)?)
}

fn options() -> Options {
    Options { compat: Compat::PeeringManager, ..Options::default() }
}

/// Applies a filter to the first of the arguments.
pub(super) fn filter(
    name: &str,
    arguments: &[Box<RawValue>],
    named: &BTreeMap<String, Box<RawValue>>,
) -> Result<Value, Failure> {
    let engine = Engine::new(Escape::UNGUARDED, options());
    let arguments = arguments.iter().map(|argument| Ordered(argument));
    let named = named.iter().map(|(name, argument)| (name, Ordered(argument)));
    Ok(engine.apply_filter(name, arguments, named)?)
}

/// JSON text whose maps keep their order.
struct Ordered<'t>(&'t RawValue);

impl Serialize for Ordered<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        transcode(&mut serde_json::Deserializer::from_str(self.0.get()), serializer)
    }
}
