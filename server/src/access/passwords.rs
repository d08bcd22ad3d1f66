//! Passwords: what is good enough, and hashing on one thread of its own, so that nobody who asks for a page waits for it.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::oneshot;
use unicode_normalization::UnicodeNormalization;

use super::random;

pub const LEAST_CHARS: usize = 12;
pub const MOST_CHARS: usize = 256;
/// zxcvbn's "safely unguessable".
const LEAST_SCORE: u8 = 3;
/// zxcvbn takes time that grows with the length; the rest of a long password only makes it better.
const JUDGED_CHARS: usize = 72;
const PRODUCT_WORDS: [&str; 6] = ["loadline", "power", "consumption", "dispatch", "admin", "负荷"];

/// OWASP's setting for argon2id.
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// Jobs that wait for the thread, per queue; at some 30 ms each nobody waits longer than a second.
const MOST_WAITING: usize = 24;
const NICE: i32 = 10;

/// Why a new password is not taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Weakness {
    Short,
    Long,
    /// Easily guessed; zxcvbn says so.
    Guessable,
}

/// As it is hashed: two ways to type the same letters are the same password.
pub fn normal(password: &str) -> String {
    password.nfc().collect()
}

/// Judges a new password; `words` are what an attacker knows about the person.
pub fn judge(password: &str, words: &[&str]) -> Result<(), Weakness> {
    let password = normal(password);
    match password.chars().count() {
        count if count < LEAST_CHARS => return Err(Weakness::Short),
        count if count > MOST_CHARS => return Err(Weakness::Long),
        _ => {}
    }
    let judged: String = password.chars().take(JUDGED_CHARS).collect();
    let known: Vec<&str> = words.iter().copied().chain(PRODUCT_WORDS).collect();
    let score = u8::from(zxcvbn::zxcvbn(&judged, &known).score());
    if score < LEAST_SCORE { Err(Weakness::Guessable) } else { Ok(()) }
}

fn hasher() -> Argon2<'static> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).expect("constants that argon2 takes");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// The PHC string of a password. Slow by intent: for commands; the web server asks [`Hasher`].
pub fn hash(password: &str) -> String {
    let salt = SaltString::encode_b64(&random::bytes::<16>()).expect("sixteen bytes are a salt");
    let hashed = hasher().hash_password(normal(password).as_bytes(), &salt).expect("argon2 takes any password");
    hashed.to_string()
}

/// Whether the password is that of the hash; a hash that cannot be read belongs to no password.
pub fn verify(password: &str, hash: &str) -> bool {
    PasswordHash::new(hash).is_ok_and(|hash| hasher().verify_password(normal(password).as_bytes(), &hash).is_ok())
}

/// Whom the thread serves first.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Urgency {
    /// An account at an address where it has signed in before, or somebody who is signed in.
    Known,
    Stranger,
}

/// The thread has as much to do as it can take.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the queue of passwords to be hashed is full")]
pub struct Busy;

enum Job {
    Hash { password: String, answer: oneshot::Sender<String> },
    Verify { password: String, hash: Option<String>, answer: oneshot::Sender<bool> },
}

#[derive(Default)]
struct Queues {
    known: VecDeque<Job>,
    strangers: VecDeque<Job>,
    is_closed: bool,
}

#[derive(Default)]
struct Desk {
    queues: Mutex<Queues>,
    arrived: Condvar,
}

impl Desk {
    fn queues(&self) -> MutexGuard<'_, Queues> {
        // changed by single pushes and pops: right after any panic
        self.queues.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The handle of the thread that hashes; the thread ends with the last handle.
#[derive(Clone)]
pub struct Hasher(Arc<Handle>);

struct Handle(Arc<Desk>);

impl Drop for Handle {
    fn drop(&mut self) {
        self.0.queues().is_closed = true;
        self.0.arrived.notify_all();
    }
}

impl Hasher {
    pub fn start() -> std::io::Result<Self> {
        let desk = Arc::new(Desk::default());
        let at_work = Arc::clone(&desk);
        std::thread::Builder::new().name("passwords".to_owned()).spawn(move || work(&at_work))?;
        Ok(Self(Arc::new(Handle(desk))))
    }

    pub async fn hash(&self, password: &str) -> Result<String, Busy> {
        let (answer, answered) = oneshot::channel();
        self.queue(Urgency::Known, Job::Hash { password: password.to_owned(), answer })?;
        answered.await.map_err(|_| Busy)
    }

    /// Takes the same time whether there is a hash or not.
    pub async fn verify(&self, password: &str, hash: Option<&str>, urgency: Urgency) -> Result<bool, Busy> {
        let (answer, answered) = oneshot::channel();
        self.queue(urgency, Job::Verify { password: password.to_owned(), hash: hash.map(str::to_owned), answer })?;
        answered.await.map_err(|_| Busy)
    }

    fn queue(&self, urgency: Urgency, job: Job) -> Result<(), Busy> {
        let desk = &self.0.0;
        let mut queues = desk.queues();
        let queue = match urgency {
            Urgency::Known => &mut queues.known,
            Urgency::Stranger => &mut queues.strangers,
        };
        if queue.len() >= MOST_WAITING {
            return Err(Busy);
        }
        queue.push_back(job);
        desk.arrived.notify_one();
        Ok(())
    }
}

fn work(desk: &Desk) {
    // on Linux this is the thread's own; where it is refused hashing only competes with everybody else
    if let Err(error) = rustix::process::nice(NICE) {
        tracing::debug!(%error, "the thread that hashes passwords keeps its priority");
    }
    // what a password is compared with when there is no account
    let nobody = hash(&hex::encode(random::bytes::<16>()));
    while let Some(job) = next(desk) {
        match job {
            Job::Hash { answer, .. } if answer.is_closed() => {}
            Job::Verify { answer, .. } if answer.is_closed() => {}
            Job::Hash { password, answer } => answer.send(hash(&password)).unwrap_or_default(),
            Job::Verify { password, hash, answer } => {
                let is_right = verify(&password, hash.as_deref().unwrap_or(&nobody)) && hash.is_some();
                // whoever asked may be gone
                answer.send(is_right).ok();
            }
        }
    }
}

fn next(desk: &Desk) -> Option<Job> {
    let mut queues = desk.queues();
    loop {
        if queues.is_closed {
            return None;
        }
        let job = queues.known.pop_front();
        if let Some(job) = job.or_else(|| queues.strangers.pop_front()) {
            return Some(job);
        }
        queues = desk.arrived.wait(queues).unwrap_or_else(PoisonError::into_inner);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_passwords_that_are_hard_to_guess_are_taken() {
        let judged = |password: &str| judge(password, &["zhang.wei"]);
        for good in ["correct horse battery staple", "牡丹江的雪下得很大很美丽啊", "kX9#qLm2vR7$wTz4"] {
            assert_eq!(judged(good), Ok(()), "{good}");
        }
        assert_eq!(judged("short"), Err(Weakness::Short));
        assert_eq!(judged("elf zeichen"), Err(Weakness::Short));
        for weak in ["aaaaaaaaaaaaaaaa", "123456789012", "password1234", "loadlineloadline", "zhang.weizhang.wei", "qwertyuiop12"]
        {
            assert_eq!(judged(weak), Err(Weakness::Guessable), "{weak}");
        }
        let long: String = (0..MOST_CHARS).map(|n| char::from(b'a' + u8::try_from(n * 7 % 23).expect("small"))).collect();
        assert_eq!(judged(&long), Ok(()));
        assert_eq!(judged(&format!("{long}x")), Err(Weakness::Long));
        assert_eq!(judged(&"长".repeat(100_000)), Err(Weakness::Long));
    }

    #[test]
    fn a_hash_fits_one_password_however_it_was_typed() {
        let stored = hash("Sch\u{f6}nes Wetter heute");
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        assert!(verify("Scho\u{308}nes Wetter heute", &stored));
        assert!(!verify("schönes Wetter heute", &stored));
        for broken in ["", "$argon2id$", "x", "$2b$12$abc"] {
            assert!(!verify("", broken));
        }
    }

    #[tokio::test]
    async fn the_thread_answers_and_a_full_queue_says_so() {
        let hasher = Hasher::start().expect("a thread");
        let stored = hasher.hash("correct horse battery").await.expect("room");
        assert_eq!(hasher.verify("correct horse battery", Some(&stored), Urgency::Known).await, Ok(true));
        assert_eq!(hasher.verify("wrong", Some(&stored), Urgency::Stranger).await, Ok(false));
        assert_eq!(hasher.verify("", None, Urgency::Stranger).await, Ok(false));
        let strangers: Vec<_> = (0..MOST_WAITING * 2).map(|_| hasher.verify("x", None, Urgency::Stranger)).collect();
        let (known, answers) = tokio::join!(
            hasher.verify("correct horse battery", Some(&stored), Urgency::Known),
            futures::future::join_all(strangers)
        );
        assert_eq!(known, Ok(true), "strangers do not take the place of those who are known");
        assert!(answers.contains(&Err(Busy)) && answers.contains(&Ok(false)));
    }
}
