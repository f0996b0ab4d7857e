//! The text of a Junos configuration as XML, by the tree of Juniper's YANG models, so that a YANG validator can read it.
//!
//! The tree is what `yanglint -f tree` prints. Text and XML say the same but for names that the text leaves out, which the
//! models do not mark; those that we write are in `UNNAMED`. Whatever is not in the tree is an error.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::shared;

/// The child whose name the text leaves out, by the name of its parent.
const UNNAMED: [(&str, &str); 6] = [
    ("teardown", "limit-threshold"),
    ("idle-timeout", "timeout"),
    ("local-as", "as-number"),
    ("local-preference", "local-preference"),
    ("metric", "metric"),
    ("route-filter-list", "rf_list"),
];

const MODELS: [&str; 4] = ["root", "policy-options", "protocols", "routing-options"];

/// The models, and the validator that reads them.
#[derive(Debug)]
pub struct Models {
    files: Vec<PathBuf>,
    schema: Schema,
}

impl Models {
    /// Those among the shared test data; `None`, with the reason printed, without them or without `yanglint`.
    ///
    /// # Panics
    /// When the validator does not read the models.
    pub fn load() -> Option<Models> {
        let folder = shared("yang/junos")?;
        let files = MODELS.map(|name| folder.join(format!("junos-conf-{name}@2024-01-01.yang"))).to_vec();
        let tree = match yanglint(&files, &["-f", "tree", "-L", "100000"], None) {
            Ok(tree) => tree,
            Err(error) => {
                crate::skip(format_args!("yanglint cannot be run: {error}"));
                return None;
            }
        };
        assert!(tree.status.success(), "{tree:?}");
        let schema = Schema::from_tree(&String::from_utf8(tree.stdout).unwrap());
        Some(Models { files, schema })
    }

    /// A configuration as the models' XML.
    ///
    /// # Errors
    /// The first statement that is not in them.
    pub fn xml(&self, text: &str) -> Result<String, String> {
        self.schema.to_xml(text)
    }

    /// What the validator says against a configuration, if anything.
    ///
    /// # Panics
    /// When it cannot be run.
    pub fn objection(&self, text: &str) -> Option<String> {
        let xml = match self.xml(text) {
            Ok(xml) => xml,
            Err(error) => return Some(error),
        };
        let file = tempfile::Builder::new().suffix(".xml").tempfile().unwrap();
        std::fs::write(file.path(), xml).unwrap();
        let output = yanglint(&self.files, &["-t", "config"], Some(file.path())).unwrap();
        (!output.status.success()).then(|| String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

fn yanglint(models: &[PathBuf], arguments: &[&str], data: Option<&Path>) -> std::io::Result<Output> {
    let folder = models[0].parent().expect("the models are in a folder");
    Command::new("yanglint").arg("-p").arg(folder).args(arguments).args(models).args(data).output()
}

/// The models' tree.
#[derive(Debug, Default)]
pub struct Schema {
    nodes: Vec<Node>,
}

#[derive(Debug, Default)]
struct Node {
    name: String,
    /// The module that a node at the top comes from.
    module: String,
    kind: Kind,
    children: Vec<usize>,
}

#[derive(Debug, Default, PartialEq)]
enum Kind {
    #[default]
    Container,
    List(Vec<String>),
    Leaf,
    Empty,
    LeafList,
}

impl Schema {
    /// Reads the first module of a printed tree, with all that the others add to it.
    pub fn from_tree(tree: &str) -> Schema {
        let mut schema = Schema { nodes: vec![Node::default()] };
        // The parents by depth; choices and cases are no nodes of the data.
        let mut open: Vec<(usize, usize)> = vec![(0, 0)];
        for line in tree.lines().skip(1) {
            if line.trim().is_empty() {
                break;
            }
            // `x` marks what is deprecated.
            let Some(depth) = line.find("+--").or_else(|| line.find("x--")) else { continue };
            while open.pop_if(|(above, _)| *above >= depth).is_some() {}
            let mut words = line[depth + 3..].split_whitespace();
            let (Some("rw"), Some(word)) = (words.next(), words.next()) else { continue };
            if word.starts_with('(') {
                continue;
            }
            let parent = open.last().map_or(0, |(_, node)| *node);
            let rest: Vec<&str> = words.collect();
            let (module, name) = word.split_once(':').unwrap_or(("", word));
            let is_many = name.ends_with('*');
            let is_list = is_many && rest.first().is_some_and(|word| word.starts_with('['));
            let kind = match rest.last() {
                _ if is_list => {
                    Kind::List(rest.iter().map(|key| key.trim_matches(['[', ']']).to_owned()).collect())
                }
                Some(_) if is_many => Kind::LeafList,
                Some(&"empty") => Kind::Empty,
                Some(_) => Kind::Leaf,
                None => Kind::Container,
            };
            let name = name.trim_end_matches(['?', '*', '!']).to_owned();
            let node = schema.nodes.len();
            schema.nodes.push(Node { name, module: module.to_owned(), kind, children: Vec::new() });
            schema.nodes[parent].children.push(node);
            open.push((depth, node));
        }
        schema
    }

    /// A configuration as XML.
    ///
    /// # Errors
    /// The first statement that is not in the tree.
    pub fn to_xml(&self, text: &str) -> Result<String, String> {
        let root = self.child(0, "configuration").ok_or("this is no tree of configurations")?;
        let mut words = words(text)?;
        let mut xml = "<configuration xmlns=\"http://yang.juniper.net/junos/conf/root\">\n".to_owned();
        if self.block(root, &mut words, &mut xml)? {
            return Err("a block too many is closed".into());
        }
        xml.push_str("</configuration>\n");
        Ok(xml)
    }

    fn child(&self, node: usize, name: &str) -> Option<usize> {
        self.nodes[node].children.iter().copied().find(|child| self.nodes[*child].name == name)
    }

    /// The statements up to the end of a block, or of all. Gives whether a block was closed.
    fn block(&self, node: usize, words: &mut VecDeque<String>, xml: &mut String) -> Result<bool, String> {
        while let Some(word) = words.pop_front() {
            match word.as_str() {
                "}" => return Ok(true),
                "replace:" => {}
                _ => {
                    words.push_front(word);
                    self.statement(node, words, xml)?;
                    if words.front().is_some_and(|word| word == ";") {
                        words.pop_front();
                    }
                }
            }
        }
        Ok(false)
    }

    /// One child of a node; what the line says after it is left. Gives whether a block has ended the line.
    fn statement(&self, node: usize, words: &mut VecDeque<String>, xml: &mut String) -> Result<bool, String> {
        let first = words.front().cloned().unwrap_or_default();
        let parent = &self.nodes[node].name;
        let child = match self.child(node, &first) {
            Some(child) => {
                words.pop_front();
                child
            }
            None => {
                let unnamed = UNNAMED.iter().find(|(name, _)| name == parent);
                let unnamed = unnamed.and_then(|(_, name)| self.child(node, name));
                unnamed.ok_or_else(|| format!("{first:?} is not in {parent:?}"))?
            }
        };
        let Node { name, module, kind, .. } = &self.nodes[child];
        let namespace = match module.strip_prefix("jc-") {
            Some(module) if parent == "configuration" => {
                format!(" xmlns=\"http://yang.juniper.net/junos/conf/{module}\"")
            }
            _ => String::new(),
        };
        let mut value = |what: &str| {
            let word = words.pop_front().filter(|word| ![";", "{", "}"].contains(&word.as_str()));
            word.ok_or_else(|| format!("{name:?} has no {what}"))
        };
        let mut is_ended = false;
        match kind {
            Kind::Empty => xml.push_str(&format!("<{name}/>\n")),
            Kind::Leaf => xml.push_str(&format!("<{name}>{}</{name}>\n", escaped(&value("value")?))),
            Kind::LeafList => {
                let first = value("value")?;
                let mut values = vec![first.clone()];
                if first == "[" {
                    values.clear();
                    loop {
                        match value("end of its list")?.as_str() {
                            "]" => break,
                            word => values.push(word.to_owned()),
                        }
                    }
                }
                values
                    .iter()
                    .for_each(|value| xml.push_str(&format!("<{name}>{}</{name}>\n", escaped(value))));
            }
            Kind::Container => {
                xml.push_str(&format!("<{name}{namespace}>\n"));
                is_ended = self.inside(child, words, xml)?;
                xml.push_str(&format!("</{name}>\n"));
            }
            Kind::List(keys) => {
                xml.push_str(&format!("<{name}{namespace}>\n"));
                for (index, key) in keys.iter().enumerate() {
                    // A choice such as `exact` or `add` has no value of its own.
                    let is_left_out = key == "choice-value"
                        && (index + 1 < keys.len() || words.front().is_some_and(|word| word == ";"));
                    let key_value = match is_left_out {
                        true => String::new(),
                        false => words.pop_front().ok_or_else(|| format!("{name:?} has no {key}"))?,
                    };
                    xml.push_str(&format!("<{key}>{}</{key}>\n", escaped(&key_value)));
                }
                is_ended = self.inside(child, words, xml)?;
                xml.push_str(&format!("</{name}>\n"));
            }
        }
        Ok(is_ended)
    }

    /// What a container or an entry of a list holds: a block, or the rest of the line.
    fn inside(&self, node: usize, words: &mut VecDeque<String>, xml: &mut String) -> Result<bool, String> {
        if words.front().is_some_and(|word| word == "{") {
            words.pop_front();
            if !self.block(node, words, xml)? {
                return Err(format!("a block of {:?} is not closed", self.nodes[node].name));
            }
            return Ok(true);
        }
        while words.front().is_some_and(|word| word != ";" && word != "}") {
            if self.statement(node, words, xml)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// The words and marks of a text, without comments; a text in quotes is one word.
fn words(text: &str) -> Result<VecDeque<String>, String> {
    let mut words = VecDeque::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let taken = if let Some(comment) = rest.strip_prefix("/*") {
            comment.find("*/").ok_or("a comment has no end")? + 4
        } else if let Some(quoted) = rest.strip_prefix('"') {
            let end = quoted.find('"').ok_or("a text has no end")?;
            words.push_back(quoted[..end].to_owned());
            end + 2
        } else if "{};[]".contains(first) {
            words.push_back(first.to_string());
            1
        } else {
            let end = rest.find(|c: char| c.is_whitespace() || "{};[]\"".contains(c)).unwrap_or(rest.len());
            words.push_back(rest[..end].to_owned());
            end
        };
        rest = rest[taken..].trim_start();
    }
    Ok(words)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
