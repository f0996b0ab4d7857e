//! What the router answered: complaints, results, texts. Pure.
//!
//! Junos says the same in two ways, by release and operation: `rpc-error` (RFC 6241) and `xnm:error`; and it puts them
//! anywhere into a reply, next to results of what went well. So every complaint of a reply counts, wherever it stands.

use peering_core::ParseError;

use crate::transport::netconf::xml::Element;

/// What the router has against something.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Complaint {
    /// Whether it did what it was asked nevertheless.
    pub(super) is_warning: bool,
    /// RFC 6241's word for it, such as `lock-denied`.
    pub(super) tag: String,
    /// Its own words, in one line.
    pub(super) message: String,
    /// The statement that it stands at, as `[edit protocols bgp]`.
    path: String,
    /// The word that it stumbled over.
    element: String,
    /// The line of the text that was loaded, counted from 1.
    line: Option<usize>,
}

impl Complaint {
    fn read(element: Element<'_>) -> Complaint {
        let text = |names: &[&str]| {
            let found = names.iter().find_map(|name| element.text_at(name).filter(|text| !text.is_empty()));
            found.map(one_line).unwrap_or_default()
        };
        let number = |name| {
            let place = element.descendants_named(name).next();
            place.and_then(|found| found.text().parse().ok())
        };
        Complaint {
            is_warning: element.name() == "warning" || text(&["error-severity"]) == "warning",
            tag: text(&["error-tag"]),
            message: text(&["error-message", "message"]),
            path: text(&["error-path", "edit-path"]),
            element: text(&["error-info/bad-element", "token", "statement"]),
            line: number("line-number"),
        }
    }

    /// All that is known of it, in one line. `about` is the text that it is about, if any.
    pub(super) fn words(&self, about: &str) -> String {
        let mut words = String::new();
        if let Some(line) = self.line.or_else(|| line_of(&self.element, about)) {
            words.push_str(&format!("line {line}: "));
        }
        words.push_str(if self.message.is_empty() { "no reason was given" } else { &self.message });
        if !self.element.is_empty() && !self.message.contains(&self.element) {
            words.push_str(&format!(", at `{}`", self.element));
        }
        if !self.path.is_empty() {
            words.push_str(&format!(" {}", self.path));
        }
        words
    }
}

/// The line that a word stands on, counted from 1, if there is only one: in NETCONF Junos does not tell lines.
fn line_of(word: &str, text: &str) -> Option<usize> {
    let ends = |char: char| char.is_whitespace() || "{};<>[]\"".contains(char);
    let has_it = |line: &str| !word.is_empty() && line.split(ends).any(|part| part == word);
    let mut lines = text.lines().enumerate().filter(|(_, line)| has_it(line));
    let (index, _) = lines.next()?;
    lines.next().is_none().then_some(index + 1)
}

/// All complaints of a reply, in order.
pub(super) fn complaints(reply: Element<'_>) -> Vec<Complaint> {
    let mut found = Vec::new();
    collect(reply, &mut found);
    found
}

fn collect(element: Element<'_>, found: &mut Vec<Complaint>) {
    // `error` and `warning` are also names of statements, which no reply to a change holds.
    if matches!(element.name(), "rpc-error" | "error" | "warning") {
        found.push(Complaint::read(element));
        return;
    }
    element.children().for_each(|child| collect(child, found));
}

/// Those that are no warnings, as one line; `None` when there is none. `about` is the text that they are about.
pub(super) fn refusal(complaints: &[Complaint], about: &str) -> Option<String> {
    let errors = complaints.iter().filter(|complaint| !complaint.is_warning);
    let errors: Vec<String> = errors.map(|complaint| complaint.words(about)).collect();
    let mut kept = errors.clone();
    kept.dedup();
    kept.truncate(MOST_ERRORS);
    if errors.len() > kept.len() {
        kept.push(format!("{} errors in all", errors.len()));
    }
    (!errors.is_empty()).then(|| kept.join("; "))
}

/// So many errors are told one by one.
const MOST_ERRORS: usize = 8;

/// Whether a routing engine says that it has committed.
pub(super) fn has_committed(reply: Element<'_>) -> bool {
    reply.descendants_named("commit-success").next().is_some()
}

/// The text of a comparison, empty when there is no difference.
///
/// # Errors
/// When there is none in the reply.
pub(super) fn comparison(reply: Element<'_>) -> Result<String, ParseError> {
    let output = reply.descendants_named("configuration-output").next();
    let output = output.ok_or_else(|| reply.unexpected("<configuration-output> in it", reply.name()))?;
    let text = output.content().trim_matches('\n');
    Ok(if text.trim().is_empty() { String::new() } else { format!("{text}\n") })
}

/// The router's clock, in seconds since 1970.
///
/// # Errors
/// When it is not in the reply.
pub(super) fn clock(reply: Element<'_>) -> Result<i64, ParseError> {
    let absent = || reply.unexpected("<current-time> in it", reply.name());
    let now = reply.descendants_named("current-time").next().ok_or_else(absent)?.required("date-time")?;
    seconds(now)
}

/// The attribute that dates have for machines.
pub(super) fn seconds(date: Element<'_>) -> Result<i64, ParseError> {
    let said = date.attribute("seconds").unwrap_or_default().trim();
    said.parse().map_err(|_| date.unexpected("a date with `seconds`", said))
}

/// The words with every run of white space made one blank.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transport::netconf::xml::Document;

    fn of(xml: &str) -> Vec<Complaint> {
        complaints(Document::parse(xml).unwrap().root())
    }

    #[test]
    fn errors_of_a_load_name_line_and_place() {
        let reply = "<rpc-reply><load-configuration-results><rpc-error><error-type>protocol</error-type>\
                     <error-tag>operation-failed</error-tag><error-severity>error</error-severity>\
                     <source-daemon>mgd</source-daemon><error-path>\n[edit protocols bgp]\n</error-path><error-message>\n\
                     syntax error\n</error-message><error-info><bad-element>foo</bad-element><line-number>3</line-number>\
                     </error-info></rpc-error><load-error-count>1</load-error-count></load-configuration-results>\
                     </rpc-reply>";
        let found = of(reply);
        assert_eq!(refusal(&found, "").unwrap(), "line 3: syntax error, at `foo` [edit protocols bgp]");
        assert_eq!(found.first().unwrap().tag, "operation-failed");
    }

    #[test]
    fn a_line_is_found_by_its_word_where_the_router_does_not_tell() {
        let reply = "<rpc-error><error-message>syntax error</error-message><error-info><bad-element>foo</bad-element>\
                     </error-info></rpc-error>";
        let words = |about| refusal(&of(reply), about).unwrap();
        assert_eq!(words("protocols {\n  bgp {\n    foo;\n"), "line 3: syntax error, at `foo`");
        assert_eq!(words("foo;\nfoo;\n"), "syntax error, at `foo`");
        assert_eq!(words("food;\n"), "syntax error, at `foo`");
    }

    #[test]
    fn the_old_form_is_read_as_well() {
        let reply = "<load-configuration-results><xnm:error xmlns:xnm='http://xml.juniper.net/xnm/1.1/xnm'>\
                     <filename>stdin</filename><line-number>2</line-number><column>4</column><token>foo</token>\
                     <message>syntax error</message></xnm:error></load-configuration-results>";
        assert_eq!(refusal(&of(reply), "").unwrap(), "line 2: syntax error, at `foo`");
    }

    #[test]
    fn warnings_refuse_nothing() {
        let reply = "<rpc-reply><commit-results><rpc-error><error-severity>warning</error-severity><error-message>\
                     requires 'bgp' license</error-message></rpc-error><routing-engine><name>re0</name><commit-success/>\
                     </routing-engine></commit-results><ok/></rpc-reply>";
        let found = of(reply);
        assert_eq!((found.len(), refusal(&found, "")), (1, None));
        assert!(has_committed(Document::parse(reply).unwrap().root()));
        assert_eq!(refusal(&of("<rpc-reply><ok/></rpc-reply>"), ""), None);
    }

    #[test]
    fn a_flood_of_errors_is_cut() {
        let one =
            |number: usize| format!("<rpc-error><error-message>no {number}</error-message></rpc-error>");
        let all: String = (0..20).map(one).collect();
        let words = refusal(&of(&format!("<rpc-reply>{all}</rpc-reply>")), "").unwrap();
        assert!(words.starts_with("no 0; no 1; ") && words.ends_with("; 20 errors in all"), "{words}");
    }

    #[test]
    fn a_comparison_is_its_text() {
        let read = |xml: &str| comparison(Document::parse(xml).unwrap().root());
        let reply = "<rpc-reply><configuration-information><configuration-output>\n[edit system]\n-  host-name a;\n\
                     +  host-name b;\n</configuration-output></configuration-information></rpc-reply>";
        assert_eq!(read(reply).unwrap(), "[edit system]\n-  host-name a;\n+  host-name b;\n");
        let same = "<configuration-information><configuration-output>\n</configuration-output></configuration-information>";
        assert_eq!(read(same).unwrap(), "");
        assert!(read("<rpc-reply><ok/></rpc-reply>").is_err());
    }

    #[test]
    fn the_clock_is_read_for_machines() {
        let reply = "<multi-routing-engine-results><multi-routing-engine-item><system-uptime-information><current-time>\
                     <date-time junos:seconds='1791238573' xmlns:junos='x'>2026-10-05 22:16:13 UTC</date-time>\
                     </current-time></system-uptime-information></multi-routing-engine-item>\
                     </multi-routing-engine-results>";
        assert_eq!(clock(Document::parse(reply).unwrap().root()).unwrap(), 1_791_238_573);
        assert!(
            clock(Document::parse("<a><current-time><date-time/></current-time></a>").unwrap().root())
                .is_err()
        );
    }
}
