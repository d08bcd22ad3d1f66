//! First half of a group of chunks: rules and bookings. Yields the net change of each detail row.

use std::sync::Arc;

use domain::effect::{HourCount, ReactiveFact, RowEffects};
use domain::loaded::LoadedRows;
use domain::{
    Booking, Cell, Change, Chunk, DeadLetter, Detail, DetailKey, LetterStatus, LocalMs, Lsn, Origin, ReadingRow, Reason,
    RowChange, Table, UserId, UserRow,
};
use rustc_hash::FxHashMap;

use crate::engine::Engine;
use crate::judge::{self, Accepted, Rejected};

/// What a group of chunks comes to, before the aggregates are touched.
#[derive(Default, Debug)]
pub struct Booked {
    /// Rows of the warehouse that go away; the keys are in `rows.details_removed` once applied.
    pub removed: Vec<Detail>,
    /// Rows that come; `None` where a later change of the same chunk took it back.
    pub added: Vec<Option<Detail>>,
    pub rows: RowEffects,
    /// Users that came into being here; readings booked as unknown are to be re-booked to them.
    pub arrived: FxHashMap<UserId, Arc<Booking>>,
    pub readings_truncated: bool,
}

/// State of one pass over the changes.
pub(crate) struct Pass<'a> {
    pub(crate) engine: &'a mut Engine,
    pub(crate) commit_lsn: Lsn,
    pub(crate) commit_local: LocalMs,
    pub(crate) origin: Origin,
    loaded: FxHashMap<DetailKey, Detail>,
    /// Where in `added` a key stands. Kept only when a later change may look for it.
    index: Option<FxHashMap<DetailKey, usize>>,
    users: FxHashMap<UserId, Option<UserRow>>,
    /// The last word about each interval; none: it goes away.
    pub(crate) reactive: FxHashMap<(UserId, LocalMs), Option<ReactiveFact>>,
    counts: FxHashMap<(LocalMs, i32), HourCount>,
    /// Newest event of the chunk at hand, at most its commit time.
    newest: Option<LocalMs>,
    pub(crate) booked: Booked,
}

pub fn book(engine: &mut Engine, chunks: Vec<Chunk>, loaded: LoadedRows) -> Booked {
    for (user_id, booking) in loaded.users {
        engine.users.insert(user_id, Some(Arc::new(booking)));
    }
    let changes = || chunks.iter().flat_map(|chunk| &chunk.changes);
    let only_inserts = changes().all(|change| matches!(change, Change::Reading(RowChange::Insert(_))));
    let mut pass = Pass {
        commit_lsn: Lsn::ZERO,
        commit_local: LocalMs::default(),
        origin: Origin::Stream,
        loaded: loaded.details.into_iter().map(|detail| (detail.key, detail)).collect(),
        index: (!only_inserts).then(FxHashMap::default),
        users: FxHashMap::default(),
        reactive: FxHashMap::default(),
        counts: FxHashMap::default(),
        newest: None,
        booked: Booked { added: Vec::with_capacity(changes().count()), ..Booked::default() },
        engine,
    };
    for chunk in chunks {
        pass.commit_lsn = chunk.commit_lsn;
        pass.commit_local = pass.engine.settings.zone.local_ms(chunk.commit_time_us);
        pass.origin = chunk.origin;
        for change in chunk.changes {
            pass.change(change);
        }
        if let Some(newest) = pass.newest.take() {
            pass.engine.advance_watermark(newest);
        }
    }
    pass.finish()
}

impl Pass<'_> {
    fn change(&mut self, change: Change) {
        match change {
            Change::Reading(RowChange::Insert(row)) => self.reading_inserted(row),
            Change::Reading(RowChange::Update { old, new }) => self.reading_updated(&old, new),
            Change::Reading(RowChange::Delete(old)) => self.reading_deleted(&old),
            Change::User(RowChange::Insert(row)) => self.user_seen(row),
            Change::User(RowChange::Update { old, new }) => {
                if old.user_id != new.user_id {
                    self.user_deleted(old.user_id);
                }
                self.user_seen(new);
            }
            Change::User(RowChange::Delete(old)) => self.user_deleted(old.user_id),
            Change::Region(RowChange::Insert(row)) => self.booked.rows.regions.push(row),
            Change::Region(RowChange::Update { old, new }) => {
                if (old.region_id, old.valid_from) != (new.region_id, new.valid_from) {
                    self.booked.rows.regions.retain(|row| (row.region_id, row.valid_from) != (old.region_id, old.valid_from));
                    self.booked.rows.regions_deleted.push((old.region_id, old.valid_from));
                }
                self.booked.rows.regions.push(new);
            }
            Change::Region(RowChange::Delete(old)) => {
                self.booked.rows.regions.retain(|row| (row.region_id, row.valid_from) != (old.region_id, old.valid_from));
                self.booked.rows.regions_deleted.push((old.region_id, old.valid_from));
            }
            Change::Reactive(RowChange::Insert(row)) => self.reactive_seen(&row),
            Change::Reactive(RowChange::Update { old, new }) => {
                self.reactive_gone(&old);
                self.reactive_seen(&new);
            }
            Change::Reactive(RowChange::Delete(old)) => {
                if !old.interval_end.value().is_some_and(|at| self.engine.is_archived(at)) {
                    self.reactive_gone(&old);
                }
            }
            Change::Truncate(table) => self.truncate(table),
        }
    }

    fn reading_inserted(&mut self, row: ReadingRow) {
        if self.origin == Origin::Snapshot && self.is_expired(&row) {
            // Known to an earlier copy or never wanted: not worth a letter, and nothing to change any more.
            return;
        }
        if let (Some(id), Some(date)) = (row.consumption_id, row.date.value())
            && let Some(existing) = self.current(DetailKey { consumption_id: id, date })
        {
            // A new copy over what is known already.
            return self.replace(existing, row);
        }
        match self.judge(&row) {
            Ok(accepted) => {
                let booking = self.booking_of(accepted.user_id);
                self.add(accepted, row, booking, None);
            }
            Err(rejected) => self.reject(&row, rejected),
        }
    }

    fn reading_updated(&mut self, old: &ReadingRow, new: ReadingRow) {
        if self.is_expired(old) {
            return self.record_expired(&new);
        }
        match self.current_of(old) {
            Some(current) => self.replace(current, new),
            None => {
                self.clear_dead_letter(old.consumption_id);
                self.reading_inserted(new);
            }
        }
    }

    fn reading_deleted(&mut self, old: &ReadingRow) {
        if self.is_expired(old) {
            self.clear_dead_letter(old.consumption_id);
            return self.record_expired(old);
        }
        match self.current_of(old) {
            Some(current) if self.engine.is_archived(current.key.date) => {}
            Some(current) => {
                self.count(&current, None, true);
                self.remove(current);
            }
            None => self.clear_dead_letter(old.consumption_id),
        }
    }

    /// An accepted row changes: it stays accepted, moves, or becomes a dead letter.
    fn replace(&mut self, current: Detail, new: ReadingRow) {
        match self.judge(&new) {
            Ok(accepted) => {
                let same_row = accepted.consumption_id == current.key.consumption_id;
                let keeps_booking = same_row && accepted.user_id == current.user_id && current.booking.known_user;
                let booking = if keeps_booking { current.booking.clone() } else { self.booking_of(accepted.user_id) };
                if !is_same(&current, &accepted, &new, &booking) {
                    self.remove(current.clone());
                    self.add(accepted, new, booking, Some(&current));
                }
            }
            Err(rejected) => {
                self.count(&current, None, true);
                self.remove(current);
                self.reject(&new, rejected);
            }
        }
    }

    fn judge(&self, row: &ReadingRow) -> Result<Accepted, Rejected> {
        judge::judge(row, &self.engine.settings, self.commit_local, self.engine.horizon())
    }

    fn add(&mut self, accepted: Accepted, row: ReadingRow, booking: Arc<Booking>, replaced: Option<&Detail>) {
        let detail = Detail {
            key: DetailKey { consumption_id: accepted.consumption_id, date: accepted.date },
            user_id: accepted.user_id,
            amount_kwh: accepted.amount_kwh,
            cost_yuan: accepted.cost_yuan,
            booking,
            register_before_kwh: row.register_before_kwh.value(),
            register_after_kwh: row.register_after_kwh.value(),
            remark: row.remark,
            register_mismatch: accepted.register_mismatch,
            commit_lsn: self.commit_lsn,
        };
        let newest = accepted.date.min(self.commit_local);
        self.newest = self.newest.max(Some(newest));
        self.engine.newest_event = self.engine.newest_event.max(Some(accepted.date));
        self.count(&detail, replaced, false);
        if let Some(index) = &mut self.index {
            index.insert(detail.key, self.booked.added.len());
        }
        self.booked.added.push(Some(detail));
    }

    fn remove(&mut self, detail: Detail) {
        if let Some(at) = self.index.as_mut().and_then(|index| index.remove(&detail.key)) {
            self.booked.added[at] = None;
        } else {
            self.loaded.remove(&detail.key);
            self.booked.removed.push(detail);
        }
    }

    /// The accepted row as it stands at this point of the chunk.
    fn current(&self, key: DetailKey) -> Option<Detail> {
        let pending = self.index.as_ref().and_then(|index| index.get(&key)).and_then(|&at| self.booked.added[at].as_ref());
        pending.or_else(|| self.loaded.get(&key)).cloned()
    }

    fn current_of(&self, row: &ReadingRow) -> Option<Detail> {
        self.current(DetailKey { consumption_id: row.consumption_id?, date: row.date.value()? })
    }

    fn booking_of(&mut self, user_id: UserId) -> Arc<Booking> {
        self.engine.users.get(user_id).cloned().flatten().unwrap_or_else(|| self.engine.unknown.clone())
    }

    fn is_expired(&self, row: &ReadingRow) -> bool {
        matches!((row.date.value(), self.engine.horizon()), (Some(date), Some(horizon)) if date < horizon)
    }

    fn record_expired(&mut self, row: &ReadingRow) {
        let text =
            "该读数的明细已过保留期，改动未生效 · the detail of this reading has expired; the change has no effect".to_owned();
        let letter =
            DeadLetter { status: LetterStatus::Discarded, ..self.letter(row, Rejected { reason: Reason::Expired, text }) };
        self.booked.rows.dead_letters.push(letter);
    }

    fn reject(&mut self, row: &ReadingRow, rejected: Rejected) {
        let letter = self.letter(row, rejected);
        self.booked.rows.dead_letters.push(letter);
    }

    fn letter(&self, row: &ReadingRow, rejected: Rejected) -> DeadLetter {
        DeadLetter {
            commit_lsn: self.commit_lsn,
            table: Table::Readings,
            key: row.consumption_id,
            raw_json: raw_json(row),
            reason: rejected.reason,
            reason_text: rejected.text,
            status: LetterStatus::Open,
        }
    }

    fn clear_dead_letter(&mut self, key: Option<i64>) {
        let Some(key) = key else { return };
        let pending = self.booked.rows.dead_letters.iter_mut();
        pending
            .filter(|letter| is_open(letter) && letter.table == Table::Readings && letter.key == Some(key))
            .for_each(|letter| letter.status = LetterStatus::Cleared);
        self.booked.rows.dead_letters_cleared.push((Table::Readings, key));
    }

    fn user_seen(&mut self, row: UserRow) {
        let Some(user_id) = row.user_id else { return };
        let booking = Arc::new(booking_from(&row));
        if self.engine.users.get(user_id).is_none_or(Option::is_none) {
            self.booked.arrived.entry(user_id).or_insert_with(|| booking.clone());
        }
        self.engine.users.insert(user_id, Some(booking));
        self.users.insert(user_id, Some(row));
    }

    fn user_deleted(&mut self, user_id: Option<UserId>) {
        let Some(user_id) = user_id else { return };
        self.engine.users.insert(user_id, None);
        self.users.insert(user_id, None);
    }

    fn truncate(&mut self, table: Table) {
        let rows = &mut self.booked.rows;
        rows.truncated.push(table);
        match table {
            Table::Users => {
                self.users.clear();
                self.engine.forget_users();
            }
            Table::Regions => {
                rows.regions.clear();
                rows.regions_deleted.clear();
            }
            Table::Reactive => {
                self.reactive.clear();
                let ours = |letter: &&mut DeadLetter| is_open(letter) && letter.table == Table::Reactive;
                rows.dead_letters.iter_mut().filter(ours).for_each(|letter| letter.status = LetterStatus::Cleared);
                rows.dead_letters_cleared.retain(|(table, _)| *table != Table::Reactive);
            }
            Table::Readings => {
                let ours = |letter: &&mut DeadLetter| is_open(letter) && letter.table == Table::Readings;
                rows.dead_letters.iter_mut().filter(ours).for_each(|letter| letter.status = LetterStatus::Cleared);
                rows.dead_letters_cleared.retain(|(table, _)| *table != Table::Readings);
                self.booked.readings_truncated = true;
                self.booked.removed.clear();
                self.booked.added.clear();
                self.loaded.clear();
                self.index = Some(FxHashMap::default());
                self.engine.forget_readings();
            }
        }
    }

    /// Counts a change for the quality figures of its data hour.
    fn count(&mut self, detail: &Detail, replaced: Option<&Detail>, retracted: bool) {
        let late = self.origin == Origin::Stream
            && (self.engine.is_closed(detail.key.date) || replaced.is_some_and(|old| self.engine.is_closed(old.key.date)));
        // A copy is not an arrival: each row counts in its own hour.
        let hour =
            if self.origin == Origin::Snapshot { detail.key.date.hour_start() } else { self.engine.data_hour(detail.key.date) };
        let region_id = detail.booking.region_id;
        let count = self.counts.entry((hour, region_id)).or_insert(HourCount {
            hour,
            region_id,
            rows: 0,
            late: 0,
            late_kwh: domain::Fixed2::ZERO,
            retracted: 0,
            register_mismatch: 0,
        });
        count.rows += 1;
        count.retracted += i64::from(retracted);
        count.register_mismatch += i64::from(detail.register_mismatch && !retracted);
        if late {
            let before = replaced.map_or(0, |old| old.amount_kwh.0);
            count.late += 1;
            count.late_kwh.0 += (detail.amount_kwh.0 - before).abs();
        }
    }

    fn finish(mut self) -> Booked {
        for (user_id, row) in self.users {
            match row {
                Some(row) => self.booked.rows.users.push(row),
                None => self.booked.rows.users_deleted.push(user_id),
            }
        }
        for (key, fact) in self.reactive {
            match fact {
                Some(fact) => self.booked.rows.reactive.push(fact),
                None => self.booked.rows.reactive_removed.push(key),
            }
        }
        self.booked.rows.counts = self.counts.into_values().collect();
        dedupe_regions(&mut self.booked.rows);
        self.booked
    }
}

fn is_open(letter: &DeadLetter) -> bool {
    letter.status == LetterStatus::Open
}

/// The newest version of each region row wins.
fn dedupe_regions(rows: &mut RowEffects) {
    let mut newest = FxHashMap::default();
    for row in rows.regions.drain(..) {
        newest.insert((row.region_id, row.valid_from), row);
    }
    rows.regions_deleted.retain(|key| !newest.contains_key(key));
    rows.regions.extend(newest.into_values());
}

fn is_same(current: &Detail, accepted: &Accepted, new: &ReadingRow, booking: &Arc<Booking>) -> bool {
    current.key == DetailKey { consumption_id: accepted.consumption_id, date: accepted.date }
        && current.user_id == accepted.user_id
        && current.amount_kwh == accepted.amount_kwh
        && current.cost_yuan == accepted.cost_yuan
        && current.register_before_kwh == new.register_before_kwh.value()
        && current.register_after_kwh == new.register_after_kwh.value()
        && current.remark == new.remark
        && current.register_mismatch == accepted.register_mismatch
        && (Arc::ptr_eq(&current.booking, booking) || current.booking == *booking)
}

/// What readings of this user are booked to: placeholders column by column.
pub fn booking_from(row: &UserRow) -> Booking {
    let unknown = Booking::unknown();
    Booking {
        user_name: row.user_name.clone().unwrap_or(unknown.user_name),
        region_id: row.region_id.unwrap_or(unknown.region_id),
        region_name: row.region_name.clone().unwrap_or(unknown.region_name),
        usage_type: row.usage_type.clone().unwrap_or(unknown.usage_type),
        known_user: true,
    }
}

fn raw_json(row: &ReadingRow) -> String {
    fn text<T: ToString>(cell: &Cell<T>) -> Option<String> {
        match cell {
            Cell::Null => None,
            Cell::Value(value) => Some(value.to_string()),
            Cell::NotFinite(text) | Cell::OutOfRange(text) => Some(text.to_string()),
        }
    }
    serde_json::json!({
        "consumption_id": row.consumption_id,
        "user_id": row.user_id,
        "consumption_amount": text(&row.amount_kwh),
        "consumption_cost": text(&row.cost_yuan),
        "consumption_date": text(&row.date),
        "meter_reading_before": text(&row.register_before_kwh),
        "meter_reading_after": text(&row.register_after_kwh),
        "remark": row.remark.as_deref(),
    })
    .to_string()
}
