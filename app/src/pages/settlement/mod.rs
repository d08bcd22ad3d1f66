//! The settlement pages: overview, statements, exceptions, differences, contracts, tariffs, calendar, losses, studies.

pub mod calendar;
pub mod contracts;
pub mod differences;
pub mod exceptions;
pub mod loss;
pub mod overview;
pub mod reconcile;
pub mod runs;
pub mod shown;
pub mod statement;
pub mod statements;
pub mod tariffs;
pub mod what_if;

use domain::access::Permission;
use leptos::prelude::*;

use crate::components::Block;
use crate::components::form::notices as done_or_problem;
use crate::components::link::choices;
use crate::context::{AppContext, PageRequest};
use crate::error::AppError;
use crate::pages::{self, PageContent, shared};
use crate::text::Text;
use crate::text::settlement::parts as words;

/// Pages of this part, in the order of their use.
const SECTIONS: [(&str, Text, Permission); 9] = [
    ("/settlement", words::OVERVIEW, Permission::SeeBilling),
    ("/settlement/statements", words::STATEMENTS, Permission::SeeBilling),
    ("/settlement/exceptions", words::EXCEPTIONS, Permission::SeeBilling),
    ("/settlement/differences", words::DIFFERENCES, Permission::SeeBilling),
    ("/settlement/contracts", words::CONTRACTS, Permission::SeeBilling),
    ("/settlement/tariffs", words::TARIFFS, Permission::SeeBilling),
    ("/settlement/calendar", words::CALENDAR, Permission::SeeBilling),
    ("/settlement/loss", words::LOSS, Permission::SeeBilling),
    ("/settlement/what-if", words::WHAT_IF, Permission::SeeBilling),
];

/// For whoever may not see bills, their pages do not exist.
pub fn require(ctx: &AppContext, permission: Permission) -> Result<(), AppError> {
    // a live page is rendered for nobody in particular with these rights
    if ctx.viewer.may(permission) { Ok(()) } else { Err(AppError::NotFound) }
}

fn is_page(address: &str) -> bool {
    pages::check(&PageRequest::parse(address, crate::View::default())).is_ok()
}

/// The first page of this part.
pub fn entry() -> &'static str {
    SECTIONS.into_iter().map(|(address, ..)| address).find(|address| is_page(address)).unwrap_or("/")
}

pub fn is_inside(path: &str) -> bool {
    path == "/settlement" || path.starts_with("/settlement/")
}

/// The pages of this part that the viewer may open.
pub fn sections(request: &PageRequest, ctx: &AppContext) -> AnyView {
    let offered = SECTIONS.into_iter().filter(|(address, _, permission)| ctx.viewer.may(*permission) && is_page(address));
    let is_current = |address: &str| {
        let below = request.path.strip_prefix(address).is_some_and(|rest| rest.starts_with('/') && address != "/settlement");
        request.path == address || below
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
