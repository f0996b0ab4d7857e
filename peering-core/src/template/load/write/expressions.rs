//! Expressions, written out again.

use std::fmt::Write as _;

use minijinja::machinery::ast::{
    BinOp, BinOpKind, Call, CallArg, Compare, CompareOpKind, Const, Expr, UnaryOpKind,
};
use minijinja::value::ValueKind;

use super::super::super::error::{TemplateError, TemplateErrorKind};
use super::super::walk::{Node, argument_value};
use super::{Writer, Written};

impl Writer<'_> {
    /// What a loop goes over.
    pub(super) fn iterated(&mut self, expression: &Expr<'_>) -> Written {
        match expression {
            Expr::List(list) => self.listed("[", &list.items, "]"),
            Expr::Tuple(_) => self.expression(expression),
            _ => self.function("__iter", [expression]),
        }
    }

    fn function<'b, 'a: 'b>(
        &mut self,
        name: &str,
        arguments: impl IntoIterator<Item = &'b Expr<'a>>,
    ) -> Written {
        self.push(name);
        self.push("(");
        for (index, argument) in arguments.into_iter().enumerate() {
            self.push(if index > 0 { ", " } else { "" });
            self.expression(argument)?;
        }
        self.push(")");
        Ok(())
    }

    /// An expression that can stand as an operand anywhere.
    pub(super) fn expression(&mut self, expression: &Expr<'_>) -> Written {
        self.reach(usize::from(expression.span().start_line));
        match expression {
            Expr::Var(variable) => self.push(variable.id),
            Expr::Const(constant) => self.constant(constant, Node::Expression(expression).line())?,
            Expr::Slice(node) => {
                self.push("__slice(");
                self.expression(&node.expr)?;
                for bound in [&node.start, &node.stop, &node.step] {
                    self.push(", ");
                    match bound {
                        Some(bound) => self.expression(bound)?,
                        None => self.push("none"),
                    }
                }
                self.push(")");
            }
            Expr::UnaryOp(node) => {
                self.push(match node.op {
                    UnaryOpKind::Not => "(not ",
                    UnaryOpKind::Neg => "(-",
                });
                self.expression(&node.expr)?;
                self.push(")");
            }
            Expr::BinOp(node) => self.operation(node)?,
            Expr::Compare(node) => self.comparison(node)?,
            Expr::IfExpr(node) => {
                self.push("(");
                self.expression(&node.true_expr)?;
                self.push(" if ");
                self.expression(&node.test_expr)?;
                if let Some(otherwise) = &node.false_expr {
                    self.push(" else ");
                    self.expression(otherwise)?;
                }
                self.push(")");
            }
            Expr::Filter(_) => {
                self.push("(");
                self.filters(expression)?;
                self.push(")");
            }
            Expr::Test(node) => {
                self.push("(");
                self.expression(&node.expr)?;
                self.push(" is ");
                self.push(node.name);
                self.arguments(&node.args)?;
                self.push(")");
            }
            Expr::GetAttr(node) => {
                self.base(&node.expr)?;
                self.push(".");
                self.push(node.name);
            }
            Expr::GetItem(node) => {
                self.base(&node.expr)?;
                self.push("[");
                self.expression(&node.subscript_expr)?;
                self.push("]");
            }
            Expr::Call(node) => self.call(node)?,
            Expr::List(node) => {
                self.push(if self.changes { "__list(" } else { "" });
                self.listed("[", &node.items, "]")?;
                self.push(if self.changes { ")" } else { "" });
            }
            Expr::Tuple(node) => {
                self.listed("(", &node.items, if node.items.is_empty() { ")" } else { ",)" })?;
            }
            Expr::Map(node) => {
                self.push(if self.changes { "__dict(" } else { "" });
                self.push("{");
                for (index, (key, value)) in node.keys.iter().zip(&node.values).enumerate() {
                    self.push(if index > 0 { ", " } else { "" });
                    self.expression(key)?;
                    self.push(": ");
                    self.expression(value)?;
                }
                self.push("}");
                self.push(if self.changes { ")" } else { "" });
            }
        }
        Ok(())
    }

    fn listed(&mut self, open: &str, items: &[Expr<'_>], close: &str) -> Written {
        self.push(open);
        for (index, item) in items.iter().enumerate() {
            self.push(if index > 0 { ", " } else { "" });
            self.expression(item)?;
        }
        self.push(close);
        Ok(())
    }

    /// What an attribute, an item or a call is of.
    fn base(&mut self, expression: &Expr<'_>) -> Written {
        if matches!(expression, Expr::Const(_)) {
            self.push("(");
            self.expression(expression)?;
            self.push(")");
            return Ok(());
        }
        self.expression(expression)
    }

    pub(super) fn call(&mut self, node: &Call<'_>) -> Written {
        self.base(&node.expr)?;
        if node.args.is_empty() {
            self.push("()");
            return Ok(());
        }
        self.arguments(&node.args)
    }

    fn arguments(&mut self, arguments: &[CallArg<'_>]) -> Written {
        if arguments.is_empty() {
            return Ok(());
        }
        self.push("(");
        for (index, argument) in arguments.iter().enumerate() {
            self.push(if index > 0 { ", " } else { "" });
            match argument {
                CallArg::Pos(_) => {}
                CallArg::Kwarg(name, _) => {
                    self.push(name);
                    self.push("=");
                }
                CallArg::PosSplat(_) => self.push("*"),
                CallArg::KwargSplat(_) => self.push("**"),
            }
            self.expression(argument_value(argument))?;
        }
        self.push(")");
        Ok(())
    }

    /// A chain of filters without brackets around it.
    pub(super) fn filters(&mut self, expression: &Expr<'_>) -> Written {
        let Expr::Filter(node) = expression else { return self.expression(expression) };
        if let Some(inner) = &node.expr {
            self.filters(inner)?;
            self.push(" | ");
        }
        self.push(node.name);
        self.arguments(&node.args)
    }

    fn operation(&mut self, node: &BinOp<'_>) -> Written {
        let operator = match node.op {
            BinOpKind::In => {
                self.push("__compare(");
                self.expression(&node.left)?;
                self.push(", \"in\", ");
                self.expression(&node.right)?;
                self.push(")");
                return Ok(());
            }
            BinOpKind::Rem => return self.function("__mod", chain(node)),
            BinOpKind::Add => return self.function("__add", chain(node)),
            BinOpKind::Mul => return self.function("__mul", chain(node)),
            BinOpKind::FloorDiv => return self.function("__floordiv", chain(node)),
            BinOpKind::Lt => return self.function("__lt", [&node.left, &node.right]),
            BinOpKind::Lte => return self.function("__le", [&node.left, &node.right]),
            BinOpKind::Gt => return self.function("__gt", [&node.left, &node.right]),
            BinOpKind::Gte => return self.function("__ge", [&node.left, &node.right]),
            BinOpKind::Concat => return self.function("__concat", chain(node)),
            BinOpKind::Eq => "==",
            BinOpKind::Ne => "!=",
            BinOpKind::ScAnd => "and",
            BinOpKind::ScOr => "or",
            BinOpKind::Sub => "-",
            BinOpKind::Div => "/",
            BinOpKind::Pow => "**",
        };
        // A chain of one operator stays flat: nested, a long one would be too deep.
        self.push("(");
        for (index, operand) in chain(node).into_iter().enumerate() {
            if index > 0 {
                let _ = write!(self.text, " {operator} ");
            }
            self.expression(operand)?;
        }
        self.push(")");
        Ok(())
    }

    fn comparison(&mut self, node: &Compare<'_>) -> Written {
        self.push("__compare(");
        self.expression(&node.expr)?;
        for op in &node.ops {
            self.push(match op.op {
                CompareOpKind::Eq => ", \"==\", ",
                CompareOpKind::Ne => ", \"!=\", ",
                CompareOpKind::Lt => ", \"<\", ",
                CompareOpKind::Lte => ", \"<=\", ",
                CompareOpKind::Gt => ", \">\", ",
                CompareOpKind::Gte => ", \">=\", ",
                CompareOpKind::In => ", \"in\", ",
                CompareOpKind::NotIn => ", \"not in\", ",
            });
            self.expression(&op.expr)?;
        }
        self.push(")");
        Ok(())
    }

    fn constant(&mut self, constant: &Const, line: usize) -> Written {
        let value = &constant.value;
        if let Some(text) = value.as_str() {
            let mut quoted = String::with_capacity(text.len() + 2);
            quoted.push('"');
            for c in text.chars() {
                match c {
                    '"' => quoted.push_str("\\\""),
                    '\\' => quoted.push_str("\\\\"),
                    '\n' => quoted.push_str("\\n"),
                    c => quoted.push(c),
                }
            }
            quoted.push('"');
            self.push(&quoted);
            return Ok(());
        }
        if value.kind() == ValueKind::Number && !value.is_integer() {
            let number = f64::try_from(value.clone()).unwrap_or(f64::NAN);
            if !number.is_finite() {
                let detail = "this number is too large";
                return Err(TemplateError::new(self.name, TemplateErrorKind::Refused, Some(line), detail));
            }
            self.push(&format!("{number:?}"));
            return Ok(());
        }
        self.push(&value.to_string());
        Ok(())
    }
}

/// The operands of `a op b op c` with one operator that groups to the left.
fn chain<'b, 'a>(node: &'b BinOp<'a>) -> Vec<&'b Expr<'a>> {
    let same = |op: BinOpKind| std::mem::discriminant(&op) == std::mem::discriminant(&node.op);
    let grouped = !matches!(node.op, BinOpKind::Eq | BinOpKind::Ne);
    let mut operands = match &node.left {
        Expr::BinOp(left) if grouped && same(left.op) => chain(left),
        left => vec![left],
    };
    operands.push(&node.right);
    operands
}
