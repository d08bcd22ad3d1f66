//! Whatever happens in whichever order: everything that was frozen, and what is pending, is the bill of the final data.

use domain::Fixed2;
use domain::settlement::Period;
use serde_json::json;
use server::settlement::rating::{Rater, bill};
use warehouse::settlement::changes::Cause;

use super::world::{World, month};

/// A sequence of its own for each seed, without a source of chance.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

const STEPS: usize = 36;
const MONTHS: [&str; 4] = ["2026-01", "2026-02", "2026-03", "2026-04"];

#[tokio::test]
async fn every_order_of_corrections_and_freezes_leads_to_the_same_sum() {
    let mut frozen = 0;
    for seed in 1..=8 {
        let world = World::new().await;
        let tiers = json!({ "by": { "period": "year", "start_month": 1, "start_day": 1 }, "seasons": [{ "upto_kwh": [150, 250] }],
                            "pricing": { "mode": "surcharge", "per_kwh": ["0.111111", "0.333333"] } });
        world.tariff("home", 1, "0.537777", json!({ "tiers": tiers.clone() })).await;
        let contract = world.contract(1, "2026-01-01", Some("home")).await;
        let mut dice = Dice(seed);
        let mut tariff_version = 1;
        for step in 0..STEPS {
            let at = usize::try_from(dice.roll(4)).unwrap();
            match dice.roll(10) {
                0..=3 => {
                    let (day, kwh) = (1 + dice.roll(3), i64::try_from(dice.roll(260)).unwrap());
                    world.meter(contract, &format!("{}-{day:02}", MONTHS[at]), kwh).await;
                }
                4 | 5 => {
                    world.generate(MONTHS[at]).await;
                }
                // the oldest draft: one of the month that the dice say is there too rarely
                6 | 7 => {
                    let drafts = world.statements(contract).await.into_iter().find(|(_, row)| row.status == "draft");
                    if let Some((month, _)) = drafts {
                        world.freeze(contract, &month).await;
                    }
                }
                8 => {
                    let live = world
                        .statements(contract)
                        .await
                        .into_iter()
                        .find(|(own, row)| own == MONTHS[at] && row.status == "frozen");
                    let Some((_, row)) = live else { continue };
                    if world
                        .count(&format!(
                            "select count(*) from settlement_adjustments where statement_id = {} and state = 'settled'",
                            row.statement_id
                        ))
                        .await
                        == 0
                    {
                        world.void(&row).await;
                        world.changed(contract, &MONTHS, Cause::Contract, "").await;
                    }
                }
                _ => {
                    tariff_version += 1;
                    world.tariff("home", tariff_version, &format!("0.5{step:02}313"), json!({ "tiers": tiers.clone() })).await;
                    world.changed(contract, &MONTHS, Cause::Tariff, &format!("home v{tariff_version}")).await;
                }
            }
        }
        assert_eq!(billed(&world, contract).await, owed(&world, contract).await, "seed {seed}");
        frozen += world.count("select count(*) from settlement_adjustments where state = 'settled'").await;
    }
    assert!(frozen > 0, "adjustments were settled on the way");
}

#[tokio::test]
async fn fractions_are_carried_on_whichever_month_is_drafted_first() {
    for order in [["2026-01", "2026-02", "2026-03"], ["2026-03", "2026-01", "2026-02"], ["2026-02", "2026-03", "2026-01"]] {
        let world = World::new().await;
        world.tariff("whole", 1, "0.500000", json!({ "whole_kwh": true })).await;
        let contract = world.contract(1, "2026-01-01", Some("whole")).await;
        for month in &MONTHS[..3] {
            world.meter_with(contract, &format!("{month}-02"), 10, |day| day.energy.flat = Fixed2(1_040)).await;
        }
        for month in order {
            world.generate(month).await;
        }
        let totals: Vec<String> = world.statements(contract).await.into_iter().map(|(_, row)| row.total).collect();
        assert_eq!(totals, ["5.00", "5.00", "5.50"], "10.40, 10.40 + 0.40, 10.40 + 0.80 kWh; {order:?}");
    }
}

/// Frozen amounts, and what is pending or carried by drafts.
async fn billed(world: &World, contract: i64) -> String {
    world
        .text(&format!(
            "select (coalesce((select sum(total_amount) from settlement_statements where contract_id = {contract} and status = 'frozen'), 0)
                   + coalesce((select sum(amount) from settlement_adjustments
                                where contract_id = {contract} and state in ('pending', 'attached')), 0))::numeric(18, 2)::text"
        ))
        .await
}

/// Bills of the frozen months from the days as they are now.
async fn owed(world: &World, contract: i64) -> String {
    let mut conn = world.pool.acquire().await.unwrap();
    let rater = Rater::load(&mut conn, world.runs.settings.clone()).await.unwrap();
    let contracts = warehouse::settlement::contracts::load(&mut conn, &[contract]).await.unwrap();
    let mut sum = Fixed2::ZERO;
    for (own, _) in world.statements(contract).await.into_iter().filter(|(_, row)| row.status == "frozen") {
        let period = Period::of_month(month(&own), 1);
        sum += bill(&mut conn, &rater, &contracts[0], period).await.unwrap().bill.total;
    }
    sum.to_string()
}
