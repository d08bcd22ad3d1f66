//! A seeded region: users, meters and everything that goes wrong with them, as transactions on the operational tables.
//!
//! The same seed gives the same statements. Beside them it keeps a model that says which detail rows must come out.

mod model;

use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sqlx::PgPool;

use crate::rows::{ReadingRow, UserRow};
pub use model::Model;

const USAGE_TYPES: [&str; 4] = ["居民", "商业", "工业", "农业"];
/// As far as the generator of the original system reaches back.
const LATE_REACH_SECONDS: i64 = 8_640;
const DISORDER_MS: i64 = 4_000;
const MAX_AMOUNT_E2: i64 = 5_000;

/// How often what happens; each a probability.
#[derive(Clone, Debug)]
pub struct Mix {
    pub users: i64,
    pub regions: i32,
    pub max_operations: usize,
    /// Time of the region that passes from one transaction to the next.
    pub step: TimeDelta,
    pub late: f64,
    pub update: f64,
    pub delete: f64,
    /// A key changed by an UPDATE.
    pub rekey: f64,
    pub invalid: f64,
    pub user_change: f64,
    pub user_delete: f64,
    pub rollback: f64,
}

impl Default for Mix {
    fn default() -> Self {
        Self {
            users: 40,
            regions: 4,
            max_operations: 12,
            step: TimeDelta::seconds(7),
            late: 0.15,
            update: 0.15,
            delete: 0.07,
            rekey: 0.02,
            invalid: 0.05,
            user_change: 0.04,
            user_delete: 0.01,
            rollback: 0.05,
        }
    }
}

/// One change of an operational table.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Operation {
    PutUser(UserRow),
    DeleteUser(i64),
    PutReading(ReadingRow),
    DeleteReading(i64),
    RekeyReading { from: i64, to: i64 },
}

impl Operation {
    pub fn sql(&self) -> String {
        match self {
            Self::PutUser(user) => user.upsert_sql(),
            Self::DeleteUser(id) => format!("delete from power_user where user_id = {id}"),
            Self::PutReading(reading) => reading.upsert_sql(),
            Self::DeleteReading(id) => format!("delete from power_consumption where consumption_id = {id}"),
            Self::RekeyReading { from, to } => {
                format!("update power_consumption set consumption_id = {to} where consumption_id = {from}")
            }
        }
    }
}

/// What one transaction does, and whether it is taken back in the end.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Transaction {
    pub operations: Vec<Operation>,
    pub rolled_back: bool,
}

impl Transaction {
    pub fn sql(&self) -> String {
        let statements: Vec<String> = self.operations.iter().map(Operation::sql).collect();
        format!("begin; {}; {}", statements.join("; "), if self.rolled_back { "rollback" } else { "commit" })
    }
}

pub struct Simulator {
    rng: ChaCha8Rng,
    mix: Mix,
    model: Model,
    now: NaiveDateTime,
    next_id: i64,
}

impl Simulator {
    pub fn new(seed: u64, mix: Mix) -> Self {
        let start = NaiveDate::from_ymd_opt(2016, 1, 31).and_then(|day| day.and_hms_opt(23, 45, 0)).expect("a date");
        Self { rng: ChaCha8Rng::seed_from_u64(seed), mix, model: Model::default(), now: start, next_id: 1 }
    }

    /// What the operational tables hold and what must follow from it.
    pub fn model(&self) -> &Model {
        &self.model
    }

    pub fn model_mut(&mut self) -> &mut Model {
        &mut self.model
    }

    /// Half of the users register at the beginning; the others arrive after their first readings, or never.
    pub fn register_users(&mut self) -> Transaction {
        let operations = (1..=self.mix.users / 2).map(|id| Operation::PutUser(self.user(id))).collect();
        self.finish(Transaction { operations, rolled_back: false })
    }

    pub fn next_transaction(&mut self) -> Transaction {
        self.now += self.mix.step;
        let count = self.rng.random_range(1..=self.mix.max_operations);
        let before = self.model.clone();
        let mut operations = Vec::with_capacity(count);
        for _ in 0..count {
            let operation = self.operation();
            self.model.apply(&operation);
            operations.push(operation);
        }
        self.model = before;
        let rolled_back = self.chance(self.mix.rollback);
        self.finish(Transaction { operations, rolled_back })
    }

    /// Runs `count` transactions on the operational database, one after the other.
    pub async fn run(&mut self, source: &PgPool, count: usize) {
        for _ in 0..count {
            let transaction = self.next_transaction();
            execute(source, &transaction).await;
        }
    }

    fn finish(&mut self, transaction: Transaction) -> Transaction {
        if !transaction.rolled_back {
            transaction.operations.iter().for_each(|operation| self.model.apply(operation));
        }
        transaction
    }

    fn operation(&mut self) -> Operation {
        let existing: Vec<i64> = self.model.reading_ids().collect();
        let roll: f64 = self.rng.random();
        let mut limit = 0.0;
        let mut falls = |share: f64| {
            limit += share;
            roll < limit
        };
        let (user_change, user_delete) = (falls(self.mix.user_change), falls(self.mix.user_delete));
        let (delete, rekey, update) = (falls(self.mix.delete), falls(self.mix.rekey), falls(self.mix.update));
        let user_id = self.rng.random_range(1..=self.mix.users);
        if user_change {
            return Operation::PutUser(self.user(user_id));
        }
        if user_delete {
            return Operation::DeleteUser(user_id);
        }
        match existing.choose(&mut self.rng) {
            Some(&id) if delete => Operation::DeleteReading(id),
            Some(&id) if rekey => Operation::RekeyReading { from: id, to: self.fresh_id() },
            Some(&id) if update => Operation::PutReading(self.changed(id)),
            _ => {
                let id = self.fresh_id();
                Operation::PutReading(self.reading(id))
            }
        }
    }

    fn fresh_id(&mut self) -> i64 {
        self.next_id += 1;
        self.next_id
    }

    /// Sometimes a dirty row: a column is NULL. Names change, so that the newest name of a group can be told.
    fn user(&mut self, id: i64) -> UserRow {
        let region_id = i32::try_from(id).unwrap_or(0) % self.mix.regions + 1;
        let mut user = UserRow::new(id, if self.chance(0.1) { region_id % self.mix.regions + 1 } else { region_id });
        user.usage_type = USAGE_TYPES.choose(&mut self.rng).map(|name| (*name).to_owned());
        if self.chance(0.3) {
            user.user_name = Some(format!("用户{id}改{}", self.rng.random_range(1..100)));
            user.region_name = Some(format!("区域'{}'", self.rng.random_range(1..100)));
        }
        match self.rng.random_range(0..20) {
            0 => user.user_name = None,
            1 => user.region_id = None,
            2 => user.region_name = None,
            3 => user.usage_type = None,
            _ => {}
        }
        user
    }

    fn reading(&mut self, id: i64) -> ReadingRow {
        let mut ago_ms = self.rng.random_range(0..=DISORDER_MS);
        if self.chance(self.mix.late) {
            ago_ms += self.rng.random_range(0..=LATE_REACH_SECONDS * 1000);
        }
        let amount = if self.chance(0.05) { 0 } else { self.rng.random_range(1..=MAX_AMOUNT_E2) };
        let user_id = self.rng.random_range(1..=self.mix.users);
        let mut reading = ReadingRow::new(id, user_id, amount, self.now - TimeDelta::milliseconds(ago_ms));
        if self.chance(0.5) {
            let before = self.rng.random_range(0..1_000_000);
            let mistake = if self.chance(0.1) { 2 } else { self.rng.random_range(-1..=1) };
            reading.register_before_kwh_e2 = Some(before);
            reading.register_after_kwh_e2 = Some(before + amount + mistake);
        }
        if self.chance(0.05) {
            reading.remark = Some("换表, \"复核\"".to_owned());
        }
        if self.chance(self.mix.invalid) {
            self.spoil(&mut reading);
        }
        reading
    }

    fn changed(&mut self, id: i64) -> ReadingRow {
        let fresh = self.reading(id);
        let Some(old) = self.model.reading(id) else { return fresh };
        let mut row = old.clone();
        match self.rng.random_range(0..4) {
            0 => row.date = fresh.date,
            1 => row.user_id = fresh.user_id,
            2 => return fresh,
            _ => (row.amount_kwh_e2, row.cost_yuan_e2) = (fresh.amount_kwh_e2, fresh.cost_yuan_e2),
        }
        row
    }

    fn spoil(&mut self, reading: &mut ReadingRow) {
        match self.rng.random_range(0..5) {
            0 => reading.user_id = None,
            1 => reading.amount_kwh_e2 = None,
            2 => reading.cost_yuan_e2 = Some(-1),
            3 => reading.date = None,
            _ => reading.amount_kwh_e2 = Some(-100),
        }
    }

    fn chance(&mut self, probability: f64) -> bool {
        self.rng.random_bool(probability)
    }
}

/// Runs one transaction on the operational database.
pub async fn execute(source: &PgPool, transaction: &Transaction) {
    let statements = transaction.sql();
    sqlx::raw_sql(&statements).execute(source).await.unwrap_or_else(|error| panic!("{statements}: {error}"));
}
