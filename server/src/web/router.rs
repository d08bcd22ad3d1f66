//! All addresses, and what stands around them.

use std::sync::Arc;

use app::viewer::Viewer;
use app::{AppContext, PageRequest};
use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{Extensions, HeaderValue, header};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{MethodFilter, MethodRouter, get, on};
use leptos::prelude::provide_context;
use leptos::server_fn::axum::server_fn_paths;
use leptos_axum::handle_server_fns_with_context;
use tower_http::compression::CompressionLayer;

use super::state::Shared;
use super::{
    alarm_performance_export, alarm_rules, alarms, api, audit_export, contracts, documents, events, exports, forms, gate, guard,
    health, openapi, preferences, statements, style, tariffs,
};

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

/// Every address stands in [`super::routes`] too: the gate lets nobody through to one that does not.
pub fn router(shared: &Shared) -> Router {
    let data = Router::new()
        .route("/exports/audit.csv", get(audit_export::export))
        .route("/exports/alarm_performance.csv", get(alarm_performance_export::export))
        .route("/exports/{file}", get(exports::export))
        .route("/api/openapi.json", get(openapi::openapi));
    let data = api_routes().into_iter().fold(data, |router, (path, handler)| router.route(path, handler));
    let answers = data
        .merge(pages(shared))
        .merge(forms::routes())
        .merge(alarms::routes())
        .merge(alarm_rules::routes())
        .merge(contracts::routes())
        .merge(tariffs::routes())
        .merge(statements::routes())
        .merge(documents::routes())
        .layer(from_fn(preferences::remember))
        .layer(DefaultBodyLimit::max(guard::MAX_BODY_BYTES));
    let answers = gate::guarded(answers, shared).layer(from_fn_with_state(shared.clone(), guard::bound));
    let files = Router::new()
        .route("/style/{name}", get(style::style))
        .route("/preferences", get(preferences::preferences))
        .layer(from_fn_with_state(shared.clone(), guard::bound));
    let streams = Router::new()
        .route("/events", get(events::events))
        .route(alarms::STREAM, get(alarms::stream))
        .route("/metrics", get(health::metrics));
    let probes = Router::new().route("/healthz", get(health::healthz)).route("/readyz", get(health::readyz));
    answers
        .merge(gate::open(files, shared))
        .layer(CompressionLayer::new())
        .merge(gate::guarded(streams, shared))
        .merge(gate::open(probes, shared))
        .layer(from_fn_with_state(shared.clone(), guard::watch))
        .with_state(shared.clone())
}

/// The pages of the app; every address that nothing else answers is one, if only to say that it does not exist.
fn pages(shared: &Shared) -> Router<Shared> {
    let context = shared.context.clone();
    let functions = server_fn_paths().fold(Router::new(), |router, (path, method)| {
        let context = context.clone();
        let handler = move |mut request: Request| async move {
            // without these an answer would be a redirect to wherever the sender says that it comes from
            request.headers_mut().remove(header::REFERER);
            request.headers_mut().insert(header::ACCEPT, HeaderValue::from_static("application/json"));
            let viewer = viewer_of(request.extensions());
            let context = context.for_viewer(viewer);
            handle_server_fns_with_context(move || provide_context(context.clone()), request).await
        };
        router.route(path, on(MethodFilter::try_from(method).unwrap_or(MethodFilter::GET), handler))
    });
    functions.fallback(get(page))
}

pub async fn page(State(shared): State<Shared>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let context = shared.context.for_viewer(viewer_of(&parts.extensions));
    show(&PageRequest::from_parts(&parts), &context).await
}

/// A page as an answer; also what a form is answered with when its page is shown again.
pub async fn show(request: &PageRequest, context: &AppContext) -> Response {
    let responded = app::respond(request, context).await;
    (responded.status, Html(responded.html)).into_response()
}

/// Whom the gate let in.
pub fn viewer_of(extensions: &Extensions) -> Arc<Viewer> {
    extensions.get::<Arc<Viewer>>().cloned().unwrap_or_default()
}
