//! What is said of a configuration when it is committed: references that lead nowhere, families without BGP's own.

use super::language::Node;
use super::modes::Mode;
use super::policy::Policies;

/// A line that cannot come into force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Complaint {
    /// The headers of the blocks around it.
    around: Vec<String>,
    line: String,
    words: String,
}

impl Complaint {
    fn new(around: &[&Node], line: &str, words: String) -> Complaint {
        let around = around.iter().map(|node| node.line.clone()).collect();
        Complaint { around, line: line.to_owned(), words }
    }
}

/// What is wrong with a configuration; nothing when it may be committed.
pub(crate) fn check(tree: &Node) -> Vec<Complaint> {
    let mut found = Vec::new();
    let policies = Policies::of(tree);
    for (policy, kind, name) in policies.dangling() {
        let words = match kind {
            "policy" => format!("Policy [{policy}] uses undefined policy '{name}'"),
            _ => format!("Policy [{policy}] uses undefined {kind} '{name}'"),
        };
        found.push(Complaint::new(&[], &format!("route-policy {policy}"), words));
    }
    let bgp = tree.children.iter().filter(|node| node.mode == Some(Mode::Bgp));
    bgp.for_each(|bgp| instance(&[bgp], bgp, &policies, &mut found));
    for (port, vrf) in tree.children.iter().filter_map(|port| Some((port, port.value("vrf")?))) {
        let is_known = tree.child(&format!("vrf {vrf}")).is_some();
        if port.mode == Some(Mode::Interface) && !is_known {
            let words = format!("'ip-iarm' detected the 'warning' condition 'VRF {vrf} is not configured'");
            found.push(Complaint::new(&[port], &format!("vrf {vrf}"), words));
        }
    }
    found
}

/// BGP of the router or of a VRF.
fn instance(path: &[&Node], bgp: &Node, policies: &Policies, found: &mut Vec<Complaint>) {
    let root = path.first().copied().unwrap_or(bgp);
    for node in &bgp.children {
        let inside = [path, &[node]].concat();
        match node.mode {
            Some(Mode::BgpVrf) => instance(&inside, node, policies, found),
            Some(Mode::Neighbor) => neighbor(&inside, node, (root, bgp), policies, found),
            Some(Mode::BgpFamily) => {
                for line in node.children.iter().filter(|line| line.words().contains(&"route-policy")) {
                    let mut words = line.words().into_iter().skip_while(|word| *word != "route-policy");
                    if let Some(name) = words.nth(1).filter(|name| !policies.has(name)) {
                        found.push(undefined(&inside, line, name));
                    }
                }
            }
            _ => {}
        }
    }
}

fn undefined(path: &[&Node], line: &Node, policy: &str) -> Complaint {
    let words = format!("'BGP' detected the 'warning' condition 'Policy '{policy}' is not defined'");
    Complaint::new(path, &line.line, words)
}

/// A neighbour or a group. `around`: BGP as a whole and the instance that it is in.
fn neighbor(
    path: &[&Node],
    node: &Node,
    (root, bgp): (&Node, &Node),
    policies: &Policies,
    found: &mut Vec<Complaint>,
) {
    let is_neighbor = node.key.starts_with("neighbor ");
    let group = node.value("use neighbor-group");
    let members = group.and_then(|group| root.child(&format!("neighbor-group {group}")));
    if let (Some(group), None) = (group, members) {
        let words =
            format!("'BGP' detected the 'warning' condition 'Neighbor group {group} is not configured'");
        found.push(Complaint::new(path, &format!("use neighbor-group {group}"), words));
    }
    let has_as = node.value("remote-as").or_else(|| members?.value("remote-as")).is_some();
    if is_neighbor && !has_as {
        let words =
            "'BGP' detected the 'warning' condition 'The remote AS number is not configured'".to_owned();
        found.push(Complaint::new(path, "", words));
    }
    for family in node.children.iter().filter(|child| child.mode == Some(Mode::NeighborFamily)) {
        let inside = [path, &[family]].concat();
        if is_neighbor && bgp.child(&family.key).is_none() {
            let words =
                "'BGP' detected the 'warning' condition 'The parent address family has not been initialized'";
            found.push(Complaint::new(&inside, "", words.to_owned()));
        }
        for line in &family.children {
            if let ["route-policy", name, _] = line.words().as_slice()
                && !policies.has(name)
            {
                found.push(undefined(&inside, line, name));
            }
        }
    }
}

/// What the router says of them.
pub(crate) fn semantic_errors(found: &[Complaint]) -> String {
    let mut out = String::from(
        "!! SEMANTIC ERRORS: This configuration was rejected by \n\
         !! the system due to semantic errors. The individual \n\
         !! errors with each failed configuration command can be \n\
         !! found below.\n\n\n",
    );
    for one in found {
        for (depth, header) in one.around.iter().enumerate() {
            out.push_str(&format!("{}{header}\n", " ".repeat(depth)));
        }
        if !one.line.is_empty() {
            out.push_str(&format!("{}{}\n", " ".repeat(one.around.len()), one.line));
        }
        out.push_str(&format!("!!% {}\n", one.words));
        for depth in (0..one.around.len()).rev() {
            out.push_str(&format!("{}!\n", " ".repeat(depth)));
        }
    }
    out + "end\n"
}
