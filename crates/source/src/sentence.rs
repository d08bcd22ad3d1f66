//! The words for an operator: what is wrong and the command or setting that mends it.
//! Both languages in one place, so that neither can be forgotten.

use crate::config::quote_name;
use crate::{GapReason, SourceError};

pub(crate) fn of(error: &SourceError) -> (String, String) {
    connection(error).or_else(|| rights(error)).unwrap_or_else(|| content(error))
}

type Pair = (String, String);

fn connection(error: &SourceError) -> Option<Pair> {
    Some(match error {
        SourceError::BadUrl { detail } => (
            format!("源库地址无法使用（{detail}）。请把 LOADLINE_SOURCE_URL 改为 postgres://用户:密码@主机:端口/库名。"),
            format!("The source address cannot be used ({detail}). Set LOADLINE_SOURCE_URL to postgres://user:password@host:port/database."),
        ),
        SourceError::Unreachable { address, detail } => (
            format!("连不上源库 {address}（{detail}）。正在重试；请检查数据库是否运行、地址和防火墙。"),
            format!("The source {address} cannot be reached ({detail}). Retrying; check that the server runs, its address and the firewall."),
        ),
        SourceError::Disconnected { detail } => (
            format!("与源库的连接中断（{detail}），正在重新连接。"),
            format!("The connection to the source broke ({detail}); reconnecting."),
        ),
        SourceError::ServerStopping => (
            "源库正在停止或启动，稍后自动重新连接。".into(),
            "The source server is stopping or starting; reconnecting by itself.".into(),
        ),
        SourceError::TooManyConnections => (
            "源库没有空闲的连接或 WAL 发送进程。正在重试；请调大 max_wal_senders 或 max_connections 并重启源库。".into(),
            "The source has no free connection or wal sender. Retrying; raise max_wal_senders or max_connections and restart the source server.".into(),
        ),
        SourceError::SlotBusy { slot, pid } => {
            let pid = pid.map(|pid| pid.to_string()).unwrap_or_else(|| "?".into());
            (
                format!("复制槽 {slot} 仍被另一进程占用（pid {pid}），正在重试。若不是刚重启，请停掉另一个 loadline，或执行 SELECT pg_terminate_backend({pid})。"),
                format!("Slot {slot} is still held by another process (pid {pid}); retrying. Unless it just restarted, stop the other loadline or run SELECT pg_terminate_backend({pid})."),
            )
        }
        SourceError::Password { user } => (
            format!("源库拒绝用户 {user} 的密码。请改正 LOADLINE_SOURCE_URL 中的密码。"),
            format!("The source refuses the password of {user}. Correct it in LOADLINE_SOURCE_URL."),
        ),
        SourceError::NotAdmitted { user, detail } => (
            format!("源库不允许用户 {user} 从本机登录（{detail}）。请在 pg_hba.conf 中加入相应一行，并执行 SELECT pg_reload_conf()。"),
            format!("The source does not admit {user} from this machine ({detail}). Add a line to pg_hba.conf and run SELECT pg_reload_conf()."),
        ),
        SourceError::NoDatabase { database } => (
            format!("源库 {database} 不存在。请改正 LOADLINE_SOURCE_URL，或执行 CREATE DATABASE {}。", quote_name(database)),
            format!("The database {database} does not exist. Correct LOADLINE_SOURCE_URL or run CREATE DATABASE {}.", quote_name(database)),
        ),
        SourceError::Tls { detail } => (
            format!("无法与源库建立加密连接（{detail}）。请检查 sslmode、sslrootcert，以及服务器的 ssl 设置与证书主机名。"),
            format!("No secure connection to the source ({detail}). Check sslmode, sslrootcert, the server's ssl setting and the host name in its certificate."),
        ),
        SourceError::Server { code, detail } => {
            (format!("源库报错 {code}：{detail}。正在重试。"), format!("The source reports {code}: {detail}. Retrying."))
        }
        SourceError::Cancelled => ("读取已停止。".into(), "Reading has been stopped.".into()),
        _ => return None,
    })
}

fn rights(error: &SourceError) -> Option<Pair> {
    Some(match error {
        SourceError::WalLevel { found } => (
            format!("源库的 wal_level 是 {found}，需要 logical。请执行 ALTER SYSTEM SET wal_level = 'logical'，然后重启源库。"),
            format!("wal_level of the source is {found}; logical is needed. Run ALTER SYSTEM SET wal_level = 'logical' and restart the source server."),
        ),
        SourceError::NoReplicationRight { user } => (
            format!("用户 {user} 没有复制权限。请执行 ALTER ROLE {} REPLICATION。", quote_name(user)),
            format!("{user} has no replication right. Run ALTER ROLE {} REPLICATION.", quote_name(user)),
        ),
        SourceError::Privilege { user, detail } => {
            let name = quote_name(user);
            // it need not be there, and then cannot be named with the others
            let is_reactive = detail.ends_with("power_reactive");
            let tables = if is_reactive { "power_reactive" } else { "power_user, power_consumption, region_profile" };
            (
                format!("用户 {user} 缺少权限（{detail}）。请由表的所有者执行 GRANT SELECT ON {tables} TO {name}，或以所有者身份运行 loadline source setup。"),
                format!("{user} lacks a privilege ({detail}). Have the owner run GRANT SELECT ON {tables} TO {name}, or run loadline source setup as the owner."),
            )
        }
        SourceError::TooOld { version } => (
            format!("源库是 PostgreSQL {version}，需要 15 或更新版本。请升级源库。"),
            format!("The source is PostgreSQL {version}; 15 or newer is needed. Upgrade the source server."),
        ),
        SourceError::NoFreeSlot => (
            "源库的复制槽已用完。请调大 max_replication_slots 并重启源库，或用 SELECT pg_drop_replication_slot('名称') 删除不用的槽。".into(),
            "All replication slots of the source are in use. Raise max_replication_slots and restart the source server, or drop an unused one: SELECT pg_drop_replication_slot('name').".into(),
        ),
        SourceError::MissingPublication { publication } => (
            format!("源库中没有发布 {publication}。请运行 loadline source setup。"),
            format!("The source has no publication {publication}. Run loadline source setup."),
        ),
        SourceError::NotPublished { publication, table } => (
            format!("发布 {publication} 没有完整包含表 {table}。请运行 loadline source setup。"),
            format!("Publication {publication} does not publish {table} completely. Run loadline source setup."),
        ),
        SourceError::ReplicaIdentity { table } => (
            format!("表 {table} 的更改不带完整的旧行。请执行 ALTER TABLE {table} REPLICA IDENTITY FULL，然后重新复制一次。"),
            format!("Changes of {table} come without the complete old row. Run ALTER TABLE {table} REPLICA IDENTITY FULL, then take a new copy."),
        ),
        _ => return None,
    })
}

fn content(error: &SourceError) -> Pair {
    match error {
        SourceError::MissingTable { table } => (
            format!("源库中没有表 {table}。请改正 LOADLINE_SOURCE_URL，或运行 loadline source setup --create-tables。"),
            format!("The source has no table {table}. Correct LOADLINE_SOURCE_URL or run loadline source setup --create-tables."),
        ),
        SourceError::MissingColumn { table, column } => (
            format!(
                "表 {table} 缺少列 {column}（被删除或改名）。读取已停止，没有丢失数据；请恢复该列，例如 ALTER TABLE {table} RENAME COLUMN 现名 TO {column}，然后重新启动。"
            ),
            format!(
                "{table} has no column {column} (dropped or renamed). Reading has stopped and nothing is lost; bring it back, for example ALTER TABLE {table} RENAME COLUMN current_name TO {column}, then restart."
            ),
        ),
        SourceError::WrongType { table, column, found, expected } => (
            format!(
                "{table}.{column} 的类型是 {found}，需要 {expected}。请执行 ALTER TABLE {table} ALTER COLUMN {column} TYPE {expected}。"
            ),
            format!(
                "{table}.{column} has type {found}; {expected} is needed. Run ALTER TABLE {table} ALTER COLUMN {column} TYPE {expected}."
            ),
        ),
        SourceError::ForeignSlot { slot, detail } => (
            format!(
                "复制槽 {slot} 不是 loadline 的（{detail}）。请在配置中换一个槽名，或执行 SELECT pg_drop_replication_slot('{slot}')。"
            ),
            format!(
                "Slot {slot} is not one of loadline's ({detail}). Configure another slot name or run SELECT pg_drop_replication_slot('{slot}')."
            ),
        ),
        SourceError::ForeignCluster { expected, found } => (
            format!(
                "源库是另一个数据库集群（系统标识 {found}，此数仓读取的是 {expected}）。请改正 LOADLINE_SOURCE_URL；若确实换了源库，请使用新的数仓库。"
            ),
            format!(
                "The source is another database cluster (system identifier {found}; this warehouse was filled from {expected}). Correct LOADLINE_SOURCE_URL; if the source really changed, use a new warehouse database."
            ),
        ),
        SourceError::Gap { slot, lsn, reason } => gap(slot, &lsn.to_string(), reason),
        SourceError::Protocol { detail } => (
            format!("收到无法理解的复制消息（{detail}）。这是 loadline 的缺陷，读取已停止；请保留日志并报告。"),
            format!(
                "A replication message is not understood ({detail}). This is a defect of loadline and reading has stopped; keep the log and report it."
            ),
        ),
        other => (other.to_string(), other.to_string()),
    }
}

fn gap(slot: &str, lsn: &str, reason: &GapReason) -> Pair {
    let (zh, en) = match reason {
        GapReason::SlotMissing => ("该槽已不存在".to_owned(), "the slot is gone".to_owned()),
        GapReason::SlotLost => (
            "源库已丢弃所需日志，请调大 max_slot_wal_keep_size".into(),
            "the source threw away the log it needed: raise max_slot_wal_keep_size".into(),
        ),
        GapReason::SlotAhead { slot_lsn } => {
            (format!("该槽已被推进到 {slot_lsn}"), format!("the slot was advanced to {slot_lsn}"))
        }
        GapReason::OtherTimeline { expected, found } => {
            (format!("源库的时间线由 {expected} 变为 {found}"), format!("the source moved from timeline {expected} to {found}"))
        }
    };
    (
        format!("无法从 {lsn} 继续读取复制槽 {slot}：{zh}。将重新复制一次源库以补齐缺口。"),
        format!("Slot {slot} cannot be continued at {lsn}: {en}. A new copy of the source closes the gap."),
    )
}
