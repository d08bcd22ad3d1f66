//! Sessions: cookies that are forged, copied, late; and whoever loses an account, a right or a password meanwhile.

use domain::access::{DisplayName, Preset};
use server::access::passwords;
use warehouse::access::Granter;
use warehouse::access::accounts::{self, AccountChange};

use crate::support::{PASSWORD, Reach, Town, author};

const OTHER_PASSWORD: &str = "seven green lanterns over water";

#[tokio::test]
async fn forged_truncated_and_odd_cookies_are_nobodys() {
    let town = Town::new().await;
    town.person("li", Preset::Viewer, None, Reach::All).await;
    let browser = town.signed_in("li").await;
    let good = browser.cookies["loadline"].clone();
    let long = "A".repeat(60_000);
    let swapped: String = good.chars().rev().collect();
    for bad in [&good[..good.len() - 1], &format!("{good}A"), &swapped, "", "x", "AAAAAAAAAAAAAAAAAAAAAA", "' or 1=1 --", &long] {
        let mut thief = browser.clone();
        thief.cookies.insert("loadline".to_owned(), bad.to_owned());
        assert!(!thief.is_in().await, "{bad}");
    }
    let bytes = town.ask("/account", &[("cookie", "loadline=\u{e9}\u{1f600}")]).await;
    assert_eq!(bytes.status, 401);
    assert!(browser.clone().is_in().await, "and the good one still is");
}

#[tokio::test]
async fn a_cookie_copied_before_signing_out_is_worth_nothing() {
    let town = Town::new().await;
    town.person("li", Preset::Viewer, None, Reach::All).await;
    let mut browser = town.signed_in("li").await;
    let mut thief = browser.clone();
    assert!(thief.is_in().await);
    let left = browser.post("/logout", &[]).await;
    assert_eq!((left.status.as_u16(), left.header("location")), (303, "/login?done=logged-out"));
    assert!(!browser.cookies.contains_key("loadline"), "the browser forgets");
    assert!(!thief.is_in().await && !browser.is_in().await);
    // a session put back into the store, as from a copy of the database, is not made good by that
    assert_eq!(town.recorded("login.end").await, 1);
}

#[tokio::test]
async fn signing_in_takes_a_new_session_each_time() {
    let town = Town::new().await;
    town.person("li", Preset::Viewer, None, Reach::All).await;
    town.person("mei", Preset::Viewer, None, Reach::All).await;
    let mut browser = town.browser();
    browser.cookies.insert("loadline".to_owned(), "AAAAAAAAAAAAAAAAAAAAAA".to_owned());
    assert_eq!(browser.sign_in("li", PASSWORD).await.status, 303);
    let first = browser.clone();
    assert_ne!(first.cookies["loadline"], "AAAAAAAAAAAAAAAAAAAAAA", "nobody chooses the name of his session");
    assert_eq!(browser.sign_in("mei", PASSWORD).await.status, 303);
    assert_ne!(browser.cookies["loadline"], first.cookies["loadline"]);
    assert!(!first.clone().is_in().await, "the session before ended");
    assert!(browser.is_in().await);
}

#[tokio::test]
async fn sessions_end_without_use_and_in_any_case() {
    let town = Town::new().await;
    town.person("li", Preset::Viewer, None, Reach::All).await;
    let mut idle = town.signed_in("li").await;
    town.pass_minutes(61);
    assert!(!idle.is_in().await, "an hour without use");
    let town = Town::new().await;
    town.person("li", Preset::Viewer, None, Reach::All).await;
    let mut busy = town.signed_in("li").await;
    for _ in 0..14 {
        town.pass_minutes(50);
        assert!(busy.is_in().await, "used every fifty minutes");
    }
    town.pass_minutes(30);
    assert!(!busy.is_in().await, "twelve hours are the end");
}

#[tokio::test]
async fn a_removed_or_disabled_account_ends_at_the_next_request() {
    let town = Town::new().await;
    let li = town.person("li", Preset::Viewer, None, Reach::All).await;
    let mei = town.person("mei", Preset::Viewer, None, Reach::All).await;
    let (mut first, mut second) = (town.signed_in("li").await, town.signed_in("mei").await);
    let everything = Granter::everything();
    let account = accounts::get(&town.access, li, None).await.expect("li");
    accounts::remove(&town.access, &author(), &everything, li, account.version).await.expect("removed");
    let account = accounts::get(&town.access, mei, None).await.expect("mei");
    let display_name = DisplayName::parse("mei").expect("a name");
    let change = AccountChange { display_name, grants: account.grants.clone(), disabled: true };
    accounts::change(&town.access, &author(), &everything, mei, account.version, &change).await.expect("disabled");
    assert!(!first.is_in().await && !second.is_in().await);
    assert_eq!(town.browser().sign_in("li", PASSWORD).await.status, 401);
    assert_eq!(town.browser().sign_in("mei", PASSWORD).await.status, 401, "a disabled account looks like none");
}

#[tokio::test]
async fn lowered_rights_hold_at_the_next_request() {
    let town = Town::new().await;
    let li = town.person("li", Preset::Admin, None, Reach::All).await;
    town.person("root", Preset::Admin, None, Reach::All).await;
    let mut browser = town.signed_in("li").await;
    assert_eq!(browser.get("/people").await.status, 200);
    let account = accounts::get(&town.access, li, None).await.expect("li");
    let mut grants = account.grants.clone();
    grants.rights = Preset::Viewer.rights();
    let change = AccountChange { display_name: DisplayName::parse("li").expect("a name"), grants, disabled: false };
    accounts::change(&town.access, &author(), &Granter::everything(), li, account.version, &change).await.expect("changed");
    assert_eq!(browser.get("/people").await.status, 403);
    assert_eq!(browser.get("/").await.status, 200);
}

#[tokio::test]
async fn a_new_password_ends_the_other_sessions_and_keeps_this_one() {
    let town = Town::new().await;
    town.person("li", Preset::Viewer, None, Reach::All).await;
    let (mut here, mut elsewhere) = (town.signed_in("li").await, town.signed_in("li").await);
    let before = here.clone();
    let change = |current: &'static str, new: &'static str, repeat: &'static str| {
        [("current", current), ("password", new), ("repeat", repeat)]
    };
    for (fields, status) in [
        (change("wrong", OTHER_PASSWORD, OTHER_PASSWORD), 422),
        (change(PASSWORD, "short", "short"), 422),
        (change(PASSWORD, "password1234", "password1234"), 422),
        (change(PASSWORD, OTHER_PASSWORD, "another"), 422),
        (change(PASSWORD, PASSWORD, PASSWORD), 422),
    ] {
        let refused = here.post("/account/password", &fields).await;
        assert_eq!(refused.status.as_u16(), status, "{fields:?}");
        assert!(!refused.text.contains("seven green") && !refused.text.contains("horse"), "no password comes back");
    }
    let changed = here.post("/account/password", &change(PASSWORD, OTHER_PASSWORD, OTHER_PASSWORD)).await;
    assert_eq!((changed.status.as_u16(), changed.header("location")), (303, "/account?done=password"));
    assert!(here.is_in().await && !elsewhere.is_in().await);
    assert!(!before.clone().is_in().await, "the session has a new name");
    assert_eq!(town.browser().sign_in("li", PASSWORD).await.status, 401);
    assert_eq!(town.browser().sign_in("li", OTHER_PASSWORD).await.status, 303);
}

#[tokio::test]
async fn who_must_change_his_password_gets_to_nothing_else() {
    let town = Town::new().await;
    let li = town.person("li", Preset::Admin, None, Reach::All).await;
    let hash = passwords::hash(PASSWORD);
    accounts::set_password(&town.access, &author(), li, &hash, true, None).await.expect("a password for now");
    let mut browser = town.browser();
    assert_eq!(browser.sign_in("li", PASSWORD).await.header("location"), "/account/password");
    for path in ["/", "/people", "/account", "/users/1", "/exports/peaks.csv", "/nowhere"] {
        let turned = browser.get(path).await;
        let is_turned = (turned.status.as_u16(), turned.header("location")) == (303, "/account/password");
        assert!(is_turned || (path == "/nowhere" && turned.status == 404), "{path}: {}", turned.status);
    }
    assert_eq!(browser.get("/api/v1/regions").await.status, 403);
    assert_eq!(browser.get("/account/password").await.status, 200);
    let fields = [("current", PASSWORD), ("password", OTHER_PASSWORD), ("repeat", OTHER_PASSWORD)];
    assert_eq!(browser.post("/account/password", &fields).await.status, 303);
    assert_eq!(browser.get("/people").await.status, 200);
}

#[tokio::test]
async fn people_see_and_end_their_own_sessions_and_nobody_elses() {
    let town = Town::new().await;
    let li = town.person("li", Preset::Viewer, None, Reach::All).await;
    town.person("mei", Preset::Admin, None, Reach::All).await;
    let (mut here, mut elsewhere, mut mei) =
        (town.signed_in("li").await, town.signed_in("li").await, town.signed_in("mei").await);
    let logins = warehouse::access::logins::list(&town.access, li).await.expect("logins");
    let [newest, oldest] = [&logins[0], &logins[1]].map(|login| format!("/account/logins/{}/end", login.login_id));
    assert_eq!(mei.post(&oldest, &[]).await.status, 404, "somebody else's session does not exist");
    assert_eq!(here.post(&newest, &[]).await.header("location"), "/account?done=ended");
    assert!(here.is_in().await && !elsewhere.is_in().await);
    let mut third = town.signed_in("li").await;
    assert_eq!(here.post("/account/logins/end-others", &[]).await.header("location"), "/account?done=ended-others");
    assert!(here.is_in().await && !third.is_in().await && mei.is_in().await);
    assert_eq!(here.post(&oldest, &[]).await.header("location"), "/login?done=logged-out");
    assert!(!here.is_in().await);
}

#[tokio::test]
async fn language_and_theme_come_with_the_account() {
    let town = Town::new().await;
    town.person("li", Preset::Viewer, None, Reach::All).await;
    let mut browser = town.signed_in("li").await;
    let saved = browser.post("/account/preferences", &[("lang", "en"), ("theme", "dark")]).await;
    assert_eq!((saved.status.as_u16(), saved.header("location")), (303, "/account?done=preferences"));
    let elsewhere = town.signed_in("li").await;
    assert_eq!((elsewhere.cookies["lang"].as_str(), elsewhere.cookies["theme"].as_str()), ("en", "dark"));
}
