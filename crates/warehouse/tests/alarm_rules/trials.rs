//! Trials wait in a row, belong to whoever sees their regions, and are never lost.

use chrono::NaiveDateTime;
use domain::access::Scope;
use domain::alarms::{Comparison, Condition, Metric, RuleDefinition};
use domain::{Fixed2, alarms::Quieting};
use serde_json::json;
use warehouse::access::AccessError;
use warehouse::alarms::rules::RuleError;
use warehouse::alarms::trials::{self, MOST_WAITING, NewTrial, TrialFault, TrialState};

use super::fixture::{Engineer, House, house, limit};

fn trial(definition: RuleDefinition, from: &str, to: &str) -> NewTrial {
    let at = |day: &str| format!("{day}T00:00:00").parse::<NaiveDateTime>().expect("a day");
    NewTrial { rule_id: None, definition, other: None, labels: vec!["draft".to_owned()], from: at(from), to: at(to) }
}

fn on(metric: Metric) -> RuleDefinition {
    let condition =
        Condition { metric, comparison: Comparison::AtLeast, threshold: Fixed2(50_00), deadband: Fixed2::ZERO, span_min: None };
    RuleDefinition { conditions: vec![condition], quiets: Quieting::Nothing, ..limit() }
}

async fn ask(house: &House, engineer: &Engineer) -> i64 {
    trials::add(&house.access, engineer.maker(), &trial(limit(), "2026-01-01", "2026-01-02")).await.expect("asked")
}

#[tokio::test]
async fn trials_run_one_after_the_other_and_those_of_a_killed_server_again() {
    let house = house().await;
    let chief = house.operator().await;
    let (first, second) = (ask(&house, &chief).await, ask(&house, &chief).await);
    let claimed = trials::claim(&house.root).await.expect("an answer").expect("the first");
    assert_eq!((claimed.trial_id, claimed.state), (first, TrialState::Running));
    assert_eq!(trials::take_up_again(&house.root).await.expect("an answer"), 1);
    let again = trials::claim(&house.root).await.expect("an answer").expect("the first again");
    assert_eq!(again.trial_id, first);
    trials::finish(&house.root, first, Ok(json!({ "fired": 3 }))).await.expect("stored");
    let next = trials::claim(&house.root).await.expect("an answer").expect("the second");
    assert_eq!(next.trial_id, second);
    trials::finish(&house.root, second, Err("nothing_stored".to_owned())).await.expect("stored");
    assert!(trials::claim(&house.root).await.expect("an answer").is_none());
    let read = |id| trials::one(&house.access, id, None, &Scope::Whole);
    let (done, failed) = (read(first).await.expect("a trial"), read(second).await.expect("a trial"));
    assert_eq!((done.state, done.result), (TrialState::Done, Some(json!({ "fired": 3 }))));
    assert_eq!((failed.state, failed.problem.as_deref()), (TrialState::Failed, Some("nothing_stored")));
}

#[tokio::test]
async fn a_result_is_for_those_who_see_its_regions() {
    let house = house().await;
    let (west, wei) = house.tenant("west", &[2]).await;
    let (east, _) = house.tenant("east", &[3]).await;
    let id = ask(&house, &wei).await;
    let is_seen = async |tenant, scope: Scope| match trials::one(&house.access, id, tenant, &scope).await {
        Ok(_) => true,
        Err(RuleError::Access(AccessError::NotFound)) => false,
        Err(other) => panic!("{other:?}"),
    };
    assert!(is_seen(Some(west), Scope::of([2])).await && is_seen(None, Scope::Whole).await);
    assert!(!is_seen(Some(west), Scope::of([])).await && !is_seen(Some(east), Scope::of([3])).await);
    assert!(!is_seen(None, Scope::of([1])).await);
}

#[tokio::test]
async fn what_is_not_stored_or_too_long_is_refused() {
    let house = house().await;
    let chief = house.operator().await;
    let refused = async |new: NewTrial| match trials::add(&house.access, chief.maker(), &new).await {
        Err(RuleError::Trial(fault)) => Some(fault),
        Ok(_) => None,
        Err(other) => panic!("{other:?}"),
    };
    for metric in [Metric::RegionSilenceMin, Metric::MeterSilenceMin, Metric::DeadLettersHour] {
        assert_eq!(refused(trial(on(metric), "2026-01-01", "2026-01-02")).await, Some(TrialFault::NotStored), "{metric:?}");
    }
    let long = |definition| trial(definition, "2026-01-01", "2026-02-01");
    assert_eq!(refused(long(on(Metric::LoadNowKw))).await, Some(TrialFault::Period));
    assert_eq!(refused(long(on(Metric::HourKwh))).await, None);
    assert_eq!(refused(trial(on(Metric::HourKwh), "2026-01-01", "2026-05-01")).await, Some(TrialFault::Period));
    assert_eq!(refused(trial(limit(), "2026-01-02", "2026-01-02")).await, Some(TrialFault::Period));
    let with_other = NewTrial { other: Some(on(Metric::LoadNowKw)), ..long(on(Metric::HourKwh)) };
    assert_eq!(refused(with_other).await, Some(TrialFault::Period), "the stricter of the two counts");
    let waiting = house.number("select count(*) from alarm_trials").await;
    for _ in waiting..MOST_WAITING {
        ask(&house, &chief).await;
    }
    let full = trials::add(&house.access, chief.maker(), &trial(limit(), "2026-01-01", "2026-01-02")).await;
    assert!(matches!(full, Err(RuleError::Busy)), "{full:?}");
    assert_eq!(house.revisions().await, 0, "a trial changes nothing");
}
