//! The head of the wall: how far and how old, what this is, and the time; and the band that says that data is old.

use leptos::prelude::*;

use crate::components::Block;
use crate::format::{self, or_absent};
use crate::marks::glyph_view;
use crate::pages::dashboard::Dashboard;
use crate::shell::situation::Situation;
use crate::text::{Lang, common, frame, wall as words};

pub fn standard(dashboard: &Dashboard, lang: Lang) -> Block {
    let content = view! {
        <div class="wall-head-left">{data_time(dashboard, lang)} {stream(dashboard, lang)}</div>
        <p class="wall-title">{words::TITLE.get(lang)}</p>
        {clock(dashboard, lang)}
    };
    head("wall-head", dashboard, content.into_any())
}

pub fn left(dashboard: &Dashboard, lang: Lang) -> Block {
    let content = view! {
        <p class="wall-title">{words::TITLE.get(lang)}</p>
        <div class="wall-head-left">{data_time(dashboard, lang)} {stream(dashboard, lang)}</div>
    };
    head("wall-head", dashboard, content.into_any())
}

pub fn right(dashboard: &Dashboard, lang: Lang) -> Block {
    let mode = if dashboard.frame.situation == Situation::Replay { words::MODE_REPLAY } else { words::MODE_LIVE };
    let content = view! {
        {clock(dashboard, lang)}
        <p class="wall-mode">{mode.get(lang)}</p>
    };
    head("wall-head-2", dashboard, content.into_any())
}

fn head(id: &'static str, dashboard: &Dashboard, content: AnyView) -> Block {
    let now = dashboard.frame.local_now.0.to_string();
    let element = view! {
        <header id=id class=format!("block block-{id}") data-live=id data-now=now>
            {content}
        </header>
    };
    Block::bare(id, element)
}

fn data_time(dashboard: &Dashboard, lang: Lang) -> AnyView {
    let today = dashboard.frame.local_now.day();
    let age_of = dashboard.frame.data.watermark.map(|at| at.0.to_string());
    view! {
        <span class="wall-data-time">
            <span class="label">{common::DATA_TIME.get(lang)}</span>
            " "
            <time>{or_absent(dashboard.frame.data.data_time(), |at| format::clock_on(at, today))}</time>
        </span>
        <span class="wall-age" data-age-of=age_of>{or_absent(dashboard.frame.age_ms, |ms| format::age(ms, lang))}</span>
    }
    .into_any()
}

fn stream(dashboard: &Dashboard, lang: Lang) -> AnyView {
    let (code, glyph) = dashboard.frame.situation.code();
    // The band says it in full; here a word is enough.
    let sentence = match code {
        "stale" | "down" => crate::marks::Mark::Stale.word(lang).to_owned(),
        _ => dashboard.frame.sentence(lang),
    };
    view! { <span class=format!("stream stream-{code}")>{glyph_view(glyph)} " " {sentence}</span> }.into_any()
}

fn clock(dashboard: &Dashboard, lang: Lang) -> AnyView {
    let now = dashboard.frame.local_now;
    view! {
        <p class="wall-clock">
            <span data-date="">{format::date(now.day())}</span>
            <span>{format::weekday(now.day(), lang)}</span>
            <time data-clock="" title=frame::SERVER_CLOCK.get(lang)>{format::clock(now)}</time>
        </p>
    }
    .into_any()
}

/// In words over the full width, while numbers are greyed. The script fills and shows it too when it hears nothing.
pub fn band(dashboard: &Dashboard, lang: Lang) -> Block {
    let is_shown = dashboard.frame.is_stale() || matches!(dashboard.frame.situation.code().0, "down");
    let class = if is_shown { "block block-wall-band shown" } else { "block block-wall-band" };
    let element = view! {
        <p id="wall-band" class=class data-live="wall-band" role="status">
            {glyph_view(dashboard.frame.situation.code().1)}
            " "
            <span data-stream-text="">{dashboard.frame.sentence(lang)}</span>
        </p>
    };
    Block::bare("wall-band", element)
}
