//! `/settlement/what-if`: what a contract would have cost otherwise; and the studies that were made.

mod study;

use domain::access::Permission;
use leptos::prelude::*;
use warehouse::settlement::studies;

use crate::components::Block;
use crate::components::form::Form;
use crate::context::{AppContext, PageRequest};
use crate::error::AppError;
use crate::pages::managed::{self, user_text};
use crate::pages::{PageContent, shared};
use crate::text::settlement::what_if as words;
use crate::text::{Text, common};

pub use study::content as one;

/// The form, and where the server says what is wrong with it.
pub const FORM: &str = "what-if";
pub const FAULT_FIELD: &str = "fault";
const MOST_ID: &str = "1–9223372036854775807";

/// Why a question was not taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// The contract is no number.
    Number,
    /// It is not there, or not in the sender's regions.
    NoContract(i64),
    NoDays(i64),
    Shift,
    Demand,
}

impl Fault {
    /// As it travels in the form that is shown again.
    pub fn code(self) -> String {
        match self {
            Self::Number => "number".to_owned(),
            Self::NoContract(id) => format!("contract {id}"),
            Self::NoDays(id) => format!("days {id}"),
            Self::Shift => "shift".to_owned(),
            Self::Demand => "demand".to_owned(),
        }
    }

    fn parse(code: &str) -> Option<Self> {
        let (kind, id) = code.split_once(' ').unwrap_or((code, ""));
        Some(match kind {
            "number" => Self::Number,
            "contract" => Self::NoContract(id.parse().ok()?),
            "days" => Self::NoDays(id.parse().ok()?),
            "shift" => Self::Shift,
            "demand" => Self::Demand,
            _ => return None,
        })
    }

    /// What is wrong, and the page that helps.
    fn view(self, lang: crate::text::Lang) -> AnyView {
        let link = |address: String, title: Text| view! { " " <a href=address>{title.get(lang)}</a> };
        let (sentence, link) = match self {
            Self::Number => {
                (words::NO_NUMBER.get(lang).to_owned(), Some(link("/settlement/contracts".to_owned(), words::TO_CONTRACTS)))
            }
            Self::NoContract(id) => {
                let link = link("/settlement/contracts".to_owned(), words::TO_CONTRACTS);
                (words::NO_CONTRACT.with(lang, &[&id.to_string()]), Some(link))
            }
            Self::NoDays(id) => {
                let link = link(format!("/settlement/contracts/{id}"), words::TO_CONTRACT);
                (words::NO_DAYS.with(lang, &[&id.to_string()]), Some(link))
            }
            Self::Shift => (words::BAD_SHIFT.get(lang).to_owned(), None),
            Self::Demand => (words::BAD_DEMAND.get(lang).to_owned(), None),
        };
        view! { <p class="problem" role="alert">"✕ " {sentence} {link}</p> }.into_any()
    }
}

fn contract(request: &PageRequest) -> Result<Option<i64>, AppError> {
    shared::int(request, "contract", MOST_ID)
}

pub fn check(request: &PageRequest) -> Result<(), AppError> {
    contract(request).map(drop)
}

pub async fn content(request: &PageRequest, ctx: &AppContext) -> Result<PageContent, AppError> {
    super::require(ctx, Permission::SeeBilling)?;
    let lang = request.view.lang;
    let contract = contract(request)?;
    let kept = studies::list(&ctx.pool, contract).await?;
    let mut blocks = Vec::new();
    if ctx.viewer.may(Permission::KeepBilling) {
        blocks.push(form(request, contract));
    }
    let row = |kept: &studies::Kept| {
        let customer = kept.user_name.clone().unwrap_or_else(|| kept.user_id.to_string());
        let title = words::TITLE_OF.with(lang, &[&kept.study_id.to_string()]);
        let of = words::OF.with(lang, &[&customer, &kept.contract_id.to_string()]);
        view! {
            <li>
                <a href=format!("/settlement/what-if/{}", kept.study_id)>{title}</a> " " {user_text(&of)} " "
                <span class="note">{words::MADE.with(lang, &[&managed::at(ctx, kept.made_at), &kept.made_by])}</span>
            </li>
        }
    };
    let list = match kept.is_empty() {
        true => shared::nothing(words::NO_STUDIES, lang),
        false => view! { <ul class="plain-list">{kept.iter().map(row).collect_view()}</ul> }.into_any(),
    };
    blocks.push(Block::new("studies", list).titled(words::STUDIES.get(lang)).class("wide"));
    Ok(super::page("what-if", words::TITLE.get(lang), &[FORM], request, ctx, blocks))
}

fn form(request: &PageRequest, contract: Option<i64>) -> Block {
    let lang = request.view.lang;
    let form = Form::of(FORM, request);
    let field = |name: &'static str, label: Text, standing: String, is_required: bool| {
        view! {
            <label class="plain-field">
                <span>{label.get(lang)}</span>
                <input type="text" inputmode="decimal" name=name required=is_required maxlength="20" value=form.value(name, &standing) />
            </label>
        }
    };
    let fault = form.sent().and_then(|sent| Fault::parse(sent.value(FAULT_FIELD)?));
    let problem = fault.map(|fault| fault.view(lang)).or_else(|| form.problem());
    let content = view! {
        <p class="note">{words::INTRO.get(lang)}</p>
        {problem}
        <form method="post" action="/settlement/what-if">
            {field("contract", words::CONTRACT, contract.map_or_else(String::new, |id| id.to_string()), true)}
            {field("shift", words::SHIFT, "10".to_owned(), true)}
            {field("demand", words::DEMAND, String::new(), false)}
            <p class="note">{words::DEMAND_HINT.get(lang)}</p>
            <p class="buttons"><button type="submit" class="main-button">{words::RUN.get(lang)}</button></p>
        </form>
    };
    Block::fixed("what-if-form", content).titled(words::TITLE.get(lang)).class("wide block-actions")
}

/// A value or the sign for none.
fn or_absent(value: Option<String>) -> String {
    value.unwrap_or_else(|| common::ABSENT.to_owned())
}
