//! Sessions as the session layer keeps them, in the warehouse. (The published store switches on a feature of sqlx that
//! changes the types of every checked statement of the workspace.)

use std::fmt;
use std::sync::Arc;

use app::context::Clock;
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use time::OffsetDateTime;
use tower_sessions::SessionStore;
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{Error, Result};
use warehouse::access::{AccessError, AccessPool, sessions};

/// Names that are tried before a new session is given up; two equal ones of 128 random bits never happen.
const MOST_TRIES: usize = 3;

#[derive(Clone)]
pub struct Store {
    access: AccessPool,
    now: Clock,
}

impl Store {
    pub fn new(access: AccessPool, now: Clock) -> Self {
        Self { access, now: Arc::clone(&now) }
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Store")
    }
}

#[async_trait]
impl SessionStore for Store {
    async fn create(&self, record: &mut Record) -> Result<()> {
        let (data, expiry) = parts(record)?;
        for _ in 0..MOST_TRIES {
            if sessions::insert(&self.access, &record.id.to_string(), &data, expiry).await.map_err(failed)? {
                return Ok(());
            }
            record.id = Id::default();
        }
        Err(Error::Backend("no free name for a session".to_owned()))
    }

    async fn save(&self, record: &Record) -> Result<()> {
        let (data, expiry) = parts(record)?;
        sessions::save(&self.access, &record.id.to_string(), &data, expiry).await.map_err(failed)
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let now = DateTime::from_timestamp_millis((self.now)()).unwrap_or_default();
        let Some((data, expiry)) = sessions::load(&self.access, &id.to_string(), now).await.map_err(failed)? else {
            return Ok(None);
        };
        let data = serde_json::from_slice(&data).map_err(|error| Error::Decode(error.to_string()))?;
        let expiry_date =
            OffsetDateTime::from_unix_timestamp(expiry.timestamp()).map_err(|error| Error::Decode(error.to_string()))?;
        Ok(Some(Record { id: *id, data, expiry_date }))
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        sessions::delete(&self.access, &id.to_string()).await.map_err(failed)
    }
}

fn parts(record: &Record) -> Result<(Vec<u8>, DateTime<Utc>)> {
    let data = serde_json::to_vec(&record.data).map_err(|error| Error::Encode(error.to_string()))?;
    Ok((data, DateTime::from_timestamp(record.expiry_date.unix_timestamp(), 0).unwrap_or_default()))
}

fn failed(error: AccessError) -> Error {
    Error::Backend(error.to_string())
}
