//! A configuration as it is indented: lines, and what stands under them.

/// A line of a configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Line<'a> {
    /// Its words.
    pub(super) words: Vec<&'a str>,
    /// Its number in the text, from one.
    pub(super) number: usize,
    /// What stands under it.
    pub(super) inner: Vec<Line<'a>>,
}

impl<'a> Line<'a> {
    /// What follows these words in a line that begins with them.
    fn rest(&self, words: &[&str]) -> Option<&[&'a str]> {
        let (beginning, rest) = self.words.split_at_checked(words.len())?;
        (beginning == words).then_some(rest)
    }

    /// The lines under it that begin with these words: what follows them, with the line itself.
    pub(super) fn all<'l>(
        &'l self,
        words: &'l [&str],
    ) -> impl Iterator<Item = (&'l [&'a str], &'l Line<'a>)> {
        self.inner.iter().filter_map(|line| Some((line.rest(words)?, line)))
    }

    /// What follows these words in the first line under it that begins with them.
    pub(super) fn after(&self, words: &[&str]) -> Option<&[&'a str]> {
        self.inner.iter().find_map(|line| line.rest(words))
    }
}

/// Reads a text. Comments and the exclamation marks that close a block are left out.
pub(super) fn tree(text: &str) -> Line<'_> {
    // the lines that are open, with their depths
    let mut open: Vec<(usize, Line<'_>)> = Vec::new();
    let mut root = Line::default();
    for (number, line) in (1..).zip(text.lines()) {
        let words: Vec<&str> = line.split_whitespace().collect();
        if words.first().is_none_or(|word| word.starts_with('!')) {
            continue;
        }
        let depth = line.len() - line.trim_start().len();
        close(&mut open, &mut root, depth);
        open.push((depth, Line { words, number, inner: Vec::new() }));
    }
    close(&mut open, &mut root, 0);
    root
}

/// Closes the lines that stand as deep, or deeper: each belongs to the one that is open before it.
fn close<'a>(open: &mut Vec<(usize, Line<'a>)>, root: &mut Line<'a>, depth: usize) {
    while let Some((_, line)) = open.pop_if(|(own, _)| *own >= depth) {
        match open.last_mut() {
            Some((_, parent)) => parent.inner.push(line),
            None => root.inner.push(line),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_stand_under_what_opens_them() {
        let root = tree("a 1\n b\n  c d\n !\n e\n!\n! comment\nf\n");
        assert_eq!(root.inner.len(), 2);
        assert_eq!(root.after(&["a"]), Some(["1"].as_slice()));
        let a = root.inner.first().unwrap();
        assert_eq!(a.inner.iter().map(|line| line.words.join(" ")).collect::<Vec<_>>(), ["b", "e"]);
        assert_eq!(a.inner.first().unwrap().after(&["c"]), Some(["d"].as_slice()));
        assert_eq!(a.inner.get(1).map(|line| line.number), Some(5));
        assert_eq!(root.all(&["f"]).count(), 1);
    }
}
