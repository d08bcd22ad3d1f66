//! What each right allows: the table that the program itself goes by.

use domain::access::{PERMISSIONS, Preset};
use leptos::prelude::*;

use crate::components::Block;
use crate::components::table::{Cell, Column, Row, table};
use crate::text::Lang;
use crate::text::access::rights;

pub fn block(lang: Lang) -> Block {
    let columns = [rights::ALLOWS, rights::AREA, rights::LEVEL, rights::PRESETS].map(|title| Column::text(title.get(lang)));
    let rows = PERMISSIONS.iter().map(|(permission, _, area, level)| {
        let holders = Preset::ALL.into_iter().filter(|preset| preset.rights().allow(*permission));
        let holders: Vec<_> = holders.map(|preset| rights::preset(preset).get(lang)).collect();
        Row::from(vec![
            Cell::text(wrapped(rights::permission(*permission).get(lang).to_owned())),
            Cell::text(rights::area(*area).get(lang)),
            Cell::text(rights::level(*level).get(lang)),
            Cell::text(wrapped(holders.join(if lang == Lang::Zh { "、" } else { ", " }))),
        ])
    });
    let content = table(rights::TABLE.get(lang), columns.into(), rows.collect());
    Block::fixed("rights", content).titled(rights::TABLE.get(lang)).class("wide")
}

fn wrapped(text: String) -> AnyView {
    view! { <span class="rights-list">{text}</span> }.into_any()
}
