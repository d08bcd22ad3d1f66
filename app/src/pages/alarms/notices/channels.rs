//! Receivers: the list with its tests, and the forms that make, change and remove them.

use domain::alarms::notices::ChannelKind;
use leptos::prelude::*;
use warehouse::alarms::notices::channels::Channel;
use warehouse::alarms::notices::log::MessageState;

use super::{CHANGE_CHANNEL_FORM, CHANNEL_FORM, REMOVE_CHANNEL_FORM, folded};
use crate::components::Block;
use crate::components::form::{Choice, Confirm, Field, Form};
use crate::components::table::{Cell, Column, Row, table};
use crate::context::PageRequest;
use crate::pages::managed;
use crate::pages::shared::nothing;
use crate::text::Lang;
use crate::text::access::common;
use crate::text::alarms::notices as words;

const MOST_NAME_CHARS: usize = 64;
const MOST_TARGET_CHARS: usize = 900;

/// What became of a test.
pub fn tested(state: &MessageState, name: &str, request: &PageRequest) -> Block {
    let lang = request.view.lang;
    let answer = words::outcome(state.outcome.as_deref().unwrap_or_default(), lang);
    let (class, sentence) = match state.status.as_str() {
        "sent" => ("done", words::TEST_SENT.with(lang, &[name, &answer])),
        "dead" => ("problem", words::TEST_FAILED.with(lang, &[name, &answer])),
        _ => ("note", words::TEST_WAITS.with(lang, &[name])),
    };
    Block::fixed("tested", view! { <p class=class role="status">{sentence}</p> }).class("wide")
}

pub fn block(all: &[Channel], request: &PageRequest) -> Block {
    let lang = request.view.lang;
    let list = if all.is_empty() {
        nothing(words::NO_CHANNELS, lang)
    } else {
        let heads = [words::NAME, words::KIND, words::TARGET, words::LANG, common::STATE, common::ACTIONS];
        let columns = heads.into_iter().map(|head| Column::text(head.get(lang))).collect();
        table(words::CHANNELS.get(lang), columns, all.iter().map(|channel| row(channel, request)).collect())
    };
    let content = view! { <p class="note">{words::CHANNELS_NOTE.get(lang)}</p> {list} };
    Block::fixed("channels", content).titled(words::CHANNELS.get(lang)).class("wide")
}

fn row(channel: &Channel, request: &PageRequest) -> Row {
    let lang = request.view.lang;
    let state = if channel.is_enabled { words::ON } else { words::OFF };
    let cells = vec![
        Cell::text(managed::user_text(&channel.name)),
        Cell::text(words::channel_kind(channel.kind).get(lang)),
        Cell::text(managed::user_text(&channel.target)),
        Cell::text(language(&channel.lang)),
        Cell::text(managed::badge(state, !channel.is_enabled, lang)),
        Cell::text(actions(channel, request)),
    ];
    Row { cells, class: if channel.is_enabled { String::new() } else { "state-off".to_owned() } }
}

fn actions(channel: &Channel, request: &PageRequest) -> AnyView {
    let lang = request.view.lang;
    let (id, name) = (channel.channel_id, channel.name.as_str());
    let remove = Confirm {
        action: format!("/alarms/channels/{id}/remove"),
        title: common::REMOVE.get(lang).to_owned(),
        accessible_title: words::REMOVE_OF.with(lang, &[name]),
        note: words::REMOVE_CHANNEL_NOTE,
        button: common::REMOVE,
        version: Some(channel.version),
        asks_reason: true,
        is_open: false,
        row: None,
    };
    view! {
        <form class="inline-form" method="post" action=format!("/alarms/channels/{id}/test")>
            <button type="submit" aria-label=words::TEST_OF.with(lang, &[name]) disabled=!channel.is_enabled>
                {words::TEST.get(lang)}
            </button>
            <a class="button" href=format!("/alarms/notices?channel={id}#change-channel") aria-label=words::CHANGE_OF.with(lang, &[name])>
                {words::CHANGE.get(lang)}
            </a>
        </form>
        {remove.into_view(Form::of(REMOVE_CHANNEL_FORM, request).silent())}
    }
    .into_any()
}

pub fn add(request: &PageRequest) -> Block {
    let lang = request.view.lang;
    let form = Form::of(CHANNEL_FORM, request);
    let fields = view! {
        <form method="post" action="/alarms/channels">
            {form.problem()}
            {fields(form, None)}
            <div class="buttons"><button type="submit">{common::ADD.get(lang)}</button></div>
        </form>
    };
    Block::fixed("add-channel", folded(words::ADD_CHANNEL.get(lang).to_owned(), form.has_problem(), fields.into_any()))
}

pub fn change(channel: &Channel, request: &PageRequest) -> Block {
    let lang = request.view.lang;
    let form = Form::of(CHANGE_CHANNEL_FORM, request);
    let fields = view! {
        <form method="post" action=format!("/alarms/channels/{}", channel.channel_id)>
            {form.problem()}
            <input type="hidden" name="row" value=channel.channel_id.to_string() />
            <input type="hidden" name="version" value=channel.version.to_string() />
            {fields(form, Some(channel))}
            <div class="buttons"><button type="submit">{common::SAVE.get(lang)}</button></div>
        </form>
    };
    Block::fixed("change-channel", folded(words::CHANGE_OF.with(lang, &[&channel.name]), true, fields.into_any()))
}

fn fields(form: Form, channel: Option<&Channel>) -> AnyView {
    let lang = form.lang;
    let standing = channel.map_or(ChannelKind::Webhook, |channel| channel.kind);
    let kinds = ChannelKind::ALL.map(|kind| Choice::new(kind.code(), words::channel_kind(kind).get(lang), kind == standing));
    let has_web = matches!(standing, ChannelKind::Webhook | ChannelKind::Wecom | ChannelKind::Dingtalk);
    let hint = match channel.filter(|_| has_web) {
        Some(channel) => words::WEB_ADDRESS_KEPT.with(lang, &[&channel.target]),
        None => words::WEB_ADDRESS_HINT.get(lang).to_owned(),
    };
    // what was typed into them does not come back either: both may be secrets
    let address = Field::password("address", words::WEB_ADDRESS.get(lang), "off").optional();
    let key = Field::password("key", words::KEY.get(lang), "new-password").optional();
    let target = channel.filter(|_| !has_web).map_or("", |channel| channel.target.as_str());
    let own_lang = channel.map_or(lang.code(), |channel| channel.lang.as_str());
    let langs = Lang::ALL.map(|one| Choice::new(one.code(), language(one.code()), one.code() == own_lang));
    let is_on = channel.is_none_or(|channel| channel.is_enabled);
    view! {
        {form.field(Field::text("name", words::NAME.get(lang)).standing(channel.map_or("", |own| own.name.as_str())).required().most(MOST_NAME_CHARS))}
        {form.select("kind", words::KIND.get(lang), kinds.into())}
        {form.field(address.hint(hint).most(MOST_TARGET_CHARS))}
        {form.field(Field::text("target", words::OTHER_TARGET.get(lang)).standing(target).hint(words::OTHER_TARGET_HINT.get(lang)).most(MOST_TARGET_CHARS))}
        {form.field(key.hint(words::KEY_HINT.get(lang)).most(MOST_TARGET_CHARS))}
        {form.select("lang", words::LANG.get(lang), langs.into())}
        {form.checkbox("enabled", Choice::new("1", words::IS_ON.get(lang), is_on))}
        {form.reason()}
    }
    .into_any()
}

fn language(code: &str) -> &'static str {
    if code == Lang::En.code() { "English" } else { "中文" }
}
