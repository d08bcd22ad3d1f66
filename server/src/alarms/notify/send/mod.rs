//! One attempt to deliver a message: bounded in time and size whatever the receiver does, and judged by its answer.

mod email;
mod robot;
mod syslog;
mod webhook;

use std::sync::Arc;
use std::time::Duration;

use domain::alarms::notices::ChannelKind;
use reqwest::redirect::Policy;
use reqwest::{Client, Response, StatusCode, header};
use warehouse::alarms::notices::outbox::{Attempt, AttemptResult};

pub use email::{Mail, MailFault, recipients};

use super::address::{AllowedHosts, Guarded, REFUSED};

/// The longest that an attempt takes, whatever the receiver does.
pub const ATTEMPT_WITHIN: Duration = Duration::from_secs(20);
const CONNECT_WITHIN: Duration = Duration::from_secs(5);
/// More of an answer is not read.
const MOST_ANSWER_BYTES: usize = 16 * 1024;
/// Longer waits that a receiver asks for are cut to this.
const MOST_RETRY_AFTER_S: u64 = 600;

/// How an attempt ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ended {
    pub result: AttemptResult,
    /// A short code, such as `http_500`, perhaps with words of the receiver.
    pub detail: String,
    /// Another attempt may do better.
    pub may_retry: bool,
    /// The receiver wants to be left alone so long.
    pub wait: Option<Duration>,
}

impl Ended {
    fn sent(detail: impl Into<String>) -> Self {
        Self { result: AttemptResult::Sent, detail: detail.into(), may_retry: false, wait: None }
    }

    fn refused(detail: impl Into<String>, may_retry: bool) -> Self {
        Self { result: AttemptResult::Refused, detail: detail.into(), may_retry, wait: None }
    }

    fn unreachable(detail: impl Into<String>) -> Self {
        Self { result: AttemptResult::Unreachable, detail: detail.into(), may_retry: true, wait: None }
    }

    fn timeout() -> Self {
        Self { result: AttemptResult::Timeout, detail: "timeout".to_owned(), may_retry: true, wait: None }
    }

    /// The receiver's own settings cannot work.
    fn misconfigured(detail: &str) -> Self {
        Self::refused(detail, false)
    }
}

/// What senders share.
#[derive(Clone)]
pub struct Senders {
    client: Client,
    allowed: Arc<AllowedHosts>,
    mail: Option<Arc<Mail>>,
    within: Duration,
}

impl Senders {
    /// `mail` is none where no mail server is set.
    pub fn new(allowed: AllowedHosts, mail: Option<Mail>) -> Result<Self, reqwest::Error> {
        let allowed = Arc::new(allowed);
        let client = Client::builder()
            .user_agent(concat!("loadline/", env!("CARGO_PKG_VERSION")))
            .redirect(Policy::none())
            .connect_timeout(CONNECT_WITHIN)
            .timeout(ATTEMPT_WITHIN)
            // a proxy of the environment would look names up beyond our sight
            .no_proxy()
            .pool_max_idle_per_host(1)
            .dns_resolver(Arc::new(Guarded(Arc::clone(&allowed))))
            .build()?;
        Ok(Self { client, allowed, mail: mail.map(Arc::new), within: ATTEMPT_WITHIN })
    }

    /// For tests that do not want to wait.
    pub fn within(self, within: Duration) -> Self {
        Self { within, ..self }
    }

    /// Makes the attempt.
    pub async fn send(&self, attempt: &Attempt, now_ms: i64) -> Ended {
        let sent = async {
            match attempt.receiver.kind {
                ChannelKind::Webhook => webhook::send(self, attempt, now_ms).await,
                ChannelKind::Wecom | ChannelKind::Dingtalk => robot::send(self, attempt, now_ms).await,
                ChannelKind::Email => email::send(self.mail.as_deref(), attempt).await,
                ChannelKind::Syslog => syslog::send(attempt, &self.allowed).await,
            }
        };
        tokio::time::timeout(self.within, sent).await.unwrap_or_else(|_| Ended::timeout())
    }
}

/// What went wrong before there was an answer. The address stays out of it: it may be secret.
fn failed(error: &reqwest::Error) -> Ended {
    if error.is_timeout() {
        return Ended::timeout();
    }
    let mut cause: Option<&dyn std::error::Error> = std::error::Error::source(error);
    while let Some(inner) = cause {
        if inner.to_string() == REFUSED {
            return Ended::misconfigured(REFUSED);
        }
        cause = inner.source();
    }
    Ended::unreachable(if error.is_connect() { "no_connection" } else { "connection_lost" })
}

/// What a status says; none: accepted.
fn judged(response: &Response) -> Option<Ended> {
    let status = response.status();
    if status.is_success() {
        return None;
    }
    let detail = format!("http_{}", status.as_u16());
    let may_retry = status.is_server_error()
        || matches!(status, StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_EARLY | StatusCode::TOO_MANY_REQUESTS);
    let wait = response.headers().get(header::RETRY_AFTER).and_then(|value| value.to_str().ok()?.trim().parse::<u64>().ok());
    let wait = wait.filter(|_| may_retry).map(|seconds| Duration::from_secs(seconds.min(MOST_RETRY_AFTER_S)));
    Some(Ended { wait, ..Ended::refused(detail, may_retry) })
}

/// The beginning of an answer.
async fn beginning(mut response: Response) -> Result<Vec<u8>, reqwest::Error> {
    let mut read = Vec::new();
    while let Some(piece) = response.chunk().await? {
        let room = MOST_ANSWER_BYTES - read.len();
        read.extend_from_slice(&piece[..piece.len().min(room)]);
        if read.len() >= MOST_ANSWER_BYTES {
            break;
        }
    }
    Ok(read)
}
