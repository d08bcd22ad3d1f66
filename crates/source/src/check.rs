//! Says in plain words what of the source is fit for reading and what is not, with the repair.

use domain::Table;
use sqlx::PgConnection;

use crate::catalog::{self, HEARTBEAT_TABLE, TABLES};
use crate::client::Client;
use crate::setup::heartbeat_name;
use crate::{SlotState, SourceConfig, SourceError, classify, session, slot};

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Level {
    Ok,
    Warn,
    Bad,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    pub name: String,
    pub level: Level,
    pub zh: String,
    pub en: String,
    /// The command that mends it; none when nothing has to be done or no single command does it.
    pub repair: Option<String>,
}

const SETUP: &str = "loadline source setup";

impl Finding {
    fn ok(name: &str, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { name: name.into(), level: Level::Ok, zh: zh.into(), en: en.into(), repair: None }
    }

    fn bad(name: &str, error: &SourceError) -> Self {
        let (zh, en) = error.sentence();
        Self { name: name.into(), level: Level::Bad, zh, en, repair: repair(error) }
    }

    fn warn(name: &str, zh: impl Into<String>, en: impl Into<String>, repair: &str) -> Self {
        Self { name: name.into(), level: Level::Warn, zh: zh.into(), en: en.into(), repair: Some(repair.into()) }
    }
}

fn repair(error: &SourceError) -> Option<String> {
    Some(match error {
        SourceError::WalLevel { .. } => "ALTER SYSTEM SET wal_level = 'logical'".into(),
        SourceError::NoReplicationRight { user } => format!("ALTER ROLE {} REPLICATION", crate::config::quote_name(user)),
        SourceError::MissingPublication { .. } | SourceError::NotPublished { .. } => SETUP.into(),
        SourceError::MissingTable { .. } => format!("{SETUP} --create-tables"),
        SourceError::ReplicaIdentity { table } => format!("ALTER TABLE {table} REPLICA IDENTITY FULL"),
        SourceError::WrongType { table, column, expected, .. } => {
            format!("ALTER TABLE {table} ALTER COLUMN {column} TYPE {expected}")
        }
        SourceError::NoFreeSlot => "ALTER SYSTEM SET max_replication_slots = 20".into(),
        SourceError::TooManyConnections => "ALTER SYSTEM SET max_wal_senders = 20".into(),
        _ => return None,
    })
}

/// Never fails: what cannot be found out is a finding too.
pub async fn check(cfg: &SourceConfig) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut session = match session::connect(cfg).await {
        Ok(session) => session,
        Err(error) => return vec![Finding::bad("connection", &error)],
    };
    findings.push(Finding::ok("connection", format!("已连接 {}", cfg.address()), format!("connected to {}", cfg.address())));
    if let Err(error) = examine(cfg, &mut session, &mut findings).await {
        findings.push(Finding::bad("source", &error));
    }
    session::close(session).await;
    findings
}

async fn examine(cfg: &SourceConfig, session: &mut PgConnection, findings: &mut Vec<Finding>) -> Result<(), SourceError> {
    let server = catalog::server(cfg, session).await?;
    findings.push(match server.verify() {
        Ok(()) => Finding::ok(
            "server",
            format!("PostgreSQL {}，wal_level = logical", server.version),
            format!("PostgreSQL {}, wal_level = logical", server.version),
        ),
        Err(error) => Finding::bad("server", &error),
    });
    findings.push(replication(cfg).await);
    examine_tables(cfg, session, findings).await?;
    findings.push(heartbeat(cfg, session).await?);
    let state = slot::read(cfg, session).await?;
    if !state.exists {
        findings.push(free_slot(cfg, session).await?);
    }
    findings.push(slot_finding(cfg, &state));
    Ok(())
}

async fn replication(cfg: &SourceConfig) -> Finding {
    match Client::connect(cfg).await {
        Ok(client) => {
            client.close().await;
            let user = cfg.user();
            Finding::ok("replication", format!("用户 {user} 可以复制"), format!("{user} may replicate"))
        }
        Err(error) => Finding::bad("replication", &error),
    }
}

async fn examine_tables(cfg: &SourceConfig, session: &mut PgConnection, findings: &mut Vec<Finding>) -> Result<(), SourceError> {
    let publication = catalog::publication(cfg, session).await?;
    if publication.is_none() {
        findings.push(Finding::bad("publication", &SourceError::MissingPublication { publication: cfg.publication.clone() }));
    }
    for wanted in TABLES {
        let name = wanted.name();
        let finding = match (catalog::table(cfg, session, wanted).await?, &publication) {
            (None, _) if wanted.is_optional() => {
                Finding::ok(name, format!("没有表 {name}（可选）"), format!("there is no {name} (optional)"))
            }
            (None, _) => Finding::bad(name, &SourceError::MissingTable { table: name.into() }),
            (Some(_), None) => continue,
            (Some(info), Some(publication)) if wanted == Table::Reactive && !info.is_followed(publication) => Finding::warn(
                name,
                format!("表 {name} 未发布，不读取：功率因数无法计算；已有的行在下一次完整复制时读入"),
                format!("{name} is not published and not read: no power factor; rows that are there come with the next copy"),
                SETUP,
            ),
            (Some(info), Some(publication)) => match info.verify(cfg, publication) {
                Ok(()) => Finding::ok(name, format!("表 {name} 可读取"), format!("{name} can be read")),
                Err(error) => Finding::bad(name, &error),
            },
        };
        findings.push(finding);
    }
    Ok(())
}

async fn heartbeat(cfg: &SourceConfig, session: &mut PgConnection) -> Result<Finding, SourceError> {
    Ok(match heartbeat_name(cfg, session).await? {
        Some(_) => Finding::ok(
            "heartbeat",
            format!("心跳表 {HEARTBEAT_TABLE} 就绪"),
            format!("heartbeat table {HEARTBEAT_TABLE} is there"),
        ),
        None => Finding::warn(
            "heartbeat",
            format!("没有心跳表 {HEARTBEAT_TABLE}：源库空闲时日志会被保留"),
            format!("there is no {HEARTBEAT_TABLE}: an idle source keeps its log"),
            SETUP,
        ),
    })
}

async fn free_slot(cfg: &SourceConfig, session: &mut PgConnection) -> Result<Finding, SourceError> {
    let sql = "select current_setting('max_replication_slots')::bigint - (select count(*) from pg_replication_slots)";
    let free: i64 = sqlx::query_scalar(sql).fetch_one(session).await.map_err(|error| classify::session(cfg, error))?;
    if free <= 0 {
        return Ok(Finding::bad("free slot", &SourceError::NoFreeSlot));
    }
    Ok(Finding::ok("free slot", format!("还有 {free} 个空闲复制槽"), format!("{free} replication slots are free")))
}

fn slot_finding(cfg: &SourceConfig, state: &SlotState) -> Finding {
    const NAME: &str = "slot";
    let slot = &cfg.slot;
    if !state.exists {
        return Finding::ok(
            NAME,
            format!("复制槽 {slot} 将在首次启动时创建"),
            format!("slot {slot} will be created at the first start"),
        );
    }
    if state.is_lost() {
        return Finding::warn(
            NAME,
            format!("复制槽 {slot} 所需日志已丢失，下次启动将重新复制；请调大 max_slot_wal_keep_size"),
            format!("the log of slot {slot} is lost, the next start takes a new copy; raise max_slot_wal_keep_size"),
            "ALTER SYSTEM SET max_slot_wal_keep_size = '50GB'",
        );
    }
    const MB: i64 = 1_048_576;
    let kept = state.retained_bytes / MB;
    if state.limit_bytes.is_some_and(|limit| state.retained_bytes > limit / 2) {
        return Finding::warn(
            NAME,
            format!("复制槽 {slot} 保留了 {kept} MB 日志，已超过上限的一半；请让 loadline 运行"),
            format!("slot {slot} keeps {kept} MB of log, more than half of the limit; let loadline run"),
            "loadline serve",
        );
    }
    Finding::ok(
        NAME,
        format!("复制槽 {slot} 正常，保留 {kept} MB 日志"),
        format!("slot {slot} is fine and keeps {kept} MB of log"),
    )
}
