//! Any order, any batching, restarts at any point: every table equals its definition over the detail rows,
//! and the detail rows are what the contract says of the source rows.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::{Cell, Change, Chunk, Fixed2, LocalMs, Lsn, Origin, ReadingRow, RowChange, Table, UserRow};
use engine::{Engine, Limits, Settings};
use proptest::prelude::*;
use support::{Memory, naive};

/// What happens at the source, in terms small enough that collisions are frequent.
#[derive(Clone, Debug)]
enum Step {
    Put { id: i64, user: i64, minute: i64, offset_s: i64, hundredths: i64 },
    BadPut { id: i64 },
    Delete { id: i64 },
    PutUser { user: i64, region: Option<i32>, name: u8 },
    DeleteUser { user: i64 },
    TruncateReadings,
    TruncateUsers,
    EndTransaction,
    EndGroup,
    Flush,
    Restart,
    Idle,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        30 => (0..40i64, 0..6i64, 0..40i64, 0..30i64, 0..5i64)
            .prop_map(|(id, user, minute, offset_s, hundredths)| Step::Put { id, user, minute: minute * 97, offset_s, hundredths: hundredths * 150 }),
        3 => (0..40i64).prop_map(|id| Step::BadPut { id }),
        10 => (0..40i64).prop_map(|id| Step::Delete { id }),
        8 => (0..6i64, proptest::option::of(1..3i32), 0..3u8).prop_map(|(user, region, name)| Step::PutUser { user, region, name }),
        3 => (0..6i64).prop_map(|user| Step::DeleteUser { user }),
        1 => Just(Step::TruncateReadings),
        1 => Just(Step::TruncateUsers),
        12 => Just(Step::EndTransaction),
        8 => Just(Step::EndGroup),
        6 => Just(Step::Flush),
        3 => Just(Step::Restart),
        2 => Just(Step::Idle),
    ]
}

const COMMIT_LOCAL: &str = "2026-03-03 00:00:00";

struct World {
    engine: Engine,
    settings: Settings,
    memory: Memory,
    source: BTreeMap<i64, ReadingRow>,
    users: BTreeMap<i64, UserRow>,
    /// Expected booking of each accepted source row.
    bookings: BTreeMap<i64, domain::Booking>,
    changes: Vec<Change>,
    chunks: Vec<Chunk>,
    lsn: u64,
    seen_watermark: Option<LocalMs>,
}

impl World {
    fn new(limits: Limits) -> Self {
        let settings = Settings { limits, ranking_keep: 2, ..support::settings() };
        let engine = Engine::new(settings.clone(), &domain::Progress::default(), Vec::new());
        Self {
            engine,
            settings,
            memory: Memory::default(),
            source: BTreeMap::new(),
            users: BTreeMap::new(),
            bookings: BTreeMap::new(),
            changes: Vec::new(),
            chunks: Vec::new(),
            lsn: 0,
            seen_watermark: None,
        }
    }

    fn step(&mut self, step: Step) {
        match step {
            Step::Put { id, user, minute, offset_s, hundredths } => {
                let start = LocalMs::parse(b"2026-02-26 22:30:00").unwrap();
                let row = ReadingRow {
                    consumption_id: Some(id),
                    user_id: Some(user),
                    amount_kwh: Cell::Value(Fixed2(hundredths)),
                    cost_yuan: Cell::Value(Fixed2(hundredths * 2)),
                    date: Cell::Value(start.plus_ms(minute * 60_000 + offset_s * 1_000)),
                    ..ReadingRow::default()
                };
                self.put(id, row);
            }
            Step::BadPut { id } => self.put(id, ReadingRow { consumption_id: Some(id), ..ReadingRow::default() }),
            Step::Delete { id } => {
                if let Some(old) = self.source.remove(&id) {
                    self.bookings.remove(&id);
                    self.changes.push(Change::Reading(RowChange::Delete(old)));
                }
            }
            Step::PutUser { user, region, name } => self.put_user(user, region, name),
            Step::DeleteUser { user } => {
                if let Some(old) = self.users.remove(&user) {
                    self.changes.push(Change::User(RowChange::Delete(old)));
                }
            }
            Step::TruncateReadings => {
                self.source.clear();
                self.bookings.clear();
                self.changes.push(Change::Truncate(Table::Readings));
            }
            Step::TruncateUsers => {
                self.users.clear();
                self.changes.push(Change::Truncate(Table::Users));
            }
            Step::EndTransaction => self.end_transaction(),
            Step::EndGroup => self.end_group(),
            Step::Flush => self.flush(),
            Step::Restart => {
                self.flush();
                self.engine = support::restart(&self.engine, &self.memory, self.settings.clone());
            }
            Step::Idle => {
                self.end_group();
                self.engine.close_idle();
                self.flush();
            }
        }
    }

    fn put(&mut self, id: i64, row: ReadingRow) {
        let valid = row.amount_kwh != Cell::Null;
        let booking_now = || naive::booking(self.users.get(&row.user_id.unwrap_or(-1)));
        let old = self.source.get(&id).cloned();
        let booking = match (&old, self.bookings.get(&id)) {
            (Some(old), Some(booked)) if booked.known_user && old.user_id == row.user_id => booked.clone(),
            _ => booking_now(),
        };
        if valid {
            self.bookings.insert(id, booking);
        } else {
            self.bookings.remove(&id);
        }
        self.source.insert(id, row.clone());
        self.changes.push(Change::Reading(match old {
            Some(old) => RowChange::Update { old: Box::new(old), new: row },
            None => RowChange::Insert(row),
        }));
    }

    fn put_user(&mut self, user: i64, region: Option<i32>, name: u8) {
        let row = UserRow {
            user_id: Some(user),
            user_name: (name > 0).then(|| Arc::from(format!("用户{user}-{name}"))),
            region_id: region,
            region_name: region.map(|region| Arc::from(format!("区{region}-{name}"))),
            usage_type: Some("居民".into()),
            ..UserRow::default()
        };
        let old = self.users.insert(user, row.clone());
        if old.is_none() {
            let booking = naive::booking(Some(&row));
            for (id, reading) in &self.source {
                if let Some(booked) =
                    self.bookings.get_mut(id).filter(|booked| !booked.known_user && reading.user_id == Some(user))
                {
                    *booked = booking.clone();
                }
            }
        }
        self.changes.push(Change::User(match old {
            Some(old) => RowChange::Update { old: Box::new(old), new: row },
            None => RowChange::Insert(row),
        }));
    }

    fn end_transaction(&mut self) {
        self.lsn += 100;
        let commit = LocalMs::parse(COMMIT_LOCAL.as_bytes()).unwrap();
        let changes = std::mem::take(&mut self.changes);
        self.chunks.push(Chunk {
            origin: Origin::Stream,
            commit_lsn: Lsn(self.lsn),
            end_lsn: Lsn(self.lsn + 8),
            commit_time_us: (commit.0 - 8 * 3_600_000) * 1000,
            seq: 0,
            last: true,
            changes,
        });
    }

    fn end_group(&mut self) {
        self.end_transaction();
        let chunks = std::mem::take(&mut self.chunks);
        support::run(&mut self.engine, &mut self.memory, chunks, false);
    }

    fn flush(&mut self) {
        self.end_group();
        support::flush(&mut self.engine, &mut self.memory);
        assert!(self.engine.watermark() >= self.seen_watermark, "the watermark only grows");
        self.seen_watermark = self.engine.watermark();
        self.assert_right();
    }

    fn assert_right(&self) {
        let watermark = self.engine.watermark().unwrap_or(LocalMs(i64::MIN));
        naive::assert_converged(&self.memory, watermark, 2);
        let accepted: BTreeMap<i64, domain::Booking> =
            self.memory.details.values().map(|detail| (detail.key.consumption_id, (*detail.booking).clone())).collect();
        assert_eq!(accepted, self.bookings, "detail rows are the valid source rows with their bookings");
        for detail in self.memory.details.values() {
            let row = &self.source[&detail.key.consumption_id];
            assert_eq!(Cell::Value(detail.key.date), row.date);
            assert_eq!(Cell::Value(detail.amount_kwh), row.amount_kwh);
            assert_eq!(Some(detail.user_id), row.user_id);
        }
        let invalid: Vec<i64> = self.source.iter().filter(|(_, row)| row.amount_kwh == Cell::Null).map(|(&id, _)| id).collect();
        assert_eq!(
            self.memory.open_dead_letters.iter().map(|(id, _)| *id).collect::<Vec<_>>(),
            invalid,
            "open dead letters are the invalid rows"
        );
    }
}

fn tight() -> Limits {
    Limits { users: 4, windows: 3, window_keep_ms: 60_000, user_days: 5, periods: 1 }
}

fn run_steps(limits: Limits, steps: Vec<Step>) {
    let mut world = World::new(limits);
    steps.into_iter().for_each(|step| world.step(step));
    world.step(Step::Idle);
    let (open, _, _) = world.engine.open_windows();
    assert_eq!(open, 0, "an idle close leaves no window open");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn converges_with_tight_bounds(steps in proptest::collection::vec(step(), 1..150)) {
        run_steps(tight(), steps);
    }

    #[test]
    fn converges_with_roomy_bounds(steps in proptest::collection::vec(step(), 1..150)) {
        run_steps(support::settings().limits, steps);
    }
}
