//! `loadline audit`: whether the record of who did what is whole, and the record itself.

use futures::TryStreamExt;
use serde_json::json;
use warehouse::access::audit::{self, AuditFilter, Broken, Entry, Head, Verdict, Wrong};

use super::access::Desk;
use super::failure::CommandError;
use super::terminal::{Lang, say, thousands};
use crate::cli::access::{AuditCommand, Why};
use crate::config::Config;

pub async fn run(command: AuditCommand, config: &Config, lang: Lang) -> Result<(), CommandError> {
    let desk = Desk::open(config, &Why::default(), lang).await?;
    match command {
        AuditCommand::Verify { head } => verify(&desk, head.as_ref()).await,
        AuditCommand::Export => export(&desk).await,
    }
}

/// Fails when an entry is not as written, after saying which.
async fn verify(desk: &Desk, noted: Option<&Head>) -> Result<(), CommandError> {
    let verdict = audit::verify(&desk.pool, noted).await?;
    let lang = desk.lang;
    let Verdict { entries, head, broken } = &verdict;
    let entries = thousands(u64::try_from(*entries).unwrap_or(0));
    if let Some(broken) = broken {
        say(format!("✗ {}", lang.pick(broken_zh(*broken), broken_en(*broken))));
        say(lang.pick(
            format!("此前 {entries} 条完好，止于 {head}"),
            format!("The {entries} entries before it are whole, up to {head}"),
        ));
        return Err(CommandError::Findings);
    }
    say(lang.pick(
        format!("✓ 审计记录完整：{entries} 条。链尾 {head}"),
        format!("✓ The audit is whole: {entries} entries. Its end is {head}"),
    ));
    say(lang.pick(
        "把链尾记在别处，以后可用 --head 证明它仍在其中。",
        "Note the end elsewhere: --head proves later that it is still in the chain.",
    ));
    Ok(())
}

fn broken_zh(Broken { entry_no, what }: Broken) -> String {
    let what = match what {
        Wrong::Changed => "内容被改动，与其校验值不符",
        Wrong::Missing => "缺失",
        Wrong::OutOfOrder => "与前一条不相接：其中一条被替换",
        Wrong::CutOff => "及其后的记录被截去",
        Wrong::BeyondHead => "位于链尾之后",
        Wrong::HeadDiffers => "与保存的链尾不符",
        Wrong::NotAsNoted => "不是先前记下的那一条",
    };
    format!("审计记录已损坏：第 {entry_no} 条{what}。请保留数据库备份并调查。")
}

fn broken_en(Broken { entry_no, what }: Broken) -> String {
    let what = match what {
        Wrong::Changed => "was changed: its hash is not that of what it says",
        Wrong::Missing => "is missing",
        Wrong::OutOfOrder => "does not follow the one before it: one of the two was replaced",
        Wrong::CutOff => "and everything after it was cut off",
        Wrong::BeyondHead => "stands after the end of the chain",
        Wrong::HeadDiffers => "is not the stored end of the chain",
        Wrong::NotAsNoted => "is not the one that was noted",
    };
    format!("The audit is broken: entry {entry_no} {what}. Keep the backups of the database and investigate.")
}

async fn export(desk: &Desk) -> Result<(), CommandError> {
    desk.note("audit.export").await?;
    let mut entries = audit::stream(desk.pool.clone(), AuditFilter::default());
    while let Some(entry) = entries.try_next().await? {
        say(line(&entry));
    }
    Ok(())
}

fn line(entry: &Entry) -> serde_json::Value {
    json!({
        "entry_no": entry.entry_no,
        "at": entry.at.to_rfc3339(),
        "actor_kind": entry.actor_kind,
        "actor_id": entry.actor_id,
        "actor_name": entry.actor_name,
        "address": entry.address,
        "tenant_id": entry.tenant_id,
        "action": entry.action,
        "object_kind": entry.object_kind,
        "object_id": entry.object_id,
        "before": parsed(entry.before.as_deref()),
        "after": parsed(entry.after.as_deref()),
        "reason": entry.reason,
        "hash": hex::encode(&entry.hash),
    })
}

/// As JSON, or as it stands when somebody made something else of it.
fn parsed(text: Option<&str>) -> serde_json::Value {
    text.map_or(serde_json::Value::Null, |text| serde_json::from_str(text).unwrap_or_else(|_| text.into()))
}
