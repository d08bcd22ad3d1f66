//! Counts, the desk's list with its filters, and what is set aside.

use std::collections::BTreeSet;

use domain::alarms::{Quality, Severity, State};
use warehouse::read::alarms::{AssigneeFilter, Counts, Filter, Order, SetAside, choices, counts, list, revision, set_aside};

use super::{alarms, ids, listed, part};

#[tokio::test]
async fn counts_are_of_what_the_viewer_sees() {
    let warehouse = alarms().await;
    let all = counts(&warehouse).await.expect("counts");
    let expected = Counts {
        revision: 9,
        unacknowledged: [1, 2, 0, 1],
        open: [1, 3, 0, 1],
        shelved: 2,
        suppressed: 1,
        out_of_service: 1,
        has_rules: true,
        newest: Some(5),
    };
    assert_eq!(all, expected);
    assert_eq!((all.all_unacknowledged(), all.all_open(), all.set_aside()), (4, 5, 4));
    assert_eq!(all.worst(), Some(Severity::Critical));
    let south = counts(&part(&warehouse, &[4, 5])).await.expect("counts");
    assert_eq!((south.open, south.shelved, south.newest), ([0, 1, 0, 0], 1, Some(4)), "no alarm of the installation");
    let nobody = counts(&part(&warehouse, &[])).await.expect("counts");
    assert_eq!((nobody.all_open(), nobody.set_aside(), nobody.newest), (0, 0, None));
    assert_eq!(revision(&warehouse).await.expect("a number"), 9);
}

#[tokio::test]
async fn the_worst_come_first_and_of_equals_the_unacknowledged_and_newest() {
    let warehouse = alarms().await;
    assert_eq!(listed(&warehouse, Filter::default()).await, [1, 4, 6, 3, 5], "3 is newer than 4 and 6, but acknowledged");
    let newest = list(&warehouse, &Filter::default(), Order::NewestFirst, 0, 100).await.expect("an answer");
    assert_eq!(ids(&newest), [5, 3, 1, 4, 6]);
    assert_eq!(listed(&part(&warehouse, &[2, 3]), Filter::default()).await, [3, 5]);
    let second = list(&warehouse, &Filter::default(), Order::WorstFirst, 2, 2).await.expect("an answer");
    assert_eq!((ids(&second), second.total), (vec![6, 3], 5));
    let beyond = list(&warehouse, &Filter::default(), Order::WorstFirst, 100, 10).await.expect("an answer");
    assert_eq!((beyond.lines.len(), beyond.total), (0, 5), "the total is known beyond the last page");
}

#[tokio::test]
async fn every_filter_leaves_out_the_others() {
    let warehouse = alarms().await;
    let cases = [
        (Filter { severities: BTreeSet::from([Severity::High, Severity::Low]), ..Filter::default() }, vec![4, 6, 3, 5]),
        (Filter { states: BTreeSet::from([State::Acked, State::Rtnun]), ..Filter::default() }, vec![3, 5]),
        (Filter { states: BTreeSet::from([State::Norm]), ..Filter::default() }, vec![9]),
        (Filter { regions: Some(vec![1, 2, 3]), ..Filter::default() }, vec![1, 3, 5]),
        (Filter { regions: Some(vec![]), ..Filter::default() }, vec![]),
        (Filter { rule_id: Some(102), ..Filter::default() }, vec![4, 3]),
        (Filter { assignee: AssigneeFilter::Nobody, ..Filter::default() }, vec![4, 6, 5]),
        (Filter { assignee: AssigneeFilter::Named("wang".into()), ..Filter::default() }, vec![3]),
        (Filter { quality: Some(Quality::NoData), ..Filter::default() }, vec![3]),
    ];
    for (filter, expected) in cases {
        assert_eq!(listed(&warehouse, filter.clone()).await, expected, "{filter:?}");
    }
}

#[tokio::test]
async fn a_text_is_found_in_names_and_numbers_and_is_no_pattern() {
    let warehouse = alarms().await;
    let by_text = async |text: &str| listed(&warehouse, Filter { text: Some(text.into()), ..Filter::default() }).await;
    assert_eq!(by_text("越限").await, [1], "the name of the rule as it is now");
    assert_eq!(by_text("silent").await, [4, 3], "letters of either case");
    assert_eq!(by_text("乙南").await, [4], "a region");
    assert_eq!(by_text(" LI ").await, [1], "an assignee, whatever the case and the blanks");
    assert_eq!(by_text("2001").await, [5], "a customer's number");
    assert_eq!(by_text("50%").await, [4, 3]);
    for nothing in ["旧名", "____", "'; drop table alarms", "\\"] {
        assert!(by_text(nothing).await.is_empty(), "{nothing}");
    }
    assert_eq!(by_text("%").await, [4, 3], "only the name that has the sign in it");
    let stranger = listed(&part(&warehouse, &[4, 5]), Filter { text: Some("2001".into()), ..Filter::default() }).await;
    assert!(stranger.is_empty(), "a customer of other regions");
}

#[tokio::test]
async fn what_is_set_aside_is_listed_by_what_comes_first() {
    let warehouse = alarms().await;
    let shelved = set_aside(&warehouse, SetAside::Shelved, None, 0, 10).await.expect("a list");
    assert_eq!(ids(&shelved), [10, 7], "which comes back first");
    let seventh = &shelved.lines[1].point;
    assert_eq!((seventh.set_aside_reason.as_deref(), seventh.hidden_count), (Some("检修 <b>"), 2));
    assert_eq!(seventh.set_aside_by.as_ref().map(|person| person.name.as_str()), Some("wang"));
    let suppressed = set_aside(&warehouse, SetAside::Suppressed, None, 0, 10).await.expect("a list");
    let by = suppressed.lines[0].suppressor.as_ref().expect("it is seen");
    assert_eq!((by.alarm_id, by.region_name.as_str()), (1, "甲市"));
    assert!(suppressed.rules.get(by.rule_id, by.rule_version).is_some(), "its rule can be named");
    let out = set_aside(&warehouse, SetAside::OutOfService, Some(&[3]), 0, 10).await.expect("a list");
    assert_eq!(out.lines[0].point.review_on, "2016-02-01".parse().ok());
    assert_eq!(set_aside(&warehouse, SetAside::OutOfService, Some(&[4]), 0, 10).await.expect("a list").total, 0);
}

#[tokio::test]
async fn an_alarm_above_that_is_not_seen_is_not_told() {
    let warehouse = alarms().await;
    let below = set_aside(&part(&warehouse, &[2]), SetAside::Suppressed, None, 0, 10).await.expect("a list");
    assert_eq!(ids(&below), [2]);
    assert!(below.lines[0].suppressor.is_none() && below.lines[0].point.suppressed_by.is_some());
}

#[tokio::test]
async fn a_filter_offers_what_the_viewers_alarms_have() {
    let warehouse = alarms().await;
    let all = choices(&warehouse).await.expect("choices");
    assert_eq!(all.rules.iter().map(|(id, ..)| *id).collect::<Vec<_>>(), [101, 102, 103, 104]);
    assert_eq!(all.rules[0], (101, "负荷越限".to_owned(), "Over limit".to_owned()));
    assert_eq!(all.assignees, ["li", "wang"]);
    let south = choices(&part(&warehouse, &[5])).await.expect("choices");
    assert_eq!((south.rules.len(), south.assignees.len()), (1, 0));
}
