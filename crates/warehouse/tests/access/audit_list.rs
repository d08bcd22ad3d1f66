//! The record filtered, page by page, and as a stream.

use chrono::{DateTime, TimeDelta, Utc};
use futures::TryStreamExt;
use warehouse::access::audit::{AuditFilter, Entry, list, note, stream};
use warehouse::access::{Author, AuthorKind};

use super::{House, author, house};

async fn ask(house: &House, filter: AuditFilter) -> Vec<i64> {
    let filter = AuditFilter { limit: 100, ..filter };
    list(&house.pool, &filter).await.expect("a list").iter().map(|entry| entry.entry_no).collect()
}

fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

#[tokio::test]
async fn filters_narrow_together() {
    let house = house().await;
    let li = Author { kind: AuthorKind::Person, id: Some(1), name: "Li_Lei".to_owned(), tenant_id: Some(5), ..author() };
    let han = Author { name: "HAN".to_owned(), reason: text("100% 故障"), ..author() };
    let after = Some(serde_json::json!({ "name": "ТЕСТ" }));
    for (who, action, object, id) in [
        (&li, "account.add", "account", "7"),
        (&han, "account.change", "account", "70"),
        (&li, "login.ok", "account", "7"),
        (&han, "token.add", "token", "7"),
    ] {
        note(&house.pool, who, action, object, id, after.clone()).await.expect("noted");
    }
    let all = AuditFilter::default;
    assert_eq!(ask(&house, all()).await, [4, 3, 2, 1]);
    assert_eq!(ask(&house, AuditFilter { tenant: Some(5), ..all() }).await, [3, 1]);
    assert_eq!(ask(&house, AuditFilter { actor: text("lei"), ..all() }).await, [3, 1]);
    assert_eq!(ask(&house, AuditFilter { actor: text("%"), ..all() }).await, [0; 0], "a text, not a pattern");
    assert_eq!(ask(&house, AuditFilter { action: text("account."), ..all() }).await, [2, 1]);
    assert_eq!(ask(&house, AuditFilter { object: text("account"), ..all() }).await, [3, 2, 1]);
    assert_eq!(ask(&house, AuditFilter { object: text("account:7"), ..all() }).await, [3, 1]);
    assert_eq!(ask(&house, AuditFilter { object: text("account:7"), action: text("login"), ..all() }).await, [3]);
    assert_eq!(ask(&house, AuditFilter { text: text("100% 故"), ..all() }).await, [4, 2]);
    assert_eq!(ask(&house, AuditFilter { text: text("\0тест"), ..all() }).await.len(), 4, "in what was written");
    assert_eq!(ask(&house, AuditFilter { text: text("no such"), ..all() }).await, [0; 0]);
    let at: Vec<DateTime<Utc>> =
        list(&house.pool, &AuditFilter { limit: 9, ..all() }).await.expect("a list").iter().map(|entry| entry.at).collect();
    assert!(at.is_sorted_by(|newer, older| newer > older));
    assert_eq!(ask(&house, AuditFilter { from: Some(at[1]), ..all() }).await, [4, 3]);
    assert_eq!(ask(&house, AuditFilter { to: Some(at[1]), ..all() }).await, [2, 1]);
    assert_eq!(ask(&house, AuditFilter { from: Some(at[0] + TimeDelta::days(1)), ..all() }).await, [0; 0]);
}

#[tokio::test]
async fn pages_and_the_stream_hold_every_entry_once() {
    let house = house().await;
    house
        .sql(
            "select count(access.audit('system', null, 'x', '', null, 'a.b', 'o', n::text, null, null, null))
                from generate_series(1, 2500) n",
        )
        .await;
    let mut filter = AuditFilter { limit: 700, ..AuditFilter::default() };
    let mut paged: Vec<Entry> = Vec::new();
    loop {
        let page = list(&house.pool, &filter).await.expect("a page");
        let Some(last) = page.last() else { break };
        filter.before_no = Some(last.entry_no);
        paged.extend(page);
    }
    assert_eq!(paged.len(), 2_500);
    assert!(paged.is_sorted_by(|newer, older| newer.entry_no > older.entry_no));
    let streamed: Vec<Entry> = stream(house.pool.clone(), AuditFilter::default()).try_collect().await.expect("a stream");
    assert_eq!(streamed, paged);
    let few = stream(house.pool.clone(), AuditFilter { object: Some("o:17".to_owned()), ..AuditFilter::default() });
    assert_eq!(few.try_collect::<Vec<_>>().await.expect("a stream").len(), 1);
    let endless = AuditFilter { limit: i64::MAX, ..AuditFilter::default() };
    assert_eq!(list(&house.pool, &endless).await.expect("a page").len(), 1_000, "a list is bounded");
    assert!(list(&house.pool, &AuditFilter { limit: -1, ..endless }).await.expect("a page").is_empty());
}
