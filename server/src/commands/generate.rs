//! `loadline generate`: live readings until a signal comes.

use operational::Operational;

use super::failure::CommandError;
use super::lifecycle::stop_on_signals;
use super::terminal::{Lang, say, thousands};
use crate::cli::GenerateArgs;
use crate::clock;
use crate::config::Config;
use crate::generate::live::{Live, Settings, enlist};

pub async fn run(args: GenerateArgs, config: &Config, lang: Lang) -> Result<(), CommandError> {
    let settings = Settings {
        rate: args.rate,
        users: args.users.unwrap_or_else(|| Settings::users_for(args.rate)),
        late: args.late,
        duplicate: args.duplicate,
        missing: args.missing,
        seed: args.seed,
    };
    let database = Operational::connect(config.source()?.expose()).await?;
    let stop = stop_on_signals()?;
    let now = clock::local(config.time_zone);
    let fleet = enlist(&database, &settings, now).await?;
    let (users, every) = (settings.users, settings.interval_ms() / 1000);
    say(lang.pick(
        format!("{users} 户，每户每 {every} 秒上报一次；按 Ctrl-C 结束"),
        format!("{users} users, each reports every {every} s; Ctrl-C ends"),
    ));
    let sent = Live::new(fleet, &settings, now).run(&database, config.time_zone, &stop, |_| {}).await?;
    let [reports, repeats] = [sent.reports, sent.repeats].map(thousands);
    say(lang
        .pick(format!("已写入读数 {reports}，重复上报 {repeats}"), format!("{reports} readings written, {repeats} sent twice")));
    Ok(())
}
