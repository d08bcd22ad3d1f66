//! Hand-overs: both sign, each for himself.

use super::*;

async fn sign(browser: &mut Browser<'_>, side: &str, version: &str) -> u16 {
    let reply = browser.post("/alarms/handover/1/sign", &[("side", side), ("version", version)]).await;
    reply.status.as_u16()
}

/// A desk with a hand-over that nobody has signed.
async fn begun(town: &Town) {
    let mut gong = town.signed_in("gong").await;
    let desk = desk(&mut gong).await;
    week(&mut gong, &desk).await;
    let mut li = town.signed_in("li").await;
    let reply =
        li.post("/alarms/handover", &[("desk_id", &desk), ("from_shift", "1"), ("to_shift", "2"), ("notes", "3 号线检修")]).await;
    assert_eq!(reply.status, 303, "{}", reply.text);
    assert!(reply.header("location").ends_with("&done=handover-saved"), "{}", reply.header("location"));
}

#[tokio::test]
async fn two_people_sign_and_then_nothing_changes() {
    let town = town().await;
    begun(&town).await;
    let (mut li, mut wu) = (town.signed_in("li").await, town.signed_in("wu").await);
    assert_eq!(sign(&mut li, "outgoing", "1").await, 303);
    assert_eq!(sign(&mut li, "incoming", "2").await, 409, "the same person cannot sign both sides");
    let page = li.post("/alarms/handover/1/sign", &[("side", "incoming"), ("version", "2")]).await;
    assert!(page.text.contains("必须是两个人"), "{}", page.text);
    assert_eq!(sign(&mut wu, "outgoing", "2").await, 409, "that side is signed");
    town.pass_minutes(5);
    assert_eq!(sign(&mut wu, "incoming", "2").await, 303);
    let row = async || -> String {
        sqlx::query_scalar("select to_jsonb(h)::text from alarm_handovers h").fetch_one(&town.pool).await.expect("a hand-over")
    };
    let signed = row().await;
    assert!(signed.contains("\"outgoing\": \"li\"") && signed.contains("\"incoming\": \"wu\""), "{signed}");
    assert!(signed.contains("2026-03-02T00:30:00") && signed.contains("2026-03-02T00:35:00"), "{signed}");

    let notes = [("desk_id", "1"), ("handover_id", "1"), ("version", "3"), ("notes", "anders")];
    for browser in [&mut li, &mut wu] {
        assert_eq!(browser.post("/alarms/handover", &notes).await.status, 409);
        for side in ["outgoing", "incoming", "withdraw"] {
            assert_eq!(sign(browser, side, "3").await, 409, "{side}");
        }
    }
    assert_eq!(row().await, signed);
    assert_eq!((town.recorded("handover.start").await, town.recorded("handover.sign").await), (1, 2));
    let shown = li.get("/alarms/handover?id=1").await;
    assert!(shown.text.contains("双方已签名") && shown.text.contains("3 号线检修"), "{}", shown.text);
}

#[tokio::test]
async fn a_viewer_and_a_program_cannot_sign() {
    let town = town().await;
    begun(&town).await;
    let mut zhao = town.signed_in("zhao").await;
    assert_eq!(zhao.get("/alarms/handover").await.status, 200, "he reads it");
    assert_eq!(sign(&mut zhao, "outgoing", "1").await, 403);
    assert_eq!(zhao.post("/alarms/handover", &[("desk_id", "1"), ("notes", "x")]).await.status, 403);
    assert_eq!(zhao.post("/alarms/desks", &[("name", "x")]).await.status, 403);
    let (token, _) = town.token(Preset::Operator, None, Reach::All).await;
    let request = axum::http::Request::post("/alarms/handover/1/sign")
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(axum::body::Body::from("side=outgoing&version=1"))
        .expect("a request");
    assert_eq!(town.send(request, "198.51.100.7".parse().expect("an address")).await.status, 403);
    assert_eq!(town.recorded("handover.sign").await, 0);
}

#[tokio::test]
async fn whoever_sees_a_part_of_the_desk_does_not_sign_for_it() {
    let town = town().await;
    begun(&town).await;
    town.person("part", Preset::Operator, None, Reach::Some(&[2])).await;
    let mut part = town.signed_in("part").await;
    assert_eq!(sign(&mut part, "incoming", "1").await, 403);
    assert_eq!(town.recorded("handover.sign").await, 0);
}

#[tokio::test]
async fn notes_that_somebody_else_changed_are_not_signed_unseen() {
    let town = town().await;
    begun(&town).await;
    let (mut li, mut wu) = (town.signed_in("li").await, town.signed_in("wu").await);
    let long = "字".repeat(4_000);
    let notes = [("desk_id", "1"), ("handover_id", "1"), ("version", "1"), ("notes", long.as_str())];
    assert_eq!(wu.post("/alarms/handover", &notes).await.status, 303);
    assert_eq!(sign(&mut li, "outgoing", "1").await, 409);
    assert_eq!(sign(&mut li, "outgoing", "2").await, 303);
    assert_eq!(sign(&mut wu, "withdraw", "3").await, 409, "not his");
    assert_eq!(sign(&mut li, "withdraw", "3").await, 303);
    assert_eq!(town.recorded("handover.withdraw").await, 1);
}
