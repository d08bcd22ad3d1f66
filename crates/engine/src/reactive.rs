//! Reactive energy passes through: judged like readings, kept by nobody here.

use std::hash::Hasher;

use domain::effect::ReactiveFact;
use domain::{Cell, DeadLetter, Fixed2, LetterStatus, LocalMs, Lsn, Origin, ReactiveRow, Table, UserId};
use rustc_hash::FxHasher;

use crate::book::Pass;
use crate::judge::{self, Rejected};

impl Pass<'_> {
    pub(crate) fn reactive_seen(&mut self, row: &ReactiveRow) {
        match judge::judge_reactive(row, &self.engine.settings, self.commit_local, self.engine.horizon()) {
            Ok((user_id, interval_end, kvarh)) => {
                let fact = ReactiveFact { user_id, interval_end, kvarh, commit_lsn: self.commit_lsn };
                self.clear_reactive(row);
                self.reactive.insert((user_id, interval_end), Some(fact));
            }
            // what an earlier copy knew is not worth a letter
            Err(_) if self.origin == Origin::Snapshot && self.is_expired_interval(row) => {}
            Err(rejected) => {
                let letter = reactive_letter(row, rejected, self.commit_lsn);
                self.booked.rows.dead_letters.push(letter);
            }
        }
    }

    pub(crate) fn reactive_gone(&mut self, old: &ReactiveRow) {
        self.clear_reactive(old);
        if let (Some(user_id), Some(interval_end)) = (old.user_id, old.interval_end.value()) {
            self.reactive.insert((user_id, interval_end), None);
        }
    }

    fn is_expired_interval(&self, row: &ReactiveRow) -> bool {
        matches!((row.interval_end.value(), self.engine.horizon()), (Some(at), Some(horizon)) if at < horizon)
    }

    fn clear_reactive(&mut self, row: &ReactiveRow) {
        let Some(key) = letter_key(row) else { return };
        let rows = &mut self.booked.rows;
        let is_ours = |letter: &&mut DeadLetter| {
            letter.status == LetterStatus::Open && letter.table == Table::Reactive && letter.key == Some(key)
        };
        rows.dead_letters.iter_mut().filter(is_ours).for_each(|letter| letter.status = LetterStatus::Cleared);
        rows.dead_letters_cleared.push((Table::Reactive, key));
    }
}

/// Dead letters are found again by one number; the key here has two parts, so it is their hash.
fn letter_key(row: &ReactiveRow) -> Option<i64> {
    let user_id: UserId = row.user_id?;
    let mut hasher = FxHasher::default();
    hasher.write_i64(user_id);
    hasher.write(text(&row.interval_end)?.as_bytes());
    Some(i64::from_ne_bytes(hasher.finish().to_ne_bytes()))
}

fn reactive_letter(row: &ReactiveRow, rejected: Rejected, commit_lsn: Lsn) -> DeadLetter {
    let raw = serde_json::json!({
        "user_id": row.user_id,
        "interval_end": text::<LocalMs>(&row.interval_end),
        "kvarh": text::<Fixed2>(&row.kvarh),
    });
    DeadLetter {
        commit_lsn,
        table: Table::Reactive,
        key: letter_key(row),
        raw_json: raw.to_string(),
        reason: rejected.reason,
        reason_text: rejected.text,
        status: LetterStatus::Open,
    }
}

fn text<T: ToString>(cell: &Cell<T>) -> Option<String> {
    match cell {
        Cell::Null => None,
        Cell::Value(value) => Some(value.to_string()),
        Cell::NotFinite(text) | Cell::OutOfRange(text) => Some(text.to_string()),
    }
}
