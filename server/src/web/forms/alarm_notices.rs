//! Receivers of messages about alarms, their tests, and messages that are sent again. Routes stand in a file of their own.

use std::time::Duration;

use app::submitted::Problem;
use app::text::Lang;
use app::text::alarms::notices::NoticeProblem;
use axum::extract::Path;
use axum::response::Response;
use domain::access::DisplayName;
use domain::alarms::notices::ChannelKind;
use warehouse::alarms::notices::channels::{self, ChannelChange, ChannelSecret};
use warehouse::alarms::notices::log;

use super::writer::{Trouble, Writer, redirect};
use crate::alarms::notify::address::{self, AddressFault};
use crate::alarms::notify::message::{self, Place};
use crate::alarms::notify::send::recipients;

pub const NOTICES: &str = "/alarms/notices";
/// Whoever tests waits this long for the outcome; later it stands on the page.
const TEST_WITHIN: Duration = Duration::from_secs(6);
const LOOK_EVERY: Duration = Duration::from_millis(100);

pub async fn add_channel(writer: Writer) -> Response {
    let added = async {
        let change = channel(&writer, None)?;
        Ok(channels::add(writer.access()?, &writer.author(), &writer.granter(), &change, writer.now()).await?)
    };
    match added.await {
        Ok(_) => writer.done(NOTICES, "channel-added"),
        Err(trouble) => writer.again(NOTICES, "channel", trouble).await,
    }
}

pub async fn change_channel(Path(id): Path<i32>, writer: Writer) -> Response {
    let changed = async {
        let standing = channels::get(writer.access()?, &writer.granter(), id).await?;
        let change = channel(&writer, Some(&standing))?;
        let version = writer.number("version")?;
        Ok(channels::change(writer.access()?, &writer.author(), &writer.granter(), (id, version), &change).await?)
    };
    match changed.await {
        Ok(()) => writer.done(NOTICES, "channel-saved"),
        Err(trouble) => writer.again(&format!("{NOTICES}?channel={id}"), "change-channel", trouble).await,
    }
}

pub async fn remove_channel(Path(id): Path<i32>, writer: Writer) -> Response {
    let removed = async {
        let version = writer.number("version")?;
        Ok(channels::remove(writer.access()?, &writer.author(), &writer.granter(), (id, version), writer.now()).await?)
    };
    match removed.await {
        Ok(()) => writer.done(NOTICES, "channel-removed"),
        Err(trouble) => writer.again(NOTICES, "remove-channel", trouble).await,
    }
}

/// Sends a message of no alarm, and shows what became of it.
pub async fn test_channel(Path(id): Path<i32>, writer: Writer) -> Response {
    match try_test(&writer, id).await {
        Ok(message_id) => redirect(&format!("{NOTICES}?test={message_id}")),
        Err(trouble) => writer.again(NOTICES, "test", trouble).await,
    }
}

async fn try_test(writer: &Writer, id: i32) -> Result<i64, Trouble> {
    let (access, granter) = (writer.access()?, writer.granter());
    let channel = channels::get(access, &granter, id).await?;
    let lang = Lang::parse(&channel.lang).unwrap_or_default();
    let place = Place { public_url: None, zone: writer.shared.context.zone, host: String::new() };
    let composed = message::test(channel.kind, lang, &channel.name, &place, writer.now());
    let texts = (composed.subject.as_str(), composed.body.as_str());
    let message_id = channels::test(access, &writer.author(), &granter, id, texts, writer.now()).await?;
    let ended = async {
        loop {
            tokio::time::sleep(LOOK_EVERY).await;
            match log::message(access, &granter, message_id).await {
                Ok((state, _)) if matches!(state.status.as_str(), "pending" | "sending") => {}
                _ => break,
            }
        }
    };
    // no outcome yet is told as such
    let _ = tokio::time::timeout(TEST_WITHIN, ended).await;
    Ok(message_id)
}

pub async fn send_again(Path(id): Path<i64>, writer: Writer) -> Response {
    let sent = async { Ok(log::send_again(writer.access()?, &writer.author(), &writer.granter(), id, writer.now()).await?) };
    match sent.await {
        Ok(()) => writer.done(NOTICES, "message-again"),
        Err(trouble) => writer.again(NOTICES, "again", trouble).await,
    }
}

/// What the form says about a receiver; what is secret and left empty stays as it is.
fn channel(writer: &Writer, standing: Option<&channels::Channel>) -> Result<ChannelChange, Trouble> {
    let name = DisplayName::parse(writer.field("name"))?;
    let kind = ChannelKind::from_code(writer.field("kind")).ok_or(Problem::BadField)?;
    let lang = Lang::parse(writer.field("lang")).ok_or(Problem::BadField)?;
    let kept = standing.filter(|standing| standing.kind == kind);
    let allowed = &writer.shared.security.notify_private;
    let mut secret = ChannelSecret::default();
    let target = match kind {
        ChannelKind::Webhook | ChannelKind::Wecom | ChannelKind::Dingtalk => match (writer.field("address"), kept) {
            ("", Some(kept)) => kept.target.clone(),
            (text, _) => {
                let url = address::web(text, allowed).map_err(|fault| wrong(fault, NoticeProblem::Address))?;
                secret.address = Some(url.to_string());
                address::shown(&url)
            }
        },
        ChannelKind::Email => {
            let list = recipients(writer.field("target")).ok_or(Problem::Notice(NoticeProblem::Recipients))?;
            list.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
        }
        ChannelKind::Syslog => {
            address::syslog(writer.field("target"), allowed).map_err(|fault| wrong(fault, NoticeProblem::SyslogTarget))?;
            writer.field("target").to_owned()
        }
    };
    if matches!(kind, ChannelKind::Webhook | ChannelKind::Dingtalk) {
        let key = writer.field("key");
        secret.key = (!key.is_empty()).then(|| key.to_owned());
    }
    if target.chars().count() > MOST_TARGET_CHARS {
        return Err(Problem::BadField.into());
    }
    let is_enabled = writer.field("enabled") == "1";
    Ok(ChannelChange { name: name.as_str().to_owned(), kind, target, secret, lang: lang.code().to_owned(), is_enabled })
}

/// As many as the table takes.
const MOST_TARGET_CHARS: usize = 1_000;

fn wrong(fault: AddressFault, unreadable: NoticeProblem) -> Problem {
    Problem::Notice(if fault == AddressFault::Private { NoticeProblem::Private } else { unreadable })
}
