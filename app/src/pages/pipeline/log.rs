//! The log positions and what the replication slot makes the source keep.

use super::Shown;
use crate::components::Block;
use crate::components::figure::{Figure, figures};
use crate::context::AppContext;
use crate::format::{self, Percent};
use crate::text::{Lang, common, pipeline as words};

pub fn block(shown: &Shown, _ctx: &AppContext, lang: Lang) -> Block {
    let status = &shown.frame.data.status;
    let position = |text: &str| if text.is_empty() { common::ABSENT.to_owned() } else { text.to_owned() };
    let committed = if status.committed_lsn.is_empty() { &shown.position.lsn } else { &status.committed_lsn };
    let limit = match status.slot_limit_bytes {
        Some(limit) => {
            let share = format::or_absent(Percent::of(status.slot_retained_bytes, limit), Percent::show);
            words::RETAINED_OF.with(lang, &[&format::bytes(limit), &share])
        }
        None => words::RETAINED_FREE.get(lang).to_owned(),
    };
    let row = vec![
        Figure::new(words::SENT.get(lang), position(&status.source_lsn)),
        Figure::new(words::RECEIVED.get(lang), position(&status.received_lsn)),
        Figure::new(words::COMMITTED.get(lang), position(committed)),
        Figure::new(words::ACKNOWLEDGED.get(lang), position(&status.acknowledged_lsn)),
        Figure::new(words::RETAINED.get(lang), format::bytes(status.slot_retained_bytes)).note(limit),
        Figure::new(words::LAG.get(lang), format::bytes(status.lag_bytes)).note(format::age(status.lag_ms, lang)),
        Figure::new(words::COMMITS.get(lang), format::count(status.commits))
            .note(words::FAILED.with(lang, &[&format::count(status.commits_failed)])),
        Figure::new(words::MEMORY.get(lang), format::bytes(status.resident_bytes)),
    ];
    let slot = shown.position.slot.clone().unwrap_or_default();
    Block::new("log", figures(row, lang)).titled(format!("{} {slot}", words::LOG.get(lang))).class("wide")
}
