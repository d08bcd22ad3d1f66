//! Signing in with a name and a password, and who a session belongs to. axum-login asks this.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use app::context::Clock;
use app::viewer::{Viewer, Who};
use axum_login::{AuthUser, AuthnBackend};
use chrono::{DateTime, TimeDelta, Utc};
use domain::access::{AccountId, AccountName};
use serde::{Deserialize, Serialize};
use warehouse::access::audit;
use warehouse::access::credentials::{self, Credential};
use warehouse::access::logins::{self, NewLogin, Principal};
use warehouse::access::throttle::{self, ThrottleState};
use warehouse::access::{AccessError, AccessPool, Author, AuthorKind};

use super::in_flight::InFlight;
use super::passwords::{Busy, Hasher, Urgency};
use super::throttle::{begins_wait, blocked_until};
use crate::web::security::Security;

/// What a session holds: whose it is, and by which login.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct LoginKey {
    pub account_id: AccountId,
    pub login_id: i64,
}

impl fmt::Display for LoginKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.account_id, self.login_id)
    }
}

/// Somebody who is signed in, as of this request.
#[derive(Clone)]
pub struct SignedIn {
    pub key: LoginKey,
    pub principal: Arc<Principal>,
}

/// The stamp of the password stays out of logs.
impl fmt::Debug for SignedIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SignedIn({})", self.key)
    }
}

impl AuthUser for SignedIn {
    type Id = LoginKey;

    fn id(&self) -> LoginKey {
        self.key
    }

    /// A session made with an older password ends.
    fn session_auth_hash(&self) -> &[u8] {
        &self.principal.password_stamp
    }
}

impl SignedIn {
    pub fn viewer(&self) -> Viewer {
        let account = &self.principal.account;
        Viewer {
            who: Who::Person {
                account_id: self.key.account_id,
                login_id: self.key.login_id,
                name: account.name.clone(),
                display_name: account.display_name.clone(),
            },
            rights: account.grants.rights,
            scope: self.principal.scope.clone(),
            all_regions: account.grants.all_regions,
            tenant_id: account.grants.tenant_id,
            tenant_name: self.principal.tenant_name.clone(),
            must_change_password: account.must_change_password,
        }
    }
}

/// One attempt to sign in.
pub struct Attempt {
    pub name: String,
    pub password: String,
    pub address: IpAddr,
    /// What failures are counted under: the address, or the network of an IPv6 address.
    pub network: IpAddr,
    pub user_agent: String,
}

/// Why an attempt was not even looked at, or could not be.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    #[error("too many attempts have failed")]
    SlowedDown { until: DateTime<Utc> },
    #[error("too many attempts are being looked at")]
    Busy,
    #[error(transparent)]
    Access(#[from] AccessError),
}

impl From<Busy> for SignInError {
    fn from(_: Busy) -> Self {
        Self::Busy
    }
}

/// Accounts and their sessions.
#[derive(Clone)]
pub struct People(Arc<Parts>);

struct Parts {
    access: AccessPool,
    hasher: Hasher,
    in_flight: InFlight,
    now: Clock,
    idle: TimeDelta,
    max_age: TimeDelta,
}

impl People {
    pub fn new(access: AccessPool, hasher: Hasher, now: Clock, security: &Security) -> Self {
        let span = |time| TimeDelta::from_std(time).unwrap_or(TimeDelta::MAX);
        let (idle, max_age) = (span(security.session_idle), span(security.session_max));
        Self(Arc::new(Parts { access, hasher, in_flight: InFlight::default(), now, idle, max_age }))
    }

    pub fn hasher(&self) -> &Hasher {
        &self.0.hasher
    }

    /// The session as it stands now; none when it has ended, in whatever way.
    pub async fn principal(&self, key: LoginKey) -> Result<Option<SignedIn>, AccessError> {
        let parts = &self.0;
        let found = logins::principal(&parts.access, key.login_id, key.account_id, parts.idle, parts.max_age, self.now()).await?;
        Ok(found.map(|principal| SignedIn { key, principal: Arc::new(principal) }))
    }

    /// Begins a login for somebody whose password (with this hash) has just been proved or set.
    pub async fn start(
        &self,
        account: &Credential,
        password_hash: &str,
        attempt: &Attempt,
    ) -> Result<Option<SignedIn>, AccessError> {
        let author = Author {
            kind: AuthorKind::Person,
            id: Some(account.account_id),
            name: account.name.clone(),
            address: attempt.address.to_string(),
            tenant_id: account.tenant_id,
            reason: None,
        };
        let login = NewLogin {
            account_id: account.account_id,
            password_hash,
            network: &attempt.network.to_string(),
            user_agent: &attempt.user_agent,
            now: self.now(),
        };
        match logins::start(&self.0.access, &author, &login).await {
            Ok(login_id) => self.principal(LoginKey { account_id: account.account_id, login_id }).await,
            // removed, disabled or given another password in this very moment
            Err(AccessError::NotFound) => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis((self.0.now)()).unwrap_or_default()
    }

    /// Whose name and password these are, with the hash that the password fits; none, and a failure counted, when they do
    /// not belong together.
    pub async fn prove(&self, attempt: &Attempt) -> Result<Option<(Credential, String)>, SignInError> {
        let parts = &self.0;
        // a text that can be nobody's name is treated like a name that nobody has
        let name = AccountName::parse(&attempt.name).ok();
        let key = name.as_ref().map_or("", AccountName::key);
        let network = attempt.network.to_string();
        let tried = throttle::Attempt { account_key: key, network: &network };
        let _place = parts.in_flight.enter(key, attempt.network).ok_or(SignInError::Busy)?;
        let account = credentials::by_name(&parts.access, key).await?;
        let state = self.admit(&tried, account.as_ref()).await?;
        let urgency = if state.is_known_address { Urgency::Known } else { Urgency::Stranger };
        let hash = account.as_ref().filter(|account| !account.is_disabled).and_then(|account| account.password_hash.clone());
        let is_right = parts.hasher.verify(&attempt.password, hash.as_deref(), urgency).await?;
        match (is_right, account, hash) {
            (true, Some(account), Some(hash)) => Ok(Some((account, hash))),
            (_, account, _) => {
                throttle::fail(&parts.access, &tried, self.now()).await?;
                let account_id = account.as_ref().map(|account| account.account_id);
                tracing::info!(address = %attempt.address, account_id, "a sign-in failed");
                if begins_wait(&state) {
                    self.note_wait(account.as_ref(), attempt, &state).await?;
                }
                Ok(None)
            }
        }
    }

    /// Who is slowed down goes to the record. Not the name that was typed: people type passwords into the wrong field.
    async fn note_wait(&self, account: Option<&Credential>, attempt: &Attempt, state: &ThrottleState) -> Result<(), AccessError> {
        let author = Author { address: attempt.address.to_string(), ..Author::system() };
        let failures = |failures: Option<throttle::Failures>| 1 + failures.map_or(0, |failures| failures.count);
        let counts = serde_json::json!({
            "from_address": failures(state.address), "for_account": failures(state.account), "for_both": failures(state.pair),
        });
        let id = account.map_or("?".to_owned(), |account| account.account_id.to_string());
        audit::note(&self.0.access, &author, "login.blocked", "account", &id, Some(counts)).await?;
        Ok(())
    }

    /// Whether to look at the password at all; decided before any hashing, the same for names that nobody has.
    async fn admit(&self, tried: &throttle::Attempt<'_>, account: Option<&Credential>) -> Result<ThrottleState, SignInError> {
        let state = throttle::state(&self.0.access, tried, account.map(|account| account.account_id)).await?;
        match blocked_until(&state, self.now()) {
            Some(until) => Err(SignInError::SlowedDown { until }),
            None => Ok(state),
        }
    }
}

impl AuthnBackend for People {
    type User = SignedIn;
    type Credentials = Attempt;
    type Error = SignInError;

    async fn authenticate(&self, attempt: Attempt) -> Result<Option<SignedIn>, SignInError> {
        match self.prove(&attempt).await? {
            Some((account, hash)) => Ok(self.start(&account, &hash, &attempt).await?),
            None => Ok(None),
        }
    }

    async fn get_user(&self, key: &LoginKey) -> Result<Option<SignedIn>, SignInError> {
        Ok(self.principal(*key).await?)
    }
}
