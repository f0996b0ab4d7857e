//! Whose file it is, which version of the schema it has, and how connections are set up.

use rusqlite::{Connection, TransactionBehavior};

use super::{Failure, Location};

/// Marks the file as a cache of this library: `PrDB`.
const APPLICATION: i32 = 0x5072_4442;

/// Each step takes the tables one version further; `user_version` counts them.
const STEPS: [&str; 2] = [include_str!("schema_1.sql"), include_str!("schema_2.sql")];

/// The version after all steps.
const VERSION: u32 = STEPS.len() as u32;

/// The statements that make the indexes, one a line.
pub(super) fn indexes() -> impl Iterator<Item = (&'static str, &'static str)> {
    include_str!("indexes.sql").lines().filter_map(|line| {
        let name = line.strip_prefix("CREATE INDEX ")?.split(' ').next()?;
        Some((name, line))
    })
}

/// What the file says about itself.
struct Identity {
    application: i32,
    version: u32,
    empty: bool,
}

impl Identity {
    fn read(connection: &Connection) -> Result<Self, Failure> {
        Ok(Identity {
            application: connection.query_row("PRAGMA application_id", [], |row| row.get(0))?,
            version: connection.query_row("PRAGMA user_version", [], |row| row.get(0))?,
            empty: connection.query_row("SELECT count(*) = 0 FROM sqlite_schema", [], |row| row.get(0))?,
        })
    }

    fn is_blank(&self) -> bool {
        self.empty && self.application == 0 && self.version == 0
    }

    fn check(&self) -> Result<(), Failure> {
        if self.application != APPLICATION {
            return Err(Failure::Refused(
                "this SQLite file belongs to something else; choose another file".to_owned(),
            ));
        }
        if self.version > VERSION {
            return Err(Failure::Refused(format!(
                "made by a newer version of this library (schema {}, known up to {}); update, or choose another file",
                self.version, VERSION
            )));
        }
        Ok(())
    }
}

/// Whether the file is a sound database of somebody else's, or of a newer version of this library.
pub(super) fn is_foreign(connection: &Connection) -> bool {
    Identity::read(connection).is_ok_and(|identity| !identity.is_blank() && identity.check().is_err())
}

/// Checks the file before anything is written to it, then brings it to the present schema.
pub(super) fn prepare(
    connection: &mut Connection,
    location: &Location,
    read_only: bool,
) -> Result<(), Failure> {
    let identity = Identity::read(connection)?;
    if !identity.is_blank() {
        identity.check()?;
    }
    if read_only {
        if identity.version < VERSION {
            return Err(Failure::Refused(
                "made by an older version or still empty; open it for writing once".to_owned(),
            ));
        }
        return Ok(configure(connection, location, read_only)?);
    }
    if let Location::File(_) = location {
        connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
    }
    configure(connection, location, read_only)?;
    if identity.version < VERSION {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        // Another process may have been first.
        let identity = Identity::read(&transaction)?;
        if !identity.is_blank() {
            identity.check()?;
        }
        for step in STEPS.iter().skip(identity.version as usize) {
            transaction.execute_batch(step)?;
        }
        renew_indexes(&transaction)?;
        transaction.pragma_update(None, "application_id", APPLICATION)?;
        transaction.pragma_update(None, "user_version", VERSION)?;
        transaction.commit()?;
    }
    Ok(())
}

/// Drops the indexes that this version does not have and makes those that are missing.
fn renew_indexes(connection: &Connection) -> rusqlite::Result<()> {
    let mut statement =
        connection.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL")?;
    let present = statement
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<Vec<(String, String)>>>()?;
    for (name, sql) in &present {
        if !indexes().any(|(_, wanted)| wanted.trim_end_matches(';') == sql) {
            connection.execute_batch(&format!("DROP INDEX {name}"))?;
        }
    }
    for (_, wanted) in indexes() {
        if !present.iter().any(|(_, sql)| wanted.trim_end_matches(';') == sql) {
            connection.execute_batch(wanted)?;
        }
    }
    Ok(())
}

/// Sets one connection up.
pub(super) fn configure(
    connection: &Connection,
    location: &Location,
    read_only: bool,
) -> rusqlite::Result<()> {
    connection.set_prepared_statement_cache_capacity(64);
    match location {
        Location::File(_) => {
            connection.pragma_update(None, "cache_size", -16_384)?;
            if !read_only {
                connection.pragma_update(None, "synchronous", "NORMAL")?;
            }
        }
        Location::Memory(_) => {
            connection.query_row("PRAGMA journal_mode = MEMORY", [], |_| Ok(()))?;
        }
    }
    Ok(())
}
