//! Thousands of alarms at once become one message, robots keep their limit over a restart, and nothing is lost.

use std::time::Instant;

use domain::alarms::Event;
use domain::alarms::notices::ChannelKind;
use serde_json::Value;
use warehouse::alarms::notices::channels::ChannelSecret;

use crate::land::Land;
use crate::receiver::{Manner, Receiver};

#[tokio::test]
async fn five_thousand_alarms_are_one_message() {
    let (land, receiver) = (Land::new().await, Receiver::new(Manner::Status(200)).await);
    let channel = land.webhook(&receiver.address).await;
    land.route(&[(0, channel)], |_| {}).await;
    let flood: Vec<_> = (1..=5_000).map(|region| (region, Event::Raised)).collect();
    let begun = Instant::now();
    land.happen(&flood).await;
    land.sender().serve(channel).await.expect("served");
    assert!(begun.elapsed().as_secs() < 30, "{:?}", begun.elapsed());
    let heard = receiver.heard();
    assert_eq!(heard.len(), 1);
    let body: Value = serde_json::from_str(&heard[0].body).expect("JSON");
    assert_eq!((body["count"].as_i64(), body["more"].as_i64()), (Some(5_000), Some(4_980)));
    assert_eq!(body["alarms"].as_array().map(Vec::len), Some(20));
    assert_eq!(body["by_severity"]["high"], 5_000);
    let text = body["text"].as_str().expect("a text");
    assert!(text.contains("另有 4,980 条") && text.contains("按级别：重要 5,000"), "{text}");
    assert!(body["subject"].as_str().is_some_and(|subject| subject.contains("5,000")));
    let left: i64 = sqlx::query_scalar("select count(*) from alarm_notices where status <> 'composed' or message_id is null")
        .fetch_one(&land.town.pool)
        .await
        .expect("a number");
    assert_eq!(left, 0, "every alarm stands in a message");
}

#[tokio::test]
async fn what_a_robot_cannot_take_goes_together_and_its_limit_outlives_a_restart() {
    let (land, receiver) = (Land::new().await, Receiver::new(Manner::Says(r#"{"errcode":0}"#)).await);
    let secret = ChannelSecret { address: Some(receiver.address.clone()), key: None };
    let channel = land.channel(ChannelKind::Wecom, "http://127.0.0.1/…", secret).await;
    land.route(&[(0, channel)], |_| {}).await;
    for region in 1..=40 {
        land.happen(&[(region, Event::Raised)]).await;
        // every message by a process of its own
        land.sender().serve(channel).await.expect("served");
    }
    assert_eq!(receiver.heard().len(), 20);
    land.pass_s(59);
    land.sender().serve(channel).await.expect("served");
    assert_eq!(receiver.heard().len(), 20, "the minute is not over");
    land.pass_s(2);
    land.sender().serve(channel).await.expect("served");
    let heard = receiver.heard();
    assert_eq!(heard.len(), 22, "one had been composed, the others went together");
    let counts: Vec<i32> = sqlx::query_scalar("select notice_count from alarm_messages order by message_id")
        .fetch_all(&land.town.pool)
        .await
        .expect("counts");
    assert_eq!((counts.len(), counts.iter().sum::<i32>(), counts[21]), (22, 40, 19));
    for heard in heard {
        let body: Value = serde_json::from_str(&heard.body).expect("JSON");
        assert!(body["markdown"]["content"].as_str().is_some_and(|content| content.len() <= 4_096), "{body}");
    }
}
