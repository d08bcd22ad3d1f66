//! `/tokens`.

use app::Lang;
use app::submitted::Problem;

use super::site::{Site, assert_has, assert_lacks, block, sent, shown_once};

#[tokio::test]
async fn tokens_and_links_are_listed_with_their_state() {
    let site = Site::two_tenants().await;
    let [old, gone] = [site.add_token("Old", "ll_oldxx", None).await, site.add_token("Gone", "ll_gonex", None).await];
    site.run(&format!(
        "update access.tokens set expires_at = '2016-01-01Z' where token_id = {old};
         update access.tokens set revoked_at = '2016-01-01Z' where token_id = {gone};
         update access.tokens set last_used_at = '2016-01-11T17:00Z', last_address = '192.0.2.9' where name = 'East export';
         update access.wall_links set last_seen_at = '2016-01-11T17:01Z', last_address = '2001:db8::1' where name = '东墙'"
    ))
    .await;
    let page = site.en(&site.operator(), "/tokens").await;
    let tokens = block(&page, "tokens");
    assert_has(&tokens, &["Old expired ll_oldxx…", "Gone revoked", "East export active ll_east…"]);
    assert_has(&tokens, &["2016-01-12 01:00:00 · 192.0.2.9", "2016-01-01 08:00:00", "东供电 East"]);
    assert_has(&block(&page, "walls"), &["东墙 active", "32x9", "2016-01-12 01:01:00 · 2001:db8::1", "tests"]);
    assert_has(&page, &[&format!("/tokens/{old}/revoke")]);
    assert_lacks(&page, &[&format!("/tokens/{gone}/revoke")]);
}

#[tokio::test]
async fn a_new_token_is_shown_once_and_only_in_its_block() {
    let site = Site::two_tenants().await;
    let page = site.answer(&site.operator(), "/tokens", shown_once("token", "ll_secret"), Lang::En).await;
    assert_has(&page, &["value=\"ll_secret\"", "readonly", "shown only this once"]);
    assert_eq!(page.matches("ll_secret").count(), 1);
    let page = site.answer(&site.operator(), "/tokens", shown_once("wall", "https://x/wall/key"), Lang::En).await;
    assert_has(&page, &["value=\"https://x/wall/key\"", "keep it like a password"]);
    assert_lacks(&site.en(&site.operator(), "/tokens").await, &["ll_secret", "wall/key"]);
}

#[tokio::test]
async fn empty_lists_say_so_and_the_forms_keep_what_was_entered() {
    let site = Site::empty().await;
    let page = site.page(&site.operator(), "/tokens", Lang::Zh).await.expect("a page");
    assert_has(&page, &["还没有令牌", "还没有大屏链接", "min=\"2016-01-12\""]);
    let values = [("name", "控制室"), ("layout", "32x9"), ("expires", "2015-01-01")];
    let page = site.answer(&site.operator(), "/tokens", sent("wall", Problem::ExpiryPast, &values), Lang::En).await;
    assert_has(
        &page,
        &["value=\"控制室\"", "value=\"32x9\" checked", "value=\"2015-01-01\"", "aria-describedby=\"wall-problem\""],
    );
    assert_lacks(&page, &["value=\"16x9\" checked"]);
    assert_eq!(page.matches("控制室").count(), 1, "the other form stays empty");
}
