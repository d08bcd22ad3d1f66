//! API tokens and wall links: made, shown once, revoked.

use app::submitted::Problem;
use axum::extract::Path;
use axum::response::Response;
use chrono::{DateTime, Days, NaiveDate, Utc};
use domain::access::DisplayName;
use warehouse::access::{AccessError, audit, secrets, tokens, walls};

use super::people::{grants, reach};
use super::writer::{Trouble, Writer};
use crate::access::tokens::Fresh;
use crate::access::{random, wall_key};

const TOKENS: &str = "/tokens";
const LAYOUTS: [&str; 2] = ["16x9", "32x9"];

pub async fn add(writer: Writer) -> Response {
    match try_add(&writer).await {
        Ok(token) => writer.once(TOKENS, "token", token).await,
        Err(trouble) => writer.again(TOKENS, "token", trouble).await,
    }
}

async fn try_add(writer: &Writer) -> Result<String, Trouble> {
    let fresh = Fresh::token(random::bytes());
    let token = tokens::NewToken {
        name: DisplayName::parse(writer.field("name"))?,
        grants: grants(writer)?,
        prefix: fresh.prefix().to_owned(),
        token_hash: fresh.hash.clone(),
        expires_at: expiry(writer)?,
    };
    tokens::add(writer.access()?, &writer.author(), &writer.granter(), &token, writer.now()).await?;
    Ok(fresh.text)
}

pub async fn revoke(Path(id): Path<i64>, writer: Writer) -> Response {
    let revoked = async { Ok(tokens::revoke(writer.access()?, &writer.author(), &writer.granter(), id).await?) };
    match revoked.await {
        Ok(()) => writer.done(TOKENS, "token-revoked"),
        Err(trouble) => writer.again(TOKENS, "revoke", trouble).await,
    }
}

pub async fn add_wall(writer: Writer) -> Response {
    match try_add_wall(&writer).await {
        Ok(link) => writer.once(TOKENS, "wall", link).await,
        Err(trouble) => writer.again(TOKENS, "wall", trouble).await,
    }
}

async fn try_add_wall(writer: &Writer) -> Result<String, Trouble> {
    let layouts: Vec<String> =
        LAYOUTS.into_iter().filter(|known| writer.all("layout").any(|layout| layout == *known)).map(str::to_owned).collect();
    if layouts.is_empty() {
        return Err(Problem::NoLayout.into());
    }
    let (tenant_id, all_regions, regions) = reach(writer)?;
    let link = walls::NewWallLink {
        name: DisplayName::parse(writer.field("name"))?,
        tenant_id,
        all_regions,
        regions,
        layouts,
        expires_at: expiry(writer)?,
    };
    let id = walls::add(writer.access()?, &writer.author(), &writer.granter(), &link, writer.now()).await?;
    address_of(writer, id).await
}

async fn address_of(writer: &Writer, link_id: i64) -> Result<String, Trouble> {
    let secret = secrets::get_or_insert(writer.access()?, wall_key::SECRET_NAME, random::bytes()).await?;
    Ok(format!("{}/wall/{}", writer.base(), wall_key::key(link_id, &secret)))
}

/// The address of a link once more, for a wall that lost it. Whoever has it sees the wall, so each look is recorded.
pub async fn wall_address(Path(id): Path<i64>, writer: Writer) -> Response {
    match try_wall_address(&writer, id).await {
        Ok(link) => writer.once(TOKENS, "wall", link).await,
        Err(trouble) => writer.again(TOKENS, "wall-address", trouble).await,
    }
}

async fn try_wall_address(writer: &Writer, id: i64) -> Result<String, Trouble> {
    let access = writer.access()?;
    let found = walls::by_id(access, id, writer.now()).await?.ok_or(AccessError::NotFound)?;
    let granter = writer.granter();
    if granter.tenant_id.is_some() && granter.tenant_id != found.link.tenant_id {
        return Err(AccessError::NotFound.into());
    }
    if granter.scope.and(&found.scope) != found.scope {
        return Err(Problem::BeyondOwnRights.into());
    }
    audit::note(access, &writer.author(), "wall.show", "wall", &id.to_string(), None).await?;
    address_of(writer, id).await
}

pub async fn revoke_wall(Path(id): Path<i64>, writer: Writer) -> Response {
    let revoked = async { Ok(walls::revoke(writer.access()?, &writer.author(), &writer.granter(), id).await?) };
    match revoked.await {
        Ok(()) => writer.done(TOKENS, "wall-revoked"),
        Err(trouble) => writer.again(TOKENS, "revoke-wall", trouble).await,
    }
}

/// The end of the day that the form names, in the zone of the source; none when it names none.
fn expiry(writer: &Writer) -> Result<Option<DateTime<Utc>>, Trouble> {
    let text = writer.field("expires");
    if text.is_empty() {
        return Ok(None);
    }
    let day: NaiveDate = text.parse().map_err(|_| Problem::BadField)?;
    let midnight = day.checked_add_days(Days::new(1)).and_then(|next| next.and_hms_opt(0, 0, 0)).ok_or(Problem::BadField)?;
    let zone = writer.shared.context.zone;
    let expires_at = app::pages::shared::utc_of(zone, domain::LocalMs::from_naive(midnight));
    if expires_at <= writer.now() { Err(Problem::ExpiryPast.into()) } else { Ok(Some(expires_at)) }
}
