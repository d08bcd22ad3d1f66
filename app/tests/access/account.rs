//! Signing in, one-time links and one's own account.

use app::Lang;
use app::submitted::Problem;
use app::viewer::{Viewer, Who};
use chrono::TimeDelta;
use sha2::{Digest, Sha256};
use warehouse::access::{Granter, invitations};

use super::site::{Site, assert_has, assert_lacks, author, block, now, sent};

#[tokio::test]
async fn the_login_page_asks_for_name_and_password_only() {
    let site = Site::empty().await;
    let page = site.whole(&Viewer::nobody(), "/login?back=/regions/7", Lang::Zh).await;
    assert_has(
        &page,
        &[
            "autocomplete=\"username\"",
            "autocomplete=\"current-password\"",
            "name=\"back\" value=\"/regions/7\"",
            "action=\"/login\"",
            "loadline user add",
            "lang=en",
        ],
    );
    assert_lacks(&page, &["frame-nav", "data-topic", "http-equiv"]);
    let page = site.page(&Viewer::nobody(), "/login?back=//evil.example", Lang::En).await.expect("a page");
    assert_has(&page, &["name=\"back\" value=\"\""]);
    assert_has(&page, &["Name to sign in with"]);
}

#[tokio::test]
async fn after_a_failure_the_name_stays_and_the_password_does_not() {
    let site = Site::empty().await;
    let failed = sent("login", Problem::SignInFailed, &[("name", "li\"><b>"), ("back", "/peaks")]);
    let page = site.answer(&Viewer::nobody(), "/login", failed, Lang::En).await;
    assert_has(
        &page,
        &["Name or password is not right", "value=\"li&quot;&gt;&lt;b&gt;\"", "value=\"/peaks\"", "aria-invalid=\"true\""],
    );
    assert_lacks(&page, &["<b>"]);
    assert_eq!(page.matches("autofocus").count(), 1, "the problem has the focus: {page}");
}

#[tokio::test]
async fn a_one_time_link_says_for_whom_it_is_and_a_dead_one_whom_to_ask() {
    let site = Site::two_tenants().await;
    let token = "A".repeat(43);
    let hash = Sha256::digest(token.as_bytes());
    let id = site.person("east.clerk");
    let expires_at = now() + TimeDelta::hours(24);
    invitations::add(&site.access, &author(), &Granter::everything(), id, &hash, now(), expires_at).await.expect("a link");
    let page = site.page(&Viewer::nobody(), &format!("/welcome/{token}"), Lang::En).await.expect("a page");
    assert_has(&page, &["This link is for East Clerk (signs in as east.clerk)", "new-password", "12 to 256 characters"]);
    assert_eq!(page.matches("type=\"password\"").count(), 2);
    for dead in ["B".repeat(43), "short".to_owned(), "%3Cscript%3E".to_owned()] {
        let page = site.page(&Viewer::nobody(), &format!("/welcome/{dead}"), Lang::En).await.expect("a page");
        assert_has(&page, &["Ask an administrator", "loadline user link"]);
        assert_lacks(&page, &["type=\"password\"", "East Clerk", "<script"]);
    }
}

#[tokio::test]
async fn my_account_shows_rights_regions_and_where_i_am_signed_in() {
    let site = Site::two_tenants().await;
    let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";
    let own = site.sign_in("east.admin", firefox).await;
    let other = site.sign_in("east.admin", "<script>alert(1)</script>").await;
    site.sign_in("west.admin", "Other/1").await;
    let mut viewer = site.east();
    if let Who::Person { login_id, .. } = &mut viewer.who {
        *login_id = own;
    }
    let page = site.en(&viewer, "/account").await;
    assert_has(&block(&page, "who"), &["east.admin", "东供电 East", "Administrator", "Change password"]);
    assert_has(&block(&page, "may"), &["Manage people", "东区"]);
    assert_has(
        &block(&page, "sessions"),
        &["Firefox 128 · Linux", "192.0.2.7", "2016-01-12 01:07:42", "this one", "End all others"],
    );
    assert_has(&page, &[&format!("/account/logins/{other}/end")]);
    assert_lacks(&page, &[&format!("/account/logins/{own}/end"), "<script", "Other/1"]);
    assert_has(&site.page(&viewer, "/account?done=ended", Lang::Zh).await.expect("a page"), &["role=\"status\"", "登录已结束"]);
}

#[tokio::test]
async fn a_forced_change_says_why() {
    let site = Site::two_tenants().await;
    let viewer = Viewer { must_change_password: true, ..site.operator() };
    let page = site.en(&viewer, "/account/password").await;
    assert_has(&page, &["Somebody else set your password", "autocomplete=\"current-password\"", "autocomplete=\"new-password\""]);
    assert_lacks(&page, &["Cancel"]);
    assert_lacks(&site.en(&site.operator(), "/account/password").await, &["Somebody else set your password"]);
    let differ = sent("password", Problem::PasswordsDiffer, &[]);
    let page = site.answer(&viewer, "/account/password", differ, Lang::En).await;
    assert_has(&page, &["The two passwords differ", "aria-describedby=\"password-problem\""]);
}
