//! Block 7: the customers with most energy today.

use leptos::prelude::*;
use warehouse::read::dashboard::TopUser;

use super::data::Dashboard;
use super::regions::region_name;
use crate::charts;
use crate::components::Block;
use crate::components::table::{Cell, Column, Row, table};
use crate::format::{EnergyUnit, Percent, or_absent};
use crate::pages::shared::person;
use crate::text::{Lang, common, dashboard as words};

/// Names of residents are masked on every page; `all` masks every name.
pub fn masked(name: &str, usage_type: &str, all: bool, lang: Lang) -> String {
    match name.chars().next() {
        Some(first) if all && name != domain::UNKNOWN_USER_NAME => format!("{first}*"),
        _ => person(name, usage_type, lang),
    }
}

/// Movement against yesterday's rank, as an arrow with the number of places.
pub fn movement(rank: i64, before: Option<i64>, lang: Lang) -> String {
    match before.map(|before| before - rank) {
        None => common::NEW_IN_RANKING.get(lang).to_owned(),
        Some(0) => "=".to_owned(),
        Some(places) if places > 0 => format!("↑{places}"),
        Some(places) => format!("↓{}", -places),
    }
}

pub fn block(dashboard: &Dashboard, lang: Lang) -> Block {
    let users = &dashboard.data.loads.top_users;
    let most = users.first().map_or(0, |user| user.energy_kwh.0);
    let unit = EnergyUnit::Kwh;
    let columns = vec![
        Column::number(common::RANK.get(lang)),
        Column::text(common::MOVEMENT.get(lang)),
        Column::text(common::CUSTOMER.get(lang)),
        Column::text(words::REGION.get(lang)),
        Column::number(unit.name(lang)),
        Column::number(words::SHARE_OF_REGION.get(lang)),
    ];
    let rows = (1..).zip(users).map(|(rank, user)| row(rank, user, most, lang)).collect();
    let content = view! {
        {table(words::USERS.get(lang), columns, rows)}
        <p class="note">{words::USERS_NOTE.get(lang)}</p>
    };
    Block::new("users", content).titled(words::USERS.get(lang))
}

fn row(rank: i64, user: &TopUser, most: i64, lang: Lang) -> Row {
    let share = user.region_kwh.and_then(|region| Percent::of(user.energy_kwh.0, region.0));
    let name = masked(&user.user_name, &user.usage_type, false, lang);
    let region = region_name(user.region_id, &user.region_name, lang);
    let energy = EnergyUnit::Kwh.number(user.energy_kwh);
    vec![
        Cell::number(rank.to_string()),
        Cell::text(movement(rank, user.rank_before, lang)),
        Cell::text(view! { <a href=format!("/users/{}", user.user_id)>{name}</a> }),
        Cell::text(view! { <a href=format!("/regions/{}", user.region_id)>{region}</a> }),
        Cell::number(
            view! { <span class="with-bar">{charts::bar(user.energy_kwh.0, most, "bar-plain")} <span>{energy}</span></span> },
        ),
        Cell::number(or_absent(share, Percent::show)),
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

    #[test]
    fn movement_is_yesterdays_rank_minus_todays() {
        let shown = [Some(5), Some(3), Some(1), None].map(|before| movement(3, before, Lang::Zh));
        assert_eq!(shown, ["↑2", "=", "↓2", "新"]);
    }
}
