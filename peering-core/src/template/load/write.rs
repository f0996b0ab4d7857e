//! Writing a parsed template out again, as the engine is to read it.
//!
//! | Jinja2 | is written as | because the engine |
//! |---|---|---|
//! | `a % b` | `__mod(a, b)` | has no `%` for text |
//! | `a + b`, `a * b`, `a // b`, `a[1:2]` | `__add(a, b)` … | gives sequences that are no lists, and rounds otherwise |
//! | `a < b`, `a < b < c` | `__lt(a, b)`, `__compare(a, "<", b, "<", c)` | compares what Python refuses to |
//! | `a in b` | `__compare(a, "in", b)` | looks into what Python refuses to |
//! | `a ~ b` | `__concat(a, b)` | writes numbers otherwise |
//! | `for x in y` | `for x in __iter(y)` | loops over `none` |
//! | `[a]`, `{k: v}` | `__list([a])`, `__dict({k: v})` | cannot change them; only where a template does |
//! | `macro m(a, b=a)` | `macro m(a, b=__missing)` and `set b = a if b is undefined else b` | does not see `a` there |
//!
//! Everything else is written as it was. Each part stays on its line.

mod expressions;

use minijinja::machinery::ast::{Expr, Macro, Stmt};
use minijinja::syntax::SyntaxConfig;

use super::super::error::{TemplateError, TemplateErrorKind};
use super::names::mentions;
use super::walk::{Node, bound_names, statement_line, walk};

/// The syntax that is written: delimiters that no source can hold, and white space as it stands.
pub(in super::super) fn syntax() -> SyntaxConfig {
    SyntaxConfig::builder()
        .block_delimiters("\u{2}%", "%\u{3}")
        .variable_delimiters("\u{2}{", "}\u{3}")
        .comment_delimiters("\u{2}#", "#\u{3}")
        .keep_trailing_newline(true)
        .build()
        // Only equal or empty delimiters are refused.
        .unwrap_or_default()
}

/// Methods that change the value they are called on.
const CHANGES: [&str; 11] = [
    "append",
    "clear",
    "extend",
    "insert",
    "pop",
    "popitem",
    "remove",
    "reverse",
    "setdefault",
    "sort",
    "update",
];

/// Writes a template out.
pub(super) fn write(name: &str, body: &[Stmt<'_>]) -> Result<String, TemplateError> {
    let mut writer = Writer { name, text: String::new(), line: 1, changes: changes(body) };
    writer.body(body)?;
    Ok(writer.text)
}

/// Whether a template changes lists or dictionaries that it has made.
fn changes(body: &[Stmt<'_>]) -> bool {
    let found: Result<(), ()> = walk(body, &(), &mut |node, ()| {
        let call = match node {
            Node::Expression(Expr::Call(call)) => call,
            Node::Statement(Stmt::Do(node)) => &node.call,
            _ => return Ok(()),
        };
        match &call.expr {
            Expr::GetAttr(method) if CHANGES.contains(&method.name) => Err(()),
            _ => Ok(()),
        }
    });
    found.is_err()
}

struct Writer<'s> {
    name: &'s str,
    text: String,
    /// The line that is being written.
    line: usize,
    changes: bool,
}

type Written = Result<(), TemplateError>;

impl Writer<'_> {
    fn push(&mut self, text: &str) {
        self.text.push_str(text);
        self.line += text.bytes().filter(|byte| *byte == b'\n').count();
    }

    /// Goes on to a line of the source. Only within a tag: there line ends are blanks.
    fn reach(&mut self, line: usize) {
        while self.line < line {
            self.push("\n");
        }
    }

    fn open(&mut self, line: usize, words: &str) {
        self.push("\u{2}% ");
        self.reach(line);
        self.push(words);
        self.push(" ");
    }

    fn close(&mut self) {
        self.push(" %\u{3}");
    }

    fn tag(&mut self, words: &str) {
        self.open(0, words);
        self.close();
    }

    fn body(&mut self, body: &[Stmt<'_>]) -> Written {
        body.iter().try_for_each(|statement| self.statement(statement))
    }

    fn statement(&mut self, statement: &Stmt<'_>) -> Written {
        let line = statement_line(statement);
        match statement {
            Stmt::Template(node) => self.body(&node.children)?,
            Stmt::EmitRaw(node) => {
                if self.line < line {
                    self.push("\u{2}#");
                    self.reach(line);
                    self.push("#\u{3}");
                }
                self.push(node.raw);
            }
            Stmt::EmitExpr(node) => {
                self.push("\u{2}{ ");
                self.reach(line);
                self.expression(&node.expr)?;
                self.push(" }\u{3}");
            }
            Stmt::ForLoop(node) => {
                self.open(line, "for");
                self.target(&node.target)?;
                self.push(" in ");
                self.iterated(&node.iter)?;
                if let Some(filter) = &node.filter_expr {
                    self.push(" if ");
                    self.expression(filter)?;
                }
                if node.recursive {
                    self.push(" recursive");
                }
                self.close();
                self.body(&node.body)?;
                if !node.else_body.is_empty() {
                    self.tag("else");
                    self.body(&node.else_body)?;
                }
                self.tag("endfor");
            }
            Stmt::IfCond(_) => self.condition(statement, line, "if")?,
            Stmt::WithBlock(node) => {
                self.open(line, "with");
                for (index, (target, value)) in node.assignments.iter().enumerate() {
                    self.push(if index > 0 { ", " } else { "" });
                    self.target(target)?;
                    self.push(" = ");
                    self.expression(value)?;
                }
                self.close();
                self.body(&node.body)?;
                self.tag("endwith");
            }
            Stmt::Set(node) => {
                self.open(line, "set");
                self.target(&node.target)?;
                self.push(" = ");
                self.expression(&node.expr)?;
                self.close();
            }
            Stmt::SetBlock(node) => {
                self.open(line, "set");
                self.target(&node.target)?;
                if let Some(filter) = &node.filter {
                    self.push(" | ");
                    self.filters(filter)?;
                }
                self.close();
                self.body(&node.body)?;
                self.tag("endset");
            }
            // Refused before.
            Stmt::AutoEscape(node) => self.body(&node.body)?,
            Stmt::FilterBlock(node) => {
                self.open(line, "filter");
                self.filters(&node.filter)?;
                self.close();
                self.body(&node.body)?;
                self.tag("endfilter");
            }
            Stmt::Block(node) => {
                self.open(line, "block");
                self.push(node.name);
                self.push(if node.required { " required" } else { "" });
                self.close();
                self.body(&node.body)?;
                self.tag("endblock");
            }
            Stmt::Import(node) => {
                self.open(line, "import");
                self.expression(&node.expr)?;
                self.push(" as ");
                self.target(&node.name)?;
                self.close();
            }
            Stmt::FromImport(node) => {
                self.open(line, "from");
                self.expression(&node.expr)?;
                self.push(" import ");
                for (index, (name, alias)) in node.names.iter().enumerate() {
                    self.push(if index > 0 { ", " } else { "" });
                    self.target(name)?;
                    if let Some(alias) = alias {
                        self.push(" as ");
                        self.target(alias)?;
                    }
                }
                self.close();
            }
            Stmt::Extends(node) => {
                self.open(line, "extends");
                self.expression(&node.name)?;
                self.close();
            }
            Stmt::Include(node) => {
                self.open(line, "include");
                self.expression(&node.name)?;
                self.push(if node.ignore_missing { " ignore missing" } else { "" });
                self.close();
            }
            Stmt::Macro(node) => {
                self.open(line, "macro");
                self.push(node.name);
                self.declared(node, "endmacro")?;
            }
            Stmt::CallBlock(node) => {
                self.open(line, "call");
                let late = self.parameters(&node.macro_decl)?;
                self.push(" ");
                self.call(&node.call)?;
                self.close();
                self.late_defaults(&node.macro_decl, &late)?;
                self.body(&node.macro_decl.body)?;
                self.tag("endcall");
            }
            Stmt::Continue(_) => self.open_and_close(line, "continue"),
            Stmt::Break(_) => self.open_and_close(line, "break"),
            Stmt::Do(node) => {
                self.open(line, "do");
                self.call(&node.call)?;
                self.close();
            }
        }
        Ok(())
    }

    fn open_and_close(&mut self, line: usize, words: &str) {
        self.open(line, words);
        self.close();
    }

    /// A chain of `elif` stays one: nested, a long one would be too deep.
    fn condition(&mut self, statement: &Stmt<'_>, line: usize, word: &str) -> Written {
        let Stmt::IfCond(node) = statement else { return Ok(()) };
        self.open(line, word);
        self.expression(&node.expr)?;
        self.close();
        self.body(&node.true_body)?;
        match node.false_body.as_slice() {
            [] => {}
            [next @ Stmt::IfCond(_)] => return self.condition(next, statement_line(next), "elif"),
            body => {
                self.tag("else");
                self.body(body)?;
            }
        }
        self.tag("endif");
        Ok(())
    }

    fn declared(&mut self, node: &Macro<'_>, end: &str) -> Written {
        let late = self.parameters(node)?;
        self.close();
        self.late_defaults(node, &late)?;
        self.body(&node.body)?;
        self.tag(end);
        Ok(())
    }

    /// The parameters in brackets. Gives the positions of those whose defaults name other parameters.
    fn parameters(&mut self, node: &Macro<'_>) -> Result<Vec<usize>, TemplateError> {
        let names: Vec<&str> = node.args.iter().flat_map(bound_names).collect();
        let mut late = Vec::new();
        self.push("(");
        for (index, argument) in node.args.iter().enumerate() {
            self.push(if index > 0 { ", " } else { "" });
            self.target(argument)?;
            if let Some(default) = default_of(node, index) {
                self.push("=");
                if mentions(default, &names) {
                    self.push("__missing");
                    late.push(index);
                } else {
                    self.expression(default)?;
                }
            }
        }
        self.push(")");
        Ok(late)
    }

    fn late_defaults(&mut self, node: &Macro<'_>, late: &[usize]) -> Written {
        for index in late {
            let (Some(Expr::Var(name)), Some(default)) = (node.args.get(*index), default_of(node, *index))
            else {
                continue;
            };
            self.push("\u{2}% set ");
            self.push(name.id);
            self.push(" = (");
            self.expression(default)?;
            self.push(&format!(" if ({0} is undefined) else {0})", name.id));
            self.close();
        }
        Ok(())
    }

    /// What a value is assigned to.
    fn target(&mut self, target: &Expr<'_>) -> Written {
        match target {
            Expr::Var(variable) => self.push(variable.id),
            Expr::GetAttr(attribute) => {
                self.target(&attribute.expr)?;
                self.push(".");
                self.push(attribute.name);
            }
            Expr::List(list) => {
                self.push("(");
                for item in &list.items {
                    self.target(item)?;
                    self.push(", ");
                }
                self.push(")");
            }
            // The parser takes any expression for the name of an import; the engine does not.
            _ => {
                let line = Some(Node::Expression(target).line());
                let detail = "a name must stand here, not an expression";
                return Err(TemplateError::new(self.name, TemplateErrorKind::Syntax, line, detail));
            }
        }
        Ok(())
    }
}

/// The default of the parameter at this position, if it has one. Only the last parameters do.
fn default_of<'b, 'a>(node: &'b Macro<'a>, index: usize) -> Option<&'b Expr<'a>> {
    let first = node.args.len().saturating_sub(node.defaults.len());
    node.defaults.get(index.checked_sub(first)?)
}
