//! The register of pages: one address, one list of blocks, used by the page and by its event stream.

pub mod account;
pub mod alarms;
pub mod audit;
pub mod dashboard;
pub mod grant_form;
pub mod login;
pub mod managed;
pub mod peaks;
pub mod people;
pub mod pipeline;
pub mod rankings;
pub mod regions;
pub mod search;
pub mod settlement;
pub mod shared;
pub mod tenants;
pub mod tokens;
pub mod users;
pub mod wall;
pub mod welcome;

use leptos::prelude::AnyView;

use crate::components::Block;
use crate::context::{AppContext, PageRequest};
use crate::error::AppError;

/// Which frame a page stands in.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum FrameKind {
    #[default]
    Full,
    /// The wall has its own head.
    Wall,
    /// Before anybody is known: no navigation, no numbers.
    Bare,
}

/// What a page shows inside its frame.
pub struct PageContent {
    /// Of the browser's window and of the page's (visually hidden) first heading.
    pub title: String,
    /// Names the page's layout in the style sheet.
    pub layout: &'static str,
    pub blocks: Vec<Block>,
    pub frame: FrameKind,
    /// A heading shown above the blocks; none for pages whose first block says it all.
    pub heading: Option<AnyView>,
}

impl PageContent {
    pub fn new(layout: &'static str, title: impl Into<String>, blocks: Vec<Block>) -> Self {
        Self { title: title.into(), layout, blocks, frame: FrameKind::Full, heading: None }
    }
}

/// Addresses of all pages; `{…}` stands for one segment. The wall has another address for those who bring its key.
pub const PATTERNS: &[&str] = &[
    "/",
    "/regions",
    "/regions/{id}",
    "/users/{id}",
    "/search",
    "/rankings",
    "/peaks",
    "/pipeline",
    "/wall",
    "/login",
    "/welcome/{token}",
    "/account",
    "/account/password",
    "/people",
    "/people/new",
    "/people/{id}",
    "/tenants",
    "/tokens",
    "/audit",
    "/alarms",
    "/alarms/set-aside",
    "/alarms/{id}",
    "/alarms/notices",
    "/alarms/performance",
    "/alarms/shifts",
    "/alarms/handover",
    "/alarms/rules",
    "/alarms/rules/new",
    "/alarms/rules/{id}",
    "/alarms/trials/{id}",
    "/settlement",
    "/settlement/statements",
    "/settlement/statements/{id}",
    "/settlement/statements/{id}/print",
    "/settlement/statements/{id}/reconcile",
    "/settlement/exceptions",
    "/settlement/differences",
    "/settlement/runs/{id}",
    "/settlement/loss",
    "/settlement/what-if",
    "/settlement/what-if/{id}",
    "/settlement/tariffs",
    "/settlement/tariffs/new",
    "/settlement/tariffs/import",
    "/settlement/tariffs/{code}",
    "/settlement/calendar",
    "/settlement/contracts",
    "/settlement/contracts/new",
    "/settlement/contracts/import",
    "/settlement/contracts/{id}",
];

/// Whether a request names a page with parameters it understands, without asking the database.
pub fn check(request: &PageRequest) -> Result<(), AppError> {
    match segments(&request.path).as_slice() {
        [] => Ok(()),
        ["regions"] | ["search"] => Ok(()),
        ["regions", id] => regions::check(request, id),
        ["users", id] => users::check(request, id),
        ["rankings"] => rankings::check(request),
        ["peaks"] => peaks::check(request),
        ["pipeline"] => pipeline::check(request),
        ["wall"] | ["wall", _] => wall::check(request),
        ["login"] | ["account"] | ["account", "password"] | ["people"] | ["people", "new"] | ["tenants"] | ["tokens"] => Ok(()),
        ["welcome", _] => Ok(()),
        ["people", id] => managed::id(id).map(drop),
        ["audit"] => audit::check(request),
        ["alarms", "rules"] | ["alarms", "rules", "new"] => Ok(()),
        ["alarms", "rules", id] | ["alarms", "trials", id] => managed::id(id).map(drop),
        ["alarms"] => alarms::desk::check(request),
        ["alarms", "set-aside"] => alarms::set_aside::check(request),
        ["alarms", "notices"] => alarms::notices::check(request),
        ["alarms", "performance"] => alarms::performance::check(request),
        ["alarms", "shifts"] => alarms::shifts::check(request),
        ["alarms", "handover"] => alarms::handover::check(request),
        // other pages of alarms stand above
        ["alarms", id] => alarms::alarm::check(request, id),
        ["settlement"] => settlement::overview::check(request),
        ["settlement", "statements"] => settlement::statements::check(request),
        ["settlement", "statements", id, "reconcile"] => managed::id(id).map(drop),
        ["settlement", "statements", id] | ["settlement", "statements", id, "print"] => settlement::statement::check(request, id),
        ["settlement", "what-if"] => settlement::what_if::check(request),
        ["settlement", "what-if", id] => managed::id(id).map(drop),
        ["settlement", "exceptions"] => settlement::exceptions::check(request),
        ["settlement", "differences"] => settlement::differences::check(request),
        ["settlement", "runs", id] => settlement::runs::check(id),
        ["settlement", "loss"] => settlement::loss::check(request),
        ["settlement", "tariffs"] | ["settlement", "tariffs", "new" | "import"] => Ok(()),
        ["settlement", "tariffs", code] => settlement::tariffs::check(request, code),
        ["settlement", "calendar"] => settlement::calendar::check(request),
        ["settlement", "contracts"] => settlement::contracts::check(request),
        ["settlement", "contracts", "new" | "import"] => Ok(()),
        ["settlement", "contracts", id] => managed::id(id).map(drop),
        _ => Err(AppError::NotFound),
    }
}

/// The content of a page. Every page is listed here and in [`check`], and nowhere else.
pub async fn content(request: &PageRequest, ctx: &AppContext) -> Result<PageContent, AppError> {
    check(request)?;
    match segments(&request.path).as_slice() {
        [] => dashboard::content(request, ctx).await,
        ["regions"] => regions::list(request, ctx).await,
        ["regions", id] => regions::content(request, ctx, id).await,
        ["users", id] => users::content(request, ctx, id).await,
        ["search"] => search::content(request, ctx).await,
        ["rankings"] => rankings::content(request, ctx).await,
        ["peaks"] => peaks::content(request, ctx).await,
        ["pipeline"] => pipeline::content(request, ctx).await,
        ["wall"] | ["wall", _] => wall::content(request, ctx).await,
        ["login"] => Ok(login::content(request, ctx)),
        ["welcome", token] => welcome::content(request, ctx, token).await,
        ["account"] => account::content(request, ctx).await,
        ["account", "password"] => account::password(request, ctx),
        ["people"] => people::list(request, ctx).await,
        ["people", "new"] => people::new(request, ctx).await,
        ["people", id] => people::content(request, ctx, id).await,
        ["tenants"] => tenants::content(request, ctx).await,
        ["tokens"] => tokens::content(request, ctx).await,
        ["audit"] => audit::content(request, ctx).await,
        ["alarms", "rules"] => alarms::rules::list(request, ctx).await,
        ["alarms", "rules", "new"] => alarms::rules::new(request, ctx).await,
        ["alarms", "rules", id] => alarms::rules::one(request, ctx, id).await,
        ["alarms", "trials", id] => alarms::trial::content(request, ctx, id).await,
        ["alarms"] => alarms::desk::content(request, ctx).await,
        ["alarms", "set-aside"] => alarms::set_aside::content(request, ctx).await,
        ["alarms", "notices"] => alarms::notices::content(request, ctx).await,
        ["alarms", "performance"] => alarms::performance::content(request, ctx).await,
        ["alarms", "shifts"] => alarms::shifts::content(request, ctx).await,
        ["alarms", "handover"] => alarms::handover::content(request, ctx).await,
        ["alarms", id] => alarms::alarm::content(request, ctx, id).await,
        ["settlement"] => settlement::overview::content(request, ctx).await,
        ["settlement", "statements"] => settlement::statements::content(request, ctx).await,
        ["settlement", "statements", id] => settlement::statement::content(request, ctx, id).await,
        ["settlement", "statements", id, "print"] => settlement::statement::print::content(request, ctx, id).await,
        ["settlement", "statements", id, "reconcile"] => settlement::reconcile::content(request, ctx, id).await,
        ["settlement", "what-if"] => settlement::what_if::content(request, ctx).await,
        ["settlement", "what-if", id] => settlement::what_if::one(request, ctx, id).await,
        ["settlement", "exceptions"] => settlement::exceptions::content(request, ctx).await,
        ["settlement", "differences"] => settlement::differences::content(request, ctx).await,
        ["settlement", "runs", id] => settlement::runs::content(request, ctx, id).await,
        ["settlement", "loss"] => settlement::loss::content(request, ctx).await,
        ["settlement", "tariffs"] => settlement::tariffs::list(request, ctx).await,
        ["settlement", "tariffs", "new"] => settlement::tariffs::new(request, ctx).await,
        ["settlement", "tariffs", "import"] => settlement::tariffs::import_page(request, ctx).await,
        ["settlement", "tariffs", code] => settlement::tariffs::one(request, ctx, code).await,
        ["settlement", "calendar"] => settlement::calendar::content(request, ctx).await,
        ["settlement", "contracts"] => settlement::contracts::list(request, ctx).await,
        ["settlement", "contracts", "new"] => settlement::contracts::new(request, ctx).await,
        ["settlement", "contracts", "import"] => settlement::contracts::import(request, ctx).await,
        ["settlement", "contracts", id] => settlement::contracts::one(request, ctx, id).await,
        _ => Err(AppError::NotFound),
    }
}

/// Whether a page shows the numbers of now: it has an event stream, and without scripts it asks again by itself.
/// A page with a form is not, because what somebody types must stay; the forms of the desk and of an alarm stand in blocks
/// that are never sent again.
pub fn is_live(request: &PageRequest) -> bool {
    let is_of_now = match segments(&request.path).as_slice() {
        [] | ["alarms"] | ["alarms", "set-aside"] | ["settlement"] | ["settlement", "runs", _] => true,
        ["alarms", id] => managed::id(id).is_ok(),
        [first, ..] => matches!(*first, "regions" | "users" | "search" | "rankings" | "peaks" | "pipeline" | "wall"),
    };
    is_of_now && request.submitted.is_none()
}

/// Whether a page may load itself anew without a script: not while somebody may be typing.
pub fn reloads_itself(request: &PageRequest) -> bool {
    let has_forms = matches!(segments(&request.path).as_slice(), ["alarms"] | ["alarms", _] | ["settlement"])
        && request.path != "/alarms/set-aside";
    is_live(request) && !has_forms
}

fn segments(path: &str) -> Vec<&str> {
    path.split('/').filter(|segment| !segment.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::View;

    fn request(pattern: &str) -> PageRequest {
        let address = pattern.replace("{id}", "7").replace("{token}", "x").replace("{code}", "hubei-2024");
        PageRequest::parse(&address, View::default())
    }

    #[test]
    fn every_address_of_the_list_is_a_page() {
        for pattern in PATTERNS {
            assert_eq!(check(&request(pattern)), Ok(()), "{pattern}");
        }
        for none in [
            "/people/0",
            "/people/x",
            "/people/7/8",
            "/account/logins",
            "/welcome",
            "/no",
            "/settlement/tariffs/X",
            "/settlement/no",
        ] {
            assert_eq!(check(&request(none)), Err(AppError::NotFound), "{none}");
        }
    }

    #[test]
    fn pages_with_forms_have_no_stream() {
        let live: Vec<&str> = PATTERNS.iter().copied().filter(|pattern| is_live(&request(pattern))).collect();
        assert_eq!(live.len(), 14, "{live:?}");
        assert!(!reloads_itself(&request("/alarms")) && reloads_itself(&request("/alarms/set-aside")));
        assert!(live.contains(&"/") && live.contains(&"/users/{id}") && !live.contains(&"/people"));
    }
}
