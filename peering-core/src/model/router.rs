//! Our routers and what they run.

use serde::{Deserialize, Serialize};

use super::serial::{default, is_default};
use super::{Context, ContextAssignment, Status};
use crate::Asn;
use crate::cipher::PasswordAlgorithm;

/// One of our routers, as the plan knows it. Its credentials are not here but in a
/// [`Target`](crate::driver::Target).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Router {
    /// The key by which everything refers to it; unique in a [`Network`](super::Network).
    pub name: String,
    /// Where it is reached: a host name or an address.
    pub hostname: String,
    /// The platform's name.
    #[serde(default, skip_serializing_if = "is_default")]
    pub platform: Option<String>,
    /// Whether it is in use.
    #[serde(default)]
    pub status: Status,
    /// The autonomous system of ours that it belongs to.
    #[serde(default, skip_serializing_if = "is_default")]
    pub local_autonomous_system: Option<Asn>,
    /// Whether passwords are given to templates in the platform's own cipher, too.
    #[serde(default, skip_serializing_if = "is_default")]
    pub encrypt_passwords: bool,
    /// Whether the state of its sessions is polled.
    #[serde(default, skip_serializing_if = "is_default")]
    pub poll_bgp_sessions_state: bool,
    /// The name of the template that renders its configuration.
    #[serde(default, skip_serializing_if = "is_default")]
    pub configuration_template: Option<String>,
    /// Slugs of the communities of all its sessions.
    #[serde(default, skip_serializing_if = "is_default")]
    pub communities: Vec<String>,
    /// Slugs of its tags.
    #[serde(default, skip_serializing_if = "is_default")]
    pub tags: Vec<String>,
    /// The contexts that apply to it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub config_contexts: Vec<ContextAssignment>,
    /// Values of its own for templates, over those of its contexts.
    #[serde(default, skip_serializing_if = "is_default")]
    pub local_context_data: Context,
    /// Its number in the system that it was imported from.
    #[serde(default, skip_serializing_if = "is_default")]
    pub id: Option<u64>,
    /// What the operator has to say about it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub description: String,
    /// Longer notes of the operator's.
    #[serde(default, skip_serializing_if = "is_default")]
    pub comments: String,
}

impl Router {
    /// An enabled router.
    pub fn new(name: impl Into<String>, hostname: impl Into<String>) -> Self {
        Router {
            name: name.into(),
            hostname: hostname.into(),
            platform: None,
            status: Status::Enabled,
            local_autonomous_system: None,
            encrypt_passwords: false,
            poll_bgp_sessions_state: false,
            configuration_template: None,
            communities: Vec::new(),
            tags: Vec::new(),
            config_contexts: Vec::new(),
            local_context_data: default(),
            id: None,
            description: String::new(),
            comments: String::new(),
        }
    }

    /// Whether a configuration may be pushed to it: not if it is disabled. Maintenance is no obstacle.
    pub fn is_usable(&self) -> bool {
        self.status != Status::Disabled
    }
}

/// A kind of router: which driver talks to it, and so which language its configuration is written in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Platform {
    /// The key by which routers refer to it, e.g. `FRRouting`; unique in a [`Network`](super::Network).
    pub name: String,
    /// The driver's name, e.g. `frr`.
    pub driver: String,
    /// A short name for templates, e.g. `juniper-junos`; the name in lower case with hyphens, if there is none.
    #[serde(default, skip_serializing_if = "is_default")]
    pub slug: Option<String>,
    /// How the platform hides passwords in its configuration.
    #[serde(default, skip_serializing_if = "is_default")]
    pub password_algorithm: Option<PasswordAlgorithm>,
    /// Its number in the system that it was imported from.
    #[serde(default, skip_serializing_if = "is_default")]
    pub id: Option<u64>,
    /// What the operator has to say about it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub description: String,
}

impl Platform {
    /// A platform whose passwords are given to templates in clear only.
    pub fn new(name: impl Into<String>, driver: impl Into<String>) -> Self {
        Platform { name: name.into(), driver: driver.into(), ..Platform::default() }
    }

    /// The short name for templates: as given, else the name in lower case with hyphens.
    pub fn slug(&self) -> String {
        self.slug.clone().unwrap_or_else(|| {
            let mut slug = String::new();
            for c in self.name.to_lowercase().chars() {
                match c {
                    'a'..='z' | '0'..='9' | '_' => slug.push(c),
                    _ if !slug.is_empty() && !slug.ends_with('-') => slug.push('-'),
                    _ => {}
                }
            }
            slug.trim_end_matches('-').to_owned()
        })
    }
}

/// A Jinja2 template, as part of the document.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Template {
    /// The key by which routers and other templates refer to it; unique among the templates of its kind.
    pub name: String,
    /// What it renders.
    #[serde(default)]
    pub kind: TemplateKind,
    /// The source.
    pub template: String,
    /// The source of an e-mail's subject.
    #[serde(default, skip_serializing_if = "is_default")]
    pub subject: Option<String>,
    /// Whether the line end after a block tag is dropped (Jinja2's `trim_blocks`).
    #[serde(default, skip_serializing_if = "is_default")]
    pub trim_blocks: bool,
    /// Whether blanks before a block tag are dropped (Jinja2's `lstrip_blocks`).
    #[serde(default, skip_serializing_if = "is_default")]
    pub lstrip_blocks: bool,
    /// Its number in the system that it was imported from; an include may use it instead of the name.
    #[serde(default, skip_serializing_if = "is_default")]
    pub id: Option<u64>,
    /// What the operator has to say about it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub description: String,
}

/// What a [`Template`] renders.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum TemplateKind {
    /// A router's configuration: `configuration`.
    #[default]
    Configuration,
    /// An e-mail's subject and body: `email`.
    Email,
    /// Text about any part of the network: `export`.
    Export,
}

impl TemplateKind {
    /// What stands before `::` in the name by which other templates include one of this kind.
    pub const fn prefix(self) -> &'static str {
        match self {
            TemplateKind::Configuration => "configuration",
            TemplateKind::Email => "email",
            TemplateKind::Export => "exporttemplate",
        }
    }
}

impl Template {
    /// The name by which other templates include it: its kind, `::`, its name.
    pub fn key(&self) -> String {
        format!("{}::{}", self.kind.prefix(), self.name)
    }

    /// A configuration template.
    pub fn new(name: impl Into<String>, template: impl Into<String>) -> Self {
        Template { name: name.into(), template: template.into(), ..Template::default() }
    }
}
