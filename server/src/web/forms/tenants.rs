//! Tenants, and the regions that belong to them.

use app::context::encode;
use axum::extract::Path;
use axum::response::Response;
use domain::access::DisplayName;
use warehouse::access::tenants;

use super::writer::{Writer, redirect};

const TENANTS: &str = "/tenants";

pub async fn add(writer: Writer) -> Response {
    let added = async {
        let name = DisplayName::parse(writer.field("name"))?;
        Ok(tenants::add(writer.access()?, &writer.author(), writer.field("code"), &name).await?)
    };
    match added.await {
        Ok(_) => writer.done(TENANTS, "tenant-added"),
        Err(trouble) => writer.again(TENANTS, "tenant", trouble).await,
    }
}

pub async fn change(Path(id): Path<i32>, writer: Writer) -> Response {
    let changed = async {
        let name = DisplayName::parse(writer.field("name"))?;
        let version = writer.number("version")?;
        Ok(tenants::change(writer.access()?, &writer.author(), id, version, &name).await?)
    };
    match changed.await {
        Ok(()) => writer.done(TENANTS, "tenant-saved"),
        Err(trouble) => writer.again(TENANTS, "rename", trouble).await,
    }
}

pub async fn remove(Path(id): Path<i32>, writer: Writer) -> Response {
    let removed = async {
        let version = writer.number("version")?;
        Ok(tenants::remove(writer.access()?, &writer.author(), id, version).await?)
    };
    match removed.await {
        Ok(()) => writer.done(TENANTS, "tenant-removed"),
        Err(trouble) => writer.again(TENANTS, "remove", trouble).await,
    }
}

/// Gives a region to a tenant, or back to the operator of the installation.
pub async fn assign(writer: Writer) -> Response {
    let assigned = async {
        let region_id = writer.number("region_id")?;
        let tenant_id = match writer.field("tenant_id") {
            "" => None,
            _ => Some(writer.number("tenant_id")?),
        };
        Ok(tenants::assign_region(writer.access()?, &writer.author(), region_id, tenant_id).await?)
    };
    let filtered = match writer.field("q") {
        "" => String::new(),
        asked => format!("&q={}", encode(asked)),
    };
    match assigned.await {
        Ok(()) => redirect(&format!("{TENANTS}?done=region-assigned{filtered}")),
        Err(trouble) => writer.again(&format!("{TENANTS}?{}", filtered.trim_start_matches('&')), "region", trouble).await,
    }
}
