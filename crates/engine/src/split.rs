//! Cuts a group of chunks where a reading follows the arrival of a user who has readings booked as unknown:
//! what came before belongs to him, what comes later is booked by what is known then.

use domain::{Change, Chunk, RowChange, Table, UserId};
use rustc_hash::FxHashSet;

/// Chunks to be computed in one go.
#[derive(Debug)]
pub struct Part {
    pub chunks: Vec<Chunk>,
    /// Users arrive here whose earlier readings are to be re-booked before the next part.
    pub rebook: bool,
}

/// Users who come into being in these chunks.
pub fn arriving(chunks: &[Chunk]) -> Vec<UserId> {
    chunks.iter().flat_map(|chunk| &chunk.changes).filter_map(arrival).collect()
}

/// `with_unknown`: those of the arriving users who have readings booked as unknown already.
pub fn split_at_arrivals(chunks: Vec<Chunk>, with_unknown: &FxHashSet<UserId>) -> Vec<Part> {
    if chunks.iter().flat_map(|chunk| &chunk.changes).all(|change| arrival(change).is_none()) {
        return vec![Part { chunks, rebook: false }];
    }
    let mut parts = vec![Part { chunks: Vec::new(), rebook: false }];
    let mut seen = FxHashSet::default();
    // A user may come, go and come again: each coming is booked in a part of its own.
    let (mut came, mut went) = (false, false);
    for mut chunk in chunks {
        let changes = std::mem::take(&mut chunk.changes);
        let mut head = chunk.clone();
        head.last = false;
        let mut current = Vec::new();
        for change in changes {
            let rebook = parts.last().is_some_and(|part| part.rebook);
            if let Change::Reading(RowChange::Insert(row) | RowChange::Update { new: row, .. }) = &change {
                if rebook || (came && went) {
                    (came, went) = (false, false);
                    if !current.is_empty() {
                        push(&mut parts, &head, &mut current);
                    }
                    parts.push(Part { chunks: Vec::new(), rebook: false });
                }
                seen.extend(row.user_id);
            }
            came |= arrival(&change).is_some();
            went |= matches!(change, Change::User(RowChange::Delete(_)) | Change::Truncate(Table::Users));
            let arrived = arrival(&change).is_some_and(|user_id| with_unknown.contains(&user_id) || seen.contains(&user_id));
            if let Some(part) = parts.last_mut() {
                part.rebook |= arrived;
            }
            current.push(change);
        }
        push(&mut parts, &chunk, &mut current);
    }
    parts
}

fn push(parts: &mut [Part], head: &Chunk, changes: &mut Vec<Change>) {
    if let Some(part) = parts.last_mut() {
        part.chunks.push(Chunk { changes: std::mem::take(changes), ..head.clone() });
    }
}

fn arrival(change: &Change) -> Option<UserId> {
    match change {
        Change::User(RowChange::Insert(row)) => row.user_id,
        Change::User(RowChange::Update { old, new }) if old.user_id != new.user_id => new.user_id,
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{Lsn, Origin, ReadingRow, UserRow};

    fn reading(user_id: UserId) -> Change {
        Change::Reading(RowChange::Insert(ReadingRow { user_id: Some(user_id), ..ReadingRow::default() }))
    }

    fn user(user_id: UserId) -> Change {
        Change::User(RowChange::Insert(UserRow { user_id: Some(user_id), ..UserRow::default() }))
    }

    fn chunk(changes: Vec<Change>) -> Chunk {
        Chunk { origin: Origin::Stream, commit_lsn: Lsn(1), end_lsn: Lsn(2), commit_time_us: 0, seq: 0, last: true, changes }
    }

    fn lengths(parts: &[Part]) -> Vec<(usize, bool)> {
        parts.iter().map(|part| (part.chunks.iter().map(|chunk| chunk.changes.len()).sum(), part.rebook)).collect()
    }

    #[test]
    fn cuts_where_a_reading_follows_an_arrival_that_matters() {
        let changes = vec![reading(1), user(1), user(2), reading(1), reading(3), user(3)];
        let parts = split_at_arrivals(vec![chunk(changes), chunk(vec![reading(3)])], &FxHashSet::default());
        assert_eq!(lengths(&parts), [(3, true), (3, true), (1, false)]);
        let ends: Vec<bool> = parts.iter().map(|part| part.chunks.last().unwrap().last).collect();
        assert_eq!(ends, [false, true, true]);
    }

    #[test]
    fn new_users_with_new_readings_cost_no_cut() {
        let changes = vec![user(1), reading(1), user(2), reading(2)];
        assert_eq!(lengths(&split_at_arrivals(vec![chunk(changes.clone())], &FxHashSet::default())), [(4, false)]);
        let known_to_matter = FxHashSet::from_iter([2]);
        assert_eq!(lengths(&split_at_arrivals(vec![chunk(changes)], &known_to_matter)), [(3, true), (1, false)]);
    }
}
