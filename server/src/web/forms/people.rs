//! Accounts: adding, changing, removing, one-time links.

use app::submitted::Problem;
use axum::extract::Path;
use axum::response::Response;
use domain::access::{AccountName, Area, DisplayName, Preset, Rights};
use warehouse::access::accounts::{self, AccountChange, NewAccount};
use warehouse::access::{Grants, invitations, logins};

use super::writer::{Trouble, Writer};
use crate::access::random;
use crate::access::tokens::Fresh;

/// How a page's address starts.
const PEOPLE: &str = "/people";

pub async fn add(writer: Writer) -> Response {
    match try_add(&writer).await {
        Ok((id, link)) => writer.once(&page_of(id), "link", link).await,
        Err(trouble) => writer.again("/people/new", "person", trouble).await,
    }
}

/// A new person comes in by a one-time link, so nobody else ever knows his password.
async fn try_add(writer: &Writer) -> Result<(i64, String), Trouble> {
    let name = AccountName::parse(writer.field("name"))?;
    let account = NewAccount {
        display_name: display_name(writer, name.as_str())?,
        name,
        grants: grants(writer)?,
        password_hash: None,
        must_change_password: false,
    };
    let id = accounts::add(writer.access()?, &writer.author(), &writer.granter(), &account).await?;
    Ok((id, invite(writer, id).await?))
}

pub async fn change(Path(id): Path<i64>, writer: Writer) -> Response {
    let page = page_of(id);
    match try_change(&writer, id).await {
        Ok(()) => writer.done(&page, "person-saved"),
        Err(trouble) => writer.again(&page, "person", trouble).await,
    }
}

async fn try_change(writer: &Writer, id: i64) -> Result<(), Trouble> {
    let display_name = DisplayName::parse(writer.field("display_name"))?;
    let change = AccountChange { display_name, grants: grants(writer)?, disabled: !writer.field("disabled").is_empty() };
    accounts::change(writer.access()?, &writer.author(), &writer.granter(), id, writer.number("version")?, &change).await?;
    Ok(())
}

pub async fn remove(Path(id): Path<i64>, writer: Writer) -> Response {
    let removed = async {
        let version = writer.number("version")?;
        Ok(accounts::remove(writer.access()?, &writer.author(), &writer.granter(), id, version).await?)
    };
    match removed.await {
        Ok(()) => writer.done(PEOPLE, "person-removed"),
        Err(trouble) => writer.again(&page_of(id), "remove", trouble).await,
    }
}

/// A new one-time link; the old password goes on working until it is used.
pub async fn link(Path(id): Path<i64>, writer: Writer) -> Response {
    match invite(&writer, id).await {
        Ok(link) => writer.once(&page_of(id), "link", link).await,
        Err(trouble) => writer.again(&page_of(id), "link", trouble).await,
    }
}

async fn invite(writer: &Writer, id: i64) -> Result<String, Trouble> {
    let fresh = Fresh::invitation(random::bytes());
    let expires_at = writer.now() + writer.shared.security.one_time_link;
    invitations::add(writer.access()?, &writer.author(), &writer.granter(), id, &fresh.hash, writer.now(), expires_at).await?;
    Ok(format!("{}/welcome/{}", writer.base(), fresh.text))
}

pub async fn end_logins(Path(id): Path<i64>, writer: Writer) -> Response {
    let ended = async { Ok(logins::end_all(writer.access()?, &writer.author(), &writer.granter(), id).await?) };
    match ended.await {
        Ok(_) => writer.done(&page_of(id), "ended"),
        Err(trouble) => writer.again(&page_of(id), "logins", trouble).await,
    }
}

fn page_of(id: i64) -> String {
    format!("{PEOPLE}/{id}")
}

/// The name to sign in with, unless another is given.
fn display_name(writer: &Writer, name: &str) -> Result<DisplayName, Trouble> {
    let given = writer.field("display_name");
    Ok(DisplayName::parse(if given.is_empty() { name } else { given })?)
}

/// Rights, tenant and regions as every form of people and tokens sends them.
pub fn grants(writer: &Writer) -> Result<Grants, Trouble> {
    let rights = match writer.field("preset") {
        "custom" => Area::ALL
            .into_iter()
            .try_fold(Rights::NONE, |rights, area| Ok::<_, Trouble>(rights.with(area, writer.level(area.code())?)))?,
        preset => Preset::parse(preset).ok_or(Problem::BadField)?.rights(),
    };
    let (tenant_id, all_regions, regions) = reach(writer)?;
    Ok(Grants { tenant_id, rights, all_regions, regions })
}

/// Tenant and regions. Whoever belongs to a tenant can only name his own.
pub fn reach(writer: &Writer) -> Result<(Option<i32>, bool, Vec<i32>), Trouble> {
    let tenant_id = match (writer.viewer.tenant_id, writer.field("tenant_id")) {
        (Some(own), _) => Some(own),
        (None, "") => None,
        (None, _) => Some(writer.number("tenant_id")?),
    };
    let all_regions = writer.field("regions") == "all";
    let mut regions = Vec::new();
    for region in writer.all("region").filter(|_| !all_regions) {
        regions.push(region.parse().map_err(|_| Problem::BadField)?);
    }
    if !all_regions && regions.is_empty() {
        return Err(Problem::NoRegions.into());
    }
    Ok((tenant_id, all_regions, regions))
}
