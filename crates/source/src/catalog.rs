//! What the source's catalog says about server, tables and publication, and what of it is wrong.

use domain::Table;
use sqlx::{PgConnection, Row};

use crate::columns::{Announced, Layout};
use crate::decode::Schemas;
use crate::{SourceConfig, SourceError, classify};

const OLDEST_SERVER: i32 = 150_000;
/// Copied in this order: what a reading refers to comes first.
pub(crate) const TABLES: [Table; 4] = [Table::Regions, Table::Users, Table::Reactive, Table::Readings];
pub(crate) const HEARTBEAT_TABLE: &str = "loadline_heartbeat";

pub(crate) struct Server {
    pub version_number: i32,
    pub version: String,
    pub wal_level: String,
    pub database: String,
    /// UTC microseconds since 1970.
    pub now_us: i64,
}

pub(crate) struct TableInfo {
    pub table: Table,
    pub schema: String,
    /// Quoted where needed, for statements.
    pub qualified: String,
    /// The table itself or partitions of it whose changes lack the complete old row, for statements.
    pub without_old_rows: Vec<String>,
    pub readable: bool,
    pub columns: Vec<Announced>,
}

pub(crate) struct Publication {
    pub all_tables: bool,
    /// Inserts, updates, deletes and truncations.
    pub all_changes: bool,
    /// Partitions are published under the name of their table.
    pub by_root: bool,
    /// Schema and name of tables that are published without a row filter.
    pub tables: Vec<(String, String)>,
}

pub(crate) async fn server(cfg: &SourceConfig, session: &mut PgConnection) -> Result<Server, SourceError> {
    let row = sqlx::query(
        "select current_setting('server_version_num')::int, current_setting('server_version'), current_setting('wal_level'),
                current_database()::text, (extract(epoch from clock_timestamp()) * 1000000)::bigint",
    )
    .fetch_one(session)
    .await;
    let read = |row: sqlx::postgres::PgRow| {
        Ok(Server {
            version_number: row.try_get(0)?,
            version: row.try_get(1)?,
            wal_level: row.try_get(2)?,
            database: row.try_get(3)?,
            now_us: row.try_get(4)?,
        })
    };
    row.and_then(read).map_err(|error| classify::session(cfg, error))
}

impl Server {
    pub(crate) fn verify(&self) -> Result<(), SourceError> {
        if self.version_number < OLDEST_SERVER {
            return Err(SourceError::TooOld { version: self.version.clone() });
        }
        if self.wal_level != "logical" {
            return Err(SourceError::WalLevel { found: self.wal_level.clone() });
        }
        Ok(())
    }
}

/// The table as the search path finds it; none when it is not there.
pub(crate) async fn table(
    cfg: &SourceConfig,
    session: &mut PgConnection,
    table: Table,
) -> Result<Option<TableInfo>, SourceError> {
    let found = sqlx::query(
        "select n.nspname::text, c.oid::regclass::text,
                array(select p.oid::regclass::text from pg_class p where p.relreplident <> 'f'
                       and (p.oid = c.oid or p.oid in (select relid from pg_partition_tree(c.oid))) order by 1),
                has_table_privilege(c.oid, 'SELECT'), c.oid
           from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.oid = to_regclass($1)",
    )
    .bind(table.name())
    .fetch_optional(&mut *session)
    .await
    .map_err(|error| classify::session(cfg, error))?;
    let Some(row) = found else { return Ok(None) };
    let oid: sqlx::postgres::types::Oid = row.try_get(4).map_err(|error| classify::session(cfg, error))?;
    // a domain counts as the type below it
    let columns = sqlx::query_as::<_, (String, sqlx::postgres::types::Oid)>(
        "select a.attname::text, coalesce(nullif(t.typbasetype, 0), t.oid)
           from pg_attribute a join pg_type t on t.oid = a.atttypid
          where a.attrelid = $1 and a.attnum > 0 and not a.attisdropped order by a.attnum",
    )
    .bind(oid)
    .fetch_all(session)
    .await
    .map_err(|error| classify::session(cfg, error))?;
    let read = || {
        Ok(TableInfo {
            table,
            schema: row.try_get(0)?,
            qualified: row.try_get(1)?,
            without_old_rows: row.try_get(2)?,
            readable: row.try_get(3)?,
            columns: columns.into_iter().map(|(name, oid)| Announced { name, type_id: oid.0 }).collect(),
        })
    };
    read().map(Some).map_err(|error| classify::session(cfg, error))
}

pub(crate) async fn publication(cfg: &SourceConfig, session: &mut PgConnection) -> Result<Option<Publication>, SourceError> {
    let row = sqlx::query_as::<_, (bool, bool, bool)>(
        "select puballtables, pubinsert and pubupdate and pubdelete and pubtruncate, pubviaroot from pg_publication where pubname = $1",
    )
    .bind(&cfg.publication)
    .fetch_optional(&mut *session)
    .await
    .map_err(|error| classify::session(cfg, error))?;
    let Some((all_tables, all_changes, by_root)) = row else { return Ok(None) };
    let tables = sqlx::query_as::<_, (String, String)>(
        "select schemaname::text, tablename::text from pg_publication_tables where pubname = $1 and rowfilter is null",
    )
    .bind(&cfg.publication)
    .fetch_all(session)
    .await
    .map_err(|error| classify::session(cfg, error))?;
    Ok(Some(Publication { all_tables, all_changes, by_root, tables }))
}

impl Publication {
    pub(crate) fn has(&self, schema: &str, name: &str) -> bool {
        self.tables.iter().any(|(at, table)| at == schema && table == name)
    }
}

impl TableInfo {
    /// Published with complete old rows.
    pub(crate) fn is_followed(&self, publication: &Publication) -> bool {
        publication.has(&self.schema, self.table.name()) && self.without_old_rows.is_empty()
    }

    pub(crate) fn verify(&self, cfg: &SourceConfig, publication: &Publication) -> Result<(), SourceError> {
        let table = self.table.name();
        Layout::resolve(self.table, &self.columns)?;
        if !self.readable {
            return Err(SourceError::Privilege { user: cfg.user(), detail: format!("SELECT on {table}") });
        }
        if !publication.all_changes || !publication.has(&self.schema, table) {
            return Err(SourceError::NotPublished { publication: cfg.publication.clone(), table: table.into() });
        }
        if let Some(table) = self.without_old_rows.first() {
            return Err(SourceError::ReplicaIdentity { table: table.clone() });
        }
        Ok(())
    }
}

/// The tables that are there, all of them fit to be read.
pub(crate) async fn verified_tables(cfg: &SourceConfig, session: &mut PgConnection) -> Result<Vec<TableInfo>, SourceError> {
    let publication = publication(cfg, session).await?;
    let publication = publication.ok_or_else(|| SourceError::MissingPublication { publication: cfg.publication.clone() })?;
    let mut found = Vec::new();
    for wanted in TABLES {
        match table(cfg, session, wanted).await? {
            // an older setup did not publish it: everything goes on without it, and the check says so
            Some(info) if wanted == Table::Reactive && !info.is_followed(&publication) => {
                tracing::warn!(
                    publication = cfg.publication,
                    "power_reactive is not published and not read; run loadline source setup"
                );
            }
            Some(info) => {
                info.verify(cfg, &publication)?;
                found.push(info);
            }
            None if wanted.is_optional() => {}
            None => return Err(SourceError::MissingTable { table: wanted.name().into() }),
        }
    }
    Ok(found)
}

pub(crate) fn schemas(tables: &[TableInfo]) -> Schemas {
    // optional tables may be created or published while we read; they are then expected beside the readings
    let mut found: Vec<_> = tables.iter().map(|info| (info.table, info.schema.clone())).collect();
    if let Some(readings) = tables.iter().find(|info| info.table == Table::Readings) {
        for optional in TABLES.into_iter().filter(|table| table.is_optional()) {
            if !found.iter().any(|(table, _)| *table == optional) {
                found.push((optional, readings.schema.clone()));
            }
        }
    }
    Schemas { found }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_before_15_are_refused() {
        let server = |version_number: i32, wal_level: &str| Server {
            version_number,
            version: format!("{}.{}", version_number / 10_000, version_number % 10_000),
            wal_level: wal_level.into(),
            database: "power".into(),
            now_us: 0,
        };
        assert_eq!(server(150_000, "logical").verify(), Ok(()));
        let error = server(140_011, "replica").verify();
        assert_eq!(error, Err(SourceError::TooOld { version: "14.11".into() }));
    }
}
