//! `loadline source setup` and `loadline source check`.

use operational::Operational;
use source::{Finding, Level};

use super::failure::CommandError;
use super::terminal::{Lang, say};
use crate::assembly::source_config;
use crate::config::Config;

pub async fn setup(config: &Config, create_tables: bool, lang: Lang) -> Result<(), CommandError> {
    let source = source_config(config)?;
    if create_tables {
        Operational::connect(&source.url).await?.create_tables().await?;
        say(lang.pick("✓ 业务表已就绪", "✓ the operational tables are there"));
    }
    for step in source::setup(&source).await? {
        let mark = if step.changed { "✓" } else { "·" };
        say(format!("{mark} {}", lang.pick(step.zh, step.en)));
    }
    // what this role was not allowed to mend, or nobody can from here
    let findings: Vec<Finding> = source::check(&source).await.into_iter().filter(|finding| finding.level == Level::Bad).collect();
    report(&findings, lang)
}

pub async fn check(config: &Config, lang: Lang) -> Result<(), CommandError> {
    let findings = source::check(&source_config(config)?).await;
    report(&findings, lang)
}

/// Prints what was found; fails when any of it is bad.
pub fn report(findings: &[Finding], lang: Lang) -> Result<(), CommandError> {
    for finding in findings {
        let mark = match finding.level {
            Level::Ok => "✓",
            Level::Warn => "!",
            Level::Bad => "✗",
        };
        say(format!("{mark} {}", lang.pick(&finding.zh, &finding.en)));
        if let Some(repair) = finding.repair.as_deref().filter(|_| finding.level != Level::Ok) {
            say(format!("    → {repair}"));
        }
    }
    if findings.iter().any(|finding| finding.level == Level::Bad) { Err(CommandError::Findings) } else { Ok(()) }
}
