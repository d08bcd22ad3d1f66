//! Computes a group of chunks inside one warehouse transaction: load, apply, write, and the aggregates at its end.

use std::sync::Arc;
use std::time::Instant;

use domain::effect::{Aggregates, RowEffects};
use domain::{Booking, Change, Chunk, Day, DetailKey, Origin, Reason, RowChange, Table, UserId};
use engine::{Booked, Engine};
use rustc_hash::{FxHashMap, FxHashSet};
use warehouse::{CommitMeta, Store, Topic, WarehouseError, Work};

use super::watch::{Stage, Watch};

/// Aggregates held back within one transaction.
const DIRTY_MAX: usize = 60_000;
/// Unknown readings re-booked in one go when their user arrives.
const REBOOK_ROWS: i64 = 20_000;

/// What a transaction carried, for the figures.
#[derive(Clone, Debug, Default)]
pub struct Counts {
    pub readings: u64,
    pub others: u64,
    pub transactions: u64,
    pub late: u64,
    pub windows_closed: u64,
    pub dead_letters: FxHashMap<Reason, u64>,
}

impl Counts {
    pub fn rows(&self) -> u64 {
        self.readings + self.others
    }
}

/// One warehouse transaction in the making.
pub struct Fold<'a> {
    pub watch: &'a Watch,
    pub work: Work,
    pub meta: CommitMeta,
    pub counts: Counts,
    /// Tables that the source truncated in here, for the diary.
    pub truncated: Vec<Table>,
}

impl<'a> Fold<'a> {
    pub async fn begin(store: &'a Store, watch: &'a Watch) -> Result<Self, WarehouseError> {
        let work = store.begin().await?;
        Ok(Self { watch, work, meta: CommitMeta::default(), counts: Counts::default(), truncated: Vec::new() })
    }

    /// `over_existing`: a copy over a warehouse that has rows; what it meets is marked as seen.
    pub async fn add(&mut self, engine: &mut Engine, chunks: Vec<Chunk>, over_existing: bool) -> Result<(), WarehouseError> {
        self.count(&chunks);
        self.meta.source_commit_time_us = chunks.last().map(|chunk| chunk.commit_time_us);
        if over_existing {
            self.work.mark_seen(&copied_keys(&chunks)).await?;
        }
        let arriving = engine::arriving(&chunks);
        let with_unknown = self.users_with_unknown(&arriving).await?;
        for part in engine::split_at_arrivals(chunks, &with_unknown) {
            let keys = engine.row_keys(&part.chunks, over_existing);
            let loading = Instant::now();
            let loaded = self.work.load_rows(&keys).await?;
            self.watch.timed(Stage::Load, loading, 0);
            let computing = Instant::now();
            let booked = engine.book(part.chunks, loaded);
            self.watch.timed(Stage::Compute, computing, 0);
            let arrived = booked.arrived.clone();
            self.apply(engine, booked).await?;
            if part.rebook {
                self.rebook(engine, &arrived).await?;
            }
        }
        Ok(())
    }

    /// Readings booked as unknown go to the users who have arrived, in bounded slices.
    async fn rebook(&mut self, engine: &mut Engine, arrived: &FxHashMap<UserId, Arc<Booking>>) -> Result<(), WarehouseError> {
        let ids: Vec<UserId> = arrived.keys().copied().collect();
        loop {
            let unknown = self.work.load_unknown(&ids, REBOOK_ROWS).await?;
            if unknown.is_empty() {
                return Ok(());
            }
            let booked = engine.rebook(unknown, arrived);
            self.apply(engine, booked).await?;
            self.flush_if_large(engine).await?;
        }
    }

    /// Within a large transaction aggregates are written ahead of its commit, so that memory stays bounded.
    pub async fn flush_if_large(&mut self, engine: &mut Engine) -> Result<(), WarehouseError> {
        if engine.dirty_len() > DIRTY_MAX { self.flush(engine).await } else { Ok(()) }
    }

    async fn users_with_unknown(&mut self, users: &[UserId]) -> Result<FxHashSet<UserId>, WarehouseError> {
        if users.is_empty() {
            return Ok(FxHashSet::default());
        }
        let found = self.work.users_with_unknown(users).await?;
        Ok(found.into_iter().collect())
    }

    pub async fn apply(&mut self, engine: &mut Engine, booked: Booked) -> Result<(), WarehouseError> {
        let keys = engine.group_keys(&booked);
        let loading = Instant::now();
        let groups = self.work.load_groups(&keys).await?;
        self.watch.timed(Stage::Load, loading, 0);
        let computing = Instant::now();
        let rows = engine.apply(booked, &keys, groups);
        self.watch.timed(Stage::Compute, computing, rows.details_added.len() as u64);
        self.note(&rows);
        self.ensure_days(&rows).await?;
        let writing = Instant::now();
        self.work.write_rows(&rows).await?;
        self.watch.timed(Stage::Commit, writing, 0);
        Ok(())
    }

    /// Writes the aggregates that changed and lets the engine go of what is beyond its bounds.
    pub async fn flush(&mut self, engine: &mut Engine) -> Result<(), WarehouseError> {
        let months = self.work.load_user_months(&engine.user_month_keys()).await?;
        let computing = Instant::now();
        let aggregates = engine.flush(&months);
        self.watch.timed(Stage::Compute, computing, 0);
        self.note_aggregates(&aggregates);
        let writing = Instant::now();
        self.work.write_aggregates(&aggregates).await?;
        self.watch.timed(Stage::Commit, writing, 0);
        engine.evict();
        Ok(())
    }

    async fn ensure_days(&mut self, rows: &RowEffects) -> Result<(), WarehouseError> {
        let days: FxHashSet<Day> = rows.details_added.iter().map(|detail| detail.key.date.day()).collect();
        let days: Vec<Day> = days.into_iter().collect();
        self.work.ensure_days(&days).await
    }

    fn note(&mut self, rows: &RowEffects) {
        self.truncated.extend(&rows.truncated);
        let changed = &mut self.meta.changed;
        if !rows.truncated.is_empty() {
            changed.push((Topic::All, 0));
        }
        if !rows.users.is_empty() || !rows.users_deleted.is_empty() {
            changed.push((Topic::User, 0));
        }
        if !rows.regions.is_empty() || !rows.regions_deleted.is_empty() {
            changed.push((Topic::Region, 0));
        }
        if !rows.dead_letters.is_empty() || !rows.dead_letters_cleared.is_empty() {
            changed.push((Topic::DeadLetter, 0));
        }
        for letter in &rows.dead_letters {
            *self.counts.dead_letters.entry(letter.reason).or_default() += 1;
        }
        self.counts.late += rows.counts.iter().map(|count| u64::try_from(count.late).unwrap_or(0)).sum::<u64>();
    }

    fn count(&mut self, chunks: &[Chunk]) {
        for chunk in chunks {
            let readings = chunk.changes.iter().filter(|change| matches!(change, Change::Reading(_))).count() as u64;
            self.counts.readings += readings;
            self.counts.others += chunk.changes.len() as u64 - readings;
            self.counts.transactions += u64::from(chunk.last && chunk.origin == Origin::Stream);
        }
    }

    fn note_aggregates(&mut self, aggregates: &Aggregates) {
        self.counts.windows_closed += aggregates.windows.len() as u64;
        let windows: FxHashSet<i32> = aggregates.windows.iter().map(|window| window.region_id).collect();
        let rollups: FxHashSet<i32> = aggregates.rollups.iter().map(|rollup| rollup.key.region_id).collect();
        self.meta.changed.extend(windows.into_iter().map(|region_id| (Topic::Window, region_id)));
        self.meta.changed.extend(rollups.into_iter().map(|region_id| (Topic::Rollup, region_id)));
    }
}

/// Keys of the readings in a copy, whatever becomes of them.
fn copied_keys(chunks: &[Chunk]) -> Vec<DetailKey> {
    let copied = chunks.iter().filter(|chunk| chunk.origin == Origin::Snapshot).flat_map(|chunk| &chunk.changes);
    copied
        .filter_map(|change| match change {
            Change::Reading(RowChange::Insert(row)) => {
                Some(DetailKey { consumption_id: row.consumption_id?, date: row.date.value()? })
            }
            _ => None,
        })
        .collect()
}
