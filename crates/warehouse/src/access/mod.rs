//! Who may see and do what, and who did it: every statement of the schema `access`.

pub mod accounts;
pub mod audit;
mod author;
mod changes;
pub mod credentials;
pub mod customers;
mod error;
mod grants;
mod housekeeping;
pub mod invitations;
pub mod logins;
pub(crate) mod record;
mod rules;
pub mod secrets;
pub mod sessions;
pub mod tenants;
pub mod throttle;
pub mod tokens;
mod verify;
pub mod walls;

use std::time::Duration;

use sqlx::PgPool;
use sqlx::postgres::{PgConnectOptions, PgListener, PgPoolOptions};

pub use author::{Author, AuthorKind, Granter};
pub use error::{AccessError, Fault};
pub(crate) use grants::scope_of;
pub use grants::{Grants, MOST_REGIONS};
pub use housekeeping::forget_old;

/// Connections that keep accounts. They act as the role `loadline_access`, which cannot read the numbers.
#[derive(Clone, Debug)]
pub struct AccessPool(PgPool);

/// A sign-in or a page waits this long for a connection before it is refused.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(3);
/// Plans are made for each call: most conditions of a filter are absent most of the time.
const SESSION_SETTINGS: [(&str, &str); 5] = [
    ("role", "loadline_access"),
    ("statement_timeout", "15s"),
    ("lock_timeout", "10s"),
    ("jit", "off"),
    ("plan_cache_mode", "force_custom_plan"),
];
/// Where changes of rights, sessions and links are told.
pub const CHANNEL: &str = "loadline_access";

impl AccessPool {
    /// Opens lazily, so that the program comes up (and says so) while the database is away.
    pub fn open(url: &str, max_connections: u32) -> Result<Self, AccessError> {
        let options: PgConnectOptions = url.parse()?;
        let options = options.application_name("loadline access").options(SESSION_SETTINGS);
        let pool =
            PgPoolOptions::new().max_connections(max_connections).acquire_timeout(ACQUIRE_TIMEOUT).connect_lazy_with(options);
        Ok(Self(pool))
    }

    /// Wraps a pool that somebody else configured.
    pub fn from_pool(pool: PgPool) -> Self {
        Self(pool)
    }

    pub fn pool(&self) -> &PgPool {
        &self.0
    }
}

/// Hears of every change of rights, sessions and links. It keeps one connection of the pool.
pub async fn listen(pool: &AccessPool) -> Result<PgListener, AccessError> {
    let mut listener = PgListener::connect_with(pool.pool()).await?;
    listener.listen(CHANNEL).await?;
    Ok(listener)
}

/// What the database stores of a text that came from outside: no NUL, at most so many characters.
pub(crate) fn bounded(text: &str, most_chars: usize) -> String {
    text.chars().filter(|c| *c != '\0').take(most_chars).collect()
}
