//! The line on top of every page and the footer: where, how far, how old, how healthy.

use std::sync::Arc;

use domain::LocalMs;
use domain::access::{Permission, Scope};
use leptos::prelude::*;
use warehouse::read::frame::FrameData;

use super::situation::{self, Situation};
use crate::components::Block;
use crate::context::{AppContext, PageRequest, Theme};
use crate::error::AppError;
use crate::format;
use crate::marks::glyph_view;
use crate::pages::FrameKind;
use crate::pages::alarms::strip::{self, Strip};
use crate::pages::settlement;
use crate::text::{Lang, Text, common, frame as words};
use crate::viewer::Viewer;

/// The state of the stream at one moment, judged once for everything on the page.
#[derive(Clone, PartialEq, Debug)]
pub struct FrameView {
    pub data: FrameData,
    pub situation: Situation,
    /// UTC milliseconds at which it was judged, and the same on the source's wall clock.
    pub now_ms: i64,
    pub local_now: LocalMs,
    pub age_ms: Option<i64>,
    /// None for whoever may not see alarms.
    pub alarms: Option<Arc<Strip>>,
}

impl FrameView {
    pub fn judge(data: FrameData, ctx: &AppContext) -> Self {
        let now_ms = ctx.now_ms();
        let local_now = ctx.local(now_ms);
        let situation = Situation::judge(&data, now_ms, |utc_ms| ctx.local(utc_ms));
        let age_ms = situation::age_ms(&data, local_now);
        Self { data, situation, now_ms, local_now, age_ms, alarms: None }
    }

    pub fn with_alarms(self, alarms: Option<Arc<Strip>>) -> Self {
        Self { alarms, ..self }
    }

    /// A moment on the wall clock of the source; its distance from UTC at the server's clock serves for the last hours.
    pub fn local(&self, utc_ms: i64) -> LocalMs {
        LocalMs(utc_ms + (self.local_now.0 - self.now_ms))
    }

    /// Whether numbers of "now" are greyed.
    pub fn is_stale(&self) -> bool {
        self.age_ms.is_some_and(|age_ms| self.situation.is_stale(age_ms))
    }

    pub fn sentence(&self, lang: Lang) -> String {
        self.situation.sentence(self.data.data_time(), self.local_now.day(), lang)
    }
}

pub async fn data(ctx: &AppContext) -> Result<FrameView, AppError> {
    let (data, alarms) = tokio::try_join!(numbers(ctx), strip::load(ctx))?;
    Ok(FrameView::judge(data, ctx).with_alarms(alarms))
}

async fn numbers(ctx: &AppContext) -> Result<FrameData, AppError> {
    Ok(warehouse::read::frame::frame(&ctx.pool).await?)
}

/// Where the part about bills begins is settled by that part.
const NAVIGATION: [(&str, Text, Permission); 8] = [
    ("/", common::NAV_DASHBOARD, Permission::SeeNumbers),
    ("/alarms", words::ALARMS, Permission::SeeAlarms),
    ("/settlement", words::SETTLEMENT, Permission::SeeBilling),
    ("/rankings", common::NAV_RANKINGS, Permission::SeeNumbers),
    ("/peaks", common::NAV_PEAKS, Permission::SeeNumbers),
    ("/pipeline", common::NAV_PIPELINE, Permission::SeePipeline),
    ("/search", common::NAV_SEARCH, Permission::SeeCustomers),
    ("/wall", common::NAV_WALL, Permission::SeeNumbers),
];

/// The viewer's own menu, after his account.
const MANAGEMENT: [(&str, Text, Permission); 4] = [
    ("/people", words::NAV_PEOPLE, Permission::ManagePeople),
    ("/tenants", words::NAV_TENANTS, Permission::ManageTenants),
    ("/tokens", words::NAV_TOKENS, Permission::ManageTokens),
    ("/audit", words::NAV_AUDIT, Permission::SeeAudit),
];

/// What is about the installation as a whole is of no use, and no business, to whoever sees a part of it.
fn is_offered(viewer: &Viewer, address: &str, permission: Permission) -> bool {
    let is_of_all = matches!(address, "/pipeline" | "/tenants");
    let is_operators = address == "/tenants";
    viewer.may(permission) && (!is_of_all || viewer.scope.is_whole()) && (!is_operators || viewer.is_operator())
}

/// One line, 48 px, fixed.
pub fn header(frame: &FrameView, request: &PageRequest, ctx: &AppContext) -> AnyView {
    let lang = request.view.lang;
    let offered = NAVIGATION.into_iter().filter(|(address, _, permission)| is_offered(&ctx.viewer, address, *permission));
    let links = offered.map(|(address, title, _)| {
        let is_current = request.path == address
            || (address == "/" && request.path.starts_with("/regions"))
            || (address == "/alarms" && request.path.starts_with("/alarms/"))
            || (address == "/settlement" && settlement::is_inside(&request.path));
        let address = if address == "/settlement" { settlement::entry() } else { address };
        view! { <a href=address aria-current=is_current.then_some("page")>{title.get(lang)}</a> }
    });
    let theme_links = Theme::ALL.into_iter().map(|theme| {
        let title = match theme {
            Theme::Grey => words::THEME_GREY,
            Theme::Dark => words::THEME_DARK,
        };
        let is_current = theme == request.view.theme;
        view! {
            <a href=request.address_with("theme", theme.code()) aria-current=is_current.then_some("true")>{title.get(lang)}</a>
        }
    });
    let other = lang.other();
    let other_name = match other {
        Lang::Zh => "中文",
        Lang::En => "English",
    };
    view! {
        <a class="skip" href="#main">{words::SKIP.get(lang)}</a>
        <header class="frame">
            <a class="product" href="/">{common::PRODUCT.get(lang)}</a>
            <nav class="frame-nav" aria-label=words::NAVIGATION.get(lang)>{links.collect_view()}</nav>
            {scope(&ctx.viewer, lang).map(|text| view! { <span class="frame-scope" title=text>{words::SCOPE_SHORT.get(lang)}</span> })}
            {status(frame, request.view.lang)}
            {alarms(frame, lang)}
            {clock(frame, lang, ctx)}
            <nav class="frame-switch" aria-label=words::LANGUAGE.get(lang)>
                <a href=request.address_with("lang", other.code()) lang=other.tag() hreflang=other.tag()>{other_name}</a>
            </nav>
            <nav class="frame-switch" aria-label=words::THEME.get(lang)>{theme_links.collect_view()}</nav>
            {person(request, ctx)}
        </header>
    }
    .into_any()
}

/// Who is signed in, with what only he may do. A popover, because the line on top is one line.
fn person(request: &PageRequest, ctx: &AppContext) -> AnyView {
    let (viewer, lang) = (&ctx.viewer, request.view.lang);
    let is_current = |address: &str| (request.path == address).then_some("page");
    let managed = MANAGEMENT.into_iter().filter(|(address, _, permission)| is_offered(viewer, address, *permission));
    let links = managed.map(|(address, title, _)| {
        view! { <a href=address aria-current=is_current(address)>{title.get(lang)}</a> }
    });
    let own = viewer.account_id().map(|_| {
        view! {
            <a href="/account" aria-current=is_current("/account")>{words::NAV_ACCOUNT.get(lang)}</a>
        }
    });
    let leave = viewer.account_id().map(|_| {
        view! {
            <form method="post" action="/logout">
                <button type="submit" class="plain">{words::SIGN_OUT.get(lang)}</button>
            </form>
        }
    });
    view! {
        <button type="button" class="frame-person" popovertarget="person-menu">{viewer.name().to_owned()}</button>
        <nav id="person-menu" class="person-menu" popover="auto" aria-label=words::PERSON_MENU.get(lang)>
            {scope(viewer, lang).map(|text| view! { <p class="person-scope">{text}</p> })}
            {own}
            {links.collect_view()}
            {leave}
        </nav>
    }
    .into_any()
}

/// Says that numbers count only a part; none for whoever sees everything.
pub fn scope(viewer: &Viewer, lang: Lang) -> Option<String> {
    let Scope::Regions(regions) = &viewer.scope else { return None };
    let count = regions.len().to_string();
    Some(match &viewer.tenant_name {
        Some(tenant) => words::SCOPE_OF_TENANT.with(lang, &[tenant, &count]),
        None => words::SCOPE.with(lang, &[&count]),
    })
}

/// Data time and age, state of the stream: what changes with every commit.
fn status(frame: &FrameView, lang: Lang) -> AnyView {
    let (code, glyph) = frame.situation.code();
    let data_time = frame.data.data_time();
    let today = frame.local_now.day();
    let age = format::or_absent(frame.age_ms, |ms| format::age(ms, lang));
    view! {
        <div class="frame-status" data-live="status" data-now=frame.local_now.0.to_string()>
            <span class="data-time">
                <span class="label">{common::DATA_TIME.get(lang)}</span>
                " "
                <time class="value">{format::or_absent(data_time, |at| format::clock_on(at, today))}</time>
            </span>
            <span class="data-age" title=common::DATA_AGE.get(lang)>
                <span class="label">{common::DATA_AGE.get(lang)}</span>
                " "
                <span class="value" data-age-of=frame.data.watermark.map(|at| at.0.to_string())>{age}</span>
            </span>
            <span class=format!("stream stream-{code}") role="status" title=frame.sentence(lang)>
                {glyph_view(glyph)}
                " "
                {frame.sentence(lang)}
            </span>
        </div>
    }
    .into_any()
}

/// Counts of alarms. What is new is said by a line of its own, which stays while the counts are replaced.
fn alarms(frame: &FrameView, lang: Lang) -> Option<AnyView> {
    let strip = frame.alarms.as_deref()?;
    Some(
        view! {
            {alarm_counts(strip, frame, lang)}
            <span class="sr-only" id="alarm-said" role="status" aria-live="polite"></span>
        }
        .into_any(),
    )
}

fn alarm_counts(strip: &Strip, frame: &FrameView, lang: Lang) -> AnyView {
    strip::in_frame(strip, frame.local_now.day(), |ms| frame.local(ms), lang)
}

fn clock(frame: &FrameView, lang: Lang, _ctx: &AppContext) -> AnyView {
    view! {
        <time class="frame-clock" data-clock="" title=words::SERVER_CLOCK.get(lang)>{format::clock(frame.local_now)}</time>
    }
    .into_any()
}

pub fn footer(frame: &FrameView, request: &PageRequest, ctx: &AppContext) -> AnyView {
    let seen = scope(&ctx.viewer, request.view.lang).map(|text| view! { <p class="scope">{text}</p> });
    view! { <footer class="frame-footer">{seen}{footer_line(frame, request.view.lang, ctx)}</footer> }.into_any()
}

fn footer_line(frame: &FrameView, lang: Lang, ctx: &AppContext) -> AnyView {
    let version = words::VERSION.with(lang, &[ctx.version]);
    let position = words::POSITION.with(lang, &[&frame.data.position]);
    let proven = words::PROVEN.with(lang, &[common::ABSENT]);
    view! {
        <p data-live="footer">
            <span>{version}</span>
            <span>{position}</span>
            <span>{proven}</span>
            <span>{common::BY_REPORT_TIME.get(lang)}</span>
        </p>
    }
    .into_any()
}

/// The parts of the frame that change, for the event stream.
pub fn blocks(frame: &FrameView, request: &PageRequest, kind: FrameKind, ctx: &AppContext) -> Vec<Block> {
    let lang = request.view.lang;
    match kind {
        FrameKind::Full => {
            let alarms = frame.alarms.as_deref().map(|strip| Block::bare("alarms", alarm_counts(strip, frame, lang)));
            let ends = [Block::bare("footer", footer_line(frame, lang, ctx))];
            [Block::bare("status", status(frame, lang))].into_iter().chain(alarms).chain(ends).collect()
        }
        FrameKind::Wall | FrameKind::Bare => Vec::new(),
    }
}
