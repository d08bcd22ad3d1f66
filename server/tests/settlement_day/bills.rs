//! Days follow the stream by themselves.

use super::land::{Land, readings};

#[tokio::test]
async fn days_are_settled_as_the_bills_say_and_the_contract_may_come_later() {
    let mut land = Land::with_contracts(3).await;
    land.start_worker().await;
    land.at_source(&readings(1, 4, "q < 3 * 96 + 2")).await;
    land.at_source(&readings(2, 3, "q < 250")).await;
    land.settled().await;
    assert_eq!(land.differences("0.50").await, Vec::<String>::new());
    let complete = "select string_agg(user_id || ' ' || day_start || ' ' || status, ', ' order by user_id, day_start)
                      from settlements_day where status = 'complete' and marks = '{}'";
    assert_eq!(
        land.text(complete).await,
        "1 2016-01-11 complete, 1 2016-01-12 complete, 1 2016-01-13 complete, 2 2016-01-11 complete, 2 2016-01-12 complete"
    );
    assert_eq!(
        land.text("select status from settlements_day where user_id = 2 and day_start = '2016-01-13'").await,
        "provisional"
    );
    // nobody reads the meter of the third: nothing to estimate by, and everybody sees it
    let third = "select string_agg(array_to_string(marks, '+') || ' ' || energy_kwh, ', ' order by day_start)
                   from settlements_day where user_id = 3 and day_start < '2016-01-13'";
    assert_eq!(land.text(third).await, "not_estimated 0.00, not_estimated 0.00");
    // a contract that comes when the readings are there
    land.at_source("insert into power_user values (4, '用户4', '工业', 1, '东区')").await;
    land.at_source(&readings(4, 2, "true")).await;
    land.quiet().await;
    land.sign(4, "2016-01-11").await;
    land.settled().await;
    assert_eq!(land.differences("0.50").await, Vec::<String>::new());
    assert_eq!(land.number("select count(*) from settlements_day where user_id = 4 and status = 'complete'").await, 2);
}

#[tokio::test]
async fn another_price_rates_the_days_again() {
    let mut land = Land::with_contracts(2).await;
    land.start_worker().await;
    land.at_source(&readings(1, 2, "true")).await;
    land.at_source(&readings(2, 2, "true")).await;
    land.settled().await;
    let energy = "select string_agg(energy_kwh::text, ' ' order by user_id, day_start) from settlements_day";
    let before = land.text(energy).await;
    land.put_tariff(2, "{1}", "0.613579").await;
    land.settled().await;
    assert_eq!(land.differences("0.613579").await, Vec::<String>::new());
    assert_eq!(land.text(energy).await, before);
    assert_eq!(land.number("select count(*) from settlements_day where version < 2 and energy_kwh > 0").await, 0);
}
