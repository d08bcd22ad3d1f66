//! Prepares the operational database for reading: heartbeat table, publication, complete old rows.
//! Repeating it changes nothing. It creates no slot: the first copy does.

use sqlx::{Executor, PgConnection};

use crate::catalog::{self, HEARTBEAT_TABLE, TABLES, TableInfo};
use crate::config::quote_name;
use crate::{SourceConfig, SourceError, classify, session};

/// One step and whether it had to change something.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SetupStep {
    pub name: String,
    pub changed: bool,
    pub zh: String,
    pub en: String,
}

impl SetupStep {
    fn new(name: &str, changed: bool, zh: String, en: String) -> Self {
        Self { name: name.into(), changed, zh, en }
    }
}

const CREATE_HEARTBEAT: &str = "create table if not exists loadline_heartbeat (id int primary key, beat_at timestamptz not null)";

pub async fn setup(cfg: &SourceConfig) -> Result<Vec<SetupStep>, SourceError> {
    let mut session = session::connect(cfg).await?;
    let steps = run(cfg, &mut session).await;
    session::close(session).await;
    steps
}

async fn run(cfg: &SourceConfig, session: &mut PgConnection) -> Result<Vec<SetupStep>, SourceError> {
    catalog::server(cfg, session).await?.verify()?;
    let mut tables = Vec::new();
    for wanted in TABLES {
        match catalog::table(cfg, session, wanted).await? {
            Some(info) => tables.push(info),
            None if wanted.is_optional() => {}
            None => return Err(SourceError::MissingTable { table: wanted.name().into() }),
        }
    }
    let mut steps = vec![heartbeat_table(cfg, session).await?];
    for info in &tables {
        steps.push(old_rows(cfg, session, info).await?);
    }
    steps.push(publication(cfg, session, &tables).await?);
    steps.push(replication_right(cfg, session).await?);
    Ok(steps)
}

async fn execute(cfg: &SourceConfig, session: &mut PgConnection, sql: &str) -> Result<(), SourceError> {
    session.execute(sql).await.map(|_| ()).map_err(|error| classify::session(cfg, error))
}

pub(crate) async fn heartbeat_name(
    cfg: &SourceConfig,
    session: &mut PgConnection,
) -> Result<Option<(String, String)>, SourceError> {
    let sql = "select n.nspname::text, c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
                where c.oid = to_regclass($1)";
    let row = sqlx::query_as(sql).bind(HEARTBEAT_TABLE).fetch_optional(session).await;
    row.map_err(|error| classify::session(cfg, error))
}

async fn heartbeat_table(cfg: &SourceConfig, session: &mut PgConnection) -> Result<SetupStep, SourceError> {
    let missing = heartbeat_name(cfg, session).await?.is_none();
    if missing {
        execute(cfg, session, CREATE_HEARTBEAT).await?;
    }
    Ok(SetupStep::new(
        "heartbeat",
        missing,
        format!("心跳表 {HEARTBEAT_TABLE} 就绪"),
        format!("heartbeat table {HEARTBEAT_TABLE} is there"),
    ))
}

async fn old_rows(cfg: &SourceConfig, session: &mut PgConnection, info: &TableInfo) -> Result<SetupStep, SourceError> {
    for table in &info.without_old_rows {
        execute(cfg, session, &format!("alter table {table} replica identity full")).await?;
    }
    let table = info.table.name();
    Ok(SetupStep::new(
        "replica identity",
        !info.without_old_rows.is_empty(),
        format!("表 {table} 的更改带完整旧行"),
        format!("changes of {table} carry the complete old row"),
    ))
}

async fn publication(cfg: &SourceConfig, session: &mut PgConnection, tables: &[TableInfo]) -> Result<SetupStep, SourceError> {
    let mut wanted: Vec<_> =
        tables.iter().map(|info| (info.schema.clone(), info.table.name().to_owned(), info.qualified.clone())).collect();
    if let Some((schema, qualified)) = heartbeat_name(cfg, session).await? {
        wanted.push((schema, HEARTBEAT_TABLE.to_owned(), qualified));
    }
    let changed = publish(cfg, session, &wanted).await?;
    let names: Vec<_> = wanted.iter().map(|(_, table, _)| table.as_str()).collect();
    let names = names.join(", ");
    let publication = &cfg.publication;
    Ok(SetupStep::new(
        "publication",
        changed,
        format!("发布 {publication} 包含 {names}"),
        format!("publication {publication} has {names}"),
    ))
}

/// Creates or completes the publication; false when nothing had to be done.
async fn publish(
    cfg: &SourceConfig,
    session: &mut PgConnection,
    wanted: &[(String, String, String)],
) -> Result<bool, SourceError> {
    let name = quote_name(&cfg.publication);
    let Some(mut there) = catalog::publication(cfg, session).await? else {
        let all: Vec<_> = wanted.iter().map(|(_, _, qualified)| qualified.as_str()).collect();
        let sql = format!("create publication {name} for table {} with (publish_via_partition_root = true)", all.join(", "));
        execute(cfg, session, &sql).await?;
        return Ok(true);
    };
    let mut changed = false;
    let complete = wanted.iter().all(|(schema, table, _)| there.has(schema, table));
    if !there.all_changes || !(complete || there.by_root) {
        let options = "publish = 'insert, update, delete, truncate', publish_via_partition_root = true";
        execute(cfg, session, &format!("alter publication {name} set ({options})")).await?;
        there = catalog::publication(cfg, session).await?.unwrap_or(there);
        changed = true;
    }
    let missing: Vec<_> = wanted.iter().filter(|(schema, table, _)| !there.has(schema, table)).collect();
    if !missing.is_empty() && !there.all_tables {
        let missing: Vec<_> = missing.iter().map(|(_, _, qualified)| qualified.as_str()).collect();
        execute(cfg, session, &format!("alter publication {name} add table {}", missing.join(", "))).await?;
        changed = true;
    }
    Ok(changed)
}

/// Managed services grant it through a role of theirs instead of the attribute.
pub(crate) const MAY_REPLICATE: &str = "select rolsuper or rolreplication
    or exists (select from pg_roles g where g.rolname in ('rds_replication', 'rds_superuser', 'cloudsqlsuperuser', 'azure_pg_admin')
                and pg_has_role(current_user, g.oid, 'member'))
  from pg_roles where rolname = current_user";

async fn replication_right(cfg: &SourceConfig, session: &mut PgConnection) -> Result<SetupStep, SourceError> {
    let may: bool = sqlx::query_scalar(MAY_REPLICATE).fetch_one(session).await.map_err(|error| classify::session(cfg, error))?;
    if !may {
        return Err(SourceError::NoReplicationRight { user: cfg.user() });
    }
    let user = cfg.user();
    Ok(SetupStep::new("rights", false, format!("用户 {user} 可以复制"), format!("{user} may replicate")))
}
