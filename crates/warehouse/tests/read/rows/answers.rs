//! Every question as somebody with a part of the regions asks it: the answer is that of a warehouse with nothing else in it.

use std::fmt::Debug;

use chrono::NaiveDateTime;
use domain::access::Scope;
use domain::{Day, LocalMs, RegionId};
use futures::TryStreamExt;
use warehouse::read::exports::{AlarmFilter, Export, ExportFilter, open_export_connection};
use warehouse::read::periods::{Period, RankingGrain};
use warehouse::read::rankings::{RankingQuery, ranking};
use warehouse::read::{ReadPool, api, dashboard, day_curve, layers, peaks, pipeline, regions, rollups, search, users, windows};

use super::super::{at, day, now};
use super::{holding_only, scope_of, two_tenants};

const EVERY_REGION: [RegionId; 7] = [0, 1, 2, 3, 4, 5, 6];
/// Own and foreign customers, two between regions, one without a region, one that does not exist.
const CUSTOMERS: [i64; 7] = [2001, 4001, 5003, 2005, 4007, 9001, 123_456];
const GRAINS: [&str; 5] = ["15min", "hour", "day", "month", "year"];

#[derive(Default)]
struct Answers(Vec<(String, String)>);

impl Answers {
    fn note<T: Debug, E: Debug>(&mut self, question: &str, answer: Result<T, E>) {
        self.0.push((question.to_owned(), format!("{:#?}", answer.expect(question))));
    }
}

fn moment(text: &str) -> LocalMs {
    LocalMs::from_naive(at(text))
}

async fn all_answers(pool: &ReadPool) -> Vec<(String, String)> {
    let mut answers = Answers::default();
    of_pages(pool, &mut answers).await;
    for members in [&EVERY_REGION[..], &[1, 2, 3], &[4, 5], &[5]] {
        of_regions(pool, members, &mut answers).await;
    }
    for customer in CUSTOMERS {
        of_customer(pool, customer, &mut answers).await;
    }
    of_exports(pool, &mut answers).await;
    answers.0
}

async fn of_pages(pool: &ReadPool, answers: &mut Answers) {
    let (from, today, now_ms) = (day("2016-01-11"), day("2016-01-12"), LocalMs::from_naive(now()));
    answers.note("recent", dashboard::recent(pool, now_ms, 0).await);
    answers.note("loads", dashboard::loads(pool, now_ms).await);
    answers.note("record", day_curve::record_load(pool, moment("2016-01-12 00:00:00")).await);
    answers.note("layers", layers::check(pool, from).await);
    answers.note("peaks", peaks::of_day(pool, from).await);
    answers.note("total peaks", peaks::of_total(pool, from, today).await);
    answers.note("heat", peaks::heat(pool, from).await);
    answers.note("expected", peaks::expected_by_region(pool, today).await);
    answers.note("distribution", peaks::distribution(pool, from, today).await);
    answers.note("shifts", peaks::shifts(pool, today).await);
    answers.note("quality hours", pipeline::quality_hours(pool, now(), 30).await);
    answers.note("rejected", pipeline::rejected(pool, "2016-01-12T00:05:00+08:00".parse().expect("a moment")).await);
    answers.note("letters", pipeline::open_dead_letters(pool, None, 100).await);
    answers.note("letters of a reason", pipeline::open_dead_letters(pool, Some("bad_user"), 100).await);
    answers.note("tree", regions::tree(pool, now()).await);
    for text in ["2", "500", "4007", "9001", "77777", "用户", "用户5", "用户2-5"] {
        answers.note(text, search::find(pool, &search::Query::parse(text), 50).await);
    }
}

async fn of_regions(pool: &ReadPool, members: &[RegionId], answers: &mut Answers) {
    let (today, now_ms) = (day("2016-01-12"), LocalMs::from_naive(now()));
    let mut note = |question: &str, answer: String| answers.0.push((format!("{question} of {members:?}"), answer));
    macro_rules! ask {
        ($name:literal, $answer:expr) => {
            note($name, format!("{:#?}", $answer.await.expect($name)))
        };
    }
    ask!("head", regions::head(pool, members, now()));
    ask!("curve", regions::day_curve(pool, members, day("2016-01-11")));
    ask!("curves", regions::curves(pool, members, &[Day::from_date(today), Day::from_date(day("2016-01-11"))], now_ms));
    ask!("expected meters", regions::expected_meters(pool, members, today, now()));
    ask!("composition", regions::composition(pool, members, today, now()));
    ask!("silent meters", regions::silent_meters(pool, members, now(), 50));
    ask!("windows", windows::latest(pool, members, now(), 100));
    ask!("days", api::region_days(pool, at("2016-01-11 00:00:00"), members));
    for grain in GRAINS {
        ask!("series", rollups::series(pool, members, grain, now(), 40));
    }
    for (grain, when, usage_type, text) in [
        (RankingGrain::Day, "2016-01-12 00:00:00", None, None),
        (RankingGrain::Day, "2016-01-11 00:00:00", Some("商业"), None),
        (RankingGrain::Month, "2016-01-01 00:00:00", None, Some("5")),
        (RankingGrain::Hour, "2016-01-12 00:00:00", None, Some("用户2")),
        (RankingGrain::Window, "2016-01-11 12:00:00", None, None),
    ] {
        let query = RankingQuery {
            period: Period::holding(grain, at(when)),
            regions: members.to_vec(),
            usage_type: usage_type.map(str::to_owned),
            text: text.map(str::to_owned),
            offset: 0,
            limit: 50,
            mover_places: 1,
        };
        ask!("ranking", ranking(pool, &query, now()));
    }
}

async fn of_customer(pool: &ReadPool, id: i64, answers: &mut Answers) {
    let (yesterday, today) = (day("2016-01-11"), day("2016-01-12"));
    answers.note(&format!("head of {id}"), users::head(pool, id).await);
    answers.note(&format!("curve of {id}"), users::day_curve(pool, id, yesterday).await);
    answers.note(&format!("readings of {id}"), users::readings(pool, id, yesterday, 3, 20).await);
    answers.note(&format!("readings today of {id}"), users::readings(pool, id, today, 0, 20).await);
    answers.note(&format!("quality of {id}"), users::quality(pool, id, today, now()).await);
    for grain in [RankingGrain::Day, RankingGrain::Month] {
        answers.note(&format!("total of {id}"), users::total(pool, id, grain, now(), now()).await);
    }
}

async fn of_exports(pool: &ReadPool, answers: &mut Answers) {
    let every = [
        Export::Dashboard,
        Export::Regions,
        Export::Rankings,
        Export::PeriodRankings,
        Export::Rollup,
        Export::UserReadings,
        Export::Peaks,
        Export::DeadLetters,
    ];
    for export in every {
        for (region_ids, grain) in [(None, Some("day")), (Some(vec![4, 5]), Some("day")), (None, Some("hour"))] {
            let filter = ExportFilter {
                from: NaiveDateTime::default(),
                to: at("2100-01-01 00:00:00"),
                region_ids,
                user_id: None,
                usage_type: None,
                grain,
                alarms: AlarmFilter::default(),
                limit: None,
                offset: 0,
            };
            let mut connection = open_export_connection(pool).await.expect("a connection");
            let rows: Vec<_> = export.rows(&mut connection, &filter).try_collect().await.expect("rows");
            let mut rows: Vec<String> = rows.into_iter().map(|row| format!("{row:?}")).collect();
            // roll-ups of two warehouses are written at two times
            rows.iter_mut().for_each(|row| *row = without_instants(row));
            answers.note(&format!("{export:?} of {:?}", filter.region_ids), Ok::<_, ()>(rows));
        }
    }
}

/// When a row was written differs between two warehouses.
fn without_instants(text: &str) -> String {
    let mut parts = text.split("Instant(");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |kept, part| kept + part.split_once(')').map_or("", |(_, rest)| rest))
}

/// Write times of the two warehouses, which stand in other answers too.
fn comparable(answers: Vec<(String, String)>) -> Vec<(String, String)> {
    let is_time =
        |line: &&str| !["first_written:", "update_time:", "last_write:", "received_at:"].iter().any(|name| line.contains(name));
    let lines = |text: String| {
        let mut kept = Vec::new();
        let mut lines = text.lines();
        while let Some(line) = lines.next() {
            if is_time(&line) {
                kept.push(line);
            } else if line.trim_end().ends_with("Some(") {
                lines.by_ref().take(2).for_each(drop);
            }
        }
        kept.join("\n")
    };
    answers.into_iter().map(|(question, text)| (question, lines(text))).collect()
}

async fn sees_what_it_would_hold(regions: &[RegionId]) {
    let shared = two_tenants().await;
    let seen = comparable(all_answers(&shared.seen_by(&scope_of(regions))).await);
    let own = comparable(all_answers(&*holding_only(regions).await).await);
    assert_eq!(seen.len(), own.len());
    for ((question, seen), (_, own)) in seen.iter().zip(&own) {
        assert_eq!(seen, own, "{question}, seen by {regions:?}");
    }
}

#[tokio::test]
async fn one_tenant_sees_what_a_warehouse_of_his_would_hold() {
    sees_what_it_would_hold(&[1, 2, 3]).await;
}

#[tokio::test]
async fn the_other_tenant_too() {
    sees_what_it_would_hold(&[4, 5]).await;
}

#[tokio::test]
async fn a_single_region_without_its_parent_too() {
    sees_what_it_would_hold(&[5]).await;
}

#[tokio::test]
async fn regions_of_both_and_the_unknown_one_too() {
    sees_what_it_would_hold(&[0, 3, 5, 6]).await;
}

#[tokio::test]
async fn without_regions_there_is_nothing() {
    sees_what_it_would_hold(&[]).await;
    let nobody = two_tenants().await.seen_by(&Scope::default());
    assert!(regions::tree(&nobody, now()).await.expect("a tree").regions.is_empty());
    assert!(users::head(&nobody, 2001).await.expect("an answer").is_none());
    assert!(pipeline::rejected(&nobody, chrono::DateTime::default()).await.expect("an answer").is_empty());
}

#[tokio::test]
async fn whoever_sees_everything_sees_more_than_the_tenants_together() {
    let shared = two_tenants().await;
    let letters =
        async |scope: &Scope| pipeline::open_dead_letters(&shared.seen_by(scope), None, 100).await.expect("letters").len();
    let (whole, a, b) = (letters(&Scope::Whole).await, letters(&scope_of(&[1, 2, 3])).await, letters(&scope_of(&[4, 5])).await);
    assert!(a > 0 && b > 0 && whole == a + b + 2, "one of a customer without a region, one without a key: {whole} {a} {b}");
}

#[tokio::test]
async fn telephone_and_address_are_not_in_refused_changes() {
    let shared = two_tenants().await;
    let mut answers = Answers::default();
    answers.note("letters", pipeline::open_dead_letters(&shared, None, 100).await);
    of_exports(&shared, &mut answers).await;
    let text: String = answers.0.into_iter().map(|(_, text)| text).collect();
    assert!(text.contains("5009") && !text.contains("138123") && !text.contains("门牌"));
}
