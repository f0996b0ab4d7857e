//! What a terminal shows: bytes to lines. Pure.
//!
//! Carriage returns and backspaces go back and what follows overwrites, as on a screen: that is how devices take a pager's
//! line away, and how they draw a long line that is being typed. Escape sequences erase or do nothing; colours, bells and
//! zero bytes leave no trace. There is no right margin: a line is as long as it is, and where a device folds it by a blank and
//! a carriage return behind the last column, it goes on.

use vte::{Params, Parser, Perform};

/// The lines that were finished, and the one that is not.
#[derive(Default)]
pub(super) struct Screen {
    parser: Parser,
    page: Page,
}

impl std::fmt::Debug for Screen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Screen").field("lines", &self.page.lines.len()).finish_non_exhaustive()
    }
}

#[derive(Default)]
struct Page {
    lines: Vec<String>,
    current: Vec<char>,
    column: usize,
    /// How wide the terminal is; 0 when nothing folds.
    columns: usize,
    /// Columns that stand before the line and are forgotten: a prompt.
    before: usize,
    /// The line began where a pager stood: what was drawn over it may leave blanks.
    was_paged: bool,
}

impl Screen {
    pub(super) fn new(columns: usize) -> Screen {
        Screen { page: Page { columns, ..Page::default() }, ..Screen::default() }
    }

    pub(super) fn feed(&mut self, bytes: &[u8]) {
        self.parser.advance(&mut self.page, bytes);
    }

    /// Everything is forgotten, the unfinished line too.
    pub(super) fn clear(&mut self) {
        let before = self.page.before + self.page.column;
        self.page = Page { columns: self.page.columns, before, ..Page::default() };
    }

    pub(super) fn lines(&self) -> &[String] {
        &self.page.lines
    }

    /// Takes the first lines away, and with them the one after.
    pub(super) fn take(&mut self, count: usize) -> Vec<String> {
        let rest = self.page.lines.split_off((count + 1).min(self.page.lines.len()));
        let mut taken = std::mem::replace(&mut self.page.lines, rest);
        taken.truncate(count);
        taken
    }

    /// The line that the cursor is on.
    pub(super) fn current(&self) -> String {
        self.page.current.iter().collect()
    }

    /// Its beginning, for an error.
    pub(super) fn excerpt(&self) -> String {
        self.page.current.iter().take(80).collect()
    }

    /// The pager's line is gone, whether the device takes it away or not.
    pub(super) fn turn_page(&mut self) {
        self.page.current.clear();
        self.page.column = 0;
        self.page.was_paged = true;
    }

    /// Line `index` goes on in the next one: what stood between was not of it.
    pub(super) fn join(&mut self, index: usize, keep: usize) {
        let Some(line) = self.page.lines.get_mut(index) else { return };
        line.truncate(keep);
        let head = std::mem::take(line);
        self.page.lines.remove(index);
        match self.page.lines.get_mut(index) {
            Some(next) => next.insert_str(0, &head),
            None => {
                let mut current: Vec<char> = head.chars().collect();
                self.page.column += current.len();
                current.append(&mut self.page.current);
                self.page.current = current;
            }
        }
    }
}

impl Page {
    /// The last column is full, and one blank stands behind it.
    fn is_folded(&self) -> bool {
        let full = self.column.saturating_sub(1);
        self.column == self.current.len()
            && self.current.last() == Some(&' ')
            && full > 0
            && self.columns > 0
            && (self.before + full).is_multiple_of(self.columns)
    }

    fn finish(&mut self) {
        let mut line: String = self.current.drain(..).collect();
        if std::mem::take(&mut self.was_paged) {
            line.truncate(line.trim_end().len());
        }
        self.lines.push(line);
        self.column = 0;
        self.before = 0;
    }
}

impl Perform for Page {
    fn print(&mut self, c: char) {
        match self.current.get_mut(self.column) {
            Some(place) => *place = c,
            None => {
                self.current.resize(self.column, ' ');
                self.current.push(c);
            }
        }
        self.column += 1;
    }

    fn execute(&mut self, byte: u8) {
        match byte {
            b'\n' => self.finish(),
            b'\r' if self.is_folded() => {
                self.current.pop();
                self.column = self.current.len();
            }
            b'\r' => self.column = 0,
            0x08 => self.column = self.column.saturating_sub(1),
            b'\t' => self.print('\t'),
            _ => {}
        }
    }

    fn csi_dispatch(&mut self, params: &Params, _intermediates: &[u8], _ignore: bool, action: char) {
        let first = params.iter().next().and_then(|param| param.first().copied()).unwrap_or(0);
        let count = usize::from(first.max(1));
        match (action, first) {
            ('K', 0) | ('J', 0) => self.current.truncate(self.column),
            ('K', 1) => {
                for place in self.current.iter_mut().take(self.column + 1) {
                    *place = ' ';
                }
            }
            ('K', _) => self.current.clear(),
            ('D', _) => self.column = self.column.saturating_sub(count),
            // nobody means a thousand columns
            ('C', _) => self.column += count.min(1000),
            ('G', _) => self.column = (count - 1).min(1000),
            ('P', _) => {
                let end = (self.column + count).min(self.current.len());
                self.current.drain(self.column.min(end)..end);
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> (Vec<String>, String) {
        // in the smallest pieces that there are
        let mut screen = Screen::default();
        for byte in text.bytes() {
            screen.feed(&[byte]);
        }
        (screen.lines().to_vec(), screen.current())
    }

    #[test]
    fn lines_are_as_they_look() {
        let (lines, current) = shown("one\r\ntwo\x1b[31m red\x1b[0m\0\x07\r\n\x1b[?2004hr1# ");
        assert_eq!((lines, current.as_str()), (vec!["one".to_owned(), "two red".to_owned()], "r1# "));
    }

    #[test]
    fn a_pager_leaves_no_trace() {
        let back = "\x08".repeat(10);
        for erased in
            [format!("{back}{}{back}", " ".repeat(10)), "\r          \r".to_owned(), "\r\x1b[K".to_owned()]
        {
            let (lines, _) = shown(&format!("a\r\n --More-- {erased}b, which is longer\r\n"));
            assert_eq!(lines, ["a", "b, which is longer"], "{erased:?}");
        }
        let mut screen = Screen::default();
        screen.feed(b" --More-- ");
        screen.turn_page();
        screen.feed(format!("{back}{}{back}b\r\n", " ".repeat(10)).as_bytes());
        assert_eq!(screen.lines(), ["b"]);
    }

    #[test]
    fn a_folded_line_goes_on() {
        let mut screen = Screen::new(8);
        for byte in b"r1# show \r long wo \rrds\r\n12345678\r\n12345 \rx\r\n" {
            screen.feed(&[*byte]);
        }
        assert_eq!(screen.lines(), ["r1# show long words", "12345678", "x2345 "]);
        screen.feed(b"r1# ");
        screen.clear();
        screen.feed(b"show \r long\r\n");
        assert_eq!(screen.lines(), ["show long"]);
    }

    #[test]
    fn what_does_not_belong_into_a_line_is_taken_out() {
        let mut screen = Screen::default();
        screen.feed(b"an out! 12\nput\nr1#");
        screen.join(0, 6);
        assert_eq!((screen.lines(), screen.current().as_str()), (&["an output".to_owned()][..], "r1#"));
        let mut screen = Screen::default();
        screen.feed(b"an out! 12\npu");
        screen.join(0, 6);
        screen.feed(b"t");
        assert_eq!((screen.lines().len(), screen.current().as_str()), (0, "an output"));
    }
}
