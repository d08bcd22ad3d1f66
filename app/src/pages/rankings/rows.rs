//! Rows of a ranking, in full for its own page and short for the page of a region.

use domain::Fixed2;
use leptos::prelude::*;
use warehouse::read::periods::RankingGrain;
use warehouse::read::rankings::{RankedUser, Ranking};

use super::Shown;
use crate::components::table::{Cell, Column, Row, table};
use crate::format::{self, EnergyUnit, Percent};
use crate::marks::{Mark, Marks};
use crate::pages::shared::{fixed, person, region_of, usage, user_link, with_bar};
use crate::text::{Lang, common, rankings as words};

/// `new`, `↑3`, `↓2`, `=`; a dash when nothing was compared.
pub fn movement(user: &RankedUser, compared: bool, lang: Lang) -> String {
    match user.movement() {
        _ if !compared => common::ABSENT.to_owned(),
        None => common::NEW_IN_RANKING.get(lang).to_owned(),
        Some(0) => "=".to_owned(),
        Some(up @ 1..) => format!("↑{up}"),
        Some(down) => format!("↓{}", down.unsigned_abs()),
    }
}

pub fn share(user: &RankedUser) -> String {
    format::or_absent(user.share_percent.and_then(|share| Percent::of(fixed(share).0, 10_000)), Percent::show)
}

pub(super) fn full_table(users: &[RankedUser], shown: &Shown, caption: &str, lang: Lang) -> AnyView {
    let is_window = shown.query.period.grain == RankingGrain::Window;
    let mut columns = vec![
        Column::number(common::RANK.get(lang)),
        Column::text(common::MOVEMENT.get(lang)),
        Column::text(common::CUSTOMER.get(lang)),
        Column::text(common::ACCOUNT_NO.get(lang)),
        Column::text(common::USAGE_TYPE.get(lang)),
        Column::text(common::REGION.get(lang)),
        Column::number(format!("{} kWh", common::USER_ENERGY.get(lang))),
        Column::number(words::SHARE_OF_REGION.get(lang)),
        Column::number(format!("{} {}", common::REPORTED_COST.get(lang), common::YUAN.get(lang))),
        Column::number(format!("{} {}/kWh", common::AVERAGE_PRICE.get(lang), common::YUAN.get(lang))),
    ];
    if !is_window {
        columns.push(Column::number(words::RECEIVED_DUE.get(lang)));
        columns.push(Column::text(common::STATE.get(lang)));
    }
    let longest = fixed(shown.found.largest_kwh);
    let rows = users.iter().map(|user| {
        let mut cells = row_start(user, shown.found.compared, lang);
        cells.push(Cell::text(usage(&user.usage_type, lang)));
        cells.push(Cell::text(region_of(&shown.tree, user.region_id, lang)));
        cells.extend(energy(user, longest));
        cells.push(Cell::number(format::or_absent(format::price(fixed(user.cost_yuan), fixed(user.energy_kwh)), |text| text)));
        if !is_window {
            let due = shown.found.quarters_due;
            cells.push(Cell::number(format!("{}/{}", format::count(user.quarters.min(due)), format::count(due))));
            cells.push(Cell::text(marks(user, due, shown.is_open()).view(lang)));
        }
        Row::from(cells)
    });
    table(caption, columns, rows.collect())
}

/// Place, movement, customer and account number.
fn row_start(user: &RankedUser, compared: bool, lang: Lang) -> Vec<Cell> {
    vec![
        Cell::number(format::count(user.place)),
        Cell::text(movement(user, compared, lang)),
        Cell::text(user_link(user.user_id, person(&user.user_name, &user.usage_type, lang))),
        Cell::text(user_link(user.user_id, user.user_id.to_string())),
    ]
}

/// Energy, its bar, share and cost.
fn energy(user: &RankedUser, longest: Fixed2) -> [Cell; 3] {
    let energy = fixed(user.energy_kwh);
    [
        Cell::number(with_bar(EnergyUnit::Kwh.number(energy), energy, longest)),
        Cell::number(share(user)),
        Cell::number(format::yuan(fixed(user.cost_yuan))),
    ]
}

/// A user who lacks readings is partial, whatever place that gives him.
fn marks(user: &RankedUser, due: i64, is_open: bool) -> Marks {
    let received = Percent::of(user.quarters.min(due), due);
    let is_partial = received.is_some_and(|share| Mark::of_coverage(Some(share)) == Some(Mark::Partial));
    Marks::none().with_if(is_partial, Mark::Partial, received.map_or_else(String::new, Percent::show)).with_if(
        is_open,
        Mark::Live,
        "",
    )
}

pub fn short_table(ranking: &Ranking, caption: &str, lang: Lang) -> AnyView {
    let columns = vec![
        Column::number(common::RANK.get(lang)),
        Column::text(common::MOVEMENT.get(lang)),
        Column::text(common::CUSTOMER.get(lang)),
        Column::text(common::ACCOUNT_NO.get(lang)),
        Column::number(format!("{} kWh", common::USER_ENERGY.get(lang))),
        Column::number(words::SHARE_OF_REGION.get(lang)),
        Column::number(format!("{} {}", common::REPORTED_COST.get(lang), common::YUAN.get(lang))),
    ];
    let longest = fixed(ranking.largest_kwh);
    let rows = ranking.rows.iter().map(|user| {
        let mut cells = row_start(user, ranking.compared, lang);
        cells.extend(energy(user, longest));
        Row::from(cells)
    });
    table(caption, columns, rows.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn movement_is_the_place_before_minus_the_place_now() {
        let user = |place_before| RankedUser {
            place: 3,
            place_before,
            user_id: 1,
            user_name: String::new(),
            usage_type: String::new(),
            region_id: 1,
            energy_kwh: 1.into(),
            cost_yuan: 1.into(),
            records: 1,
            share_percent: None,
            quarters: 1,
            quarters_before: None,
        };
        let shown = [Some(5), Some(3), Some(1), None].map(|before| movement(&user(before), true, Lang::Zh));
        assert_eq!(shown, ["↑2", "=", "↓2", "新"]);
        assert_eq!(movement(&user(None), false, Lang::Zh), "—", "without a yesterday nobody is new");
    }
}
