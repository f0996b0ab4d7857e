//! What the words of a platform's configuration mean: data, and how it is asked.

use std::borrow::Cow;
use std::net::Ipv6Addr;

use ipnet::Ipv6Net;
use regex::{Captures, Regex, RegexSet};

use super::kept::{End, Ending};
use super::{Config, Node, begins};

/// A platform's configuration language. The expressions are for one line without its indentation.
pub(crate) struct Language {
    /// By how many blanks a level is deeper than the one above.
    pub(crate) step: usize,
    /// Blacks out the secret of a line.
    pub(crate) redact: fn(&str) -> String,
    /// A line as the router spells it: addresses, names of interfaces.
    pub(crate) canonical: fn(&str) -> Cow<'_, str>,
    /// A line in a form in which two that mean the same are the same: secrets without what hides them.
    pub(crate) comparable: fn(&str) -> Cow<'_, str>,
    /// Lines behind which everything is kept whole, up to an end.
    pub(crate) kept_whole: &'static [(&'static str, End)],
    /// Lines that open a context.
    pub(crate) contexts: &'static [&'static str],
    /// What the router prints at the end of a context.
    pub(crate) closings: &'static [(&'static str, &'static str)],
    /// Contexts of which there is one for the same captures, whatever else their line says.
    pub(crate) unique: &'static [&'static str],
    /// Settings that hold one value: lines with the same captures replace one another.
    pub(crate) single: &'static [&'static str],
    /// Things that stand side by side, there or not there.
    pub(crate) list: &'static [&'static str],
    /// What is on by itself, so that only its negation is printed.
    pub(crate) on_by_default: &'static [&'static str],
    /// What is printed when it is on and, with `no`, when it is off.
    pub(crate) told_both_ways: &'static [&'static str],
    /// What the router prints in a context of the first kind when no line of the second kind is in it.
    pub(crate) printed_without: &'static [(&'static str, &'static str, &'static str)],
    /// Contexts in which the order of the lines means something.
    pub(crate) ordered_contexts: &'static [&'static str],
    /// Lines whose order among those with the same captures means something.
    pub(crate) ordered_lines: &'static [&'static str],
    /// Numbered entries: captures `list`, `number` (optional) and `rule`; the text between list and number; the step.
    pub(crate) sequences: &'static [(&'static str, &'static str, u32)],
    /// Removals that take along every line that begins as the second says, in the contexts below as well: `{}` is the
    /// capture.
    pub(crate) whole: &'static [(&'static str, &'static str)],
    /// Lines that go to no router in any way, and why.
    pub(crate) refused: &'static [(&'static str, &'static str)],
    /// Lines that are not compiled, and why; a router may be able to say what they come to.
    pub(crate) uncompiled: &'static [(&'static str, &'static str)],
    /// Lines that are compiled but not typed, and why.
    pub(crate) untyped: &'static [(&'static str, &'static str)],
    /// Words that lines of the outermost level begin with and that are often shortened.
    pub(crate) first_words: &'static [&'static str],
    /// First words behind which the next word tells what a line is about, and after how many words it does.
    pub(crate) wide: &'static [(&'static str, usize)],
    /// Contexts that others refer to: they come before the first line of the second expression.
    pub(crate) early: (&'static [&'static str], &'static str),
    /// What cannot be told line by line, after a text has been laid over a configuration.
    pub(crate) settle: fn(&mut Config),
}

/// Expressions, and each by itself for what it captures.
#[derive(Debug)]
pub(super) struct Patterns {
    set: RegexSet,
    each: Vec<Regex>,
}

impl Patterns {
    fn new<'a>(patterns: impl IntoIterator<Item = &'a str>) -> Patterns {
        let each: Vec<Regex> = patterns.into_iter().filter_map(|pattern| Regex::new(pattern).ok()).collect();
        let set = RegexSet::new(each.iter().map(Regex::as_str)).unwrap_or_default();
        Patterns { set, each }
    }

    fn is_match(&self, line: &str) -> bool {
        self.set.is_match(line)
    }

    /// The place of the first that matches.
    fn position(&self, line: &str) -> Option<usize> {
        self.set.matches(line).iter().next()
    }

    /// What is said of the first that matches, in the list that these are made of.
    fn reason(&self, list: &[(&str, &'static str)], line: &str) -> Option<&'static str> {
        list.get(self.position(line)?).map(|(_, why)| *why)
    }

    fn captures<'a>(&self, line: &'a str) -> Option<(usize, Captures<'a>)> {
        let position = self.position(line)?;
        Some((position, self.each.get(position)?.captures(line)?))
    }

    /// What the first that matches has captured, as one text.
    fn key(&self, line: &str) -> Option<String> {
        let (position, captures) = self.captures(line)?;
        let mut key = position.to_string();
        for capture in captures.iter().skip(1) {
            key.push('\n');
            key.push_str(capture.map_or("", |capture| capture.as_str()));
        }
        Some(key)
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.set.len().min(self.each.len())
    }
}

/// A numbered entry, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// Kind and name of the list; empty where the context is the list.
    pub(super) list: String,
    pub(super) number: Option<u32>,
    pub(super) rule: String,
    kind: usize,
}

/// A language, ready to be asked.
pub(crate) struct Rules {
    language: &'static Language,
    kept_whole: Patterns,
    contexts: Patterns,
    closings: Patterns,
    unique: Patterns,
    single: Patterns,
    list: Patterns,
    on_by_default: Patterns,
    told_both_ways: Patterns,
    ordered_contexts: Patterns,
    ordered_lines: Patterns,
    sequences: Patterns,
    whole: Patterns,
    refused: Patterns,
    uncompiled: Patterns,
    untyped: Patterns,
    early: Patterns,
    late: Patterns,
    printed_without: Vec<(Regex, Regex, &'static str)>,
}

impl Rules {
    /// Makes a language ready.
    pub(crate) fn new(language: &'static Language) -> Rules {
        let plain = |list: &'static [&'static str]| Patterns::new(list.iter().copied());
        let first =
            |list: &'static [(&'static str, &'static str)]| Patterns::new(list.iter().map(|pair| pair.0));
        let printed = |(context, line, printed): &(&str, &str, &'static str)| {
            Some((Regex::new(context).ok()?, Regex::new(line).ok()?, *printed))
        };
        Rules {
            language,
            kept_whole: Patterns::new(language.kept_whole.iter().map(|pair| pair.0)),
            contexts: plain(language.contexts),
            closings: first(language.closings),
            unique: plain(language.unique),
            single: plain(language.single),
            list: plain(language.list),
            on_by_default: plain(language.on_by_default),
            told_both_ways: plain(language.told_both_ways),
            ordered_contexts: plain(language.ordered_contexts),
            ordered_lines: plain(language.ordered_lines),
            sequences: Patterns::new(language.sequences.iter().map(|sequence| sequence.0)),
            whole: first(language.whole),
            refused: first(language.refused),
            uncompiled: first(language.uncompiled),
            untyped: first(language.untyped),
            early: plain(language.early.0),
            late: Patterns::new([language.early.1]),
            printed_without: language.printed_without.iter().filter_map(printed).collect(),
        }
    }

    pub(super) fn step(&self) -> usize {
        self.language.step
    }

    pub(super) fn redact(&self, line: &str) -> String {
        (self.language.redact)(line)
    }

    pub(super) fn canonical<'a>(&self, line: &'a str) -> Cow<'a, str> {
        (self.language.canonical)(line)
    }

    pub(super) fn settle(&self, config: &mut Config) {
        (self.language.settle)(config);
    }

    /// How the text behind this line ends, when it is kept whole.
    pub(super) fn kept_whole(&self, line: &str) -> Option<Ending> {
        let position = self.kept_whole.position(line)?;
        let (_, end) = self.language.kept_whole.get(position)?;
        let start = match end {
            End::Delimiter => self.kept_whole.each.get(position)?.find(line)?.end(),
            End::Line(_) => line.len(),
        };
        Some(Ending::new(*end, start))
    }

    /// What two nodes share that say the same.
    pub(super) fn comparable<'a>(&self, node: &'a Node) -> Cow<'a, str> {
        if !node.body.is_empty()
            && let Some(ending) = self.kept_whole(&node.line)
        {
            return Cow::Owned(ending.text(node));
        }
        // addresses may be written in another way, too
        match self.canonical(&node.line) {
            Cow::Borrowed(line) => (self.language.comparable)(line),
            Cow::Owned(line) => Cow::Owned((self.language.comparable)(&line).into_owned()),
        }
    }

    pub(super) fn is_context(&self, line: &str) -> bool {
        self.contexts.is_match(line)
    }

    pub(super) fn is_block(&self, node: &Node) -> bool {
        node.commands().next().is_some() || (node.body.is_empty() && self.is_context(&node.line))
    }

    /// What ends the context of this line, where the router prints something.
    pub(super) fn closing(&self, line: &str) -> Option<&'static str> {
        let (_, closing) = self.language.closings.get(self.closings.position(line)?)?;
        Some(*closing)
    }

    /// What a context is known by, when there is only one of its kind.
    pub(super) fn identity(&self, line: &str) -> Option<String> {
        self.unique.key(line)
    }

    /// What a line sets, if that holds one value.
    pub(super) fn key(&self, line: &str) -> Option<String> {
        self.single.key(line)
    }

    pub(super) fn is_list(&self, line: &str) -> bool {
        self.list.is_match(line)
    }

    pub(super) fn is_on_by_default(&self, line: &str) -> bool {
        self.on_by_default.is_match(line)
    }

    /// Whether a removal leaves a negation behind.
    pub(super) fn is_negation_printed(&self, line: &str) -> bool {
        self.is_on_by_default(line) || self.told_both_ways.is_match(line)
    }

    /// Whether the order of the lines in the context of this line means something.
    pub(super) fn is_ordered(&self, context: &str) -> bool {
        self.ordered_contexts.is_match(context)
    }

    /// The sequence that a line is a part of, when its order means something.
    pub(super) fn order(&self, line: &str) -> Option<String> {
        self.ordered_lines.key(line)
    }

    /// The line that the router prints in this context when none of the lines that `what` belongs to is in it.
    pub(super) fn printed_without(&self, context: &str) -> impl Iterator<Item = (&Regex, &'static str)> {
        let matching = self.printed_without.iter().filter(move |(contexts, _, _)| contexts.is_match(context));
        matching.map(|(_, lines, printed)| (lines, *printed))
    }

    /// Takes a numbered entry apart.
    pub(super) fn entry(&self, line: &str) -> Option<Entry> {
        let (kind, captures) = self.sequences.captures(line)?;
        let number = match captures.name("number") {
            Some(number) => Some(number.as_str().parse().ok()?),
            None => None,
        };
        let part = |name| captures.name(name).map_or_else(String::new, |part| part.as_str().to_owned());
        Some(Entry { list: part("list"), number, rule: part("rule"), kind })
    }

    /// The line of an entry with a number, and the number of the one after it.
    pub(super) fn numbered(&self, entry: &Entry, number: u32) -> String {
        let before = self.language.sequences.get(entry.kind).map_or("", |sequence| sequence.1);
        format!("{}{before}{number} {}", entry.list, entry.rule)
    }

    /// The number that the router gives to an entry behind the last one.
    pub(super) fn next_number(&self, entry: &Entry, last: u32) -> u32 {
        let step = self.language.sequences.get(entry.kind).map_or(1, |sequence| sequence.2.max(1));
        (last / step).saturating_add(1).saturating_mul(step)
    }

    /// What a removal takes along, in this context and in those below it.
    pub(super) fn whole(&self, what: &str) -> Option<String> {
        let (position, captures) = self.whole.captures(what)?;
        let (_, lines) = self.language.whole.get(position)?;
        Some(lines.replace("{}", captures.get(1)?.as_str()))
    }

    /// Why a line is not compiled.
    pub(super) fn refusal(&self, line: &str) -> Option<&'static str> {
        let refused = self.refused.reason(self.language.refused, line);
        refused.or_else(|| self.uncompiled.reason(self.language.uncompiled, line))
    }

    /// Why a line is not typed.
    pub(super) fn typing_refusal(&self, line: &str) -> Option<&'static str> {
        let refused = self.refused.reason(self.language.refused, line);
        refused.or_else(|| self.untyped.reason(self.language.untyped, line))
    }

    /// The full word, when a line of the outermost level begins with a shortened one.
    pub(super) fn shortened(&self, line: &str) -> Option<&'static str> {
        let line = line.strip_prefix("no ").or_else(|| line.strip_prefix("default ")).unwrap_or(line);
        let word = line.split(' ').next().filter(|word| !word.is_empty())?;
        if self.language.first_words.contains(&word) || self.is_context(line) {
            return None;
        }
        self.language.first_words.iter().find(|full| full.starts_with(word)).copied()
    }

    /// What a line of the outermost level may mean, its first word written out.
    pub(super) fn spellings(&self, line: &str) -> Vec<String> {
        let (word, rest) = line.split_at(line.find(' ').unwrap_or(line.len()));
        let is_known = self.language.first_words.contains(&word);
        let full = self.language.first_words.iter().filter(|full| !is_known && full.starts_with(word));
        let lines = full.map(|full| format!("{full}{rest}")).chain([line.to_owned()]);
        lines.map(|line| self.canonical(&line).into_owned()).collect()
    }

    /// The first words of a line, as many as tell what it is about.
    pub(super) fn head<'a>(&self, line: &'a str) -> &'a str {
        let first = line.split(' ').next().unwrap_or_default();
        let wide = self.language.wide.iter().find(|(word, _)| *word == first);
        // the last word is a value
        let count = wide.map_or(1, |(_, count)| *count).min(line.matches(' ').count()).max(1);
        let end = line.match_indices(' ').nth(count - 1).map_or(line.len(), |(end, _)| end);
        line.get(..end).unwrap_or(line)
    }

    /// Whether a context is one that others refer to.
    pub(super) fn is_early(&self, line: &str) -> bool {
        self.early.is_match(line)
    }

    /// Whether a line comes after those that others refer to.
    pub(super) fn is_late(&self, line: &str) -> bool {
        self.late.is_match(line)
    }

    /// How many expressions there are, and how many are sound.
    #[cfg(test)]
    pub(crate) fn count(&self) -> (usize, usize) {
        let language = self.language;
        let told = [
            language.kept_whole.len(),
            language.contexts.len(),
            language.closings.len(),
            language.unique.len(),
            language.single.len(),
            language.list.len(),
            language.on_by_default.len(),
            language.told_both_ways.len(),
            language.ordered_contexts.len(),
            language.ordered_lines.len(),
            language.sequences.len(),
            language.whole.len(),
            language.refused.len(),
            language.uncompiled.len(),
            language.untyped.len(),
            language.early.0.len() + 1,
            language.printed_without.len(),
        ];
        let patterns = [
            &self.kept_whole,
            &self.contexts,
            &self.closings,
            &self.unique,
            &self.single,
            &self.list,
            &self.on_by_default,
            &self.told_both_ways,
            &self.ordered_contexts,
            &self.ordered_lines,
            &self.sequences,
            &self.whole,
            &self.refused,
            &self.uncompiled,
            &self.untyped,
            &self.early,
            &self.late,
        ];
        let sound =
            patterns.iter().map(|patterns| patterns.len()).sum::<usize>() + self.printed_without.len();
        (told.iter().sum(), sound)
    }
}

impl std::fmt::Debug for Rules {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rules").finish_non_exhaustive()
    }
}

/// IPv6 addresses and prefixes of a line in their short form, in capital letters where the platform has them so. Text that
/// people wrote stays as it is.
pub(crate) fn addresses(line: &str, is_upper: bool) -> Cow<'_, str> {
    let is_free = ["description", "remark", "banner"].iter().any(|word| begins(line, word));
    let end = line.find(" description ").unwrap_or(line.len());
    let (settings, text) = line.split_at_checked(end).unwrap_or((line, ""));
    if is_free || !settings.contains(':') {
        return Cow::Borrowed(line);
    }
    let spell = |word: &str| {
        let short = match word.split_once('/') {
            Some(_) => word.parse::<Ipv6Net>().ok()?.to_string(),
            None => word.parse::<Ipv6Addr>().ok()?.to_string(),
        };
        Some(if is_upper { short.to_uppercase() } else { short })
    };
    let words = settings.split(' ').map(|word| spell(word).map_or(Cow::Borrowed(word), Cow::Owned));
    Cow::Owned(words.collect::<Vec<_>>().join(" ") + text)
}
