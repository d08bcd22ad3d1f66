//! Who was told of one alarm: a block of the alarm's own page.

use domain::alarms::point::AlarmId;
use warehouse::alarms::notices::log::{self, LogFilter};

use super::said;
use crate::components::Block;
use crate::components::table::{Cell, Column, Row, table};
use crate::context::{AppContext, PageRequest};
use crate::error::AppError;
use crate::pages::managed;
use crate::pages::shared::nothing;
use crate::text::alarms::notices as words;

const MOST: i64 = 20;

/// The newest decisions about an alarm that the viewer may see.
pub async fn block(alarm_id: AlarmId, request: &PageRequest, ctx: &AppContext) -> Result<Block, AppError> {
    let lang = request.view.lang;
    let filter = LogFilter { alarm_id: Some(alarm_id), most: MOST, ..LogFilter::default() };
    let lines = log::list(&ctx.pool, &filter).await?;
    let content = if lines.is_empty() {
        nothing(words::NOBODY_TOLD, lang)
    } else {
        let heads = [words::WHEN, words::EVENT, words::RECEIVER, words::OUTCOME];
        let columns = heads.into_iter().map(|head| Column::text(head.get(lang))).collect();
        let rows = lines.iter().map(|line| {
            let step = words::STEP_NO.with(lang, &[&(line.step_no + 1).to_string()]);
            Row::from(vec![
                Cell::text(said::clock(ctx, line.decided_at)),
                Cell::text(words::kind(line.kind).get(lang)),
                Cell::text(managed::user_text(&format!("{} · {} · {step}", line.channel_name, line.route_name))),
                Cell::text(said::view(line, ctx, lang)),
            ])
        });
        table(words::TOLD.get(lang), columns, rows.collect())
    };
    Ok(Block::new("told", content).titled(words::TOLD.get(lang)).class("wide"))
}
