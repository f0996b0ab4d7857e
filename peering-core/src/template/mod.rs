//! Jinja2 templates over the models: the only place that knows the template engine.
//!
//! An [`Engine`] holds templates by name and renders one of them with a [`RenderContext`] for one router. A template
//! sees models and nothing else: no network, no clock, no disk (a directory of templates is read once, when it is
//! added). An unknown name is an error, not an empty string, and an error is an [`Error`](crate::Error) of
//! kind [`Template`](crate::ErrorKind::Template) whose source is a [`TemplateError`] with kind, template and line, never
//! text that looks like a configuration. [`Engine::check`] finds wrong names before there are data.
//!
//! Templates written for Peering Manager render as they are: its context, its filters, its tags
//! (`{% include_configuration "X" %}`), the methods of its query sets (`.all()`, `.filter(slug="x").first()`), and
//! Python's on texts, lists and dictionaries.
//!
//! # The output guard
//!
//! Names, descriptions and AS-SETs were written by strangers. The engine has no taint, so *every* string that
//! `{{ … }}` emits passes the [`Escape`] policy of the platform being rendered: it can neither begin a new line nor
//! carry what the platform would take as an instruction. Exempt are what the template itself wrote:
//! text outside of `{{ }}`, includes, the output of macros and of `{% set %}…{% endset %}` blocks (guarded inside),
//! documents (`as_json`, `as_yaml`, `tojson`: their strings cannot begin a line), and a value with the filter `raw`.
//! In `~`, `join`, `replace` and `format` the unguarded parts are guarded before they are mixed with exempt ones.
//!
//! The guard works on values. It does not know where on the line a value stands, so it cannot help where a stranger's
//! text *begins* a line or is one word of a command; there use the filter `token`.
//! A password is emitted unchanged, also in `~` and `join`, or, where the platform cannot express it, refused. What
//! other filters make of one (`upper`, `replace`) is a text like any other.
//!
//! # Filters
//!
//! Jinja2's own with its arguments and meaning, except `safe` (say `raw`) and `random`, and these. Those in the first part
//! are Peering Manager's, by its names. "Models" are attributes' owners; a model that is absent is `none`.
//!
//! | filter | takes | gives |
//! |---|---|---|
//! | `ipv4`, `ipv6` | text, session | the address, with its prefix length if it had one, if it is of that family; else `none` |
//! | `ip` | session, address, text, or a list of them | the address without prefix length; an error if there is none |
//! | `ip_version` | session, address | 4 or 6 |
//! | `mac(format="")` | text, connection | a MAC address: `00:1b:77:49:54:fd`, `cisco`: `001b.7749.54fd`, `bare`: `001b774954fd` |
//! | `max_prefix` | session | the peer's limit for the session's family; may be `none` or 0, which is no limit |
//! | `inherited_status` | session, connection, anything with a status | its status with those of what it depends on |
//! | `sessions(family=0)` | exchange, group | its sessions on this router; on all with `all_routers=true` |
//! | `route_server(family=0)` | exchange | those with route servers |
//! | `ixp_sessions(family=0, ixp=none)`, `direct_sessions(family=0, group=none)` | router, autonomous system | its sessions |
//! | `connections` | exchange, router | our connections there, on this router |
//! | `local_ips(family=0)` | session, exchange | our address; our addresses there on this router |
//! | `direct_peers(group="")`, `ixp_peers(ixp="")` | router | peers, by the slug of a group or exchange |
//! | `bfds` | router | BFD timers in use there |
//! | `iter_import_policies(field="", family=-1)`, `iter_export_policies` | session, autonomous system, exchange, group | its own policies |
//! | `merge_import_policies(order="")`, `merge_export_policies` | session, exchange | all that apply, in order; `"reverse"` turns it round |
//! | `routing_policies(field="", family=-1)` | router | those that it needs |
//! | `communities(field="")`, `merge_communities` | anything that has some; session | its own; all that apply |
//! | `relationships(local_as=none)`, `ixps(other)` | autonomous system | what direct sessions are for; exchanges with sessions |
//! | `shared_ixps(other)`, `shared_facilities(other)`, `missing_sessions(other, ixp=none)` | autonomous system | from the [`Meeting`](crate::model::Meeting) that was given |
//! | `prefix_list(family=0)`, `as_list` | autonomous system, exchange | what the [IRR](crate::irr) says; an error if nobody has asked it |
//! | `strip_irr_sources` | autonomous system, text | the names of its sets |
//! | `contact(role, field="")` | autonomous system, exchange, session | the first with that role |
//! | `tags`, `has_tag(tag)`, `has_not_tag(tag)` | anything that has tags | by name or slug |
//! | `context_get_key(key, default=none, recursive=true)`, `context_has_key`, `context_has_not_key` | anything that has a context | a value at any depth |
//! | `filter(**look-ups)`, `get(**look-ups)` | list | Django's look-ups, e.g. `asn__gt=64500`; `get` gives the only one |
//! | `unique_items(field)`, `iterate(field)` | list | the first of each value of the attribute; the values |
//! | `length`, `len`, `count` | anything with a length | how many |
//! | `safe_string` | text | compatibility decomposition (NFKD) without what is not ASCII |
//! | `quote(char='"')` | text | in quotes that the text cannot end; nothing for nothing |
//! | `indent(n, chars=" ", reset=false)` | text | every line after a margin |
//! | `as_json(indent=4, sort_keys=true)`, `as_yaml(indent=2, …)` | anything | a document; passwords of models as a mark |
//! | `cisco_password`, `arista_password` | password | without the `7 ` before it |
//! | | | |
//! | `token` | text | one word of letters, digits, `.`, `_`, `-`; an error if nothing is left |
//! | `escape`, `e` | anything | guarded now |
//! | `raw` | text | exempt from the guard |
//!
//! The function `now(format="%Y-%m-%dT%H:%M:%SZ", timezone="")` gives the context's instant.
//!
//! # Jinja2
//!
//! Templates mean what they mean in Jinja2 3.1; a test renders hundreds with both. What the engine does otherwise is
//! rewritten when a template is added (Python's operators, macro defaults that name parameters) or refused with line
//! and hint:
//!
//! | refused | because | write |
//! |---|---|---|
//! | `x.items`, `x.keys` … without brackets | it is a method in Jinja2, a key in the engine | `x.items()`, `x["items"]` |
//! | a block in a loop that uses the loop's variable | it is hidden in Jinja2 | `{% block b scoped %}` |
//! | an import, or an include without context, of a template that uses variables | they are hidden in Jinja2 | `with context` |
//! | `varargs`, `kwargs` in macros; names with `__` | there are none; they are closed | parameters with names |
//! | `{{ loop }}` | it is an object's address in Jinja2 | its attributes |
//! | `{% autoescape %}`, `\| safe` | the guard is not HTML's | `\| raw` |
//! | `{% trans %}`, `\| random`, numbers that are not finite | translations, chance, infinity | the text, a choice, a number |
//! | chains of more than 120 parts, 150 `elif` | the stack has an end | `set` |
//!
//! Whole numbers have 128 bits. There are no line statements and no other delimiters.
//!
//! # Peering Manager's rules
//!
//! [`Compat::PeeringManager`](crate::Compat) gives what Peering Manager 1.10 gives, for comparing. By default it is
//! otherwise on purpose:
//!
//! | | Peering Manager | here | because |
//! |---|---|---|---|
//! | undefined | empty text | an error | a typing error must not become a configuration |
//! | `exchange \| sessions`, `connections`, `local_ips`, `route_server` | of all routers | of this router; `all_routers=true` | two routers at one exchange (its issues 490, 921, 932) |
//! | `quote` | the quotes inside stay | they cannot end the text | a name must not break the configuration |
//! | a name with several lines | emitted | one line | it must not add lines |
//! | `autonomous_systems` | in the order of the database | by number | the same input gives the same text |
//! | `connection.name` | made of exchange, router and interface | the key of the document | it is the key; `{{ connection }}` prints the other |
//! | white space of an included template | as set for the one that includes it | as set for itself | a template is written for one setting |
//! | own policies of a session | of any family | of the session's | the router refuses the others |
//! | key of a direct session's hidden password | the address with its length | the address | EOS could not read it |
//! | `communities("field")`, and `communities` of a direct session without a group | fail | work | a defect |
//! | `iterate`, `unique_items`, `filter` on dictionaries | see no keys | see their keys | a defect |
//! | inactive contexts | merged | left out | inactive is inactive |
//! | `x \| prefix_list`, `as_list` without data | bgpq runs, or the template fails | an error | nothing is looked up while rendering |
//! | `as_yaml` of a text with several lines | over several lines | in double quotes | it must not add lines (in both) |
//! | `{{ x \| as_json }}` of a model | the database's row | the document's form, passwords as a mark | the database is not here (in both) |
//! | errors | text that is pushed | errors | |

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
pub use context::RenderContext;
pub use email::Email;
pub use engine::{Engine, Options};
pub use error::{TemplateError, TemplateErrorKind};
pub use escape::{Escape, Replacement, Style, When};
pub use load::Whitespace;

#[cfg(test)]
mod tests;
