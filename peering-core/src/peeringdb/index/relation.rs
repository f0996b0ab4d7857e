//! Which numbers go with which: sorted integers, found by halving.

/// For each key a sorted list of values, all in three arrays.
#[derive(Debug, Default)]
pub(super) struct Relation {
    keys: Vec<u64>,
    /// Where each key's values end; they begin where those of the key before it end.
    ends: Vec<usize>,
    values: Vec<u64>,
}

impl Relation {
    /// From pairs in any order, each counted once.
    pub(super) fn new(mut pairs: Vec<(u64, u64)>) -> Self {
        pairs.sort_unstable();
        pairs.dedup();
        let mut relation = Relation { values: Vec::with_capacity(pairs.len()), ..Relation::default() };
        for (key, value) in pairs {
            if relation.keys.last() != Some(&key) {
                relation.keys.push(key);
                relation.ends.push(relation.values.len());
            }
            relation.values.push(value);
            if let Some(end) = relation.ends.last_mut() {
                *end = relation.values.len();
            }
        }
        relation
    }

    /// The values of a key, in order; none if there is no such key.
    pub(super) fn of(&self, key: u64) -> &[u64] {
        self.keys.binary_search(&key).map_or(&[], |place| self.at(place))
    }

    /// Every key with its values, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u64, &[u64])> {
        self.keys.iter().enumerate().map(|(place, key)| (*key, self.at(place)))
    }

    fn at(&self, place: usize) -> &[u64] {
        let end = |place: usize| self.ends.get(place).copied().unwrap_or_default();
        let start = place.checked_sub(1).map(end).unwrap_or_default();
        self.values.get(start..end(place)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pair_is_found_once_and_in_order() {
        let relation = Relation::new(vec![(5, 2), (1, 9), (5, 1), (5, 2), (u64::MAX, 0)]);
        assert_eq!(relation.of(1), [9]);
        assert_eq!(relation.of(5), [1, 2]);
        assert_eq!(relation.of(u64::MAX), [0]);
        for absent in [0, 2, 6] {
            assert!(relation.of(absent).is_empty());
        }
        assert_eq!(
            relation.iter().map(|(key, values)| (key, values.len())).collect::<Vec<_>>(),
            [(1, 1), (5, 2), (u64::MAX, 1)]
        );
        assert!(Relation::new(Vec::new()).of(1).is_empty());
    }
}
