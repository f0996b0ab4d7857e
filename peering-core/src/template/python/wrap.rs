//! The filter `wordwrap`: the paragraphs of Python's `textwrap`.

/// How lines are broken.
pub(super) struct Wrapping {
    /// The most characters of a line, above 0.
    pub(super) width: usize,
    /// Whether a word that fills no line is cut.
    pub(super) long_words: bool,
    /// Whether a line may end after a hyphen within a word.
    pub(super) hyphens: bool,
}

fn is_blank(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\u{b}' | '\u{c}' | '\r' | ' ')
}

fn is_word(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

fn is_letter(c: char) -> bool {
    c == '_' || c.is_alphabetic()
}

/// What may stand before a dash between words.
fn before_dash(c: char) -> bool {
    is_word(c) || "!\"'&.,?".contains(c)
}

impl Wrapping {
    /// The lines of one paragraph.
    pub(super) fn lines(&self, text: &str) -> Vec<String> {
        let chars: Vec<char> = text.chars().collect();
        let mut chunks = self.chunks(&chars);
        chunks.reverse();
        let mut lines: Vec<String> = Vec::new();
        let blank = |chunk: &[char]| chunk.iter().all(|c| super::strings::is_space(*c));
        while let Some(first) = chunks.last() {
            if !lines.is_empty() && blank(first) {
                chunks.pop();
            }
            let (mut line, mut length) = (Vec::new(), 0);
            while let Some(chunk) = chunks.pop_if(|chunk| length + chunk.len() <= self.width) {
                length += chunk.len();
                line.push(chunk);
            }
            if let Some(chunk) = chunks.pop_if(|chunk| chunk.len() > self.width) {
                if self.long_words {
                    let (now, later) = self.cut(chunk, self.width - length);
                    line.push(now);
                    chunks.push(later);
                } else if line.is_empty() {
                    line.push(chunk);
                } else {
                    chunks.push(chunk);
                }
            }
            line.pop_if(|last| blank(last));
            if !line.is_empty() {
                lines.push(line.into_iter().flatten().collect());
            }
        }
        lines
    }

    /// The part of a long word that fits, and the rest; after a hyphen if there is one that ends a part of the word.
    fn cut<'a>(&self, chunk: &'a [char], room: usize) -> (&'a [char], &'a [char]) {
        let fits = chunk.get(..room).unwrap_or(chunk);
        let hyphen = fits.iter().rposition(|c| *c == '-').filter(|at| {
            let before = fits.get(..*at).unwrap_or_default();
            self.hyphens && before.iter().any(|c| *c != '-')
        });
        let end = hyphen.map_or(room, |at| at + 1);
        chunk.split_at_checked(end).unwrap_or((chunk, &[]))
    }

    /// Words and the blanks between them; words also end after hyphens and around dashes.
    fn chunks<'a>(&self, chars: &'a [char]) -> Vec<&'a [char]> {
        let mut chunks = Vec::new();
        let mut start = 0;
        while let Some(rest) = chars.get(start..).filter(|rest| !rest.is_empty()) {
            let run = |of: fn(char) -> bool| rest.iter().take_while(|c| of(**c)).count();
            let length = match run(is_blank) {
                0 if self.hyphens => word_length(chars, start),
                0 => run(|c| !is_blank(c)),
                blanks => blanks,
            };
            chunks.push(rest.get(..length).unwrap_or(rest));
            start += length.max(1);
        }
        chunks
    }
}

/// How long the chunk is that begins with something else than a blank.
fn word_length(chars: &[char], start: usize) -> usize {
    let at = |index: usize| chars.get(index).copied();
    let is = |index: Option<usize>, test: fn(char) -> bool| index.and_then(at).is_some_and(test);
    let dashes = |from: usize| chars.iter().skip(from).take_while(|c| **c == '-').count();
    // Two dashes or more that stand between words.
    let dash = |from: usize| {
        let count = dashes(from);
        (count >= 2 && is(from.checked_sub(1), before_dash) && is(Some(from + count), is_word))
            .then_some(count)
    };
    if let Some(count) = dash(start) {
        return count;
    }
    let mut end = start + 1;
    loop {
        // A hyphen after two letters, or after a letter that follows a hyphen, before two more letters.
        let letter = |back: usize| is(end.checked_sub(back), is_letter);
        let after_letters = letter(1) && (letter(2) || (at(end.wrapping_sub(2)) == Some('-') && letter(3)));
        let second = if at(end + 2) == Some('-') { end + 3 } else { end + 2 };
        if at(end) == Some('-')
            && after_letters
            && is(Some(end + 1), is_letter)
            && is(Some(second), is_letter)
        {
            return end + 1 - start;
        }
        if at(end).is_none_or(is_blank) || dash(end).is_some() {
            return end - start;
        }
        end += 1;
    }
}
