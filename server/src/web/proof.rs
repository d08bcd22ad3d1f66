//! What a request brings to prove who sends it, and who that is at this moment.

use app::viewer::{Viewer, Who};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Uri, header};
use chrono::{DateTime, Utc};
use warehouse::access::{AccessError, logins, secrets, tenants, tokens, walls};

use super::client::Client;
use super::error::Refusal;
use super::gate::AuthSession;
use super::routes::Need;
use super::state::Shared;
use crate::access::backend::SignedIn;
use crate::access::touched::Used;
use crate::access::{jwt, random, tokens as token_form, wall_key};

/// Longer values of `Authorization` are nothing of ours.
const MOST_HEADER_BYTES: usize = 8_192;

#[derive(Clone)]
pub enum Proof {
    Session(SignedIn),
    /// Hash of an API token.
    Token(Vec<u8>),
    /// A signed claim, as it was sent.
    Claim(String),
    /// The key in a wall's address.
    WallKey(String),
}

/// Proofs stay out of logs.
impl std::fmt::Debug for Proof {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Proof(…)")
    }
}

/// What the request brings. A wall's address proves itself; else a bearer goes before the session, and one that is no good
/// is not made up for by a session.
pub fn of(parts: &Parts, need: Need, target: &Uri) -> Result<Option<Proof>, Refusal> {
    if need == Need::WallKey {
        let key = target.path().rsplit('/').next().unwrap_or_default();
        return Ok(Some(Proof::WallKey(key.to_owned())));
    }
    // what everybody may see needs no proof; a stale token in a probe does no harm
    let bearer = if need == Need::Public { None } else { bearer(&parts.headers)? };
    if let Some(bearer) = bearer {
        let proof = match () {
            () if token_form::is_token(bearer) => Proof::Token(token_form::hash(bearer)),
            () if jwt::is_claim(bearer) => Proof::Claim(bearer.to_owned()),
            () => return Err(Refusal::BadProof),
        };
        return Ok(Some(proof));
    }
    let session = parts.extensions.get::<AuthSession>();
    Ok(session.and_then(|session| session.user.clone()).map(Proof::Session))
}

/// The token of `Authorization: Bearer …`; any other use of the header is refused rather than overlooked.
fn bearer(headers: &HeaderMap) -> Result<Option<&str>, Refusal> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let Some(value) = values.next() else { return Ok(None) };
    let text = value.to_str().ok().filter(|text| text.len() <= MOST_HEADER_BYTES && values.next().is_none());
    let (scheme, token) = text.and_then(|text| text.split_once(' ')).ok_or(Refusal::BadProof)?;
    let token = token.trim();
    let is_bearer = scheme.eq_ignore_ascii_case("bearer") && !token.is_empty() && !token.contains([' ', ',']);
    if is_bearer { Ok(Some(token)) } else { Err(Refusal::BadProof) }
}

/// Who that is, and what he may; none when the proof does not hold.
pub async fn viewer(shared: &Shared, proof: &Proof, client: Option<Client>) -> Result<Option<Viewer>, AccessError> {
    let now = now(shared);
    let address = client.map_or(String::new(), |client| client.address.to_string());
    match proof {
        // the session layer has just read it
        Proof::Session(signed_in) => of_session(shared, signed_in, now).await.map(Some),
        Proof::Token(hash) => of_token(shared, hash, &address, now).await,
        Proof::Claim(text) => match shared.security.jwt_secret.as_ref().and_then(|secret| jwt::read(text, secret, now)) {
            Some(claim) => of_claim(shared, claim).await,
            None => Ok(None),
        },
        Proof::WallKey(key) => {
            let fetch = || secrets::get_or_insert(&shared.access, wall_key::SECRET_NAME, random::bytes());
            let secret = shared.wall_secret.get_or_try_init(fetch).await?;
            match wall_key::link_id(key, secret) {
                Some(link_id) => of_wall(shared, link_id, &address, now).await,
                None => Ok(None),
            }
        }
    }
}

/// The same, later: for an event stream that outlives the request which opened it.
pub async fn viewer_again(shared: &Shared, proof: &Proof, client: Option<Client>) -> Result<Option<Viewer>, AccessError> {
    let Proof::Session(before) = proof else { return viewer(shared, proof, client).await };
    let current = shared.people.principal(before.key).await?;
    let is_same = |current: &SignedIn| current.principal.password_stamp == before.principal.password_stamp;
    match current.filter(is_same) {
        Some(current) => of_session(shared, &current, now(shared)).await.map(Some),
        None => Ok(None),
    }
}

fn now(shared: &Shared) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(shared.context.now_ms()).unwrap_or_default()
}

async fn of_session(shared: &Shared, signed_in: &SignedIn, now: DateTime<Utc>) -> Result<Viewer, AccessError> {
    let login_id = signed_in.key.login_id;
    if shared.touched.is_due(Used::Login(login_id), now) {
        logins::touch(&shared.access, login_id, now).await?;
    }
    Ok(signed_in.viewer())
}

async fn of_token(shared: &Shared, hash: &[u8], address: &str, now: DateTime<Utc>) -> Result<Option<Viewer>, AccessError> {
    let Some(found) = tokens::by_hash(&shared.access, hash, now).await? else { return Ok(None) };
    let token = found.token;
    if shared.touched.is_due(Used::Token(token.token_id), now) {
        tokens::touch(&shared.access, token.token_id, address, now).await?;
    }
    Ok(Some(Viewer {
        who: Who::Token { token_id: token.token_id, name: token.name },
        rights: token.grants.rights,
        scope: found.scope,
        all_regions: token.grants.all_regions,
        tenant_id: token.grants.tenant_id,
        tenant_name: found.tenant_name,
        must_change_password: false,
    }))
}

async fn of_claim(shared: &Shared, claim: jwt::Claim) -> Result<Option<Viewer>, AccessError> {
    let Some(tenant) = tenants::by_claim(&shared.access, &claim.tenant).await? else { return Ok(None) };
    Ok(Some(Viewer {
        rights: claim.preset.rights(),
        who: Who::Claim { subject: claim.subject },
        scope: tenants::scope(&shared.access, tenant.tenant_id).await?,
        all_regions: true,
        tenant_id: Some(tenant.tenant_id),
        tenant_name: Some(tenant.name),
        must_change_password: false,
    }))
}

async fn of_wall(shared: &Shared, link_id: i64, address: &str, now: DateTime<Utc>) -> Result<Option<Viewer>, AccessError> {
    let Some(found) = walls::by_id(&shared.access, link_id, now).await? else { return Ok(None) };
    if shared.touched.is_due(Used::Wall(link_id), now) {
        walls::touch(&shared.access, link_id, address, now).await?;
    }
    Ok(Some(Viewer {
        who: Who::Wall { link_id, name: found.link.name, layouts: found.link.layouts },
        rights: walls::rights(),
        scope: found.scope,
        all_regions: found.link.all_regions,
        tenant_id: found.link.tenant_id,
        tenant_name: found.tenant_name,
        must_change_password: false,
    }))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn judged(values: &[&[u8]]) -> Result<Option<String>, ()> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(header::AUTHORIZATION, HeaderValue::from_bytes(value).expect("bytes of a header"));
        }
        bearer(&headers).map(|token| token.map(str::to_owned)).map_err(drop)
    }

    #[test]
    fn one_bearer_is_read() {
        assert_eq!(judged(&[]), Ok(None));
        assert_eq!(judged(&[b"Bearer abc"]), Ok(Some("abc".to_owned())));
        assert_eq!(judged(&[b"bearer  abc "]), Ok(Some("abc".to_owned())));
    }

    #[test]
    fn anything_else_in_the_header_is_refused() {
        let long = [b"Bearer ".as_slice(), &[b'a'; MOST_HEADER_BYTES]].concat();
        for bad in
            [&b""[..], b"Bearer", b"Bearer ", b"Basic YTpi", b"abc", b"Bearer a b", b"Bearer a,Bearer b", b"Bearer \xe4", &long]
        {
            assert_eq!(judged(&[bad]), Err(()), "{}", String::from_utf8_lossy(bad));
        }
        assert_eq!(judged(&[b"Bearer abc", b"Bearer abc"]), Err(()), "two headers");
    }
}
