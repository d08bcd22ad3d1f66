//! The document around every page, and its addresses.

pub mod frame;
pub mod situation;

use leptos::config::LeptosOptions;
use leptos::prelude::*;
use leptos_meta::{MetaTags, Title, provide_meta_context};
use leptos_router::components::{Route, Router, Routes};
use leptos_router::{SsrMode, WildcardSegment};

use crate::assets;
use crate::charts;
use crate::context::{AppContext, PageRequest};
use crate::error::AppError;
use crate::pages::{self, FrameKind, PageContent};
use crate::text::common;
use frame::FrameView;

/// Without a script the page asks again by itself this often.
const RELOAD_SECONDS: &str = "15";

/// The whole document.
pub fn shell(_options: LeptosOptions) -> impl IntoView {
    let request = PageRequest::current();
    view! {
        <!DOCTYPE html>
        <html lang=request.view.lang.tag() data-theme=request.view.theme.code()>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <link rel="icon" type="image/svg+xml" href=assets::link("favicon.svg") />
                <link rel="stylesheet" href=assets::link("main.css") />
                <noscript>
                    <meta http-equiv="refresh" content=RELOAD_SECONDS />
                </noscript>
                <script src=assets::link("live.js") defer=true></script>
                <MetaTags />
            </head>
            <body>
                <App />
            </body>
        </html>
    }
}

/// Every address is answered by the same page; [`pages::content`] knows which one it is.
/// A page waits for its data, so that title and status are right and nothing needs a script.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    view! {
        <Router>
            <Routes fallback=Page>
                <Route path=leptos_router::path!("") view=Page ssr=SsrMode::Async />
                <Route path=WildcardSegment("page") view=Page ssr=SsrMode::Async />
            </Routes>
        </Router>
    }
}

#[component]
fn Page() -> impl IntoView {
    let request = PageRequest::current();
    let ctx = AppContext::current();
    view! { <Suspense>{Suspend::new(async move { page(request, ctx).await })}</Suspense> }
}

async fn page(request: PageRequest, ctx: Result<AppContext, AppError>) -> AnyView {
    let made = match &ctx {
        Ok(ctx) => tokio::try_join!(pages::content(&request, ctx), frame::data(ctx)),
        Err(error) => Err(error.clone()),
    };
    match (made, ctx) {
        (Ok((content, frame)), Ok(ctx)) => document(content, &frame, &request, &ctx),
        (Err(error), _) | (_, Err(error)) => failure(&error, &request),
    }
}

/// A page in its frame.
pub fn document(content: PageContent, frame: &FrameView, request: &PageRequest, ctx: &AppContext) -> AnyView {
    let lang = request.view.lang;
    // The title is written as it is given: a customer's name in it must not end it.
    let title = format!("{} · {}", content.title, common::PRODUCT.get(lang)).replace('&', "&amp;").replace('<', "&lt;");
    let main_class = format!("page page-{}", content.layout);
    let blocks = content.blocks.into_iter().map(Block::into_view).collect_view();
    let main = view! {
        <main id="main" class=main_class data-topic=request.address() data-version=assets::version()>
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
            <Title text=title />
            {frame::header(frame, request, ctx)}
            {main}
            {frame::footer(frame, request, ctx)}
            {hatch}
        }
        .into_any(),
        FrameKind::Wall => view! {
            <Title text=title />
            {main}
            {hatch}
        }
        .into_any(),
    }
}

use crate::components::Block;

/// A plain sentence instead of a page. The script keeps trying; so does the browser without one.
fn failure(error: &AppError, request: &PageRequest) -> AnyView {
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(error.status());
    }
    let lang = request.view.lang;
    let retry = matches!(error, AppError::Unavailable).then_some("true");
    view! {
        <Title text=common::PRODUCT.get(lang) />
        <main id="main" class="page page-failure" data-retry=retry data-topic=request.address()>
            <h1>{common::PRODUCT.get(lang)}</h1>
            <p class="failure" role="alert">{error.sentence(lang)}</p>
            <p><a href="/">{common::NAV_DASHBOARD.get(lang)}</a></p>
        </main>
    }
    .into_any()
}
