//! The generated readings: repeatable, plausible, and as troublesome as asked for.

use std::collections::{BTreeMap, BTreeSet};

use domain::{Cell, Fixed2, LocalMs, ReadingRow, UserRow};
use operational::Operational;
use proptest::prelude::*;
use server::generate::fleet::{Fleet, QUARTER_MS};
use server::generate::live::{Live, Settings, enlist};
use server::generate::mail::Delivery;
use server::generate::noise::Noise;
use server::generate::{history, people, places};
use tokio_util::sync::CancellationToken;

const DAY_MS: i64 = 86_400_000;

fn at(text: &str) -> LocalMs {
    LocalMs::parse(text.as_bytes()).expect("a time")
}

fn monday() -> LocalMs {
    at("2026-11-16 00:00:00")
}

fn city(noise: Noise, count: i64) -> Vec<UserRow> {
    (1..=count).map(|id| people::user(noise, id, LocalMs(0))).collect()
}

fn fleet(seed: u64, users: i64) -> Fleet {
    let noise = Noise { seed };
    Fleet::new(noise, &city(noise, users), &[], 0)
}

fn settings(users: i64, late: f64, duplicate: f64, missing: f64) -> Settings {
    Settings { rate: users as f64 / 900.0, users, late, duplicate, missing, seed: 7 }
}

fn live(settings: &Settings) -> Live {
    Live::new(fleet(settings.seed, settings.users), settings, monday())
}

/// Second by second, as the live loop does.
fn run(mut live: Live, seconds: i64) -> Vec<Delivery> {
    (1..=seconds).map(|second| live.until(monday().plus_ms(second * 1000))).collect()
}

fn amount(row: &ReadingRow) -> Fixed2 {
    row.amount_kwh.value().expect("an amount")
}

fn registers(row: &ReadingRow) -> (Fixed2, Fixed2) {
    (row.register_before_kwh.value().expect("before"), row.register_after_kwh.value().expect("after"))
}

fn date(row: &ReadingRow) -> LocalMs {
    row.date.value().expect("a time")
}

#[test]
fn the_same_seed_and_clock_give_the_same_rows() {
    let settings = settings(300, 0.05, 0.05, 0.05);
    assert_eq!(run(live(&settings), 600), run(live(&settings), 600));
    let other = Settings { seed: 8, ..settings };
    assert_ne!(run(live(&settings), 600), run(live(&other), 600));
}

#[test]
fn how_the_time_is_cut_does_not_matter() {
    let (mut whole, mut cut) = (fleet(3, 100), fleet(3, 100));
    let end = monday().plus_ms(DAY_MS / 4);
    let mut pieces = Vec::new();
    let mut reached = monday();
    for step in [1_000, 7, 899_993, 3_600_000, 5_000_000, DAY_MS] {
        let next = reached.plus_ms(step).min(end);
        pieces.extend(cut.reports(reached, next));
        reached = next;
    }
    assert_eq!(whole.reports(monday(), end), pieces);
}

#[test]
fn each_meter_reports_once_in_each_interval_and_order_is_time() {
    let mut fleet = fleet(1, 450);
    let rows = fleet.reports(monday().plus_ms(-1), monday().plus_ms(4 * QUARTER_MS - 1));
    assert_eq!(rows.len(), 4 * 450);
    assert!(rows.windows(2).all(|pair| date(&pair[0]) <= date(&pair[1]) && pair[0].consumption_id < pair[1].consumption_id));
    let distinct: BTreeSet<_> = rows.iter().map(|row| (row.user_id, date(row).quarter())).collect();
    assert_eq!(distinct.len(), rows.len());
}

#[test]
fn a_district_fills_few_windows_but_the_city_is_never_quiet() {
    let mut fleet = fleet(1, 1_800);
    let regions: BTreeMap<i64, _> = fleet.meters().iter().map(|meter| (meter.user_id, meter.region_id)).collect();
    let rows = fleet.reports(monday().plus_ms(-1), monday().plus_ms(QUARTER_MS - 1));
    let mut windows: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    let mut seconds = BTreeSet::new();
    for row in &rows {
        windows.entry(regions[&row.user_id.unwrap()]).or_default().insert(date(row).window());
        seconds.insert(date(row).0 / 1000);
    }
    assert_eq!(windows.len(), 10);
    assert!(windows.values().all(|windows| windows.len() <= 19), "{windows:?}");
    assert!(seconds.len() > 800, "{} of 900 seconds hold a reading", seconds.len());
}

#[test]
fn load_follows_the_shape_of_the_day() {
    let mut fleet = fleet(1, 450);
    let mut by_hour: BTreeMap<u8, i64> = BTreeMap::new();
    for row in fleet.reports(monday(), monday().plus_ms(DAY_MS)) {
        *by_hour.entry(date(&row).hour()).or_default() += amount(&row).0;
    }
    assert!(by_hour[&19] > 3 * by_hour[&3] / 2, "{by_hour:?}");
    let kwh = by_hour.values().sum::<i64>() / 100;
    assert!((5_000..200_000).contains(&kwh), "{kwh} kWh a day");
}

#[test]
fn shares_of_trouble_come_out_as_asked() {
    let settings = settings(2_000, 0.10, 0.05, 0.02);
    let deliveries = run(live(&settings), 2 * 3_600);
    let (mut arrived, mut late, mut repeats) = (0i64, 0i64, 0i64);
    for (second, delivery) in (1i64..).zip(&deliveries) {
        let now = monday().plus_ms(second * 1000);
        arrived += delivery.reports.len() as i64;
        late += delivery.reports.iter().filter(|row| now.0 - date(row).0 > 60_000).count() as i64;
        repeats += delivery.repeats.len() as i64;
    }
    let sent = 2_000 * 8;
    // late ones of the last hours are still held back
    assert!((sent * 93 / 100..=sent * 98 / 100).contains(&arrived), "{arrived}");
    assert!((sent * 4 / 100..=sent * 10 / 100).contains(&late), "{late}");
    assert!((arrived * 4 / 100..=arrived * 6 / 100).contains(&repeats), "{repeats}");
}

#[test]
fn a_missing_report_comes_with_the_next_one() {
    let noise = Noise { seed: 5 };
    let users = city(noise, 50);
    let mut complete = Fleet::new(noise, &users, &[], 0);
    let mut gappy = Fleet::new(noise, &users, &[], 0);
    gappy.set_missing(0.3);
    let end = monday().plus_ms(DAY_MS);
    let total = |rows: &[ReadingRow]| rows.iter().map(amount).sum::<Fixed2>();
    let (all, some) = (complete.reports(monday(), end), gappy.reports(monday(), end));
    assert!(some.len() < all.len() * 8 / 10);
    let (all, some) = (total(&all), total(&some));
    assert!(some <= all && some.0 > all.0 * 95 / 100, "{some} of {all}");
}

#[test]
fn limits_suit_the_loads_and_form_a_tree() {
    let mut fleet = fleet(1, 450);
    let profile = places::profile(fleet.meters(), LocalMs(0));
    assert_eq!(profile.iter().filter(|row| row.parent_id.is_none()).count(), 3);
    let regions: BTreeMap<i64, i32> = fleet.meters().iter().filter_map(|meter| Some((meter.user_id, meter.region_id?))).collect();
    let mut quarters: BTreeMap<(i32, u8), i64> = BTreeMap::new();
    for row in fleet.reports(monday(), monday().plus_ms(DAY_MS)) {
        *quarters.entry((regions[&row.user_id.unwrap()], date(&row).quarter())).or_default() += amount(&row).0 * 4;
    }
    for row in profile.iter().filter(|row| row.parent_id.is_some()) {
        let peak = quarters.iter().filter(|((region, _), _)| *region == row.region_id).map(|(_, load)| *load).max().unwrap();
        let limit = row.limit_kw.unwrap().0;
        assert!(peak > limit / 3 && peak < limit * 3 / 2, "{}: {peak} of {limit}", row.region_id);
    }
}

#[tokio::test]
async fn history_is_filled_fast_and_continued_without_a_hole() {
    let database = Operational::connect(&testkit::operational_db().await).await.unwrap();
    let settings = settings(60, 0.0, 0.0, 0.0);
    let (stop, first_end) = (CancellationToken::new(), monday().plus_ms(DAY_MS + 12_345_678));
    let mut fleet = enlist(&database, &settings, first_end).await.unwrap();
    let from = history::start(database.newest_reading(first_end).await.unwrap(), first_end, 2);
    assert_eq!(from, at("2026-11-15"));
    let (written, reached) = history::fill(&database, &mut fleet, from, first_end, &stop, |_| {}).await.unwrap();
    assert_eq!(reached, first_end);
    assert!((60 * 96 * 2..60 * 96 * 3).contains(&(written as i64)), "{written}");

    let second_end = first_end.plus_ms(2 * 3_600_000);
    let mut fleet = enlist(&database, &settings, second_end).await.unwrap();
    let newest = database.newest_reading(second_end).await.unwrap();
    let from = history::start(newest, second_end, 2);
    assert_eq!(Some(from), newest);
    let (more, _) = history::fill(&database, &mut fleet, from, second_end, &stop, |_| {}).await.unwrap();
    assert!((60 * 8 - 3..=60 * 8 + 3).contains(&(more as i64)), "{more}");
    assert_eq!(database.max_consumption_id().await.unwrap(), (written + more) as i64, "keys go on");
    let users: Vec<_> = database.users(100).await.unwrap().iter().filter_map(|user| user.user_id).collect();
    assert_eq!(users.len(), 60, "the same users as before");
}

#[tokio::test]
async fn users_of_others_are_used_and_left_as_they_are() {
    let database = Operational::connect(&testkit::operational_db().await).await.unwrap();
    let own = UserRow { user_id: Some(40), user_name: Some("王五".into()), region_id: Some(99), ..UserRow::default() };
    database.upsert_users(std::slice::from_ref(&own)).await.unwrap();
    let fleet = enlist(&database, &settings(5, 0.0, 0.0, 0.0), monday()).await.unwrap();
    let mut ids: Vec<i64> = fleet.meters().iter().map(|meter| meter.user_id).collect();
    ids.sort_unstable();
    assert_eq!(ids, [40, 41, 42, 43, 44]);
    assert_eq!(database.users(1).await.unwrap(), [own]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn amounts_are_never_negative_and_registers_fit(
        seed in any::<u64>(),
        users in 1i64..40,
        missing in 0.0f64..0.5,
        interval_s in 10i64..1_800,
        start in 0i64..2_000_000_000_000,
    ) {
        let mut fleet = fleet(seed, users);
        fleet.set_interval_ms(interval_s * 1000);
        fleet.set_missing(missing);
        let mut last: BTreeMap<i64, Fixed2> = BTreeMap::new();
        for row in fleet.reports(LocalMs(start), LocalMs(start + 20 * interval_s * 1000)) {
            let (before, after) = registers(&row);
            prop_assert!(amount(&row) >= Fixed2::ZERO);
            prop_assert_eq!(after - before, amount(&row));
            prop_assert!(row.cost_yuan.value().is_some_and(|cost| cost >= Fixed2::ZERO));
            prop_assert!(matches!(row.date, Cell::Value(_)));
            let user = row.user_id.unwrap_or_default();
            prop_assert_eq!(*last.get(&user).unwrap_or(&before), before, "each report starts where the last one ended");
            last.insert(user, after);
        }
    }
}
