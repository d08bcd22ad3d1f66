//! `loadline statement`: works on the warehouse directly, also while the server runs.

use std::io::{self, Write};
use std::path::Path;

use domain::settlement::bill::Line;
use domain::settlement::document::Document;
use domain::settlement::lifecycle::StatementAct;
use domain::settlement::{ContractId, Month, StatementState};
use serde_json::json;
use tokio_util::sync::CancellationToken;
use warehouse::Store;
use warehouse::read::exports::Cell;
use warehouse::settlement::runs::{self as run_rows, NewRun, RunError, RunMaker, RunState};
use warehouse::settlement::statements::{self, ActError, Exported, Maker, Selection};

use super::access::{Desk, wrong};
use super::failure::CommandError;
use super::terminal::{Lang, say, warn};
use crate::assembly;
use crate::cli::access::Why;
use crate::cli::statement::{Export, Format, Freeze, OfMonth, StatementCommand};
use crate::config::Config;
use crate::settlement::bulk::{Tally, act_on_all};
use crate::settlement::runs::{Runs, Step};
use crate::web::csv::{BYTE_ORDER_MARK, write_head, write_row};

const CONNECTIONS: u32 = 3;

pub async fn run(command: StatementCommand, config: &Config, lang: Lang) -> Result<(), CommandError> {
    match command {
        StatementCommand::Generate(of) => generate(of, config, lang).await,
        StatementCommand::Freeze(args) => freeze(args, config, lang).await,
        StatementCommand::Void(of) => void(of, config, lang).await,
        StatementCommand::Export(args) => export(args, config, lang).await,
    }
}

fn listed(contracts: &[ContractId]) -> Option<Vec<ContractId>> {
    (!contracts.is_empty()).then(|| contracts.to_vec())
}

/// The run is worked off here; a server that does the same at the same time helps and disturbs nothing.
async fn generate(of: OfMonth, config: &Config, lang: Lang) -> Result<(), CommandError> {
    let desk = Desk::open(config, &of.why, lang).await?;
    let store = Store::new(warehouse::connect(config.warehouse()?.expose(), CONNECTIONS).await?);
    let runs = Runs::new(store.clone(), assembly::settlement_settings(config));
    let maker = RunMaker { author: &desk.author, scope: &desk.granter.scope, tenant_id: None };
    let new = NewRun { month: of.month, regions: None, contracts: listed(&of.contracts) };
    let run_id = run_rows::add(&desk.pool, maker, &new).await.map_err(run_error)?;
    let mut rater = None;
    while runs.step(run_id, &mut rater).await? == Step::Moved {
        run_rows::announce(store.pool(), run_id).await?;
        if let Some(run) = run_rows::one(&mut *connection(&store).await?, run_id).await? {
            warn(lang.pick(
                format!("{} / {} 份", run.done_count, run.total_count),
                format!("{} of {} statements", run.done_count, run.total_count),
            ));
        }
    }
    runs.complete(run_id, &CancellationToken::new()).await?;
    let run = run_rows::one(&mut *connection(&store).await?, run_id).await?;
    let Some(run) = run.filter(|run| run.state == RunState::Done) else {
        return Err(wrong(
            format!("任务 {run_id} 未完成：已被取消或失败，见 /settlement/runs/{run_id}。"),
            format!("run {run_id} did not end: it was cancelled or failed, see /settlement/runs/{run_id}"),
        ));
    };
    let (done, faults, missing) = (run.done_count, run.fault_count, run.no_contract_count);
    say(lang.pick(
        format!("{}：处理合同 {done} 份，其中 {faults} 份须先排除异常；有读数而无合同的用户 {missing} 户。", of.month),
        format!("{}: {done} contracts, {faults} of them cannot be checked as they are; {missing} customers with readings have no contract.", of.month),
    ));
    Ok(())
}

async fn connection(store: &Store) -> Result<sqlx::pool::PoolConnection<sqlx::Postgres>, CommandError> {
    Ok(store.pool().acquire().await.map_err(warehouse::WarehouseError::from)?)
}

fn run_error(error: RunError) -> CommandError {
    match error {
        RunError::Access(error) => error.into(),
        RunError::Busy => wrong(
            "等待中的出账任务过多，请稍后再试。".to_owned(),
            "too many runs are waiting; try again when some are done".to_owned(),
        ),
        RunError::TooMany => {
            wrong("逐个列出的合同过多。".to_owned(), "too many contracts are named one by one; leave them out".to_owned())
        }
        RunError::Over => wrong("任务已结束。".to_owned(), "the run is over already".to_owned()),
    }
}

async fn freeze(args: Freeze, config: &Config, lang: Lang) -> Result<(), CommandError> {
    let desk = Desk::open(config, &args.of.why, lang).await?;
    if args.check {
        let is_clean = desk.author.reason.is_none();
        let checked = act(&desk, config, &args.of, StatementState::Draft, is_clean, StatementAct::Check).await?;
        tell(&checked, StatementAct::Check, lang);
    }
    let frozen = act(&desk, config, &args.of, StatementState::Checked, false, StatementAct::Freeze).await?;
    tell(&frozen, StatementAct::Freeze, lang);
    refused(&frozen)
}

async fn void(of: OfMonth, config: &Config, lang: Lang) -> Result<(), CommandError> {
    if of.contracts.is_empty() || of.why.reason.as_deref().is_none_or(|reason| reason.trim().is_empty()) {
        return Err(wrong(
            "作废须指定 --contract 和 --reason。".to_owned(),
            "to make statements void, give --contract and --reason".to_owned(),
        ));
    }
    let desk = Desk::open(config, &of.why, lang).await?;
    let mut all = Tally::default();
    for state in [StatementState::Frozen, StatementState::Checked, StatementState::Draft] {
        all.add(act(&desk, config, &of, state, false, StatementAct::Void).await?);
    }
    tell(&all, StatementAct::Void, lang);
    refused(&all)
}

async fn act(
    desk: &Desk,
    config: &Config,
    of: &OfMonth,
    state: StatementState,
    is_clean: bool,
    wanted: StatementAct,
) -> Result<Tally, CommandError> {
    let maker = Maker { author: &desk.author, scope: &desk.granter.scope, demands: assembly::demands(config) };
    let selection = Selection { month: of.month, state, regions: None, contracts: listed(&of.contracts), is_clean };
    act_on_all(&desk.pool, maker, &selection, wanted).await.map_err(|error| match error {
        ActError::Access(error) => error.into(),
        ActError::Warehouse(error) => error.into(),
        other => wrong(format!("未处理：{other}"), other.to_string()),
    })
}

fn tell(tally: &Tally, act: StatementAct, lang: Lang) {
    let Tally { done, refused } = tally;
    for (code, (count, first)) in refused {
        warn(lang.pick(
            format!("未处理 {count} 份（{code}），例如账单 {first}"),
            format!("{count} not done ({code}), for instance statement {first}"),
        ));
    }
    let code = act.code();
    say(lang.pick(format!("{code}：{done} 份"), format!("{code}: {done} statements")));
}

fn refused(tally: &Tally) -> Result<(), CommandError> {
    let count: usize = tally.refused.values().map(|(count, _)| count).sum();
    if count == 0 {
        return Ok(());
    }
    Err(wrong(format!("{count} 份账单未处理。"), format!("{count} statements were not done")))
}

async fn export(args: Export, config: &Config, lang: Lang) -> Result<(), CommandError> {
    let desk = Desk::open(config, &Why::default(), lang).await?;
    let mut conn = desk.pool.pool().acquire().await.map_err(warehouse::access::AccessError::from)?;
    let mut out: Box<dyn Write + Send> = match &args.file {
        Some(path) => Box::new(io::BufWriter::new(std::fs::File::create(path).map_err(|error| unwritable(path, &error))?)),
        None => Box::new(io::stdout()),
    };
    let shown = args.file.clone().unwrap_or_default();
    let unwritten = |error: io::Error| unwritable(&shown, &error);
    let contracts = listed(&args.contracts);
    let mut piece = Vec::new();
    head(&mut piece, args.format, args.month);
    let (mut after, mut count) = (0, 0usize);
    loop {
        let page = statements::export_page(&mut conn, args.month, contracts.as_deref(), after).await?;
        let Some(last) = page.last() else { break };
        after = last.statement_id;
        for one in &page {
            add(&mut piece, one, args.format, count);
            count += 1;
        }
        out.write_all(&piece).map_err(unwritten)?;
        piece.clear();
    }
    if args.format == Format::Json {
        piece.extend_from_slice(b"\n]}\n");
    }
    out.write_all(&piece).and_then(|()| out.flush()).map_err(unwritten)?;
    warn(lang.pick(format!("已导出 {count} 份账单。"), format!("{count} statements are exported.")));
    Ok(())
}

const COLUMNS: &[&str] = &[
    "statement_id",
    "contract_id",
    "user_id",
    "user_name",
    "usage_type",
    "region_id",
    "statement_month",
    "status",
    "version",
    "total_energy_kwh",
    "total_amount",
    "snapshot_hash",
    "line_no",
    "kind",
    "band",
    "tier",
    "from",
    "to",
    "quantity",
    "unit",
    "price",
    "amount",
];

fn head(out: &mut Vec<u8>, format: Format, month: Month) {
    match format {
        Format::Csv => {
            out.extend_from_slice(BYTE_ORDER_MARK.as_bytes());
            write_head(out, COLUMNS);
        }
        Format::Json => out.extend_from_slice(format!("{{\"month\":\"{month}\",\"statements\":[").as_bytes()),
    }
}

fn add(out: &mut Vec<u8>, one: &Exported, format: Format, place: usize) {
    match format {
        Format::Json => {
            let value = json!({
                "statement_id": one.statement_id, "contract_id": one.contract_id, "user_id": one.user_id,
                "user_name": one.user_name, "usage_type": one.usage_type, "region_id": one.region_id,
                "statement_month": one.month, "status": one.status, "version": one.version,
                "total_energy_kwh": one.energy_kwh, "total_amount": one.amount, "adjustment_amount": one.adjustment,
                "snapshot_hash": one.snapshot_hash, "document": one.document,
            });
            out.extend_from_slice(if place == 0 { b"\n" } else { b",\n" });
            out.extend_from_slice(value.to_string().as_bytes());
        }
        Format::Csv => {
            let document: Option<Document> = serde_json::from_value(one.document.clone()).ok();
            for line in document.iter().flat_map(|document| &document.bill.lines) {
                write_row(out, &cells(one, line));
            }
        }
    }
}

fn cells(one: &Exported, line: &Line) -> Vec<Cell> {
    let text = |text: &str| Cell::Text(text.to_owned());
    // digits and a sign alone: nothing that a spreadsheet would run
    let number = |text: String| text.parse().map_or(Cell::Empty, Cell::Number);
    vec![
        Cell::Int(one.statement_id),
        Cell::Int(one.contract_id),
        Cell::Int(one.user_id),
        text(&one.user_name),
        text(&one.usage_type),
        one.region_id.map_or(Cell::Empty, |id| Cell::Int(id.into())),
        text(&one.month.to_string()),
        text(&one.status),
        Cell::Int(one.version.into()),
        number(one.energy_kwh.to_string()),
        number(one.amount.to_string()),
        one.snapshot_hash.as_deref().map_or(Cell::Empty, text),
        Cell::Int(line.line_no.into()),
        text(line.kind.code()),
        line.band.map_or(Cell::Empty, |band| text(band.code())),
        line.tier.map_or(Cell::Empty, |tier| Cell::Int(tier.into())),
        Cell::Day(line.from.to_date()),
        Cell::Day(line.to.to_date()),
        number(line.quantity.value().to_string()),
        text(line.quantity.unit()),
        line.price.map_or(Cell::Empty, |price| number(price.to_string())),
        number(line.amount.to_string()),
    ]
}

fn unwritable(path: &Path, error: &io::Error) -> CommandError {
    let shown = path.display();
    wrong(format!("无法写入 {shown}：{error}"), format!("{shown} cannot be written: {error}"))
}
