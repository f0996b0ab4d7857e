//! What a line of configuration does to the tree.

use super::grammar::Progress;
use super::{Language, Node};

/// Why a line was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// There is no such command: the number of the word that does not fit, and the word.
    Invalid(usize, String),
    /// The command goes on.
    Incomplete(usize, String),
    /// It could not be done, in these words.
    Refused(String),
}

impl Refusal {
    pub(crate) fn at(progress: Progress, words: &[&str]) -> Refusal {
        let word = words.get(progress.word).or(words.last()).map(|word| (*word).to_owned());
        let word = word.unwrap_or_default();
        if progress.is_short {
            Refusal::Incomplete(progress.word.saturating_sub(1), word)
        } else {
            Refusal::Invalid(progress.word, word)
        }
    }
}

/// Where somebody stands in the configuration mode: the keys of the open sections.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cursor {
    path: Vec<String>,
}

impl Cursor {
    /// Leaves the section; whether there was one.
    pub(crate) fn exit(&mut self) -> bool {
        self.path.pop().is_some()
    }

    /// The keys of the open sections.
    pub(crate) fn path(&self) -> &[String] {
        &self.path
    }

    /// The section that is open, in a tree that still has it.
    pub(crate) fn section<'t, M: Language>(&self, tree: &'t Node<M>) -> Option<&'t Node<M>> {
        self.path.iter().try_fold(tree, |node, key| node.child(key))
    }

    /// Whether a section is open.
    pub(crate) fn is_inside(&self) -> bool {
        !self.path.is_empty()
    }

    /// Executes one line, or leaves everything as it is. `input` is what was typed after it, for banners and comments.
    pub(crate) fn execute<M: Language>(
        &mut self,
        tree: &mut Node<M>,
        line: &str,
        input: Option<&str>,
    ) -> Result<(), Refusal> {
        let line = line.trim();
        let section = if self.is_inside() { tree.at_mut(&self.path) } else { None };
        if line.is_empty() || M::comment(section, line, input) {
            return Ok(());
        }
        let words: Vec<&str> = line.split_whitespace().collect();
        let (form, words) = match words.as_slice() {
            ["no", rest @ ..] => (Form::No, rest),
            ["default", rest @ ..] => (Form::Default, rest),
            all => (Form::Plain, all),
        };
        let typed = if form == Form::Plain { 0 } else { 1 };
        let mut furthest = Progress::default();
        for depth in (0..=self.path.len()).rev() {
            let path = self.path.get(..depth).unwrap_or_default().to_vec();
            let Some(section) = tree.at_mut(&path) else { continue };
            let mut progress = Progress::default();
            match apply(section, words, form, input, &mut progress) {
                Some(Ok(opened)) => {
                    self.path.truncate(depth);
                    self.path.extend(opened);
                    return Ok(());
                }
                Some(Err(words)) => return Err(Refusal::Refused(words)),
                None if progress.word > furthest.word || (progress.is_short && !furthest.is_short) => {
                    furthest = progress;
                }
                None => {}
            }
        }
        furthest.word += typed;
        let all: Vec<&str> = line.split_whitespace().collect();
        Err(Refusal::at(furthest, &all))
    }
}

/// What stands before a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Plain,
    No,
    Default,
}

/// Applies a line in one section; `None` when it is no command of it. The key of the section that it opens comes back.
fn apply<M: Language>(
    section: &mut Node<M>,
    words: &[&str],
    form: Form,
    input: Option<&str>,
    progress: &mut Progress,
) -> Option<Result<Option<String>, String>> {
    let mode = section.mode?;
    let head = mode.head(words, form);
    if let (1.., Some((head, rest))) = (head, words.split_at_checked(head))
        && !rest.is_empty()
    {
        return one_line(section, head, rest, progress);
    }
    let words = match mode.rewrite(section, words, form) {
        Ok(words) => words,
        Err(words) => return Some(Err(words)),
    };
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    for rule in mode.rules() {
        if form == Form::Plain {
            if rule.is_removal {
                continue;
            }
            let Some(mut found) = rule.find(&words, false, progress) else { continue };
            if let Err(words) = mode.check(section, &words) {
                return Some(Err(words));
            }
            if let Some(input) = input {
                M::typed(&mut found, input);
            }
            let opened = rule.opens.map(|_| found.key.join(" "));
            if rule.keeps_yes {
                section.set(rule, found, false);
            } else {
                section.remove(&found.key.join(" "));
            }
            return Some(Ok(opened));
        }
        let Some(found) = rule.find_negated(&words, progress) else { continue };
        let key = found.key.join(" ");
        if rule.keeps_no && form == Form::No {
            section.set(rule, found, true);
        } else if rule.is_removal {
            section.remove_all(&key);
        } else if !section.children.iter_mut().any(|node| node.key == key && M::reset(node)) {
            section.remove(&key);
        }
        return Some(Ok(None));
    }
    None
}

/// A section and a line of it in one line.
fn one_line<M: Language>(
    section: &mut Node<M>,
    head: &[&str],
    rest: &[&str],
    progress: &mut Progress,
) -> Option<Result<Option<String>, String>> {
    let mut inner = Progress::default();
    let before = section.children.len();
    let opened = match apply(section, head, Form::Plain, None, progress)? {
        Ok(opened) => opened?,
        Err(words) => return Some(Err(words)),
    };
    let is_new = section.children.len() > before;
    let within = section.children.iter_mut().find(|node| node.key == opened);
    let stays = within.as_ref().and_then(|node| node.mode).is_some_and(M::stays);
    let result = within.and_then(|within| apply(within, rest, Form::Plain, None, &mut inner));
    if !matches!(result, Some(Ok(_))) {
        if is_new {
            section.remove(&opened);
        }
        *progress = Progress { word: inner.word + head.len(), ..inner };
    }
    result.map(|result| result.map(|_| stays.then_some(opened)))
}

/// The number after the last of a list.
pub(crate) fn next<M>(list: &Node<M>, lead: &str) -> String {
    let numbers = list.children.iter().filter_map(|child| {
        child.key.strip_prefix(lead).unwrap_or(&child.key).split(' ').next()?.parse::<u64>().ok()
    });
    (numbers.max().unwrap_or(0) + 10).to_string()
}
