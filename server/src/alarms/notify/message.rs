//! A message as its receiver reads it: one alarm in full, or many together, in the receiver's language and form.

use app::text::Lang;
use app::text::alarms::{messages as words, words as names};
use chrono::{DateTime, Utc};
use domain::alarms::notices::ChannelKind;
use domain::alarms::{Condition, Severity};
use domain::{RegionId, Zone};
use rust_decimal::Decimal;
use serde_json::{Value, json};
use warehouse::alarms::notices::compose::Line;

/// Bytes that a receiver of this kind takes as text.
fn most_bytes(kind: ChannelKind) -> usize {
    match kind {
        ChannelKind::Wecom => 4_000,
        ChannelKind::Dingtalk => 18_000,
        ChannelKind::Syslog => 1_900,
        ChannelKind::Webhook | ChannelKind::Email => 60_000,
    }
}

const MOST_SUBJECT_CHARS: usize = 150;
/// Facility of syslog messages: local0.
const FACILITY: u8 = 16;

/// Where the installation is, for links, times and the head of syslog messages.
#[derive(Clone, Debug)]
pub struct Place {
    /// Without a slash at its end.
    pub public_url: Option<String>,
    pub zone: Zone,
    pub host: String,
}

/// What there is to tell.
#[derive(Clone, Debug)]
pub struct News<'a> {
    pub count: i64,
    pub lines: &'a [Line],
    pub by_severity: &'a [(Severity, i64)],
    pub by_region: &'a [(Option<RegionId>, Option<String>, i64)],
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Composed {
    pub subject: String,
    /// As it is sent.
    pub body: String,
}

/// Composes what receivers of a kind get.
pub fn compose(kind: ChannelKind, lang: Lang, news: &News, place: &Place, now: DateTime<Utc>) -> Composed {
    let worst = news.by_severity.first().map_or(Severity::Low, |(severity, _)| *severity);
    let subject = match news.lines {
        [line] if news.count == 1 => subject_of(line, lang),
        _ => words::GROUP_SUBJECT.with(lang, &[names::severity(worst).get(lang), &app::format::count(news.count)]),
    };
    let subject: String = one_line(&subject).chars().take(MOST_SUBJECT_CHARS).collect();
    let text = match news.lines {
        [line] if news.count == 1 => full(line, lang, place),
        lines => fitting(most_bytes(kind), |most| grouped(news, &lines[..lines.len().min(most)], lang, place), lines.len()),
    };
    let body = match kind {
        ChannelKind::Webhook => webhook(&subject, &text, news, lang, place),
        _ => plain_body(kind, &subject, &text, worst, place, now),
    };
    Composed { subject, body }
}

/// A message without an alarm, to see whether it arrives.
pub fn test(kind: ChannelKind, lang: Lang, channel_name: &str, place: &Place, now: DateTime<Utc>) -> Composed {
    let subject = words::TEST_SUBJECT.get(lang).to_owned();
    let text = words::TEST.with(lang, &[channel_name, &moment(now, place)]);
    let body = match kind {
        ChannelKind::Webhook => json!({ "subject": subject, "text": text, "test": true, "count": 0, "alarms": [] }).to_string(),
        _ => plain_body(kind, &subject, &text, Severity::Low, place, now),
    };
    Composed { subject, body }
}

fn plain_body(kind: ChannelKind, subject: &str, text: &str, worst: Severity, place: &Place, now: DateTime<Utc>) -> String {
    match kind {
        ChannelKind::Wecom => {
            let content = cut(format!("**{}**\n{}", tame(subject), tame(text)), most_bytes(kind));
            json!({ "msgtype": "markdown", "markdown": { "content": content } }).to_string()
        }
        ChannelKind::Dingtalk => {
            let content = cut(format!("{subject}\n{text}"), most_bytes(kind));
            json!({ "msgtype": "text", "text": { "content": content } }).to_string()
        }
        ChannelKind::Syslog => syslog(&format!("{subject} | {}", text.replace('\n', " | ")), worst, place, now),
        ChannelKind::Email | ChannelKind::Webhook => text.to_owned(),
    }
}

/// RFC 5424, with the byte order mark that says UTF-8.
fn syslog(text: &str, worst: Severity, place: &Place, now: DateTime<Utc>) -> String {
    let severity = match worst {
        Severity::Critical => 2,
        Severity::High => 3,
        Severity::Medium => 4,
        Severity::Low => 5,
    };
    let host: String = place.host.chars().filter(char::is_ascii_graphic).take(255).collect();
    let host = if host.is_empty() { "-" } else { &host };
    let at = now.to_rfc3339_opts(chrono::SecondsFormat::Millis, true);
    let frame = format!("<{}>1 {at} {host} loadline - alarm - \u{FEFF}{}", FACILITY * 8 + severity, one_line(text));
    cut(frame, most_bytes(ChannelKind::Syslog))
}

/// Whole characters only.
fn cut(mut text: String, most: usize) -> String {
    if text.len() > most {
        text.truncate(text.floor_char_boundary(most));
    }
    text
}

/// Subject and head of a message, around its text.
const AROUND_BYTES: usize = 600;

/// The longest form that fits: with fewer and fewer lines, which the rest is counted for.
fn fitting(most: usize, form: impl Fn(usize) -> String, lines: usize) -> String {
    let mut text = form(lines);
    for fewer in (0..lines).rev() {
        if text.len() + AROUND_BYTES <= most {
            break;
        }
        text = form(fewer);
    }
    text
}

fn subject_of(line: &Line, lang: Lang) -> String {
    let severity = names::severity(line.severity).get(lang);
    words::SUBJECT
        .with(lang, &[severity, words::kind(line.kind).get(lang), &station(line, lang), names::rule_name(&line.rule, lang)])
}

fn full(line: &Line, lang: Lang, place: &Place) -> String {
    let (value, limit) = value_and_limit(line, lang);
    let fields = [
        (words::EVENT, words::kind(line.kind).get(lang).to_owned()),
        (words::STATION, station(line, lang)),
        (words::RULE, names::rule_name(&line.rule, lang).to_owned()),
        (words::VALUE, value),
        (words::LIMIT, limit),
        (words::START, started(line, place)),
        (words::STATUS, names::state(line.state).get(lang).to_owned()),
        (words::SEVERITY, names::severity(line.severity).get(lang).to_owned()),
        (words::SUGGESTION, line.rule.rationale.response.clone()),
        (words::LINK, link(line.alarm_id, place).unwrap_or_default()),
    ];
    let colon = if lang == Lang::Zh { "：" } else { ": " };
    let shown = fields.into_iter().filter(|(_, value)| !value.is_empty());
    shown.map(|(label, value)| format!("{}{colon}{}", label.get(lang), one_line(&value))).collect::<Vec<_>>().join("\n")
}

fn grouped(news: &News, lines: &[Line], lang: Lang, place: &Place) -> String {
    let severities = news
        .by_severity
        .iter()
        .map(|(severity, count)| format!("{} {}", names::severity(*severity).get(lang), app::format::count(*count)));
    let regions = news
        .by_region
        .iter()
        .map(|(id, name, count)| format!("{} {}", one_line(&region(*id, name.as_deref(), lang)), app::format::count(*count)));
    let mut text = vec![
        words::BY_SEVERITY.with(lang, &[&severities.collect::<Vec<_>>().join(" · ")]),
        words::BY_REGION.with(lang, &[&regions.collect::<Vec<_>>().join(" · ")]),
    ];
    text.extend(lines.iter().map(|line| short(line, lang, place)));
    let more = news.count - i64::try_from(lines.len()).unwrap_or(0);
    if more > 0 {
        text.push(words::MORE.with(lang, &[&app::format::count(more)]));
    }
    text.extend(place.public_url.as_ref().map(|url| format!("{url}/alarms")));
    text.join("\n")
}

fn short(line: &Line, lang: Lang, place: &Place) -> String {
    let (value, limit) = value_and_limit(line, lang);
    let compared = [value, limit].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" / ");
    let severity = format!("{} {}", names::severity_glyph(line.severity), names::severity(line.severity).get(lang));
    let parts = [
        format!("{severity} {}", words::kind(line.kind).get(lang)),
        station(line, lang),
        names::rule_name(&line.rule, lang).to_owned(),
        compared,
        started(line, place),
    ];
    one_line(&parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · "))
}

fn webhook(subject: &str, text: &str, news: &News, lang: Lang, place: &Place) -> String {
    let by_severity: serde_json::Map<String, Value> =
        news.by_severity.iter().map(|(severity, count)| (severity.code().to_owned(), json!(count))).collect();
    let by_region: Vec<Value> = news
        .by_region
        .iter()
        .map(|(id, name, count)| json!({ "region_id": id, "region": region(*id, name.as_deref(), lang), "count": count }))
        .collect();
    let alarms: Vec<Value> = news.lines.iter().map(|line| alarm_json(line, lang, place)).collect();
    let more = news.count - i64::try_from(news.lines.len()).unwrap_or(0);
    json!({ "subject": subject, "text": text, "test": false, "count": news.count, "more": more, "by_severity": by_severity,
            "by_region": by_region, "alarms": alarms })
    .to_string()
}

fn alarm_json(line: &Line, lang: Lang, place: &Place) -> Value {
    let unit = condition(line).map(|known| names::unit(known.metric.unit()).get(Lang::En));
    json!({
        "alarm_id": line.alarm_id, "event": line.kind.code(), "transition": line.event.code(),
        "severity": line.severity.code(), "status": line.state.code(),
        "station": station(line, lang), "region_id": line.region_id,
        "subject": { "kind": line.subject_kind, "id": line.subject_id },
        "rule": names::rule_name(&line.rule, lang),
        "value": line.value, "threshold": line.threshold, "unit": unit,
        "started_at": line.started_at.map(|at| at.to_naive().format("%Y-%m-%dT%H:%M:%S").to_string()),
        "at": line.at.to_rfc3339_opts(chrono::SecondsFormat::Millis, true),
        "suggestion": line.rule.rationale.response, "url": link(line.alarm_id, place),
    })
}

/// The condition that the value belongs to: the first that holds, else the first.
fn condition(line: &Line) -> Option<&Condition> {
    let held =
        (0u32..).zip(&line.rule.conditions).find(|(bit, _)| line.holds.checked_shr(*bit).is_some_and(|bits| bits & 1 == 1));
    held.map(|(_, condition)| condition).or_else(|| line.rule.conditions.first())
}

fn value_and_limit(line: &Line, lang: Lang) -> (String, String) {
    let unit = condition(line).map_or("", |known| names::unit(known.metric.unit()).get(lang));
    let shown = |value: Option<Decimal>| {
        value.map_or_else(String::new, |value| format!("{} {unit}", value.normalize()).trim().to_owned())
    };
    (shown(line.value), shown(line.threshold))
}

fn station(line: &Line, lang: Lang) -> String {
    let place = region(line.region_id, line.region_name.as_deref(), lang);
    match line.subject_kind.as_str() {
        "user" => format!("{place} · {}", words::CUSTOMER.with(lang, &[&line.subject_id.to_string()])),
        "pipeline" => names::PIPELINE.get(lang).to_owned(),
        _ => place,
    }
}

fn region(id: Option<RegionId>, name: Option<&str>, lang: Lang) -> String {
    match (id, name) {
        (None, _) => words::INSTALLATION.get(lang).to_owned(),
        (Some(_), Some(name)) if !name.is_empty() => name.to_owned(),
        (Some(id), _) => words::REGION.with(lang, &[&id.to_string()]),
    }
}

fn started(line: &Line, place: &Place) -> String {
    line.started_at.map_or_else(|| moment(line.at, place), |at| at.to_naive().format("%Y-%m-%d %H:%M:%S").to_string())
}

fn moment(at: DateTime<Utc>, place: &Place) -> String {
    place.zone.local_ms(at.timestamp_micros()).to_naive().format("%Y-%m-%d %H:%M:%S").to_string()
}

fn link(alarm_id: i64, place: &Place) -> Option<String> {
    place.public_url.as_ref().map(|url| format!("{url}/alarms/{alarm_id}"))
}

/// Names come from elsewhere: a line break in one would begin a line, a header or a message of its own.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// Characters that markdown would read as a link, an image or a mention.
fn tame(text: &str) -> String {
    let wide = |c| match c {
        '[' => '［',
        ']' => '］',
        '<' => '＜',
        '>' => '＞',
        '*' => '＊',
        '`' => '｀',
        '#' => '＃',
        '@' => '＠',
        other => other,
    };
    text.chars().map(wide).collect()
}
