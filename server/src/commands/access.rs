//! What the commands about people, tokens, links, tenants and the audit share.

use std::path::{Path, PathBuf};

use app::submitted::Problem;
use chrono::{DateTime, TimeDelta, Utc};
use domain::FailureKind;
use domain::access::{NameFault, TenantId};
use nix::unistd::{Uid, User, gethostname};
use warehouse::WarehouseError;
use warehouse::access::tenants::{self, Tenant};
use warehouse::access::{AccessPool, Author, Granter, Grants, audit, secrets};

use super::failure::CommandError;
use super::terminal::Lang;
use crate::access::{random, wall_key};
use crate::cli::access::{Reach, Why};
use crate::clock;
use crate::config::{Config, ConfigError};
use crate::embedded;

const CONNECTIONS: u32 = 2;

/// Who runs a command, what he uses and in which language he reads.
pub struct Desk {
    pub pool: AccessPool,
    pub author: Author,
    pub granter: Granter,
    pub now: DateTime<Utc>,
    pub lang: Lang,
}

impl Desk {
    /// Opens the accounts; the schema is brought up to date first, as at every start.
    pub async fn open(config: &Config, why: &Why, lang: Lang) -> Result<Self, CommandError> {
        let url = config.warehouse()?.expose();
        if config.migrate_on_start {
            let pool = warehouse::connect(url, CONNECTIONS).await?;
            let migrated = warehouse::migrate(&pool, config.time_zone).await;
            pool.close().await;
            match migrated {
                // a login of least rights cannot, and need not when nothing is missing; else the command says so
                Err(WarehouseError::Permission(_)) => {}
                outcome => outcome?,
            }
        }
        let author = Author { address: host(), reason: why.reason.clone(), ..Author::command(system_user()) };
        let pool = AccessPool::open(url, CONNECTIONS)?;
        Ok(Self { pool, author, granter: Granter::everything(), now: clock::now(), lang })
    }

    pub fn in_days(&self, days: Option<i64>) -> Option<DateTime<Utc>> {
        days.map(|days| self.now + TimeDelta::days(days))
    }

    pub async fn tenant(&self, code: &str) -> Result<Tenant, CommandError> {
        let found = tenants::list(&self.pool).await?.into_iter().find(|tenant| tenant.code == code);
        found.ok_or_else(|| {
            wrong(
                format!("没有代码为 {code:?} 的租户。请用 loadline tenant list 查看，或用 loadline tenant add 添加。"),
                format!("There is no tenant {code:?}. See loadline tenant list, or add it with loadline tenant add."),
            )
        })
    }

    pub async fn tenant_id(&self, code: Option<&str>) -> Result<Option<TenantId>, CommandError> {
        match code {
            Some(code) => Ok(Some(self.tenant(code).await?.tenant_id)),
            None => Ok(None),
        }
    }

    pub async fn grants(&self, reach: &Reach) -> Result<Grants, CommandError> {
        Ok(Grants {
            tenant_id: self.tenant_id(reach.tenant.as_deref()).await?,
            rights: reach.preset.rights(),
            all_regions: reach.regions.is_empty(),
            regions: reach.regions.clone(),
        })
    }

    /// Code of a tenant for lists.
    pub async fn codes(&self) -> Result<impl Fn(Option<TenantId>) -> String, CommandError> {
        let tenants = tenants::list(&self.pool).await?;
        Ok(move |id: Option<TenantId>| {
            let tenant = tenants.iter().find(|tenant| Some(tenant.tenant_id) == id);
            tenant.map_or_else(|| "–".to_owned(), |tenant| tenant.code.clone())
        })
    }

    /// The path of a wall link.
    pub async fn wall_path(&self, link_id: i64) -> Result<String, CommandError> {
        let secret = secrets::get_or_insert(&self.pool, wall_key::SECRET_NAME, random::bytes()).await?;
        Ok(format!("/wall/{}", wall_key::key(link_id, &secret)))
    }

    /// Notes that something was looked at which changes nothing.
    pub async fn note(&self, action: &'static str) -> Result<(), CommandError> {
        audit::note(&self.pool, &self.author, action, "audit", "", None).await?;
        Ok(())
    }
}

/// The configuration with the address of the warehouse: that of the settings, else of a demo that runs on this machine.
/// A directory on the command line is what is meant, whatever the settings say.
pub fn located(config: Config, data_dir: Option<PathBuf>) -> Result<Config, CommandError> {
    if config.warehouse_url.is_some() && data_dir.is_none() {
        return Ok(config);
    }
    let is_named = data_dir.is_some();
    let data_dir = data_dir.unwrap_or_else(|| config.data_dir.clone());
    let url = embedded::running_warehouse(&data_dir).and_then(|url| url.parse().ok());
    match url {
        Some(url) => Ok(Config { warehouse_url: Some(url), data_dir, ..config }),
        None => Err(no_warehouse(&data_dir, is_named)),
    }
}

fn no_warehouse(data_dir: &Path, is_named: bool) -> CommandError {
    let (zh, en) = if is_named { (String::new(), String::new()) } else { ConfigError::Missing("warehouse_url").sentence() };
    let (space, dir) = (if is_named { "" } else { " " }, data_dir.display());
    wrong(
        format!("{zh}目录 {dir} 中没有你可以使用的、正在运行的演示。请启动它：loadline demo，或用 --data-dir 指明它的目录。"),
        format!(
            "{en}{space}No demo that you may use runs in the directory {dir}. Start it with loadline demo, or name its directory with \
             --data-dir."
        ),
    )
}

/// Something that the operator wrote and that cannot be done.
pub fn wrong(zh: String, en: String) -> CommandError {
    CommandError::Said { kind: FailureKind::Operator, zh, en }
}

/// As a form would say it.
pub fn problem(problem: Problem) -> CommandError {
    wrong(problem.sentence(app::Lang::Zh).to_owned(), problem.sentence(app::Lang::En).to_owned())
}

pub fn name_fault(fault: NameFault) -> CommandError {
    problem(match fault {
        NameFault::Empty => Problem::NameEmpty,
        NameFault::TooLong => Problem::NameTooLong,
        NameFault::Character(_) => Problem::NameCharacter,
    })
}

/// The regions of a grant, for lists.
pub fn regions(all: bool, regions: &[domain::RegionId], lang: Lang) -> String {
    match (all, regions) {
        (true, _) => lang.pick("全部", "all").to_owned(),
        (false, []) => lang.pick("无", "none").to_owned(),
        (false, regions) => regions.iter().map(ToString::to_string).collect::<Vec<_>>().join(","),
    }
}

pub fn time(config: &Config, at: Option<DateTime<Utc>>) -> String {
    const TO_THE_MINUTE: usize = "2026-01-01 00:00".len();
    let text = at.map(|at| config.time_zone.local_ms(at.timestamp_micros()).to_string());
    text.map_or_else(|| "–".to_owned(), |text| text.chars().take(TO_THE_MINUTE).collect())
}

fn system_user() -> String {
    let id = Uid::current();
    match User::from_uid(id) {
        Ok(Some(user)) => user.name,
        _ => format!("uid {id}"),
    }
}

fn host() -> String {
    gethostname().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}
