//! `loadline region import`: the tree of regions and their limits from a CSV file.

use std::path::Path;

use operational::{Operational, RegionProblem, read_regions};

use super::failure::CommandError;
use super::terminal::{Lang, say, warn};
use crate::config::Config;

/// Wrong lines that are printed; all are counted.
const SHOWN_LINES: usize = 20;

pub async fn import(config: &Config, file: &Path, lang: Lang) -> Result<(), CommandError> {
    let database = Operational::connect(config.source()?.expose()).await?;
    let known = database.regions().await?;
    let rows = match read_regions(file, &known) {
        Ok(rows) => rows,
        Err(problem) => {
            if let RegionProblem::Lines(lines) = &problem {
                for bad in lines.iter().take(SHOWN_LINES) {
                    let (line, (zh, en)) = (bad.line, bad.fault.sentence());
                    warn(lang.pick(format!("第 {line} 行：{zh}"), format!("line {line}: {en}")));
                }
            }
            return Err(problem.into());
        }
    };
    let written = database.upsert_regions(&rows).await?;
    let total = rows.len();
    say(lang.pick(
        format!("共 {total} 个区域，写入 {written} 个，其余已是最新。"),
        format!("{total} regions, {written} written, the others were the same already."),
    ));
    Ok(())
}
