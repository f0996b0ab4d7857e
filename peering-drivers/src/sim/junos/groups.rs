//! What statements inherit from configuration groups.

use super::schema::Kind;
use super::tree::Node;

/// The configuration with all that it inherits; groups, and where they are applied, are gone.
pub(crate) fn inherited(config: &Node) -> Node {
    let groups: Vec<Node> = config.all("groups").filter(|group| !group.is_inactive).cloned().collect();
    let mut whole = config.clone();
    let mut path = Vec::new();
    inherit(&mut whole, &groups, &[], &mut path);
    whole.children.retain(|child| child.def.name != "groups");
    whole
}

/// `sources`: what the groups that are applied above say at this place, with the groups' names, the nearest first.
fn inherit(node: &mut Node, groups: &[Node], sources: &[(String, Node)], path: &mut Vec<Node>) {
    let named = |node: &Node, name: &str| -> Vec<String> {
        node.all(name).filter(|one| !one.is_inactive).map(|one| one.word().to_owned()).collect()
    };
    let (applied, excepted) = (named(node, "apply-groups"), named(node, "apply-groups-except"));
    let mut all: Vec<(String, Node)> = Vec::new();
    for name in &applied {
        let group = groups.iter().find(|group| group.word() == name);
        all.extend(group.into_iter().flat_map(|group| along(group, path)).map(|found| (name.clone(), found)));
    }
    all.extend(sources.iter().filter(|(name, _)| !excepted.contains(name)).cloned());
    node.children.retain(|child| !child.def.name.starts_with("apply-groups"));
    let own: Vec<_> = node.children.iter().map(|child| child.def).collect();
    for (name, source) in &all {
        for child in source.children.iter().filter(|child| !is_wild(child)) {
            let is_new = match child.def.kind {
                Kind::LeafList => !own.contains(&child.def) && !node.children.contains(child),
                _ => !node.children.iter().any(|other| other.is_same(child)),
            };
            let is_chosen = child
                .def
                .choice
                .is_some_and(|choice| node.children.iter().any(|other| other.def.choice == Some(choice)));
            if is_new && !is_chosen {
                node.place(Node { group: Some(name.clone()), children: Vec::new(), ..child.clone_alone() });
            }
        }
    }
    path.push(node.clone_alone());
    for child in &mut node.children {
        let inside: Vec<(String, Node)> = all
            .iter()
            .flat_map(|(name, source)| {
                let fits = source.children.iter().filter(|one| covers(one, child));
                fits.map(|one| (name.clone(), one.clone()))
            })
            .collect();
        inherit(child, groups, &inside, path);
    }
    path.pop();
}

/// What a group says at the end of a path, whose first is the top.
fn along(group: &Node, path: &[Node]) -> Vec<Node> {
    path.iter().skip(1).fold(vec![group.clone()], |found, step| {
        let inside = found.iter().flat_map(|node| node.children.iter().filter(|one| covers(one, step)));
        inside.cloned().collect()
    })
}

fn is_wild(node: &Node) -> bool {
    matches!(node.def.kind, Kind::List(..)) && node.word().starts_with('<')
}

/// Whether a group's statement is about a statement of the configuration.
fn covers(pattern: &Node, node: &Node) -> bool {
    if !is_wild(pattern) {
        return pattern.is_same(node);
    }
    let glob = pattern.word().trim_start_matches('<').trim_end_matches('>');
    pattern.def == node.def && matches_glob(glob.as_bytes(), node.word().as_bytes())
}

fn matches_glob(glob: &[u8], text: &[u8]) -> bool {
    match (glob.split_first(), text.split_first()) {
        (None, None) => true,
        (Some((b'*', rest)), _) => {
            matches_glob(rest, text) || text.split_first().is_some_and(|(_, after)| matches_glob(glob, after))
        }
        (Some((b'?', rest)), Some((_, after))) => matches_glob(rest, after),
        (Some((letter, rest)), Some((first, after))) => letter == first && matches_glob(rest, after),
        _ => false,
    }
}
