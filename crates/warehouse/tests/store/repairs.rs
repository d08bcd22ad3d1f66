//! Groups that lose rows are summed again as if those rows had never been.

use domain::effect::UserDay;
use domain::loaded::GroupKeys;
use domain::quarter::QuarterSet;
use domain::{Day, Detail, LocalMs, RegionId, UserId};

use crate::build::{add, at, random_details, store};
use crate::groups::{grouped, naive_totals, some_keys, without};

fn quarter(row: &Detail) -> (RegionId, LocalMs) {
    let day = row.key.date.day();
    (row.booking.region_id, day.quarter_start(row.key.date.quarter()))
}

fn user_day_key(row: &Detail) -> (RegionId, Day, UserId) {
    (row.booking.region_id, row.key.date.day(), row.user_id)
}

fn naive_user_day(rows: &[&Detail]) -> UserDay {
    let newest = rows.iter().max_by_key(|row| row.key.consumption_id).expect("a group has rows");
    let mut quarters = QuarterSet::default();
    rows.iter().for_each(|row| quarters.insert(row.key.date.quarter()));
    UserDay {
        user_name: newest.booking.user_name.clone(),
        usage_type: newest.booking.usage_type.clone(),
        records: i64::try_from(rows.len()).expect("a small number"),
        energy_kwh: rows.iter().map(|row| row.amount_kwh).sum(),
        cost_yuan: rows.iter().map(|row| row.cost_yuan).sum(),
        last_consumption_id: newest.key.consumption_id,
        quarters,
    }
}

#[tokio::test]
async fn repaired_groups_equal_a_naive_grouping() {
    for seed in 20..23 {
        let store = store().await;
        let rows = random_details(seed, 1500);
        add(&store, rows.clone()).await;
        let mut keys = GroupKeys {
            quarter_repairs: rows.iter().map(quarter).collect(),
            user_repairs: rows.iter().map(user_day_key).collect(),
            ..Default::default()
        };
        keys.quarter_repairs.push((1, at("2016-01-12 12:00:00")));
        keys.user_repairs.push((1, at("2016-01-12").day(), 999));
        for removed in [vec![], some_keys(&rows), rows.iter().map(|row| row.key).collect()] {
            let kept = without(&rows, &removed);
            let mut work = store.begin().await.unwrap();
            let mut groups = work.load_groups(&GroupKeys { removed, ..keys.clone() }).await.unwrap();
            groups.quarter_repairs.sort_by_key(|row| (row.0, row.1));
            groups.user_repairs.sort_by_key(|row| (row.0, row.1, row.2));
            let quarters: Vec<_> = grouped(&kept, quarter)
                .into_iter()
                .map(|((region, start), rows)| (region, start, naive_totals(rows.iter().copied())))
                .collect();
            let user_days: Vec<_> = grouped(&kept, user_day_key)
                .into_iter()
                .map(|((region, day, user), rows)| (region, day, user, naive_user_day(&rows)))
                .collect();
            assert_eq!(groups.quarter_repairs, quarters, "seed {seed}");
            assert_eq!(groups.user_repairs, user_days, "seed {seed}");
        }
    }
}
