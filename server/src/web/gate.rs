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
use super::params::BadParameter;
use super::proof::{self, Proof};
use super::routes::{self, Denial, Need};
use super::state::Shared;
use super::{guard, origin, texts};
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
    let (need, target, is_page) = target(need, &parts.uri);
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
    if !is_page {
        return Err(Refusal::BadParameter(BadParameter::new("path", target.path(), texts::EXPECTED_TOPIC)));
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

/// An event stream needs what the page needs that it belongs to; whether there is such a page. An address that the table
/// does not hold letter by letter is none, however a handler would read it.
fn target(need: Need, uri: &Uri) -> (Need, Uri, bool) {
    if need != Need::OfPath {
        return (need, uri.clone(), true);
    }
    let query = uri.query().unwrap_or_default();
    let path = url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "path").map(|(_, path)| path);
    let target: Option<Uri> = path.as_deref().unwrap_or("/").parse().ok();
    let page = target.and_then(|target| Some((routes::find(&Method::GET, target.path())?.need, target)));
    match page {
        // a stream of streams is no page either
        Some((need, target)) if !matches!(need, Need::OfPath | Need::Public) => (need, target, true),
        _ => (Need::SignedIn, uri.clone(), false),
    }
}

/// A wall shows only layouts that its link has; the first when none is asked for. The page is told that one alone.
fn choose_layout(parts: &mut Parts, layouts: &[String]) -> Result<(), Refusal> {
    if parts.uri.path() == "/events" {
        let query = parts.uri.query().unwrap_or_default();
        let path = url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "path").map(|(_, path)| path);
        return one_layout(path.as_deref().and_then(|path| path.split_once('?')).map_or("", |(_, query)| query), layouts)
            .map(|_| ())
            .ok_or(Refusal::NotFound);
    }
    let query = one_layout(parts.uri.query().unwrap_or_default(), layouts).ok_or(Refusal::NotFound)?;
    parts.uri = format!("{}?{query}", parts.uri.path()).parse().map_err(|_| Refusal::NotFound)?;
    Ok(())
}

/// The query with exactly one layout in it, in front; none when it asks for another than these, or for several.
pub fn one_layout(query: &str, layouts: &[String]) -> Option<String> {
    let pairs = || url::form_urlencoded::parse(query.as_bytes());
    let mut asked = pairs().filter(|(name, value)| name == "layout" && !value.is_empty()).map(|(_, value)| value);
    let layout = match (asked.next(), asked.next()) {
        (None, _) => layouts.first()?.clone(),
        (Some(layout), None) if layouts.iter().any(|own| *own == layout) => layout.into_owned(),
        _ => return None,
    };
    let rest = pairs().filter(|(name, _)| name != "layout");
    Some(url::form_urlencoded::Serializer::new(String::new()).append_pair("layout", &layout).extend_pairs(rest).finish())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wall_shows_one_layout_of_its_own() {
        let layouts = ["16x9".to_owned()];
        let of = |query: &str| one_layout(query, &layouts);
        assert_eq!(of("").as_deref(), Some("layout=16x9"));
        assert_eq!(of("shift=1&layout=16x9").as_deref(), Some("layout=16x9&shift=1"));
        assert_eq!(of("layout=&shift=1").as_deref(), Some("layout=16x9&shift=1"));
        for bad in ["layout=32x9", "layout=16x9&layout=32x9", "layout=&layout=32x9", "l%61yout=32x9", "layout=16x9&l%61yout=32x9"]
        {
            assert_eq!(of(bad), None, "{bad}");
        }
        assert_eq!(one_layout("", &[]), None);
    }

    #[test]
    fn a_stream_of_no_page_is_refused_and_not_passed_on() {
        for path in ["//pipeline", "/pipeline/", "/%2570ipeline", "/users//2", "/events", "/login", "/nowhere", "", "x"] {
            let uri: Uri = format!("/events?path={path}").parse().expect("an address");
            assert!(!target(Need::OfPath, &uri).2, "{path}");
        }
        let uri: Uri = "/events?path=/pipeline".parse().expect("an address");
        assert_eq!(target(Need::OfPath, &uri).0, routes::find(&Method::GET, "/pipeline").expect("a row").need);
    }
}
