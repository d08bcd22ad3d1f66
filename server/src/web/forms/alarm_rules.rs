//! Forms of alarm rules: making, changing, enabling, the check while typing, trials, the calendar of holidays.

use app::AppContext;
use app::pages::alarms::rules::{ACTION_FORM, HOLIDAY_FORM, RULE_FORM, facts_of, fields, said};
use app::pages::alarms::trial::TRIAL_FORM;
use app::submitted::{Problem, Submitted};
use app::text::alarms::rules::RuleProblem;
use axum::Json;
use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use chrono::NaiveDate;
use domain::alarms::check::Facts;
use domain::alarms::{RuleDefinition, RuleId};
use serde_json::{Value, json};
use warehouse::access::{AccessError, Author, Granter};
use warehouse::alarms::holidays;
use warehouse::alarms::rules::{self, Maker, RuleError, RuleRow};
use warehouse::alarms::trials::{self, NewTrial, TrialFault};

use super::writer::{Trouble, Writer, redirect};
use crate::web::error::Refusal;

const RULES: &str = "/alarms/rules";
const NEW: &str = "/alarms/rules/new";

/// Who changes a rule, and what it is checked by.
struct Own {
    ctx: AppContext,
    author: Author,
    granter: Granter,
    facts: Facts,
}

impl Own {
    async fn of(writer: &Writer) -> Result<Self, Trouble> {
        let ctx = writer.context();
        let facts = facts_of(&ctx).await.map_err(|error| Trouble::Refusal(Refusal::from_page(&error)))?;
        Ok(Self { author: writer.author(), granter: writer.granter(), facts, ctx })
    }

    fn maker(&self) -> Maker<'_> {
        Maker { author: &self.author, granter: &self.granter, facts: &self.facts }
    }

    async fn rule(&self, rule_id: RuleId) -> Result<RuleRow, Trouble> {
        let found = rules::one(&self.ctx.pool, self.ctx.viewer.tenant_id, rule_id).await.map_err(RuleError::from)?;
        found.ok_or(Trouble::Refusal(Refusal::NotFound))
    }
}

impl From<RuleError> for Trouble {
    fn from(error: RuleError) -> Self {
        let problem = match error {
            RuleError::Access(AccessError::BeyondOwnRights) => RuleProblem::OverWholeRule,
            RuleError::Access(error) => return error.into(),
            RuleError::Changed { .. } => return Self::Problem(Problem::Conflict),
            RuleError::Faults(_) => RuleProblem::Faults,
            RuleError::TooMany => RuleProblem::TooMany,
            RuleError::Busy => RuleProblem::Busy,
            RuleError::Trial(TrialFault::NotStored) => RuleProblem::NotStored,
            RuleError::Trial(TrialFault::Period) => RuleProblem::Period,
        };
        Self::Problem(Problem::Rule(problem))
    }
}

/// The rule that was entered; a field that cannot be read is a fault as any other.
fn entered(writer: &Writer, standing: Option<&RuleDefinition>) -> Result<RuleDefinition, Trouble> {
    let entered = fields::read(&writer.values(), standing);
    if entered.misread.is_empty() { Ok(entered.definition) } else { Err(Trouble::Problem(Problem::Rule(RuleProblem::Faults))) }
}

/// Another row was asked for: the form comes back as it was entered.
async fn with_another_row(writer: &Writer, page: &str) -> Response {
    writer.page(page, Submitted { form: RULE_FORM, values: writer.values(), ..Submitted::default() }).await
}

pub async fn add(writer: Writer) -> Response {
    if !writer.field("more").is_empty() {
        return with_another_row(&writer, NEW).await;
    }
    let is_enabled = writer.field("enable") == "1";
    let added = async {
        let own = Own::of(&writer).await?;
        let definition = entered(&writer, None)?;
        Ok(rules::add(writer.access()?, own.maker(), &definition, is_enabled).await?)
    };
    match added.await {
        Ok(id) => writer.done(&page_of(id), if is_enabled { "rule-added-enabled" } else { "rule-added" }),
        Err(trouble) => writer.again(NEW, RULE_FORM, trouble).await,
    }
}

/// A new version: of what was entered, or of an older one.
pub async fn change(Path(id): Path<i64>, writer: Writer) -> Response {
    let page = page_of(id);
    if !writer.field("more").is_empty() {
        return with_another_row(&writer, &page).await;
    }
    let is_restored = !writer.field("restore").is_empty();
    let changed = async {
        let own = Own::of(&writer).await?;
        let version = writer.number("version")?;
        if is_restored {
            let older = writer.number("restore")?;
            return Ok(rules::restore(writer.access()?, own.maker(), id, version, older).await?);
        }
        let standing = own.rule(id).await?;
        let definition = entered(&writer, Some(&standing.definition))?;
        Ok(rules::change(writer.access()?, own.maker(), id, version, &definition).await?)
    };
    match changed.await {
        Ok(_) => writer.done(&page, "rule-saved"),
        Err(trouble) => writer.again(&page, if is_restored { ACTION_FORM } else { RULE_FORM }, trouble).await,
    }
}

pub async fn enable(Path(id): Path<i64>, writer: Writer) -> Response {
    let enabled = async {
        let own = Own::of(&writer).await?;
        Ok(rules::enable(writer.access()?, own.maker(), id, writer.number("version")?).await?)
    };
    match enabled.await {
        Ok(()) => writer.done(&page_of(id), "rule-enabled"),
        Err(Trouble::Problem(Problem::Rule(RuleProblem::Faults))) => incomplete(&writer, id).await,
        Err(trouble) => writer.again(&page_of(id), ACTION_FORM, trouble).await,
    }
}

/// The form of the rule shows what has to be completed before it can be enabled.
async fn incomplete(writer: &Writer, id: RuleId) -> Response {
    let rule = async { Own::of(writer).await?.rule(id).await };
    match rule.await {
        Ok(rule) => {
            let mut values = fields::write(&rule.definition);
            values.push(("enable".to_owned(), "1".to_owned()));
            let problem = Some(Problem::Rule(RuleProblem::Faults));
            writer.page(&page_of(id), Submitted { form: RULE_FORM, values, problem, ..Submitted::default() }).await
        }
        Err(trouble) => writer.again(&page_of(id), ACTION_FORM, trouble).await,
    }
}

pub async fn disable(Path(id): Path<i64>, writer: Writer) -> Response {
    let disabled = async {
        let own = Own::of(&writer).await?;
        Ok(rules::disable(writer.access()?, own.maker(), id, writer.number("version")?).await?)
    };
    match disabled.await {
        Ok(()) => writer.done(&page_of(id), "rule-disabled"),
        Err(trouble) => writer.again(&page_of(id), ACTION_FORM, trouble).await,
    }
}

pub async fn remove(Path(id): Path<i64>, writer: Writer) -> Response {
    let removed = async {
        let own = Own::of(&writer).await?;
        Ok(rules::remove(writer.access()?, own.maker(), id, writer.number("version")?).await?)
    };
    match removed.await {
        Ok(()) => writer.done(RULES, "rule-removed"),
        Err(trouble) => writer.again(&page_of(id), ACTION_FORM, trouble).await,
    }
}

/// What is said while somebody types.
pub async fn check(writer: Writer) -> Response {
    let checked = async {
        let own = Own::of(&writer).await?;
        let standing = match writer.field("rule_id").parse::<RuleId>() {
            Ok(id) => Some(own.rule(id).await?),
            Err(_) => None,
        };
        let may_be_enabled = standing.as_ref().is_some_and(|rule| rule.is_enabled);
        let facts = Facts { may_be_enabled, ..own.facts };
        let entered = fields::read(&writer.values(), standing.as_ref().map(|rule| &rule.definition));
        Ok::<_, Trouble>(said::of(&entered, &facts, writer.asker.lang))
    };
    match checked.await {
        Ok(said) => ([(header::CACHE_CONTROL, "no-store")], Json(answer(&said))).into_response(),
        Err(Trouble::Refusal(refusal)) => refusal.answer(&writer.asker),
        Err(Trouble::Problem(_)) => Refusal::BadForm.answer(&writer.asker),
    }
}

fn answer(said: &said::Said) -> Value {
    let list =
        |all: &[said::Beside]| all.iter().map(|one| json!({ "field": one.field, "sentence": one.sentence })).collect::<Vec<_>>();
    json!({ "sentence": said.sentence, "problems": list(&said.problems), "notes": list(&said.notes) })
}

/// Of stored versions, or of what stands in the form of a rule.
pub async fn try_rule(writer: Writer) -> Response {
    let is_draft = writer.field("draft") == "1";
    let rule_id = writer.field("rule_id").parse::<RuleId>().ok();
    let page = rule_id.map_or_else(|| NEW.to_owned(), page_of);
    let asked = async {
        let own = Own::of(&writer).await?;
        let new = if is_draft { draft(&writer, &own, rule_id).await? } else { stored(&writer, &own, rule_id).await? };
        Ok(trials::add(writer.access()?, own.maker(), &new).await?)
    };
    match asked.await {
        Ok(id) => redirect(&format!("/alarms/trials/{id}")),
        Err(trouble) => writer.again(&page, if is_draft || rule_id.is_none() { RULE_FORM } else { TRIAL_FORM }, trouble).await,
    }
}

async fn draft(writer: &Writer, own: &Own, rule_id: Option<RuleId>) -> Result<NewTrial, Trouble> {
    let standing = match rule_id {
        Some(id) => Some(own.rule(id).await?),
        None => None,
    };
    let definition = entered(writer, standing.as_ref().map(|rule| &rule.definition))?;
    // against the rule as it stands, when there is one that differs
    let other = standing.filter(|rule| rule.definition != definition);
    let mut labels = vec!["draft".to_owned()];
    labels.extend(other.as_ref().map(|rule| rule.version.to_string()));
    new_trial(writer, rule_id, definition, other.map(|rule| rule.definition), labels)
}

async fn stored(writer: &Writer, own: &Own, rule_id: Option<RuleId>) -> Result<NewTrial, Trouble> {
    let rule_id = rule_id.ok_or(Trouble::Problem(Problem::BadField))?;
    own.rule(rule_id).await?;
    let mut made = rules::versions(&own.ctx.pool, rule_id).await.map_err(RuleError::from)?;
    let mut version = |number: i32| {
        let at = made.iter().position(|one| one.version == number);
        at.map(|at| made.swap_remove(at).definition).ok_or(Trouble::Problem(Problem::BadField))
    };
    let tried: i32 = writer.number("tried")?;
    let other: Option<i32> = if writer.field("other").is_empty() { None } else { Some(writer.number("other")?) };
    let other = other.filter(|other| *other != tried);
    let labels = std::iter::once(tried).chain(other).map(|number| number.to_string()).collect();
    let definition = version(tried)?;
    new_trial(writer, Some(rule_id), definition, other.map(version).transpose()?, labels)
}

fn new_trial(
    writer: &Writer,
    rule_id: Option<RuleId>,
    definition: RuleDefinition,
    other: Option<RuleDefinition>,
    labels: Vec<String>,
) -> Result<NewTrial, Trouble> {
    let day = |name: &str| {
        let day: Option<NaiveDate> = writer.day(name).ok();
        day.and_then(|day| day.and_hms_opt(0, 0, 0)).ok_or(Trouble::Problem(Problem::Rule(RuleProblem::Period)))
    };
    Ok(NewTrial { rule_id, definition, other, labels, from: day("try_from")?, to: day("try_to")? })
}

pub async fn add_holiday(writer: Writer) -> Response {
    let added = async {
        let name = writer.field("name");
        let wrong = || Trouble::Problem(Problem::Rule(RuleProblem::HolidayName));
        let day = writer.day("day").map_err(|_| wrong())?;
        if name.is_empty() || name.chars().count() > holidays::MOST_NAME_CHARS {
            return Err(wrong());
        }
        Ok(holidays::add(writer.access()?, &writer.author(), day, name).await?)
    };
    match added.await {
        Ok(()) => writer.done(RULES, "holiday-added"),
        Err(trouble) => writer.again(RULES, HOLIDAY_FORM, trouble).await,
    }
}

pub async fn remove_holiday(writer: Writer) -> Response {
    let removed = async {
        let day = writer.field("day").parse().map_err(|_| Trouble::Problem(Problem::BadField))?;
        Ok(holidays::remove(writer.access()?, &writer.author(), day).await?)
    };
    match removed.await {
        Ok(()) => writer.done(RULES, "holiday-removed"),
        Err(trouble) => writer.again(RULES, HOLIDAY_FORM, trouble).await,
    }
}

fn page_of(id: RuleId) -> String {
    format!("{RULES}/{id}")
}
