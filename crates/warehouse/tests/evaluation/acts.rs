//! The transaction of an act, as the role that keeps accounts, and what the stream reads of it.

use domain::access::{AccountName, DisplayName, Preset, Scope};
use domain::alarms::{Event, Point, State};
use warehouse::Store;
use warehouse::access::{AccessPool, Author, Granter, Grants, accounts};
use warehouse::alarms::acts::{ActRecord, ActWork};
use warehouse::alarms::evaluation::{alarm_progress, save};
use warehouse::read::ReadPool;
use warehouse::read::alarms::feed::{self, Known};

use crate::build::{NOW_MS, raised, region_point, rule, run, store};

/// A store with an alarm of region 1, the role that acts on it, and its number.
async fn house() -> (Store, AccessPool, i64) {
    let store = store().await;
    let rule = rule(&store).await;
    run(
        &store,
        &format!(
            r#"insert into alarm_rule_versions (rule_id, version, definition, made_by) values ({rule}, 1, '{{"severity": "high",
               "conditions": [{{"metric": "load_now_kw", "comparison": ">", "threshold": "1.00"}}]}}', 'tests')"#
        ),
    )
    .await;
    let point = region_point(rule, 1);
    let mut conn = store.pool().acquire().await.expect("a connection");
    let saved = save(&mut conn, std::slice::from_ref(&point), &[raised(&point)], 0).await.expect("saved");
    let options = (*store.pool().connect_options()).clone().options([("role", "loadline_access")]);
    let access = sqlx::postgres::PgPoolOptions::new().max_connections(3).connect_lazy_with(options);
    (store, AccessPool::from_pool(access), saved.transitions[0].alarm_id)
}

fn acknowledged(point: &Point) -> Point {
    Point { state: State::Acked, version: point.version + 1, ..point.clone() }
}

fn record() -> ActRecord {
    ActRecord { code: "ack", details: vec![("comment", "seen".into())] }
}

#[tokio::test]
async fn an_act_is_done_with_its_entry_or_not_at_all() {
    let (store, access, id) = house().await;
    let mut forgotten = ActWork::begin(&access).await.expect("held");
    let held = forgotten.load(&[id, 424_242]).await.expect("loaded");
    assert_eq!(held.points.len(), 1, "what does not exist is left out");
    assert!(held.definition(&held.points[0]).is_some());
    let after = acknowledged(&held.points[0]);
    forgotten.save(std::slice::from_ref(&after), &[]).await.expect("saved");
    drop(forgotten);
    let mut work = ActWork::begin(&access).await.expect("the row is free again");
    assert_eq!(work.load(&[id]).await.expect("loaded").points[0].state, State::Unack, "nothing is left of it");
    let transition = domain::alarms::Transition { event: Event::Acknowledged, at_ms: NOW_MS + 1, ..raised(&after) };
    work.save(std::slice::from_ref(&after), &[transition]).await.expect("saved");
    let last = work.last_changes(&[id]).await.expect("asked");
    assert_eq!((last[&id].event, last[&id].at_ms), (Event::Acknowledged, NOW_MS + 1));
    work.commit(&Author::command("tests"), std::slice::from_ref(&after), record()).await.expect("committed");
    let entries: Vec<(String, String, serde_json::Value)> =
        sqlx::query_as("select action, object_id, after::jsonb from access.audit_log")
            .fetch_all(store.pool())
            .await
            .expect("rows");
    assert_eq!(entries, [("alarm.ack".to_owned(), id.to_string(), serde_json::json!({ "alarms": [id], "comment": "seen" }))]);
    let mut conn = store.pool().acquire().await.expect("a connection");
    assert_eq!(alarm_progress(&mut conn).await.expect("a row").revision, 1, "one change, one revision");
}

#[tokio::test]
async fn somebody_is_found_by_the_name_that_he_signs_in_with() {
    let (_store, access, _) = house().await;
    let add = async |name: &str, preset: Preset, disabled: bool| {
        let new = accounts::NewAccount {
            name: AccountName::parse(name).expect("a name"),
            display_name: DisplayName::parse("somebody").expect("a name"),
            grants: Grants { tenant_id: None, rights: preset.rights(), all_regions: false, regions: vec![1] },
            password_hash: None,
            must_change_password: false,
        };
        let (author, granter) = (Author::command("tests"), Granter::everything());
        let id = accounts::add(&access, &author, &granter, &new).await.expect("added");
        let change = accounts::AccountChange { display_name: new.display_name, grants: new.grants, disabled };
        accounts::change(&access, &author, &granter, id, 1, &change).await.expect("changed");
        id
    };
    let id = add("Li", Preset::Operator, false).await;
    add("gone", Preset::Operator, true).await;
    let mut work = ActWork::begin(&access).await.expect("held");
    let found = work.assignee(" li ", None).await.expect("asked").expect("found");
    assert_eq!((found.person.account_id, found.person.name.as_str(), found.scope), (Some(id), "Li", Scope::of([1])));
    for (name, tenant) in [("gone", None), ("nobody", None), ("no name!", None), ("li", Some(1))] {
        assert_eq!(work.assignee(name, tenant).await.expect("asked"), None, "{name}");
    }
}

#[tokio::test]
async fn the_feed_goes_on_where_somebody_stopped() {
    let (store, _, id) = house().await;
    let point = region_point(rule(&store).await, 2);
    let mut conn = store.pool().acquire().await.expect("a connection");
    for revision in 1..=3 {
        save(&mut conn, std::slice::from_ref(&point), &[raised(&point), raised(&point)], revision).await.expect("saved");
    }
    let pool = ReadPool::from_pool(store.pool().clone());
    let (one, two) = (pool.seen_by(&Scope::of([1])), pool.seen_by(&Scope::of([2])));
    let numbers = |entries: Vec<warehouse::read::alarms::Entry>| entries.iter().map(|e| e.transition_id).collect::<Vec<_>>();
    let all = numbers(feed::after(&two, 0, -1, 3, 100).await.expect("read"));
    assert_eq!(all.len(), 6);
    assert_eq!(numbers(feed::after(&two, all[0], 0, 3, 2).await.expect("read")), all[1..3], "in the middle of a change");
    assert_eq!(numbers(feed::after(&two, all[0], 1, 2, 100).await.expect("read")), all[2..4], "of one change");
    assert_eq!(feed::newest(&two).await.expect("read"), all[5]);
    let own = feed::newest(&one).await.expect("read");
    assert!(own > 0 && own < all[0], "his own newest entry is that of alarm {id}");
    assert_eq!(feed::known(&two, all[3]).await.expect("read"), Known::At { revision: 2 });
    assert_eq!(feed::known(&two, own).await.expect("read"), Known::Before, "an entry of others is as good as gone");
    assert_eq!(feed::known(&one, all[5]).await.expect("read"), Known::Unknown);
}
