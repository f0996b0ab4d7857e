//! What the daemons say of a configuration before it is committed: references that lead nowhere, sessions without an AS.

use std::collections::HashSet;

use super::groups::inherited;
use super::tree::{Complaint, Node};

/// What is wrong with a configuration; nothing when it may be committed.
pub(crate) fn check(config: &Node) -> Vec<Complaint> {
    let mut found = Vec::new();
    for group in config.all("apply-groups") {
        if !config.all("groups").any(|known| known.word() == group.word()) {
            let words = format!("group '{}' is not defined", group.word());
            found.push(Complaint::new(words, &[], Some(&format!("apply-groups {}", group.word()))));
        }
    }
    let whole = inherited(config).active();
    let names = Names::of(&whole);
    names.policies(&whole, &mut found);
    names.bgp(&whole, &[], &whole, &mut found);
    for instance in whole.child("routing-instances").into_iter().flat_map(|all| &all.children) {
        let path = ["routing-instances".to_owned(), instance.title()];
        names.bgp(instance, &path, &whole, &mut found);
    }
    found
}

/// What policies may refer to.
struct Names<'a> {
    policies: HashSet<&'a str>,
    communities: HashSet<&'a str>,
    lists: HashSet<(&'a str, &'a str)>,
}

impl<'a> Names<'a> {
    fn of(config: &'a Node) -> Names<'a> {
        let options = config.child("policy-options");
        let all = |name: &'a str| options.into_iter().flat_map(move |options| options.all(name));
        let lists = ["prefix-list", "route-filter-list", "as-path", "as-path-group", "condition"];
        Names {
            policies: all("policy-statement").map(Node::word).collect(),
            communities: all("community").map(Node::word).collect(),
            lists: lists.into_iter().flat_map(|list| all(list).map(move |one| (list, one.word()))).collect(),
        }
    }

    fn policies(&self, config: &Node, found: &mut Vec<Complaint>) {
        let statements =
            config.child("policy-options").into_iter().flat_map(|all| all.all("policy-statement"));
        for policy in statements {
            let path = |extra: &[&str]| -> Vec<String> {
                let start = ["policy-options".to_owned(), policy.title()];
                start.into_iter().chain(extra.iter().map(|word| (*word).to_owned())).collect()
            };
            let terms = policy.all("term").map(|term| (vec![term.title()], term));
            for (titles, term) in [(Vec::new(), policy)].into_iter().chain(terms) {
                let titles: Vec<&str> = titles.iter().map(String::as_str).collect();
                let mut absent = |part: &str, node: &Node, what: &str, name: &str| {
                    let titles: Vec<&str> = titles.iter().copied().chain([part]).collect();
                    let words = format!("Policy error: {what} {name} referenced but not defined");
                    found.push(Complaint::new(words, &path(&titles), Some(node.def.name)));
                };
                for node in term.child("from").into_iter().flat_map(|from| &from.children) {
                    let (list, name) = (node.def.name.trim_end_matches("-filter"), node.word());
                    let list = if node.def.name == "prefix-list-filter" { "prefix-list" } else { list };
                    match node.def.name {
                        "community" if !self.communities.contains(name) => {
                            absent("from", node, "Community", name)
                        }
                        "policy" if !self.policies.contains(name) => absent("from", node, "Policy", name),
                        "prefix-list" | "prefix-list-filter" | "route-filter-list" | "as-path"
                        | "as-path-group" | "condition"
                            if !self.lists.contains(&(list, name)) =>
                        {
                            absent("from", node, list, name);
                        }
                        _ => {}
                    }
                }
                for node in term.child("then").into_iter().flat_map(|then| then.all("community")) {
                    let name = node.words.get(1).map_or("", String::as_str);
                    if !self.communities.contains(name) {
                        absent("then", node, "Community", name);
                    }
                }
            }
        }
    }

    /// The sessions of an instance, which may be the whole router.
    fn bgp(&self, instance: &Node, path: &[String], config: &Node, found: &mut Vec<Complaint>) {
        let Some(bgp) = instance.at("protocols bgp") else { return };
        let local = |node: &Node| node.at("local-as as-number").is_some();
        let router = ["routing-options autonomous-system as-number"];
        let has_as = |node: &Node| router.iter().any(|path| node.value(path).is_some());
        let path = |titles: &[String]| -> Vec<String> {
            let start = ["protocols".to_owned(), "bgp".to_owned()];
            path.iter().cloned().chain(start).chain(titles.iter().cloned()).collect()
        };
        let mut refer = |node: &Node, titles: &[String]| {
            for policy in node.all("import").chain(node.all("export")) {
                if !self.policies.contains(policy.word()) && !policy.word().starts_with('(') {
                    let words = format!("Policy error: Policy {} referenced but not defined", policy.word());
                    found.push(Complaint::new(words, &path(titles), Some(policy.def.name)));
                }
            }
        };
        refer(bgp, &[]);
        for group in bgp.all("group") {
            refer(group, &[group.title()]);
            for neighbor in group.all("neighbor") {
                refer(neighbor, &[group.title(), neighbor.title()]);
            }
        }
        for group in bgp.all("group") {
            for neighbor in group.all("neighbor") {
                let levels = [neighbor, group, bgp];
                let is_internal = group.value("type") == Some("internal");
                let has_peer = levels.iter().any(|level| level.has("peer-as"));
                let has_local = has_as(instance) || has_as(config) || levels.iter().any(|level| local(level));
                let lacks = match () {
                    () if !has_local => "local AS number must be configured",
                    () if !is_internal && !has_peer => {
                        "peer AS number must be configured for an external peer"
                    }
                    () => continue,
                };
                let words =
                    format!("Error in neighbor {} of group {}:\n{lacks}", neighbor.word(), group.word());
                let mut above = path(&[]);
                above.pop();
                found.push(Complaint::new(words, &above, Some("bgp")));
            }
        }
    }
}
