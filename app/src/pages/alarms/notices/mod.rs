//! `/alarms/notices`: receivers, routes, what was decided about each event and what became of each message.

mod channels;
mod dead;
mod log;
mod routes;
mod said;
mod told;

use domain::access::Permission;
use leptos::prelude::*;
use warehouse::access::Granter;
use warehouse::alarms::notices::{channels as receivers, log as deliveries, routes as ways};

use crate::components::form::submitted;
use crate::context::{AppContext, PageRequest};
use crate::error::AppError;
use crate::pages::{PageContent, managed, shared};
use crate::text::alarms::notices as words;

pub use told::block;

pub const CHANNEL_FORM: &str = "channel";
pub const CHANGE_CHANNEL_FORM: &str = "change-channel";
pub const REMOVE_CHANNEL_FORM: &str = "remove-channel";
pub const TEST_FORM: &str = "test";
pub const ROUTE_FORM: &str = "route";
pub const CHANGE_ROUTE_FORM: &str = "change-route";
pub const REMOVE_ROUTE_FORM: &str = "remove-route";
pub const AGAIN_FORM: &str = "again";

/// Outcomes that the log is filtered by.
const OUTCOMES: [&str; 5] = ["", "sent", "open", "dead", "skipped"];
const POSITIVE: &str = "1–9223372036854775807";

pub fn check(request: &PageRequest) -> Result<(), AppError> {
    for name in ["channel", "route", "by_channel", "by_route"] {
        shared::int::<i32>(request, name, "1–2147483647")?;
    }
    for name in ["test", "alarm", "before"] {
        shared::int::<i64>(request, name, POSITIVE)?;
    }
    shared::code(request, "outcome", &OUTCOMES, "").map(drop)
}

pub async fn content(request: &PageRequest, ctx: &AppContext) -> Result<PageContent, AppError> {
    super::require(ctx, Permission::ManageAlarms)?;
    let access = managed::access(ctx)?;
    let tenant_id = ctx.viewer.tenant_id;
    let all_channels = receivers::list(access, tenant_id).await?;
    let all_routes = ways::list(access, tenant_id).await?;
    let dead = deliveries::dead(access, tenant_id).await?;
    let tree = managed::tree(ctx).await?;
    let filter = log::filter(request)?;
    let lines = deliveries::list(&ctx.pool, &filter).await?;
    let tested = match shared::int::<i64>(request, "test", POSITIVE)? {
        // one that is not there, or somebody else's, is not told of
        Some(id) => deliveries::message(access, &granter(ctx), id).await.ok(),
        None => None,
    };
    let changed_channel = chosen(request, "channel", CHANGE_CHANNEL_FORM)?;
    let changed_channel = changed_channel.and_then(|id| all_channels.iter().find(|channel| channel.channel_id == id));
    let changed_route = chosen(request, "route", CHANGE_ROUTE_FORM)?;
    let changed_route = changed_route.and_then(|id| all_routes.iter().find(|route| route.route_id == id));
    let mut blocks = Vec::new();
    blocks.extend(tested.map(|(state, name)| channels::tested(&state, &name, request)));
    blocks.push(channels::block(&all_channels, request));
    blocks.extend(changed_channel.map(|channel| channels::change(channel, request)));
    blocks.push(channels::add(request));
    blocks.push(routes::block(&all_routes, &all_channels, &tree, request));
    blocks.extend(changed_route.map(|route| routes::change(route, &all_channels, &tree, request, ctx)));
    blocks.push(routes::add(&all_channels, &tree, request, ctx));
    blocks.push(dead::block(&dead, request, ctx));
    blocks.push(log::block(&lines, &filter, (&all_channels, &all_routes), &tree, request, ctx));
    let mut shown = vec![CHANNEL_FORM, ROUTE_FORM];
    shown.extend(changed_channel.map(|_| CHANGE_CHANNEL_FORM));
    shown.extend(changed_route.map(|_| CHANGE_ROUTE_FORM));
    Ok(super::page("notices", words::TITLE.get(request.view.lang), &shown, request, ctx, blocks))
}

/// The row that is being changed: of the address, or of the form that came back.
fn chosen(request: &PageRequest, name: &str, form: &str) -> Result<Option<i32>, AppError> {
    let sent = submitted(request).filter(|sent| sent.form == form).and_then(|sent| sent.value("row")?.parse().ok());
    Ok(sent.or(shared::int::<i32>(request, name, "1–2147483647")?))
}

fn granter(ctx: &AppContext) -> Granter {
    let viewer = &ctx.viewer;
    Granter { rights: viewer.rights, tenant_id: viewer.tenant_id, scope: viewer.scope.clone(), all_regions: viewer.all_regions }
}

/// A form that is folded until it is wanted.
fn folded(title: String, is_open: bool, content: AnyView) -> AnyView {
    view! {
        <details class="form-fold" open=is_open>
            <summary class="user-text">{title}</summary>
            {content}
        </details>
    }
    .into_any()
}
