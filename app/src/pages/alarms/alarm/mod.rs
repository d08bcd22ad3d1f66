//! `/alarms/{id}`: one alarm: how it stands, what to do about it, what has been done, and the numbers around it.

mod acts;
mod chart;
mod head;
mod history;
mod rationale;

use domain::access::Permission;
use domain::alarms::RuleDefinition;
use domain::alarms::point::AlarmId;
use warehouse::read::alarms::{self, Line, Page};

use super::{acted, told};
use crate::components::Block;
use crate::context::{AppContext, PageRequest};
use crate::error::AppError;
use crate::pages::{PageContent, managed, shared};
use crate::text::alarms::alarm as words;

/// Forms of the page.
pub const ACT_FORM: &str = "act";
pub const SHELVE_FORM: &str = "shelve";
pub const OUT_FORM: &str = "out";
pub const ASSIGN_FORM: &str = "assign";

/// The alarm with its rule as it was judged by.
struct Alarm {
    page: Page,
}

impl Alarm {
    fn line(&self) -> &Line {
        // made with one line only
        &self.page.lines[0]
    }

    fn rule(&self) -> Option<&RuleDefinition> {
        self.page.rules.of(self.line())
    }

    fn id(&self) -> AlarmId {
        self.line().point.alarm_id
    }
}

pub fn check(request: &PageRequest, id: &str) -> Result<(), AppError> {
    managed::id(id)?;
    shared::int::<i64>(request, "before", "1, 2, …")?;
    shared::code(request, "history", &["all", "late"], "all").map(drop)
}

pub async fn content(request: &PageRequest, ctx: &AppContext, id: &str) -> Result<PageContent, AppError> {
    super::require(ctx, Permission::SeeAlarms)?;
    let (lines, rules) = alarms::lines(&ctx.pool, &[managed::id(id)?]).await?;
    if lines.is_empty() {
        return Err(AppError::NotFound);
    }
    let alarm = Alarm { page: Page { total: 1, lines, rules } };
    let mut blocks = Vec::new();
    if let Some(acted) = acted::block(request, ctx).await? {
        blocks.push(Block::fixed("acted", acted).class("wide"));
    }
    blocks.push(head::block(&alarm, request, ctx));
    let shown = acts::shown(&alarm, ctx);
    if !shown.is_empty() {
        blocks.push(acts::buttons(&alarm, request, ctx));
        blocks.push(acts::forms(&alarm, request, ctx));
    }
    blocks.push(rationale::block(&alarm, request, ctx));
    blocks.push(chart::block(&alarm, request, ctx).await?);
    blocks.push(super::notices::block(alarm.id(), request, ctx).await?);
    blocks.push(history::block(&alarm, request, ctx).await?);
    let lang = request.view.lang;
    let line = alarm.line();
    let name = format!("{} · {}", told::subject_name(line, lang), told::rule_name(&alarm.page, line, lang));
    let title = format!("{} · {name}", words::TITLE.with(lang, &[&alarm.id().to_string()]));
    Ok(super::page("alarm", title, &shown, request, ctx, blocks))
}
