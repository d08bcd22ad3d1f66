//! Stored documents that cannot be read, below a worker that runs: those of one contract keep nobody else from being settled.

use super::land::{Land, TARIFF, readings};

const TERMS_OF_2: &str = "contract_id = (select contract_id from contracts where user_id = 2)";

/// Asks for everything of everybody, and of the second contract alone.
async fn ask(land: &Land) {
    land.at_warehouse(&format!(
        "begin;
         insert into settlement_requests (cause, cause_text, contract_id, tariff_code, from_day)
         values ('tariff', 'again', null, '{TARIFF}', '2016-01-11'),
                ('contract', 'again', (select contract_id from contracts where user_id = 2), null, '2016-01-11');
         update settlement_progress set rules_revision = rules_revision + 1;
         commit"
    ))
    .await;
}

async fn of_user(land: &Land, user_id: i64) -> Vec<String> {
    let rows =
        format!("select concat_ws(' ', day_start, version, amount, definition) from settlements_day where user_id = {user_id}");
    land.lines(&format!("{rows} order by day_start")).await
}

#[tokio::test]
async fn everybody_else_is_settled_and_what_comes_back_is_settled_whole() {
    let mut land = Land::with_contracts(3).await;
    land.start_worker().await;
    for user_id in 1..=3 {
        land.at_source(&readings(user_id, 3, "true")).await;
    }
    land.settled().await;
    land.at_warehouse(&format!(
        "update settlements_day set definition = '{{}}' where user_id = 1 and day_start = '2016-01-12';
         update contract_terms set definition = '{{\"spoilt\": 1}}' where {TERMS_OF_2}"
    ))
    .await;
    let (second, third) = (of_user(&land, 2).await, of_user(&land, 3).await);
    // the first day of the second customer changes while his terms cannot be read
    let other = "set consumption_amount = consumption_amount + 1.23";
    for id in [1_000_150, 2_000_020, 3_000_150] {
        land.at_source(&format!("update power_consumption {other} where consumption_id = {id}")).await;
    }
    ask(&land).await;
    land.settled().await;
    assert_eq!(of_user(&land, 2).await, second, "left as it is: it was not removed");
    assert_ne!(of_user(&land, 3).await, third);
    let unread = "select count(*) from settlements_day where not definition ? 'day'";
    assert_eq!(land.number(unread).await, 0, "a day that is measured is written anew");
    let differences = land.differences("0.50").await;
    assert!(!differences.is_empty() && differences.iter().all(|line| line.contains("user 2 ")), "{differences:?}");
    land.at_warehouse(&format!(
        "update contract_terms set definition = '{{\"tariff\": \"{TARIFF}\", \"voltage\": \"below_1kv\"}}' where {TERMS_OF_2}"
    ))
    .await;
    ask(&land).await;
    land.settled().await;
    assert_eq!(land.differences("0.50").await, Vec::<String>::new());
    // one that was removed loses its days all the same
    land.at_warehouse("update contracts set removed_at = now() where user_id = 2").await;
    ask(&land).await;
    land.settled().await;
    assert_eq!((of_user(&land, 2).await.len(), of_user(&land, 1).await.len()), (0, 4));
}

#[tokio::test]
async fn a_day_that_cannot_be_read_goes_with_a_contract_that_ends_before_it() {
    let mut land = Land::with_contracts(1).await;
    land.start_worker().await;
    land.at_source(&readings(1, 3, "true")).await;
    land.settled().await;
    land.at_warehouse(
        "update settlements_day set definition = '[]' where day_start = '2016-01-13';
         update contracts set closed_on = '2016-01-13';
         begin;
         insert into settlement_requests (cause, cause_text, contract_id, tariff_code, from_day)
         select 'contract', 'closed', contract_id, null, '2016-01-13' from contracts;
         update settlement_progress set rules_revision = rules_revision + 1;
         commit",
    )
    .await;
    land.settled().await;
    assert_eq!(land.number("select count(*) from settlements_day").await, 2);
}
