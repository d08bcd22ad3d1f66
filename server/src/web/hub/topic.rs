//! One watched page: its newest blocks and the channel to its viewers.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
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
}

struct Newest {
    /// Of the event that carried it: commit number and count of renderings with a difference.
    id: String,
    revision: u64,
    all: Bytes,
    hashes: HashMap<String, u64>,
    rendered_at: Instant,
}

/// What a viewer who just came lacks.
pub enum Lack {
    /// Not rendered yet: it will come.
    Unrendered,
    Nothing,
    All(Bytes),
}

impl Lack {
    pub fn is_unrendered(&self) -> bool {
        matches!(self, Self::Unrendered)
    }

    pub fn into_bytes(self) -> Option<Bytes> {
        match self {
            Self::All(bytes) => Some(bytes),
            Self::Unrendered | Self::Nothing => None,
        }
    }
}

impl Live {
    pub fn new() -> Self {
        Self { sender: broadcast::Sender::new(CHANGES_HELD), newest: Mutex::new(None) }
    }

    /// Joins the viewers; nothing can be published between what is returned and what will be received.
    pub fn subscribe(&self, seen: Option<&str>) -> (broadcast::Receiver<Bytes>, Lack) {
        let newest = self.newest();
        let lack = match newest.as_ref() {
            None => Lack::Unrendered,
            Some(newest) if seen == Some(newest.id.as_str()) => Lack::Nothing,
            Some(newest) => Lack::All(newest.all.clone()),
        };
        (self.sender.subscribe(), lack)
    }

    /// For a viewer who fell behind: he forgets what he has not read and gets everything.
    pub fn catch_up(&self) -> (broadcast::Receiver<Bytes>, Option<Bytes>) {
        let newest = self.newest();
        (self.sender.subscribe(), newest.as_ref().map(|newest| newest.all.clone()))
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
        let revision = newest.as_ref().map_or(0, |newest| newest.revision + 1);
        let id = format!("{commit_no}.{revision}");
        let all = event(&id, &fragments.iter().collect::<Vec<_>>());
        let change = if changed.len() == fragments.len() { all.clone() } else { event(&id, &changed) };
        *newest = Some(Newest { id, revision, all, hashes, rendered_at: Instant::now() });
        // an error only says that nobody watches any more
        drop(self.sender.send(change));
        true
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
fn event(id: &str, fragments: &[&Fragment]) -> Bytes {
    let blocks: Vec<_> = fragments.iter().map(|one| serde_json::json!({ "id": one.id, "html": one.html })).collect();
    format!("id: {id}\nevent: fragments\ndata: {}\n\n", serde_json::Value::from(blocks)).into()
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
        let (mut viewer, lack) = live.subscribe(None);
        assert!(lack.is_unrendered());
        assert!(live.publish(7, &fragments(&[("a", "<p>1\n</p>"), ("b", "<p>2</p>")])));
        let first = text(&viewer.try_recv().expect("the first state"));
        assert!(first.starts_with("id: 7.0\nevent: fragments\ndata: [{") && first.ends_with("}]\n\n"), "{first}");
        assert_eq!(first.matches('\n').count(), 4, "a block stays on one line: {first}");
        assert!(!live.publish(8, &fragments(&[("a", "<p>1\n</p>"), ("b", "<p>2</p>")])));
        assert!(viewer.try_recv().is_err(), "nothing changed, nothing is sent");
        assert!(live.publish(9, &fragments(&[("a", "<p>1\n</p>"), ("b", "<p>3</p>")])));
        let change = text(&viewer.try_recv().expect("a change"));
        assert!(change.contains("<p>3</p>") && !change.contains("<p>1"), "{change}");
        let all = text(&live.subscribe(Some("7.0")).1.into_bytes().expect("an old viewer gets all"));
        assert!(all.contains("<p>3</p>") && all.contains("<p>1"), "{all}");
        assert!(matches!(live.subscribe(Some("9.1")).1, Lack::Nothing));
    }
}
