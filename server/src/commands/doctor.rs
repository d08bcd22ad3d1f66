//! `loadline doctor`: everything that can be wrong around a running system, in plain words.

use std::path::Path;

use source::{Finding, Level, SlotState};
use warehouse::{Health, WarehouseError};

use super::doctor_edge as edge;
use super::failure::CommandError;
use super::source::report;
use super::terminal::Lang;
use crate::assembly::source_config;
use crate::clock;
use crate::config::Config;

const CONNECTIONS: u32 = 2;
const MAX_CLOCK_DIFFERENCE_S: i64 = 5;
/// Below this share of the disk PostgreSQL is in danger.
const LOW_DISK_PERCENT: u64 = 10;
const GB: u64 = 1 << 30;

pub async fn run(config: &Config, lang: Lang) -> Result<(), CommandError> {
    let mut findings = Vec::new();
    findings.extend(edge::findings(config, clock::now_us() / 1_000_000));
    findings.push(finding("listen", config.check_listen().err().map(|error| error.sentence()), || {
        (format!("网页地址 {}", config.listen), format!("pages are served on {}", config.listen))
    }));
    if let Some(font) = &config.pdf_font {
        findings.push(finding("pdf_font", config.check_pdf_font().err().map(|error| error.sentence()), || {
            (format!("PDF 账单使用字体 {}", font.display()), format!("PDF statements use the font {}", font.display()))
        }));
    }
    let health = warehouse_health(config, &mut findings).await;
    match source_config(config) {
        Err(error) => findings.push(bad("source", said(&error, Lang::Zh), said(&error, Lang::En), None)),
        Ok(source) => {
            findings.extend(source::check(&source).await);
            if let Ok(identity) = source::identify(&source).await {
                findings.push(clocks("source clock", "业务库", "operational", identity.server_time_us));
                if let Some(health) = &health {
                    let slot = source::slot_state(&source).await.ok();
                    findings.push(neighbours(&identity.system_identifier, &identity.database, health, slot.as_ref()));
                }
            }
        }
    }
    report(&findings, lang)
}

async fn warehouse_health(config: &Config, findings: &mut Vec<Finding>) -> Option<Health> {
    const NAME: &str = "warehouse";
    let url = match config.warehouse() {
        Ok(url) => url,
        Err(error) => {
            findings.push(bad(NAME, format!("数仓库：{error}"), error.to_string(), None));
            return None;
        }
    };
    let asked = async {
        let pool = warehouse::connect(url.expose(), CONNECTIONS).await?;
        let health = warehouse::health(&pool).await;
        pool.close().await;
        health
    };
    match asked.await {
        Err(WarehouseError::Permission(_)) => {
            findings.push(edge::least_rights());
            findings.extend(edge::accounts(config).await);
            None
        }
        Err(error) => {
            let sentence = error.sentence();
            findings.push(bad(NAME, sentence.zh, sentence.en, None));
            None
        }
        Ok(health) => {
            findings.extend(warehouse_findings(&health));
            if health.missing_migrations == 0 {
                findings.extend(edge::accounts(config).await);
            }
            Some(health)
        }
    }
}

fn warehouse_findings(health: &Health) -> Vec<Finding> {
    let (database, version) = (&health.database, &health.server_version);
    let size_gb = u64::try_from(health.size_bytes).unwrap_or(0) / GB;
    let mut findings = vec![ok(
        "warehouse",
        format!("已连接数仓库 {database}（PostgreSQL {version}，{size_gb} GB）"),
        format!("connected to the warehouse {database} (PostgreSQL {version}, {size_gb} GB)"),
    )];
    if health.read_only {
        findings.push(bad(
            "warehouse mode",
            "数仓库只读（备库或被设为只读）；请连接主库".to_owned(),
            "the warehouse is read-only (a standby, or set so); connect to its primary server".to_owned(),
            None,
        ));
    }
    findings.push(if health.missing_migrations > 0 {
        bad(
            "warehouse schema",
            format!("数仓结构缺少 {} 个升级步骤", health.missing_migrations),
            format!("{} migrations of the warehouse are missing", health.missing_migrations),
            Some("loadline migrate".to_owned()),
        )
    } else {
        ok("warehouse schema", "数仓结构已是最新".to_owned(), "the warehouse schema is up to date".to_owned())
    });
    if !(health.may_create && health.owns_database) {
        findings.push(bad(
            "warehouse rights",
            format!("数仓库 {database} 的用户不是所有者，无法建表或设置时区"),
            format!("the user of the warehouse {database} does not own it and cannot create tables or set its time zone"),
            Some(format!("ALTER DATABASE \"{}\" OWNER TO …; GRANT CREATE ON SCHEMA public TO …", database.replace('"', "\"\""))),
        ));
    }
    findings.push(clocks("warehouse clock", "数仓库", "warehouse", health.server_time_us));
    findings.extend(health.data_directory.as_deref().and_then(|directory| disk(Path::new(directory))));
    findings
}

/// Only where the files of the server are on this machine and may be looked at.
fn disk(directory: &Path) -> Option<Finding> {
    let space = nix::sys::statvfs::statvfs(directory).ok()?;
    let (free, all) = (space.blocks_available() * space.fragment_size(), space.blocks() * space.fragment_size());
    Some(disk_finding(free, all.max(1)))
}

fn disk_finding(free_bytes: u64, all_bytes: u64) -> Finding {
    let (percent, free_gb) = (free_bytes * 100 / all_bytes, free_bytes / GB);
    let (zh, en) = (
        format!("数仓库磁盘剩余 {free_gb} GB（{percent}%）"),
        format!("{free_gb} GB ({percent}%) of the warehouse disk are free"),
    );
    if percent < LOW_DISK_PERCENT {
        return bad("disk", format!("{zh}，请尽快扩容或缩短保留天数"), format!("{en}; add space or shorten retention"), None);
    }
    ok("disk", zh, en)
}

fn clocks(name: &str, zh: &str, en: &str, server_time_us: i64) -> Finding {
    let difference_s = (clock::now_us() - server_time_us) / 1_000_000;
    if difference_s.abs() > MAX_CLOCK_DIFFERENCE_S {
        return bad(
            name,
            format!("{zh}服务器的时钟与本机相差 {difference_s} 秒；请同步时钟"),
            format!("the clock of the {en} server is {difference_s} s off ours; synchronise both"),
            Some("timedatectl set-ntp true".to_owned()),
        );
    }
    ok(name, format!("{zh}服务器时钟一致"), format!("the clock of the {en} server agrees with ours"))
}

/// Two databases of one cluster share one log, and one database cannot be both.
fn neighbours(system: &str, database: &str, health: &Health, slot: Option<&SlotState>) -> Finding {
    const NAME: &str = "cluster";
    if system != health.system_identifier {
        return ok(NAME, "两个库在不同服务器上".to_owned(), "the two databases are on different servers".to_owned());
    }
    if database == health.database {
        return bad(
            NAME,
            "业务库与数仓库是同一个库；请为数仓建立单独的库并修改 warehouse_url".to_owned(),
            "both addresses name one database; create another one for the warehouse and change warehouse_url".to_owned(),
            Some("CREATE DATABASE warehouse".to_owned()),
        );
    }
    let kept_mb = slot.map_or(0, |slot| slot.retained_bytes >> 20);
    Finding {
        level: Level::Warn,
        ..ok(
            NAME,
            format!("两个库在同一服务器上：数仓自身的日志也计入复制槽保留量（现为 {kept_mb} MB）；数据量大时请分开"),
            format!(
                "both databases are on one server: the log of the warehouse counts towards what the slot keeps ({kept_mb} MB now); large installations use two servers"
            ),
        )
    }
}

fn finding(name: &str, problem: Option<(String, String)>, fine: impl FnOnce() -> (String, String)) -> Finding {
    match problem {
        Some((zh, en)) => bad(name, zh, en, None),
        None => {
            let (zh, en) = fine();
            ok(name, zh, en)
        }
    }
}

fn said(error: &CommandError, lang: Lang) -> String {
    error.sentence(lang).unwrap_or_default()
}

pub(super) fn ok(name: &str, zh: String, en: String) -> Finding {
    Finding { name: name.to_owned(), level: Level::Ok, zh, en, repair: None }
}

pub(super) fn bad(name: &str, zh: String, en: String, repair: Option<String>) -> Finding {
    Finding { name: name.to_owned(), level: Level::Bad, zh, en, repair }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn health() -> Health {
        Health {
            server_version: "16.1".to_owned(),
            database: "warehouse".to_owned(),
            system_identifier: "1".to_owned(),
            server_time_us: clock::now_us(),
            may_create: true,
            owns_database: true,
            size_bytes: 0,
            data_directory: None,
            read_only: false,
            missing_migrations: 0,
        }
    }

    fn bad_names(health: &Health) -> Vec<String> {
        warehouse_findings(health).into_iter().filter(|finding| finding.level == Level::Bad).map(|finding| finding.name).collect()
    }

    #[test]
    fn each_fault_of_the_warehouse_is_found() {
        assert!(bad_names(&health()).is_empty());
        assert_eq!(bad_names(&Health { missing_migrations: 2, ..health() }), ["warehouse schema"]);
        assert_eq!(bad_names(&Health { read_only: true, ..health() }), ["warehouse mode"]);
        assert_eq!(bad_names(&Health { owns_database: false, ..health() }), ["warehouse rights"]);
        assert_eq!(bad_names(&Health { server_time_us: clock::now_us() - 9_000_000, ..health() }), ["warehouse clock"]);
    }

    #[test]
    fn one_database_for_both_is_wrong_and_one_server_worth_a_word() {
        assert_eq!(neighbours("1", "warehouse", &health(), None).level, Level::Bad);
        assert_eq!(neighbours("1", "power", &health(), None).level, Level::Warn);
        assert_eq!(neighbours("2", "warehouse", &health(), None).level, Level::Ok);
    }

    #[test]
    fn a_full_disk_is_announced_early() {
        assert_eq!(disk_finding(9 * GB, 100 * GB).level, Level::Bad);
        assert_eq!(disk_finding(50 * GB, 100 * GB).level, Level::Ok);
    }
}
