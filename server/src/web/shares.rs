//! What one asker may hold at the same time of something that all share: places that come back when they are dropped.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use app::viewer::{Viewer, Who};

/// Who holds: an account, a token, a link or a subject, each with its own number or name.
type Holder = (u8, String);

#[derive(Clone)]
pub struct Shares {
    held: Arc<Mutex<HashMap<Holder, usize>>>,
    most: usize,
}

/// One place, given back at the end of its life.
pub struct Share {
    holder: Holder,
    shares: Shares,
}

impl Shares {
    pub fn new(most: usize) -> Self {
        Self { held: Arc::default(), most }
    }

    /// None while this viewer holds as many as one may.
    pub fn take(&self, viewer: &Viewer) -> Option<Share> {
        let holder = holder(viewer);
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let count = held.entry(holder.clone()).or_default();
        (*count < self.most).then(|| {
            *count += 1;
            Share { holder, shares: self.clone() }
        })
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let mut held = self.shares.held.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = held.get_mut(&self.holder) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                held.remove(&self.holder);
            }
        }
    }
}

fn holder(viewer: &Viewer) -> Holder {
    match &viewer.who {
        Who::Nobody => (0, String::new()),
        Who::Person { account_id, .. } => (1, account_id.to_string()),
        Who::Token { token_id, .. } => (2, token_id.to_string()),
        Who::Wall { link_id, .. } => (3, link_id.to_string()),
        Who::Claim { subject } => (4, subject.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(account_id: i64) -> Viewer {
        let who = Who::Person { account_id, login_id: 1, name: String::new(), display_name: String::new() };
        Viewer { who, ..Viewer::default() }
    }

    #[test]
    fn one_asker_cannot_hold_what_is_for_all() {
        let shares = Shares::new(2);
        let held: Vec<_> = (0..10).filter_map(|_| shares.take(&person(1))).collect();
        assert_eq!(held.len(), 2);
        assert!(shares.take(&person(2)).is_some(), "others have their own");
        drop(held);
        assert!(shares.take(&person(1)).is_some());
        assert!(shares.held.lock().expect("whole").is_empty(), "nobody is remembered who holds nothing");
    }
}
