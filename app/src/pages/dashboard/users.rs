//! Block 7: the customers with most energy today.

use leptos::prelude::*;
use warehouse::read::rankings::RankedUser;

use super::data::Dashboard;
use crate::components::Block;
use crate::components::table::{Cell, Column, Row, table};
use crate::format::EnergyUnit;
use crate::pages::rankings::rows::{movement, share};
use crate::pages::shared::{fixed, person, region_link, user_link, with_bar};
use crate::text::{Lang, common, dashboard as words};

/// Names of residents are masked on every page; `all` masks every name.
pub fn masked(name: &str, usage_type: &str, all: bool, lang: Lang) -> String {
    match name.chars().next() {
        Some(first) if all && name != domain::UNKNOWN_USER_NAME => format!("{first}*"),
        _ => person(name, usage_type, lang),
    }
}

pub fn block(dashboard: &Dashboard, lang: Lang) -> Block {
    let ranking = &dashboard.data.loads.top_users;
    let columns = vec![
        Column::number(common::RANK.get(lang)),
        Column::text(common::MOVEMENT.get(lang)),
        Column::text(common::CUSTOMER.get(lang)),
        Column::text(words::REGION.get(lang)),
        Column::number(EnergyUnit::Kwh.name(lang)),
        Column::number(words::SHARE_OF_REGION.get(lang)),
    ];
    let rows = ranking.rows.iter().map(|user| row(user, dashboard, lang)).collect();
    let note = if ranking.compared { words::USERS_NOTE } else { words::USERS_NOTE_ALONE };
    let content = view! {
        {table(words::USERS.get(lang), columns, rows)}
        <p class="note">{note.get(lang)}</p>
    };
    let more = view! { <a href="/rankings">{common::NAV_RANKINGS.get(lang)}</a> };
    Block::new("users", content).titled(words::USERS.get(lang)).aside(more)
}

fn row(user: &RankedUser, dashboard: &Dashboard, lang: Lang) -> Row {
    let ranking = &dashboard.data.loads.top_users;
    let name = masked(&user.user_name, &user.usage_type, false, lang);
    let regions = &dashboard.data.recent.regions;
    let region = regions.iter().find(|region| region.region_id == user.region_id).map_or("", |region| &region.region_name);
    let energy = fixed(user.energy_kwh);
    vec![
        Cell::number(user.place.to_string()),
        Cell::text(movement(user, ranking.compared, lang)),
        Cell::text(user_link(user.user_id, name)),
        Cell::text(region_link(user.region_id, region, lang)),
        Cell::number(with_bar(EnergyUnit::Kwh.number(energy), energy, fixed(ranking.largest_kwh))),
        Cell::number(share(user)),
    ]
    .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn residents_are_masked_everywhere_and_everybody_on_the_wall() {
        assert_eq!(masked("张伟", "居民", false, Lang::Zh), "张*");
        assert_eq!(masked("张伟", "未知", false, Lang::Zh), "张*");
        assert_eq!(masked("华东机械厂", "工业", false, Lang::Zh), "华东机械厂");
        assert_eq!(masked("华东机械厂", "工业", true, Lang::Zh), "华*");
        assert_eq!(masked("未知用户", "未知", true, Lang::En), "Unknown user");
        assert_eq!(masked("", "居民", false, Lang::Zh), "");
    }
}
