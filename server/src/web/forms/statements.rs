//! Forms of statements: runs, and what is done to one statement or a selection.

use app::pages::settlement::{overview, statement, statements as list};
use app::submitted::{Problem, Submitted};
use app::text::settlement::acts::StatementProblem;
use axum::extract::Path;
use axum::response::Response;
use domain::access::Scope;
use domain::settlement::lifecycle::{Refusal as Refused, StatementAct};
use domain::settlement::{Month, StatementId, StatementState};
use warehouse::settlement::runs::{self, NewRun, RunError, RunMaker};
use warehouse::settlement::statements::{ActError, ActOutcome, Chosen, Maker, Selection, act as act_on};

use super::writer::{Trouble, Writer, redirect};
use crate::settlement::bulk::act_on_all;
use crate::web::error::Refusal;
use crate::web::exports::members;

const OVERVIEW: &str = "/settlement";
const LIST: &str = "/settlement/statements";
/// Where a selection stood: an address of ours, bounded.
const MOST_BACK_CHARS: usize = 500;

impl From<RunError> for Trouble {
    fn from(error: RunError) -> Self {
        let problem = match error {
            RunError::Access(error) => return error.into(),
            RunError::Busy => StatementProblem::RunsBusy,
            RunError::TooMany => StatementProblem::TooManyContracts,
            RunError::Over => StatementProblem::RunOver,
        };
        Self::Problem(Problem::Statement(problem))
    }
}

impl From<ActError> for Trouble {
    fn from(error: ActError) -> Self {
        match error {
            ActError::NothingChosen => Self::Problem(Problem::NothingChosen),
            ActError::TooMany => Self::Refusal(Refusal::TooLarge),
            ActError::ReasonTooLong => Self::Problem(Problem::TextTooLong),
            ActError::BeingRated => Self::Problem(Problem::Statement(StatementProblem::BeingRated)),
            ActError::Access(error) => error.into(),
            ActError::Warehouse(error) => Self::Refusal(error.into()),
        }
    }
}

/// Asks for the drafts of a month: of a region with all below it, or of everything that the sender sees.
pub async fn run(writer: Writer) -> Response {
    let asked = async {
        let month = Month::parse(writer.field("month")).ok_or(Trouble::Problem(Problem::BadField))?;
        let region = if writer.field("region").is_empty() { None } else { Some(writer.number("region")?) };
        let regions = members(&writer.context(), region).await.map_err(Trouble::Refusal)?;
        let author = writer.author();
        let maker = RunMaker { author: &author, scope: &writer.viewer.scope, tenant_id: writer.viewer.tenant_id };
        Ok::<_, Trouble>(runs::add(writer.access()?, maker, &NewRun { month, regions, contracts: None }).await?)
    };
    match asked.await {
        Ok(run_id) => writer.done(&run_page(run_id), "run-asked"),
        Err(trouble) => {
            let month = Month::parse(writer.field("month"));
            let page = month.map_or_else(|| OVERVIEW.to_owned(), |month| format!("{OVERVIEW}?month={month}"));
            writer.again(&page, overview::FORM, trouble).await
        }
    }
}

pub async fn cancel(Path(id): Path<i64>, writer: Writer) -> Response {
    let cancelled = async {
        let author = writer.author();
        let maker = RunMaker { author: &author, scope: &writer.viewer.scope, tenant_id: writer.viewer.tenant_id };
        Ok::<_, Trouble>(runs::cancel(writer.access()?, maker, id).await?)
    };
    match cancelled.await {
        Ok(()) => writer.done(&run_page(id), "run-cancelled"),
        Err(trouble) => writer.again(&run_page(id), overview::FORM, trouble).await,
    }
}

/// Checks or freezes a selection. What could not be done stays chosen.
pub async fn act_on_many(writer: Writer) -> Response {
    let back = back(writer.field("back"));
    if writer.field("scope") == "clean" {
        return act_on_clean(&writer, &back).await;
    }
    let acted = async {
        let act = act_of(&writer)?;
        let chosen: Option<Vec<Chosen>> = writer.all("statement").map(chosen).collect();
        act_by(&writer, &chosen.ok_or(Trouble::Problem(Problem::BadField))?, act).await
    };
    let outcome = match acted.await {
        Ok(outcome) if outcome.refused.is_empty() && outcome.missing.is_empty() => {
            return redirect(&done_at(&back, "statements-done"));
        }
        Ok(outcome) => outcome,
        Err(trouble) => return writer.again(&back, list::FORM, trouble).await,
    };
    let refused: Vec<StatementId> = outcome.refused.iter().map(|(id, _)| *id).collect();
    let is_left =
        |name: &str, value: &str| name != "statement" || chosen(value).is_some_and(|one| refused.contains(&one.statement_id));
    let values = writer.values().into_iter().filter(|(name, value)| is_left(name, value)).collect();
    let problem = Some(common(&outcome));
    writer.page(&back, Submitted { form: list::FORM, values, problem, ..Submitted::default() }).await
}

/// All without exceptions of a month, and of a region with all below it: `scope=clean`, `month`, `region`.
async fn act_on_clean(writer: &Writer, back: &str) -> Response {
    let acted = async {
        let act = act_of(writer)?;
        let month = Month::parse(writer.field("month")).ok_or(Trouble::Problem(Problem::BadField))?;
        let region = if writer.field("region").is_empty() { None } else { Some(writer.number("region")?) };
        let state = if act == StatementAct::Check { StatementState::Draft } else { StatementState::Checked };
        let scope = &writer.viewer.scope;
        let regions = match (members(&writer.context(), region).await.map_err(Trouble::Refusal)?, scope) {
            (Some(regions), scope) => Some(regions.into_iter().filter(|region| scope.sees(*region)).collect()),
            (None, Scope::Regions(own)) => Some(own.to_vec()),
            (None, Scope::Whole) => None,
        };
        let author = writer.author();
        let maker = Maker { author: &author, scope, demands: writer.shared.security.statements };
        let selection = Selection { month, state, regions, contracts: None, is_clean: true };
        Ok::<_, Trouble>(act_on_all(writer.access()?, maker, &selection, act).await?)
    };
    match acted.await {
        Ok(tally) if tally.refused.is_empty() => redirect(&done_at(back, "statements-done")),
        Ok(_) => writer.again(back, list::FORM, Trouble::Problem(Problem::Statement(StatementProblem::NotAll))).await,
        Err(trouble) => writer.again(back, list::FORM, trouble).await,
    }
}

fn act_of(writer: &Writer) -> Result<StatementAct, Trouble> {
    let act = StatementAct::from_code(writer.field("act"));
    let act = act.filter(|act| matches!(act, StatementAct::Check | StatementAct::Freeze));
    act.ok_or(Trouble::Problem(Problem::BadField))
}

fn done_at(page: &str, code: &str) -> String {
    let joint = if page.contains('?') { '&' } else { '?' };
    format!("{page}{joint}done={code}")
}

pub async fn check(path: Path<i64>, writer: Writer) -> Response {
    act_on_one(path, writer, StatementAct::Check).await
}

pub async fn reopen(path: Path<i64>, writer: Writer) -> Response {
    act_on_one(path, writer, StatementAct::Reopen).await
}

pub async fn freeze(path: Path<i64>, writer: Writer) -> Response {
    act_on_one(path, writer, StatementAct::Freeze).await
}

pub async fn void(path: Path<i64>, writer: Writer) -> Response {
    act_on_one(path, writer, StatementAct::Void).await
}

async fn act_on_one(Path(id): Path<i64>, writer: Writer, act: StatementAct) -> Response {
    let page = format!("{LIST}/{id}");
    let acted = async {
        let chosen = [Chosen { statement_id: id, edit_no: Some(writer.number("edit_no")?) }];
        let outcome = act_by(&writer, &chosen, act).await?;
        if !outcome.missing.is_empty() {
            return Err(Trouble::Refusal(Refusal::NotFound));
        }
        if outcome.refused.is_empty() { Ok(()) } else { Err(Trouble::Problem(common(&outcome))) }
    };
    match acted.await {
        Ok(()) => writer.done(&page, done(act)),
        Err(trouble) => writer.again(&page, statement::FORM, trouble).await,
    }
}

async fn act_by(writer: &Writer, chosen: &[Chosen], act: StatementAct) -> Result<ActOutcome, Trouble> {
    let author = writer.author();
    let maker = Maker { author: &author, scope: &writer.viewer.scope, demands: writer.shared.security.statements };
    Ok(act_on(writer.access()?, maker, chosen, act).await?)
}

/// The reason, if it is one for all.
fn common(outcome: &ActOutcome) -> Problem {
    let mut reasons = outcome.refused.iter().map(|(_, refused)| problem(refused));
    let first = reasons.next().unwrap_or(Problem::NotFound);
    let is_one = outcome.done.is_empty() && reasons.all(|reason| reason == first);
    if is_one { first } else { Problem::Statement(StatementProblem::NotAll) }
}

fn problem(refused: &Refused) -> Problem {
    StatementProblem::of(refused).map_or(Problem::Conflict, Problem::Statement)
}

/// `number:edit`, as the boxes of the list say it.
fn chosen(value: &str) -> Option<Chosen> {
    let (id, edit_no) = value.split_once(':')?;
    Some(Chosen { statement_id: id.parse().ok()?, edit_no: Some(edit_no.parse().ok()?) })
}

fn done(act: StatementAct) -> &'static str {
    match act {
        StatementAct::Check => "statement-checked",
        StatementAct::Reopen => "statement-reopened",
        StatementAct::Freeze => "statement-frozen",
        StatementAct::Void => "statement-voided",
    }
}

fn run_page(run_id: i64) -> String {
    format!("/settlement/runs/{run_id}")
}

/// The list as it was filtered; anything else leads to the list as it is.
fn back(address: &str) -> String {
    let is_ours = address == LIST || address.starts_with(&format!("{LIST}?"));
    let is_plain = address.len() <= MOST_BACK_CHARS && address.bytes().all(|byte| byte.is_ascii_graphic());
    if is_ours && is_plain { without_done(address) } else { LIST.to_owned() }
}

fn without_done(address: &str) -> String {
    let Some((page, query)) = address.split_once('?') else { return address.to_owned() };
    let kept: Vec<&str> = query.split('&').filter(|part| !part.is_empty() && !part.starts_with("done=")).collect();
    if kept.is_empty() { page.to_owned() } else { format!("{page}?{}", kept.join("&")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_selection_leads_back_to_its_own_list_and_nowhere_else() {
        assert_eq!(back("/settlement/statements?month=2026-01&done=statements-done"), "/settlement/statements?month=2026-01");
        for other in ["", "https://evil.example/", "//evil.example", "/settlement/statementsx", "/settlement/statements?a=\r\nb"]
        {
            assert_eq!(back(other), LIST, "{other:?}");
        }
        assert_eq!(chosen("12:3"), Some(Chosen { statement_id: 12, edit_no: Some(3) }));
        assert_eq!(chosen("12"), None);
    }
}
