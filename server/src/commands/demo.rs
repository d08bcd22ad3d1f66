//! `loadline demo`: everything on one machine, from an empty directory to live pages.

use std::path::Path;

use domain::LocalMs;
use operational::Operational;
use tokio_util::sync::CancellationToken;

use super::demo_contracts;
use super::failure::CommandError;
use super::first_run;
use super::lifecycle::{raise_open_files, stop_on_signals};
use super::roles::{self, Running};
use super::terminal::{Lang, progress_bar, say};
use crate::assembly::source_config;
use crate::cli::{DemoArgs, Role};
use crate::clock;
use crate::config::{Config, DatabaseUrl};
use crate::embedded::{self, Embedded};
use crate::generate::fleet::Fleet;
use crate::generate::live::{Live, Settings, enlist};
use crate::generate::{history, places};

/// Days before today that are there at the first start: yesterday and the same weekday last week.
const HISTORY_DAYS: i64 = 8;
/// Users whose history is written in seconds.
const USERS: i64 = 450;
/// With many readings per second there are more users, but not without end.
const MOST_USERS: i64 = 20_000;
const SHORTEST_INTERVAL_S: f64 = 60.0;
/// Rows of history at most; more users get fewer days.
const HISTORY_ROWS: i64 = 1_000_000;
const DAY_MS: i64 = 86_400_000;
const SEED: u64 = 20_250_101;

pub async fn run(args: DemoArgs, mut config: Config, lang: Lang) -> Result<(), CommandError> {
    config.listen = args.listen.unwrap_or(config.listen);
    config.insecure |= args.insecure;
    config.check_listen()?;
    config.check_pdf_font()?;
    raise_open_files();
    let stop = stop_on_signals()?;
    let data_dir = args.data_dir.unwrap_or_else(|| config.data_dir.clone());
    say(lang.pick("正在启动私有 PostgreSQL …", "Starting the private PostgreSQL …"));
    let embedded = start_database(&data_dir).await?;
    config.source_url = address(&embedded.source_url);
    config.warehouse_url = address(&embedded.warehouse_url);
    let outcome = with_database(&config, settings(args.rate), &stop, lang).await;
    say(lang.pick("正在停止 PostgreSQL …", "Stopping PostgreSQL …"));
    let stopped = tokio::task::spawn_blocking(move || embedded.cluster.stop()).await;
    outcome?;
    match stopped {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => {
            let (zh, en) = error.sentence();
            Err(CommandError::failed(format!("PostgreSQL 未能正常停止：{zh}"), en))
        }
        Err(error) => Err(CommandError::failed(error.to_string(), error.to_string())),
    }
}

async fn start_database(data_dir: &Path) -> Result<Embedded, CommandError> {
    let data_dir = data_dir.to_owned();
    let started = tokio::task::spawn_blocking(move || embedded::start(&data_dir)).await;
    match started {
        Ok(Ok(embedded)) => Ok(embedded),
        Ok(Err(error)) => Err(error.into()),
        Err(error) => Err(CommandError::failed(error.to_string(), error.to_string())),
    }
}

fn address(url: &str) -> Option<DatabaseUrl> {
    url.parse().ok()
}

/// A few hundred users as a rule, who report as often as the rate asks for.
fn settings(rate: f64) -> Settings {
    let fastest = (rate * SHORTEST_INTERVAL_S).round() as i64;
    let users = Settings::users_for(rate).min(USERS).max(fastest.min(MOST_USERS));
    Settings { rate, users, late: 0.01, duplicate: 0.003, missing: 0.002, seed: SEED }
}

async fn with_database(config: &Config, settings: Settings, stop: &CancellationToken, lang: Lang) -> Result<(), CommandError> {
    let database = Operational::connect(config.source()?.expose()).await?;
    database.create_tables().await?;
    source::setup(&source_config(config)?).await?;
    let (fleet, reached) = prepare(&database, config, &settings, stop, lang).await?;
    if stop.is_cancelled() {
        database.close().await;
        return Ok(());
    }
    let readers = CancellationToken::new();
    say(lang.pick("实时看板：", "Live dashboard:"));
    let mut running = roles::start(config, Role::All, &readers).await?;
    let greeted = first_run::welcome(config, &config.link_base(running.address), lang).await;
    say(lang.pick("按 Ctrl-C 停止", "Ctrl-C stops everything"));
    let outcome = match greeted {
        Ok(()) => {
            let assigned = async {
                demo_contracts::assign(config, stop, lang).await;
                std::future::pending::<()>().await;
            };
            tokio::select! {
                outcome = live(&database, config, fleet, &settings, reached, stop, &mut running) => outcome,
                () = assigned => Ok(()),
            }
        }
        Err(error) => Err(error),
    };
    // the writer is at rest now: pages first, then the commit in flight
    let ended = running.stop().await;
    database.close().await;
    outcome.and(ended)
}

/// Users, regions and history; on a later start only what is missing.
async fn prepare(
    database: &Operational,
    config: &Config,
    settings: &Settings,
    stop: &CancellationToken,
    lang: Lang,
) -> Result<(Fleet, LocalMs), CommandError> {
    let now = clock::local(config.time_zone);
    let mut fleet = enlist(database, settings, now).await?;
    // past and present reports come at the same interval: load now is continuous from the first minute
    fleet.set_interval_ms(settings.interval_ms());
    if database.regions().await?.is_empty() {
        database.upsert_regions(&places::profile(fleet.meters(), LocalMs(0))).await?;
    }
    let rows_per_day = (settings.users * DAY_MS / settings.interval_ms().max(1)).max(1);
    let days = (HISTORY_ROWS / rows_per_day).min(HISTORY_DAYS);
    let from = history::start(database.newest_reading(now).await?, now, days);
    say(lang.pick("正在补齐历史读数 …", "Filling in past readings …"));
    let bar = progress_bar();
    bar.set_length(u64::try_from((now.0 - from.0) / 1000).unwrap_or(0));
    let done = history::fill(database, &mut fleet, from, now, stop, |reached| {
        bar.set_position(u64::try_from((reached.0 - from.0) / 1000).unwrap_or(0));
    })
    .await;
    bar.finish_and_clear();
    Ok((fleet, done?.1))
}

async fn live(
    database: &Operational,
    config: &Config,
    fleet: Fleet,
    settings: &Settings,
    reached: LocalMs,
    stop: &CancellationToken,
    running: &mut Running,
) -> Result<(), CommandError> {
    let live = Live::new(fleet, settings, reached);
    tokio::select! {
        sent = live.run(database, config.time_zone, stop, |_| {}) => {
            sent?;
            Ok(())
        }
        failed = running.first_failure() => Err(failed),
    }
}
