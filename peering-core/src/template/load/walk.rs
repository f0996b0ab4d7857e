//! Going through a parsed template.

use minijinja::machinery::ast::{CallArg, Expr, Stmt};

/// A part of a parsed template.
#[derive(Clone, Copy)]
pub(in super::super) enum Node<'b, 'a> {
    Statement(&'b Stmt<'a>),
    Expression(&'b Expr<'a>),
}

impl<'b, 'a> Node<'b, 'a> {
    /// The line that it begins on.
    pub(in super::super) fn line(self) -> usize {
        match self {
            Node::Statement(statement) => statement_line(statement),
            Node::Expression(expression) => usize::from(expression.span().start_line),
        }
    }

    /// Its parts, in the order of the source.
    pub(in super::super) fn parts(self) -> Vec<Node<'b, 'a>> {
        let mut parts = Parts(Vec::new());
        match self {
            Node::Statement(statement) => parts.of_statement(statement),
            Node::Expression(expression) => parts.of_expression(expression),
        }
        parts.0
    }
}

/// Visits every node of some statements, outer ones first. What the visitor returns is given to a node's parts.
pub(in super::super) fn walk<'b, 'a, C: Clone, E>(
    body: &'b [Stmt<'a>],
    context: &C,
    visit: &mut dyn FnMut(Node<'b, 'a>, &C) -> Result<C, E>,
) -> Result<(), E> {
    for statement in body {
        walk_node(Node::Statement(statement), context, visit)?;
    }
    Ok(())
}

fn walk_node<'b, 'a, C: Clone, E>(
    node: Node<'b, 'a>,
    context: &C,
    visit: &mut dyn FnMut(Node<'b, 'a>, &C) -> Result<C, E>,
) -> Result<(), E> {
    let inner = visit(node, context)?;
    for part in node.parts() {
        walk_node(part, &inner, visit)?;
    }
    Ok(())
}

/// The variables that a target of `for`, `set` or `with` names.
pub(in super::super) fn bound_names<'a>(target: &Expr<'a>) -> Vec<&'a str> {
    match target {
        Expr::Var(variable) => vec![variable.id],
        Expr::List(list) => list.items.iter().flat_map(bound_names).collect(),
        Expr::Tuple(tuple) => tuple.items.iter().flat_map(bound_names).collect(),
        _ => Vec::new(),
    }
}

/// The line that a statement begins on.
pub(super) fn statement_line(statement: &Stmt<'_>) -> usize {
    let span = match statement {
        Stmt::Template(node) => node.span(),
        Stmt::EmitExpr(node) => node.span(),
        Stmt::EmitRaw(node) => node.span(),
        Stmt::ForLoop(node) => node.span(),
        Stmt::IfCond(node) => node.span(),
        Stmt::WithBlock(node) => node.span(),
        Stmt::Set(node) => node.span(),
        Stmt::SetBlock(node) => node.span(),
        Stmt::AutoEscape(node) => node.span(),
        Stmt::FilterBlock(node) => node.span(),
        Stmt::Block(node) => node.span(),
        Stmt::Import(node) => node.span(),
        Stmt::FromImport(node) => node.span(),
        Stmt::Extends(node) => node.span(),
        Stmt::Include(node) => node.span(),
        Stmt::Macro(node) => node.span(),
        Stmt::CallBlock(node) => node.span(),
        Stmt::Continue(node) => node.span(),
        Stmt::Break(node) => node.span(),
        Stmt::Do(node) => node.span(),
    };
    usize::from(span.start_line)
}

struct Parts<'b, 'a>(Vec<Node<'b, 'a>>);

impl<'b, 'a> Parts<'b, 'a> {
    fn expression(&mut self, expression: &'b Expr<'a>) {
        self.0.push(Node::Expression(expression));
    }

    fn expressions(&mut self, expressions: impl IntoIterator<Item = &'b Expr<'a>>) {
        self.0.extend(expressions.into_iter().map(Node::Expression));
    }

    fn body(&mut self, body: &'b [Stmt<'a>]) {
        self.0.extend(body.iter().map(Node::Statement));
    }

    fn arguments(&mut self, arguments: &'b [CallArg<'a>]) {
        self.expressions(arguments.iter().map(argument_value));
    }

    fn of_statement(&mut self, statement: &'b Stmt<'a>) {
        match statement {
            Stmt::Template(node) => self.body(&node.children),
            Stmt::EmitExpr(node) => self.expression(&node.expr),
            Stmt::EmitRaw(_) | Stmt::Continue(_) | Stmt::Break(_) => {}
            Stmt::ForLoop(node) => {
                self.expression(&node.iter);
                self.expressions(&node.filter_expr);
                self.body(&node.body);
                self.body(&node.else_body);
            }
            Stmt::IfCond(node) => {
                self.expression(&node.expr);
                self.body(&node.true_body);
                self.body(&node.false_body);
            }
            Stmt::WithBlock(node) => {
                self.expressions(node.assignments.iter().map(|(_, value)| value));
                self.body(&node.body);
            }
            Stmt::Set(node) => self.expression(&node.expr),
            Stmt::SetBlock(node) => {
                self.expressions(&node.filter);
                self.body(&node.body);
            }
            Stmt::AutoEscape(node) => {
                self.expression(&node.enabled);
                self.body(&node.body);
            }
            Stmt::FilterBlock(node) => {
                self.expression(&node.filter);
                self.body(&node.body);
            }
            Stmt::Block(node) => self.body(&node.body),
            Stmt::Import(node) => self.expression(&node.expr),
            Stmt::FromImport(node) => self.expression(&node.expr),
            Stmt::Extends(node) => self.expression(&node.name),
            Stmt::Include(node) => self.expression(&node.name),
            Stmt::Macro(node) => {
                self.expressions(&node.defaults);
                self.body(&node.body);
            }
            Stmt::CallBlock(node) => {
                self.expression(&node.call.expr);
                self.arguments(&node.call.args);
                self.expressions(&node.macro_decl.defaults);
                self.body(&node.macro_decl.body);
            }
            Stmt::Do(node) => {
                self.expression(&node.call.expr);
                self.arguments(&node.call.args);
            }
        }
    }

    fn of_expression(&mut self, expression: &'b Expr<'a>) {
        match expression {
            Expr::Var(_) | Expr::Const(_) => {}
            Expr::Slice(node) => {
                self.expression(&node.expr);
                self.expressions([&node.start, &node.stop, &node.step].into_iter().flatten());
            }
            Expr::UnaryOp(node) => self.expression(&node.expr),
            Expr::BinOp(node) => self.expressions([&node.left, &node.right]),
            Expr::Compare(node) => {
                self.expression(&node.expr);
                self.expressions(node.ops.iter().map(|op| &op.expr));
            }
            Expr::IfExpr(node) => {
                self.expressions([&node.test_expr, &node.true_expr]);
                self.expressions(&node.false_expr);
            }
            Expr::Filter(node) => {
                self.expressions(&node.expr);
                self.arguments(&node.args);
            }
            Expr::Test(node) => {
                self.expression(&node.expr);
                self.arguments(&node.args);
            }
            Expr::GetAttr(node) => self.expression(&node.expr),
            Expr::GetItem(node) => self.expressions([&node.expr, &node.subscript_expr]),
            Expr::Call(node) => {
                self.expression(&node.expr);
                self.arguments(&node.args);
            }
            Expr::List(node) => self.expressions(&node.items),
            Expr::Tuple(node) => self.expressions(&node.items),
            Expr::Map(node) => {
                for (key, value) in node.keys.iter().zip(&node.values) {
                    self.expressions([key, value]);
                }
            }
        }
    }
}

/// What a call is given in one place.
pub(super) fn argument_value<'b, 'a>(argument: &'b CallArg<'a>) -> &'b Expr<'a> {
    match argument {
        CallArg::Pos(value)
        | CallArg::Kwarg(_, value)
        | CallArg::PosSplat(value)
        | CallArg::KwargSplat(value) => value,
    }
}
