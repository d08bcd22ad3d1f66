//! The simulated region: reproducible, varied, and its model agrees with the tables it wrote.

use testkit::oracle;
use testkit::simulator::{Mix, Operation, Simulator, execute};

#[test]
fn the_same_seed_gives_the_same_statements() {
    let run = |seed| {
        let mut simulator = Simulator::new(seed, Mix::default());
        let mut statements = vec![simulator.register_users().sql()];
        statements.extend((0..50).map(|_| simulator.next_transaction().sql()));
        statements
    };
    assert_eq!(run(1), run(1));
    assert_ne!(run(1), run(2));
}

#[test]
fn everything_that_can_happen_does() {
    let mut simulator = Simulator::new(3, Mix::default());
    simulator.register_users();
    let transactions: Vec<_> = (0..300).map(|_| simulator.next_transaction()).collect();
    let any =
        |wanted: fn(&Operation) -> bool| transactions.iter().flat_map(|one| &one.operations).filter(|one| wanted(one)).count();
    assert!(any(|one| matches!(one, Operation::DeleteReading(_))) > 10);
    assert!(any(|one| matches!(one, Operation::RekeyReading { .. })) > 5);
    assert!(any(|one| matches!(one, Operation::PutUser(user) if user.region_id.is_none())) > 0);
    assert!(any(|one| matches!(one, Operation::DeleteUser(_))) > 2);
    assert!(transactions.iter().any(|one| one.rolled_back));
    let rows = simulator.model().expected();
    assert!(rows.iter().any(|row| !row.known_user) && rows.iter().any(|row| row.register_mismatch));
    assert!(rows.len() < simulator.model().reading_ids().count(), "some are invalid");
    let days: std::collections::BTreeSet<_> = rows.iter().map(|row| row.date[..10].to_owned()).collect();
    assert!(days.len() > 1, "the region lives over a midnight and the end of a month");
}

#[tokio::test]
async fn the_model_agrees_with_the_tables_and_the_check_with_the_model() {
    let source = testkit::pool(&testkit::operational_db().await).await;
    let warehouse = testkit::pool(&testkit::warehouse_db().await).await;
    let mut simulator = Simulator::new(11, Mix::default());
    execute(&source, &simulator.register_users()).await;
    simulator.run(&source, 150).await;
    let expected = simulator.model().expected();
    // The warehouse as a right engine would leave it.
    sqlx::raw_sql(
        "select loadline_ensure_day(day::date) from generate_series(timestamp '2016-01-30', '2016-02-02', '1 day') day",
    )
    .execute(&warehouse)
    .await
    .unwrap();
    for row in &expected {
        sqlx::query(
            "insert into dwd_power_consumption_detail values ($1, $2, $3, $4::numeric, $5::numeric, $6::timestamp, $7, $8, $9,
                 $10::numeric, $11::numeric, $12, $13, case when $14 then array['register_mismatch'] end, '0/1')",
        )
        .bind(row.consumption_id)
        .bind(row.user_id)
        .bind(&row.user_name)
        .bind(&row.amount_kwh)
        .bind(&row.cost_yuan)
        .bind(&row.date)
        .bind(row.region_id)
        .bind(&row.region_name)
        .bind(&row.usage_type)
        .bind(&row.register_before_kwh)
        .bind(&row.register_after_kwh)
        .bind(&row.remark)
        .bind(row.known_user)
        .bind(row.register_mismatch)
        .execute(&warehouse)
        .await
        .unwrap();
    }
    assert_eq!(oracle::diff_source(&source, &warehouse).await, Vec::<String>::new());
    assert_eq!(oracle::diff_details(&warehouse, &expected).await, Vec::<String>::new());
    sqlx::raw_sql("update dwd_power_consumption_detail set region_id = region_id + 1 where consumption_id = (select max(consumption_id) from dwd_power_consumption_detail)")
        .execute(&warehouse)
        .await
        .unwrap();
    assert_eq!(oracle::diff_source(&source, &warehouse).await, Vec::<String>::new());
    assert_eq!(oracle::diff_details(&warehouse, &expected).await.len(), 2);
}
