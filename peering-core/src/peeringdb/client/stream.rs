//! Answers piece by piece, so that they need not be in memory together.

use std::collections::{HashSet, VecDeque};

use futures_core::Stream;
use futures_util::stream::{self, TryStreamExt as _};

use super::{Client, batches};
use crate::peeringdb::query::{Match, Query};
use crate::peeringdb::record::Record;
use crate::{Error, ErrorKind, Result};

/// Rows per page: the most that the server gives.
const PAGE: u64 = 250;

impl Client {
    /// The objects that a query asks for, page by page, so that they need not be in memory together. The
    /// query's own `limit` and `skip` count what arrives here. A page that is shorter than it could be is not
    /// the end; only the server's word is.
    ///
    /// What is deleted while the pages are read moves the rows behind it, so that one of them may be missed;
    /// what must be complete is better asked for with [`find`](Client::find), or kept in a cache.
    ///
    /// The stream ends after an error.
    pub fn stream<R: Record>(&self, query: Query<R>) -> impl Stream<Item = Result<R>> + Send + use<R> {
        let (skip, left) = (rows_of(query.skip, 0), rows_of(query.limit, usize::MAX));
        let mut query = query;
        (query.limit, query.skip) = (None, None);
        let client = self.clone();
        let pages = stream::once(async move {
            let batches = batches::of(&query)?.into();
            Ok::<_, Error>(Pages { client, batches, page: 1, seen: HashSet::new(), skip, left })
        })
        .map_ok(|pages| stream::try_unfold(pages, Pages::next))
        .try_flatten();
        rows(pages)
    }

    /// The objects that a query asks for with the objects around them, in `extra`. Depth goes from 1 (their
    /// numbers) to 3.
    ///
    /// The server cuts expanded lists after 250 rows, pages or not. So this asks for the numbers of all
    /// objects first, and then for at most 150 objects at a time. None is missed, and what is deleted in the
    /// meantime is left out. Objects come in the order of their numbers.
    ///
    /// The stream ends after an error; another depth is [`ErrorKind::Options`].
    pub fn stream_expanded<R: Record>(
        &self,
        query: Query<R>,
        depth: u8,
    ) -> impl Stream<Item = Result<R>> + Send + use<R> {
        let client = self.clone();
        let pages = stream::once(async move {
            if !(1..=3).contains(&depth) {
                let text = format!("the depth of a list is 1 to 3, not {depth}");
                return Err(Error::new(ErrorKind::Options, text));
            }
            let numbers = client.numbers(&query).await?;
            Ok(Expanded { client, fields: query.fields, numbers: numbers.into(), depth })
        })
        .map_ok(|expanded| stream::try_unfold(expanded, Expanded::next))
        .try_flatten();
        rows(pages)
    }

    /// The numbers of the objects that a query asks for, in order.
    async fn numbers<R: Record>(&self, query: &Query<R>) -> Result<Vec<u64>> {
        let mut all = query.clone();
        (all.limit, all.skip) = (None, None);
        if all.conditions.is_empty() {
            // Without any condition the server may answer with a list that it made hours ago.
            all = all.id(Match::greater_than(0));
        }
        let mut numbers: Vec<u64> = self.find(&all.fields(["id"])).await?.iter().map(Record::id).collect();
        numbers.sort_unstable();
        let (skip, limit) = (rows_of(query.skip, 0), rows_of(query.limit, usize::MAX));
        Ok(numbers.into_iter().skip(skip).take(limit).collect())
    }
}

/// Pages still to be read.
struct Pages<R> {
    client: Client,
    batches: VecDeque<Query<R>>,
    page: u64,
    /// What has been handed out: a row may move to another page, or match in two batches.
    seen: HashSet<u64>,
    /// So many rows are not handed out first.
    skip: usize,
    /// So many rows are handed out at most.
    left: usize,
}

impl<R: Record> Pages<R> {
    async fn next(mut self) -> Result<Option<(Vec<R>, Self)>> {
        let Some(batch) = self.batches.front().filter(|_| self.left > 0) else { return Ok(None) };
        let at = [("page".to_owned(), self.page.to_string()), ("per_page".to_owned(), PAGE.to_string())];
        let answer = self.client.answer(batch, &at).await?;
        // A server that knows no pages answers with everything and says nothing about a next one.
        if answer.has_next() {
            self.page += 1;
        } else {
            self.page = 1;
            self.batches.pop_front();
        }
        let mut rows = answer.data;
        rows.retain(|row| self.seen.insert(row.id()));
        let skipped = self.skip.min(rows.len());
        self.skip -= skipped;
        rows.drain(..skipped);
        rows.truncate(self.left);
        self.left -= rows.len();
        Ok(Some((rows, self)))
    }
}

/// Expanded objects still to be read.
struct Expanded {
    client: Client,
    fields: Option<Vec<String>>,
    numbers: VecDeque<u64>,
    depth: u8,
}

impl Expanded {
    async fn next<R: Record>(mut self) -> Result<Option<(Vec<R>, Self)>> {
        if self.numbers.is_empty() {
            return Ok(None);
        }
        let some = self.numbers.len().min(batches::MOST);
        let mut query = Query::<R>::new().id(Match::any_of(self.numbers.drain(..some)));
        query.fields = self.fields.clone();
        let mut rows =
            self.client.answer(&query, &[("depth".to_owned(), self.depth.to_string())]).await?.data;
        rows.sort_by_key(Record::id);
        Ok(Some((rows, self)))
    }
}

fn rows<R: Record>(pages: impl Stream<Item = Result<Vec<R>>> + Send) -> impl Stream<Item = Result<R>> + Send {
    pages.map_ok(|page| stream::iter(page.into_iter().map(Ok))).try_flatten()
}

/// A number of rows as the language counts them.
pub(super) fn rows_of(rows: Option<u64>, otherwise: usize) -> usize {
    rows.map_or(otherwise, |rows| usize::try_from(rows).unwrap_or(usize::MAX))
}
