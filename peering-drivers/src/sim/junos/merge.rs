//! Brings together what two sessions have changed, each in its own copy.

use super::tree::Node;

/// `theirs` with what `mine` has changed since `base`.
///
/// # Errors
/// The paths that both have changed, each in its own way.
pub(crate) fn merge(base: &Node, mine: &Node, theirs: &Node) -> Result<Node, Vec<String>> {
    let (mut merged, mut conflicts) = (theirs.clone(), Vec::new());
    into(base, mine, &mut merged, &mut Vec::new(), &mut conflicts);
    if conflicts.is_empty() { Ok(merged) } else { Err(conflicts) }
}

fn into(base: &Node, mine: &Node, merged: &mut Node, path: &mut Vec<String>, conflicts: &mut Vec<String>) {
    let gone = base.children.iter().filter(|child| !mine.children.iter().any(|own| own.is_same(child)));
    for child in gone {
        match merged.children.iter().position(|other| other.is_same(child)) {
            Some(at) if merged.children.get(at) == Some(child) => drop(merged.children.remove(at)),
            Some(_) => conflicts.push(join(path, child)),
            None => {}
        }
    }
    for child in &mine.children {
        let before = base.children.iter().find(|other| other.is_same(child));
        if before == Some(child) {
            continue;
        }
        let at = merged.children.iter().position(|other| other.is_same(child));
        match (before, at.and_then(|at| merged.children.get_mut(at))) {
            (_, Some(theirs)) if theirs == child => {}
            (Some(before), Some(theirs)) if theirs == before => *theirs = child.clone(),
            (Some(before), Some(theirs)) if before.words == child.words && before.words == theirs.words => {
                path.push(child.title());
                into(before, child, theirs, path, conflicts);
                path.pop();
            }
            // Both have made it: what is in it may still go together.
            (None, Some(theirs)) if theirs.words == child.words => {
                path.push(child.title());
                into(&Node::new(child.def), child, theirs, path, conflicts);
                path.pop();
            }
            (_, Some(_)) | (Some(_), None) => conflicts.push(join(path, child)),
            (None, None) => merged.place(child.clone()),
        }
    }
}

fn join(path: &[String], child: &Node) -> String {
    path.iter().cloned().chain([child.title()]).collect::<Vec<_>>().join(" ")
}
