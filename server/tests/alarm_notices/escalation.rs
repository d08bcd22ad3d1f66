//! Step by step until somebody acknowledges, and every decision with its reason.

use domain::alarms::Event;

use crate::land::Land;
use crate::receiver::{Manner, Receiver};

#[tokio::test]
async fn later_steps_are_told_until_somebody_acknowledges() {
    let land = Land::new().await;
    let receivers = [
        Receiver::new(Manner::Status(200)).await,
        Receiver::new(Manner::Status(200)).await,
        Receiver::new(Manner::Status(200)).await,
    ];
    let mut channels = Vec::new();
    for receiver in &receivers {
        channels.push(land.webhook(&receiver.address).await);
    }
    land.route(&[(0, channels[0]), (10, channels[1]), (20, channels[2])], |_| {}).await;
    land.happen(&[(1, Event::Raised)]).await;
    // every look by a process of its own: nothing is kept in memory
    let look = async || {
        land.sender().decide_due().await.expect("decided");
        for channel in &channels {
            land.sender().serve(*channel).await.expect("served");
        }
    };
    let heard = || receivers.iter().map(|receiver| receiver.heard().len()).collect::<Vec<_>>();
    look().await;
    assert_eq!(heard(), [1, 0, 0]);
    land.pass_s(9 * 60);
    look().await;
    assert_eq!(heard(), [1, 0, 0]);
    land.pass_s(60);
    look().await;
    look().await;
    assert_eq!(heard(), [1, 1, 0]);
    land.pass_s(5 * 60);
    land.happen(&[(1, Event::Acknowledged)]).await;
    land.pass_s(60 * 60);
    look().await;
    assert_eq!(heard(), [1, 1, 0]);
    let of = |kind: &str, status: &str, reason: Option<&str>| (kind.to_owned(), status.to_owned(), reason.map(str::to_owned));
    let expected =
        [of("raised", "composed", None), of("escalated", "composed", None), of("escalated", "skipped", Some("acknowledged"))];
    assert_eq!(land.notices().await, expected);
    let by: Option<String> = sqlx::query_scalar("select reason_detail from alarm_notices where reason = 'acknowledged'")
        .fetch_one(&land.town.pool)
        .await
        .expect("a person");
    assert_eq!(by.as_deref(), Some("Li"));
    let escalated: i64 = sqlx::query_scalar("select count(*) from alarm_transitions where event = 'escalated'")
        .fetch_one(&land.town.pool)
        .await
        .expect("a number");
    assert_eq!(escalated, 1, "the history of the alarm tells of it");
}

#[tokio::test]
async fn an_alarm_that_comes_and_goes_is_told_once_and_its_end_later() {
    let (land, receiver) = (Land::new().await, Receiver::new(Manner::Status(200)).await);
    let channel = land.webhook(&receiver.address).await;
    land.route(&[(0, channel)], |_| {}).await;
    let look = async || {
        land.sender().decide_due().await.expect("decided");
        land.sender().serve(channel).await.expect("served");
    };
    for event in [Event::Raised, Event::Returned, Event::Raised, Event::Returned] {
        land.happen(&[(1, event)]).await;
        look().await;
        land.pass_s(10);
    }
    assert_eq!(receiver.heard().len(), 1);
    land.pass_s(120);
    look().await;
    let heard = receiver.heard();
    assert_eq!(heard.len(), 2);
    assert!(heard[1].body.contains("\"event\":\"returned\""), "{}", heard[1].body);
    let reasons: Vec<_> = land.notices().await.into_iter().filter_map(|notice| notice.2).collect();
    assert!(reasons.contains(&"cool_down".to_owned()), "{reasons:?}");
}

#[tokio::test]
async fn what_is_switched_off_is_not_told_and_says_so() {
    let (land, receiver) = (Land::new().await, Receiver::new(Manner::Status(200)).await);
    let channel = land.webhook(&receiver.address).await;
    let route = land.route(&[(0, channel)], |definition| definition.group_wait_s = 60).await;
    land.happen(&[(1, Event::Raised)]).await;
    sqlx::query("update alarm_channels set is_enabled = false").execute(&land.town.pool).await.expect("switched off");
    land.pass_s(61);
    land.sender().serve(channel).await.expect("served");
    land.happen(&[(2, Event::Raised)]).await;
    sqlx::query("update alarm_routes set is_enabled = false where route_id = $1")
        .bind(route)
        .execute(&land.town.pool)
        .await
        .expect("switched off");
    land.happen(&[(3, Event::Raised)]).await;
    let reasons: Vec<_> = land.notices().await.into_iter().map(|notice| notice.2.unwrap_or_default()).collect();
    assert_eq!(reasons, ["channel_off", "channel_off", "route_off"]);
    assert_eq!(receiver.heard().len(), 0);
}
