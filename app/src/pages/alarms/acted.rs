//! What became of an act on several alarms: how many it was done to, and for each other one why not.

use domain::alarms::point::AlarmId;
use leptos::prelude::*;
use warehouse::read::alarms::{self, Page};

use super::told;
use crate::context::{AppContext, PageRequest};
use crate::error::AppError;
use crate::format;
use crate::submitted::Acted;
use crate::text::alarms::{desk as words, refusals};

/// More reasons than this are counted.
const MOST_SHOWN: usize = 20;

/// None when the page is not the answer to such an act.
pub async fn block(request: &PageRequest, ctx: &AppContext) -> Result<Option<AnyView>, AppError> {
    let Some(acted) = request.submitted.as_ref().and_then(|sent| sent.acted.as_ref()) else { return Ok(None) };
    let ids: Vec<AlarmId> = acted.refused.iter().take(MOST_SHOWN).map(|(id, _)| *id).collect();
    let (lines, rules) = alarms::lines(&ctx.pool, &ids).await?;
    Ok(Some(shown(acted, &Page { total: 0, lines, rules }, request, ctx)))
}

fn shown(acted: &Acted, page: &Page, request: &PageRequest, ctx: &AppContext) -> AnyView {
    let lang = request.view.lang;
    let today = ctx.local_now().day();
    let moment = |ms: i64| format::clock_on(ctx.local(ms), today);
    let refused = acted.refused.iter().take(MOST_SHOWN).map(|(id, refusal)| {
        let line = page.lines.iter().find(|line| line.point.alarm_id == *id);
        let name = line.map_or_else(
            || id.to_string(),
            |line| format!("{} {}", told::subject_name(line, lang), told::rule_name(page, line, lang)),
        );
        let sentence = refusals::sentence(refusal, lang, moment);
        view! {
            <li>
                <a href=format!("/alarms/{id}")><bdi>{name}</bdi></a>
                " "
                <span class="user-text">{sentence}</span>
            </li>
        }
    });
    let more = acted.refused.len().saturating_sub(MOST_SHOWN);
    let more = (more > 0).then(|| view! { <li>{words::REFUSED_MORE.with(lang, &[&more.to_string()])}</li> });
    let counts = [acted.done.to_string(), acted.refused.len().to_string()];
    view! {
        <div class="acted" role="status">
            <p>{words::SOME_DONE.with(lang, &[&counts[0], &counts[1]])}</p>
            <ul>{refused.collect_view()} {more}</ul>
            <p><a href=request.address()>{words::BACK_TO_LIVE.get(lang)}</a></p>
        </div>
    }
    .into_any()
}
