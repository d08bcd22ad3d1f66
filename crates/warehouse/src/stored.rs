//! Stored documents, decoded row by row: one that cannot be read must not hide the others.

use std::collections::hash_map::DefaultHasher;
use std::fmt::Display;
use std::hash::{Hash, Hasher};
use std::sync::{Mutex, PoisonError};

use rustc_hash::FxHashSet;
use serde::de::DeserializeOwned;
use sqlx::error::BoxDynError;
use sqlx::postgres::{PgTypeInfo, PgValueRef};
use sqlx::{Decode, Postgres, Type};

/// Unreadable rows that this process remembers to have told of; then it forgets them and tells again.
const MOST_TOLD: usize = 4_096;
/// Binary `jsonb` starts with its version, which no JSON text starts with.
const JSONB_VERSION: &[u8] = &[1];

static TOLD: Mutex<Option<FxHashSet<u64>>> = Mutex::new(None);

/// A `json` or `jsonb` column, parsed once and straight into its type. What does not fit is the row's trouble, not the query's.
#[derive(Debug)]
pub(crate) struct Stored<T>(Result<T, serde_json::Error>);

impl<T> Stored<T> {
    /// None where it cannot be read: told once for each document and process. `which` names the row.
    pub(crate) fn read(self, what: &'static str, which: impl Display) -> Option<T> {
        self.0.inspect_err(|error| tell(what, &which.to_string(), error)).ok()
    }
}

fn tell(what: &'static str, which: &str, error: &serde_json::Error) {
    if is_new(what, which, &error.to_string()) {
        tracing::warn!(what, which, %error, "a stored document cannot be read, it is left out");
    }
}

fn is_new(what: &str, which: &str, error: &str) -> bool {
    let mut hasher = DefaultHasher::new();
    (what, which, error).hash(&mut hasher);
    // after a panic the set is as good as before
    let mut told = TOLD.lock().unwrap_or_else(PoisonError::into_inner);
    let told = told.get_or_insert_default();
    if told.len() >= MOST_TOLD {
        told.clear();
    }
    told.insert(hasher.finish())
}

impl<T> Type<Postgres> for Stored<T> {
    fn type_info() -> PgTypeInfo {
        <serde_json::Value as Type<Postgres>>::type_info()
    }

    fn compatible(of: &PgTypeInfo) -> bool {
        <serde_json::Value as Type<Postgres>>::compatible(of)
    }
}

impl<T: DeserializeOwned> Decode<'_, Postgres> for Stored<T> {
    fn decode(value: PgValueRef<'_>) -> Result<Self, BoxDynError> {
        let bytes = value.as_bytes()?;
        Ok(Self(serde_json::from_slice(bytes.strip_prefix(JSONB_VERSION).unwrap_or(bytes))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored(text: &str) -> Stored<u8> {
        Stored(serde_json::from_str(text))
    }

    #[test]
    fn what_fits_is_read_and_the_rest_is_none() {
        assert_eq!(stored("7").read("number", 1), Some(7));
        assert_eq!(stored("700").read("number", 2), None);
        assert_eq!(stored("{}").read("number", 3), None);
    }

    #[test]
    fn a_row_is_told_of_once_and_again_when_it_is_broken_otherwise() {
        assert!(is_new("day", "contract 1, 2026-01-01", "a"));
        assert!(!is_new("day", "contract 1, 2026-01-01", "a"));
        assert!(is_new("day", "contract 1, 2026-01-01", "b"));
        assert!(is_new("day", "contract 2, 2026-01-01", "a"));
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        for row in 0..2 * MOST_TOLD {
            is_new("many", &row.to_string(), "e");
        }
        let told = TOLD.lock().unwrap_or_else(PoisonError::into_inner);
        assert!(told.as_ref().is_some_and(|told| told.len() <= MOST_TOLD));
    }
}
