//! What receivers read, and what names from elsewhere cannot do to it.

use app::Lang;
use chrono::DateTime;
use domain::Zone;
use domain::alarms::notices::{ChannelKind, NoticeKind};
use domain::alarms::{Event, RuleDefinition, Severity, State};
use server::alarms::notify::message::{Composed, News, Place, compose};
use warehouse::alarms::notices::compose::Line;

const HOSTILE: &str = "东区\r\nBcc: x@evil.example\n[点此](http://evil.example) @all <b> \"}";

fn line(name: &str) -> Line {
    let rule: RuleDefinition = serde_json::from_str(
        r#"{"name_zh":"负荷超限","name_en":"Over the limit","severity":"critical",
            "conditions":[{"metric":"load_now_kw","comparison":">=","threshold":"5000.00"},
                          {"metric":"load_now_percent","comparison":">=","threshold":"100.00"}],
            "rationale":{"response":"Shed load"}}"#,
    )
    .expect("a rule");
    Line {
        alarm_id: 7,
        kind: NoticeKind::Raised,
        severity: Severity::Critical,
        event: Event::Raised,
        state: State::Unack,
        subject_kind: "region".to_owned(),
        subject_id: 1,
        region_id: Some(1),
        region_name: Some(name.to_owned()),
        rule,
        holds: 0b10,
        value: Some("105.20".parse().expect("a number")),
        threshold: Some("100.00".parse().expect("a number")),
        at: DateTime::from_timestamp_millis(1_790_000_000_000).expect("a time"),
        started_at: None,
    }
}

fn composed(kind: ChannelKind, lang: Lang, name: &str, count: usize) -> Composed {
    let lines: Vec<Line> = (0..count.min(20)).map(|_| line(name)).collect();
    let count = i64::try_from(count).expect("a number");
    let news = News {
        count,
        lines: &lines,
        by_severity: &[(Severity::Critical, count)],
        by_region: &[(Some(1), Some(name.to_owned()), count)],
    };
    let zone = Zone::parse("Asia/Shanghai").expect("a zone");
    let place = Place { public_url: Some("https://loadline.example".to_owned()), zone, host: "grid-1".to_owned() };
    compose(kind, lang, &news, &place, DateTime::from_timestamp_millis(1_790_000_000_000).expect("a time"))
}

#[test]
fn one_alarm_is_told_in_full_in_the_language_of_its_receiver() {
    let mail = composed(ChannelKind::Email, Lang::En, "East", 1);
    assert_eq!(mail.subject, "[critical] raised: East · Over the limit");
    let lines: Vec<&str> = mail.body.lines().collect();
    assert_eq!(
        lines,
        [
            "Event: raised",
            "Station / region: East",
            "Rule: Over the limit",
            "Value: 105.2 %",
            "Limit: 100 %",
            "Start time: 2026-09-21 22:13:20",
            "Status: unacknowledged",
            "Severity: critical",
            "Suggestion: Shed load",
            "Link: https://loadline.example/alarms/7",
        ]
    );
    let mail = composed(ChannelKind::Email, Lang::Zh, "东区", 5_000);
    assert_eq!(mail.subject, "[紧急] 5,000 条告警通知");
    assert_eq!(mail.body.lines().filter(|line| line.starts_with('◆')).count(), 20);
    assert!(mail.body.contains("另有 4,980 条"), "{}", mail.body);
}

#[test]
fn names_from_elsewhere_stay_names() {
    for kind in ChannelKind::ALL {
        for count in [1, 30] {
            let Composed { subject, body } = composed(kind, Lang::Zh, HOSTILE, count);
            assert!(!subject.contains(['\r', '\n']), "{subject:?}");
            match kind {
                ChannelKind::Wecom => assert!(!body.contains("](http://evil") && !body.contains("@all"), "{body}"),
                ChannelKind::Syslog => assert!(!body.contains(['\r', '\n']), "{body}"),
                ChannelKind::Email => assert!(!body.lines().any(|line| line.starts_with("Bcc:")), "{body}"),
                ChannelKind::Webhook | ChannelKind::Dingtalk => {}
            }
            if matches!(kind, ChannelKind::Webhook | ChannelKind::Wecom | ChannelKind::Dingtalk) {
                serde_json::from_str::<serde_json::Value>(&body).unwrap_or_else(|error| panic!("{error}: {body}"));
            }
        }
    }
}

#[test]
fn no_receiver_gets_more_than_it_takes_and_every_alarm_is_counted() {
    let name = "长".repeat(64);
    for (kind, most) in [(ChannelKind::Wecom, 4_096), (ChannelKind::Dingtalk, 20_000), (ChannelKind::Syslog, 2_048)] {
        for count in [1, 3, 20, 5_000] {
            let body = composed(kind, Lang::Zh, &name, count).body;
            let text = match serde_json::from_str::<serde_json::Value>(&body) {
                Ok(json) => json["markdown"]["content"].as_str().or(json["text"]["content"].as_str()).expect("a text").to_owned(),
                Err(_) => body,
            };
            assert!(text.len() <= most, "{kind:?} {count}: {}", text.len());
            let told = text.matches('◆').count();
            let more = i64::try_from(count - told).expect("a number");
            let counted = count == 1 || more == 0 || text.contains(&format!("另有 {} 条", app::format::count(more)));
            assert!(counted, "{kind:?} {count}: {told} told, {text}");
        }
    }
}
