//! Answers shared by all viewers of the same regions: one question at a time, and no question more often than it deserves.

use std::num::NonZeroUsize;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Instant;

use domain::access::Scope;
use lru::LruCache;
use tokio::sync::Mutex;

use crate::error::AppError;

/// An expensive answer may be this many times older than what it cost, so that it never takes more than a twentieth of a core.
const AGE_PER_COST: i64 = 20;

struct Held<K, T> {
    key: K,
    value: Arc<T>,
    at_ms: i64,
    cost_ms: i64,
}

/// Holds the newest answer for one key.
pub struct Shared<K, T> {
    held: RwLock<Option<Held<K, T>>>,
    /// One question at a time.
    asking: Mutex<()>,
}

impl<K, T> Default for Shared<K, T> {
    fn default() -> Self {
        Self { held: RwLock::new(None), asking: Mutex::new(()) }
    }
}

/// What the held answer is worth.
enum Worth<T> {
    Good(Arc<T>),
    /// Better than waiting while somebody else asks a dear question.
    Old(Arc<T>),
    Nothing,
}

impl<K: PartialEq, T> Shared<K, T> {
    /// The answer for `key`: the held one if it has the same key or, for a dear question, is young enough
    /// (at most `max_age_ms` and 20 times its cost). Callers wait for the one that asks, but not for a dear question
    /// (`max_age_ms` above zero) of which an older answer is held. A failure is not held.
    pub async fn get<F>(&self, key: K, now_ms: i64, max_age_ms: i64, ask: F) -> Result<Arc<T>, AppError>
    where
        F: Future<Output = Result<T, AppError>>,
    {
        let _asking = match (self.worth(&key, now_ms, max_age_ms), self.asking.try_lock()) {
            (Worth::Good(value), _) | (Worth::Old(value), Err(_)) => return Ok(value),
            (_, Ok(asking)) => asking,
            (Worth::Nothing, Err(_)) => self.asking.lock().await,
        };
        // Somebody may have answered in the meantime.
        if let Worth::Good(value) = self.worth(&key, now_ms, max_age_ms) {
            return Ok(value);
        }
        let started = Instant::now();
        let value = Arc::new(ask.await?);
        let cost_ms = i64::try_from(started.elapsed().as_millis()).unwrap_or(i64::MAX);
        let answer = Held { key, value: Arc::clone(&value), at_ms: now_ms, cost_ms };
        *self.held.write().unwrap_or_else(PoisonError::into_inner) = Some(answer);
        Ok(value)
    }

    fn worth(&self, key: &K, now_ms: i64, max_age_ms: i64) -> Worth<T> {
        let held = self.held.read().unwrap_or_else(PoisonError::into_inner);
        let Some(answer) = held.as_ref() else { return Worth::Nothing };
        let most_age_ms = max_age_ms.min(answer.cost_ms.saturating_mul(AGE_PER_COST));
        let value = Arc::clone(&answer.value);
        if answer.key == *key || (0..most_age_ms).contains(&(now_ms - answer.at_ms)) {
            Worth::Good(value)
        } else if max_age_ms > 0 {
            Worth::Old(value)
        } else {
            Worth::Nothing
        }
    }
}

/// As many sets of regions keep their answers; others ask again.
const MOST_SCOPES: NonZeroUsize = NonZeroUsize::new(64).expect("not zero");

/// The caches of a process. What is held for one scope is never shown to another.
pub struct CachesOfScopes(std::sync::Mutex<LruCache<Scope, Arc<Caches>>>);

impl Default for CachesOfScopes {
    fn default() -> Self {
        Self(std::sync::Mutex::new(LruCache::new(MOST_SCOPES)))
    }
}

impl CachesOfScopes {
    pub fn of(&self, scope: &Scope) -> Arc<Caches> {
        // every change is one insertion: right after any panic
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(held.get_or_insert_ref(scope, Arc::default))
    }
}

/// The caches of one scope.
#[derive(Default)]
pub struct Caches {
    pub dashboard: crate::pages::dashboard::Cache,
    pub wall: crate::pages::wall::Cache,
    pub pipeline: crate::pages::pipeline::Cache,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hold(shared: &Shared<i64, i64>, cost_ms: i64) {
        *shared.held.write().expect("nobody panicked") = Some(Held { key: 1, value: Arc::new(10), at_ms: 0, cost_ms });
    }

    async fn ask(shared: &Shared<i64, i64>, key: i64, now_ms: i64, answer: i64) -> i64 {
        *shared.get(key, now_ms, 1000, async move { Ok(answer) }).await.expect("an answer")
    }

    #[tokio::test]
    async fn a_held_answer_serves_its_key_and_a_new_key_asks_again() {
        let shared = Shared::default();
        assert_eq!(ask(&shared, 1, 0, 10).await, 10);
        assert_eq!(ask(&shared, 1, 99_999, 20).await, 10);
        assert_eq!(ask(&shared, 2, 100_000, 30).await, 30);
    }

    #[tokio::test]
    async fn a_dear_answer_is_kept_while_it_is_young() {
        let shared = Shared::default();
        hold(&shared, 40);
        assert_eq!(ask(&shared, 2, 799, 20).await, 10, "younger than 20 times its cost");
        assert_eq!(ask(&shared, 2, 800, 20).await, 20, "old enough to ask again");
    }

    #[tokio::test]
    async fn nobody_waits_for_a_dear_question_while_an_older_answer_is_held() {
        let shared = Shared::default();
        hold(&shared, 40);
        let asking = shared.asking.lock().await;
        assert_eq!(ask(&shared, 2, 5_000, 20).await, 10, "somebody else is asking");
        drop(asking);
        assert_eq!(ask(&shared, 2, 5_000, 20).await, 20);
    }

    #[test]
    fn each_scope_has_caches_of_its_own_and_few_are_held() {
        let caches = CachesOfScopes::default();
        let (one, two) = (Scope::of([1]), Scope::of([2]));
        let first = caches.of(&one);
        assert!(Arc::ptr_eq(&first, &caches.of(&one)));
        assert!(!Arc::ptr_eq(&first, &caches.of(&two)) && !Arc::ptr_eq(&first, &caches.of(&Scope::Whole)));
        for region in 0..100 {
            caches.of(&Scope::of([1000 + region]));
        }
        assert!(!Arc::ptr_eq(&first, &caches.of(&one)), "the least recently used go");
        assert_eq!(caches.0.lock().expect("nobody panicked").len(), MOST_SCOPES.get());
    }

    #[tokio::test]
    async fn a_failure_is_not_held() {
        let shared: Shared<i64, i64> = Shared::default();
        assert!(shared.get(1, 0, 1000, async { Err(AppError::Unavailable) }).await.is_err());
        assert_eq!(ask(&shared, 1, 0, 5).await, 5);
    }
}
