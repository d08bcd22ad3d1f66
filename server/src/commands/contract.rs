//! `loadline contract`: contracts from and to files, for automation.

use std::io::{self, Write};
use std::path::Path;

use app::pages::settlement::contracts::report::{Reason, Report, Told};
use domain::settlement::Contract;
use domain::settlement::contract_file::FileFault;
use futures::TryStreamExt;
use warehouse::settlement::contracts::{self, ContractError, Maker};

use super::access::{Desk, wrong};
use super::failure::CommandError;
use super::terminal::{Lang, say, warn};
use crate::cli::access::Why;
use crate::cli::contract::{ContractCommand, ContractExport, ContractImport};
use crate::config::Config;
use crate::settlement::contract_file::{Format, MOST_FILE_BYTES, json, write_head, write_rows};
use crate::settlement::contract_import::{ImportError, import, place};

/// Lines of each kind that are printed; all are counted.
const SHOWN_LINES: usize = 20;

pub async fn run(command: ContractCommand, config: &Config, lang: Lang) -> Result<(), CommandError> {
    match command {
        ContractCommand::Import(args) => take(args, config, lang).await,
        ContractCommand::Export(args) => give(args, config, lang).await,
    }
}

async fn take(args: ContractImport, config: &Config, lang: Lang) -> Result<(), CommandError> {
    let bytes = file(&args.file)?;
    let format = Format::of(&args.file.to_string_lossy(), &bytes);
    let desk = Desk::open(config, &args.why, lang).await?;
    let maker = Maker { author: &desk.author, granter: &desk.granter };
    let place = place().map_err(|error| failed(error, lang))?;
    let report = import(&desk.pool, maker, bytes, format, args.dry_run, place).await.map_err(|error| failed(error, lang))?;
    tell(&report, lang);
    if report.refused > 0 {
        let count = report.refused;
        return Err(wrong(
            format!("{count} 处被拒绝，未写入任何内容。改正后重新导入。"),
            format!("{count} refused; nothing was written. Correct the file and import it again."),
        ));
    }
    Ok(())
}

fn tell(report: &Report, lang: Lang) {
    for told in report.refused_lines.iter().take(SHOWN_LINES) {
        warn(line(told, lang.pick("拒绝", "refused"), lang));
    }
    for told in report.warned_lines.iter().take(SHOWN_LINES) {
        warn(line(told, lang.pick("注意", "note"), lang));
    }
    if report.is_dry_run {
        for told in report.changed_lines.iter().take(SHOWN_LINES) {
            for field in &told.fields {
                let (user, day) = (told.user_id.unwrap_or_default(), field.day.as_deref().unwrap_or("–"));
                let value = |value: &Option<String>| value.clone().filter(|text| !text.is_empty()).unwrap_or_else(|| "–".into());
                let (before, after, name) = (value(&field.before), value(&field.after), &field.field);
                say(format!("{user}  {day}  {name}: {before} → {after}"));
            }
        }
    }
    let Report { added, changed, same, refused, .. } = report;
    let written = if report.is_written { lang.pick("已写入", "written") } else { lang.pick("未写入", "nothing written") };
    say(lang.pick(
        format!("新增 {added}，更改 {changed}，相同 {same}，拒绝 {refused}；{written}。"),
        format!("{added} added, {changed} changed, {same} the same, {refused} refused; {written}."),
    ));
}

fn line(told: &Told, kind: &str, lang: Lang) -> String {
    let language = lang.pick(app::Lang::Zh, app::Lang::En);
    let reasons: Vec<&str> = told.reasons.iter().map(|reason| reason.get(language)).collect();
    let (line, reasons) = (told.line, reasons.join(" "));
    let user = told.user_id.map_or_else(|| "–".to_owned(), |user| user.to_string());
    lang.pick(format!("第 {line} 行，用户 {user}，{kind}：{reasons}"), format!("line {line}, customer {user}, {kind}: {reasons}"))
}

fn file(path: &Path) -> Result<Vec<u8>, CommandError> {
    let shown = path.display();
    let unreadable = |error: &io::Error| wrong(format!("无法读取 {shown}：{error}"), format!("{shown} cannot be read: {error}"));
    let length = std::fs::metadata(path).map_err(|error| unreadable(&error))?.len();
    if usize::try_from(length).map_or(true, |length| length > MOST_FILE_BYTES) {
        let reason = Reason::of_file(&FileFault::TooLarge);
        return Err(wrong(reason.sentence_zh, reason.sentence));
    }
    std::fs::read(path).map_err(|error| unreadable(&error))
}

fn failed(error: ImportError, lang: Lang) -> CommandError {
    match error {
        ImportError::File(fault) => {
            let reason = Reason::of_file(&fault);
            wrong(reason.sentence_zh, reason.sentence)
        }
        ImportError::Contract(ContractError::Access(error)) => error.into(),
        other => {
            let _ = lang;
            wrong(format!("导入失败：{other}"), format!("the import failed: {other}"))
        }
    }
}

async fn give(args: ContractExport, config: &Config, lang: Lang) -> Result<(), CommandError> {
    let desk = Desk::open(config, &Why::default(), lang).await?;
    let connection = desk.pool.pool().acquire().await.map_err(warehouse::access::AccessError::from)?.detach();
    let mut pages = contracts::stream(connection);
    let is_json = args.file.as_ref().is_some_and(|file| Format::of(&file.to_string_lossy(), b"") == Format::Json);
    let mut out: Box<dyn Write + Send> = match &args.file {
        Some(path) => Box::new(io::BufWriter::new(std::fs::File::create(path).map_err(|error| unwritable(path, &error))?)),
        None => Box::new(io::stdout()),
    };
    let shown = args.file.clone().unwrap_or_default();
    let unwritten = |error: io::Error| unwritable(&shown, &error);
    let mut count = 0;
    let mut piece = Vec::new();
    if is_json {
        piece.extend_from_slice(b"{\"contracts\":[");
    } else {
        write_head(&mut piece);
    }
    while let Some(page) = pages.try_next().await.map_err(warehouse::access::AccessError::from)? {
        for contract in &page {
            add(&mut piece, contract, is_json, count);
            count += 1;
        }
        out.write_all(&piece).map_err(unwritten)?;
        piece.clear();
    }
    if is_json {
        piece.extend_from_slice(b"\n]}\n");
    }
    out.write_all(&piece).and_then(|()| out.flush()).map_err(unwritten)?;
    warn(lang.pick(format!("已导出 {count} 份合同。"), format!("{count} contracts are exported.")));
    Ok(())
}

fn add(piece: &mut Vec<u8>, contract: &Contract, is_json: bool, count: usize) {
    if !is_json {
        return write_rows(piece, contract);
    }
    piece.extend_from_slice(if count == 0 { b"\n" } else { b",\n" });
    piece.extend_from_slice(json(contract).to_string().as_bytes());
}

fn unwritable(path: &Path, error: &io::Error) -> CommandError {
    let path = path.display();
    wrong(format!("无法写入 {path}：{error}"), format!("{path} cannot be written: {error}"))
}
