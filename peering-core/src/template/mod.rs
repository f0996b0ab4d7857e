//! Jinja2 templates over the models: the only place that knows the template engine.
//!
//! An [`Engine`] holds templates by name and renders one of them with a [`RenderContext`] for one router. A template
//! sees models and nothing else: no network, no clock, no disk (a directory of templates is read once, when it is
//! added). An unknown name is an error, not an empty string, and an error is an [`Error`](crate::Error) of
//! kind [`Template`](crate::ErrorKind::Template) with the template's name and line, never text that looks
//! like a configuration.
//!
//! # The output guard
//!
//! Names, descriptions and AS-SETs were written by strangers. The engine has no taint, so *every* string that
//! `{{ … }}` emits passes the [`Escape`] policy of the platform being rendered: it can neither begin a new line nor
//! carry what the platform would take as an instruction. Exempt are what the template itself wrote:
//! text outside of `{{ }}`, includes, the output of macros and of `{% set %}…{% endset %}` blocks (guarded inside),
//! and a value with the filter `raw`.
//! In `~`, `join`, `replace` and `format` the unguarded parts are guarded before they are mixed with exempt ones.
//!
//! The guard works on values. It does not know where on the line a value stands, so it cannot help where a stranger's
//! text *begins* a line or is one word of a command; there use the filter `token`.
//! A password is emitted unchanged or, where the platform cannot express it, refused.
//!
//! # Filters
//!
//! Jinja2's built-in ones except `safe` (say `raw`), and these, by Peering Manager's names where it has one:
//!
//! | filter | takes | gives |
//! |---|---|---|
//! | `ipv4`, `ipv6` | text | the address, with its prefix length if it had one, if it is of that family; else `none` |
//! | `ip` | session, text, or a list of them | the address without prefix length; an error if there is none |
//! | `ip_version` | session, text | 4 or 6 |
//! | `sessions(family=0)`, `route_server(family=0)` | exchange | its sessions on this router; only those with route servers |
//! | `connections` | exchange, router | our connections there, on this router |
//! | `max_prefix` | session | the peer's limit for the session's family; may be `none` or 0, which is no limit |
//! | `unique_items(field)` | list | the first of each value of the attribute |
//! | `iterate(field)` | list | the values of the attribute, without `none` |
//! | `safe_string` | text | compatibility decomposition (NFKD) without what is not ASCII |
//! | `token` | text | one word of letters, digits, `.`, `_`, `-`; an error if nothing is left |
//! | `quote(char='"')` | text | in quotes that the text cannot end; nothing for nothing |
//! | `escape`, `e` | anything | guarded now |
//! | `raw` | text | exempt from the guard |
//! | `tojson` | anything | JSON, whose strings cannot begin a line |

mod check;
mod clock;
mod context;
mod email;
mod engine;
mod error;
mod escape;
mod filters;
mod load;
mod python;
mod view;

pub use check::{Finding, FindingKind};
pub use context::{Meeting, MeetingFacility, MissingSession, RenderContext};
pub use email::Email;
pub use engine::{Engine, Options};
pub use error::{TemplateError, TemplateErrorKind};
pub use escape::{Escape, Replacement, Style, When};
pub use load::Whitespace;

#[cfg(test)]
mod tests;
