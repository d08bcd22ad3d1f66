//! Versions never change, one of two authors wins, and each change is in the record and told to the evaluation.

use std::time::Duration;

use domain::Fixed2;
use domain::access::Scope;
use domain::alarms::Fault;
use sqlx::postgres::PgListener;
use warehouse::access::AccessError;
use warehouse::alarms::evaluation::hold;
use warehouse::alarms::rules::{self, RuleError};

use super::fixture::{house, limit};

#[tokio::test]
async fn a_change_adds_a_version_and_the_older_ones_stay() {
    let house = house().await;
    let chief = house.operator().await;
    let id = house.add(&chief, &limit()).await.expect("a new rule");
    let mut higher = limit();
    higher.conditions[0].threshold = Fixed2(11_000);
    assert_eq!(rules::change(&house.access, chief.maker(), id, 1, &higher).await.expect("a version"), 2);
    assert_eq!(rules::restore(&house.access, chief.maker(), id, 2, 1).await.expect("the first again"), 3);
    let made = rules::versions(&house.seen_by(&Scope::Whole), id).await.expect("versions");
    let thresholds: Vec<_> = made.iter().map(|one| (one.version, one.definition.conditions[0].threshold.0)).collect();
    assert_eq!(thresholds, [(3, 10_000), (2, 11_000), (1, 10_000)]);
    assert!(made.iter().all(|one| one.made_by == "chief"));
    // the same again is no new version
    assert_eq!(rules::change(&house.access, chief.maker(), id, 3, &limit()).await.expect("nothing to do"), 3);
    let missing = rules::restore(&house.access, chief.maker(), id, 3, 9).await;
    assert!(matches!(missing, Err(RuleError::Access(AccessError::NotFound))), "{missing:?}");
}

#[tokio::test]
async fn whoever_saw_an_older_version_is_told_who_was_first() {
    let house = house().await;
    let (chief, other) = (house.operator().await, house.engineer("wang", None, Scope::Whole).await);
    let id = house.add(&chief, &limit()).await.expect("a new rule");
    let with = |threshold| {
        let mut rule = limit();
        rule.conditions[0].threshold = Fixed2(threshold);
        rule
    };
    let (first, second) = (with(90_00), with(95_00));
    let both = tokio::join!(
        rules::change(&house.access, chief.maker(), id, 1, &first),
        rules::change(&house.access, other.maker(), id, 1, &second)
    );
    let lost = match both {
        (Ok(2), Err(lost)) | (Err(lost), Ok(2)) => lost,
        other => panic!("one has to win: {other:?}"),
    };
    let RuleError::Changed { version: 2, by, .. } = lost else { panic!("{lost:?}") };
    assert_eq!(by, house.rule(id).await.made_by);
    for late in [
        rules::enable(&house.access, chief.maker(), id, 1).await,
        rules::disable(&house.access, chief.maker(), id, 1).await,
        rules::remove(&house.access, chief.maker(), id, 1).await,
    ] {
        assert!(matches!(late, Err(RuleError::Changed { .. })), "{late:?}");
    }
    assert_eq!(house.number("select count(*) from alarm_rule_versions").await, 2);
}

#[tokio::test]
async fn every_change_is_recorded_and_told_in_its_transaction() {
    let house = house().await;
    let chief = house.operator().await;
    let mut listener = PgListener::connect_with(&house.root).await.expect("a listener");
    listener.listen("loadline_alarms").await.expect("listening");
    let id = house.add(&chief, &limit()).await.expect("a new rule");
    let mut named = limit();
    named.name_en = "Over limit".to_owned();
    rules::change(&house.access, chief.maker(), id, 1, &named).await.expect("a version");
    rules::enable(&house.access, chief.maker(), id, 2).await.expect("enabled");
    rules::enable(&house.access, chief.maker(), id, 2).await.expect("enabled already");
    rules::disable(&house.access, chief.maker(), id, 2).await.expect("disabled");
    rules::remove(&house.access, chief.maker(), id, 2).await.expect("removed");
    assert_eq!((house.revisions().await, house.entries().await), (5, 5));
    for _ in 0..5 {
        listener.recv().await.expect("a word for each");
    }
    let actions: Vec<String> =
        sqlx::query_scalar("select action from access.audit_log where object_kind = 'rule' order by entry_no")
            .fetch_all(&house.root)
            .await
            .expect("entries");
    assert_eq!(actions, ["rule.add", "rule.change", "rule.enable", "rule.disable", "rule.remove"]);
    let changed: String = sqlx::query_scalar("select after::text from access.audit_log where action = 'rule.change'")
        .fetch_one(&house.root)
        .await
        .expect("an entry");
    assert!(changed.contains("Over limit") && !changed.contains("conditions"), "what differs, and nothing else: {changed}");

    // without its entry a change does not happen
    house.sql("revoke execute on function access.audit(text, bigint, text, text, int, text, text, text, text, text, text) from loadline_access").await;
    assert!(house.add(&chief, &limit()).await.is_err());
    assert_eq!((house.revisions().await, house.number("select count(*) from alarm_rules").await), (5, 1));
}

#[tokio::test]
async fn a_removed_rule_is_readable_and_nothing_else() {
    let house = house().await;
    let chief = house.operator().await;
    let id = rules::add(&house.access, chief.maker(), &limit(), true).await.expect("enabled at once");
    rules::remove(&house.access, chief.maker(), id, 1).await.expect("removed");
    let pool = house.seen_by(&Scope::Whole);
    assert!(rules::list(&pool, None).await.expect("a list").is_empty());
    let rule = house.rule(id).await;
    assert!(rule.removed_at.is_some() && !rule.is_enabled);
    for late in [
        rules::enable(&house.access, chief.maker(), id, 1).await,
        rules::change(&house.access, chief.maker(), id, 1, &limit()).await.map(drop),
    ] {
        assert!(matches!(late, Err(RuleError::Access(AccessError::NotFound))), "{late:?}");
    }
}

#[tokio::test]
async fn a_rule_without_its_record_is_kept_and_not_enabled() {
    let house = house().await;
    let chief = house.operator().await;
    let mut bare = limit();
    bare.rationale.cause.clear();
    let id = house.add(&chief, &bare).await.expect("kept");
    let missing = |outcome: Result<(), RuleError>| match outcome {
        Err(RuleError::Faults(faults)) => assert_eq!(faults, [Fault::RationaleMissing { field: "cause" }]),
        other => panic!("{other:?}"),
    };
    missing(rules::enable(&house.access, chief.maker(), id, 1).await);
    missing(rules::add(&house.access, chief.maker(), &bare, true).await.map(drop));
    let enabled = rules::add(&house.access, chief.maker(), &limit(), true).await.expect("complete");
    missing(rules::change(&house.access, chief.maker(), enabled, 1, &bare).await.map(drop));
    let mut empty = limit();
    empty.conditions.clear();
    assert!(matches!(house.add(&chief, &empty).await, Err(RuleError::Faults(_))));
    let names: Vec<_> =
        rules::list(&house.seen_by(&Scope::Whole), None).await.expect("a list").iter().map(|rule| rule.rule_id).collect();
    assert_eq!(names, [enabled, id], "enabled ones first");
}

#[tokio::test]
async fn a_change_and_an_alarm_of_the_same_rule_do_not_lock_each_other_out() {
    let house = house().await;
    let chief = house.operator().await;
    let id = house.add(&chief, &limit()).await.expect("a new rule");
    rules::enable(&house.access, chief.maker(), id, 1).await.expect("enabled");
    // as the evaluation does it: first the progress, then an alarm of the rule
    let mut step = house.root.begin().await.expect("a transaction");
    hold(&mut step).await.expect("held");
    let change = rules::disable(&house.access, chief.maker(), id, 1);
    let alarm = async {
        let waiters = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
        let waiting = async || house.number(waiters).await == 1;
        testkit::wait_until("the change waits for the progress", Duration::from_secs(20), waiting).await;
        let insert = format!(
            "insert into alarms (rule_id, rule_version, subject_kind, subject_id, region_id, severity, state, state_since, quality,
                                 is_active, revision)
             values ({id}, 1, 'region', 1, 1, 1, 'UNACK', now(), 'good', true, 1)"
        );
        sqlx::raw_sql(&insert).execute(&mut *step).await.expect("the alarm is stored");
        step.commit().await.expect("the step is done");
    };
    let (changed, ()) = tokio::join!(change, alarm);
    changed.expect("the rule is off");
}
