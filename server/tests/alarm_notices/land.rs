//! Alarms that rise and return, receivers and routes, and a sender that works when the test says so.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use chrono::DateTime;
use domain::alarms::notices::{ChannelKind, RouteDefinition, Step};
use domain::alarms::{
    Event, Person, Point, PointKey, RegionChoice, RuleDefinition, RuleId, Schedule, Severity, State, Subject, Transition,
};
use domain::{Fixed2, RegionId};
use server::alarms::notify::decide::decide_and_record;
use server::alarms::notify::message::Place;
use server::alarms::notify::send::{Mail, Senders};
use server::alarms::notify::sender::Sender;
use server::web::security::Security;
use sqlx::PgPool;
use warehouse::access::Granter;
use warehouse::alarms::StoredTransition;
use warehouse::alarms::evaluation::{announce, hold, save};
use warehouse::alarms::notices::channels::{self, ChannelChange, ChannelSecret};
use warehouse::alarms::notices::routes::{self, RouteChange};

use crate::support::{Town, author};

/// Nothing that behaves badly holds a test up for longer.
pub const WITHIN: Duration = Duration::from_millis(600);

/// An installation with a rule; the sender's clock is the test's.
pub struct Land {
    pub town: Town,
    pub rule_id: RuleId,
    pub now_ms: Arc<AtomicI64>,
}

impl Land {
    pub async fn new() -> Self {
        let notify_private = "127.0.0.1".parse().expect("a host");
        let town = Town::with(Security { notify_private, ..Security::default() }).await;
        let rule_id = rule(&town.pool).await;
        let now_ms = Arc::new(AtomicI64::new(town.now().timestamp_millis()));
        Self { town, rule_id, now_ms }
    }

    pub fn now_ms(&self) -> i64 {
        self.now_ms.load(Ordering::Relaxed)
    }

    pub fn pass_s(&self, seconds: i64) {
        self.now_ms.fetch_add(seconds * 1_000, Ordering::Relaxed);
    }

    /// A process that sends; another call is another process.
    pub fn sender(&self) -> Sender {
        self.sender_with(None)
    }

    pub fn sender_with(&self, mail: Option<Mail>) -> Sender {
        let clock = Arc::clone(&self.now_ms);
        let senders = Senders::new("127.0.0.1".parse().expect("a host"), mail).expect("a client").within(WITHIN);
        let zone = domain::Zone::parse("Asia/Shanghai").expect("a zone");
        let public_url = Some("https://loadline.example".to_owned());
        Sender {
            pool: self.town.pool.clone(),
            senders,
            place: Place { public_url, zone, host: "grid-1".to_owned() },
            clock: Arc::new(move || clock.load(Ordering::Relaxed)),
        }
    }

    /// A receiver of the operator.
    pub async fn channel(&self, kind: ChannelKind, target: &str, secret: ChannelSecret) -> i32 {
        let (name, lang) = (format!("{}-duty", kind.code()), "zh".to_owned());
        let change = ChannelChange { name, kind, target: target.to_owned(), secret, lang, is_enabled: true };
        channels::add(&self.town.access, &author(), &Granter::everything(), &change, self.town.now()).await.expect("a receiver")
    }

    pub async fn webhook(&self, address: &str) -> i32 {
        let secret = ChannelSecret { address: Some(address.to_owned()), key: Some("quiet key".to_owned()) };
        self.channel(ChannelKind::Webhook, "http://127.0.0.1/…", secret).await
    }

    pub async fn route(&self, steps: &[(u32, i32)], change: impl FnOnce(&mut RouteDefinition)) -> i32 {
        let mut definition = definition(steps);
        change(&mut definition);
        let route = RouteChange { name: "duty".to_owned(), definition, is_enabled: true };
        routes::add(&self.town.access, &author(), &Granter::everything(), &route).await.expect("a route")
    }

    /// One step of the evaluation: what happens to these alarms, decided in its transaction.
    pub async fn happen(&self, what: &[(RegionId, Event)]) -> Vec<StoredTransition> {
        let now_ms = self.now_ms();
        let points: Vec<Point> = what.iter().map(|(region, event)| point(self.rule_id, *region, *event, now_ms)).collect();
        let transitions: Vec<Transition> =
            points.iter().zip(what).map(|(point, (_, event))| transition(point, *event, now_ms)).collect();
        let mut tx = self.town.pool.begin().await.expect("a transaction");
        let revision = hold(&mut tx).await.expect("held").revision + 1;
        let saved = save(&mut tx, &points, &transitions, revision).await.expect("saved");
        let local_now = domain::Zone::parse("Asia/Shanghai").expect("a zone").local_ms(now_ms * 1_000);
        decide_and_record(&mut tx, &saved.transitions, now_ms, local_now).await.expect("decided");
        announce(&mut tx, revision).await.expect("announced");
        tx.commit().await.expect("committed");
        saved.transitions
    }

    /// Status of the message with its attempts, by number.
    pub async fn messages(&self) -> Vec<(i64, String, i32, Option<String>)> {
        sqlx::query_as("select message_id, status, attempts, outcome from alarm_messages order by message_id")
            .fetch_all(&self.town.pool)
            .await
            .expect("messages")
    }

    /// Results of all attempts, in order.
    pub async fn attempts(&self) -> Vec<Option<String>> {
        sqlx::query_scalar("select result from alarm_attempts order by message_id, attempt_no")
            .fetch_all(&self.town.pool)
            .await
            .expect("attempts")
    }

    /// Kind, status and reason of all decisions, in order.
    pub async fn notices(&self) -> Vec<(String, String, Option<String>)> {
        sqlx::query_as("select kind, status, reason from alarm_notices order by notice_id")
            .fetch_all(&self.town.pool)
            .await
            .expect("decisions")
    }

    pub fn at(&self) -> DateTime<chrono::Utc> {
        DateTime::from_timestamp_millis(self.now_ms()).expect("a time")
    }
}

pub fn definition(steps: &[(u32, i32)]) -> RouteDefinition {
    RouteDefinition {
        severities: Severity::ALL.into(),
        regions: RegionChoice::All,
        tells_installation: true,
        schedule: Schedule::ALWAYS,
        steps: steps.iter().map(|(after_min, channel_id)| Step { after_min: *after_min, channel_id: *channel_id }).collect(),
        cooldown_s: 120,
        dedup_s: 600,
        group_wait_s: 0,
        tells_return: true,
    }
}

async fn rule(pool: &PgPool) -> RuleId {
    let definition: RuleDefinition = serde_json::from_str(
        r#"{"name_zh":"负荷超限","name_en":"Over the limit","severity":"high",
            "conditions":[{"metric":"load_now_percent","comparison":">=","threshold":"100.00"}],
            "rationale":{"response":"转移负荷"}}"#,
    )
    .expect("a definition");
    let rule_id = sqlx::query_scalar("insert into alarm_rules (version, is_enabled) values (1, true) returning rule_id")
        .fetch_one(pool)
        .await
        .expect("a rule");
    sqlx::query("insert into alarm_rule_versions (rule_id, version, definition, made_by) values ($1, 1, $2, 'tests')")
        .bind(rule_id)
        .bind(serde_json::to_value(definition).expect("JSON"))
        .execute(pool)
        .await
        .expect("a version");
    rule_id
}

fn point(rule_id: RuleId, region: RegionId, event: Event, now_ms: i64) -> Point {
    let state = match event {
        Event::Returned => State::Rtnun,
        Event::Acknowledged => State::Acked,
        Event::Shelved => State::Shlvd,
        _ => State::Unack,
    };
    Point {
        state,
        state_since_ms: now_ms,
        is_active: event != Event::Returned,
        occurrence: 1,
        value: Some(Fixed2(10_520)),
        threshold: Some(Fixed2(10_000)),
        version: 1,
        ..Point::new(PointKey { rule_id, subject: Subject::Region(region) }, 1, Severity::High)
    }
}

fn transition(point: &Point, event: Event, at_ms: i64) -> Transition {
    let is_person = event == Event::Acknowledged;
    Transition {
        key: point.key,
        event,
        from: if event == Event::Raised { State::Norm } else { State::Unack },
        to: point.state,
        severity: point.severity,
        at_ms,
        event_time: None,
        occurrence: 1,
        value: point.value,
        threshold: point.threshold,
        is_annunciated: event == Event::Raised,
        is_retrospective: false,
        actor: is_person.then(|| Person { account_id: None, name: "Li".to_owned() }),
        reason: None,
    }
}
