//! Block 5: energy and extremes of the running day.

use domain::{Fixed2, LocalMs};
use warehouse::read::day_curve::QUARTERS;

use super::data::{Dashboard, change};
use crate::components::Block;
use crate::components::figure::{Figure, figures};
use crate::format::{self, Percent, or_absent};
use crate::marks::Mark;
use crate::text::common::ABSENT;
use crate::text::{Lang, common, dashboard as words};

/// Loads of the day with the moment each began.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct DayFigures {
    pub maximum: Option<(Fixed2, LocalMs)>,
    /// Whether the quarter-hour of the maximum was incomplete.
    pub maximum_is_partial: bool,
    pub minimum: Option<(Fixed2, LocalMs)>,
    pub mean_kw: Option<Fixed2>,
    pub load_factor: Option<Percent>,
    pub record: Option<(Fixed2, LocalMs)>,
}

impl DayFigures {
    pub fn difference_kw(&self) -> Option<Fixed2> {
        self.maximum.zip(self.minimum).map(|((maximum, _), (minimum, _))| maximum - minimum)
    }
}

pub fn day_figures(dashboard: &Dashboard) -> DayFigures {
    let Some(today) = dashboard.today() else { return DayFigures::default() };
    let at = dashboard.data.loads.now.at;
    let maximum = today.maximum(at);
    let top = maximum.map(|(index, quarter)| (quarter.load_kw(), today.start(index)));
    let last = today.closed(at).last().map(|(index, _)| index + 1);
    let mean_kw = last.and_then(|quarters| {
        let load_sum = Fixed2(today.energy_before(quarters.min(QUARTERS)).0.saturating_mul(4));
        load_sum.mean(i64::try_from(quarters).ok()?)
    });
    // Only complete quarter-hours may set a record.
    let complete = today.closed(at).filter(|(_, quarter)| today.is_complete(quarter) && quarter.returning_meters == 0);
    let highest = complete.map(|(index, quarter)| (quarter.load_kw(), std::cmp::Reverse(today.start(index)))).max();
    let before = dashboard.data.record_before.map(|(start, load)| (load, std::cmp::Reverse(start)));
    DayFigures {
        maximum: top,
        maximum_is_partial: maximum.is_some_and(|(_, quarter)| !today.is_complete(quarter)),
        minimum: today.minimum(at).map(|(index, quarter)| (quarter.load_kw(), today.start(index))),
        mean_kw,
        load_factor: mean_kw.zip(top).and_then(|(mean, (maximum, _))| Percent::of(mean.0, maximum.0)),
        record: highest.max(before).map(|(load, start)| (load, start.0)),
    }
}

pub fn block(dashboard: &Dashboard, lang: Lang) -> Block {
    let day = day_figures(dashboard);
    let recent = &dashboard.data.recent;
    let energies: Vec<Fixed2> = recent.regions.iter().filter_map(|region| region.energy_kwh).collect();
    let energy = (!energies.is_empty()).then(|| energies.into_iter().sum::<Fixed2>());
    let cost: Fixed2 = recent.regions.iter().map(|region| region.cost).sum();
    let so_far = |now: Option<Fixed2>, then: Option<Fixed2>| {
        let share = now.zip(then).and_then(|(now, then)| change(now, then).1);
        match then {
            None => common::NO_YESTERDAY.get(lang).to_owned(),
            Some(_) => words::VS_YESTERDAY_SO_FAR.with(lang, &[&or_absent(share, Percent::show_change)]),
        }
    };
    let sums = recent.sums;
    let month_note = match sums.month_before_kwh {
        None => words::NO_LAST_MONTH.get(lang).to_owned(),
        Some(before) => {
            let share = sums.month_kwh.and_then(|now| change(now, before).1);
            words::VS_LAST_MONTH_SO_FAR.with(lang, &[&or_absent(share, Percent::show_change)])
        }
    };
    let live = || dashboard.live_marks(lang);
    let load = |value: Option<(Fixed2, LocalMs)>| or_absent(value, |(kw, _)| dashboard.power.show(kw, lang));
    let time = |value: Option<(Fixed2, LocalMs)>| or_absent(value, |(_, start)| format::hour_minute(start));
    let energy_text = |kwh: Option<Fixed2>| or_absent(kwh, |kwh| dashboard.energy.show(kwh, lang));
    let exact = |kwh: Option<Fixed2>| kwh.map_or(String::new(), |kwh| format!("{kwh} kWh"));
    let yuan = format!("{} {}", format::yuan(cost), common::YUAN.get(lang));
    let maximum_marks = live().with_if(day.maximum_is_partial, Mark::Partial, "");
    let list = vec![
        Figure::new(words::ENERGY_TODAY.get(lang), energy_text(energy))
            .exact(exact(energy))
            .note(so_far(sums.today_kwh, sums.yesterday_kwh))
            .marks(live()),
        Figure::new(common::REPORTED_COST.get(lang), energy.map_or(ABSENT.to_owned(), |_| yuan))
            .note(so_far(sums.today_cost, sums.yesterday_cost))
            .marks(live()),
        Figure::new(common::MAX_LOAD.get(lang), load(day.maximum)).note(time(day.maximum)).marks(maximum_marks),
        Figure::new(common::MIN_LOAD.get(lang), load(day.minimum)).note(time(day.minimum)).marks(live()),
        Figure::new(common::PEAK_VALLEY.get(lang), or_absent(day.difference_kw(), |kw| dashboard.power.show(kw, lang)))
            .note(words::UNTIL_NOW.get(lang)),
        Figure::new(common::LOAD_FACTOR.get(lang), or_absent(day.load_factor, Percent::show)).note(format!(
            "{} {}",
            common::AVERAGE_LOAD.get(lang),
            or_absent(day.mean_kw, |kw| dashboard.power.show(kw, lang))
        )),
        Figure::new(common::RECORD_LOAD.get(lang), load(day.record))
            .note(or_absent(day.record, |(_, start)| format::date_minute(start))),
        Figure::new(common::MONTH_TO_DATE.get(lang), energy_text(sums.month_kwh))
            .exact(exact(sums.month_kwh))
            .note(month_note)
            .marks(live()),
    ];
    Block::new("day", figures(list, lang)).titled(words::DAY.get(lang)).class(dashboard.tone())
}
