//! `/settlement/loss`: what was fed into a region less what its customers used.

use std::collections::{BTreeMap, BTreeSet};

use domain::access::Permission;
use domain::settlement::Month;
use domain::{Fixed2, RegionId};
use leptos::prelude::*;
use warehouse::read::regions::Tree;
use warehouse::read::settlement::loss::{self as read, Loss, RegionUse, Supply};
use warehouse::read::settlement::overview;

use super::shown::{self, kwh};
use crate::components::Block;
use crate::components::form::{Choice, Field, Form};
use crate::components::table::{Cell, Column, Row, table};
use crate::context::{AppContext, PageRequest};
use crate::error::AppError;
use crate::format::{self, Percent};
use crate::pages::managed::{self, user_text};
use crate::pages::shared::{self, DataTime};
use crate::pages::{PageContent, settlement};
use crate::text::settlement::{loss as words, overview as overview_words};
use crate::text::{Lang, common};

/// The form that sets a supply meter.
pub const FORM: &str = "supply";

pub fn check(request: &PageRequest) -> Result<(), AppError> {
    shown::month(request).map(drop)
}

pub async fn content(request: &PageRequest, ctx: &AppContext) -> Result<PageContent, AppError> {
    settlement::require(ctx, Permission::SeeBilling)?;
    let lang = request.view.lang;
    let progress = overview::progress(&ctx.pool).await?;
    let now = DataTime::of(ctx).await?;
    let data_month = now.map(|now| Month::of(now.0.day()));
    let month = shown::month(request)?.or(data_month).or(progress.newest).unwrap_or_else(|| Month::of(ctx.local_now().day()));
    let (loss, tree) = tokio::try_join!(async { Ok(read::month(&ctx.pool, month).await?) }, managed::tree(ctx))?;
    let is_open = data_month.is_some_and(|data| data <= month);
    let picker = view! { {shown::month_picker(request, month, lang)} <p class="note">{words::INTRO.get(lang)}</p> };
    let mut blocks = vec![Block::fixed("month", picker).class("wide"), list(&loss, &tree, month, is_open, lang)];
    if ctx.viewer.may(Permission::KeepBilling) {
        blocks.push(form(&loss, &tree, request));
    }
    let title = words::TITLE.with(lang, &[&month.to_string()]);
    Ok(settlement::page("loss", title, &[FORM], request, ctx, blocks))
}

/// A region with everything below it.
#[derive(Clone, Copy, Default)]
struct Balance<'a> {
    used: RegionUse,
    supply: Option<&'a Supply>,
}

impl Balance<'_> {
    fn loss(&self) -> Option<Fixed2> {
        Some(self.supply?.kwh? - self.used.kwh())
    }
}

fn balances<'a>(loss: &'a Loss, tree: &Tree) -> BTreeMap<RegionId, Balance<'a>> {
    let mut regions: BTreeSet<RegionId> = loss.uses.iter().map(|used| used.region_id).collect();
    regions.extend(loss.supplies.iter().map(|supply| supply.region_id));
    // a region above others has their customers
    regions.extend(
        tree.regions.iter().filter(|region| tree.children(region.region_id).next().is_some()).map(|region| region.region_id),
    );
    let balance = |id: RegionId| {
        let members = tree.members(id);
        let mut used = RegionUse { region_id: id, ..RegionUse::default() };
        for below in loss.uses.iter().filter(|used| members.contains(&used.region_id)) {
            used.settled_kwh += below.settled_kwh;
            used.settled_users += below.settled_users;
            used.reported_kwh += below.reported_kwh;
            used.reported_users += below.reported_users;
        }
        (id, Balance { used, supply: loss.supplies.iter().find(|supply| supply.region_id == id) })
    };
    regions.into_iter().map(balance).collect()
}

fn list(loss: &Loss, tree: &Tree, month: Month, is_open: bool, lang: Lang) -> Block {
    let balances = balances(loss, tree);
    if balances.is_empty() {
        let nothing = view! { <p class="empty">{words::NOTHING.with(lang, &[&month.to_string()])}</p> };
        return Block::new("loss", nothing).class("wide");
    }
    let columns = vec![
        Column::text(overview_words::REGION.get(lang)),
        Column::text(words::METER.get(lang)),
        Column::number(words::SUPPLY.get(lang)),
        Column::number(words::USERS.get(lang)),
        Column::number(words::USERS_COUNT.get(lang)),
        Column::number(words::LOSS.get(lang)),
        Column::number(words::RATE.get(lang)),
    ];
    let rows = balances.values().map(|balance| row(balance, tree, lang)).collect();
    let open = is_open.then(|| view! { <span>"○ " {words::UNFINISHED.get(lang)}</span> });
    Block::new("loss", table(words::TITLE.with(lang, &[&month.to_string()]), columns, rows))
        .titled(words::TITLE.with(lang, &[&month.to_string()]))
        .aside(open)
        .class("wide")
}

fn row(balance: &Balance<'_>, tree: &Tree, lang: Lang) -> Row {
    let used = balance.used;
    let meter = match balance.supply {
        None => view! { <span class="note">{words::NO_METER.get(lang)}</span> }.into_any(),
        Some(supply) => {
            let name = supply.user_name.as_deref().map(user_text);
            view! { {shared::user_link(supply.user_id, supply.user_id.to_string())} " " {name} }.into_any()
        }
    };
    let supply = match balance.supply {
        Some(Supply { kwh: Some(energy), is_settled, .. }) => {
            let note = (!is_settled).then(|| view! { <span class="note">{words::BY_REPORT.get(lang)} " "</span> });
            view! { {note} {kwh(*energy)} }.into_any()
        }
        Some(_) => view! { <span class="note">{words::NO_READING.get(lang)}</span> }.into_any(),
        None => common::ABSENT.into_any(),
    };
    let by_report = (used.reported_kwh.0 != 0).then(|| {
        let title = words::BY_REPORT_NOTE.with(lang, &[&kwh(used.reported_kwh)]);
        view! { <span class="badge" title=title.clone() tabindex="0">"≈ " {words::BY_REPORT.get(lang)}</span> " " }
    });
    let loss = balance.loss();
    let rate = loss.and_then(|loss| {
        let supply = balance.supply?.kwh?;
        let share = Percent::of(loss.0.abs(), supply.0)?;
        Some(if loss.0 < 0 { format!("−{}", share.show()) } else { share.show() })
    });
    let negative = loss.is_some_and(|loss| loss.0 < 0);
    let warning = negative.then(|| view! { <br /> <span class="wrong">"! " {words::NEGATIVE.get(lang)}</span> });
    Row::from(vec![
        Cell::text(shared::region_of(tree, used.region_id, lang)),
        Cell::text(meter),
        Cell::number(supply),
        Cell::number(view! { {by_report} {kwh(used.kwh())} }),
        Cell::number(format::count(used.settled_users + used.reported_users)),
        Cell::number(format::or_absent(loss, kwh)),
        Cell::number(view! { {rate.unwrap_or_else(|| common::ABSENT.to_owned())} {warning} }),
    ])
}

fn form(loss: &Loss, tree: &Tree, request: &PageRequest) -> Block {
    let lang = request.view.lang;
    let form = Form::of(FORM, request);
    let choices = tree.regions.iter().map(|region| {
        let set = loss.supplies.iter().find(|supply| supply.region_id == region.region_id);
        let name = shared::region_name(region.region_id, &region.region_name, lang);
        let title = set.map_or_else(|| name.clone(), |supply| format!("{name} · {}", supply.user_id));
        Choice::new(region.region_id.to_string(), title, false)
    });
    let content = view! {
        <form method="post" action="/settlement/supply-meters">
            {form.problem()}
            {form.select("region_id", overview_words::REGION.get(lang), choices.collect())}
            {form.field(Field::text("user_id", common::ACCOUNT_NO.get(lang)).hint(words::SET_NOTE.get(lang)).most(19))}
            <p class="buttons"><button type="submit">{words::SAVE.get(lang)}</button></p>
        </form>
    };
    Block::fixed("supply-meter", content).titled(words::SET.get(lang)).class("wide")
}
