//! Reads configuration in the two forms that people write: blocks in curly braces, and set commands.

use super::schema::{Check, Def, Kind, MATCHES, Special, root};
use super::tree::{Complaint, Edit, Node};

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Word(String),
    /// In quotes, so never a keyword.
    Quoted(String),
    Mark(char),
    Comment(String),
}

/// The tokens of a text with their lines.
fn tokens(text: &str) -> Result<Vec<(Token, usize)>, Complaint> {
    let mut tokens = Vec::new();
    let (mut rest, mut line) = (text, 1);
    let unfinished = |what: &str, line| Complaint {
        line: Some(line),
        ..Complaint::new(format!("missing end of {what}"), &[], None)
    };
    while let Some(first) = rest.chars().next() {
        let length = if first.is_whitespace() {
            first.len_utf8()
        } else if rest.starts_with("/*") {
            let end = rest.find("*/").ok_or_else(|| unfinished("comment", line))? + 2;
            tokens.push((Token::Comment(rest.get(..end).unwrap_or_default().to_owned()), line));
            end
        } else if first == '#' {
            let end = rest.find('\n').unwrap_or(rest.len());
            let comment = rest.get(..end).unwrap_or_default();
            // What the system itself notes begins with two.
            if !comment.starts_with("##") {
                tokens.push((Token::Comment(comment.trim_end().to_owned()), line));
            }
            end
        } else if first == '"' {
            let (word, length) = quoted(rest).ok_or_else(|| unfinished("string", line))?;
            tokens.push((Token::Quoted(word), line));
            length
        } else if "{}[];".contains(first) {
            tokens.push((Token::Mark(first), line));
            1
        } else {
            let ends = |c: char| c.is_whitespace() || "{}[];\"".contains(c);
            let end = rest.find(ends).unwrap_or(rest.len());
            tokens.push((Token::Word(rest.get(..end).unwrap_or_default().to_owned()), line));
            end
        };
        let (taken, left) = rest.split_at_checked(length).unwrap_or((rest, ""));
        line += taken.matches('\n').count();
        rest = left;
    }
    Ok(tokens)
}

/// The text of a string in quotes, and how long it was with them.
fn quoted(text: &str) -> Option<(String, usize)> {
    let mut word = String::new();
    let mut letters = text.char_indices().skip(1);
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return Some((word, at + 1)),
            '\\' => match letters.next()?.1 {
                letter @ ('"' | '\\') => word.push(letter),
                letter => word.extend(['\\', letter]),
            },
            _ => word.push(letter),
        }
    }
    None
}

/// What a text holds: its statements, and what did not read.
#[derive(Debug, Default)]
pub(crate) struct Loaded {
    pub(crate) edits: Vec<Node>,
    pub(crate) complaints: Vec<Complaint>,
}

/// Reads blocks in curly braces. A statement that does not read is left out; the others count.
pub(crate) fn read(text: &str) -> Loaded {
    let tokens = match tokens(text) {
        Ok(tokens) => tokens,
        Err(complaint) => return Loaded { complaints: vec![complaint], ..Loaded::default() },
    };
    let mut reader = Reader { tokens, ..Reader::default() };
    let mut edits = Vec::new();
    while reader.at < reader.tokens.len() {
        reader.block(root(), &mut edits);
        // A block is closed that was never opened.
        if reader.take_mark('}') {
            reader.complain("syntax error", "}");
        }
    }
    Loaded { edits, complaints: reader.complaints }
}

/// Reads one statement of a set command, all words of it.
pub(crate) fn statement(words: &str, path: &[String]) -> Result<Vec<Node>, Complaint> {
    let mut reader = Reader { tokens: tokens(words)?, path: path.to_vec(), ..Reader::default() };
    let nodes = reader.statement(root())?;
    match reader.peek() {
        None => Ok(nodes),
        Some(_) => Err(reader.unexpected()),
    }
}

/// The words of a command; a text in quotes is one.
pub(crate) fn words(text: &str) -> Result<Vec<String>, Complaint> {
    let word = |(token, _)| match token {
        Token::Word(word) | Token::Quoted(word) | Token::Comment(word) => word,
        Token::Mark(mark) => mark.to_string(),
    };
    Ok(tokens(text)?.into_iter().map(word).collect())
}

/// A path to something that may exist: the last one has no value or key when all of its kind are meant.
pub(crate) fn path(words: &[String]) -> Result<Vec<Node>, Complaint> {
    let mut steps: Vec<Node> = Vec::new();
    let mut words = words.iter().cloned().peekable();
    let mut def = root();
    while let Some(word) = words.peek().cloned() {
        let titles: Vec<String> = steps.iter().map(Node::title).collect();
        let next = match def.keyword(&word) {
            Some(next) => {
                words.next();
                next
            }
            None => def.hidden().ok_or_else(|| Complaint::new("syntax error", &titles, Some(&word)))?,
        };
        let mut node = Node::new(next);
        let count = match (next.kind, next.special) {
            (Kind::Container | Kind::Flag, _) => 0,
            (_, Some(Special::Action)) => 2,
            _ => 1,
        };
        node.words.extend(words.by_ref().take(count));
        if next.special == Some(Special::Match) {
            let takes = words.peek().and_then(|word| MATCHES.iter().find(|(name, _)| name == word));
            if let Some((_, has_value)) = takes {
                node.words.extend(words.by_ref().take(1 + usize::from(*has_value)));
            }
        }
        if let Kind::List(_, check) = next.kind {
            node.words = node.words.into_iter().map(|word| check.normal(word)).collect();
        }
        steps.push(node);
        def = next;
    }
    Ok(steps)
}

#[derive(Debug, Default)]
struct Reader {
    tokens: Vec<(Token, usize)>,
    at: usize,
    path: Vec<String>,
    complaints: Vec<Complaint>,
    /// Whether the statement has just ended with a block.
    is_ended: bool,
}

impl Reader {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at).map(|(token, _)| token)
    }

    fn line(&self) -> Option<usize> {
        self.tokens.get(self.at.min(self.tokens.len().saturating_sub(1))).map(|(_, line)| *line)
    }

    fn is_mark(&self, mark: char) -> bool {
        self.peek() == Some(&Token::Mark(mark))
    }

    fn take_mark(&mut self, mark: char) -> bool {
        let is_here = self.is_mark(mark);
        self.at += usize::from(is_here);
        is_here
    }

    fn complaint(&self, message: &str, element: &str) -> Complaint {
        Complaint { line: self.line(), ..Complaint::new(message, &self.path, Some(element)) }
    }

    fn complain(&mut self, message: &str, element: &str) {
        let complaint = self.complaint(message, element);
        self.complaints.push(complaint);
    }

    fn unexpected(&self) -> Complaint {
        let element = match self.peek() {
            Some(Token::Word(word) | Token::Quoted(word) | Token::Comment(word)) => word.clone(),
            Some(Token::Mark(mark)) => mark.to_string(),
            None => "end of file".to_owned(),
        };
        self.complaint("syntax error", &element)
    }

    /// A value, quoted or not.
    fn value(&mut self, of: &str) -> Result<String, Complaint> {
        match self.peek() {
            Some(Token::Word(word) | Token::Quoted(word)) => {
                let word = word.clone();
                self.at += 1;
                Ok(word)
            }
            _ => Err(self.complaint("missing argument", of)),
        }
    }

    fn checked(&mut self, def: Def, check: Check) -> Result<String, Complaint> {
        let value = self.value(def.name)?;
        match check.refuses(&value) {
            Some(words) => Err(self.complaint(&words, &value)),
            None => Ok(check.normal(value)),
        }
    }

    /// The statements up to the end of the block, which is left, or of all.
    fn block(&mut self, def: Def, into: &mut Vec<Node>) {
        while let Some(token) = self.peek() {
            let mut comment = None;
            match token {
                Token::Mark('}') => break,
                Token::Mark(';') => {
                    self.at += 1;
                    continue;
                }
                Token::Comment(text) => comment = Some(text.clone()),
                _ => {}
            }
            if comment.is_some() {
                self.at += 1;
            }
            let start = self.at;
            let mut marks = Vec::new();
            while let Some(Token::Word(word)) = self.peek()
                && let Some(mark) = word.strip_suffix(':')
                && ["replace", "inactive", "active", "delete", "protect", "unprotect"].contains(&mark)
            {
                marks.push(mark.to_owned());
                self.at += 1;
            }
            if matches!(self.peek(), None | Some(Token::Mark('}') | Token::Comment(_))) {
                continue;
            }
            match self.marked(def, &marks) {
                Ok(mut nodes) => {
                    if let Some(first) = nodes.first_mut() {
                        first.comment = comment;
                    }
                    into.append(&mut nodes);
                }
                Err(complaint) => {
                    self.complaints.push(complaint);
                    self.skip(start);
                }
            }
        }
    }

    fn marked(&mut self, def: Def, marks: &[String]) -> Result<Vec<Node>, Complaint> {
        let is_delete = marks.iter().any(|mark| mark == "delete");
        let mut nodes = match is_delete {
            true => self.deletion(def)?,
            false => self.statement(def)?,
        };
        if !self.is_ended && !self.take_mark(';') && self.peek().is_some() && !self.is_mark('}') {
            return Err(self.unexpected());
        }
        for node in &mut nodes {
            for mark in marks {
                match mark.as_str() {
                    "replace" => node.edit = Edit::Replace,
                    "active" => node.edit = Edit::Activate,
                    "unprotect" => node.edit = Edit::Unprotect,
                    "inactive" => node.is_inactive = true,
                    "protect" => node.is_protected = true,
                    _ => node.edit = Edit::Delete,
                }
            }
        }
        Ok(nodes)
    }

    /// `delete: name;` with or without its value.
    fn deletion(&mut self, def: Def) -> Result<Vec<Node>, Complaint> {
        self.is_ended = false;
        let mut words = Vec::new();
        while let Some(Token::Word(word) | Token::Quoted(word)) = self.peek() {
            words.push(word.clone());
            self.at += 1;
        }
        let name = words.first().cloned().unwrap_or_default();
        let child = def.keyword(&name).or_else(|| def.hidden());
        let child = child.ok_or_else(|| self.complaint("syntax error", &name))?;
        let words = if child.is_hidden { words } else { words.into_iter().skip(1).collect() };
        Ok(vec![Node::with(child, words)])
    }

    /// Goes past a statement that does not read, from its start.
    fn skip(&mut self, start: usize) {
        self.at = start;
        let mut depth = 0_usize;
        while let Some(token) = self.peek() {
            match token {
                Token::Mark('}') if depth == 0 => return,
                Token::Mark('{') => depth += 1,
                Token::Mark('}') => depth -= 1,
                _ => {}
            }
            let is_end = depth == 0 && matches!(token, Token::Mark(';' | '}'));
            self.at += 1;
            if is_end {
                return;
            }
        }
    }

    /// One child of a statement; several when it is a list of values.
    fn statement(&mut self, def: Def) -> Result<Vec<Node>, Complaint> {
        self.is_ended = false;
        let keyword = match self.peek() {
            Some(Token::Word(word)) => def.keyword(word),
            _ => None,
        };
        let child = match keyword {
            Some(child) => {
                self.at += 1;
                child
            }
            None => def.hidden().ok_or_else(|| self.unexpected())?,
        };
        match child.kind {
            Kind::Flag => Ok(vec![Node::new(child)]),
            Kind::Leaf(check) => Ok(vec![Node::with(child, vec![self.checked(child, check)?])]),
            Kind::LeafList => {
                if !self.take_mark('[') {
                    return Ok(vec![Node::with(child, vec![self.value(child.name)?])]);
                }
                let mut nodes = Vec::new();
                while !self.take_mark(']') {
                    nodes.push(Node::with(child, vec![self.value(child.name)?]));
                }
                Ok(nodes)
            }
            Kind::Container => Ok(vec![self.body(Node::new(child))?]),
            Kind::List(..) if child.is_grouped && self.take_mark('{') => {
                let mut nodes = Vec::new();
                while !self.take_mark('}') {
                    nodes.push(self.entry(child)?);
                    if !self.is_ended && !self.take_mark(';') && !self.is_mark('}') {
                        return Err(self.unexpected());
                    }
                }
                self.is_ended = true;
                Ok(nodes)
            }
            Kind::List(..) => Ok(vec![self.entry(child)?]),
        }
    }

    fn entry(&mut self, def: Def) -> Result<Node, Complaint> {
        self.is_ended = false;
        let mut is_inactive = false;
        if let Some(Token::Word(word)) = self.peek()
            && word == "inactive:"
        {
            is_inactive = true;
            self.at += 1;
        }
        let check = match def.kind {
            Kind::List(_, check) => check,
            _ => Check::Any,
        };
        let mut words = vec![self.checked(def, check)?];
        match def.special {
            Some(Special::Action) => {
                let names = ["add", "delete", "set", "+", "-", "="];
                let action = words.first().map_or("", String::as_str);
                let at = names.iter().position(|name| *name == action);
                let at = at.ok_or_else(|| self.complaint("syntax error", action))?;
                words =
                    vec![names.get(at % 3).copied().unwrap_or_default().to_owned(), self.value(def.name)?];
            }
            Some(Special::Match) => {
                if let Some(Token::Word(word)) = self.peek()
                    && let Some((name, has_value)) = MATCHES.iter().find(|(name, _)| name == word)
                {
                    words.push((*name).to_owned());
                    self.at += 1;
                    if *has_value {
                        words.push(self.value(name)?);
                    }
                }
            }
            None => {}
        }
        self.body(Node { is_inactive, ..Node::with(def, words) })
    }

    /// What a statement holds: a block, or the rest of its line.
    fn body(&mut self, mut node: Node) -> Result<Node, Complaint> {
        let titles = self.path.len();
        self.path.push(node.title());
        let result = self.inside(&mut node);
        if result.is_ok() {
            self.path.truncate(titles);
        }
        let complaint = result.err();
        self.path.truncate(titles);
        complaint.map_or(Ok(node), Err)
    }

    fn inside(&mut self, node: &mut Node) -> Result<(), Complaint> {
        loop {
            if self.take_mark('{') {
                let mut children = Vec::new();
                self.block(node.def, &mut children);
                node.children.append(&mut children);
                if !self.take_mark('}') {
                    return Err(self.unexpected());
                }
                self.is_ended = true;
                return Ok(());
            }
            let is_own = match self.peek() {
                Some(Token::Word(word)) => node.def.keyword(word).is_some() || self.may_hide(node),
                Some(Token::Quoted(_)) => self.may_hide(node),
                _ => false,
            };
            if !is_own {
                return Ok(());
            }
            let mut nodes = self.statement(node.def)?;
            node.children.append(&mut nodes);
            if self.is_ended {
                return Ok(());
            }
        }
    }

    /// Whether the next word can be the one whose keyword is not written.
    fn may_hide(&self, node: &Node) -> bool {
        let hidden = node.def.hidden();
        hidden.is_some_and(|def| node.children.iter().all(|child| child.def != def))
    }
}
