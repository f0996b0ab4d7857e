//! Messages to peers: the same engine, and whom to send them to.

use serde::Serialize;

use super::context::RenderContext;
use super::engine::{Engine, subject_of};
use super::error::{TemplateError, TemplateErrorKind};
use crate::model::Contact;
use crate::{Error, ErrorKind, Result};

/// A message that can be sent. Sending is somebody else's business.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Email {
    /// One line, without control characters: it can stand in a header (RFC 5322).
    pub subject: String,
    /// The text.
    pub body: String,
    /// Whom to send it to: in the order of the roles asked for, each address once.
    pub recipients: Vec<Contact>,
}

impl Engine {
    /// Renders an e-mail template (`email::NAME`, or just its name) for a peer: subject, body, and the peer's contacts
    /// in these roles. Without roles it is all of its contacts that have an address. `known` adds contacts that are not
    /// in the document, e.g. [those of PeeringDB](Contact::from_record); they come last.
    ///
    /// An engine that guards with [`Escape::PLAIN`](super::Escape::PLAIN) is right for e-mail.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] if there is no such template, or it has no subject. [`ErrorKind::Options`] if the context
    /// is not [for a peer](RenderContext::for_peer). [`ErrorKind::Template`] as for [`render`](Engine::render), and for
    /// a subject of several lines.
    pub fn render_email(
        &self,
        name: &str,
        context: &RenderContext,
        roles: &[&str],
        known: &[Contact],
    ) -> Result<Email> {
        let key = if name.contains("::") { name.to_owned() } else { format!("email::{name}") };
        let key = self.resolve(&key).ok_or_else(|| {
            Error::new(ErrorKind::NotFound, format!("there is no e-mail template {name:?}"))
        })?;
        let subject_key = subject_of(key);
        if self.resolve(&subject_key).is_none() {
            return Err(Error::new(ErrorKind::NotFound, format!("the template {key:?} has no subject")));
        }
        let peer = context
            .peer()
            .and_then(|index| context.network().autonomous_systems.get(index))
            .ok_or_else(|| Error::new(ErrorKind::Options, "an e-mail needs a context for a peer"))?;
        let subject = self.render(&subject_key, context)?;
        let subject = subject.trim();
        if subject.chars().any(char::is_control) {
            let detail = "the subject has several lines, or control characters";
            return Err(TemplateError::new(&subject_key, TemplateErrorKind::Value, None, detail).into());
        }
        let recipients = peer.recipients(roles, known).into_iter().cloned().collect();
        Ok(Email { subject: subject.to_owned(), body: self.render(key, context)?, recipients })
    }
}
