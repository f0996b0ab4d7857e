//! `dict`: what `{…}` and `dict()` give, which templates update.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use indexmap::IndexMap;
use minijinja::value::{Enumerator, Object, Tuple, ValueKind};
use minijinja::{Error, ErrorKind, State, Value};

use super::call::{bind, refuse, required, split};
use super::list::refuse_cycle;
use super::text::{is_dict, render};

/// A mutable mapping in the order of insertion. Whoever holds the value sees the changes, as in Python.
pub(super) struct Dict(Mutex<IndexMap<Value, Value>>);

impl Dict {
    /// # Errors
    /// A key that can change, which no mapping can find again.
    pub(super) fn value(pairs: impl IntoIterator<Item = (Value, Value)>) -> Result<Value, Error> {
        let mut map = IndexMap::new();
        for (key, value) in pairs {
            check_key(&key)?;
            map.insert(key, value);
        }
        Ok(Value::from_object(Dict(Mutex::new(map))))
    }

    pub(super) fn pairs(&self) -> Vec<(Value, Value)> {
        self.lock().iter().map(|(key, value)| (key.clone(), value.clone())).collect()
    }

    fn lock(&self) -> MutexGuard<'_, IndexMap<Value, Value>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Lists and dicts are no keys, alone or within a tuple.
pub(super) fn check_key(key: &Value) -> Result<(), Error> {
    match key.kind() {
        ValueKind::Seq if super::is_tuple(key) => key.try_iter()?.try_for_each(|item| check_key(&item)),
        ValueKind::Seq | ValueKind::Iterable if super::is_range(key) => Ok(()),
        ValueKind::Seq | ValueKind::Iterable => Err(refuse("a list cannot be a key: it can change")),
        ValueKind::Map if is_dict(key) => Err(refuse("a dict cannot be a key: it can change")),
        _ => Ok(()),
    }
}

/// The pairs of a mapping, or of a sequence of pairs.
pub(super) fn pairs_of(state: &State<'_, '_>, value: &Value) -> Result<Vec<(Value, Value)>, Error> {
    if value.kind() == ValueKind::Map {
        let pairs = value.as_object().and_then(|object| object.try_iter_pairs());
        return pairs.map(Iterator::collect).ok_or_else(|| refuse("this mapping cannot be listed"));
    }
    let pair = |item: Value| {
        let mut parts = super::items(state, &item)?.into_iter();
        match (parts.next(), parts.next(), parts.next()) {
            (Some(key), Some(value), None) => Ok((key, value)),
            _ => Err(refuse("a dict is made of pairs of a key and a value")),
        }
    };
    super::items(state, value)?.into_iter().map(pair).collect()
}

/// What `keys`, `values` and `items` give; of any mapping.
pub(super) fn listing(method: &str, pairs: Vec<(Value, Value)>) -> Value {
    let items = pairs.into_iter().map(|(key, value)| match method {
        "keys" => key,
        "values" => value,
        _ => Value::from(Tuple::from([key, value])),
    });
    super::list::List::value(items.collect())
}

impl Object for Dict {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.lock().get(key).cloned()
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Values(self.lock().keys().cloned().collect())
    }

    fn enumerator_len(self: &Arc<Self>) -> Option<usize> {
        Some(self.lock().len())
    }

    fn call_method(
        self: &Arc<Self>,
        state: &mut State<'_, '_>,
        method: &str,
        args: &[Value],
    ) -> Result<Value, Error> {
        let args = args.to_vec();
        let place = Arc::as_ptr(self).cast();
        match method {
            "keys" | "values" | "items" => {
                let [] = bind(method, [], args)?;
                Ok(listing(method, self.pairs()))
            }
            "pop" => {
                let [key, default] = bind(method, ["key", "default"], args)?;
                let key = required(method, "key", key)?;
                check_key(&key)?;
                let removed = self.lock().shift_remove(&key);
                removed.or(default).ok_or_else(|| refuse("the dict has no such key to pop"))
            }
            "popitem" => {
                let [] = bind(method, [], args)?;
                let last = self.lock().pop();
                last.map(|(key, value)| Value::from(Tuple::from([key, value])))
                    .ok_or_else(|| refuse("`popitem` from an empty dict"))
            }
            "update" => {
                let (positional, named) = split(args);
                if positional.len() > 1 {
                    return Err(refuse("`update` takes one mapping and names"));
                }
                let mut pairs = match positional.first() {
                    Some(value) => pairs_of(state, value)?,
                    None => Vec::new(),
                };
                pairs.extend(named.into_iter().map(|(name, value)| (Value::from(name), value)));
                state.consume_fuel(pairs.len() as u64)?;
                for (key, value) in &pairs {
                    check_key(key)?;
                    refuse_cycle(value, place)?;
                }
                self.lock().extend(pairs);
                Ok(Value::from(()))
            }
            "setdefault" => {
                let [key, default] = bind(method, ["key", "default"], args)?;
                let key = required(method, "key", key)?;
                let default = default.unwrap_or(Value::from(()));
                check_key(&key)?;
                refuse_cycle(&default, place)?;
                state.consume_fuel(1)?;
                Ok(self.lock().entry(key).or_insert(default).clone())
            }
            "clear" => {
                let [] = bind(method, [], args)?;
                self.lock().clear();
                Ok(Value::from(()))
            }
            _ => Err(Error::from(ErrorKind::UnknownMethod)),
        }
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        render(self, f)
    }
}

impl fmt::Debug for Dict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.pairs()).finish()
    }
}
