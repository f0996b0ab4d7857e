//! Values that are made once and shared by threads: one value, or one per key.
//!
//! Making a value may fail; then nothing is kept and the next one who asks tries again. A thread that panicked while
//! it held a lock spoils nothing: values are whole before they are put in.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, OnceLock, PoisonError, RwLock};

use crate::Result;

/// One value, made by the first who asks; others wait for it.
pub(super) struct Once<T> {
    value: OnceLock<T>,
    building: Mutex<()>,
    #[cfg(test)]
    builds: std::sync::atomic::AtomicUsize,
}

impl<T> Default for Once<T> {
    fn default() -> Self {
        Once {
            value: OnceLock::new(),
            building: Mutex::new(()),
            #[cfg(test)]
            builds: std::sync::atomic::AtomicUsize::new(0),
        }
    }
}

impl<T> Once<T> {
    pub(super) fn get(&self) -> Option<&T> {
        self.value.get()
    }

    #[cfg(test)]
    pub(super) fn builds(&self) -> usize {
        self.builds.load(std::sync::atomic::Ordering::SeqCst)
    }

    pub(super) fn get_or_build(&self, build: impl FnOnce() -> Result<T>) -> Result<&T> {
        if let Some(value) = self.value.get() {
            return Ok(value);
        }
        let _building = self.building.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(value) = self.value.get() {
            return Ok(value);
        }
        #[cfg(test)]
        self.builds.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        let value = build()?;
        Ok(self.value.get_or_init(|| value))
    }
}

/// One value per key, cheap to clone. Keys without a value are not remembered.
pub(super) struct Memo<K, V>(RwLock<HashMap<K, V>>);

impl<K, V> Default for Memo<K, V> {
    fn default() -> Self {
        Memo(RwLock::new(HashMap::new()))
    }
}

impl<K: Copy + Eq + Hash, V: Clone> Memo<K, V> {
    /// The values of these keys, place by place. `load` is asked once, for all that are not known yet.
    ///
    /// Two threads may load the same key; both then get the value that was put in first.
    pub(super) fn many(
        &self,
        keys: &[K],
        load: impl FnOnce(&[K]) -> Result<Vec<(K, V)>>,
    ) -> Result<Vec<Option<V>>> {
        let mut values: Vec<Option<V>> = {
            let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
            keys.iter().map(|key| known.get(key).cloned()).collect()
        };
        let places = || keys.iter().copied().zip(&values);
        let missing: Vec<K> = places().filter(|(_, value)| value.is_none()).map(|(key, _)| key).collect();
        if missing.is_empty() {
            return Ok(values);
        }
        let loaded = load(&missing)?;
        if loaded.is_empty() {
            return Ok(values);
        }
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        for (key, value) in loaded {
            known.entry(key).or_insert(value);
        }
        for (key, value) in keys.iter().zip(&mut values) {
            if value.is_none() {
                *value = known.get(key).cloned();
            }
        }
        Ok(values)
    }

    /// The value of one key.
    pub(super) fn one(&self, key: K, load: impl FnOnce() -> Result<Option<V>>) -> Result<Option<V>> {
        let values = self.many(&[key], |_| Ok(load()?.map(|value| (key, value)).into_iter().collect()))?;
        Ok(values.into_iter().next().flatten())
    }

    /// Puts values in, and gives back those that are kept: what was there stays.
    pub(super) fn keep(&self, values: impl IntoIterator<Item = (K, V)>) -> Vec<V> {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        values.into_iter().map(|(key, value)| known.entry(key).or_insert(value).clone()).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::{Error, ErrorKind};

    #[test]
    fn one_value_is_built_once_by_all_threads_and_again_after_a_failure() {
        let once = Once::<u32>::default();
        let failed = once.get_or_build(|| Err(Error::new(ErrorKind::Storage, "no")));
        assert_eq!(failed.unwrap_err().kind(), ErrorKind::Storage);
        let builds = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    let value = once.get_or_build(|| {
                        builds.fetch_add(1, Ordering::SeqCst);
                        std::thread::yield_now();
                        Ok(7)
                    });
                    assert_eq!(*value.unwrap(), 7);
                });
            }
        });
        assert_eq!(builds.into_inner(), 1);
    }

    #[test]
    fn a_panic_inside_leaves_it_usable() {
        let once = Once::<u32>::default();
        let panicked = std::thread::scope(|scope| {
            scope.spawn(|| once.get_or_build(|| panic!("on purpose")).map(|_| ())).join()
        });
        assert!(panicked.is_err());
        assert_eq!(*once.get_or_build(|| Ok(3)).unwrap(), 3);

        let memo = Memo::<u64, u64>::default();
        let panicked = std::thread::scope(|scope| {
            scope
                .spawn(|| {
                    let values = (0..3).map(|key| if key == 2 { panic!("on purpose") } else { (key, key) });
                    memo.keep(values)
                })
                .join()
        });
        assert!(panicked.is_err());
        assert_eq!(memo.one(1, || Ok(Some(9))).unwrap(), Some(1));
        assert_eq!(memo.one(2, || Ok(Some(9))).unwrap(), Some(9));
    }

    #[test]
    fn only_what_is_missing_is_loaded_and_only_what_exists_is_kept() {
        let memo = Memo::<u64, Arc<u64>>::default();
        let load = |expected: &'static [u64]| {
            move |missing: &[u64]| {
                assert_eq!(missing, expected);
                Ok(missing.iter().filter(|key| **key < 10).map(|key| (*key, Arc::new(*key))).collect())
            }
        };
        let first = memo.many(&[1, 2, 10], load(&[1, 2, 10])).unwrap();
        let second = memo.many(&[10, 3, 2], load(&[10, 3])).unwrap();
        assert_eq!(second, [None, Some(Arc::new(3)), Some(Arc::new(2))]);
        assert!(Arc::ptr_eq(first[1].as_ref().unwrap(), second[2].as_ref().unwrap()));
        assert_eq!(memo.0.read().unwrap().len(), 3);
    }
}
