//! A tenant's rules are his alone, and nobody makes a rule for regions that he does not see.

use domain::Fixed2;
use domain::access::Scope;
use domain::alarms::{Comparison, Condition, Fault, Metric, RegionChoice, RuleDefinition};
use warehouse::access::{AccessError, tenants};
use warehouse::alarms::rules::{self, RuleError};

use super::fixture::{house, limit};

fn listed(regions: &[i32]) -> RuleDefinition {
    RuleDefinition { regions: RegionChoice::Listed(regions.to_vec()), ..limit() }
}

#[tokio::test]
async fn a_tenants_rules_are_seen_and_changed_by_his_people_and_the_operator() {
    let house = house().await;
    let chief = house.operator().await;
    let (west, wei) = house.tenant("west", &[2]).await;
    let (_, ding) = house.tenant("east", &[3]).await;
    let own = house.add(&wei, &limit()).await.expect("all of his regions");
    let operators = house.add(&chief, &limit()).await.expect("of the operator");
    assert_eq!(house.rule(own).await.tenant_id, Some(west));
    let pool = house.seen_by(&Scope::of([2]));
    let seen: Vec<_> = rules::list(&pool, Some(west)).await.expect("a list").iter().map(|rule| rule.rule_id).collect();
    assert_eq!(seen, [own]);
    assert_eq!(rules::one(&pool, Some(west), operators).await.expect("an answer"), None);
    for (stranger, rule) in [(&ding, own), (&wei, operators)] {
        for outcome in [
            rules::change(&house.access, stranger.maker(), rule, 1, &listed(&[2])).await.map(drop),
            rules::enable(&house.access, stranger.maker(), rule, 1).await,
            rules::remove(&house.access, stranger.maker(), rule, 1).await,
        ] {
            assert!(matches!(outcome, Err(RuleError::Access(AccessError::NotFound))), "{outcome:?}");
        }
    }
    let faults = |outcome: Result<i32, RuleError>| match outcome {
        Err(RuleError::Faults(faults)) => faults,
        other => panic!("{other:?}"),
    };
    let foreign = rules::change(&house.access, chief.maker(), own, 1, &listed(&[2, 3])).await;
    assert_eq!(faults(foreign), [Fault::ForeignRegion(3)], "also the operator keeps to the tenant's regions");
    assert_eq!(rules::change(&house.access, chief.maker(), own, 1, &listed(&[2])).await.expect("changed"), 2);
    let entry: Option<i32> = sqlx::query_scalar("select tenant_id from access.audit_log where action = 'rule.change'")
        .fetch_one(&house.root)
        .await
        .expect("an entry");
    assert_eq!(entry, Some(west), "the tenant's people read of it");
}

#[tokio::test]
async fn nobody_makes_a_rule_beyond_his_regions() {
    let house = house().await;
    let some = house.engineer("li", None, Scope::of([1, 2])).await;
    let (_, wei) = house.tenant("west", &[2]).await;
    assert!(
        matches!(house.add(&some, &listed(&[1, 3])).await, Err(RuleError::Faults(faults)) if faults == [Fault::ForeignRegion(3)])
    );
    assert!(
        matches!(house.add(&wei, &listed(&[3])).await, Err(RuleError::Faults(faults)) if faults == [Fault::ForeignRegion(3)])
    );
    let unknown = house.add(&house.operator().await, &listed(&[99])).await;
    assert!(matches!(unknown, Err(RuleError::Faults(faults)) if faults == [Fault::UnknownRegion(99)]));

    // somebody with some regions of the operator: neither all, nor the installation itself, nor a rule with more than his
    let mut lag = limit();
    lag.quiets = domain::alarms::Quieting::Nothing;
    lag.conditions = vec![Condition {
        metric: Metric::PipelineLagS,
        comparison: Comparison::AtLeast,
        threshold: Fixed2(30_000),
        deadband: Fixed2::ZERO,
        span_min: None,
    }];
    let whole = house.add(&house.operator().await, &limit()).await.expect("the operator's");
    let mut some = some;
    some.granter.all_regions = false;
    for outcome in [
        house.add(&some, &limit()).await.map(drop),
        house.add(&some, &lag).await.map(drop),
        house.add(&wei, &lag).await.map(drop),
        rules::enable(&house.access, some.maker(), whole, 1).await,
    ] {
        assert!(matches!(outcome, Err(RuleError::Access(AccessError::BeyondOwnRights))), "{outcome:?}");
    }
    house.add(&some, &listed(&[1, 2])).await.expect("his own");
}

#[tokio::test]
async fn open_alarms_are_counted_for_the_regions_that_are_seen() {
    let house = house().await;
    let chief = house.operator().await;
    let id = house.add(&chief, &limit()).await.expect("a new rule");
    for (region, state) in [(1, "UNACK"), (2, "SHLVD"), (3, "NORM")] {
        house
            .sql(&format!(
                "insert into alarms (rule_id, rule_version, subject_kind, subject_id, region_id, severity, state, state_since,
                                     quality, is_active, revision)
                 values ({id}, 1, 'region', {region}, {region}, 1, '{state}', now(), 'good', true, 1)"
            ))
            .await;
    }
    for (scope, expected) in [(Scope::Whole, Some(2)), (Scope::of([2]), Some(1)), (Scope::of([3]), None)] {
        let open = rules::open_alarms(&house.seen_by(&scope)).await.expect("numbers");
        assert_eq!(open.get(&id).copied(), expected, "{scope}");
    }
}

#[tokio::test]
async fn whose_a_region_is_is_told_to_the_evaluation() {
    let house = house().await;
    let (_, wei) = house.tenant("west", &[2]).await;
    let before = house.revisions().await;
    for owner in [None, Some(wei.granter.tenant_id.expect("a tenant"))] {
        tenants::assign_region(&house.access, &wei.author, 2, owner).await.expect("assigned");
    }
    assert_eq!(house.revisions().await, before + 2, "his rules look at other regions now");
}
