//! The alarm pages: the desk, single alarms, rules, notifications, performance, shifts.

pub mod acted;
pub mod alarm;
pub mod desk;
pub mod handover;
pub mod notices;
pub mod performance;
pub mod rules;
pub mod set_aside;
pub mod shifts;
pub mod strip;
pub mod told;
pub mod trial;

use domain::access::Permission;
use leptos::prelude::*;

use crate::components::Block;
use crate::components::form::notices as done_or_problem;
use crate::components::link::choices;
use crate::context::{AppContext, PageRequest};
use crate::error::AppError;
use crate::pages::{self, PageContent, shared};
use crate::text::Text;
use crate::text::alarms::desk as words;

/// Pages of this part, in the order of their use.
const SECTIONS: [(&str, Text, Permission); 7] = [
    ("/alarms", words::TITLE, Permission::SeeAlarms),
    ("/alarms/set-aside", words::SET_ASIDE, Permission::SeeAlarms),
    ("/alarms/rules", words::RULES, Permission::SeeAlarms),
    ("/alarms/notices", words::NOTICES, Permission::ManageAlarms),
    ("/alarms/performance", words::PERFORMANCE, Permission::SeeAlarms),
    ("/alarms/shifts", words::SHIFTS, Permission::SeeAlarms),
    ("/alarms/handover", words::HANDOVER, Permission::SeeAlarms),
];

/// For whoever may not see alarms, their pages do not exist.
pub fn require(ctx: &AppContext, permission: Permission) -> Result<(), AppError> {
    if ctx.viewer.may(permission) { Ok(()) } else { Err(AppError::NotFound) }
}

/// The pages of this part that the viewer may open.
pub fn sections(request: &PageRequest, ctx: &AppContext) -> AnyView {
    let is_page = |address: &str| pages::check(&PageRequest::parse(address, request.view)).is_ok();
    let offered = SECTIONS.into_iter().filter(|(address, _, permission)| ctx.viewer.may(*permission) && is_page(address));
    let is_current = |address: &str| match address {
        "/alarms" => request.path == address,
        _ => request.path.starts_with(address),
    };
    let links =
        offered.map(|(address, title, _)| (title.get(request.view.lang).to_owned(), address.to_owned(), is_current(address)));
    choices(words::SECTIONS.get(request.view.lang), links.collect())
}

/// A page of this part: heading, the way to the others, what was done just now or is wrong with a form that is not `shown`.
pub fn page(
    layout: &'static str,
    title: impl Into<String>,
    forms: &[&str],
    request: &PageRequest,
    ctx: &AppContext,
    blocks: Vec<Block>,
) -> PageContent {
    let title = title.into();
    let heading = view! {
        <div class="alarm-head wide">{shared::heading(&title)} {sections(request, ctx)}</div>
        {done_or_problem(request, forms)}
    };
    PageContent { heading: Some(heading.into_any()), ..PageContent::new(layout, title, blocks) }
}
