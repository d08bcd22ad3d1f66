//! Who asks, and whether he is let in. Every request passes here; what the table of addresses does not grant is refused.

use std::sync::Arc;

use app::viewer::{Viewer, Who};
use axum::Router;
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use axum_login::AuthManagerLayerBuilder;
use tower_sessions::cookie::SameSite;
use tower_sessions::{Expiry, SessionManagerLayer};

use super::asker::Asker;
use super::client::Client;
use super::error::Refusal;
use super::proof::{self, Proof};
use super::routes::{self, Denial, Need};
use super::state::Shared;
use super::{guard, origin};
use crate::access::backend::People;
use crate::access::store::Store;

/// The session of a request, as axum-login keeps it.
pub type AuthSession = axum_login::AuthSession<People>;

/// Pages, forms and data: sessions are looked up, and the gate decides.
pub fn guarded(router: Router<Shared>, shared: &Shared) -> Router<Shared> {
    let store = Store::new(shared.access.clone(), Arc::clone(&shared.context.now));
    let life = time::Duration::try_from(shared.security.session_max).unwrap_or(time::Duration::HOUR);
    let sessions = SessionManagerLayer::new(store)
        .with_name(shared.security.cookie_name())
        .with_secure(shared.security.is_https())
        .with_http_only(true)
        // a link in a notification opens signed in; writes are guarded by the check of origins
        .with_same_site(SameSite::Lax)
        .with_path("/")
        // saved at sign-in only, so this is the absolute end
        .with_expiry(Expiry::OnInactivity(life));
    router
        .layer(from_fn_with_state(shared.clone(), gate))
        .layer(AuthManagerLayerBuilder::new(shared.people.clone(), sessions).build())
        .layer(from_fn_with_state(shared.clone(), readable))
        .layer(from_fn_with_state(shared.clone(), guard::need_database))
}

/// What needs nobody: answered also while the accounts cannot be read. The table still has to say so.
pub fn open(router: Router<Shared>, shared: &Shared) -> Router<Shared> {
    router.layer(from_fn_with_state(shared.clone(), gate))
}

/// The session layer fails without words when the accounts cannot be read.
async fn readable(State(_): State<Shared>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let asker = Asker::of(&parts);
    let response = next.run(Request::from_parts(parts, body)).await;
    let is_wordless =
        response.status() == StatusCode::INTERNAL_SERVER_ERROR && !response.headers().contains_key(header::CONTENT_TYPE);
    if is_wordless { Refusal::Unavailable("the session could not be read".to_owned()).answer(&asker) } else { response }
}

async fn gate(State(shared): State<Shared>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    match admit(&shared, &mut parts).await {
        Ok((need, viewer)) => {
            parts.extensions.insert(Arc::new(viewer));
            let mut response = next.run(Request::from_parts(parts, body)).await;
            if need != Need::Public {
                keep_private(&mut response);
            }
            response
        }
        Err(refusal) => {
            note(&refusal, &parts);
            refusal.answer(&Asker::of(&parts))
        }
    }
}

/// Who tries what he may not is worth a line; who only has to sign in is not.
fn note(refusal: &Refusal, parts: &Parts) {
    if matches!(refusal, Refusal::Forbidden | Refusal::BadProof | Refusal::ForeignOrigin) {
        let address = parts.extensions.get::<Client>().map(|client| client.address.to_string());
        tracing::info!(method = %parts.method, path = routes::shown(parts.uri.path()), address, ?refusal, "refused");
    }
}

/// The viewer, or why he is not let in.
async fn admit(shared: &Shared, parts: &mut Parts) -> Result<(Need, Viewer), Refusal> {
    let client = parts.extensions.get::<Client>().copied();
    let is_https = client.is_some_and(|client| client.is_https);
    if !origin::is_read(&parts.method) && !origin::is_own(&parts.headers, shared.security.public_url.as_ref(), is_https) {
        return Err(Refusal::ForeignOrigin);
    }
    let route = routes::find(&parts.method, parts.uri.path());
    // whether an address exists is told only to those who are known
    let need = route.map_or(Need::SignedIn, |route| route.need);
    let (need, target) = target(need, &parts.uri);
    let proof = proof::of(parts, need, &target)?;
    let viewer = match &proof {
        None => Viewer::nobody(),
        Some(proof) => proof::viewer(shared, proof, client).await?.ok_or(Refusal::BadProof)?,
    };
    need.judge(&viewer).map_err(|denial| match denial {
        Denial::Unknown if need == Need::WallKey => Refusal::BadProof,
        Denial::Unknown => Refusal::SignIn,
        Denial::Forbidden => Refusal::Forbidden,
    })?;
    if route.is_none() {
        let is_wrong_method = routes::has_other_method(parts.uri.path());
        return Err(if is_wrong_method { Refusal::MethodNotAllowed } else { Refusal::NotFound });
    }
    if viewer.must_change_password && !is_open_before_password(parts.uri.path(), need) {
        return Err(Refusal::PasswordFirst);
    }
    if let Who::Wall { layouts, .. } = &viewer.who {
        choose_layout(parts, layouts)?;
    }
    if let Some(proof) = proof {
        parts.extensions.insert(proof);
    }
    Ok((need, viewer))
}

/// Who must change his password first gets to do that, or to leave.
fn is_open_before_password(path: &str, need: Need) -> bool {
    need == Need::Public || path == "/account/password" || path == "/logout"
}

/// An event stream needs what the page needs that it belongs to.
fn target(need: Need, uri: &Uri) -> (Need, Uri) {
    if need != Need::OfPath {
        return (need, uri.clone());
    }
    let query = uri.query().unwrap_or_default();
    let path = url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "path").map(|(_, path)| path);
    let target: Option<Uri> = path.as_deref().unwrap_or("/").parse().ok();
    let page = target.and_then(|target| Some((routes::find(&Method::GET, target.path())?.need, target)));
    match page {
        // a stream of streams is no page either
        Some((need, target)) if !matches!(need, Need::OfPath | Need::Public) => (need, target),
        // the handler says what is wrong with it
        _ => (Need::SignedIn, uri.clone()),
    }
}

/// A wall shows only layouts that its link has; the first when none is asked for.
fn choose_layout(parts: &mut Parts, layouts: &[String]) -> Result<(), Refusal> {
    let is_stream = parts.uri.path() == "/events";
    let query = parts.uri.query().unwrap_or_default();
    let given = |query: &str, wanted: &str| {
        url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == wanted).map(|(_, value)| value.into_owned())
    };
    let asked = if is_stream {
        let path = given(query, "path").unwrap_or_default();
        given(path.split_once('?').map_or("", |(_, query)| query), "layout")
    } else {
        given(query, "layout")
    };
    match asked.filter(|layout| !layout.is_empty()) {
        Some(layout) if layouts.contains(&layout) => Ok(()),
        Some(_) => Err(Refusal::NotFound),
        None if is_stream => Ok(()),
        None => {
            let first = layouts.first().map_or("", String::as_str);
            let rest = if query.is_empty() { String::new() } else { format!("&{query}") };
            let target = format!("{}?layout={first}{rest}", parts.uri.path());
            parts.uri = target.parse().map_err(|_| Refusal::NotFound)?;
            Ok(())
        }
    }
}

/// What somebody was shown is nobody else's, on no machine between.
fn keep_private(response: &mut Response) {
    let headers = response.headers_mut();
    let is_kept =
        headers.get(header::CACHE_CONTROL).and_then(|value| value.to_str().ok()).is_some_and(|value| value.contains("no-store"));
    if !is_kept {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    headers.append(header::VARY, HeaderValue::from_static("Cookie, Authorization"));
}

/// Whether the proof still gives what it gave when an event stream began. An open page counts as use.
pub async fn still_allows(shared: &Shared, proof: &Proof, client: Client, before: &Viewer) -> bool {
    match proof::viewer_again(shared, proof, Some(client)).await {
        Ok(Some(viewer)) => viewer.audience() == before.audience() && viewer.must_change_password == before.must_change_password,
        Ok(None) => false,
        // while the accounts cannot be read nothing is sent either, because the numbers cannot be read
        Err(_) => true,
    }
}
