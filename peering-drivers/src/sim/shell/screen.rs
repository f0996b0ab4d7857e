//! Output as a terminal gets it: rows, and pages of them.

use std::collections::VecDeque;

/// Output that waits for a key.
#[derive(Debug, Default)]
pub(crate) struct Pages {
    rest: VecDeque<String>,
}

/// How much more is to be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum More {
    Page,
    Row,
}

impl Pages {
    pub(crate) fn new(text: &str) -> Pages {
        Pages { rest: text.split_inclusive('\n').map(|line| line.replace('\n', "\r\n")).collect() }
    }

    pub(crate) fn is_over(&self) -> bool {
        self.rest.is_empty()
    }

    /// The next rows. `length` 0 is everything.
    pub(crate) fn next(&mut self, more: More, length: usize, width: usize) -> String {
        let most = match more {
            _ if length == 0 => usize::MAX,
            More::Page => length.saturating_sub(1).max(1),
            More::Row => 1,
        };
        let (mut text, mut rows) = (String::new(), 0);
        while let Some(line) = self.rest.front() {
            let columns = line.trim_end().chars().count();
            let height = if width == 0 { 1 } else { columns.div_ceil(width).max(1) };
            if rows > 0 && rows + height > most {
                break;
            }
            rows += height;
            text.push_str(line);
            self.rest.pop_front();
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_one_row_shorter_than_the_screen() {
        let mut pages = Pages::new("1\n2\n3\n4\n5\n6");
        assert_eq!(pages.next(More::Page, 4, 80), "1\r\n2\r\n3\r\n");
        assert_eq!(pages.next(More::Row, 4, 80), "4\r\n");
        assert_eq!(pages.next(More::Page, 4, 80), "5\r\n6");
        assert!(pages.is_over());
        assert_eq!(Pages::new("1\n2\n").next(More::Page, 0, 80), "1\r\n2\r\n");
    }

    #[test]
    fn a_long_line_takes_several_rows() {
        let mut pages = Pages::new("0123456789\nab\nc\n");
        assert_eq!(pages.next(More::Page, 4, 5), "0123456789\r\nab\r\n");
    }
}
