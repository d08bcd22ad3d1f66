//! A new contract.

use domain::settlement::Direction;
use domain::settlement::contract_fields::plain_terms;
use domain::settlement::tariff::Voltage;
use leptos::prelude::*;
use warehouse::settlement::contracts;

use super::{NEW_FORM, fields, found, plans, today};
use crate::components::Block;
use crate::components::form::{Choice, Field, Form};
use crate::context::{AppContext, PageRequest};
use crate::error::AppError;
use crate::pages::{PageContent, shared};
use crate::text::settlement::contracts as words;

const NUMBER_CHARS: usize = 20;

pub async fn content(request: &PageRequest, ctx: &AppContext) -> Result<PageContent, AppError> {
    let lang = request.view.lang;
    let user: Option<i64> = shared::int(request, "user", "0–9223372036854775807").ok().flatten();
    let form = Form::of(NEW_FORM, request);
    let plans = plans(ctx).await?;
    let start = today(ctx).await?.month_start().to_date().to_string();
    // the usual supply of most customers
    let standing = plain_terms(Voltage::Below1Kv);
    let known = match user {
        Some(user) => contracts::contracts_of(&ctx.pool, user).await?,
        None => vec![],
    };
    let beside = known.iter().map(|held| {
        let id = held.contract.contract_id;
        view! { <a href=format!("/settlement/contracts/{id}")>{words::CONTRACT.with(lang, &[&id.to_string()])}</a> " " }
    });
    let directions = [Direction::Import, Direction::Export]
        .map(|direction| Choice::new(direction.code(), words::direction(direction).get(lang), direction == Direction::Import));
    let user_id = Field::text("user_id", words::USER.get(lang)).standing(user.map_or_else(String::new, |user| user.to_string()));
    let billing_day = Field::text("billing_day", words::BILLING_DAY.get(lang)).hint(words::BILLING_DAY_HINT.get(lang));
    let content = view! {
        <form method="post" action="/settlement/contracts">
            {form.problem()}
            {found(form, lang)}
            <p class="note">{beside.collect_view()}</p>
            <div class="contract-fields">
                {form.field(user_id.required().most(NUMBER_CHARS).focused())}
                {form.field(Field::date("valid_from", words::STARTS_ON.get(lang), "1990-01-01".to_owned()).standing(start).required())}
                {form.field(billing_day.standing("1").required().most(2))}
                {form.select("direction", words::DIRECTION.get(lang), directions.into())}
            </div>
            {fields::view(form, &standing, &plans)}
            {form.reason()}
            <p class="buttons"><button type="submit" class="main-button">{words::SAVE.get(lang)}</button></p>
        </form>
    };
    let blocks = vec![Block::fixed("new-contract", content).titled(words::NEW.get(lang)).class("wide")];
    Ok(super::super::page("contracts", words::NEW.get(lang), &[NEW_FORM], request, ctx, blocks))
}
