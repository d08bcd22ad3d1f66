//! Runs and acts by programs.

use std::time::Duration;

use app::AppContext;
use app::submitted::Problem;
use app::text::settlement::acts::StatementProblem;
use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use domain::RegionId;
use domain::settlement::lifecycle::{Refusal as Refused, StatementAct};
use domain::settlement::{ContractId, Month};
use serde::Deserialize;
use serde_json::{Value, json};
use warehouse::access::Author;
use warehouse::read::settlement::statements as list;
use warehouse::settlement::runs::{self, NewRun, Run, RunError, RunMaker};
use warehouse::settlement::statements::{ActError, Chosen, Maker, act as act_on};

use super::{answer, demands, json as shown, number, stored};
use crate::web::alarms::body::Sent;
use crate::web::error::Refusal;
use crate::web::guard::MAX_BODY_BYTES;
use crate::web::params::Params;
use crate::web::state::Shared;

/// A few statements are made within a moment: whoever asks for few gets them in the answer.
const FEW_CONTRACTS: usize = 50;
const MOST_WAIT: Duration = Duration::from_secs(5);
const LOOK_EVERY: Duration = Duration::from_millis(100);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Generate {
    month: Month,
    #[serde(default)]
    contracts: Option<Vec<ContractId>>,
    #[serde(default)]
    regions: Option<Vec<RegionId>>,
    #[serde(default)]
    reason: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wish {
    /// As it was read; absent: as the statement is now.
    #[serde(default)]
    edit_no: Option<i32>,
    #[serde(default)]
    reason: Option<String>,
}

/// 202 with the run; with its statements, if there are few and they are made in time.
pub async fn generate(uri: Uri, sent: Sent) -> Response {
    let asked = async {
        Params::read(&uri, &[])?;
        let Generate { month, contracts, regions, reason } = sent.read_storable(MAX_BODY_BYTES)?;
        let author = with_reason(&sent.author, reason);
        let viewer = &sent.ctx.viewer;
        let maker = RunMaker { author: &author, scope: &viewer.scope, tenant_id: viewer.tenant_id };
        let few = contracts.as_ref().is_some_and(|contracts| contracts.len() <= FEW_CONTRACTS);
        let run_id = runs::add(sent.access()?, maker, &NewRun { month, regions, contracts: contracts.clone() }).await?;
        let run = if few { over(&sent.ctx, run_id).await? } else { run_of(&sent.ctx, run_id).await? };
        let mut body = json!({ "run": shown::run(&run) });
        if few && run.state.is_over() {
            body["statements"] = made(&sent.ctx, month, &contracts.unwrap_or_default()).await?;
        }
        Ok::<_, Refusal>(body)
    };
    answer(StatusCode::ACCEPTED, asked.await, &sent.asker)
}

/// The run when it is over, or as it stands after the longest wait.
async fn over(ctx: &AppContext, run_id: i64) -> Result<Run, Refusal> {
    let deadline = tokio::time::Instant::now() + MOST_WAIT;
    loop {
        let run = run_of(ctx, run_id).await?;
        if run.state.is_over() || tokio::time::Instant::now() >= deadline {
            return Ok(run);
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// A run that the viewer may see.
pub async fn run_of(ctx: &AppContext, run_id: i64) -> Result<Run, Refusal> {
    let mut connection = ctx.pool.acquire().await?;
    runs::one(&mut connection, run_id).await?.ok_or(Refusal::NotFound)
}

async fn made(ctx: &AppContext, month: Month, contracts: &[ContractId]) -> Result<Value, Refusal> {
    let mut lines = Vec::new();
    for contract in contracts {
        let filter = list::Filter { month: Some(month), contract_id: Some(*contract), ..list::Filter::default() };
        let page = list::list(&ctx.pool, &filter, 0, super::MOST_LISTED).await?;
        lines.extend(page.lines.into_iter().filter(|line| line.contract_id == *contract));
    }
    Ok(lines.iter().map(shown::line).collect())
}

pub async fn check(shared: State<Shared>, path: Path<String>, sent: Sent) -> Response {
    act(shared, path, sent, StatementAct::Check).await
}

pub async fn reopen(shared: State<Shared>, path: Path<String>, sent: Sent) -> Response {
    act(shared, path, sent, StatementAct::Reopen).await
}

pub async fn freeze(shared: State<Shared>, path: Path<String>, sent: Sent) -> Response {
    act(shared, path, sent, StatementAct::Freeze).await
}

pub async fn void(shared: State<Shared>, path: Path<String>, sent: Sent) -> Response {
    act(shared, path, sent, StatementAct::Void).await
}

async fn act(shared: State<Shared>, Path(id): Path<String>, sent: Sent, wanted: StatementAct) -> Response {
    let acted = async {
        let statement_id = number(&id)?;
        let Wish { edit_no, reason } = sent.read_storable(MAX_BODY_BYTES)?;
        let author = with_reason(&sent.author, reason);
        let maker = Maker { author: &author, scope: &sent.ctx.viewer.scope, demands: demands(&shared) };
        let outcome = act_on(sent.access()?, maker, &[Chosen { statement_id, edit_no }], wanted).await?;
        if !outcome.missing.is_empty() {
            return Err(Failed::Refusal(Refusal::NotFound));
        }
        match outcome.refused.into_iter().next() {
            Some((_, refused)) => Err(Failed::Refused(refused)),
            None => Ok(stored(&sent.ctx, statement_id).await?),
        }
    };
    match acted.await {
        Ok(body) => shown::answer(StatusCode::OK, body),
        Err(Failed::Refusal(refusal)) => refusal.answer(&sent.asker),
        Err(Failed::Refused(refused)) => shown::refused(&refused, &sent.asker),
    }
}

enum Failed {
    Refusal(Refusal),
    Refused(Refused),
}

impl<R: Into<Refusal>> From<R> for Failed {
    fn from(refusal: R) -> Self {
        Self::Refusal(refusal.into())
    }
}

fn with_reason(author: &Author, reason: Option<String>) -> Author {
    Author { reason: reason.map(|reason| reason.trim().to_owned()).filter(|reason| !reason.is_empty()), ..author.clone() }
}

impl From<RunError> for Refusal {
    fn from(error: RunError) -> Self {
        let problem = match error {
            RunError::Access(error) => return error.into(),
            RunError::Busy => StatementProblem::RunsBusy,
            RunError::TooMany => StatementProblem::TooManyContracts,
            RunError::Over => StatementProblem::RunOver,
        };
        Self::Unprocessed { reason: problem.code(), problem: Problem::Statement(problem) }
    }
}

impl From<ActError> for Refusal {
    fn from(error: ActError) -> Self {
        match error {
            ActError::NothingChosen => Self::Unprocessed { reason: "nothing_chosen", problem: Problem::NothingChosen },
            ActError::TooMany => Self::TooLarge,
            ActError::ReasonTooLong => Self::Unprocessed { reason: "text_too_long", problem: Problem::TextTooLong },
            ActError::BeingRated => {
                let problem = StatementProblem::BeingRated;
                Self::Unprocessed { reason: problem.code(), problem: Problem::Statement(problem) }
            }
            ActError::Access(error) => error.into(),
            ActError::Warehouse(error) => error.into(),
        }
    }
}
