//! What discovery finds, in the form of the records of `peering.discovery`.

use std::net::IpAddr;
use std::sync::Arc;

use peering_core::discovery::{
    ExchangeSize, FacilityDistance, ImportNote, ImportReport, NetworkSize, PeerPort, PossiblePort,
    PossibleSession,
};
use peering_core::model::{Divergence, Family, InternetExchangeSession};
use peering_core::peeringdb::record::{Fac, Ix, Net, Record};
use pyo3::IntoPyObjectExt as _;
use pyo3::prelude::*;
use serde::{Serialize, Serializer};

use crate::shape::{Columns, Misfit, Shape};
use crate::table::{Rows, Source};

/// An answer.
pub(super) enum Found {
    /// One value.
    One(Box<dyn One>),
    /// A table.
    Many(Box<dyn Source>),
    /// Positions in a list of our network.
    At(Vec<usize>),
    /// Peers for positions in the list of our exchanges.
    PerExchange(Vec<(usize, Vec<PeerPort>)>),
}

/// A value of which there is one.
pub(super) trait One: Send {
    fn python(&self, py: Python<'_>, shape: &Shape) -> PyResult<Py<PyAny>>;
}

impl<T: Serialize + Send> One for T {
    fn python(&self, py: Python<'_>, shape: &Shape) -> PyResult<Py<PyAny>> {
        shape.python(py, self)
    }
}

impl Found {
    pub(super) fn one<T: Serialize + Send + 'static>(value: T) -> Found {
        Found::One(Box::new(value))
    }

    /// Records of PeeringDB.
    pub(super) fn records<R: Record>(rows: Vec<Arc<R>>) -> Found {
        Found::Many(Box::new(Table(rows)))
    }

    /// Other rows.
    pub(super) fn rows<T: Row + 'static>(rows: Vec<T>) -> Found {
        Found::Many(Box::new(Table(rows)))
    }

    pub(super) fn python(self, py: Python<'_>, shape: Py<Shape>) -> PyResult<Py<PyAny>> {
        match self {
            Found::One(value) => value.python(py, shape.get()),
            Found::Many(rows) => Py::new(py, Rows::boxed(rows, shape))?.into_py_any(py),
            Found::At(positions) => positions.into_py_any(py),
            Found::PerExchange(exchanges) => {
                let table = |(at, peers): (usize, Vec<PeerPort>)| {
                    let rows: Box<dyn Source> = Box::new(Table(peers));
                    Ok((at, Py::new(py, Rows::boxed(rows, shape.clone_ref(py)))?))
                };
                exchanges.into_iter().map(table).collect::<PyResult<Vec<_>>>()?.into_py_any(py)
            }
        }
    }
}

/// A record as its typed fields say it.
pub(super) struct Typed<R>(pub(super) Arc<R>);

impl<R: Record> Serialize for Typed<R> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.typed().serialize(serializer)
    }
}

fn typed<R>(record: &Arc<R>) -> Typed<R> {
    Typed(Arc::clone(record))
}

/// Something found, in the form of its record class.
pub(super) trait Row: Send + Sync {
    fn form(&self) -> impl Serialize + '_;
}

/// A table of such.
struct Table<T>(Vec<T>);

impl<T: Row> Source for Table<T> {
    fn len(&self) -> usize {
        self.0.len()
    }

    fn get(&self, py: Python<'_>, shape: &Shape, index: usize) -> Option<PyResult<Py<PyAny>>> {
        self.0.as_slice().get(index).map(|row| shape.python(py, &row.form()))
    }

    fn fill(&self, py: Python<'_>, columns: &mut Columns) -> Result<(), Misfit> {
        py.detach(|| self.0.iter().try_for_each(|row| columns.push(&row.form())))
    }
}

impl<R: Record> Row for Arc<R> {
    fn form(&self) -> impl Serialize + '_ {
        typed(self)
    }
}

#[derive(Serialize)]
struct Peer<'a> {
    port: Typed<peering_core::peeringdb::record::NetIxLan>,
    network: Option<Typed<Net>>,
    sessions: &'a [InternetExchangeSession],
}

impl Row for PeerPort {
    fn form(&self) -> impl Serialize + '_ {
        Peer { port: typed(&self.port), network: self.network.as_ref().map(typed), sessions: &self.sessions }
    }
}

#[derive(Serialize)]
struct Possible {
    theirs: Typed<peering_core::peeringdb::record::NetIxLan>,
    sessions: Vec<Pair>,
}

#[derive(Serialize)]
struct Pair {
    ours: u64,
    family: Family,
    our_address: Option<IpAddr>,
    their_address: IpAddr,
}

impl From<&PossibleSession> for Pair {
    fn from(session: &PossibleSession) -> Self {
        let PossibleSession { ours, family, our_address, their_address } = *session;
        Pair { ours, family, our_address, their_address }
    }
}

impl Row for PossiblePort {
    fn form(&self) -> impl Serialize + '_ {
        Possible { theirs: typed(&self.theirs), sessions: self.sessions.iter().map(Pair::from).collect() }
    }
}

#[derive(Serialize)]
struct Near {
    facility: Typed<Fac>,
    kilometres: f64,
}

impl Row for FacilityDistance {
    fn form(&self) -> impl Serialize + '_ {
        Near { facility: typed(&self.facility), kilometres: self.kilometres }
    }
}

#[derive(Serialize)]
struct SizeOfExchange {
    ix: u64,
    exchange: Option<Typed<Ix>>,
    networks: u64,
    ports: u64,
    capacity: u64,
}

impl Row for ExchangeSize {
    fn form(&self) -> impl Serialize + '_ {
        SizeOfExchange {
            ix: self.ix,
            exchange: self.exchange.as_ref().map(typed),
            networks: self.networks,
            ports: self.ports,
            capacity: self.capacity,
        }
    }
}

#[derive(Serialize)]
struct SizeOfNetwork {
    net: u64,
    network: Option<Typed<Net>>,
    exchanges: u64,
    ports: u64,
    facilities: u64,
    capacity: u64,
}

impl Row for NetworkSize {
    fn form(&self) -> impl Serialize + '_ {
        SizeOfNetwork {
            net: self.net,
            network: self.network.as_ref().map(typed),
            exchanges: self.exchanges,
            ports: self.ports,
            facilities: self.facilities,
            capacity: self.capacity,
        }
    }
}

/// What an import did.
#[derive(Serialize)]
pub(super) struct Imported {
    exchanges_added: Vec<String>,
    connections_added: Vec<String>,
    connections_linked: Vec<String>,
    notes: Vec<Note>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
enum Note {
    NoPrefix { netixlan: u64, ixlan: u64, address: IpAddr, text: String },
    NoAddress { netixlan: u64, text: String },
    AddressDiffers { connection: String, ours: Option<IpAddr>, record: Option<IpAddr>, text: String },
    NoRecord { object: &'static str, id: u64, text: String },
}

impl From<ImportReport> for Imported {
    fn from(report: ImportReport) -> Self {
        let ImportReport { exchanges_added, connections_added, connections_linked, notes } = report;
        let notes = notes.into_iter().map(Note::from).collect();
        Imported { exchanges_added, connections_added, connections_linked, notes }
    }
}

impl From<ImportNote> for Note {
    fn from(note: ImportNote) -> Self {
        let text = note.to_string();
        match note {
            ImportNote::NoPrefix { netixlan, ixlan, address } => {
                Note::NoPrefix { netixlan, ixlan, address, text }
            }
            ImportNote::NoAddress { netixlan } => Note::NoAddress { netixlan, text },
            ImportNote::AddressDiffers { connection, ours, record } => {
                Note::AddressDiffers { connection, ours, record, text }
            }
            ImportNote::NoRecord { object, id } => Note::NoRecord { object: object.tag(), id, text },
        }
    }
}

/// A field in which an autonomous system and its record differ.
#[derive(Serialize)]
pub(super) struct Difference<'a> {
    field: &'a str,
    peeringdb_field: &'a str,
    ours: &'a Option<String>,
    record: &'a Option<String>,
}

impl<'a> From<&'a Divergence> for Difference<'a> {
    fn from(row: &'a Divergence) -> Self {
        Difference {
            field: row.field,
            peeringdb_field: row.peeringdb_field,
            ours: &row.ours,
            record: &row.record,
        }
    }
}
