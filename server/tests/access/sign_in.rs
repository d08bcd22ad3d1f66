//! Signing in: what works, what is slowed down, and whom nobody can lock out.

use domain::access::Preset;

use crate::support::{PASSWORD, Reach, Town};

#[tokio::test]
async fn a_name_and_its_password_open_the_pages() {
    let town = Town::new().await;
    town.person("Li.Lei", Preset::Viewer, None, Reach::All).await;
    let mut browser = town.browser();
    let turned = browser.get("/rankings?grain=day").await;
    assert_eq!((turned.status.as_u16(), turned.header("location")), (303, "/login?back=%2Frankings%3Fgrain%3Dday"));
    assert_eq!(browser.get("/login").await.status, 200);
    let fields = [("name", "ｌｉ.ＬＥＩ"), ("password", PASSWORD), ("back", "/rankings?grain=day")];
    let entered = browser.post("/login", &fields).await;
    assert_eq!((entered.status.as_u16(), entered.header("location")), (303, "/rankings?grain=day"));
    let cookie = entered.header("set-cookie");
    assert!(cookie.starts_with("loadline=") && cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    let page = browser.get("/rankings?grain=day").await;
    assert_eq!((page.status.as_u16(), page.header("cache-control")), (200, "no-store"));
    assert_eq!(town.recorded("login.ok").await, 1);
}

#[tokio::test]
async fn only_pages_of_this_site_are_gone_to_after_signing_in() {
    let town = Town::new().await;
    town.person("li", Preset::Viewer, None, Reach::All).await;
    for back in ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/a\r\nset-cookie: x=1", ""]
    {
        let reply = town.browser().post("/login", &[("name", "li"), ("password", PASSWORD), ("back", back)]).await;
        assert_eq!((reply.status.as_u16(), reply.header("location")), (303, "/"), "{back}");
    }
}

#[tokio::test]
async fn an_unknown_name_and_a_wrong_password_look_the_same() {
    let town = Town::new().await;
    town.person("li", Preset::Viewer, None, Reach::All).await;
    let wrong = town.browser().sign_in("li", "wrong horse battery staple").await;
    let unknown = town.browser().sign_in("wu", "wrong horse battery staple").await;
    let odd = town.browser().sign_in("\u{202e}<script>'", "wrong horse battery staple").await;
    assert_eq!([wrong.status, unknown.status, odd.status].map(|status| status.as_u16()), [401; 3]);
    assert_eq!(wrong.text.replace("value=\"li\"", ""), unknown.text.replace("value=\"wu\"", ""));
    assert!(!odd.text.contains("<script>'") && !wrong.text.contains("wrong horse"), "nothing of the password comes back");
    assert!(town.browser().sign_in("li", &format!("{PASSWORD} ")).await.status == 401, "blanks are part of a password");
}

#[tokio::test]
async fn guessing_at_one_account_is_slowed_down_there_and_nowhere_else() {
    let town = Town::new().await;
    town.person("li", Preset::Viewer, None, Reach::All).await;
    town.person("mei", Preset::Viewer, None, Reach::All).await;
    for _ in 0..5 {
        assert_eq!(town.browser().sign_in("li", "guess").await.status, 401);
    }
    let slowed = town.browser().sign_in("li", PASSWORD).await;
    assert_eq!((slowed.status.as_u16(), slowed.header("retry-after")), (429, "60"), "even with the right password");
    assert_eq!(town.browser_at("203.0.113.10").sign_in("li", PASSWORD).await.status, 303, "another address is free");
    assert_eq!(town.browser().sign_in("mei", PASSWORD).await.status, 303, "another account is free");
    assert_eq!(town.recorded("login.blocked").await, 1);
    // a success elsewhere does not free the guesser; time does
    assert_eq!(town.browser().sign_in("li", PASSWORD).await.status, 429);
    town.pass_minutes(2);
    assert_eq!(town.browser().sign_in("li", PASSWORD).await.status, 303);
}

#[tokio::test]
async fn an_address_that_tries_many_names_is_slowed_down() {
    let town = Town::new().await;
    town.person("li", Preset::Viewer, None, Reach::All).await;
    for number in 0..20 {
        assert_eq!(town.browser().sign_in(&format!("name{number}"), "guess").await.status, 401);
    }
    assert_eq!(town.browser().sign_in("li", PASSWORD).await.status, 429);
    let neighbour = town.browser_at("203.0.113.10").sign_in("li", PASSWORD).await;
    assert_eq!(neighbour.status, 303);
}

#[tokio::test]
async fn an_attack_from_many_addresses_locks_nobody_out_of_his_usual_place() {
    let town = Town::new().await;
    town.person("li", Preset::Viewer, None, Reach::All).await;
    assert_eq!(town.browser_at("192.0.2.1").sign_in("li", PASSWORD).await.status, 303, "li works here");
    for number in 0..20 {
        let guess = town.browser_at(&format!("2001:db8:{number}::1")).sign_in("li", "guess").await;
        assert_eq!(guess.status, 401, "{number}");
    }
    for stranger in ["2001:db8:99::1", "198.51.100.77"] {
        assert_eq!(town.browser_at(stranger).sign_in("li", PASSWORD).await.status, 429, "{stranger} is new");
    }
    assert_eq!(town.browser_at("192.0.2.1").sign_in("li", PASSWORD).await.status, 303);
}

#[tokio::test]
async fn guesses_sent_at_once_are_not_all_looked_at() {
    let town = Town::new().await;
    town.person("li", Preset::Viewer, None, Reach::All).await;
    let guesses = (0..40).map(|number| {
        let town = &town;
        async move { town.browser().sign_in("li", &format!("guess {number}")).await.status.as_u16() }
    });
    let answers = futures::future::join_all(guesses).await;
    let looked_at = answers.iter().filter(|status| **status == 401).count();
    assert!((1..=5).contains(&looked_at), "{answers:?}");
    assert!(answers.iter().all(|status| [401, 429, 503].contains(status)), "{answers:?}");
}
