//! A warehouse with customers, tariffs and metered days, and everything that happens to their statements.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::access::Scope;
use domain::settlement::document::Document;
use domain::settlement::lifecycle::{Demands, Refusal, StatementAct};
use domain::settlement::{BandMap, ContractId, DayEnergy, Month, Period, StatementId};
use domain::{Day, Fixed2, LocalMs};
use serde_json::{Value, json};
use server::settlement::drafting::{Touched, touched};
use server::settlement::rating::Rater;
use server::settlement::runs::Runs;
use server::settlement::settings::SettlementSettings;
use sqlx::PgPool;
use tokio_util::sync::CancellationToken;
use warehouse::Store;
use warehouse::access::{AccessPool, Author, AuthorKind};
use warehouse::settlement::adjustments::Why;
use warehouse::settlement::changes::Cause;
use warehouse::settlement::daily::{DayRow, save_days};
use warehouse::settlement::runs::{self as run_rows, NewRun, Run, RunMaker};
use warehouse::settlement::statements::{ActOutcome, Chosen, Maker, act};

pub const REGION: i32 = 7;
pub const TARIFF: &str = "flat";

pub struct World {
    pub pool: PgPool,
    pub access: AccessPool,
    pub runs: Runs,
}

/// A statement as its row says.
#[derive(Clone, PartialEq, Debug)]
pub struct Row {
    pub statement_id: StatementId,
    pub status: String,
    pub version: i32,
    pub edit_no: i32,
    pub total: String,
    pub adjustment: String,
    pub exceptions: Vec<String>,
    pub hash: Option<String>,
    pub document: Value,
}

impl Row {
    pub fn document(&self) -> Document {
        serde_json::from_value(self.document.clone()).unwrap()
    }
}

pub fn day(text: &str) -> Day {
    LocalMs::parse(text.as_bytes()).unwrap().day()
}

pub fn month(text: &str) -> Month {
    Month::parse(text).unwrap()
}

pub fn person(id: i64, name: &str) -> Author {
    Author {
        kind: AuthorKind::Person,
        id: Some(id),
        name: name.to_owned(),
        address: String::new(),
        tenant_id: None,
        reason: None,
    }
}

pub fn because(author: &Author, reason: &str) -> Author {
    Author { reason: Some(reason.to_owned()), ..author.clone() }
}

pub const DEMANDS: Demands = Demands { two_person: false, estimated_share_percent: 20 };

impl World {
    /// With the tariff `flat` at 0.50 yuan/kWh from 2025 on.
    pub async fn new() -> Self {
        let url = testkit::warehouse_db().await;
        Self::over(testkit::pool(&url).await, AccessPool::open(&url, 4).unwrap()).await
    }

    /// The same over a warehouse that is there.
    pub async fn over(pool: PgPool, access: AccessPool) -> Self {
        let runs = Runs::new(Store::new(pool.clone()), SettlementSettings::default());
        let world = Self { pool, access, runs };
        world.exec("insert into progress (id, watermark) values (1, '2026-12-31') on conflict (id) do update set watermark = excluded.watermark").await;
        world.tariff(TARIFF, 1, "0.500000", json!({})).await;
        world
    }

    pub async fn exec(&self, sql: &str) {
        sqlx::raw_sql(sql).execute(&self.pool).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    pub async fn try_exec(&self, sql: &str) -> Result<(), String> {
        sqlx::raw_sql(sql).execute(&self.pool).await.map(|_| ()).map_err(|error| error.to_string())
    }

    pub async fn text(&self, sql: &str) -> String {
        sqlx::query_scalar::<_, Option<String>>(sql).fetch_one(&self.pool).await.unwrap().unwrap_or_default()
    }

    pub async fn count(&self, sql: &str) -> i64 {
        sqlx::query_scalar(sql).fetch_one(&self.pool).await.unwrap()
    }

    /// A version of a plan: everything in 平 at one price. `more` overrides fields of the definition.
    pub async fn tariff(&self, code: &str, version: i32, price: &str, more: Value) {
        let mut plan = json!({
            "code": code, "name": code, "province": "test", "valid_from": "2025-01-01",
            "notice": { "number": format!("notice {version}") }, "for_whom": {},
            "calendar": { "flat_fills": true }, "prices": { "bands": { "flat": price } }
        });
        for (field, value) in more.as_object().unwrap() {
            plan[field] = value.clone();
        }
        sqlx::query("insert into tariff_plans (code, version) values ($1, $2) on conflict (code) do update set version = excluded.version")
            .bind(code)
            .bind(version)
            .execute(&self.pool)
            .await
            .unwrap();
        sqlx::query(
            "insert into tariff_versions (plan_id, version, valid_from, definition, made_by)
             select plan_id, $2, ($3::jsonb ->> 'valid_from')::date, $3, 'test' from tariff_plans where code = $1",
        )
        .bind(code)
        .bind(version)
        .bind(&plan)
        .execute(&self.pool)
        .await
        .unwrap();
        self.exec("update settlement_progress set rules_revision = rules_revision + 1").await;
    }

    pub async fn contract(&self, user_id: i64, starts_on: &str, tariff: Option<&str>) -> ContractId {
        sqlx::query("insert into ods_power_user (user_id, user_name, usage_type, region_id) values ($1, $2, '工业', $3) on conflict do nothing")
            .bind(user_id)
            .bind(format!("customer {user_id}"))
            .bind(REGION)
            .execute(&self.pool)
            .await
            .unwrap();
        let contract_id: i64 = sqlx::query_scalar(
            "insert into contracts (user_id, starts_on, changed_by) values ($1, $2::text::date, 'test') returning contract_id",
        )
        .bind(user_id)
        .bind(starts_on)
        .fetch_one(&self.pool)
        .await
        .unwrap();
        self.terms(contract_id, starts_on, tariff).await;
        contract_id
    }

    pub async fn terms(&self, contract_id: ContractId, from: &str, tariff: Option<&str>) {
        let mut terms = json!({ "voltage": "below_1kv" });
        if let Some(tariff) = tariff {
            terms["tariff"] = json!(tariff);
        }
        sqlx::query(
            "insert into contract_terms (contract_id, valid_from, tariff_code, definition, made_by)
             values ($1, $2::text::date, $3, $4, 'test')
             on conflict (contract_id, valid_from) do update set tariff_code = excluded.tariff_code, definition = excluded.definition",
        )
        .bind(contract_id)
        .bind(from)
        .bind(tariff)
        .bind(terms)
        .execute(&self.pool)
        .await
        .unwrap();
    }

    /// Stores a day as settlement does, with what follows from it.
    pub async fn meter(&self, contract_id: ContractId, at: &str, kwh: i64) -> Touched {
        self.meter_with(contract_id, at, kwh, |_| {}).await
    }

    pub async fn meter_with(&self, contract_id: ContractId, at: &str, kwh: i64, with: impl Fn(&mut DayEnergy)) -> Touched {
        let mut energy = energy(day(at), kwh);
        with(&mut energy);
        let mut tx = self.pool.begin().await.unwrap();
        let rater = Rater::load(&mut tx, self.runs.settings.clone()).await.unwrap();
        store_day(&mut tx, contract_id, energy).await;
        let period = self.period(contract_id, day(at)).await;
        let touched = touched(&mut tx, &rater, &[(contract_id, period)], &Why::Readings).await.unwrap();
        tx.commit().await.unwrap();
        touched
    }

    /// Something in force changed: as the worker does it for a request.
    pub async fn changed(&self, contract_id: ContractId, months: &[&str], cause: Cause, text: &str) -> Touched {
        let mut tx = self.pool.begin().await.unwrap();
        let rater = Rater::load(&mut tx, self.runs.settings.clone()).await.unwrap();
        let billing_day = self.billing_day(contract_id).await;
        let periods: Vec<_> = months.iter().map(|text| (contract_id, Period::of_month(month(text), billing_day))).collect();
        let why = Why::Changed { cause, text: text.to_owned() };
        let touched = touched(&mut tx, &rater, &periods, &why).await.unwrap();
        tx.commit().await.unwrap();
        touched
    }

    async fn billing_day(&self, contract_id: ContractId) -> u8 {
        let billing_day =
            self.count(&format!("select billing_day::bigint from contracts where contract_id = {contract_id}")).await;
        u8::try_from(billing_day).unwrap()
    }

    async fn period(&self, contract_id: ContractId, day: Day) -> Period {
        Period::of_day(day, self.billing_day(contract_id).await)
    }

    /// Asks for a run of everything and works it off.
    pub async fn generate(&self, at: &str) -> Run {
        let run_id = self.ask(at).await;
        self.runs.complete(run_id, &CancellationToken::new()).await.unwrap();
        self.run(run_id).await
    }

    pub async fn ask(&self, at: &str) -> i64 {
        let author = person(1, "clerk");
        let maker = RunMaker { author: &author, scope: &Scope::Whole, tenant_id: None };
        run_rows::add(&self.access, maker, &NewRun { month: month(at), regions: None, contracts: None }).await.unwrap()
    }

    pub async fn run(&self, run_id: i64) -> Run {
        run_rows::one(&mut self.pool.acquire().await.unwrap(), run_id).await.unwrap().unwrap()
    }

    pub async fn act(&self, author: &Author, act_: StatementAct, statement: &Row) -> Result<(), Refusal> {
        self.act_under(DEMANDS, author, act_, statement).await
    }

    pub async fn act_under(&self, demands: Demands, author: &Author, act_: StatementAct, statement: &Row) -> Result<(), Refusal> {
        let maker = Maker { author, scope: &Scope::Whole, demands };
        let chosen = [Chosen { statement_id: statement.statement_id, edit_no: Some(statement.edit_no) }];
        let ActOutcome { done, refused, missing } = act(&self.access, maker, &chosen, act_).await.unwrap();
        assert!(missing.is_empty());
        match refused.into_iter().next() {
            Some((_, refusal)) => Err(refusal),
            None => {
                assert_eq!(done, [statement.statement_id]);
                Ok(())
            }
        }
    }

    /// Checks and freezes the live statement of a month.
    pub async fn freeze(&self, contract_id: ContractId, at: &str) -> Row {
        let author = because(&person(1, "clerk"), "looked at");
        self.act(&author, StatementAct::Check, &self.live(contract_id, at).await).await.unwrap();
        self.act(&author, StatementAct::Freeze, &self.live(contract_id, at).await).await.unwrap();
        self.live(contract_id, at).await
    }

    pub async fn void(&self, statement: &Row) {
        self.act(&because(&person(9, "administrator"), "wrong customer"), StatementAct::Void, statement).await.unwrap();
    }

    pub async fn live(&self, contract_id: ContractId, at: &str) -> Row {
        let rows = self.statements(contract_id).await;
        let live = rows.into_iter().filter(|(own, row)| own == at && row.status != "void").map(|(_, row)| row).next();
        live.unwrap_or_else(|| panic!("no statement of {at}"))
    }

    /// All of a contract, with their months, in order.
    pub async fn statements(&self, contract_id: ContractId) -> Vec<(String, Row)> {
        type Columns = (String, i64, String, i32, i32, String, String, Vec<String>, Option<String>, Value);
        let rows: Vec<Columns> = sqlx::query_as(
            "select to_char(statement_month, 'YYYY-MM'), statement_id, status, version, edit_no, total_amount::text,
                    adjustment_amount::text, exceptions, snapshot_hash, document
               from settlement_statements where contract_id = $1 order by statement_month, version",
        )
        .bind(contract_id)
        .fetch_all(&self.pool)
        .await
        .unwrap();
        let row = |(month, statement_id, status, version, edit_no, total, adjustment, exceptions, hash, document): Columns| {
            (month, Row { statement_id, status, version, edit_no, total, adjustment, exceptions, hash, document })
        };
        rows.into_iter().map(row).collect()
    }

    /// (month of the adjusted statement, state, amount), in order.
    pub async fn adjustments(&self, contract_id: ContractId) -> Vec<(String, String, String)> {
        sqlx::query_as(
            "select to_char(s.statement_month, 'YYYY-MM'), a.state, a.amount::text
               from settlement_adjustments a join settlement_statements s using (statement_id)
              where a.contract_id = $1 order by s.statement_month, a.adjustment_id",
        )
        .bind(contract_id)
        .fetch_all(&self.pool)
        .await
        .unwrap()
    }

    /// Every statement's identity and document, as text.
    pub async fn everything(&self) -> BTreeMap<String, String> {
        let rows: Vec<(String, String)> = sqlx::query_as(
            "select contract_id || ' ' || statement_month || ' v' || version,
                    concat_ws(' ', status, total_amount, exceptions, document_hash, document,
                              (select string_agg(i::text, ' ' order by line_no)
                                 from (select line_no, kind, band, tier, quantity, unit, price, amount, estimated_kwh
                                         from settlement_statement_items i where i.statement_id = s.statement_id) i))
               from settlement_statements s",
        )
        .fetch_all(&self.pool)
        .await
        .unwrap();
        let count = rows.len();
        let map: BTreeMap<String, String> = rows.into_iter().collect();
        assert_eq!(map.len(), count, "one live statement of each contract and month");
        map
    }
}

async fn store_day(conn: &mut sqlx::PgConnection, contract_id: ContractId, energy: DayEnergy) {
    let (user_id, billing_day): (i64, i16) = sqlx::query_as("select user_id, billing_day from contracts where contract_id = $1")
        .bind(contract_id)
        .fetch_one(&mut *conn)
        .await
        .unwrap();
    let period = Period::of_day(energy.day, u8::try_from(billing_day).unwrap());
    let row =
        DayRow { contract_id, user_id, statement_month: period.month.first_day(), energy, amount: Fixed2::ZERO, is_moved: false };
    save_days(conn, &[row], DateTime::<Utc>::UNIX_EPOCH).await.unwrap();
}

/// A complete day with everything in 平; `kwh` in whole kWh.
pub fn energy(day: Day, kwh: i64) -> DayEnergy {
    DayEnergy {
        day,
        region_id: REGION,
        energy: BandMap { flat: Fixed2(kwh * 100), ..BandMap::default() },
        estimated: BandMap::default(),
        shaped: BandMap::default(),
        kvarh: Fixed2::ZERO,
        kvarh_intervals: 0,
        demand: None,
        reported_kwh: Fixed2(kwh * 100),
        reading_count: 96,
        missing_min: 0,
        register_first: None,
        register_last: None,
        marks: Vec::new(),
        is_complete: true,
        tariff: Some((TARIFF.to_owned(), 1)),
        digest: format!("{kwh:064x}"),
    }
}
