//! Imports a file of contracts, or says what it would change: the one path of pages, programs and commands.

use std::collections::BTreeMap;

use app::pages::settlement::contracts::report::{Field, MOST_TOLD, Reason, Report, Told};
use domain::Day;
use domain::settlement::contract_file::FileFault;
use tokio::sync::{Semaphore, SemaphorePermit};
use warehouse::access::AccessPool;
use warehouse::settlement::contracts::{Comparison, ContractError, Maker, Planned, Refused, Wanted, save_many};

use super::contract_file::{BadLine, File, Format, read};

/// Files that are in work at the same time; each holds its contracts in memory.
static PLACES: Semaphore = Semaphore::const_new(2);

#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error("the file cannot be used: {0:?}")]
    File(FileFault),
    #[error(transparent)]
    Contract(#[from] ContractError),
    #[error("other files are being imported: try again when they are done")]
    Busy,
}

impl ImportError {
    pub fn kind(&self) -> domain::FailureKind {
        match self {
            Self::File(_) => domain::FailureKind::Operator,
            Self::Contract(error) => error.kind(),
            Self::Busy => domain::FailureKind::Retry,
        }
    }
}

/// To be taken before a file is read.
pub fn place() -> Result<SemaphorePermit<'static>, ImportError> {
    PLACES.try_acquire().map_err(|_| ImportError::Busy)
}

/// All of the file in one transaction, or nothing of it while a line is refused.
pub async fn import(
    pool: &AccessPool,
    maker: Maker<'_>,
    bytes: Vec<u8>,
    format: Format,
    is_dry: bool,
    _place: SemaphorePermit<'static>,
) -> Result<Report, ImportError> {
    let read = tokio::task::spawn_blocking(move || read(&bytes, format)).await;
    let File { wanted, lines, bad } = read.unwrap_or(Err(FileFault::Empty)).map_err(ImportError::File)?;
    let comparison = save_many(pool, maker, wanted, is_dry || !bad.is_empty()).await?;
    Ok(report(&comparison, &bad, &lines, is_dry))
}

/// What is wanted for many customers, without a file.
pub async fn save(pool: &AccessPool, maker: Maker<'_>, wanted: Vec<Wanted>, is_dry: bool) -> Result<Report, ContractError> {
    let comparison = save_many(pool, maker, wanted, is_dry).await?;
    Ok(report(&comparison, &[], &BTreeMap::new(), is_dry))
}

type Lines = BTreeMap<u64, Vec<(Day, u64)>>;

fn report(comparison: &Comparison, bad: &[BadLine], lines: &Lines, is_dry_run: bool) -> Report {
    let refused = comparison.refused.iter().flat_map(|one| by_line(one, lines));
    let unread = bad.iter().map(|bad| Told {
        line: bad.line,
        user_id: bad.user_id,
        reasons: vec![Reason::of_file(&bad.fault)],
        ..Told::default()
    });
    let mut refused_lines: Vec<Told> = unread.chain(refused).collect();
    refused_lines.sort_by_key(|told| told.line);
    let refused = refused_lines.len();
    refused_lines.truncate(MOST_TOLD);
    let warned = || comparison.added.iter().chain(&comparison.changed).filter(|one| !one.warnings.is_empty());
    Report {
        is_dry_run,
        is_written: comparison.is_written,
        added: comparison.added.len(),
        changed: comparison.changed.len(),
        same: comparison.same,
        refused,
        warned: warned().count(),
        added_lines: comparison.added.iter().take(MOST_TOLD).map(told).collect(),
        changed_lines: comparison.changed.iter().take(MOST_TOLD).map(|one| Told { fields: fields(one), ..told(one) }).collect(),
        refused_lines,
        warned_lines: warned()
            .take(MOST_TOLD)
            .map(|one| Told { reasons: one.warnings.iter().map(Reason::of).collect(), ..told(one) })
            .collect(),
    }
}

/// What is wrong with terms is told at their own line.
fn by_line(refused: &Refused, lines: &Lines) -> Vec<Told> {
    let mut found: BTreeMap<u64, Vec<Reason>> = BTreeMap::new();
    for fault in &refused.faults {
        let places = lines.get(&refused.line).map_or(&[][..], Vec::as_slice);
        // of two rows of one day the second one is too many
        let own = places.iter().rev().find(|(day, _)| Some(*day) == fault.day()).map(|(_, line)| *line);
        found.entry(own.unwrap_or(refused.line)).or_default().push(Reason::of(fault));
    }
    let user_id = Some(refused.user_id);
    found.into_iter().map(|(line, reasons)| Told { line, user_id, reasons, ..Told::default() }).collect()
}

fn told(one: &Planned) -> Told {
    let contract_id = Some(one.after.contract_id).filter(|id| *id != 0);
    Told { line: one.line, user_id: Some(one.after.user_id), contract_id, ..Told::default() }
}

fn fields(one: &Planned) -> Vec<Field> {
    let changes = one.changes().into_iter().map(|change| Field {
        field: change.field.to_owned(),
        day: change.day.map(|day| day.to_date().to_string()),
        before: change.before,
        after: change.after,
    });
    changes.collect()
}
