//! Long lists of values, cut into requests that the server takes.

use std::collections::HashSet;

use super::parameters;
use crate::Result;
use crate::peeringdb::query::{Query, Test};
use crate::peeringdb::record::Record;

/// The most values in one request: what PeeringDB advises for AS numbers.
pub(super) const MOST: usize = 150;

/// The most bytes of values in one request, so that the address stays below what web servers take even when
/// each byte is written as three.
const BYTES: usize = 2000;

/// The requests that together answer a query: none if nothing can match, one in most cases. Where there are
/// several, `limit` and `skip` are taken off, because they count what arrives from all of them.
///
/// # Errors
/// As [`parameters::of`].
pub(super) fn of<R: Record>(query: &Query<R>) -> Result<Vec<Query<R>>> {
    parameters::of(query)?;
    if query.limit == Some(0) {
        // To the server this means everything.
        return Ok(Vec::new());
    }
    let mut batches = vec![query.clone()];
    for (at, (_, test)) in query.conditions.iter().enumerate() {
        let Test::In(values) = test else { continue };
        let mut known = HashSet::new();
        let mut pieces: Vec<Vec<_>> = Vec::new();
        let mut bytes = 0;
        for value in values.iter().filter(|value| known.insert(parameters::text(value))) {
            let length = parameters::text(value).len() + 1;
            match pieces.last_mut() {
                Some(piece) if piece.len() < MOST && bytes + length <= BYTES => {
                    piece.push(value.clone());
                    bytes += length;
                }
                _ => {
                    pieces.push(vec![value.clone()]);
                    bytes = length;
                }
            }
        }
        batches = batches
            .iter()
            .flat_map(|batch| {
                pieces.iter().map(|piece| {
                    let mut batch = batch.clone();
                    if let Some((_, test)) = batch.conditions.get_mut(at) {
                        *test = Test::In(piece.clone());
                    }
                    batch
                })
            })
            .collect();
    }
    if batches.len() > 1 {
        for batch in &mut batches {
            (batch.limit, batch.skip) = (None, None);
        }
    }
    Ok(batches)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Asn;
    use crate::peeringdb::Match;
    use crate::peeringdb::record::{Net, NetIxLan};

    fn asns(count: u32) -> Match<Asn> {
        Match::any_of((0..count).map(|n| Asn::new(4_200_000_000 + n)))
    }

    fn sizes<R: Record>(query: &Query<R>) -> Vec<usize> {
        let of_batch = |batch: &Query<R>| {
            batch
                .conditions
                .iter()
                .map(|(_, test)| if let Test::In(values) = test { values.len() } else { 1 })
                .product()
        };
        of(query).unwrap().iter().map(of_batch).collect()
    }

    #[test]
    fn at_most_150_values_go_into_one_request() {
        assert_eq!(sizes(&Query::<Net>::new()), [1]);
        assert_eq!(sizes(&Query::<Net>::new().asn(asns(150)).limit(7)), [150]);
        assert_eq!(sizes(&Query::<Net>::new().asn(asns(301))), [150, 150, 1]);
        assert_eq!(of(&Query::<Net>::new().asn(asns(150)).limit(7)).unwrap()[0].limit, Some(7));
        assert!(of(&Query::<Net>::new().asn(asns(151)).limit(7)).unwrap().iter().all(|q| q.limit.is_none()));
        let two = Query::<NetIxLan>::new().asn(asns(200)).ix_id(Match::any_of(1..=160));
        assert_eq!(sizes(&two).iter().sum::<usize>(), 200 * 160);
        assert_eq!(sizes(&two).len(), 4);
    }

    #[test]
    fn values_are_asked_for_once_and_nothing_is_not_asked_for() {
        assert_eq!(sizes(&Query::<Net>::new().id(Match::any_of([1, 1, 2, 1]))), [2]);
        assert!(sizes(&Query::<Net>::new().id(Match::any_of([]))).is_empty());
        assert!(sizes(&Query::<Net>::new().limit(0)).is_empty());
        assert!(sizes(&Query::<NetIxLan>::new().asn(asns(500)).ix_id(Match::any_of([]))).is_empty());
    }

    #[test]
    fn long_values_make_small_batches() {
        let names = (0..100).map(|n| format!("{n}{}", "é".repeat(100)));
        assert!(sizes(&Query::<Net>::new().name(Match::any_of(names))).iter().all(|size| *size <= 10));
    }
}
