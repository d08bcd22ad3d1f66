//! What handlers share: the pages' context, the hub and the limits.

use std::convert::Infallible;
use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use app::AppContext;
use app::viewer::Viewer;
use axum::extract::{FromRef, FromRequestParts};
use axum::http::HeaderValue;
use axum::http::request::Parts as RequestParts;
use domain::access::Scope;
use leptos::config::LeptosOptions;
use metrics_exporter_prometheus::PrometheusHandle;
use sqlx::PgPool;
use tokio::sync::{OnceCell, Semaphore};
use warehouse::access::AccessPool;
use warehouse::read::ReadPool;

use super::alarms::Places;
use super::guard::content_security_policy;
use super::hub::{ClockEvent, Hub, Render, Rhythm};
use super::rate::Rate;
use super::security::Security;
use super::shares::Shares;
use crate::access::backend::People;
use crate::access::passwords::Hasher;
use crate::access::touched::Touched;
use crate::settlement::documents::pdf::fonts::{FontError, Fonts};

/// Exports at the same time; each holds a connection and sorts in the database.
const MAX_EXPORTS: usize = 4;
/// Of these for one person, token or link.
const MAX_EXPORTS_EACH: usize = 2;
/// Live pages of one person or link: windows on several screens, and those a browser has not closed yet.
const MAX_STREAMS_EACH: usize = 64;
/// Requests in work at the same time, event streams apart; more wait on nobody and are told to come back.
const MAX_REQUESTS: usize = 256;

/// Says up to which log position everything is committed here.
pub type CommittedThrough = Arc<dyn Fn() -> domain::Lsn + Send + Sync>;

/// What `/readyz` judges by.
#[derive(Clone)]
pub struct ReadySettings {
    /// A transaction of the source younger than this may still be on its way.
    pub ready_lag: Duration,
    /// The source, where this process may ask it; otherwise the engine's own report counts.
    pub source: Option<PgPool>,
    /// Everything the source wrote up to this log position is committed here: kept current by a pipeline in this
    /// process, because the stored position may be seconds older while the source is idle.
    pub position: Option<CommittedThrough>,
}

impl Default for ReadySettings {
    fn default() -> Self {
        Self { ready_lag: Duration::from_secs(1), source: None, position: None }
    }
}

#[derive(Clone)]
pub struct WebConfig {
    pub listen: std::net::SocketAddr,
    pub context: AppContext,
    pub ready: ReadySettings,
    pub max_sse_clients: usize,
    /// The head of a request has to be there within this time, and so has the next one on the same connection.
    pub head_within: Duration,
    /// Certificate and key, where the pages are served by HTTPS.
    pub tls: Option<super::tls::TlsFiles>,
    /// Who may show walls in a frame: a CSP source list.
    pub frame_ancestors: String,
    pub rhythm: Rhythm,
    pub security: Security,
    /// Font of the operator for PDF statements.
    pub pdf_font: Option<std::path::PathBuf>,
}

impl WebConfig {
    pub const DEFAULT_MAX_SSE_CLIENTS: usize = 2_000;
    pub const HEAD_WITHIN: Duration = Duration::from_secs(30);

    pub fn new(listen: std::net::SocketAddr, context: AppContext) -> Self {
        Self {
            listen,
            context,
            ready: ReadySettings::default(),
            max_sse_clients: Self::DEFAULT_MAX_SSE_CLIENTS,
            head_within: Self::HEAD_WITHIN,
            tls: None,
            frame_ancestors: "'self'".to_owned(),
            rhythm: Rhythm::default(),
            security: Security::default(),
            pdf_font: None,
        }
    }
}

#[derive(Clone)]
pub struct Shared(Arc<Parts>);

pub struct Parts {
    pub context: AppContext,
    pub leptos: LeptosOptions,
    pub hub: Arc<Hub>,
    pub ready: ReadySettings,
    pub prometheus: PrometheusHandle,
    pub exports: Arc<Semaphore>,
    pub export_shares: Shares,
    pub streams: Shares,
    pub alarm_streams: Places,
    pub requests: Arc<Semaphore>,
    pub content_security_policy: HeaderValue,
    /// Of walls, which may stand in frames of others.
    pub wall_policy: HeaderValue,
    pub access: AccessPool,
    pub people: People,
    pub security: Security,
    pub rate: Rate,
    pub touched: Touched,
    pdf_font: Option<std::path::PathBuf>,
    /// Unpacked when they are first needed.
    fonts: OnceCell<Fonts>,
    /// Signs wall links; read once.
    pub wall_secret: OnceCell<Vec<u8>>,
}

impl Shared {
    /// Fonts of PDF statements. A font of the operator that cannot be used is told to the log with every attempt.
    pub async fn fonts(&self) -> Result<Fonts, FontError> {
        let load = || async {
            let own = self.pdf_font.clone();
            let loaded = tokio::task::spawn_blocking(move || Fonts::load(own.as_deref())).await;
            loaded.unwrap_or_else(|_| Fonts::load(None))
        };
        self.fonts.get_or_try_init(load).await.cloned()
    }

    pub fn new(config: &WebConfig, prometheus: PrometheusHandle, cancel: tokio_util::sync::CancellationToken) -> Self {
        let context = config.context.clone();
        let hub = Hub::new(render(context.clone()), clock(context.clone()), config.max_sse_clients, config.rhythm, cancel);
        // without accounts nobody could be let in
        let access = context.access.clone().expect("whoever serves pages gives the context its accounts");
        let hasher = Hasher::start().expect("the system has room for one thread more");
        let people = People::new(access.clone(), hasher, Arc::clone(&context.now), &config.security);
        let leptos = LeptosOptions::builder().output_name("app").site_addr(config.listen).build();
        Self(Arc::new(Parts {
            context,
            leptos,
            hub,
            ready: config.ready.clone(),
            prometheus,
            exports: Arc::new(Semaphore::new(MAX_EXPORTS)),
            export_shares: Shares::new(MAX_EXPORTS_EACH),
            streams: Shares::new(MAX_STREAMS_EACH),
            alarm_streams: Places::default(),
            requests: Arc::new(Semaphore::new(MAX_REQUESTS)),
            content_security_policy: content_security_policy("'self'"),
            wall_policy: content_security_policy(&config.frame_ancestors),
            access,
            people,
            security: config.security.clone(),
            rate: Rate::per_second(config.security.rate_limit_per_s),
            touched: Touched::default(),
            pdf_font: config.pdf_font.clone(),
            fonts: OnceCell::new(),
            wall_secret: OnceCell::new(),
        }))
    }

    /// For questions about the installation itself; nothing about regions is asked with it.
    pub fn pool(&self) -> &ReadPool {
        &self.context.pool
    }

    /// For machines that ask about the installation as a whole.
    pub fn whole(&self) -> ReadPool {
        self.context.pool.seen_by(&Scope::Whole)
    }

    pub fn zone(&self) -> chrono_tz::Tz {
        self.context.zone.0
    }
}

impl Deref for Shared {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl FromRef<Shared> for LeptosOptions {
    fn from_ref(shared: &Shared) -> Self {
        shared.leptos.clone()
    }
}

/// The context of whoever sent the request; of nobody when no gate has found out who that is.
pub struct Asked(pub AppContext);

impl FromRequestParts<Shared> for Asked {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut RequestParts, shared: &Shared) -> Result<Self, Self::Rejection> {
        let viewer = parts.extensions.get::<Arc<Viewer>>().cloned().unwrap_or_default();
        Ok(Self(shared.context.for_viewer(viewer)))
    }
}

fn render(context: AppContext) -> Render {
    Arc::new(move |topic| {
        let context = context.clone();
        Box::pin(async move { app::live::render(&topic, &context).await })
    })
}

fn clock(context: AppContext) -> ClockEvent {
    Arc::new(move || {
        let data = serde_json::json!({ "version": app::assets::version(), "now": context.local_now().0 });
        format!("event: clock\ndata: {data}\n\n").into()
    })
}
