//! `loadline replay`: files of users and readings into the operational database.

use domain::FailureKind;
use operational::Operational;

use super::failure::CommandError;
use super::lifecycle::stop_on_signals;
use super::terminal::{Lang, progress_bar, say, thousands, warn};
use crate::cli::ReplayArgs;
use crate::clock;
use crate::config::Config;
use crate::replay::{self, Options, Summary};

pub async fn run(args: ReplayArgs, config: &Config, lang: Lang) -> Result<(), CommandError> {
    if args.users.is_none() && args.consumption.is_none() && args.reactive.is_none() {
        return Err(CommandError::Said {
            kind: FailureKind::Operator,
            zh: "没有要回放的文件。请用 --users、--consumption 或 --reactive 至少给出一个文件。".to_owned(),
            en: "There is no file to replay. Give at least one with --users, --consumption or --reactive.".to_owned(),
        });
    }
    let options = Options {
        users: args.users,
        consumption: args.consumption,
        reactive: args.reactive,
        speed: args.speed,
        shift_to_now: args.shift_to_now,
        zone: config.time_zone,
        now_us: clock::now_us(),
        max_future_skew_s: config.max_future_skew_s,
        retention_days: config.retention_days,
    };
    let database = Operational::connect(config.source()?.expose()).await?;
    let stop = stop_on_signals()?;
    let bar = progress_bar();
    let outcome = replay::run(&database, &options, &bar, &stop).await;
    bar.finish_and_clear();
    report(&outcome?, lang);
    Ok(())
}

fn report(done: &Summary, lang: Lang) {
    for (file, bad) in &done.bad_lines {
        let (file, line, (zh, en)) = (file.display(), bad.line, bad.fault.sentence());
        warn(lang.pick(format!("{file} 第 {line} 行已跳过：{zh}"), format!("{file} line {line} skipped: {en}")));
    }
    let more = done.bad_count.saturating_sub(u64::try_from(done.bad_lines.len()).unwrap_or(0));
    if more > 0 {
        warn(lang.pick(format!("另有 {more} 行未列出"), format!("and {more} more lines")));
    }
    if let Some(days) = done.shift_days {
        say(lang.pick(format!("所有读数时间平移 {days} 天"), format!("all event times moved by {days} days")));
    }
    let [written, same, new, present, bad] =
        [done.users_written, done.users_same, done.readings_new, done.readings_present, done.bad_count].map(thousands);
    say(lang.pick(
        format!("用户：写入 {written}，未变 {same}；读数：写入 {new}，已存在而跳过 {present}；格式错误而跳过 {bad} 行"),
        format!("users: {written} written, {same} unchanged; readings: {new} written, {present} already there and skipped; {bad} malformed lines skipped"),
    ));
    if done.reactive_new + done.reactive_present > 0 {
        let (new, present) = (thousands(done.reactive_new), thousands(done.reactive_present));
        say(lang.pick(
            format!("无功电量：写入 {new}，已存在而跳过 {present}"),
            format!("reactive energy: {new} written, {present} already there and skipped"),
        ));
    }
    if done.stopped {
        say(lang.pick("已中断；再次运行会从中断处继续。", "Interrupted; run it again to go on where it stopped."));
    }
}
