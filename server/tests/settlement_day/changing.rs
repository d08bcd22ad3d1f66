//! What is in force changes while days are being settled: nothing holds the worker up, and the days are as if it had come before.

use std::cell::Cell;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::land::{DEADLINE, Land, readings};

/// Far below the time that one transaction of the worker takes.
const EVERY: Duration = Duration::from_millis(1);
/// So that there is no moment without a change in any of its transactions.
const SLOW_WORKER: &str = "
    create function take_time() returns trigger language plpgsql as $$
    begin
        perform pg_sleep(0.1);
        return null;
    end
    $$;
    create trigger take_time before insert on settlements_day for each statement execute function take_time()";
const PRICES: [&str; 2] = ["0.50", "0.613579"];

impl Land {
    /// Another price, and the word that something changed, again and again, until `is_done`. Returns the price that is in force then.
    async fn change_prices(&self, is_done: &Cell<bool>) -> &'static str {
        let pool = self.warehouse.clone();
        let mover = tokio::spawn(async move {
            loop {
                let moved = "update settlement_progress set rules_revision = rules_revision + 1";
                sqlx::query(moved).execute(&pool).await.unwrap();
                tokio::time::sleep(EVERY).await;
            }
        });
        let mut version = 1;
        while !is_done.get() {
            version += 1;
            self.put_tariff(version, &format!("{{{}}}", version - 1), PRICES[version as usize % 2]).await;
            tokio::time::sleep(EVERY * 20).await;
        }
        mover.abort();
        PRICES[version as usize % 2]
    }
}

#[tokio::test]
async fn whoever_changes_prices_all_the_time_does_not_keep_days_from_being_settled() {
    let mut land = Land::with_contracts(3).await;
    land.at_warehouse(SLOW_WORKER).await;
    land.start_worker().await;
    let is_done = Cell::new(false);
    let follow = async {
        for user_id in 1..=3 {
            land.at_source(&readings(user_id, 4, "true")).await;
        }
        land.quiet().await;
        testkit::wait_until("days are settled while prices change", DEADLINE, async || {
            let days = "select count(*) from settlements_day where status = 'complete' and energy_kwh > 0 and amount > 0";
            land.number(days).await >= 9 && land.number("select count(*) from settlement_changes").await == 0
        })
        .await;
        is_done.set(true);
    };
    let (price, ()) = tokio::join!(land.change_prices(&is_done), follow);
    land.settled().await;
    assert_eq!(land.differences(price).await, Vec::<String>::new());
    let rows = land.rows().await;
    // one that starts when all is over comes to the same
    land.kill_worker().await;
    land.at_warehouse("delete from settlements_day; insert into settlement_requests (cause, cause_text, from_day) values ('rules', '', '2016-01-01')")
        .await;
    land.start_worker().await;
    land.settled().await;
    assert_eq!(land.rows().await, rows);
}

/// The worker has taken the days and looks for requests; then a price and a contract change, with their requests.
#[tokio::test]
async fn what_comes_with_a_request_is_what_the_request_is_carried_out_by() {
    let mut land = Land::with_contracts(2).await;
    for user_id in 1..=2 {
        land.at_source(&readings(user_id, 4, "true")).await;
    }
    land.quiet().await;
    let mut tx = land.warehouse.begin().await.unwrap();
    sqlx::raw_sql("lock table settlement_requests in access exclusive mode").execute(&mut *tx).await.unwrap();
    land.start_worker().await;
    testkit::wait_until("the worker waits for the requests", DEADLINE, async || {
        let waits = "select count(*) from pg_locks l join pg_class c on c.oid = l.relation
                      where c.relname = 'settlement_requests' and not l.granted";
        land.number(waits).await > 0
    })
    .await;
    // no request about all of the tariff, which would make good what these do not
    sqlx::raw_sql(
        "update tariff_versions set definition = jsonb_set(definition, '{prices,bands,flat}', '\"0.70\"');
         update contracts set closed_on = '2016-01-13' where user_id = 1;
         delete from settlement_requests;
         insert into settlement_requests (cause, cause_text, contract_id, tariff_code, from_day)
         select 'contract', '', contract_id, null, date '2016-01-11' from contracts;
         update settlement_progress set rules_revision = rules_revision + 1",
    )
    .execute(&mut *tx)
    .await
    .unwrap();
    tx.commit().await.unwrap();
    land.settled().await;
    assert_eq!(land.differences("0.70").await, Vec::<String>::new());
    assert_eq!(land.number("select count(*) from settlements_day where user_id = 1 and day_start >= '2016-01-13'").await, 0);
}

/// Which requests came to an end or moved on, in order.
const WATCHED: &str = "
    create table passed (passed_id bigint generated always as identity, is_wide boolean);
    create function note_passed() returns trigger language plpgsql as $$
    begin
        insert into passed (is_wide) values (old.contract_id is null);
        return null;
    end
    $$;
    create trigger passed after update or delete on settlement_requests for each row execute function note_passed()";

#[tokio::test]
async fn requests_about_one_contract_go_first_but_not_for_ever() {
    let mut land = Land::with_contracts(2).await;
    land.at_source(&readings(1, 3, "true")).await;
    land.quiet().await;
    land.at_warehouse(WATCHED).await;
    land.at_warehouse(
        "delete from settlement_requests;
         delete from passed;
         insert into settlement_requests (cause, cause_text, from_day, to_day)
         select 'calendar', 'day ' || d, date '2016-01-10' + d, date '2016-01-10' + d from generate_series(1, 3) d;
         insert into settlement_requests (cause, cause_text, contract_id, from_day, to_day)
         select 'contract', '', (select min(contract_id) from contracts), '2016-01-12', '2016-01-12' from generate_series(1, 2500)",
    )
    .await;
    land.start_worker().await;
    land.settled().await;
    let order = land
        .text(
            "select string_agg(case when is_wide then 'wide' else 'one' end, ' ' order by first)
               from (select is_wide, min(passed_id) as first
                       from (select *, passed_id - row_number() over (partition by is_wide order by passed_id) as island from passed) p
                      group by is_wide, island) runs",
        )
        .await;
    assert_eq!(order, "one wide one", "first somebody's own, then what is for all, then what is left");
    // one holiday after the other is settled once: updated as it was drawn together, and the end of all three
    assert_eq!(land.number("select count(*) from passed where is_wide").await, 4);
}

#[tokio::test]
async fn drafts_of_a_contract_that_was_removed_go_with_its_days() {
    let mut land = Land::with_contracts(2).await;
    land.start_worker().await;
    for user_id in 1..=2 {
        land.at_source(&readings(user_id, 3, "true")).await;
    }
    land.settled().await;
    let worker = land.worker().await;
    let runs = server::settlement::runs::Runs::new(worker.store, worker.settings);
    land.at_warehouse("insert into settlement_runs (statement_month, state, made_by) values ('2016-01-01', 'waiting', 'test')")
        .await;
    runs.work_off(&CancellationToken::new()).await.unwrap();
    let drafts = "select string_agg(user_id || ' ' || status, ', ' order by user_id) from settlement_statements";
    assert_eq!(land.text(drafts).await, "1 draft, 2 draft");
    land.at_warehouse(
        "begin;
         update contracts set removed_at = now() where user_id = 1;
         insert into settlement_requests (cause, cause_text, contract_id, from_day)
         select 'contract', 'removed', contract_id, '2016-01-11' from contracts where user_id = 1;
         update settlement_progress set rules_revision = rules_revision + 1;
         commit",
    )
    .await;
    land.settled().await;
    assert_eq!(land.number("select count(*) from settlements_day where user_id = 1").await, 0);
    assert_eq!(land.text(drafts).await, "1 void, 2 draft");
}
