//! The form that makes a tariff or a new version of one. It works without a script: rows are added, and bands are checked, by
//! sending it.

mod bands;
mod prices;
mod tiers;

use domain::settlement::check::{MOST_NAME_CHARS, PlanFault, check, is_sound};
use domain::settlement::tariff::{MOST_CODE_CHARS, MOST_TEXT_CHARS, Notice, Voltage};
use domain::settlement::validity::{Validity, replaced_by};
use domain::settlement::{Calendar, CalendarDays, TariffPlan};
use leptos::prelude::*;
use warehouse::settlement::tariffs::{PlanRow, VersionRow};

use super::fields::{self, Entered};
use super::{bands as drawn, versions};
use crate::components::Block;
use crate::components::form::{REASON_MOST_CHARS, submitted};
use crate::context::{AppContext, PageRequest};
use crate::pages::alarms::rules::fields::{Fields, get, has};
use crate::pages::alarms::rules::inputs::Shown;
use crate::pages::alarms::rules::said::{Beside, Said};
use crate::submitted::Problem;
use crate::text::Lang;
use crate::text::settlement::tariffs::TariffProblem;
use crate::text::settlement::{faults, tariffs as texts, words};

pub const TARIFF_FORM: &str = "tariff";
const NUMBER_CHARS: usize = 12;

/// What is being made or changed, and by whom.
pub struct Editing<'a> {
    pub request: &'a PageRequest,
    pub ctx: &'a AppContext,
    pub days: &'a CalendarDays,
    /// The plan that gets another version, with its versions; none for a new plan.
    pub standing: Option<(&'a PlanRow, &'a [VersionRow])>,
    /// What the form begins with.
    pub sample: Option<TariffPlan>,
}

/// What a new tariff begins with.
pub fn blank(today: domain::Day) -> TariffPlan {
    TariffPlan {
        code: String::new(),
        name: String::new(),
        name_en: None,
        province: String::new(),
        valid_from: today,
        valid_until: None,
        notice: Notice { number: String::new(), title: None, remark: None, is_checked: false },
        for_whom: domain::settlement::tariff::Filter::default(),
        calendar: Calendar { flat_fills: true, rules: Vec::new() },
        prices: None,
        tiers: None,
        basic: None,
        power_factor: false,
        whole_kwh: false,
    }
}

/// As it was entered, or what the form begins with.
fn shown_fields(editing: &Editing<'_>) -> (Fields, bool) {
    if let Some(sent) = submitted(editing.request).filter(|sent| sent.form == TARIFF_FORM) {
        return (sent.values.clone(), true);
    }
    let plan = editing.sample.clone().unwrap_or_else(|| blank(editing.ctx.local_now().day()));
    let mut fields = fields::write(&plan);
    if let Some((_, made)) = editing.standing {
        let new = Validity { version: i32::MAX, from: plan.valid_from, until: plan.valid_until };
        let replaced = replaced_by(&new, &live(made));
        fields.extend(replaced.into_iter().map(|version| ("replaces".to_owned(), version.to_string())));
    }
    (fields, false)
}

fn live(made: &[VersionRow]) -> Vec<Validity> {
    made.iter().filter(|version| version.withdrawn_at.is_none()).map(VersionRow::validity).collect()
}

/// What is wrong, beside its fields; hints apart.
pub fn said(entered: &Entered, days: &CalendarDays, lang: Lang) -> Said {
    let misread =
        entered.misread.iter().map(|(field, why)| Beside { field: field.clone(), sentence: why.text().get(lang).to_owned() });
    let found: Vec<Beside> = check(&entered.plan, days)
        .into_iter()
        .filter(|fault| !fault.is_hint())
        .map(|fault| Beside { field: entered.place(&faults::field(&fault)), sentence: faults::sentence(&fault, lang) })
        .collect();
    // a field that could not be read has a value of ours, which nobody should be told about
    let is_read = |beside: &Beside| !entered.misread.iter().any(|(field, _)| *field == beside.field);
    let problems = misread.chain(found.into_iter().filter(is_read)).collect();
    Said { problems, ..Said::default() }
}

/// Versions that the entered one would have to replace and does not name.
fn unnamed(editing: &Editing<'_>, entered: &Entered, fields: &Fields, lang: Lang) -> Option<Beside> {
    let (_, made) = editing.standing?;
    let new = Validity { version: i32::MAX, from: entered.plan.valid_from, until: entered.plan.valid_until };
    let missing = replaced_by(&new, &live(made)).into_iter().filter(|version| !has(fields, "replaces", &version.to_string()));
    let missing: Vec<String> = missing.map(|version| version.to_string()).collect();
    let sentence = texts::OVERLAPS_WITH.with(lang, &[&texts::join(missing.clone(), lang)]);
    (!missing.is_empty()).then(|| Beside { field: "replaces".to_owned(), sentence })
}

pub fn block(editing: &Editing<'_>) -> Block {
    let lang = editing.request.view.lang;
    let (fields, is_sent) = shown_fields(editing);
    let problem = submitted(editing.request).filter(|sent| sent.form == TARIFF_FORM).and_then(|sent| sent.problem);
    let entered = fields::read(&fields);
    let is_checked = is_sent && (problem.is_some() || has(&fields, "check", "1"));
    let mut all = if is_checked { said(&entered, editing.days, lang) } else { Said::default() };
    if is_checked {
        all.problems.extend(unnamed(editing, &entered, &fields, lang));
    }
    let shown = Shown { fields: &fields, said: &all };
    let address = editing
        .standing
        .map_or_else(|| "/settlement/tariffs".to_owned(), |(plan, _)| format!("/settlement/tariffs/{}", plan.code));
    let content = view! {
        <form class="rule-form tariff-form" method="post" action=address>
            {problem.map(|problem| above(problem, &all, lang))}
            {(is_checked && problem.is_none()).then(|| checked(&entered, &all, editing, lang))}
            {save_first(editing, lang)}
            {standing(editing, &fields)}
            {names(&shown, editing, lang)}
            {whom(&shown, lang)}
            {bands::part(&shown, lang)}
            {is_sent.then(|| preview(&entered, editing.days, lang))}
            {prices::part(&shown, lang)}
            {tiers::part(&shown, lang)}
            {others(&shown, lang)}
            {replaces(&shown, editing, lang)}
            {shown.input("reason", texts::WHY.get(lang), "text", REASON_MOST_CHARS)}
            {buttons(editing, lang)}
        </form>
    };
    Block::fixed("tariff-form", content).class("wide")
}

/// What is wrong, with everything that stands beside fields further down.
fn above(problem: Problem, said: &Said, lang: Lang) -> AnyView {
    let is_of_fields =
        matches!(problem, Problem::Tariff(TariffProblem::Faults | TariffProblem::Overlap | TariffProblem::UnknownVersion));
    let list = (is_of_fields && !said.problems.is_empty()).then(|| list(said));
    view! {
        <div class="problem" role="alert" id="tariff-problem" tabindex="-1" autofocus=true>
            <p>"✕ " {problem.sentence(lang)}</p>
            {list}
        </div>
    }
    .into_any()
}

fn list(said: &Said) -> AnyView {
    let each = said.problems.iter().map(|beside| {
        view! { <li><a href=format!("#rule-{}", beside.field)>{beside.sentence.clone()}</a></li> }
    });
    view! { <ul class="changes">{each.collect_view()}</ul> }.into_any()
}

/// The answer of the check: faults, else what somebody should know.
fn checked(entered: &Entered, said: &Said, editing: &Editing<'_>, lang: Lang) -> AnyView {
    if !said.problems.is_empty() {
        return view! {
            <div class="problem" role="alert" id="tariff-problem" tabindex="-1" autofocus=true>
                <p>"✕ " {texts::CHECK_FOUND.get(lang)}</p>
                {list(said)}
            </div>
        }
        .into_any();
    }
    let hints: Vec<_> = check(&entered.plan, editing.days)
        .iter()
        .filter(|fault| fault.is_hint())
        .map(|fault| faults::sentence(fault, lang))
        .collect();
    let hints = (!hints.is_empty()).then(|| {
        view! {
            <p>{texts::HINTS.get(lang)} ":"</p>
            <ul class="changes">{hints.into_iter().map(|hint| view! { <li>{hint}</li> }).collect_view()}</ul>
        }
    });
    view! { <div class="done" role="status"><p>"✓ " {texts::SOUND.get(lang)}</p> {hints}</div> }.into_any()
}

/// The key Enter saves: the first button of a form is the one that it presses.
fn save_first(editing: &Editing<'_>, lang: Lang) -> AnyView {
    let title = if editing.standing.is_some() { texts::SAVE } else { texts::SAVE_NEW };
    view! { <button type="submit" class="sr-only" tabindex="-1" aria-hidden="true">{title.get(lang)}</button> }.into_any()
}

/// The version that the author saw, also while somebody else makes another one.
fn standing(editing: &Editing<'_>, fields: &Fields) -> Option<AnyView> {
    let (plan, _) = editing.standing?;
    let is_conflict = submitted(editing.request).is_some_and(|sent| sent.problem == Some(Problem::Conflict));
    let seen = get(fields, "version").to_owned();
    let seen = if seen.is_empty() || is_conflict { plan.version.to_string() } else { seen };
    let fields = view! {
        <input type="hidden" name="version" value=seen />
        <input type="hidden" name="of" value=plan.code.clone() />
        <input type="hidden" name="code" value=plan.code.clone() />
    };
    Some(fields.into_any())
}

fn names(shown: &Shown<'_>, editing: &Editing<'_>, lang: Lang) -> AnyView {
    let code = editing.standing.is_none().then(|| {
        let label = format!("{} · {}", texts::CODE.get(lang), texts::CODE_HINT.get(lang));
        shown.input("code", &label, "text", MOST_CODE_CHARS)
    });
    view! {
        <fieldset class="rule-part">
            <legend>{texts::PART_NAMES.get(lang)}</legend>
            <div class="rule-row">
                {code}
                {shown.input("name", texts::NAME.get(lang), "text", MOST_NAME_CHARS)}
                {shown.input("name_en", texts::NAME_EN.get(lang), "text", MOST_NAME_CHARS)}
                {shown.input("province", texts::PROVINCE.get(lang), "text", MOST_NAME_CHARS)}
                {shown.input("valid_from", texts::VALID_FROM.get(lang), "date", NUMBER_CHARS)}
                {shown.input("valid_until", texts::VALID_UNTIL.get(lang), "date", NUMBER_CHARS)}
            </div>
            {notice(shown, "notice", lang)}
        </fieldset>
    }
    .into_any()
}

/// Where something comes from, and whether it was compared.
fn notice(shown: &Shown<'_>, prefix: &str, lang: Lang) -> AnyView {
    let name = |part: &str| format!("{prefix}_{part}");
    view! {
        <div class="rule-row">
            {shown.input(&name("number"), texts::NOTICE_NUMBER.get(lang), "text", MOST_TEXT_CHARS)}
            {shown.input(&name("title"), texts::NOTICE_TITLE.get(lang), "text", MOST_TEXT_CHARS)}
            {shown.input(&name("remark"), texts::REMARK.get(lang), "text", MOST_TEXT_CHARS)}
            {shown.checkbox(&name("checked"), "1", texts::CHECKED_BOX.get(lang))}
        </div>
    }
    .into_any()
}

fn whom(shown: &Shown<'_>, lang: Lang) -> AnyView {
    let voltages =
        Voltage::ALL.into_iter().map(|voltage| shown.checkbox("voltage", voltage.code(), words::voltage(voltage).get(lang)));
    view! {
        <fieldset class="rule-part">
            <legend>{texts::PART_WHOM.get(lang)}</legend>
            <div class="rule-row">
                {shown.input("categories", texts::CATEGORIES_HINT.get(lang), "text", MOST_TEXT_CHARS)}
                {shown.input("capacity_from", texts::CAPACITY_FROM_LABEL.get(lang), "number", NUMBER_CHARS)}
                {shown.input("capacity_below", texts::CAPACITY_BELOW_LABEL.get(lang), "number", NUMBER_CHARS)}
                {shown.checkbox("elected", "1", texts::ELECTED_BOX.get(lang))}
            </div>
            <div class="choices-line" role="group" aria-label=texts::VOLTAGES.get(lang)>{voltages.collect_view()}</div>
        </fieldset>
    }
    .into_any()
}

/// The bands of the days as they stand in the form.
fn preview(entered: &Entered, days: &CalendarDays, lang: Lang) -> AnyView {
    let is_unread = entered.misread.iter().any(|(field, _)| field.starts_with('b'));
    let is_odd = |fault: &PlanFault| {
        matches!(
            fault,
            PlanFault::NoSpans { .. }
                | PlanFault::Months { .. }
                | PlanFault::TooManyRules
                | PlanFault::TooManySpans { .. }
                | PlanFault::TooManySpansInAll
                | PlanFault::TooManyTriggers
                | PlanFault::TooManyHolidayNames
        )
    };
    let found = check(&entered.plan, days);
    let content = if is_unread || found.iter().any(is_odd) {
        view! { <p class="note">{texts::PREVIEW_BLOCKED.get(lang)}</p> }.into_any()
    } else {
        drawn::strips(&entered.plan.calendar, lang)
    };
    view! { <section class="tariff-preview" id="preview"><h3 class="part-title">{texts::PREVIEW.get(lang)}</h3>{content}</section> }.into_any()
}

fn others(shown: &Shown<'_>, lang: Lang) -> AnyView {
    view! {
        <fieldset class="rule-part">
            <legend>{texts::PART_BASIC.get(lang)}</legend>
            <div class="rule-row">
                {shown.input("capacity_price", texts::CAPACITY_PRICE.get(lang), "number", NUMBER_CHARS)}
                {shown.input("demand_price", texts::DEMAND_PRICE.get(lang), "number", NUMBER_CHARS)}
                {shown.checkbox("power_factor", "1", texts::POWER_FACTOR.get(lang))}
                {shown.checkbox("whole_kwh", "1", texts::WHOLE_KWH.get(lang))}
            </div>
        </fieldset>
    }
    .into_any()
}

fn replaces(shown: &Shown<'_>, editing: &Editing<'_>, lang: Lang) -> Option<AnyView> {
    let (_, made) = editing.standing?;
    let choices = made.iter().filter(|version| version.withdrawn_at.is_none()).map(|version| {
        let number = version.version.to_string();
        let label = texts::REPLACES_ONE.with(lang, &[&number, &versions::validity(version, lang)]);
        shown.checkbox("replaces", &number, &label)
    });
    let part = view! {
        <fieldset class="rule-part" id="rule-replaces">
            <legend>{texts::REPLACES_LABEL.get(lang)}</legend>
            {shown.problem("replaces")}
            <div class="choices-line">{choices.collect_view()}</div>
        </fieldset>
    };
    Some(part.into_any())
}

fn buttons(editing: &Editing<'_>, lang: Lang) -> AnyView {
    let save = if editing.standing.is_some() { texts::SAVE } else { texts::SAVE_NEW };
    view! {
        <p class="buttons">
            <button type="submit" class="main-button">{save.get(lang)}</button>
            <button type="submit" name="check" value="1" formaction="/settlement/tariffs/check" formnovalidate=true>
                {texts::CHECK.get(lang)}
            </button>
        </p>
    }
    .into_any()
}

/// Whether what was entered may be stored.
pub fn is_complete(entered: &Entered, days: &CalendarDays) -> bool {
    entered.misread.is_empty() && is_sound(&check(&entered.plan, days))
}
