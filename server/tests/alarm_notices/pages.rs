//! The page of receivers and routes: what people enter, what they see, and what nobody ever reads again.

use std::time::Duration;

use domain::access::Preset;
use domain::alarms::Event;
use tokio_util::sync::CancellationToken;

use crate::land::Land;
use crate::receiver::{Manner, Receiver};
use crate::support::Reach;

const KEY: &str = "s3cret-signature-key";

fn receiver_form(address: &str) -> Vec<(&'static str, String)> {
    [
        ("name", "值班室"),
        ("kind", "webhook"),
        ("address", address),
        ("target", ""),
        ("key", KEY),
        ("lang", "en"),
        ("enabled", "1"),
        ("reason", "new duty room"),
    ]
    .map(|(name, value)| (name, value.to_owned()))
    .into()
}

fn route_form(channel: &str) -> Vec<(&'static str, String)> {
    [
        ("name", "紧急"),
        ("severity", "critical"),
        ("severity", "high"),
        ("regions", "all"),
        ("weekday", "0"),
        ("weekday", "1"),
        ("weekday", "2"),
        ("weekday", "3"),
        ("weekday", "4"),
        ("weekday", "5"),
        ("weekday", "6"),
        ("from", "00:00"),
        ("to", "24:00"),
        ("holidays", "as_usual"),
        ("step-0", channel),
        ("step-1", channel),
        ("after-1", "10"),
        ("cooldown", "2"),
        ("dedup", "10"),
        ("group_wait", "0"),
        ("tells_return", "1"),
        ("enabled", "1"),
    ]
    .map(|(name, value)| (name, value.to_owned()))
    .into()
}

fn borrowed<'f>(form: &'f [(&'static str, String)]) -> Vec<(&'static str, &'f str)> {
    form.iter().map(|(name, value)| (*name, value.as_str())).collect()
}

fn with(mut form: Vec<(&'static str, String)>, name: &'static str, value: &str) -> Vec<(&'static str, String)> {
    form.retain(|(own, _)| *own != name);
    form.push((name, value.to_owned()));
    form
}

#[tokio::test]
async fn a_receiver_is_made_tested_used_and_its_secrets_are_read_by_nobody() {
    let (land, receiver) = (Land::new().await, Receiver::new(Manner::Status(200)).await);
    land.town.person("wang", Preset::Engineer, None, Reach::All).await;
    let mut browser = land.town.signed_in("wang").await;
    let made = browser.post("/alarms/channels", &borrowed(&receiver_form(&receiver.address))).await;
    assert_eq!(made.header("location"), "/alarms/notices?done=channel-added", "{}", made.text);
    let id: i32 = sqlx::query_scalar("select channel_id from alarm_channels").fetch_one(&land.town.pool).await.expect("a number");
    let stop = CancellationToken::new();
    let mut sender = land.sender();
    let town_now = land.town.now().timestamp_millis();
    sender.clock = std::sync::Arc::new(move || town_now + 60_000);
    let task = tokio::spawn(sender.run(stop.clone()));
    let tested = browser.post(&format!("/alarms/channels/{id}/test"), &[]).await;
    let outcome = browser.get(&format!("{}&lang=en", tested.header("location"))).await;
    assert!(outcome.text.contains("The test reached “值班室”: HTTP 200"), "{}", outcome.text);
    let made = browser.post("/alarms/routes", &borrowed(&route_form(&id.to_string()))).await;
    assert_eq!(made.header("location"), "/alarms/notices?done=route-added", "{}", made.text);
    let alarm_id = land.happen(&[(1, Event::Raised)]).await[0].alarm_id;
    testkit::wait_until("the alarm is told", Duration::from_secs(10), async || receiver.heard().len() == 2).await;
    let delivered = async || land.messages().await.iter().all(|message| message.1 == "sent");
    testkit::wait_until("its result is written", Duration::from_secs(10), delivered).await;
    let page = browser.get("/alarms/notices?lang=en").await;
    assert!(page.text.contains("(1st attempt)") && page.text.contains("waits: decided at"), "{}", page.text);
    let sent = browser.get("/alarms/notices?lang=en&outcome=skipped").await;
    assert!(sent.text.contains("Nothing fits."), "{}", sent.text);
    let alarm = browser.get(&format!("/alarms/{alarm_id}?lang=en")).await;
    assert_eq!(alarm.status, 200);
    let changing = browser.get(&format!("/alarms/notices?channel={id}&lang=en")).await;
    let audit: Vec<String> =
        sqlx::query_scalar("select a::text from access.audit_log a").fetch_all(&land.town.pool).await.expect("entries");
    let texts = [page.text, outcome.text, changing.text, alarm.text, audit.join("\n")];
    for text in &texts {
        for secret in [KEY, "confidential"] {
            assert!(!text.contains(secret), "{secret} is shown: {text}");
        }
    }
    assert!(texts[4].contains("secret_changed") && texts[4].contains("alarm_channel.test"));
    stop.cancel();
    task.await.expect("ended");
}

#[tokio::test]
async fn what_is_left_empty_stays_and_what_is_wrong_is_said() {
    let (land, receiver) = (Land::new().await, Receiver::new(Manner::Status(200)).await);
    land.town.person("wang", Preset::Engineer, None, Reach::All).await;
    let mut browser = land.town.signed_in("wang").await;
    browser.post("/alarms/channels", &borrowed(&receiver_form(&receiver.address))).await;
    let id: i32 = sqlx::query_scalar("select channel_id from alarm_channels").fetch_one(&land.town.pool).await.expect("a number");
    let secret = async || -> String {
        sqlx::query_scalar("select convert_from(secret, 'UTF8') from alarm_channels")
            .fetch_one(&land.town.pool)
            .await
            .expect("a secret")
    };
    let before = secret().await;
    let change = with(with(with(receiver_form(""), "key", ""), "version", "1"), "name", "新名");
    let path = format!("/alarms/channels/{id}");
    assert_eq!(browser.post(&path, &borrowed(&change)).await.header("location"), "/alarms/notices?done=channel-saved");
    assert_eq!(secret().await, before);
    assert_eq!(browser.post(&path, &borrowed(&change)).await.status, 409, "an older version");
    let newer = with(with(change.clone(), "version", "2"), "key", "another key");
    assert_eq!(browser.post(&path, &borrowed(&newer)).await.status, 303);
    assert!(secret().await.contains("another key") && secret().await.contains("confidential"), "the address stayed");
    for (address, words) in [
        ("ftp://x", "whole address"),
        ("http://169.254.169.254/latest", "notify_private"),
        ("http://localhost/", "notify_private"),
        ("http://user:pw@hook.example/", "whole address"),
    ] {
        let reply = browser
            .post_with("/alarms/channels?lang=en", &borrowed(&receiver_form(address)), &[("sec-fetch-site", "same-origin")])
            .await;
        assert_eq!(reply.status, 422, "{address}");
        assert!(
            reply.text.contains(words) || reply.text.contains("notify_private") || reply.text.contains("完整网址"),
            "{address}: {}",
            reply.text
        );
        assert!(!reply.text.contains(KEY), "{address}");
    }
    let wrong_routes = [
        with(route_form(&id.to_string()), "severity", "none"),
        with(route_form(&id.to_string()), "step-0", ""),
        with(route_form(&id.to_string()), "after-1", "0"),
        with(route_form(&id.to_string()), "to", "00:00"),
        with(route_form(&id.to_string()), "regions", "some"),
        with(route_form("999"), "step-1", ""),
    ];
    for wrong in wrong_routes {
        let reply = browser.post("/alarms/routes", &borrowed(&wrong)).await;
        assert!(matches!(reply.status.as_u16(), 422 | 404), "{wrong:?}: {}", reply.status);
    }
    assert_eq!(land.town.recorded("alarm_route.add").await, 0);
}
