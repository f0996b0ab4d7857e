//! `list`: what `[…]`, `list()` and the methods and filters of Python give, which templates append to.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use minijinja::value::{Enumerator, Object, ObjectRepr};
use minijinja::{Error, ErrorKind, State, Value};

use super::call::{bind, integer, integer_or, refuse, required, truth};
use super::dict::Dict;
use super::order::{find, sorted};
use super::text::render;

/// A mutable list. Whoever holds the value sees the changes, as in Python; a loop runs over what there was
/// when it began.
pub(super) struct List(Mutex<Vec<Value>>);

impl List {
    pub(super) fn value(items: Vec<Value>) -> Value {
        Value::from_object(List(Mutex::new(items)))
    }

    pub(super) fn items(&self) -> Vec<Value> {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Value>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Fails if `value` holds the container at `place`: a list that holds itself could be neither printed nor freed.
pub(super) fn refuse_cycle(value: &Value, place: *const ()) -> Result<(), Error> {
    fn holds(value: &Value, place: *const ()) -> bool {
        if let Some(list) = value.downcast_object::<List>() {
            Arc::as_ptr(&list).cast() == place || list.items().iter().any(|item| holds(item, place))
        } else if let Some(dict) = value.downcast_object::<Dict>() {
            Arc::as_ptr(&dict).cast() == place || dict.pairs().iter().any(|(_, item)| holds(item, place))
        } else if super::is_tuple(value) || value.downcast_object_ref::<Vec<Value>>().is_some() {
            value.try_iter().into_iter().flatten().any(|item| holds(&item, place))
        } else {
            false
        }
    }
    if holds(value, place) { Err(refuse("a list or dict cannot hold itself")) } else { Ok(()) }
}

/// Where an index stands in a list of that length; negative ones count from the end.
fn position(index: i64, length: usize) -> Option<usize> {
    let index = if index < 0 { index.checked_add_unsigned(length as u64)? } else { index };
    usize::try_from(index).ok().filter(|index| *index < length)
}

impl Object for List {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Seq
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let items = self.lock();
        let index = integer("", key).ok()?;
        items.get(position(index, items.len())?).cloned()
    }

    fn get_value_by_str(self: &Arc<Self>, _: &str) -> Option<Value> {
        None
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Values(self.items())
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
            "append" => {
                let [item] = bind(method, ["object"], args)?;
                let item = required(method, "object", item)?;
                refuse_cycle(&item, place)?;
                state.consume_fuel(1)?;
                self.lock().push(item);
            }
            "extend" => {
                let [items] = bind(method, ["iterable"], args)?;
                let items = super::items(state, &required(method, "iterable", items)?)?;
                items.iter().try_for_each(|item| refuse_cycle(item, place))?;
                self.lock().extend(items);
            }
            "insert" => {
                let [index, item] = bind(method, ["index", "object"], args)?;
                let index = integer(method, &required(method, "index", index)?)?;
                let item = required(method, "object", item)?;
                refuse_cycle(&item, place)?;
                state.consume_fuel(1)?;
                let mut list = self.lock();
                let length = list.len();
                let at = if index < 0 { index.saturating_add_unsigned(length as u64).max(0) } else { index };
                list.insert(usize::try_from(at).unwrap_or(length).min(length), item);
            }
            "pop" => {
                let [index] = bind(method, ["index"], args)?;
                let index = integer_or(method, index, -1)?;
                let mut list = self.lock();
                return match position(index, list.len()) {
                    Some(index) => Ok(list.remove(index)),
                    None if list.is_empty() => Err(refuse("`pop` from an empty list")),
                    None => Err(refuse(format!("the list has nothing at {index} to pop"))),
                };
            }
            "remove" => {
                let [item] = bind(method, ["value"], args)?;
                let item = required(method, "value", item)?;
                // Compared outside of the lock: the list may be within what it is compared with.
                match find(&self.items(), &item) {
                    Some(index) => self.lock().remove(index),
                    None => return Err(refuse("what `remove` is to remove is not in the list")),
                };
            }
            "sort" => {
                let (positional, _) = super::call::split(args.clone());
                if !positional.is_empty() {
                    return Err(refuse("`sort` takes its arguments by name"));
                }
                let [key, reverse] = bind(method, ["key", "reverse"], args)?;
                if key.is_some_and(|key| !key.is_none()) {
                    return Err(refuse("`sort` takes no key here; use the filter `sort` with `attribute`"));
                }
                let items = sorted(self.items(), truth(state, reverse, false)?)?;
                *self.lock() = items;
            }
            "reverse" => {
                let [] = bind(method, [], args)?;
                self.lock().reverse();
            }
            "clear" => {
                let [] = bind(method, [], args)?;
                self.lock().clear();
            }
            _ => return Err(Error::from(ErrorKind::UnknownMethod)),
        }
        Ok(Value::from(()))
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        render(self, f)
    }
}

impl fmt::Debug for List {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.items()).finish()
    }
}
