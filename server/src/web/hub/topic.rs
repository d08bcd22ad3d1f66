//! One watched page: its newest blocks and the channel to its viewers.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use app::live::Fragment;
use bytes::Bytes;
use tokio::sync::broadcast;

/// Changes that a viewer may be behind before he is sent the newest state instead.
const CHANGES_HELD: usize = 4;

pub struct Live {
    sender: broadcast::Sender<Bytes>,
    newest: Mutex<Option<Newest>>,
    is_failing: AtomicBool,
}

struct Newest {
    /// One event with every block.
    all: Bytes,
    hashes: HashMap<String, u64>,
    rendered_at: Instant,
}

impl Live {
    pub fn new() -> Self {
        Self { sender: broadcast::Sender::new(CHANGES_HELD), newest: Mutex::new(None), is_failing: AtomicBool::new(false) }
    }

    /// Joins the viewers, with everything as it is now; none before the first rendering. Nothing can be published
    /// between what is returned and what will be received.
    pub fn subscribe(&self) -> (broadcast::Receiver<Bytes>, Option<Bytes>) {
        let newest = self.newest();
        (self.sender.subscribe(), newest.as_ref().map(|newest| newest.all.clone()))
    }

    /// The next rendering is sent whole, because viewers may show something else by now.
    pub fn forget(&self) {
        if let Some(newest) = self.newest().as_mut() {
            newest.hashes.clear();
        }
    }

    pub fn has_viewers(&self) -> bool {
        self.sender.receiver_count() > 0
    }

    pub fn rendered_at(&self) -> Option<Instant> {
        self.newest().as_ref().map(|newest| newest.rendered_at)
    }

    /// Takes a new rendering and sends what differs; says whether anything did.
    pub fn publish(&self, commit_no: i64, fragments: &[Fragment]) -> bool {
        let hashes: HashMap<String, u64> = fragments.iter().map(|one| (one.id.clone(), hash(&one.html))).collect();
        let mut newest = self.newest();
        let old = newest.as_ref().map(|newest| &newest.hashes);
        let changed: Vec<&Fragment> =
            fragments.iter().filter(|one| old.is_none_or(|old| old.get(&one.id) != hashes.get(&one.id))).collect();
        if changed.is_empty() && !fragments.is_empty() {
            if let Some(newest) = newest.as_mut() {
                newest.rendered_at = Instant::now();
            }
            return false;
        }
        let all = event(commit_no, &fragments.iter().collect::<Vec<_>>());
        let change = if changed.len() == fragments.len() { all.clone() } else { event(commit_no, &changed) };
        *newest = Some(Newest { all, hashes, rendered_at: Instant::now() });
        // an error only says that nobody watches any more
        drop(self.sender.send(change));
        true
    }

    /// Whether the last rendering failed; says whether that is new.
    pub fn note_failure(&self, is_failing: bool) -> bool {
        self.is_failing.swap(is_failing, Ordering::Relaxed) != is_failing
    }

    /// Sends something that is not a part of the page.
    pub fn send(&self, bytes: Bytes) {
        drop(self.sender.send(bytes));
    }

    fn newest(&self) -> MutexGuard<'_, Option<Newest>> {
        // replaced as a whole: right after any panic
        self.newest.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn hash(html: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    html.hash(&mut hasher);
    hasher.finish()
}

/// One event; JSON keeps the blocks on one line.
fn event(commit_no: i64, fragments: &[&Fragment]) -> Bytes {
    let blocks: Vec<_> = fragments.iter().map(|one| serde_json::json!({ "id": one.id, "html": one.html })).collect();
    format!("id: {commit_no}\nevent: fragments\ndata: {}\n\n", serde_json::Value::from(blocks)).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fragments(values: &[(&str, &str)]) -> Vec<Fragment> {
        values.iter().map(|(id, html)| Fragment { id: (*id).into(), html: (*html).into() }).collect()
    }

    fn text(bytes: &Bytes) -> String {
        String::from_utf8(bytes.to_vec()).expect("UTF-8")
    }

    #[test]
    fn only_what_changed_is_sent_and_all_of_it_is_kept() {
        let live = Live::new();
        let (mut viewer, lack) = live.subscribe();
        assert!(lack.is_none());
        assert!(live.publish(7, &fragments(&[("a", "<p>1\n</p>"), ("b", "<p>2</p>")])));
        let first = text(&viewer.try_recv().expect("the first state"));
        assert!(first.starts_with("id: 7\nevent: fragments\ndata: [{") && first.ends_with("}]\n\n"), "{first}");
        assert_eq!(first.matches('\n').count(), 4, "a block stays on one line: {first}");
        assert!(!live.publish(8, &fragments(&[("a", "<p>1\n</p>"), ("b", "<p>2</p>")])));
        assert!(viewer.try_recv().is_err(), "nothing changed, nothing is sent");
        assert!(live.publish(9, &fragments(&[("a", "<p>1\n</p>"), ("b", "<p>3</p>")])));
        let change = text(&viewer.try_recv().expect("a change"));
        assert!(change.contains("<p>3</p>") && !change.contains("<p>1"), "{change}");
        let all = text(&live.subscribe().1.expect("who comes now gets all"));
        assert!(all.contains("<p>3</p>") && all.contains("<p>1"), "{all}");
        live.forget();
        assert!(live.publish(9, &fragments(&[("a", "<p>1\n</p>"), ("b", "<p>3</p>")])), "and who forgot, gets it again");
    }
}
