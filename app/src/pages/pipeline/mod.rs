//! `/pipeline`: the state of the log reader, the engine and every layer.

mod chain;
mod layers;
mod log;
mod rejected;
mod store;
mod verdict;

use warehouse::read::layers::LayerCheck;
use warehouse::read::pipeline;

use crate::cache::Shared;
use crate::context::{AppContext, PageRequest};
use crate::error::AppError;
use crate::pages::PageContent;
use crate::pages::shared;
use crate::shell::frame::{self, FrameView};
use crate::text::pipeline as words;

/// The layers are counted, and the store is weighed, at most this often.
const CHECK_EVERY_MS: i64 = 30_000;
const EVENTS: i64 = 30;
const HOURS: i64 = 24;
const LETTERS: i64 = 20;
const LONGEST_REASON: usize = 40;

/// Dear answers, shared by all viewers.
#[derive(Default)]
pub struct Cache {
    layers: Shared<i64, LayerCheck>,
    store: Shared<i64, pipeline::Store>,
}

/// Everything about the stream that several blocks show.
struct Shown {
    frame: FrameView,
    position: pipeline::Position,
}

pub fn check(request: &PageRequest) -> Result<(), AppError> {
    reason(request).map(drop)
}

/// The reason that the list of dead letters is narrowed to.
fn reason(request: &PageRequest) -> Result<Option<&str>, AppError> {
    match request.get("reason") {
        Some(value) if value.len() > LONGEST_REASON || !value.bytes().all(|b| b.is_ascii_lowercase() || b == b'_') => {
            Err(AppError::bad_parameter("reason", value, "negative_amount, missing_key, …"))
        }
        value => Ok(value),
    }
}

pub async fn content(request: &PageRequest, ctx: &AppContext) -> Result<PageContent, AppError> {
    let lang = request.view.lang;
    let title = words::TITLE.get(lang);
    let reason = reason(request)?;
    let pool = &ctx.pool;
    let now_ms = ctx.now_ms();
    let frame = frame::data(ctx).await?;
    let data_time = frame.data.data_time();
    let today = data_time.unwrap_or(frame.local_now).day().to_date();
    let (clock, turn) = (data_time.unwrap_or_default().to_naive(), now_ms / CHECK_EVERY_MS);
    let day_began = shared::utc_of(ctx.zone, frame.local_now.day().start());
    let (position, events, hours, counts, letters) = tokio::try_join!(
        pipeline::position(pool),
        pipeline::events(pool, EVENTS),
        pipeline::quality_hours(pool, clock, HOURS),
        pipeline::rejected(pool, day_began),
        pipeline::open_dead_letters(pool, reason, LETTERS)
    )?;
    let caches = &ctx.caches.pipeline;
    let layers =
        caches.layers.get(turn, now_ms, CHECK_EVERY_MS, async { Ok(warehouse::read::layers::check(pool, today).await?) });
    let layers = layers.await?;
    let weights = caches.store.get(turn, now_ms, CHECK_EVERY_MS, async { Ok(pipeline::store(pool, today).await?) }).await?;
    let shown = Shown { frame, position };
    let blocks = vec![
        verdict::block(&shown, ctx, lang),
        chain::block(&shown, lang),
        chain::times(&shown, &hours, lang),
        log::block(&shown, ctx, lang),
        layers::block(&layers, turn * CHECK_EVERY_MS, ctx, lang),
        rejected::block(&counts, &letters, reason, request, ctx),
        store::block(&weights, today, lang),
        store::history(&events, ctx, lang),
    ];
    Ok(PageContent { heading: shared::heading(title), ..PageContent::new("pipeline", title, blocks) })
}
