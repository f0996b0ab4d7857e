//! Several models: what Peering Manager's templates know as a query set.

use std::fmt;
use std::sync::Arc;

use minijinja::value::{Enumerator, Kwargs, Object, ObjectRepr, from_args};
use minijinja::{Error, ErrorKind, State, Value};

use super::lookup::{compare_by, fits};
use super::{Item, Scope, View};

/// Models in an order, with the query methods that templates use.
pub(in super::super) struct Rows {
    pub(in super::super) scope: Arc<Scope>,
    pub(in super::super) items: Vec<Item>,
}

impl Rows {
    pub(in super::super) fn new(scope: &Arc<Scope>, items: Vec<Item>) -> Rows {
        Rows { scope: Arc::clone(scope), items }
    }

    fn with(&self, items: Vec<Item>) -> Value {
        Value::from_object(Rows::new(&self.scope, items))
    }

    fn at(&self, index: usize) -> Option<Value> {
        self.items.get(index).map(|item| View::value(&self.scope, *item))
    }

    /// Those that fit look-ups such as `slug="x"` or `autonomous_system__asn__gt=64500`.
    pub(in super::super) fn filtered(&self, lookups: &Kwargs, keep: bool) -> Result<Value, Error> {
        let mut kept = Vec::new();
        for item in &self.items {
            if fits(&View::value(&self.scope, *item), lookups)? == keep {
                kept.push(*item);
            }
        }
        Ok(self.with(kept))
    }

    fn ordered(&self, fields: &[Value]) -> Result<Value, Error> {
        let mut keyed = Vec::with_capacity(self.items.len());
        for item in &self.items {
            keyed.push((View::value(&self.scope, *item), *item));
        }
        let names: Vec<&str> = fields.iter().filter_map(Value::as_str).collect();
        if names.len() != fields.len() {
            return Err(wrong("`order_by` takes the names of attributes"));
        }
        keyed.sort_by(|(a, _), (b, _)| compare_by(a, b, &names));
        Ok(self.with(keyed.into_iter().map(|(_, item)| item).collect()))
    }

    fn values(&self, fields: &[Value], flat: bool) -> Result<Value, Error> {
        let mut listed = Vec::with_capacity(self.items.len());
        for item in &self.items {
            let view = View::value(&self.scope, *item);
            let mut values = Vec::with_capacity(fields.len());
            for field in fields {
                let name =
                    field.as_str().ok_or_else(|| wrong("`values_list` takes the names of attributes"))?;
                values.push(view.get_attr(name)?);
            }
            listed.push(match (flat, values.pop()) {
                (true, Some(value)) if values.is_empty() => value,
                (true, _) => return Err(wrong("`flat` goes with one attribute")),
                (false, last) => {
                    values.extend(last);
                    Value::from(minijinja::value::Tuple::from(values))
                }
            });
        }
        Ok(Value::from(listed))
    }
}

fn wrong(words: &'static str) -> Error {
    Error::new(ErrorKind::InvalidOperation, words)
}

impl Object for Rows {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Seq
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let index = key.as_i64()?;
        let length = i64::try_from(self.items.len()).ok()?;
        self.at(usize::try_from(if index < 0 { index.checked_add(length)? } else { index }).ok()?)
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Seq(self.items.len())
    }

    fn call_method(
        self: &Arc<Self>,
        _: &mut State<'_, '_>,
        method: &str,
        args: &[Value],
    ) -> Result<Value, Error> {
        let none = || -> Result<(), Error> { from_args::<()>(args) };
        let end = |value: Option<Value>| value.unwrap_or(Value::from(()));
        match method {
            "all" | "distinct" | "select_related" | "prefetch_related" => Ok(self.with(self.items.clone())),
            "first" => none().map(|()| end(self.at(0))),
            "last" => none().map(|()| end(self.items.len().checked_sub(1).and_then(|at| self.at(at)))),
            "count" => none().map(|()| Value::from(self.items.len())),
            "exists" => none().map(|()| Value::from(!self.items.is_empty())),
            "none" => none().map(|()| self.with(Vec::new())),
            "reverse" => none().map(|()| self.with(self.items.iter().rev().copied().collect())),
            "filter" => self.filtered(&from_args::<(Kwargs,)>(args)?.0, true),
            "exclude" => self.filtered(&from_args::<(Kwargs,)>(args)?.0, false),
            "get" => {
                let found = self.filtered(&from_args::<(Kwargs,)>(args)?.0, true)?;
                match found.len() {
                    Some(1) => found.get_item_by_index(0),
                    Some(0) => Err(wrong("`get` has found nothing")),
                    _ => Err(wrong("`get` has found several; use `filter`")),
                }
            }
            "order_by" => self.ordered(args),
            "values_list" => {
                let (fields, named): (Vec<Value>, Kwargs) = {
                    let (rest, named) = split_named(args)?;
                    (rest.to_vec(), named)
                };
                let flat = named.get::<Option<bool>>("flat")?.unwrap_or_default();
                named.assert_all_used()?;
                self.values(&fields, flat)
            }
            _ => Err(Error::from(ErrorKind::UnknownMethod)),
        }
    }
}

/// Arguments by position, and those by name.
pub(super) fn split_named(args: &[Value]) -> Result<(&[Value], Kwargs), Error> {
    match args.split_last() {
        Some((last, rest)) if last.is_kwargs() => Ok((rest, Kwargs::try_from(last.clone())?)),
        _ => Ok((args, Kwargs::from_iter(std::iter::empty::<(&str, Value)>()))),
    }
}

impl fmt::Debug for Rows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.items).finish()
    }
}
