//! `/alarms/performance`: how well alarms serve a desk, each figure beside its target.

mod answer;
mod chart;
mod figures;
mod filter;
mod lists;
mod params;

use domain::access::Permission;
use leptos::prelude::*;

use crate::components::Block;
use crate::context::{AppContext, PageRequest};
use crate::error::AppError;
use crate::format;
use crate::pages::PageContent;
use crate::pages::shared::{self, nothing};
use crate::text::Lang;
use crate::text::alarms::performance as words;

pub use answer::{Answer, answer};
pub use lists::{alarm_name, severity, subject};
pub use params::{MOST_DAYS, Params, SpanKind};

pub fn check(request: &PageRequest) -> Result<(), AppError> {
    Params::parse(request).map(drop)
}

pub async fn content(request: &PageRequest, ctx: &AppContext) -> Result<PageContent, AppError> {
    super::require(ctx, Permission::SeeAlarms)?;
    let lang = request.view.lang;
    let found = answer(request, ctx).await?;
    let mut blocks = vec![filter::block(&found, request, ctx)];
    match &found.figures {
        None => blocks.push(Block::fixed("no-figures", nothing_to_judge(&found, lang)).class("wide")),
        Some(_) => {
            blocks.push(figures::block(&found, export_link(&found, request, lang), ctx, lang));
            blocks.push(chart::block(&found, ctx, lang));
            blocks.extend(lists::blocks(&found, ctx, lang));
        }
    }
    Ok(super::page("performance", words::TITLE.get(lang), &[], request, ctx, blocks))
}

fn nothing_to_judge(found: &Answer, lang: Lang) -> AnyView {
    let Some(span) = found.span else {
        let why = if found.desk.is_none() { words::CHOOSE_DESK } else { words::NO_SHIFTS };
        return nothing(why, lang);
    };
    if span.length_ms() == 0 {
        return nothing(words::NOT_BEGUN, lang);
    }
    let most = format::count(warehouse::read::alarms::performance::MOST_ANNUNCIATIONS);
    view! { <p class="empty">{words::TOO_MANY.with(lang, &[&most])}</p> }.into_any()
}

/// The same figures as a file.
fn export_link(found: &Answer, request: &PageRequest, lang: Lang) -> AnyView {
    let mut filters: Vec<_> = request.query.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
    filters.retain(|(name, _)| params::KNOWN.contains(name) && *name != "shift");
    if let Some(shift) = &found.shift {
        filters.push(("shift", shift.shift_id.to_string()));
    }
    shared::csv(shared::export("alarm_performance", &filters), lang)
}
