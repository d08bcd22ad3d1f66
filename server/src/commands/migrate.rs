//! `loadline migrate`: brings the warehouse schema up to date.

use super::failure::CommandError;
use super::terminal::{Lang, say};
use crate::config::Config;

const CONNECTIONS: u32 = 2;

pub async fn run(config: &Config, lang: Lang) -> Result<(), CommandError> {
    let pool = warehouse::connect(config.warehouse()?.expose(), CONNECTIONS).await?;
    warehouse::migrate(&pool, config.time_zone).await?;
    pool.close().await;
    say(lang.pick("数仓结构已是最新。", "The warehouse schema is up to date."));
    Ok(())
}
