//! `/audit`.

use app::pages::audit::submitted_of;
use app::{AppError, Lang};
use warehouse::access::audit::verify;

use super::site::{Site, assert_has, assert_lacks, block};

#[tokio::test]
async fn entries_say_who_did_what_and_what_changed() {
    let site = Site::two_tenants().await;
    site.sign_in("east.clerk", "Browser/1").await;
    let page = site.en(&site.operator(), "/audit").await;
    let entries = block(&page, "entries");
    assert_has(&entries, &["command tests", "person added", "tenant added", "region assigned", "token added", "wall link added"]);
    assert_has(&entries, &["signed in", "from 192.0.2.7", "person East Clerk", "Hash "]);
    assert_has(&page, &["href=\"/exports/audit.csv\"", "action=\"/audit/verify\""]);
    let found = block(&site.en(&site.operator(), "/audit?action=token.add&text=west").await, "entries");
    assert_has(&found, &["West export"]);
    assert_lacks(&found, &["East", "person added"]);
    let object = format!("/audit?object=account:{}", site.person("east.clerk"));
    assert_lacks(&block(&site.en(&site.operator(), &object).await, "entries"), &["West", "token"]);
    assert_has(&site.en(&site.operator(), "/audit?actor=nobody-like-this").await, &["No entry matches"]);
    let page = site.page(&site.operator(), "/audit?to=x", Lang::En).await;
    assert!(matches!(page, Err(AppError::BadParameter { .. })), "{page:?}");
}

#[tokio::test]
async fn every_action_that_is_recorded_has_words() {
    let site = Site::two_tenants().await;
    site.sign_in("east.clerk", "Browser/1").await;
    let recorded: Vec<String> =
        sqlx::query_scalar("select distinct action from access.audit_log").fetch_all(&site.pool).await.expect("entries");
    assert!(recorded.len() >= 6, "{recorded:?}");
    for action in recorded {
        for lang in Lang::ALL {
            assert_ne!(app::text::access::actions::action(&action, lang), action);
        }
    }
}

#[tokio::test]
async fn older_entries_follow_on_pages_of_their_own() {
    let site = Site::two_tenants().await;
    site.run(
        "do $$ begin for n in 1..120 loop
            perform access.audit('system', null, 'loadline', '', null, 'audit.verify', 'audit', n::text, null, null, null);
         end loop; end $$",
    )
    .await;
    let mut address = "/audit".to_owned();
    let mut numbers: Vec<String> = Vec::new();
    while numbers.len() < 1_000 {
        let page = site.en(&site.operator(), &address).await;
        numbers.extend(
            page.split("<summary><span class=\"num\">").skip(1).map(|rest| rest.split('<').next().unwrap_or_default().to_owned()),
        );
        let Some((before, _)) = page.split_once("\" rel=\"next\"") else { break };
        address = before.rsplit("href=\"").next().expect("an address").to_owned();
    }
    let total: i64 = sqlx::query_scalar("select count(*) from access.audit_log").fetch_one(&site.pool).await.expect("a count");
    let expected: Vec<_> = (1..=total).rev().map(|no| no.to_string()).collect();
    assert_eq!(numbers, expected, "each entry once, newest first");
}

#[tokio::test]
async fn verification_names_the_first_broken_entry_and_the_head() {
    let site = Site::two_tenants().await;
    let verdict = verify(&site.access, None).await.expect("a verdict");
    let page = site.answer(&site.operator(), "/audit", submitted_of(&verdict), Lang::En).await;
    assert_has(&block(&page, "verify"), &["✓ Whole", &verdict.head.to_string(), "Note down"]);
    site.run("alter table access.audit_log disable trigger audit_is_final; update access.audit_log set reason = 'x' where entry_no = 3").await;
    let verdict = verify(&site.access, None).await.expect("a verdict");
    let page = site.answer(&site.operator(), "/audit", submitted_of(&verdict), Lang::En).await;
    assert_has(&block(&page, "verify"), &["✕ Broken: 2 entries are right; the first wrong one is no. 3: it was changed"]);
    let tenant = site.en(&site.east(), "/audit").await;
    assert_lacks(&tenant, &["/audit/verify"]);
}
