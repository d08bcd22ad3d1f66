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
/// Beyond its greatest age an answer still serves while it is renewed, which takes about as long as it took before.
const RENEWED_IN_COSTS: i64 = 2;

/// What a reader of a dear answer does while it is renewed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Freshness {
    /// A page takes the older one, which says of when it is.
    #[default]
    Older,
    /// A rendering for all who watch waits: the next comes with the next commit.
    Newest,
}

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
    asking: Arc<Mutex<()>>,
}

impl<K, T> Default for Shared<K, T> {
    fn default() -> Self {
        Self { held: RwLock::new(None), asking: Arc::default() }
    }
}

/// What the held answer is worth.
enum Worth<T> {
    Good(Arc<T>),
    /// Better than waiting for a dear question.
    Old(Arc<T>),
    Nothing,
}

impl<K: PartialEq, T> Shared<K, T> {
    /// The answer for `key`: the held one if it has the same key or, for a dear question, is young enough
    /// (at most `max_age_ms` and 20 times its cost). Callers wait for the one that asks, but not for a dear question
    /// (`max_age_ms` above zero) of which an answer not much older than that is held. A failure is not held.
    pub async fn get<F>(&self, key: K, now_ms: i64, max_age_ms: i64, ask: F) -> Result<Arc<T>, AppError>
    where
        F: Future<Output = Result<T, AppError>>,
    {
        let _asking = match (self.worth(&key, now_ms, max_age_ms), self.asking.try_lock()) {
            (Worth::Good(value), _) | (Worth::Old(value), Err(_)) => return Ok(value),
            (_, Ok(asking)) => asking,
            (Worth::Nothing, Err(_)) => self.asking.lock().await,
        };
        self.renew_unless_good(key, now_ms, max_age_ms, ask).await
    }

    /// Only for whoever holds `asking`: somebody may have answered before.
    async fn renew_unless_good<F>(&self, key: K, now_ms: i64, max_age_ms: i64, ask: F) -> Result<Arc<T>, AppError>
    where
        F: Future<Output = Result<T, AppError>>,
    {
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
        let (age_ms, value) = (now_ms - answer.at_ms, Arc::clone(&answer.value));
        let most_age_ms = max_age_ms.min(answer.cost_ms.saturating_mul(AGE_PER_COST));
        let renewing_ms = answer.cost_ms.saturating_mul(RENEWED_IN_COSTS);
        if answer.key == *key || (0..most_age_ms).contains(&age_ms) {
            Worth::Good(value)
        } else if max_age_ms > 0 && (0..max_age_ms.saturating_add(renewing_ms)).contains(&age_ms) {
            Worth::Old(value)
        } else {
            Worth::Nothing
        }
    }
}

impl<K: PartialEq + Send + Sync + 'static, T: Send + Sync + 'static> Shared<K, T> {
    /// The answer to a dear question. Unless the newest is wanted nobody waits while an answer not much older than
    /// `max_age_ms` is held: it is given, and a task renews it for the next reader.
    pub async fn get_dear<F>(
        self: &Arc<Self>,
        freshness: Freshness,
        key: K,
        now_ms: i64,
        max_age_ms: i64,
        ask: F,
    ) -> Result<Arc<T>, AppError>
    where
        F: Future<Output = Result<T, AppError>> + Send + 'static,
    {
        let older = match self.worth(&key, now_ms, max_age_ms) {
            Worth::Good(value) => return Ok(value),
            Worth::Old(value) if freshness == Freshness::Older => value,
            _ => {
                let _asking = self.asking.lock().await;
                return self.renew_unless_good(key, now_ms, max_age_ms, ask).await;
            }
        };
        let Ok(asking) = Arc::clone(&self.asking).try_lock_owned() else { return Ok(older) };
        let shared = Arc::clone(self);
        tokio::spawn(async move {
            let _asking = asking;
            // the next reader asks again, and is told when no answer is young enough any more
            if let Err(error) = shared.renew_unless_good(key, now_ms, max_age_ms, ask).await {
                tracing::warn!(%error, "a held answer could not be renewed");
            }
        });
        Ok(older)
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
    pub alarms: crate::pages::alarms::strip::Cache,
    pub settlement: crate::pages::settlement::overview::Cache,
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::sync::oneshot;

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
        assert_eq!(ask(&shared, 2, 1_079, 20).await, 10, "somebody else is asking");
        let too_old = tokio::time::timeout(Duration::ZERO, ask(&shared, 2, 1_080, 20)).await;
        assert!(too_old.is_err(), "one that is too old is not given");
        drop(asking);
        assert_eq!(ask(&shared, 2, 1_080, 20).await, 20);
    }

    /// As a page asks, at 900 ms, with a question that the test answers or that fails when the test drops the sender.
    async fn ask_dear(shared: &Arc<Shared<i64, i64>>, freshness: Freshness, answer: oneshot::Receiver<i64>) -> i64 {
        let question = async { answer.await.map_err(|_| AppError::Unavailable) };
        *shared.get_dear(freshness, 2, 900, 1_000, question).await.expect("an answer")
    }

    #[tokio::test]
    async fn a_reader_takes_the_older_answer_while_one_task_renews_it() {
        let shared = Arc::new(Shared::default());
        hold(&shared, 40);
        let (answer, question) = oneshot::channel();
        assert_eq!(ask_dear(&shared, Freshness::Older, question).await, 10, "nobody has answered yet");
        let (second, question) = oneshot::channel();
        assert_eq!(ask_dear(&shared, Freshness::Older, question).await, 10);
        assert!(second.is_closed(), "one question at a time");
        answer.send(20).expect("the task waits for it");
        // held by the task until it has ended
        drop(shared.asking.lock().await);
        assert_eq!(ask_dear(&shared, Freshness::Older, oneshot::channel().1).await, 20);
    }

    #[tokio::test]
    async fn a_failed_renewal_is_not_held_and_tried_again() {
        let shared = Arc::new(Shared::default());
        hold(&shared, 40);
        assert_eq!(ask_dear(&shared, Freshness::Older, oneshot::channel().1).await, 10);
        drop(shared.asking.lock().await);
        let (answer, question) = oneshot::channel();
        answer.send(20).expect("a receiver");
        assert_eq!(ask_dear(&shared, Freshness::Older, question).await, 10);
        drop(shared.asking.lock().await);
        assert_eq!(ask_dear(&shared, Freshness::Older, oneshot::channel().1).await, 20);
    }

    #[tokio::test]
    async fn who_wants_the_newest_waits_and_so_does_everybody_when_the_answer_is_too_old() {
        let shared = Arc::new(Shared::default());
        hold(&shared, 40);
        let (answer, question) = oneshot::channel();
        answer.send(20).expect("a receiver");
        assert_eq!(ask_dear(&shared, Freshness::Newest, question).await, 20);
        hold(&shared, 40);
        let late = shared.get_dear(Freshness::Older, 2, 1_080, 1_000, async { Ok(30) });
        assert_eq!(*late.await.expect("an answer"), 30);
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
