//! What stands now beside what was entered, when two people edited the same account.

use domain::access::{Area, Level, Preset, Rights};
use leptos::prelude::*;
use warehouse::access::Grants;
use warehouse::access::accounts::Account;

use super::{FORM, Parts};
use crate::components::Block;
use crate::components::form::submitted;
use crate::components::table::{Cell, Column, Row, table};
use crate::context::PageRequest;
use crate::pages::grant_form::CUSTOM;
use crate::pages::managed;
use crate::submitted::{Problem, Submitted};
use crate::text::access::{common as words, people, rights};
use crate::text::{Lang, Text};

/// None unless somebody else was faster.
pub fn block(account: &Account, parts: &Parts, request: &PageRequest) -> Option<Block> {
    let sent = submitted(request).filter(|sent| sent.form == FORM && sent.problem == Some(Problem::Conflict))?;
    let lang = request.view.lang;
    let columns = [people::FIELD, people::NOW, people::ENTERED].map(|title| Column::text(title.get(lang)));
    let rows = compared(account, sent, parts, lang).into_iter().filter(|(_, now, entered)| now != entered);
    let rows = rows.map(|(title, now, entered)| {
        Row::from(vec![
            Cell::text(title.get(lang)),
            Cell::text(managed::user_text(&now)),
            Cell::text(managed::user_text(&entered)),
        ])
    });
    let compared = table(people::CONFLICT.get(lang), columns.into(), rows.collect());
    let content = view! { {compared} <p class="note">{people::CONFLICT_NOTE.get(lang)}</p> };
    Some(Block::fixed("conflict", content).titled(people::CONFLICT.get(lang)).class("wide"))
}

fn compared(account: &Account, sent: &Submitted, parts: &Parts, lang: Lang) -> Vec<(Text, String, String)> {
    let grants = entered_grants(sent);
    let tenant = |tenant_id: Option<i32>| match tenant_id {
        None => words::OPERATOR_SHORT.get(lang).to_owned(),
        Some(id) => {
            let known = parts.tenants.iter().find(|tenant| tenant.tenant_id == id);
            known.map_or_else(|| id.to_string(), |tenant| tenant.name.clone())
        }
    };
    let state = |is_disabled: bool| if is_disabled { people::DISABLED } else { people::ACTIVE }.get(lang).to_owned();
    let entered_name = sent.all("display_name").next().unwrap_or_default().to_owned();
    vec![
        (words::DISPLAY_NAME, account.display_name.clone(), entered_name),
        (words::RIGHTS, rights::summary(account.grants.rights, lang), rights::summary(grants.rights, lang)),
        (words::TENANT, tenant(account.grants.tenant_id), tenant(grants.tenant_id)),
        (words::REGIONS, managed::regions(&account.grants, &parts.tree, lang), managed::regions(&grants, &parts.tree, lang)),
        (words::STATE, state(account.disabled_at.is_some()), state(sent.is("disabled", "yes"))),
    ]
}

/// What the form said; what cannot be read counts as nothing.
fn entered_grants(sent: &Submitted) -> Grants {
    let first = |name: &'static str| sent.all(name).next().unwrap_or_default();
    let own = || {
        let level = |area: Area| Level::parse(first(area.code())).unwrap_or_default();
        Area::ALL.into_iter().fold(Rights::NONE, |rights, area| rights.with(area, level(area)))
    };
    let rights = match first("preset") {
        CUSTOM => own(),
        preset => Preset::parse(preset).map_or(Rights::NONE, Preset::rights),
    };
    let mut regions: Vec<_> = sent.all("region").filter_map(|id| id.parse().ok()).collect();
    regions.sort_unstable();
    Grants { tenant_id: first("tenant_id").parse().ok(), rights, all_regions: sent.is("regions", "all"), regions }
}
