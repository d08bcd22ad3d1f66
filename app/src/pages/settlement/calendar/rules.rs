//! National rules as they are stored: demand and the tables of the power factor.

use domain::settlement::NationalRules;
use domain::settlement::rules::PowerFactorTable;
use domain::settlement::{Notice, Price6};
use leptos::prelude::*;
use warehouse::settlement::rules::RulesRow;

use crate::components::Block;
use crate::components::table::{Cell, Column, Row, table};
use crate::format::date;
use crate::pages::managed::{badge, user_text};
use crate::pages::settlement::tariffs::fields::price_text;
use crate::text::Lang;
use crate::text::settlement::{calendar as texts, tariffs};

pub fn block(stored: &[RulesRow], lang: Lang) -> Block {
    let each = stored.iter().enumerate().map(|(at, row)| {
        let title = texts::RULES_FROM.with(lang, &[&date(row.valid_from)]);
        let content = match &row.rules {
            Some(rules) => one(rules, lang),
            None => view! { <p class="problem">{texts::UNREADABLE.get(lang)}</p> }.into_any(),
        };
        view! { <details class="rules-of" open=at == 0><summary>{title}</summary>{content}</details> }
    });
    let none = stored.is_empty().then(|| view! { <p class="problem">{texts::NO_RULES.get(lang)}</p> });
    Block::fixed("national", view! { {none} {each.collect_view()} }).titled(texts::RULES.get(lang)).class("wide")
}

fn notice(notice: &Notice, lang: Lang) -> AnyView {
    let checked = if notice.is_checked { tariffs::CHECKED } else { tariffs::UNCHECKED };
    let remark = notice.remark.as_deref().map(|remark| view! { <span class="hint">{user_text(remark)}</span> });
    view! {
        <p class="note">
            {tariffs::NOTICE.get(lang)} ": " {user_text(&notice.number)} " "
            {notice.title.as_deref().map(user_text)} " " {badge(checked, !notice.is_checked, lang)} {remark}
        </p>
    }
    .into_any()
}

fn one(rules: &NationalRules, lang: Lang) -> AnyView {
    let demand = &rules.demand;
    let lines = [
        texts::DEMAND_FLOOR.with(lang, &[&demand.floor_percent.to_string()]),
        texts::DEMAND_FREE.with(lang, &[&demand.free_percent.to_string()]),
        texts::DEMAND_EXCESS.with(lang, &[&demand.excess_times.to_string()]),
        texts::MONTH_DAYS.with(lang, &[&demand.month_days.to_string()]),
    ];
    let factor = &rules.power_factor;
    let from = texts::FROM_KVA.with(lang, &[&plain(&factor.from_kva.to_string())]);
    view! {
        <h3 class="part-title">{texts::DEMAND.get(lang)}</h3>
        {notice(&demand.notice, lang)}
        <ul class="changes">{lines.into_iter().map(|line| view! { <li>{line}</li> }).collect_view()}</ul>
        <h3 class="part-title">{texts::POWER_FACTOR.get(lang)} " · " {from}</h3>
        {notice(&factor.notice, lang)}
        <div class="pf-tables">{factor.tables.iter().map(|table| standard(table, lang)).collect_view()}</div>
    }
    .into_any()
}

fn plain(number: &str) -> String {
    number.trim_end_matches(".00").to_owned()
}

/// At least two decimals, so that a column of them stands in line.
fn percent_text(percent: Price6) -> String {
    let text = percent.to_string();
    let decimals = |text: &str| text.split_once('.').map_or(0, |(_, part)| part.len());
    let mut text = text.as_str();
    while text.ends_with('0') && decimals(text) > 2 {
        text = &text[..text.len() - 1];
    }
    text.to_owned()
}

fn standard(of: &PowerFactorTable, lang: Lang) -> AnyView {
    let title = texts::STANDARD.with(lang, &[of.standard.code()]);
    let rows = of.rows.iter().map(|row| {
        let sign = if row.percent.0 > 0 { "+" } else { "" };
        Row::from(vec![
            Cell::number(row.factor.to_string()),
            Cell::number(format!("{sign}{}", percent_text(row.percent)).replace('-', "−")),
        ])
    });
    let columns = vec![Column::number(texts::FACTOR.get(lang)), Column::number(texts::PERCENT.get(lang))];
    let below = texts::BELOW_STEP.with(lang, &[&price_text(of.below_step_percent)]);
    view! {
        <div class="pf-table">
            <h4>{title.clone()}</h4>
            {table(title, columns, rows.collect())}
            <p class="hint">{below}</p>
        </div>
    }
    .into_any()
}
