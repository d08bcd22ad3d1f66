//! Gives the customers of a demo contracts with the tariffs that the product brings along, so that settlement has something to show.

use std::time::Duration;

use domain::settlement::tariff::Voltage;
use domain::settlement::{DemandMode, PowerFactorStandard, Price6, Terms};
use domain::{Fixed2, SnapshotState};
use tokio_util::sync::CancellationToken;
use warehouse::Store;
use warehouse::settlement::contracts::{Maker, save_many, wanted_for_all};
use warehouse::settlement::work::{has_contracts, standing};

use super::access::Desk;
use super::failure::CommandError;
use super::terminal::Lang;
use crate::cli::access::Why;
use crate::config::Config;
use crate::settlement::shipped;

/// The first copy of a demo takes some seconds.
const LOOK_EVERY: Duration = Duration::from_millis(500);
const CONNECTIONS: u32 = 2;
const QUARTER_HOUR_MIN: u16 = 15;
/// Most industrial customers of a demo have a transformer of this size.
const INDUSTRY_KVA: Fixed2 = Fixed2(31_500);

/// Once, when the first copy is there; a demo that has contracts, or had some, is left alone.
pub async fn assign(config: &Config, stop: &CancellationToken, lang: Lang) {
    if !config.settlement {
        return;
    }
    let outcome = tokio::select! {
        () = stop.cancelled() => return,
        outcome = assign_all(config, lang) => outcome,
    };
    if let Err(error) = outcome {
        let error = error.sentence(Lang::En).unwrap_or_default();
        tracing::warn!(error, "the customers of the demo have no contracts; make them on the page of contracts");
    }
}

async fn assign_all(config: &Config, lang: Lang) -> Result<(), CommandError> {
    let pool = warehouse::connect(config.warehouse()?.expose(), CONNECTIONS).await?;
    let store = Store::new(pool.clone());
    let first_day = loop {
        let mut conn = pool.acquire().await.map_err(warehouse::WarehouseError::from)?;
        if has_contracts(&mut conn).await? {
            return Ok(());
        }
        let is_copied = standing(&mut conn).await?.snapshot == SnapshotState::Complete;
        match warehouse::settlement::readings::first_day(&mut conn).await? {
            Some(day) if is_copied => break day,
            _ => tokio::time::sleep(LOOK_EVERY).await,
        }
    };
    shipped::write_once(&store).await?;
    let desk = Desk::open(config, &Why::default(), lang).await?;
    let maker = Maker { author: &desk.author, granter: &desk.granter };
    for (usage_type, terms) in terms() {
        let wanted = wanted_for_all(&desk.pool, maker, usage_type, None, &terms, first_day).await;
        let saved = match wanted {
            Ok(wanted) => save_many(&desk.pool, maker, wanted, false).await,
            Err(error) => Err(error),
        };
        match saved {
            Ok(saved) => {
                tracing::info!(usage_type, contracts = saved.added.len(), refused = saved.refused.len(), "contracts of the demo")
            }
            Err(error) => tracing::warn!(usage_type, %error, "no contracts for these customers of the demo"),
        }
    }
    pool.close().await;
    Ok(())
}

fn terms() -> [(&'static str, Terms); 4] {
    let small = |tariff: &str| Terms {
        tariff: Some(tariff.to_owned()),
        voltage: Voltage::Below1Kv,
        capacity_kva: Fixed2::ZERO,
        demand_mode: DemandMode::Capacity,
        contract_demand_kw: None,
        interval_min: QUARTER_HOUR_MIN,
        reading_time_is: None,
        power_factor_standard: None,
        has_many_people: false,
        is_metered_behind_transformer: false,
        is_suspended: false,
        multiplier: Price6(1_000_000),
        register_max: None,
    };
    let industry = Terms {
        voltage: Voltage::Kv1To10,
        capacity_kva: INDUSTRY_KVA,
        power_factor_standard: Some(PowerFactorStandard::P90),
        ..small("hubei-two-part-1-10kv")
    };
    [
        ("居民", small("guangdong-residential")),
        ("商业", small("hubei-single-below-1kv")),
        ("工业", industry),
        ("农业", small("hubei-single-below-1kv")),
    ]
}
