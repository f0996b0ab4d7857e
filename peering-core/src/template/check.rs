//! Looking at a template before any router is involved: what it names and does not exist, and what it would write that
//! nobody means.

mod findings;
mod infer;
mod scope;

use std::collections::HashSet;

use minijinja::machinery::ast::{Expr, Stmt};

pub use findings::{Finding, FindingKind};

use super::context::RenderContext;
use super::engine::Engine;
use super::error::TemplateError;
use super::escape::Escape;
use super::load::{ReferenceKind, Whitespace, bound_names, edit, statements, tree};
use super::view::{Kind, Type};
use super::{Options, load};
use crate::model::{Template, TemplateKind};
use crate::{Error, ErrorKind, Result};
use scope::Scope;

impl Engine {
    /// Looks at a template and at all that it includes, imports and extends: against the models' attributes, without
    /// data. Nothing found is no proof: what a variable is cannot always be known, and then nothing is said.
    ///
    /// Variables of one's own ([`RenderContext::with`]) are unknown here; [`check_with`](Engine::check_with) knows them.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] if there is no such template.
    pub fn check(&self, name: &str) -> Result<Vec<Finding>> {
        self.look(name, &[])
    }

    /// The same, and at what it writes for one context. A rendering that fails is a finding.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] if there is no such template.
    pub fn check_with(&self, name: &str, context: &RenderContext) -> Result<Vec<Finding>> {
        let mut found = self.look(name, &context.names())?;
        match self.render(name, context) {
            Ok(text) => found.extend(findings::in_output(name, &text)),
            Err(error) if error.kind() == ErrorKind::NotFound => return Err(error),
            Err(error) => found.push(Finding::of_error(name, &error)),
        }
        Ok(found)
    }

    fn look(&self, name: &str, own: &[&str]) -> Result<Vec<Finding>> {
        let key = self.resolve(name);
        let key =
            key.ok_or_else(|| Error::new(ErrorKind::NotFound, format!("there is no template {name:?}")))?;
        let mut scope = Scope::of(key);
        own.iter().for_each(|name| scope.set(name, Type::Any));
        let globals = self.globals();
        let mut checker = Checker {
            engine: self,
            globals,
            template: key.to_owned(),
            open: HashSet::new(),
            found: Vec::new(),
        };
        checker.template(key, &mut scope);
        let mut found = checker.found;
        found.sort();
        found.dedup();
        Ok(found)
    }
}

impl Template {
    /// Looks at this template alone; see [`Engine::check`]. What it includes is not there, so it is not looked at;
    /// an engine with all templates says more.
    pub fn check(&self) -> Vec<Finding> {
        let mut engine = Engine::new(Escape::PLAIN, Options::default());
        if let Err(error) = engine.add_template(self) {
            return vec![Finding::of_error(&self.key(), &error)];
        }
        let mut found = engine.check(&self.key()).unwrap_or_default();
        found.retain(|finding| finding.kind != FindingKind::MissingTemplate);
        found
    }
}

struct Checker<'e> {
    engine: &'e Engine,
    globals: HashSet<String>,
    /// The template that is being looked at.
    template: String,
    /// Those that lead here: a circle ends.
    open: HashSet<String>,
    found: Vec<Finding>,
}

impl Checker<'_> {
    fn find(&mut self, line: usize, kind: FindingKind, message: impl Into<String>) {
        self.found.push(Finding::new(&self.template, Some(line), kind, message));
    }

    /// A template with what it sees.
    fn template(&mut self, name: &str, scope: &mut Scope) {
        let Some(source) = self.engine.source(name) else { return };
        if !self.open.insert(name.to_owned()) {
            return;
        }
        let outer = std::mem::replace(&mut self.template, name.to_owned());
        // It was read before; it can be read again.
        if let Ok(edited) = edit(name, &source.text)
            && let Ok(tree) = tree(name, &edited.source, source.whitespace)
        {
            let body = statements(&tree);
            self.body(body, scope);
            self.references(body, &edited.references, scope);
        }
        self.template = outer;
        self.open.remove(name);
    }

    /// The templates that one imports and extends, and whether what it names is there and of use.
    fn references(&mut self, body: &[Stmt<'_>], references: &[load::Reference], scope: &Scope) {
        for reference in references {
            let Some(name) = &reference.name else { continue };
            let Some(key) = self.engine.resolve(name).map(str::to_owned) else {
                if !reference.ignore_missing {
                    let message = format!("there is no template {name:?}");
                    self.find(reference.line, FindingKind::MissingTemplate, message);
                }
                continue;
            };
            if reference.kind != ReferenceKind::Include {
                let mut inner = if reference.with_context { scope.clone() } else { Scope::default() };
                self.template(&key, &mut inner);
            } else if self.writes_nothing(&key) {
                let message =
                    format!("including {name:?} has no effect: it writes nothing; macros need `import`");
                self.find(reference.line, FindingKind::UnusedInclude, message);
            }
        }
        let mut used = HashSet::new();
        if self.used_names(body, references, &mut used, &mut HashSet::new()) {
            for (line, name) in imports(body).into_iter().filter(|(_, name)| !used.contains(*name)) {
                let message = format!("`{name}` is imported and never used");
                self.find(line, FindingKind::UnusedInclude, message);
            }
        }
    }

    /// Adds the variables that a template and those that it includes use. Whether all of them are known.
    fn used_names(
        &self,
        body: &[Stmt<'_>],
        references: &[load::Reference],
        used: &mut HashSet<String>,
        seen: &mut HashSet<String>,
    ) -> bool {
        let _: std::result::Result<(), std::convert::Infallible> = load::walk(body, &(), &mut |node, ()| {
            if let load::Node::Expression(Expr::Var(variable)) = node {
                used.insert(variable.id.to_owned());
            }
            Ok(())
        });
        references.iter().filter(|reference| reference.kind == ReferenceKind::Include).all(|reference| {
            let Some(name) = reference.name.as_deref() else { return false };
            let Some(source) = self.engine.source(name) else { return true };
            if !seen.insert(name.to_owned()) {
                return true;
            }
            let Ok(edited) = edit(name, &source.text) else { return false };
            let Ok(tree) = tree(name, &edited.source, source.whitespace) else { return false };
            self.used_names(statements(&tree), &edited.references, used, seen)
        })
    }

    /// What is included sees what is known where it is.
    fn included(&mut self, name: &Expr<'_>, scope: &Scope) {
        let name = name.as_const();
        if let Some(key) =
            name.as_ref().and_then(|name| self.engine.resolve(name.as_str()?)).map(str::to_owned)
        {
            self.template(&key, &mut scope.clone());
        }
    }

    fn writes_nothing(&self, name: &str) -> bool {
        let Some(source) = self.engine.source(name) else { return false };
        let Ok(edited) = edit(name, &source.text) else { return false };
        let Ok(tree) = tree(name, &edited.source, Whitespace::default()) else { return false };
        statements(&tree).iter().all(|statement| match statement {
            Stmt::Macro(_) | Stmt::Import(_) | Stmt::FromImport(_) | Stmt::Set(_) | Stmt::SetBlock(_) => true,
            Stmt::EmitRaw(raw) => raw.raw.trim().is_empty(),
            _ => false,
        })
    }

    fn body(&mut self, body: &[Stmt<'_>], scope: &mut Scope) {
        // A macro may call one that is declared further down.
        for statement in body {
            if let Stmt::Macro(node) = statement {
                scope.set(node.name, Type::Any);
            }
        }
        body.iter().for_each(|statement| self.statement(statement, scope));
    }

    fn statement(&mut self, statement: &Stmt<'_>, scope: &mut Scope) {
        match statement {
            Stmt::Template(node) => self.body(&node.children, scope),
            Stmt::EmitRaw(_) | Stmt::Continue(_) | Stmt::Break(_) => {}
            Stmt::EmitExpr(node) => {
                let is = self.expression(&node.expr, scope);
                self.emitted(&node.expr, is, scope);
            }
            Stmt::ForLoop(node) => {
                let over = self.expression(&node.iter, scope);
                let mut inner = scope.clone();
                inner.set("loop", Type::Any);
                match (bound_names(&node.target).as_slice(), over) {
                    ([name], Type::Rows(kind)) if matches!(node.target, Expr::Var(_)) => {
                        inner.set(name, Type::Model(kind));
                        inner.present(name);
                    }
                    (names, _) => names.iter().for_each(|name| inner.set(name, Type::Any)),
                }
                if let Some(filter) = &node.filter_expr {
                    self.expression(filter, &mut inner);
                    inner.test(filter);
                }
                self.body(&node.body, &mut inner);
                self.body(&node.else_body, &mut scope.clone());
            }
            Stmt::IfCond(node) => {
                self.expression(&node.expr, scope);
                let mut inner = scope.clone();
                inner.test(&node.expr);
                self.body(&node.true_body, &mut inner);
                // What a condition looks at is known on both sides of it.
                let mut other = scope.clone();
                other.test(&node.expr);
                self.body(&node.false_body, &mut other);
                scope.merge(inner);
                scope.merge(other);
            }
            Stmt::WithBlock(node) => {
                let mut inner = scope.clone();
                for (target, value) in &node.assignments {
                    let is = self.expression(value, &mut inner);
                    self.bind(target, is, &mut inner);
                }
                self.body(&node.body, &mut inner);
            }
            Stmt::Set(node) => {
                let is = self.expression(&node.expr, scope);
                self.bind(&node.target, is, scope);
            }
            Stmt::SetBlock(node) => {
                self.body(&node.body, &mut scope.clone());
                self.bind(&node.target, Type::Text, scope);
            }
            Stmt::AutoEscape(node) => self.body(&node.body, scope),
            Stmt::FilterBlock(node) => self.body(&node.body, scope),
            Stmt::Block(node) => self.body(&node.body, &mut scope.clone()),
            Stmt::Import(node) => {
                bound_names(&node.name).iter().for_each(|name| scope.set(name, Type::Any));
            }
            Stmt::FromImport(node) => {
                for (name, alias) in &node.names {
                    bound_names(alias.as_ref().unwrap_or(name))
                        .iter()
                        .for_each(|name| scope.set(name, Type::Any));
                }
            }
            Stmt::Extends(_) => {}
            Stmt::Include(node) => self.included(&node.name, scope),
            Stmt::Macro(node) => {
                let mut inner = scope.clone();
                inner.set("caller", Type::Any);
                node.args.iter().flat_map(bound_names).for_each(|name| inner.set(name, Type::Any));
                self.body(&node.body, &mut inner);
            }
            Stmt::CallBlock(node) => {
                node.call.args.iter().for_each(|argument| self.argument(argument, scope));
                let mut inner = scope.clone();
                node.macro_decl.args.iter().flat_map(bound_names).for_each(|name| inner.set(name, Type::Any));
                self.body(&node.macro_decl.body, &mut inner);
            }
            Stmt::Do(node) => {
                self.called(&node.call, scope);
            }
        }
    }

    fn bind(&mut self, target: &Expr<'_>, is: Type, scope: &mut Scope) {
        match (target, bound_names(target).as_slice()) {
            (Expr::Var(_), [name]) => scope.set(name, is),
            (_, names) => names.iter().for_each(|name| scope.set(name, Type::Any)),
        }
    }

    /// What is written, and whether anybody means that.
    fn emitted(&mut self, expression: &Expr<'_>, is: Type, scope: &Scope) {
        let line = usize::from(expression.span().start_line);
        let suspicious = match is {
            Type::Rows(kind) => Some(format!("this writes a Python list: {} and so on", kind.name())),
            Type::List => Some("this writes a Python list; `join` it".to_owned()),
            Type::Data => Some(
                "this writes a Python dictionary; `as_json` or `as_yaml` make a document of it".to_owned(),
            ),
            Type::Flag => Some("this writes `True` or `False`".to_owned()),
            Type::Model(kind @ (Kind::AutonomousSystem | Kind::ExchangeSession | Kind::DirectSession)) => {
                Some(format!("this writes a title of {} for people; name one of its attributes", kind.name()))
            }
            Type::Any | Type::Text | Type::Number | Type::Address | Type::Model(_) => None,
        };
        if let Some(message) = suspicious {
            self.find(line, FindingKind::SuspiciousOutput, message);
        } else if let Some(path) = scope.may_be_none(expression) {
            let message =
                format!("`{path}` may be none and is written as `None`; test it or give a `default`");
            self.find(line, FindingKind::SuspiciousOutput, message);
        }
    }
}

/// The names that a template imports, with their lines.
fn imports<'a>(body: &[Stmt<'a>]) -> Vec<(usize, &'a str)> {
    let mut imported = Vec::new();
    let _: std::result::Result<(), std::convert::Infallible> = load::walk(body, &(), &mut |node, ()| {
        let names: Vec<&str> = match node {
            load::Node::Statement(Stmt::Import(import)) => bound_names(&import.name),
            load::Node::Statement(Stmt::FromImport(import)) => import
                .names
                .iter()
                .flat_map(|(name, alias)| bound_names(alias.as_ref().unwrap_or(name)))
                .collect(),
            _ => Vec::new(),
        };
        imported.extend(names.into_iter().map(|name| (node.line(), name)));
        Ok(())
    });
    imported
}

impl Scope {
    /// What a template of this name is given.
    fn of(key: &str) -> Scope {
        let mut scope = Scope::default();
        let email = key.starts_with(TemplateKind::Email.prefix());
        let given: &[(&str, Type)] = if email {
            &[
                ("autonomous_system", Type::Model(Kind::AutonomousSystem)),
                ("affiliated_autonomous_systems", Type::Rows(Kind::AutonomousSystem)),
            ]
        } else {
            &[
                ("router", Type::Model(Kind::Router)),
                ("local_as", Type::Model(Kind::AutonomousSystem)),
                ("internet_exchange_points", Type::Rows(Kind::Exchange)),
                ("bgp_groups", Type::Rows(Kind::Group)),
                ("autonomous_systems", Type::Rows(Kind::AutonomousSystem)),
                ("routing_policies", Type::Rows(Kind::Policy)),
                ("communities", Type::Rows(Kind::Community)),
            ]
        };
        for (name, is) in given {
            scope.set(name, *is);
            scope.present(name);
        }
        scope
    }
}

/// The error of a template that cannot be read is what there is to say about it.
impl Finding {
    fn of_error(name: &str, error: &Error) -> Finding {
        use std::error::Error as _;
        let source = error.source().and_then(|source| source.downcast_ref::<TemplateError>());
        match source {
            Some(source) => Finding::new(
                source.template(),
                source.line(),
                FindingKind::Error(source.kind()),
                source.detail(),
            ),
            None => Finding::new(name, None, FindingKind::Other, error.to_string()),
        }
    }
}
