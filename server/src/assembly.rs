//! Puts the parts together from the settings: the pipeline, retention, and what the pages need.

use std::sync::Arc;
use std::time::Duration;

use app::AppContext;
use domain::settlement::lifecycle::Demands;
use domain::{Day, Fixed2};
use engine::alarms::AlarmSettings;
use engine::{Limits, Settings};
use operational::Operational;
use source::SourceConfig;
use warehouse::Store;
use warehouse::access::AccessPool;
use warehouse::read::ReadPool;
use warehouse::retention::RetentionSettings;

use crate::alarms::evaluator::Evaluator;
use crate::alarms::notify::message::Place;
use crate::alarms::notify::send::{Mail, Senders};
use crate::alarms::notify::sender::Sender;
use crate::alarms::trial::Trials;
use crate::clock;
use crate::commands::CommandError;
use crate::config::{Config, Deletes, RegisterCheck, Units};
use crate::pipeline::Pipeline;
use crate::pipeline::watch::Watch;
use crate::settlement::runs::Runs;
use crate::settlement::settings::SettlementSettings;
use crate::settlement::worker::SettlementWorker;
use crate::web::security::Security;
use crate::web::tls::TlsFiles;
use crate::web::{CommittedThrough, ReadySettings, WebConfig};

/// Connections of the engine: one for its transaction, two for alarms, two for trials of rules, two for settlement, two for runs, the others
/// for partitions, status and retention.
const ENGINE_CONNECTIONS: u32 = 12;

/// Connections of the sender of messages: one that listens, the others for its workers.
const NOTIFY_CONNECTIONS: u32 = 4;

/// Connections that keep accounts, beside those of the pages: sign-ins, sessions, and one that listens.
const ACCESS_CONNECTIONS: u32 = 8;

pub fn source_config(config: &Config) -> Result<SourceConfig, CommandError> {
    Ok(SourceConfig {
        url: config.source()?.expose().to_owned(),
        slot: config.slot.clone(),
        publication: config.publication.clone(),
        zone: config.time_zone,
        max_chunk_rows: usize::try_from(config.max_chunk_rows).unwrap_or(source::MAX_CHUNK_ROWS),
    })
}

/// Connects to the warehouse and brings its schema up to date.
pub async fn pipeline(config: &Config) -> Result<Pipeline, CommandError> {
    let pool = warehouse::connect(config.warehouse()?.expose(), ENGINE_CONNECTIONS).await?;
    if config.migrate_on_start {
        warehouse::migrate(&pool, config.time_zone).await?;
    }
    Ok(Pipeline {
        store: Store::new(pool),
        source: source_config(config)?,
        settings: engine_settings(config),
        idle_after: millis(config.idle_after_ms),
        commit_rows_max: usize::try_from(config.commit_max_rows).unwrap_or(1),
        commit_wait: millis(config.commit_max_wait_ms),
        watch: Arc::new(Watch::new(config.time_zone)),
    })
}

/// Runs rules over stored numbers, beside everything else.
pub fn trials(pipeline: &Pipeline, config: &Config) -> Trials {
    Trials { store: pipeline.store.clone(), grace_ms: config.alarm_grace_s.saturating_mul(1000) }
}

pub fn evaluator(pipeline: &Pipeline, config: &Config) -> Evaluator {
    Evaluator {
        store: pipeline.store.clone(),
        zone: config.time_zone,
        settings: AlarmSettings {
            annunciate_within_ms: config.alarm_annunciate_within_s.saturating_mul(1000),
            grace_ms: config.alarm_grace_s.saturating_mul(1000),
        },
        watch: pipeline.watch.clone(),
    }
}

pub fn settlement_settings(config: &Config) -> SettlementSettings {
    SettlementSettings {
        is_on: config.settlement,
        reading_time_is: config.settlement_reading_time_is,
        estimate_after_ms: config.settlement_estimate_after_h.saturating_mul(3_600_000),
        estimated_share_percent: u32::try_from(config.settlement_estimated_share_percent).unwrap_or(0),
        two_person: config.settlement_two_person,
        keep_years: u16::try_from(config.settlement_keep_years).unwrap_or(u16::MAX),
        archive_dir: config.settlement_archive_dir.clone(),
    }
}

/// None where settlement is switched off.
pub fn settlement_worker(pipeline: &Pipeline, config: &Config) -> Option<SettlementWorker> {
    let settings = settlement_settings(config);
    settings.is_on.then(|| SettlementWorker { store: pipeline.store.clone(), settings, watch: pipeline.watch.clone() })
}

/// What works monthly runs off. None where settlement is switched off.
pub fn settlement_runs(pipeline: &Pipeline, config: &Config) -> Option<Runs> {
    let settings = settlement_settings(config);
    settings.is_on.then(|| Runs::new(pipeline.store.clone(), settings))
}

pub fn engine_settings(config: &Config) -> Settings {
    Settings {
        zone: config.time_zone,
        watermark_delay_ms: config.watermark_delay_ms,
        max_reading_kwh: Fixed2(config.max_reading_kwh.saturating_mul(100)),
        max_future_skew_ms: config.max_future_skew_s.saturating_mul(1000),
        retention_days: i32::try_from(config.retention_days).unwrap_or(i32::MAX),
        register_check: match config.register_check {
            RegisterCheck::Flag => engine::RegisterCheck::Flag,
            RegisterCheck::Reject => engine::RegisterCheck::Reject,
        },
        keep_deleted_before: match config.source_deletes {
            Deletes::Retract => None,
            Deletes::KeepBefore(date) => Some(Day::from_date(date).start()),
        },
        ranking_keep: usize::try_from(config.ranking_keep).unwrap_or(0),
        limits: Limits { ..Settings::new(config.time_zone).limits },
    }
}

pub fn retention(config: &Config) -> RetentionSettings {
    let days = |days: i64| u16::try_from(days).unwrap_or(u16::MAX);
    RetentionSettings {
        detail_days: days(config.retention_days),
        window_days: days(config.window_retention_days),
        ranking_days: days(config.window_retention_days),
        dashboard_days: days(config.window_retention_days),
        user_day_days: days(config.user_day_retention_days),
        dead_letter_days: days(config.dead_letter_retention_days),
        alarm_days: days(config.alarm_history_days),
        settled_days: days(config.settlement_keep_years.saturating_mul(366)),
        archive_dir: config.settlement_archive_dir.clone(),
        ..RetentionSettings::default()
    }
}

/// `watch`: of the pipeline in this process, when there is one.
pub fn web(config: &Config, watch: Option<Arc<Watch>>) -> Result<WebConfig, CommandError> {
    let connections = u32::try_from(config.warehouse_connections).unwrap_or(u32::MAX);
    let pool = ReadPool::open(config.warehouse()?.expose(), connections)?;
    let units = match config.units {
        Units::Si => app::format::Units::Si,
        Units::Wan => app::format::Units::Wan,
    };
    let mut context = AppContext::new(pool, Arc::new(clock::now_ms), config.time_zone, units, env!("CARGO_PKG_VERSION"));
    let source = match &config.source_url {
        Some(url) => Some(Operational::lazy(url.expose())?.pool().clone()),
        None => None,
    };
    context.reading_time_is = config.settlement_reading_time_is;
    let context = context.with_access(accounts(config, ACCESS_CONNECTIONS)?);
    let mut web = WebConfig::new(config.listen, context);
    web.security = security(config);
    web.pdf_font = config.pdf_font.clone();
    web.tls = config.tls()?.map(|(cert, key)| TlsFiles { cert: cert.to_owned(), key: key.to_owned() });
    web.frame_ancestors = config.frame_ancestors.as_str().to_owned();
    let position = watch.map(|watch| -> CommittedThrough { Arc::new(move || watch.covered_lsn()) });
    web.ready = ReadySettings { ready_lag: millis(config.ready_lag_ms), source, position };
    web.max_sse_clients = usize::try_from(config.max_sse_clients).unwrap_or(WebConfig::DEFAULT_MAX_SSE_CLIENTS);
    Ok(web)
}

/// What carries out messages about alarms.
pub async fn notifier(config: &Config) -> Result<Sender, CommandError> {
    let pool = warehouse::connect(config.warehouse()?.expose(), NOTIFY_CONNECTIONS).await?;
    Ok(Sender { pool, senders: senders(config)?, place: place(config), clock: Arc::new(clock::now_ms) })
}

fn senders(config: &Config) -> Result<Senders, CommandError> {
    let from = config.smtp_from.as_ref();
    let mail = match (&config.smtp_url, from) {
        (Some(url), Some(from)) => Mail::new(url.expose(), from.as_str()).ok(),
        _ => None,
    };
    Senders::new(config.notify_private.clone(), mail).map_err(|error| {
        CommandError::failed(format!("无法准备发送告警消息：{error}"), format!("messages about alarms cannot be sent: {error}"))
    })
}

/// Where the installation is, as its messages say.
pub fn place(config: &Config) -> Place {
    let host = nix::unistd::gethostname().ok().and_then(|host| host.into_string().ok()).unwrap_or_default();
    Place { public_url: Some(config.link_base(config.listen)), zone: config.time_zone, host }
}

/// Connections that keep accounts, opened when they are first needed.
pub fn accounts(config: &Config, connections: u32) -> Result<AccessPool, CommandError> {
    Ok(AccessPool::open(config.warehouse()?.expose(), connections)?)
}

pub fn security(config: &Config) -> Security {
    let seconds = |units: i64, each: u64| Duration::from_secs(u64::try_from(units).unwrap_or(0).saturating_mul(each));
    Security {
        session_idle: seconds(config.session_idle_min, 60),
        session_max: seconds(config.session_max_h, 3_600),
        one_time_link: seconds(config.one_time_link_h, 3_600),
        jwt_secret: config.jwt_secret.clone(),
        trusted_proxies: config.trusted_proxies.list().to_vec(),
        public_url: config.public_url.as_ref().map(|url| url.url().clone()),
        tls: config.tls_cert.is_some(),
        rate_limit_per_s: u32::try_from(config.rate_limit_per_s).unwrap_or(u32::MAX),
        notify_private: config.notify_private.clone(),
        statements: demands(config),
    }
}

/// What checking and freezing statements needs here.
pub fn demands(config: &Config) -> Demands {
    let SettlementSettings { two_person, estimated_share_percent, .. } = settlement_settings(config);
    Demands { two_person, estimated_share_percent }
}

fn millis(ms: i64) -> Duration {
    Duration::from_millis(u64::try_from(ms).unwrap_or(0))
}
