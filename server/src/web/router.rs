//! All addresses, and what stands around them.

use app::{App, shell};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::header::CONTENT_SECURITY_POLICY;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{MethodRouter, get};
use leptos::nonce::use_nonce;
use leptos::prelude::{provide_context, use_context};
use leptos_axum::{LeptosRoutes, ResponseOptions, generate_route_list};
use tower_http::compression::CompressionLayer;

use super::state::Shared;
use super::{api, events, exports, guard, health, openapi, preferences, style};

/// The JSON interface; [`openapi`] describes the same list.
pub fn api_routes() -> [(&'static str, MethodRouter<Shared>); 5] {
    [
        ("/api/v1/regions", get(api::regions)),
        ("/api/v1/regions/{id}/windows", get(api::windows)),
        ("/api/v1/rankings", get(api::rankings)),
        ("/api/v1/rollup", get(api::rollup)),
        ("/api/v1/pipeline", get(api::pipeline)),
    ]
}

pub fn router(shared: &Shared) -> Router {
    let files = Router::new()
        .route("/style/{name}", get(style::style))
        .route("/preferences", get(preferences::preferences))
        .route("/exports/{file}", get(exports::export))
        .route("/api/openapi.json", get(openapi::openapi));
    let files = api_routes().into_iter().fold(files, |router, (path, handler)| router.route(path, handler));
    let bounded = files
        .route("/api/{*rest}", get(api::not_found))
        .merge(pages(shared))
        .layer(DefaultBodyLimit::max(guard::MAX_BODY_BYTES))
        .layer(from_fn_with_state(shared.clone(), guard::bound))
        .layer(CompressionLayer::new());
    let machines = Router::new()
        .route("/events", get(events::events))
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(health::readyz))
        .route("/metrics", get(health::metrics));
    bounded.merge(machines).layer(from_fn_with_state(shared.clone(), guard::watch)).with_state(shared.clone())
}

/// The pages of the app; every address that nothing else answers is one, if only to say that it does not exist.
fn pages(shared: &Shared) -> Router<Shared> {
    let context = shared.context.clone();
    let options = shared.leptos.clone();
    let policy = shared.frame_ancestors.clone();
    Router::new()
        .leptos_routes_with_context(
            shared,
            generate_route_list(App),
            move || {
                provide_context(context.clone());
                permit_own_scripts(&policy);
            },
            move || shell(options.clone()),
        )
        .layer(from_fn(preferences::remember))
        .layer(from_fn_with_state(shared.clone(), guard::need_database))
}

/// Leptos ends each page with a script of its own; the page's number used once lets exactly that one run.
fn permit_own_scripts(frame_ancestors: &str) {
    if let (Some(nonce), Some(response)) = (use_nonce(), use_context::<ResponseOptions>()) {
        response.insert_header(CONTENT_SECURITY_POLICY, guard::content_security_policy(frame_ancestors, Some(&nonce)));
    }
}
