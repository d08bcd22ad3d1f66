//! Whatever the owner of the database does to the record behind its back, the verification names the first broken entry.

use warehouse::access::audit::{AuditFilter, Broken, Head, Verdict, Wrong, head, list, verify};

use super::{House, house};

const ENTRIES: i64 = 9;

async fn record() -> House {
    let house = house().await;
    house
        .sql(
            r#"select access.audit('person', n, '李' || n, '192.0.2.1', 4, 'account.change', 'account', n::text,
                                    '{"n": 1}', case when n <> 3 then '{"n":  2}' end, case when n % 2 = 0 then 'why;1:x' end)
                  from generate_series(1, 9) n"#,
        )
        .await;
    house
}

/// As somebody who owns the database and knows what he does.
async fn tamper(house: &House, statements: &str) {
    house.sql(&format!("begin; set local session_replication_role = replica; {statements}; commit")).await;
}

async fn verdict(house: &House) -> Verdict {
    verify(&house.pool, None).await.expect("a verdict")
}

async fn broken(house: &House) -> Option<(i64, Wrong)> {
    verdict(house).await.broken.map(|Broken { entry_no, what }| (entry_no, what))
}

#[tokio::test]
async fn a_whole_record_is_whole() {
    let empty = house().await;
    assert_eq!(verdict(&empty).await, Verdict { entries: 0, head: head(&empty.pool).await.expect("a head"), broken: None });
    let house = record().await;
    let found = verdict(&house).await;
    assert_eq!((found.entries, found.broken), (ENTRIES, None));
    assert_eq!(found.head, head(&house.pool).await.expect("a head"));
}

#[tokio::test]
async fn a_change_of_any_column_is_found() {
    for change in [
        "at = at + interval '1 microsecond'",
        "at = 'infinity'",
        "actor_kind = 'system'",
        "actor_id = 1",
        "actor_id = null",
        "actor_name = '李 5'",
        "address = ''",
        "tenant_id = null",
        "action = 'account.chang'",
        "object_kind = 'token'",
        "object_id = '05'",
        "before = null",
        "before = '{\"n\":1}'",
        "after = '{\"n\": 2}'",
        "reason = ''",
        "reason = 'x'",
        "previous_hash = sha256('x')",
        "previous_hash = ''",
        "hash = sha256('x')",
        "actor_name = actor_name || ';1:x', address = ''",
    ] {
        let house = record().await;
        tamper(&house, &format!("update access.audit_log set {change} where entry_no = 5")).await;
        let found = verdict(&house).await;
        assert_eq!(found.broken, Some(Broken { entry_no: 5, what: Wrong::Changed }), "{change}");
        assert_eq!((found.entries, found.head.entry_no), (4, 4), "{change}");
        list(&house.pool, &AuditFilter { limit: 9, ..AuditFilter::default() }).await.expect("the page shows it all the same");
    }
}

#[tokio::test]
async fn removed_swapped_cut_and_forged_entries_are_found() {
    let insert = |no: i64, previous: &str, hash: &str| {
        format!(
            "insert into access.audit_log select {no}, at, actor_kind, actor_id, actor_name, address, tenant_id, action,
             object_kind, object_id, before, after, reason, {previous}, {hash} from access.audit_log where entry_no = 1"
        )
    };
    let swap = "update access.audit_log set entry_no = 100 where entry_no = 4; update access.audit_log set entry_no = 4 where entry_no = 5;
                update access.audit_log set entry_no = 5 where entry_no = 100";
    for (what, statements, expected) in [
        ("one removed", "delete from access.audit_log where entry_no = 5".to_owned(), (5, Wrong::Missing)),
        ("the first removed", "delete from access.audit_log where entry_no = 1".to_owned(), (1, Wrong::Missing)),
        ("swapped", swap.to_owned(), (4, Wrong::Changed)),
        ("the end cut off", "delete from access.audit_log where entry_no > 7".to_owned(), (8, Wrong::CutOff)),
        ("all of it", "delete from access.audit_log".to_owned(), (1, Wrong::CutOff)),
        (
            "one added",
            insert(10, "(select hash from access.audit_log where entry_no = 9)", "sha256('x')"),
            (10, Wrong::BeyondHead),
        ),
        ("one before the first", insert(0, "sha256('')", "sha256('x')"), (0, Wrong::OutOfOrder)),
        ("head moved back", "update access.audit_head set entry_no = 8".to_owned(), (9, Wrong::BeyondHead)),
        ("head of another hash", "update access.audit_head set hash = sha256('x')".to_owned(), (9, Wrong::HeadDiffers)),
        ("no head", "delete from access.audit_head".to_owned(), (9, Wrong::HeadDiffers)),
    ] {
        let house = record().await;
        tamper(&house, &statements).await;
        assert_eq!(broken(&house).await, Some(expected), "{what}");
    }
}

/// The hashed text as the database computes it, for a forger who knows the code.
const REHASH: &str = "update access.audit_log l set hash = sha256(previous_hash || convert_to(
    access.audit_field(entry_no::text) || access.audit_field((extract(epoch from at) * 1000000)::bigint::text)
    || access.audit_field(actor_kind) || access.audit_field(actor_id::text) || access.audit_field(actor_name)
    || access.audit_field(address) || access.audit_field(tenant_id::text) || access.audit_field(action)
    || access.audit_field(object_kind) || access.audit_field(object_id) || access.audit_field(before::text)
    || access.audit_field(after::text) || access.audit_field(reason), 'UTF8')) where entry_no = 5";

#[tokio::test]
async fn an_entry_forged_with_a_good_hash_breaks_the_next_one() {
    let house = record().await;
    tamper(&house, &format!("update access.audit_log set actor_name = 'Mallory' where entry_no = 5; {REHASH}")).await;
    assert_eq!(broken(&house).await, Some((6, Wrong::OutOfOrder)));
}

#[tokio::test]
async fn a_noted_head_finds_a_record_that_was_written_anew() {
    let house = record().await;
    let noted = head(&house.pool).await.expect("a head");
    house.sql("select access.audit('system', null, 'x', '', null, 'a.b', 'o', '1', null, null, null)").await;
    let ask = async |noted: &Head| verify(&house.pool, Some(noted)).await.expect("a verdict").broken;
    assert_eq!(ask(&noted).await, None, "a head from earlier is still in the chain");
    let early = Head::parse(&format!("0:{}", hex::encode(house_start()))).expect("a head");
    assert_eq!(ask(&early).await, None);
    let wrong = Head { hash: vec![0; 32], ..noted.clone() };
    assert_eq!(ask(&wrong).await, Some(Broken { entry_no: ENTRIES, what: Wrong::NotAsNoted }));
    let start = Head { entry_no: 0, hash: vec![0; 32] };
    assert_eq!(ask(&start).await, Some(Broken { entry_no: 0, what: Wrong::NotAsNoted }));

    // the owner empties the record and writes another, whole in itself
    tamper(&house, "delete from access.audit_log; update access.audit_head set entry_no = 0, hash = sha256('')").await;
    assert_eq!(ask(&noted).await, Some(Broken { entry_no: 1, what: Wrong::CutOff }));
    house.sql("select access.audit('system', null, 'x', '', null, 'a.b', 'o', n::text, null, null, null) from generate_series(1, 12) n").await;
    assert_eq!(verdict(&house).await.broken, None, "whole in itself");
    assert_eq!(ask(&noted).await, Some(Broken { entry_no: ENTRIES, what: Wrong::NotAsNoted }));
}

fn house_start() -> Vec<u8> {
    // SHA-256 of nothing
    hex::decode("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855").expect("hex")
}

#[tokio::test]
async fn entries_written_at_once_form_one_chain() {
    let house = house().await;
    let writers = (0..60).map(|n| {
        let pool = house.pool.clone();
        tokio::spawn(
            async move { warehouse::access::audit::note(&pool, &super::author(), "a.b", "o", &n.to_string(), None).await },
        )
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await.expect("no panic").expect("noted");
    }
    let found = verdict(&house).await;
    assert_eq!((found.entries, found.broken), (60, None));
}
