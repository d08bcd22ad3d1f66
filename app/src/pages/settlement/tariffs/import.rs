//! A file of tariffs: what it would change, before it is taken.

use domain::access::Permission;
use domain::settlement::PlanFault;
use domain::settlement::tariff_file::{FileFault, TariffFile};
use domain::settlement::tariff_import::{Difference, FieldChange, PlanDifference, PlanOutcome, RowOutcome};
use leptos::prelude::*;
use warehouse::access::Author;
use warehouse::settlement::tariffs::{ImportError, Keeper, import};

use crate::assets;
use crate::charts::canvas::escape;
use crate::components::Block;
use crate::components::form::{Form, submitted};
use crate::components::table::{Cell, Column, Row, table};
use crate::context::{AppContext, PageRequest};
use crate::error::AppError;
use crate::format::date;
use crate::pages::alarms::rules::granter;
use crate::pages::{PageContent, managed};
use crate::submitted::Problem;
use crate::text::settlement::tariffs::{TariffProblem, import as words};
use crate::text::settlement::{faults, tariffs as texts};
use crate::text::{Lang, Text, common};

pub const IMPORT_FORM: &str = "tariff-import";
/// The field that holds the text of the file.
pub const FILE_FIELD: &str = "file";
/// Changed fields of one document that are listed.
const MOST_SHOWN: usize = 12;

pub async fn content(request: &PageRequest, ctx: &AppContext) -> Result<PageContent, AppError> {
    super::super::require(ctx, Permission::KeepBilling)?;
    let lang = request.view.lang;
    let sent = submitted(request).filter(|sent| sent.form == IMPORT_FORM);
    let text = sent.and_then(|sent| sent.value(FILE_FIELD)).unwrap_or_default();
    let mut blocks = Vec::new();
    let is_shown = sent.is_some_and(|sent| {
        sent.problem.is_none_or(|problem| matches!(problem, Problem::Tariff(TariffProblem::NoFile | TariffProblem::FileFaults)))
    });
    if is_shown {
        match TariffFile::parse(text.as_bytes()) {
            Ok(file) => blocks.push(tried(&file, text, ctx, lang).await?),
            Err(fault) => {
                blocks.push(Block::fixed("tried", wrong(&fault, lang)).titled(texts::TRY_FIRST.get(lang)).class("wide"))
            }
        }
    }
    blocks.push(form(request, text));
    Ok(super::super::page("tariff", texts::IMPORT_TITLE.get(lang), &[IMPORT_FORM], request, ctx, blocks))
}

fn form(request: &PageRequest, text: &str) -> Block {
    let lang = request.view.lang;
    let form = Form::of(IMPORT_FORM, request);
    let content = view! {
        <p class="note">{texts::IMPORT_NOTE.get(lang)}</p>
        <form method="post" action="/settlement/tariffs/import">
            {form.problem()}
            <div class="field" data-file-for="tariff-file" hidden=true>
                <label for="tariff-chosen">{texts::FILE.get(lang)}</label>
                <input id="tariff-chosen" type="file" accept=".json,application/json" />
            </div>
            <div class="field wide-field">
                <label for="tariff-file">{texts::FILE_TEXT.get(lang)}</label>
                <textarea id="tariff-file" name=FILE_FIELD rows="12" required=true spellcheck="false">{escape(text)}</textarea>
            </div>
            {form.reason()}
            <p class="buttons"><button type="submit" name="try" value="1" class="main-button">{texts::TRY.get(lang)}</button></p>
        </form>
        <script src=assets::link("tariffs.js") defer=true></script>
    };
    Block::fixed("import", content).titled(texts::IMPORT_TITLE.get(lang)).class("wide")
}

fn wrong(fault: &FileFault, lang: Lang) -> AnyView {
    let said = match fault {
        FileFault::TooLarge => words::TOO_LARGE.get(lang).to_owned(),
        FileFault::Shape(why) => words::SHAPE.with(lang, &[why]),
        FileFault::Format(format) => words::FORMAT.with(lang, &[format, domain::settlement::tariff_file::FORMAT]),
        FileFault::TooMany => words::TOO_MANY.get(lang).to_owned(),
        FileFault::Twice(what) => words::TWICE.with(lang, &[what]),
        FileFault::BadText => words::BAD_TEXT.get(lang).to_owned(),
    };
    view! { <p class="problem user-text">"✕ " {said}</p> }.into_any()
}

/// Nothing is written, and nothing is recorded.
async fn tried(file: &TariffFile, text: &str, ctx: &AppContext, lang: Lang) -> Result<Block, AppError> {
    let keeper = Keeper { author: &Author::system(), granter: &granter(ctx) };
    let content = match import(managed::access(ctx)?, keeper, file, true).await {
        Ok(difference) => shown(&difference, text, lang),
        Err(error) => match refusal(&error) {
            Some(why) => view! { <p class="problem">"✕ " {why.get(lang)}</p> }.into_any(),
            None => {
                return Err(if error.kind() == domain::FailureKind::Retry { AppError::Unavailable } else { AppError::Internal });
            }
        },
    };
    Ok(Block::fixed("tried", content).titled(texts::TRY_FIRST.get(lang)).class("wide"))
}

/// What the sender can do something about.
fn refusal(error: &ImportError) -> Option<Text> {
    use warehouse::access::AccessError;
    use warehouse::settlement::calendar::CalendarError;
    use warehouse::settlement::rules::RulesError;
    use warehouse::settlement::tariffs::TariffError;
    match error {
        ImportError::Tariff(TariffError::Access(AccessError::BeyondOwnRights))
        | ImportError::Calendar(CalendarError::Access(AccessError::BeyondOwnRights))
        | ImportError::Rules(RulesError::Calendar(CalendarError::Access(AccessError::BeyondOwnRights))) => Some(words::BEYOND),
        ImportError::Calendar(CalendarError::Invalid(_))
        | ImportError::Rules(RulesError::Calendar(CalendarError::Invalid(_))) => Some(words::BAD_DAY),
        ImportError::Rules(RulesError::Faults(_)) => Some(words::BAD_RULES),
        _ => None,
    }
}

fn shown(difference: &Difference, text: &str, lang: Lang) -> AnyView {
    let state = match (difference.is_sound(), difference.is_empty()) {
        (false, _) => view! { <p class="problem">"✕ " {words::UNSOUND.get(lang)}</p> }.into_any(),
        (true, true) => view! { <p class="done">"✓ " {words::NOTHING_NEW.get(lang)}</p> }.into_any(),
        (true, false) => apply(text, lang),
    };
    let rows = difference.plans.iter().map(|plan| plan_row(plan, lang));
    let rows = rows.chain(difference.calendar.iter().filter(|(_, _, outcome)| *outcome != RowOutcome::Same).map(
        |(day, what, outcome)| other(format!("{} · {}", words::CALENDAR_DAY.get(lang), date(*day)), what.name(), outcome, lang),
    ));
    let rows = rows.chain(
        difference.rules.iter().map(|(from, outcome)| other(words::RULES.get(lang).to_owned(), &date(*from), outcome, lang)),
    );
    let rows = rows.chain(
        difference
            .carbon
            .iter()
            .map(|(year, outcome)| other(words::CARBON.get(lang).to_owned(), &year.to_string(), outcome, lang)),
    );
    let columns = vec![
        Column::text(texts::TARIFF.get(lang)),
        Column::text(texts::VALID.get(lang)),
        Column::text(texts::FATE.get(lang)),
        Column::text(texts::DIFFERENCES.get(lang)),
    ];
    let kept = (!difference.kept.is_empty()).then(|| {
        let names = texts::join(difference.kept.clone(), lang);
        view! { <p class="hint">{words::KEPT.with(lang, &[&names])}</p> }
    });
    view! { {state} {table(texts::TRY_FIRST.get(lang), columns, rows.collect())} {kept} }.into_any()
}

/// The same text once more: what is applied is what was shown.
fn apply(text: &str, lang: Lang) -> AnyView {
    view! {
        <form method="post" action="/settlement/tariffs/import">
            <textarea name=FILE_FIELD class="sr-only" aria-hidden="true" tabindex="-1">{escape(text)}</textarea>
            {crate::components::form::plain_reason(lang)}
            <p class="buttons"><button type="submit" name="apply" value="1" class="main-button">{texts::APPLY_IMPORT.get(lang)}</button></p>
        </form>
    }
    .into_any()
}

fn plan_row(plan: &PlanDifference, lang: Lang) -> Row {
    let name = view! { {managed::user_text(&plan.name)} <span class="hint tariff-code">{plan.code.clone()}</span> };
    let from = date(plan.valid_from);
    let validity = match plan.valid_until {
        Some(until) => texts::FROM_TO.with(lang, &[&from, &date(domain::Day(until.0 - 1))]),
        None => texts::FROM_ON.with(lang, &[&from]),
    };
    let (fate, is_off, changes) = match &plan.outcome {
        PlanOutcome::Added => (words::ADDED.get(lang).to_owned(), false, None),
        PlanOutcome::Changed { version, replaces, changes, .. } => {
            let replaced: Vec<_> = replaces.iter().map(ToString::to_string).collect();
            let said = match replaced.is_empty() {
                true => words::NEW_VERSION.with(lang, &[&version.to_string()]),
                false => words::NEW_VERSION_REPLACES.with(lang, &[&version.to_string(), &texts::join(replaced, lang)]),
            };
            (said, false, Some(changes))
        }
        PlanOutcome::Same { version } => (words::SAME.with(lang, &[&version.to_string()]), false, None),
        PlanOutcome::Covered => (words::COVERED.get(lang).to_owned(), false, None),
        PlanOutcome::Foreign => (words::FOREIGN.get(lang).to_owned(), true, None),
    };
    let is_written = matches!(plan.outcome, PlanOutcome::Added | PlanOutcome::Changed { .. });
    let faults = plan.faults.iter().filter(|_| is_written).map(|fault| fault_line(fault, lang)).collect_view();
    let class = if is_off { "badge badge-off" } else { "badge" };
    Row::from(vec![
        Cell::text(name),
        Cell::text(validity),
        Cell::text(view! { <span class=class>{fate}</span> }),
        Cell::text(view! { <ul class="changes">{faults} {changes.map(|changes| fields(changes, lang))}</ul> }),
    ])
}

fn fault_line(fault: &PlanFault, lang: Lang) -> AnyView {
    let class = if fault.is_hint() { "hint" } else { "field-problem" };
    view! { <li class=class>{faults::sentence(fault, lang)}</li> }.into_any()
}

fn fields(changes: &[FieldChange], lang: Lang) -> AnyView {
    let or_absent = |value: &Option<String>| value.clone().unwrap_or_else(|| common::ABSENT.to_owned());
    let lines = changes.iter().take(MOST_SHOWN).map(|change| {
        let said = texts::CHANGED_FROM_TO.with(lang, &[&change.path, &or_absent(&change.before), &or_absent(&change.after)]);
        view! { <li><bdi>{said}</bdi></li> }
    });
    let more = changes.len().checked_sub(MOST_SHOWN).filter(|more| *more > 0);
    let more = more.map(|more| view! { <li>{words::MORE.with(lang, &[&more.to_string()])}</li> });
    view! { {lines.collect_view()} {more} }.into_any()
}

fn other(what: String, name: &str, outcome: &RowOutcome, lang: Lang) -> Row {
    let (fate, changes) = match outcome {
        RowOutcome::Added => (words::ADDED, None),
        RowOutcome::Changed(changes) => (words::CHANGED, Some(changes)),
        RowOutcome::Same => (words::UNCHANGED, None),
    };
    Row::from(vec![
        Cell::text(what),
        Cell::text(managed::user_text(name)),
        Cell::text(view! { <span class="badge">{fate.get(lang)}</span> }),
        Cell::text(changes.map(|changes| view! { <ul class="changes">{fields(changes, lang)}</ul> })),
    ])
}
