//! One message to one receiver, whatever the receiver does.

use std::time::Instant;

use domain::alarms::Event;
use domain::alarms::notices::ChannelKind;
use hmac::{Hmac, Mac};
use serde_json::Value;
use sha2::Sha256;
use warehouse::alarms::notices::channels::ChannelSecret;

use crate::land::{Land, WITHIN};
use crate::receiver::{Manner, Receiver};

#[tokio::test]
async fn a_message_arrives_signed_and_tells_everything() {
    let (land, receiver) = (Land::new().await, Receiver::new(Manner::Status(204)).await);
    let channel = land.webhook(&receiver.address).await;
    land.route(&[(0, channel)], |_| {}).await;
    let alarm_id = land.happen(&[(1, Event::Raised)]).await[0].alarm_id;
    land.sender().serve(channel).await.expect("served");
    let heard = receiver.heard();
    let [heard] = heard.as_slice() else { panic!("{heard:?}") };
    let message = land.messages().await.pop().expect("a message");
    assert_eq!((message.1.as_str(), message.2, message.3.as_deref()), ("sent", 1, Some("http_204")));
    assert_eq!(heard.headers["loadline-delivery"], message.0.to_string());
    assert_eq!(heard.headers["loadline-timestamp"], land.now_ms().to_string());
    let mut mac = Hmac::<Sha256>::new_from_slice(b"quiet key").expect("a key");
    mac.update(format!("{}\n{}", heard.headers["loadline-timestamp"], heard.body).as_bytes());
    assert_eq!(heard.headers["loadline-signature"], hex::encode(mac.finalize().into_bytes()));
    let body: Value = serde_json::from_str(&heard.body).expect("JSON");
    let alarm = &body["alarms"][0];
    assert_eq!(
        (alarm["event"].as_str(), alarm["severity"].as_str(), alarm["status"].as_str()),
        (Some("raised"), Some("high"), Some("UNACK"))
    );
    assert_eq!(
        (alarm["value"].as_str(), alarm["threshold"].as_str(), alarm["unit"].as_str()),
        (Some("105.20"), Some("100.00"), Some("%"))
    );
    assert_eq!(alarm["url"], format!("https://loadline.example/alarms/{alarm_id}"));
    let text = body["text"].as_str().expect("a text");
    for part in [
        "站点／区域：",
        "规则：负荷超限",
        "实测值：105.2 %",
        "限值：100 %",
        "开始时间：",
        "状态：未确认",
        "级别：重要",
        "处置建议：转移负荷",
        "事件：告警发生",
    ] {
        assert!(text.contains(part), "{part} is missing in {text}");
    }
}

#[tokio::test]
async fn a_receiver_that_behaves_badly_is_bounded_and_judged() {
    let cases = [
        (Manner::Status(500), "refused", "pending", "http_500"),
        (Manner::Status(404), "refused", "dead", "http_404"),
        (Manner::Redirect, "refused", "dead", "http_301"),
        (Manner::Hang, "timeout", "pending", "timeout"),
        (Manner::Drip, "timeout", "pending", "timeout"),
        (Manner::Close, "unreachable", "pending", "connection_lost"),
        (Manner::Huge, "sent", "sent", "http_200"),
        (Manner::Busy, "refused", "pending", "http_429"),
    ];
    for (manner, result, status, outcome) in cases {
        let (land, receiver) = (Land::new().await, Receiver::new(manner).await);
        let channel = land.webhook(&receiver.address).await;
        land.route(&[(0, channel)], |_| {}).await;
        land.happen(&[(1, Event::Raised)]).await;
        let begun = Instant::now();
        land.sender().serve(channel).await.expect("served");
        assert!(begun.elapsed() < WITHIN * 4, "{manner:?} took {:?}", begun.elapsed());
        let message = land.messages().await.pop().expect("a message");
        assert_eq!((message.1.as_str(), message.2, message.3.as_deref()), (status, 1, Some(outcome)), "{manner:?}");
        assert_eq!(land.attempts().await, [Some(result.to_owned())], "{manner:?}");
        assert_eq!(receiver.heard().len(), 1, "{manner:?}");
        // a receiver that asks for time gets it, others are tried again after two seconds
        receiver.behave(Manner::Status(200));
        land.pass_s(if manner == Manner::Busy { 89 } else { 1 });
        land.sender().serve(channel).await.expect("served");
        assert_eq!(receiver.heard().len(), 1, "{manner:?} was tried again too early");
        land.pass_s(1);
        land.sender().serve(channel).await.expect("served");
        let heard = receiver.heard();
        if status == "pending" {
            assert_eq!(land.messages().await.pop().map(|message| (message.1, message.2)), Some(("sent".to_owned(), 2)));
            assert_eq!(heard[0].headers["loadline-delivery"], heard[1].headers["loadline-delivery"]);
            assert_eq!(heard[0].body, heard[1].body);
        } else {
            assert_eq!(heard.len(), 1, "{manner:?}");
        }
    }
}

#[tokio::test]
async fn after_ten_attempts_a_message_waits_for_a_person() {
    let (land, receiver) = (Land::new().await, Receiver::new(Manner::Status(503)).await);
    let channel = land.webhook(&receiver.address).await;
    land.route(&[(0, channel)], |_| {}).await;
    land.happen(&[(1, Event::Raised)]).await;
    for _ in 0..15 {
        land.sender().serve(channel).await.expect("served");
        land.pass_s(600);
    }
    let message = land.messages().await.pop().expect("a message");
    assert_eq!((message.1.as_str(), message.2), ("dead", 10));
    assert_eq!(receiver.heard().len(), 10);
    land.town.person("wang", domain::access::Preset::Engineer, None, crate::support::Reach::All).await;
    let mut browser = land.town.signed_in("wang").await;
    let page = browser.get("/alarms/notices?lang=en").await;
    assert!(page.text.contains("Send again") && page.text.contains("HTTP 503"), "{}", page.text);
    receiver.behave(Manner::Status(200));
    let reply = browser.post(&format!("/alarms/messages/{}/again", message.0), &[]).await;
    assert_eq!(reply.header("location"), "/alarms/notices?done=message-again");
    land.now_ms.fetch_max(land.town.now().timestamp_millis(), std::sync::atomic::Ordering::Relaxed);
    land.sender().serve(channel).await.expect("served");
    assert_eq!(land.messages().await.pop().map(|message| (message.1, message.2)), Some(("sent".to_owned(), 11)));
    assert_eq!(browser.post(&format!("/alarms/messages/{}/again", message.0), &[]).await.status, 404, "it was delivered");
    assert_eq!(land.town.recorded("alarm_message.again").await, 1);
}

#[tokio::test]
async fn a_receiver_that_hangs_holds_up_no_other() {
    let land = Land::new().await;
    let (slow, quick) = (Receiver::new(Manner::Hang).await, Receiver::new(Manner::Status(200)).await);
    let (first, second) = (land.webhook(&slow.address).await, land.webhook(&quick.address).await);
    land.route(&[(0, first)], |_| {}).await;
    land.route(&[(0, second)], |_| {}).await;
    let mut sender = land.sender();
    sender.senders = sender.senders.within(std::time::Duration::from_secs(60));
    let stop = tokio_util::sync::CancellationToken::new();
    let task = tokio::spawn(sender.run(stop.clone()));
    for region in [1, 2] {
        let before = quick.heard().len();
        land.happen(&[(region, Event::Raised)]).await;
        let arrived = async || quick.heard().len() > before;
        testkit::wait_until("the quick receiver is told", std::time::Duration::from_secs(10), arrived).await;
    }
    testkit::wait_until("the slow one is tried", std::time::Duration::from_secs(10), async || slow.heard().len() == 1).await;
    task.abort();
}

#[tokio::test]
async fn the_code_in_a_robots_answer_counts() {
    let land = Land::new().await;
    let receiver = Receiver::new(Manner::Says(r#"{"errcode":45009,"errmsg":"api freq out of limit"}"#)).await;
    let secret = ChannelSecret { address: Some(receiver.address.clone()), key: Some("SEC0".to_owned()) };
    let channel = land.channel(ChannelKind::Dingtalk, "http://127.0.0.1/…", secret).await;
    land.route(&[(0, channel)], |_| {}).await;
    land.happen(&[(1, Event::Raised)]).await;
    receiver.behave(Manner::Says(r#"{"errcode":130101,"errmsg":"send too fast"}"#));
    land.sender().serve(channel).await.expect("served");
    assert_eq!(land.messages().await[0].3.as_deref(), Some("errcode_130101 send too fast"));
    land.pass_s(2);
    receiver.behave(Manner::Says(r#"{"errcode":0,"errmsg":"ok"}"#));
    land.sender().serve(channel).await.expect("served");
    assert_eq!((land.messages().await[0].1.as_str(), land.messages().await[0].2), ("sent", 2));
    let heard = receiver.heard();
    assert!(heard[0].path.contains("timestamp=") && heard[0].path.contains("sign="), "{}", heard[0].path);
    let body: Value = serde_json::from_str(&heard[0].body).expect("JSON");
    assert_eq!(body["msgtype"], "text");
    // an answer without end is not read to the end
    land.pass_s(700);
    land.happen(&[(2, Event::Raised)]).await;
    receiver.behave(Manner::Huge);
    land.sender().serve(channel).await.expect("served");
    assert_eq!(land.messages().await[1].3.as_deref(), Some("answer_unknown"));
}
