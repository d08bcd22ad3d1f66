//! The document around every page, and its addresses.

pub mod frame;
pub mod situation;

use axum::http::StatusCode;
use leptos::prelude::*;

use crate::assets;
use crate::charts;
use crate::context::{AppContext, PageRequest};
use crate::error::AppError;
use crate::pages::{self, FrameKind, PageContent};
use crate::submitted::Problem;
use crate::text::common;
use frame::FrameView;

/// Without a script the page asks again by itself this often.
const RELOAD_SECONDS: &str = "15";

/// A page as it is sent.
pub struct Responded {
    pub status: StatusCode,
    pub html: String,
}

/// Answers a request for a page: its data first, then the whole document in one pass. Nothing is streamed and nothing
/// waits in the browser, so a page is complete without a script, and no script stands in it.
pub async fn respond(request: &PageRequest, ctx: &AppContext) -> Responded {
    let made = tokio::try_join!(pages::content(request, ctx), frame::data(ctx));
    let owner = Owner::new();
    let responded = owner.with(|| match made {
        Ok((content, frame)) => {
            let status = request.submitted.as_ref().and_then(|form| form.problem).map_or(200, Problem::status);
            let title = content.title.clone();
            let body = document(content, &frame, request, ctx);
            Responded { status: StatusCode::from_u16(status).unwrap_or_default(), html: whole(&title, body, request) }
        }
        Err(error) => failed(&error, request),
    });
    owner.cleanup();
    responded
}

/// A page that could not be made, in a plain sentence.
fn failed(error: &AppError, request: &PageRequest) -> Responded {
    let title = common::PRODUCT.get(request.view.lang);
    Responded { status: error.status(), html: whole(title, failure(error, request), request) }
}

fn whole(title: &str, body: AnyView, request: &PageRequest) -> String {
    let product = common::PRODUCT.get(request.view.lang);
    let title = if title == product { title.to_owned() } else { format!("{title} · {product}") };
    // what somebody is typing must not be lost to a reload
    let reload = pages::reloads_itself(request).then(|| {
        view! {
            <noscript>
                <meta http-equiv="refresh" content=RELOAD_SECONDS />
            </noscript>
        }
    });
    let document = view! {
        <html lang=request.view.lang.tag() data-theme=request.view.theme.code()>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <title>{title}</title>
                <link rel="icon" type="image/svg+xml" href=assets::link("favicon.svg") />
                <link rel="stylesheet" href=assets::link("main.css") />
                {reload}
                <script src=assets::link("live.js") defer=true></script>
                {more_scripts(request)}
            </head>
            <body>{body}</body>
        </html>
    };
    format!("<!DOCTYPE html>{}", document.to_html())
}

/// The desk and single alarms are used by keys.
fn more_scripts(request: &PageRequest) -> Option<AnyView> {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let has_keys = request.path == "/alarms" || request.path.strip_prefix("/alarms/").is_some_and(is_number);
    has_keys.then(|| view! { <script src=assets::link("desk.js") defer=true></script> }.into_any())
}

/// A page in its frame.
fn document(content: PageContent, frame: &FrameView, request: &PageRequest, ctx: &AppContext) -> AnyView {
    let main_class = format!("page page-{}", content.layout);
    let blocks = content.blocks.into_iter().map(Block::into_view).collect_view();
    let main = view! {
        <main id="main" class=main_class data-topic=pages::is_live(request).then(|| request.address()) data-version=assets::version()>
            {match content.heading {
                Some(heading) => heading,
                None => view! { <h1 class="sr-only">{content.title}</h1> }.into_any(),
            }}
            {blocks}
        </main>
    };
    let hatch = view! { <div class="sr-only" aria-hidden="true" inner_html=charts::canvas::HATCH></div> };
    match content.frame {
        FrameKind::Full => view! {
            {frame::header(frame, request, ctx)}
            {main}
            {frame::footer(frame, request, ctx)}
            {hatch}
        }
        .into_any(),
        FrameKind::Wall | FrameKind::Bare => view! {
            {main}
            {hatch}
        }
        .into_any(),
    }
}

use crate::components::Block;

/// A plain sentence instead of a page. The script keeps trying; so does the browser without one.
fn failure(error: &AppError, request: &PageRequest) -> AnyView {
    let lang = request.view.lang;
    let retry = matches!(error, AppError::Unavailable).then_some("true");
    view! {
        <main id="main" class="page page-failure" data-retry=retry data-topic=request.address()>
            <h1>{common::PRODUCT.get(lang)}</h1>
            <p class="failure" role="alert">{error.sentence(lang)}</p>
            <p><a href="/">{common::NAV_DASHBOARD.get(lang)}</a></p>
        </main>
    }
    .into_any()
}
