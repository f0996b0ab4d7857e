//! Routers, what they run, and templates.

use serde_json::Value;

use super::endpoint::Kind;
use super::record::Record;
use super::report::LineKind;
use crate::model::{Platform, Router, Template, TemplateKind};

/// A router; and its platform, if that is a word, as in old versions.
pub(super) fn router(record: &mut Record<'_>, name: String) -> (Router, Option<Platform>) {
    record.value("name");
    let hostname = record.text("hostname").unwrap_or_else(|| name.clone());
    let mut router = Router::new(name, hostname);
    let mut made = None;
    router.platform = match record.value("platform") {
        Some(Value::String(word)) => {
            made = Some(Platform::new(word.clone(), word.clone()));
            Some(word.clone())
        }
        _ => record.key("platform", Kind::Platform),
    };
    router.status = record.choice("status").unwrap_or_default();
    router.local_autonomous_system = record.asn("local_autonomous_system");
    router.encrypt_passwords = record.flag("encrypt_passwords").unwrap_or_default();
    router.poll_bgp_sessions_state = record.flag("poll_bgp_sessions_state").unwrap_or_default();
    router.configuration_template = record.key("configuration_template", Kind::Configuration);
    router.communities = record.all_keys("communities", Kind::Community);
    router.tags = record.tags();
    router.config_contexts = record.contexts();
    router.local_context_data = record.local_context();
    (router.description, router.comments) = record.words();
    router.id = record.id;
    (router, made)
}

pub(super) fn platform(record: &mut Record<'_>, name: String) -> Platform {
    record.value("name");
    let driver = record.text("napalm_driver").unwrap_or_default();
    if driver.is_empty() {
        record.line(LineKind::Missing, Some("napalm_driver"), "there is no driver; give the platform one");
    }
    let mut platform = Platform::new(name, driver);
    platform.slug = record.text("slug");
    platform.password_algorithm = record.choice("password_algorithm");
    platform.description = record.description();
    platform.id = record.id;
    platform
}

pub(super) fn template(record: &mut Record<'_>, name: String, kind: TemplateKind) -> Template {
    record.value("name");
    let mut template = Template::new(name, record.text("template").unwrap_or_default());
    template.kind = kind;
    template.trim_blocks = record.flag("jinja2_trim").unwrap_or_default();
    template.lstrip_blocks = record.flag("jinja2_lstrip").unwrap_or_default();
    if kind == TemplateKind::Email {
        template.subject = record.text("subject");
    }
    template.description = record.description();
    template.id = record.id;
    template
}
