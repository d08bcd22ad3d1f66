//! Windows summed by the warehouse equal windows summed naively over the same rows.

use std::collections::BTreeMap;

use domain::effect::{GroupTotals, UserTotals};
use domain::loaded::{GroupKeys, LoadedWindow};
use domain::{Detail, DetailKey, Fixed2, RegionId, WindowStart};

use crate::build::{add, at, random_details, store};

pub fn naive_totals<'d>(rows: impl Iterator<Item = &'d Detail> + Clone) -> GroupTotals {
    let newest = rows.clone().max_by_key(|row| row.key.consumption_id).expect("a group has rows");
    GroupTotals {
        energy_kwh: rows.clone().map(|row| row.amount_kwh).sum(),
        cost_yuan: rows.clone().map(|row| row.cost_yuan).sum(),
        records: i64::try_from(rows.clone().count()).expect("a small number"),
        max_kwh: rows.clone().map(|row| row.amount_kwh).max().unwrap_or(Fixed2::ZERO),
        min_kwh: rows.map(|row| row.amount_kwh).min().unwrap_or(Fixed2::ZERO),
        last_consumption_id: newest.key.consumption_id,
        region_name: newest.booking.region_name.clone(),
    }
}

/// Groups in the order of their keys.
pub fn grouped<K: Ord>(rows: &[Detail], key: impl Fn(&Detail) -> K) -> BTreeMap<K, Vec<&Detail>> {
    let mut groups: BTreeMap<K, Vec<&Detail>> = BTreeMap::new();
    for row in rows {
        groups.entry(key(row)).or_default().push(row);
    }
    groups
}

fn naive_windows(rows: &[Detail]) -> Vec<LoadedWindow> {
    let window = |((region_id, start), rows): ((RegionId, WindowStart), Vec<&Detail>)| {
        let mut users: BTreeMap<i64, Vec<&Detail>> = BTreeMap::new();
        rows.iter().for_each(|row| users.entry(row.user_id).or_default().push(row));
        let users = users.into_iter().map(|(user_id, rows)| {
            let newest = rows.iter().max_by_key(|row| row.key.consumption_id).expect("a group has rows");
            let totals = UserTotals {
                user_id,
                user_name: newest.booking.user_name.clone(),
                energy_kwh: rows.iter().map(|row| row.amount_kwh).sum(),
                cost_yuan: rows.iter().map(|row| row.cost_yuan).sum(),
            };
            (totals, newest.key.consumption_id)
        });
        LoadedWindow { region_id, start, totals: naive_totals(rows.iter().copied()), users: users.collect() }
    };
    grouped(rows, |row| (row.booking.region_id, row.key.date.window())).into_iter().map(window).collect()
}

fn sorted(mut windows: Vec<LoadedWindow>) -> Vec<LoadedWindow> {
    windows.sort_by_key(|window| (window.region_id, window.start));
    for window in &mut windows {
        window.users.sort_by_key(|(user, _)| user.user_id);
    }
    windows
}

/// A third of the rows, and a key that is not there.
pub fn some_keys(rows: &[Detail]) -> Vec<DetailKey> {
    let mut keys: Vec<DetailKey> = rows.iter().map(|row| row.key).filter(|key| key.consumption_id % 3 == 0).collect();
    keys.push(DetailKey { consumption_id: 1, date: at("2016-01-11") });
    keys
}

pub fn without(rows: &[Detail], removed: &[DetailKey]) -> Vec<Detail> {
    rows.iter().filter(|row| !removed.contains(&row.key)).cloned().collect()
}

#[tokio::test]
async fn loaded_windows_equal_a_naive_grouping() {
    for seed in 0..4 {
        let store = store().await;
        let rows = random_details(seed, 1500);
        add(&store, rows.clone()).await;
        let mut keys: Vec<(RegionId, WindowStart)> =
            rows.iter().map(|row| (row.booking.region_id, row.key.date.window())).collect();
        keys.push((1, at("2016-01-12 12:00:00").window()));
        for removed in [vec![], some_keys(&rows)] {
            let expected = naive_windows(&without(&rows, &removed));
            let mut work = store.begin().await.unwrap();
            let groups = work.load_groups(&GroupKeys { windows: keys.clone(), removed, ..Default::default() }).await.unwrap();
            assert_eq!(sorted(groups.windows), expected, "seed {seed}");
        }
    }
}

#[tokio::test]
async fn open_windows_are_those_from_the_watermark_on() {
    let store = store().await;
    assert!(store.is_empty().await.unwrap());
    let rows = random_details(9, 500);
    add(&store, rows.clone()).await;
    assert!(!store.is_empty().await.unwrap());
    let from = at("2016-01-12 00:00:00");
    let newer: Vec<Detail> = rows.iter().filter(|row| row.key.date >= from).cloned().collect();
    assert!(!newer.is_empty() && newer.len() < rows.len());
    assert_eq!(sorted(store.open_windows(from).await.unwrap()), naive_windows(&newer));
}
