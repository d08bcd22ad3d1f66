//! Links that prove themselves: a wall's, and the one with which somebody sets his password.

use domain::access::Preset;
use warehouse::access::{Granter, walls};

use crate::support::{PASSWORD, Reach, Town, author};

const NEW_PASSWORD: &str = "seven green lanterns over water";

#[tokio::test]
async fn a_wall_link_shows_its_wall_and_nothing_else() {
    let town = Town::new().await;
    let (key, id) = town.wall(&["32x9", "16x9"], None, Reach::Some(&[1])).await;
    let wall = format!("/wall/{key}");
    let shown = town.ask(&wall, &[]).await;
    assert_eq!((shown.status.as_u16(), shown.header("referrer-policy")), (200, "no-referrer"), "{}", shown.text);
    assert_eq!(town.ask(&format!("{wall}?layout=16x9"), &[]).await.status, 200);
    for path in ["/", "/wall", "/regions/1", "/users/1", "/api/v1/regions", "/account", "/exports/peaks.csv"] {
        assert_eq!(town.bearer(path, &key).await.status, 401, "{path}: the key is no token");
    }
    let seen = walls::list(&town.access, None).await.expect("links");
    assert_eq!(seen[0].last_address.as_deref(), Some("198.51.100.7"));
    walls::revoke(&town.access, &author(), &Granter::everything(), id).await.expect("revoked");
    assert_eq!(town.ask(&wall, &[]).await.status, 401);
}

#[tokio::test]
async fn a_wall_link_is_bound_to_its_layouts_and_its_time() {
    let town = Town::new().await;
    let (key, _) = town.wall(&["16x9"], None, Reach::All).await;
    assert_eq!(town.ask(&format!("/wall/{key}?layout=32x9"), &[]).await.status, 404);
    let stream = format!("/events?path=%2Fwall%2F{key}%3Flayout%3D32x9");
    assert_eq!(town.ask(&stream, &[]).await.status, 404, "not in the stream either");
    let other_page = format!("/events?path=%2Fregions%2F1&key={key}");
    assert_eq!(town.ask(&other_page, &[]).await.status, 401);
    town.pass_minutes(61);
    assert_eq!(town.ask(&format!("/wall/{key}"), &[]).await.status, 401);
}

#[tokio::test]
async fn forged_and_truncated_wall_keys_get_one_answer() {
    let town = Town::new().await;
    let (key, _) = town.wall(&["16x9"], None, Reach::All).await;
    let first = town.ask("/wall/x", &[]).await;
    assert_eq!(first.status, 401);
    let changed = format!("{}{}", &key[..key.len() - 2], if key.ends_with("AA") { "BA" } else { "AA" });
    for bad in [&key[..20], &changed, &format!("{key}A"), &"A".repeat(43)] {
        let refused = town.ask(&format!("/wall/{bad}"), &[]).await;
        assert_eq!((refused.status, &refused.text), (first.status, &first.text), "{bad}");
    }
    for odd in ["/wall/%2e%2e", "/wall/..", "/wall/x/../y", "/wall//x"] {
        assert_eq!(town.ask(odd, &[]).await.status, 401, "{odd} is no address");
    }
    for stream in ["/events?path=/wall/x", "/events?path=%2Fwall%2F..%2Fpeople", "/events?path=//people", "/events?path=/events"]
    {
        assert_eq!(town.ask(stream, &[]).await.status, 401, "{stream}");
    }
}

#[tokio::test]
async fn a_one_time_link_sets_a_password_once() {
    let town = Town::new().await;
    let li = town.person("li", Preset::Viewer, None, Reach::All).await;
    let mut before = town.signed_in("li").await;
    let link = format!("/welcome/{}", town.invitation(li).await);
    let mut browser = town.browser();
    let page = browser.get(&link).await;
    assert!(page.status == 200 && page.text.contains("li"), "{}", page.text);
    assert_eq!(page.header("referrer-policy"), "no-referrer");
    for (fields, status) in [
        ([("password", "short"), ("repeat", "short")], 422),
        ([("password", "lilililililili"), ("repeat", "lilililililili")], 422),
        ([("password", NEW_PASSWORD), ("repeat", "another")], 422),
    ] {
        assert_eq!(browser.post(&link, &fields).await.status.as_u16(), status, "{fields:?}");
    }
    let good = [("password", NEW_PASSWORD), ("repeat", NEW_PASSWORD)];
    assert_eq!(browser.post(&link, &good).await.status, 303);
    assert!(browser.is_in().await && !before.is_in().await, "what was signed in with the old password ended");
    assert_eq!(town.browser().post(&link, &good).await.status, 410, "only once");
    assert_eq!(town.browser().sign_in("li", PASSWORD).await.status, 401);
    assert_eq!(town.browser().sign_in("li", NEW_PASSWORD).await.status, 303);
}

#[tokio::test]
async fn late_replaced_and_forged_one_time_links_are_dead() {
    let town = Town::new().await;
    let li = town.person("li", Preset::Viewer, None, Reach::All).await;
    let good = [("password", NEW_PASSWORD), ("repeat", NEW_PASSWORD)];
    let replaced = town.invitation(li).await;
    let newest = town.invitation(li).await;
    for bad in [replaced.as_str(), &newest[..42], "x", &"A".repeat(43)] {
        assert_eq!(town.browser().post(&format!("/welcome/{bad}"), &good).await.status, 410, "{bad}");
    }
    town.pass_minutes(24 * 60 + 1);
    assert_eq!(town.browser().post(&format!("/welcome/{newest}"), &good).await.status, 410);
    assert_eq!(town.browser().sign_in("li", PASSWORD).await.status, 303, "the old password goes on");
}
