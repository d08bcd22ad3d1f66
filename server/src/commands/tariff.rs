//! `loadline tariff`: tariffs from and to files, for automation.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use app::text::settlement::faults;
use domain::access::Scope;
use domain::settlement::tariff_file::{FORMAT, FileFault, MOST_FILE_BYTES, TariffFile};
use domain::settlement::tariff_import::{Difference, FieldChange, PlanDifference, PlanOutcome, RowOutcome};
use domain::settlement::{PlanFault, check};
use warehouse::read::ReadPool;
use warehouse::settlement::calendar::CalendarError;
use warehouse::settlement::rules::RulesError;
use warehouse::settlement::tariffs::{self, ImportError, Keeper, TariffError};

use super::access::{Desk, located, wrong};
use super::failure::CommandError;
use super::terminal::{Lang, say, warn};
use crate::cli::tariff::{TariffCommand, TariffImport};
use crate::config::Config;

const CONNECTIONS: u32 = 2;
/// Faults of one tariff that are printed.
const SHOWN_FAULTS: usize = 20;

pub async fn run(
    command: TariffCommand,
    config: Config,
    data_dir: Option<std::path::PathBuf>,
    lang: Lang,
) -> Result<(), CommandError> {
    match command {
        TariffCommand::Check(args) => check_file(&args.file, lang),
        TariffCommand::Import(args) => import(args, &located(config, data_dir)?, lang).await,
        TariffCommand::Export(args) => export(args.file.as_deref(), &located(config, data_dir)?, lang).await,
    }
}

/// Everything but hints makes the command fail.
fn check_file(path: &Path, lang: Lang) -> Result<(), CommandError> {
    let file = read(path)?;
    let days = file.calendar.iter().map(|dated| (dated.day, dated.what.clone())).collect();
    let mut wrong_plans = 0;
    for plan in &file.plans {
        let found = check(plan, &days);
        // a file without a calendar refers to the one that is there
        let found: Vec<PlanFault> =
            found.into_iter().filter(|fault| !matches!(fault, PlanFault::UnknownHoliday { .. }) || !days.is_empty()).collect();
        wrong_plans += usize::from(!domain::settlement::check::is_sound(&found));
        tell_faults(&plan.code, &found, lang);
    }
    let plans = file.plans.len();
    if wrong_plans > 0 {
        return Err(wrong(
            format!("{plans} 个电价中有 {wrong_plans} 个有错。"),
            format!("{wrong_plans} of {plans} tariffs are wrong."),
        ));
    }
    say(lang.pick(format!("{plans} 个电价均可使用。"), format!("All {plans} tariffs can be used.")));
    Ok(())
}

async fn import(args: TariffImport, config: &Config, lang: Lang) -> Result<(), CommandError> {
    let file = read(&args.file)?;
    let desk = Desk::open(config, &args.why, lang).await?;
    let keeper = Keeper { author: &desk.author, granter: &desk.granter };
    match tariffs::import(&desk.pool, keeper, &file, args.dry_run).await {
        Ok(difference) => {
            tell(&difference, lang);
            let is_written = !args.dry_run && !difference.is_empty();
            say(match (difference.is_empty(), is_written) {
                (true, _) => lang.pick("与现有内容相同，未改变任何内容。", "Everything is there already; nothing changes."),
                (false, true) => lang.pick("已导入。", "Imported."),
                (false, false) => lang.pick("试算：未写入任何内容。", "A dry run: nothing is written."),
            });
            if args.dry_run && !difference.is_sound() {
                return Err(CommandError::Findings);
            }
            Ok(())
        }
        Err(ImportError::Unsound(difference)) => {
            tell(&difference, lang);
            Err(wrong(
                "有电价不能使用，未写入任何内容。改正后重新导入。".to_owned(),
                "Some tariffs cannot be taken; nothing was written. Correct the file and import it again.".to_owned(),
            ))
        }
        Err(error) => Err(failed(error)),
    }
}

async fn export(path: Option<&Path>, config: &Config, lang: Lang) -> Result<(), CommandError> {
    let pool = ReadPool::open(config.warehouse()?.expose(), CONNECTIONS)?.seen_by(&Scope::Whole);
    let file = tariffs::file(&pool).await?;
    let Some(path) = path else {
        let _ = io::stdout().lock().write_all(file.to_text().as_bytes());
        return Ok(());
    };
    std::fs::write(path, file.to_text()).map_err(|error| {
        let shown = path.display();
        wrong(format!("无法写入 {shown}：{error}"), format!("{shown} cannot be written: {error}"))
    })?;
    let (plans, days) = (file.plans.len(), file.calendar.len());
    say(lang.pick(
        format!("已写入 {plans} 个电价版本、{days} 个日历日。"),
        format!("{plans} versions of tariffs and {days} days of the calendar are written."),
    ));
    Ok(())
}

fn read(path: &Path) -> Result<TariffFile, CommandError> {
    let shown = path.display();
    let unreadable = |error: &io::Error| wrong(format!("无法读取 {shown}：{error}"), format!("{shown} cannot be read: {error}"));
    let file = File::open(path).map_err(|error| unreadable(&error))?;
    let mut bytes = Vec::new();
    // one byte more than may be: a pipe has no length
    let most = u64::try_from(MOST_FILE_BYTES).unwrap_or(u64::MAX).saturating_add(1);
    file.take(most).read_to_end(&mut bytes).map_err(|error| unreadable(&error))?;
    TariffFile::parse(&bytes).map_err(|fault| match fault {
        FileFault::TooLarge => {
            let most = MOST_FILE_BYTES >> 20;
            wrong(format!("{shown} 超过 {most} MB。"), format!("{shown} is larger than {most} MB."))
        }
        FileFault::Shape(words) => {
            wrong(format!("{shown} 不是可用的电价文件：{words}"), format!("{shown} is no file of tariffs: {words}"))
        }
        FileFault::Format(format) => wrong(
            format!("{shown} 的格式是 {format:?}，应为 {FORMAT:?}。"),
            format!("The format of {shown} is {format:?}; {FORMAT:?} is expected."),
        ),
        FileFault::TooMany => {
            wrong(format!("{shown} 的内容过多；请拆成几个文件。"), format!("{shown} holds too much; make several files of it."))
        }
        FileFault::Twice(what) => wrong(format!("{shown} 中 {what} 出现两次。"), format!("{what} stands twice in {shown}.")),
        FileFault::BadText => wrong(
            format!("{shown} 中有不可存储的字符（NUL）。"),
            format!("{shown} holds a character that cannot be stored (NUL)."),
        ),
    })
}

fn tell(difference: &Difference, lang: Lang) {
    for plan in &difference.plans {
        tell_plan(plan, lang);
    }
    for code in &difference.kept {
        say(lang.pick(format!("{code}  不在文件中，保持不变"), format!("{code}  not in the file, kept")));
    }
    for (day, what, outcome) in &difference.calendar {
        tell_row(&format!("{} {} {}", day.to_date(), what.kind_code(), what.name()), outcome, lang);
    }
    for (day, outcome) in &difference.rules {
        tell_row(
            &lang.pick(format!("全国规则 {}", day.to_date()), format!("national rules of {}", day.to_date())),
            outcome,
            lang,
        );
    }
    for (year, outcome) in &difference.carbon {
        tell_row(&lang.pick(format!("碳排放因子 {year}"), format!("carbon factor of {year}")), outcome, lang);
    }
}

fn tell_plan(plan: &PlanDifference, lang: Lang) {
    let PlanDifference { code, outcome, faults, .. } = plan;
    let from = plan.valid_from.to_date();
    let words = match outcome {
        PlanOutcome::Added => lang.pick("新增".to_owned(), "added".to_owned()),
        PlanOutcome::Changed { version, replaces, .. } => {
            let replaces = replaces.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            match replaces.is_empty() {
                true => lang.pick(format!("新版本 {version}"), format!("new version {version}")),
                false => {
                    lang.pick(format!("新版本 {version}，取代 {replaces}"), format!("new version {version}, replaces {replaces}"))
                }
            }
        }
        PlanOutcome::Same { version } => lang.pick(format!("相同（版本 {version}）"), format!("the same (version {version})")),
        PlanOutcome::Covered => lang.pick("被文件中较后的内容覆盖".to_owned(), "covered by later ones of the file".to_owned()),
        PlanOutcome::Foreign => lang.pick("属于他人，不能改动".to_owned(), "somebody else's, cannot be changed".to_owned()),
    };
    say(format!("{code}  {from}  {words}"));
    if let PlanOutcome::Changed { changes, .. } = outcome {
        tell_fields(changes);
    }
    if !matches!(outcome, PlanOutcome::Same { .. } | PlanOutcome::Covered) {
        tell_faults(code, faults, lang);
    }
}

fn tell_row(name: &str, outcome: &RowOutcome, lang: Lang) {
    match outcome {
        RowOutcome::Same => {}
        RowOutcome::Added => say(lang.pick(format!("{name}  新增"), format!("{name}  added"))),
        RowOutcome::Changed(changes) => {
            say(lang.pick(format!("{name}  更改"), format!("{name}  changed")));
            tell_fields(changes);
        }
    }
}

fn tell_fields(changes: &[FieldChange]) {
    for FieldChange { path, before, after } in changes {
        let shown = |value: &Option<String>| value.clone().unwrap_or_else(|| "–".to_owned());
        say(format!("    {path}: {} → {}", shown(before), shown(after)));
    }
}

fn tell_faults(code: &str, found: &[PlanFault], lang: Lang) {
    let language = lang.pick(app::Lang::Zh, app::Lang::En);
    for fault in found.iter().take(SHOWN_FAULTS) {
        let kind = if fault.is_hint() { lang.pick("提示", "note") } else { lang.pick("错误", "wrong") };
        warn(format!("{code}  {kind}: {}", faults::sentence(fault, language)));
    }
    if let Some(more) = found.len().checked_sub(SHOWN_FAULTS).filter(|more| *more > 0) {
        warn(lang.pick(format!("{code}  另有 {more} 处"), format!("{code}  and {more} more")));
    }
}

fn failed(error: ImportError) -> CommandError {
    match error {
        ImportError::Tariff(TariffError::Access(error))
        | ImportError::Calendar(CalendarError::Access(error))
        | ImportError::Rules(RulesError::Calendar(CalendarError::Access(error))) => error.into(),
        other => wrong(format!("导入失败：{other}"), format!("the import failed: {other}")),
    }
}
