//! The global functions: those of Jinja2, and those that stand for operators.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering as Atomic};

use minijinja::value::{Enumerator, Kwargs, Object, ObjectRepr, Rest, ValueOrKwargs};
use minijinja::{Environment, Error, ErrorKind, State, Value};

use super::call::{bind, integer, refuse, required, split};
use super::dict::{Dict, pairs_of};
use super::list::List;
use super::operators::{add, floor_divide, iterate, join, modulo, multiply, slice};
use super::order::{chain, compare};
use super::{Raw, items};

pub(super) fn install(environment: &mut Environment<'static>) {
    let namespace_of_engine = environment.globals().find(|(name, _)| *name == "namespace");
    if let Some((_, engine)) = namespace_of_engine {
        environment.add_function("namespace", move |state: &mut State<'_, '_>, args: Rest<ValueOrKwargs>| {
            namespace(state, &engine, args.into_values())
        });
    }
    let functions: &[(&'static str, Raw)] = &[
        ("__add", |state, args| chained(args, |a, b| add(state, a, b))),
        ("__mul", |state, args| chained(args, |a, b| multiply(state, &a, &b))),
        ("__mod", |state, args| chained(args, |a, b| modulo(state, &a, &b))),
        ("__floordiv", |_, args| chained(args, |a, b| floor_divide(&a, &b))),
        ("__lt", |state, args| compared(state, "<", args)),
        ("__le", |state, args| compared(state, "<=", args)),
        ("__gt", |state, args| compared(state, ">", args)),
        ("__ge", |state, args| compared(state, ">=", args)),
        ("__compare", |state, args| chain(state, &args)),
        ("__concat", join),
        ("__slice", |state, args| {
            let [value, start, stop, step] = bind("a slice", ["value", "start", "stop", "step"], args)?;
            let bound = |bound: Option<Value>| bound.unwrap_or(Value::from(()));
            let value = required("a slice", "value", value)?;
            slice(state, &value, &bound(start), &bound(stop), &bound(step))
        }),
        ("__list", |state, args| {
            let [sequence] = bind("list", ["sequence"], args)?;
            Ok(List::value(items(state, &required("list", "sequence", sequence)?)?))
        }),
        ("__dict", |state, args| {
            let [mapping] = bind("dict", ["mapping"], args)?;
            Dict::value(pairs_of(state, &required("dict", "mapping", mapping)?)?)
        }),
        ("__iter", |state, args| {
            let [value] = bind("for", ["value"], args)?;
            iterate(state, required("for", "value", value)?)
        }),
        ("dict", dict),
        ("range", range),
        ("cycler", |_, args| {
            let (items, named) = split(args);
            if items.is_empty() || !named.is_empty() {
                return Err(refuse("`cycler` needs the values that it goes round"));
            }
            Ok(Value::from_object(Cycler { items, position: AtomicUsize::new(0) }))
        }),
        ("joiner", |_, args| {
            let [separator] = bind("joiner", ["sep"], args)?;
            let separator = separator.unwrap_or_else(|| Value::from(", "));
            Ok(Value::from_object(Joiner { separator, calls: AtomicUsize::new(0) }))
        }),
        ("lipsum", |_, _| {
            Err(refuse("`lipsum` is not offered: the same input gives the same configuration"))
        }),
    ];
    for (name, function) in functions.iter().copied() {
        environment.add_function(name, move |state: &mut State<'_, '_>, args: Rest<ValueOrKwargs>| {
            function(state, args.into_values())
        });
    }
}

fn two(operator: &str, args: Vec<Value>) -> Result<[Value; 2], Error> {
    args.try_into().map_err(|_| refuse(format!("{operator} takes two values")))
}

/// `a op b op c`, which groups to the left.
fn chained(
    args: Vec<Value>,
    operate: impl FnMut(Value, Value) -> Result<Value, Error>,
) -> Result<Value, Error> {
    let mut args = args.into_iter();
    let first = args.next().unwrap_or_default();
    args.try_fold(first, operate)
}

fn compared(state: &State<'_, '_>, operator: &str, args: Vec<Value>) -> Result<Value, Error> {
    let [a, b] = two(operator, args)?;
    compare(state, &a, operator, &b).map(Value::from)
}

/// `dict(mapping or pairs, name=value, …)`
fn dict(state: &mut State<'_, '_>, args: Vec<Value>) -> Result<Value, Error> {
    let (positional, named) = split(args);
    let mut pairs = match positional.as_slice() {
        [] => Vec::new(),
        [value] => pairs_of(state, value)?,
        _ => return Err(refuse("`dict` takes one mapping and names")),
    };
    pairs.extend(named.into_iter().map(|(name, value)| (Value::from(name), value)));
    Dict::value(pairs)
}

/// A namespace of the engine's, which alone `{% set x.y = … %}` can set; made of what `dict` takes.
fn namespace(state: &mut State<'_, '_>, engine: &Value, args: Vec<Value>) -> Result<Value, Error> {
    let mut names = Vec::new();
    let mapping = dict(state, args)?;
    for (key, value) in pairs_of(state, &mapping)? {
        match key.as_str() {
            Some(name) => names.push((name.to_owned(), value)),
            None => return Err(refuse("the names in a namespace are texts")),
        }
    }
    if names.is_empty() {
        return engine.call(state, &[]);
    }
    engine.call(state, &[Kwargs::from_iter(names).into()])
}

/// `range(stop)`, `range(start, stop, step)`
fn range(state: &mut State<'_, '_>, args: Vec<Value>) -> Result<Value, Error> {
    let [first, second, step] = bind("range", ["start", "stop", "step"], args)?;
    let first = integer("range", &required("range", "stop", first)?)?;
    let second = second.map(|value| integer("range", &value)).transpose()?;
    let step = step.map_or(Ok(1), |value| integer("range", &value))?;
    let (start, stop) = second.map_or((0, first), |stop| (first, stop));
    let span = match step.cmp(&0) {
        Ordering::Greater => i128::from(stop) - i128::from(start),
        Ordering::Less => i128::from(start) - i128::from(stop),
        Ordering::Equal => return Err(refuse("`range` cannot have a step of 0")),
    };
    let step_size = i128::from(step.unsigned_abs());
    let length = (span.max(0) + step_size - 1) / step_size;
    // As the sandbox of Jinja2 has it.
    if length > 100_000 {
        return Err(refuse("`range` gives up to 100000 numbers"));
    }
    state.consume_fuel(u64::try_from(length).unwrap_or(u64::MAX))?;
    let length = i64::try_from(length).unwrap_or(0);
    Ok(Value::from_object(Range { start, step, length, stop }))
}

/// Numbers that are made when they are asked for.
#[derive(Debug)]
pub(super) struct Range {
    start: i64,
    stop: i64,
    step: i64,
    length: i64,
}

impl Range {
    /// Every `step`th number from one place to another.
    pub(super) fn slice(&self, start: i64, stop: i64, step: i64) -> Value {
        let at = |place: i64| self.start.saturating_add(place.saturating_mul(self.step));
        let span = if step < 0 { start - stop } else { stop - start };
        let length = (span.max(0) + step.abs() - 1) / step.abs();
        let step = self.step.saturating_mul(step);
        Value::from_object(Range { start: at(start), stop: at(stop), step, length })
    }
}

impl Object for Range {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Seq
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let index = integer("", key).ok()?;
        let index = if index < 0 { index + self.length } else { index };
        (0..self.length).contains(&index).then(|| Value::from(self.start + index * self.step))
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        match key {
            "start" => Some(Value::from(self.start)),
            "stop" => Some(Value::from(self.stop)),
            "step" => Some(Value::from(self.step)),
            _ => None,
        }
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Seq(usize::try_from(self.length).unwrap_or(0))
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.step {
            1 => write!(f, "range({}, {})", self.start, self.stop),
            step => write!(f, "range({}, {}, {step})", self.start, self.stop),
        }
    }
}

/// `cycler('odd', 'even')`
#[derive(Debug)]
struct Cycler {
    items: Vec<Value>,
    position: AtomicUsize,
}

impl Cycler {
    fn current(&self) -> Value {
        let position = self.position.load(Atomic::Relaxed) % self.items.len().max(1);
        self.items.get(position).cloned().unwrap_or_default()
    }
}

impl Object for Cycler {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        match key.as_str()? {
            "current" => Some(self.current()),
            "items" => Some(Value::from(minijinja::value::Tuple::from(self.items.clone()))),
            "pos" => Some(Value::from(self.position.load(Atomic::Relaxed) % self.items.len().max(1))),
            _ => None,
        }
    }

    fn call_method(
        self: &Arc<Self>,
        _: &mut State<'_, '_>,
        method: &str,
        args: &[Value],
    ) -> Result<Value, Error> {
        match method {
            "next" => {
                let [] = bind(method, [], args.to_vec())?;
                let current = self.current();
                self.position.fetch_add(1, Atomic::Relaxed);
                Ok(current)
            }
            "reset" => {
                let [] = bind(method, [], args.to_vec())?;
                self.position.store(0, Atomic::Relaxed);
                Ok(Value::from(()))
            }
            _ => Err(Error::from(ErrorKind::UnknownMethod)),
        }
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<cycler>")
    }
}

/// `joiner(', ')`: nothing at its first call, the separator at every other.
#[derive(Debug)]
struct Joiner {
    separator: Value,
    calls: AtomicUsize,
}

impl Object for Joiner {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn call(self: &Arc<Self>, _: &mut State<'_, '_>, args: &[Value]) -> Result<Value, Error> {
        let [] = bind("joiner", [], args.to_vec())?;
        match self.calls.fetch_add(1, Atomic::Relaxed) {
            0 => Ok(Value::from("")),
            _ => Ok(self.separator.clone()),
        }
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<joiner>")
    }
}
