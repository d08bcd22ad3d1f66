//! A sender that is killed at any moment: one chain of attempts per event, and every attempt is counted.

use std::time::Duration;

use chrono::TimeDelta;
use domain::alarms::Event;
use tokio_util::sync::CancellationToken;
use warehouse::alarms::notices::outbox::{self, Next};

use crate::land::Land;
use crate::receiver::{Manner, Receiver};

#[tokio::test]
async fn killed_between_the_attempt_and_its_result_there_is_one_chain() {
    let (land, receiver) = (Land::new().await, Receiver::new(Manner::Hang).await);
    let channel = land.webhook(&receiver.address).await;
    land.route(&[(0, channel)], |_| {}).await;
    land.happen(&[(1, Event::Raised)]).await;
    let mut sender = land.sender();
    sender.senders = sender.senders.within(Duration::from_secs(60));
    let task = tokio::spawn(sender.run(CancellationToken::new()));
    testkit::wait_until("the attempt is made", Duration::from_secs(10), async || receiver.heard().len() == 1).await;
    task.abort();
    assert!(task.await.is_err_and(|error| error.is_cancelled()));
    assert_eq!(land.attempts().await, [None], "written before it was made");
    receiver.behave(Manner::Status(200));
    // another process may still be at it
    land.sender().serve(channel).await.expect("served");
    assert_eq!(receiver.heard().len(), 1);
    land.pass_s(120);
    land.sender().serve(channel).await.expect("served");
    assert_eq!(land.attempts().await, [Some("interrupted".to_owned())]);
    land.pass_s(2);
    land.sender().serve(channel).await.expect("served");
    assert_eq!(land.attempts().await, [Some("interrupted".to_owned()), Some("sent".to_owned())]);
    let messages = land.messages().await;
    assert_eq!((messages.len(), messages[0].1.as_str(), messages[0].2), (1, "sent", 2));
    let heard = receiver.heard();
    assert_eq!(heard[0].headers["loadline-delivery"], heard[1].headers["loadline-delivery"], "the receiver can tell");
    assert_eq!(land.notices().await.len(), 1);
}

#[tokio::test]
async fn interruptions_count_as_attempts_and_end_too() {
    let (land, receiver) = (Land::new().await, Receiver::new(Manner::Status(200)).await);
    let channel = land.webhook(&receiver.address).await;
    land.route(&[(0, channel)], |_| {}).await;
    land.happen(&[(1, Event::Raised)]).await;
    // composed; then every process dies after it has written its attempt
    receiver.behave(Manner::Status(500));
    land.sender().serve(channel).await.expect("served");
    for _ in 0..9 {
        land.pass_s(700);
        let begun = outbox::begin_attempt(&land.town.pool, channel, land.at(), TimeDelta::seconds(60)).await.expect("begun");
        assert!(matches!(begun, Next::Attempt(_)), "{begun:?}");
        land.pass_s(61);
        for (message_id, attempt_no) in outbox::cut_off(&land.town.pool, channel, land.at()).await.expect("found") {
            assert_eq!(message_id, land.messages().await[0].0);
            assert!(attempt_no > 1);
        }
        land.sender().serve(channel).await.expect("served");
    }
    let message = land.messages().await.pop().expect("a message");
    assert_eq!((message.1.as_str(), message.2), ("dead", 10), "{:?}", land.attempts().await);
}

#[tokio::test]
async fn an_event_that_is_decided_twice_is_told_once() {
    let (land, receiver) = (Land::new().await, Receiver::new(Manner::Status(200)).await);
    let channel = land.webhook(&receiver.address).await;
    land.route(&[(0, channel)], |_| {}).await;
    let stored = land.happen(&[(1, Event::Raised)]).await;
    // people's acts decide with the rights of the accounts' role
    let mut conn = land.town.access.pool().acquire().await.expect("a connection");
    let (now_ms, local) = (land.now_ms(), domain::LocalMs(land.now_ms()));
    server::alarms::notify::decide::decide_and_record(&mut conn, &stored, now_ms, local).await.expect("decided");
    assert_eq!(land.notices().await.len(), 1);
    sqlx::query("delete from alarm_notices").execute(&land.town.pool).await.expect("gone");
    server::alarms::notify::decide::decide_and_record(&mut conn, &stored, now_ms, local).await.expect("decided");
    assert_eq!(land.notices().await.len(), 1);
    // two senders at the same receiver at once
    let (one, other) = (land.sender(), land.sender());
    let (first, second) = tokio::join!(one.serve(channel), other.serve(channel));
    first.and(second).expect("served");
    assert_eq!((receiver.heard().len(), land.messages().await.len(), land.attempts().await.len()), (1, 1, 1));
}
