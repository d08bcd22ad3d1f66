//! `/settlement/statements/{id}/reconcile`: the grid company's bill is pasted and compared with ours, line by line.

mod result;

use domain::access::Permission;
use leptos::prelude::*;
use warehouse::read::settlement::statement as read;
use warehouse::settlement::reconciliations;

use crate::assets;
use crate::charts::canvas::escape;
use crate::components::Block;
use crate::components::form::{Form, submitted};
use crate::context::{AppContext, PageRequest};
use crate::error::AppError;
use crate::pages::{PageContent, managed, shared};
use crate::text::settlement::reconcile as words;
use crate::text::{Lang, Text};

/// The form, its fields, and where the server says what is wrong with a line.
pub const FORM: &str = "reconcile";
pub const LINES_FIELD: &str = "bill";
pub const SOURCE_FIELD: &str = "source";
pub const KWH_FIELD: &str = "tolerance_kwh";
pub const YUAN_FIELD: &str = "tolerance_yuan";
pub const FAULT_FIELD: &str = "fault";
pub const MOST_SOURCE_CHARS: usize = 200;

/// What is wrong with a pasted bill; the line is from 1.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    Nothing,
    TooLong,
    NoAmount(usize),
    TooManyNumbers(usize),
    Tolerance,
}

impl Fault {
    /// As it travels in the form that is shown again.
    pub fn code(self) -> String {
        match self {
            Self::Nothing => "nothing".to_owned(),
            Self::TooLong => "long".to_owned(),
            Self::NoAmount(line) => format!("amount {line}"),
            Self::TooManyNumbers(line) => format!("numbers {line}"),
            Self::Tolerance => "tolerance".to_owned(),
        }
    }

    fn sentence(code: &str, lang: Lang) -> Option<String> {
        let (kind, line) = code.split_once(' ').unwrap_or((code, ""));
        Some(match kind {
            "nothing" => words::FAULT_NOTHING.get(lang).to_owned(),
            "long" => words::FAULT_LONG.get(lang).to_owned(),
            "amount" => words::FAULT_AMOUNT.with(lang, &[line]),
            "numbers" => words::FAULT_NUMBERS.with(lang, &[line]),
            "tolerance" => words::FAULT_TOLERANCE.get(lang).to_owned(),
            _ => return None,
        })
    }
}

pub async fn content(request: &PageRequest, ctx: &AppContext, id: &str) -> Result<PageContent, AppError> {
    super::require(ctx, Permission::SeeBilling)?;
    let lang = request.view.lang;
    let statement_id = managed::id(id)?;
    let of = read::one(&ctx.pool, statement_id).await?.ok_or(AppError::NotFound)?;
    let kept = reconciliations::of_statement(&ctx.pool, statement_id).await?;
    let mut blocks = Vec::new();
    if ctx.viewer.may(Permission::KeepBilling) && of.document.is_some() {
        blocks.push(form(request, statement_id));
    }
    let mut kept = kept.iter();
    match kept.next() {
        Some(newest) => blocks.push(result::block(newest, ctx, lang)),
        None => blocks.push(Block::new("reconciled", shared::nothing(words::NONE_YET, lang)).class("wide")),
    }
    let earlier: Vec<_> = kept.map(|one| result::earlier(one, ctx, lang)).collect();
    if !earlier.is_empty() {
        let content = view! { {earlier} };
        blocks.push(Block::new("reconciled-earlier", content).titled(words::EARLIER.get(lang)).class("wide"));
    }
    let title = words::TITLE.with(lang, &[&statement_id.to_string()]);
    Ok(super::page("reconcile", title, &[FORM], request, ctx, blocks))
}

fn form(request: &PageRequest, statement_id: i64) -> Block {
    let lang = request.view.lang;
    let form = Form::of(FORM, request);
    let sent = submitted(request).filter(|sent| sent.form == FORM);
    let fault = sent.and_then(|sent| Fault::sentence(sent.value(FAULT_FIELD)?, lang));
    let back = format!("/settlement/statements/{statement_id}");
    let number = |name: &'static str, label: Text, standing: &str| {
        view! {
            <label class="plain-field">
                <span>{label.get(lang)}</span>
                <input type="text" inputmode="decimal" name=name required=true maxlength="12" value=form.value(name, standing) />
            </label>
        }
    };
    let content = view! {
        <p class="note" id="reconcile-how">{words::HOW.get(lang)}</p>
        {fault.map(|fault| view! { <p class="problem" role="alert">"✕ " {fault}</p> })}
        <form method="post" action=format!("{back}/reconcile")>
            <div class="field" data-file-for="reconcile-bill" hidden=true>
                <label for="reconcile-chosen">{words::FILE.get(lang)}</label>
                <input id="reconcile-chosen" type="file" accept=".csv,.txt,text/csv,text/plain" />
            </div>
            <div class="field wide-field">
                <label for="reconcile-bill">{words::LINES.get(lang)}</label>
                <textarea id="reconcile-bill" name=LINES_FIELD rows="12" required=true spellcheck="false" aria-describedby="reconcile-how">
                    {escape(&form.value(LINES_FIELD, ""))}
                </textarea>
            </div>
            <label class="plain-field">
                <span>{words::SOURCE.get(lang)}</span>
                <input
                    type="text"
                    name=SOURCE_FIELD
                    autocomplete="off"
                    maxlength=MOST_SOURCE_CHARS.to_string()
                    value=form.value(SOURCE_FIELD, "")
                />
            </label>
            {number(KWH_FIELD, words::TOLERANCE_KWH, "1.00")}
            {number(YUAN_FIELD, words::TOLERANCE_YUAN, "0.10")}
            <p class="buttons">
                <button type="submit" class="main-button">{words::COMPARE.get(lang)}</button>
                " "
                <a class="button" href=back.clone()>{words::BACK.get(lang)}</a>
            </p>
        </form>
        <script src=assets::link("tariffs.js") defer=true></script>
    };
    Block::fixed("reconcile-form", content).titled(words::FORM.get(lang)).class("wide block-actions")
}
