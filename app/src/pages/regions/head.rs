//! The head of a region page: load now against its limit and its past, and the state in words.

use domain::Fixed2;
use leptos::prelude::*;
use warehouse::read::load_now::LoadAt;
use warehouse::read::regions::RegionHead;

use super::Scope;
use crate::components::Block;
use crate::components::figure::{Figure, figures};
use crate::context::{AppContext, PageRequest};
use crate::format::{self, EnergyUnit, Percent, PowerUnit};
use crate::marks::{Mark, Marks, PLAIN_COVERAGE_TENTHS, REFERENCE_COVERAGE_TENTHS};
use crate::pages::shared::{self, fixed};
use crate::text::{Lang, common, regions as words};

const HEAVY_TENTHS: i64 = 800;
const FULL_TENTHS: i64 = 1000;

/// Load of the members at one moment.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Moment {
    pub load_kw: Option<Fixed2>,
    pub coverage: Option<Percent>,
}

impl Moment {
    fn of(scope: &Scope, at: &LoadAt) -> Self {
        let members = || scope.members.iter().filter_map(|id| at.regions.get(id));
        let loads: Vec<_> = members().filter_map(|region| region.load_kw(0)).collect();
        let reported = members().map(|region| region.reported).sum();
        let expected = members().map(|region| region.expected).sum();
        Self { load_kw: (!loads.is_empty()).then(|| loads.into_iter().sum()), coverage: Percent::of(reported, expected) }
    }

    fn is_complete(self) -> bool {
        self.coverage.is_some_and(|share| share.0 >= PLAIN_COVERAGE_TENTHS)
    }
}

#[derive(Clone, PartialEq, Debug)]
pub struct HeadView {
    pub people: RegionHead,
    pub now: Moment,
    yesterday: Moment,
    last_week: Moment,
    slow_meters: i64,
    catch_up_kwh: Fixed2,
    limit_kw: Option<Fixed2>,
    is_stale: bool,
    /// Of load now; none without a limit or when the load is for reference only.
    loading: Option<Percent>,
}

impl HeadView {
    /// `moments` are now, yesterday and last week at the same clock time.
    pub fn judge(scope: &Scope, people: RegionHead, moments: &[&LoadAt; 3]) -> Self {
        let [now, yesterday, last_week] = moments.map(|at| Moment::of(scope, at));
        let members = || scope.members.iter().filter_map(|id| moments[0].regions.get(id));
        let limit_kw = scope.region.limit_kw.map(fixed);
        let trusted = now.coverage.is_some_and(|share| share.0 >= REFERENCE_COVERAGE_TENTHS);
        let loading = match (now.load_kw, limit_kw) {
            (Some(load), Some(limit)) if trusted => Percent::of(load.0, limit.0),
            _ => None,
        };
        Self {
            people,
            now,
            yesterday,
            last_week,
            slow_meters: members().map(|region| region.slow_meters).sum(),
            catch_up_kwh: members().map(|region| region.catch_up_kwh).sum(),
            limit_kw,
            is_stale: scope.stale_ms.is_some(),
            loading,
        }
    }

    /// Class, glyph and words, the gravest first.
    pub fn state(&self) -> (&'static str, &'static str, crate::text::Text) {
        let coverage = self.now.coverage.map_or(0, |share| share.0);
        match self.loading {
            _ if self.is_stale => ("silent", "⏱", words::STATE_STALE),
            Some(Percent(tenths)) if tenths > FULL_TENTHS => ("over", "▲", words::STATE_OVER),
            Some(Percent(tenths)) if tenths >= HEAVY_TENTHS => ("heavy", "△", words::STATE_HEAVY),
            _ if self.now.load_kw.is_none() => ("silent", "⏱", words::STATE_SILENT),
            _ if coverage < REFERENCE_COVERAGE_TENTHS => ("partial", "◐", words::STATE_REFERENCE),
            _ if coverage < PLAIN_COVERAGE_TENTHS => ("partial", "◐", words::STATE_PARTIAL),
            _ => ("normal", "✓", words::STATE_NORMAL),
        }
    }

    fn marks(&self, scope: &Scope, lang: Lang) -> Marks {
        if self.now.load_kw.is_none() {
            return Marks::none().with(Mark::NoData, "");
        }
        let stale = scope.stale_ms.map_or_else(String::new, |ms| format::age(ms, lang));
        let coverage = self.now.coverage.map_or_else(String::new, Percent::show);
        let marks = Marks::none().with_if(scope.stale_ms.is_some(), Mark::Stale, stale);
        match Mark::of_coverage(self.now.coverage) {
            Some(mark) => marks.with(mark, coverage),
            None => marks,
        }
    }

    /// Both sides have to be complete.
    fn change(&self, before: Moment, unit: PowerUnit, lang: Lang) -> Option<String> {
        let (now_kw, before_kw) = (self.now.load_kw?, before.load_kw?);
        if !self.now.is_complete() || !before.is_complete() {
            return None;
        }
        let difference = now_kw - before_kw;
        let share = Percent::of(difference.0, before_kw.0).map(|share| format!(" ({})", share.show_change()));
        Some(format!("{}{}", format::power_change(unit, difference, lang), share.unwrap_or_default()))
    }
}

pub fn block(view: &HeadView, scope: &Scope, request: &PageRequest, ctx: &AppContext) -> Block {
    let lang = request.view.lang;
    let reference = [view.now.load_kw, view.yesterday.load_kw, view.limit_kw].into_iter().flatten().max().unwrap_or_default();
    let unit = PowerUnit::for_block(ctx.units, reference);
    let power = |value: Option<Fixed2>| format::or_absent(value, |kw| unit.show(kw, lang));
    let compared = |label: crate::text::Text, before: Moment, absent: crate::text::Text| {
        let change = view.change(before, unit, lang);
        let note = if change.is_some() { power(before.load_kw) } else { absent.get(lang).to_owned() };
        Figure::new(label.get(lang), format::or_absent(change, |text| text)).note(note)
    };
    let limit_note = view.loading.map_or_else(String::new, |share| format!("{} {}", common::LOADING.get(lang), share.show()));
    let limit = match view.limit_kw {
        Some(kw) => Figure::new(common::LIMIT.get(lang), unit.show(kw, lang)).note(limit_note),
        None => Figure::new(common::LIMIT.get(lang), common::ABSENT).note(words::NO_LIMIT.get(lang)),
    };
    let row = vec![
        Figure::new(common::LOAD_NOW.get(lang), power(view.now.load_kw)).marks(view.marks(scope, lang)).note(apart(view, lang)),
        limit,
        compared(common::VS_YESTERDAY, view.yesterday, common::NO_YESTERDAY),
        compared(common::VS_LAST_WEEK, view.last_week, common::NO_LAST_WEEK),
        Figure::new(common::COVERAGE.get(lang), format::or_absent(view.now.coverage, Percent::show)),
        Figure::new(common::REGISTERED_CUSTOMERS.get(lang), format::count(view.people.registered)),
        Figure::new(words::REPORTING_TODAY.get(lang), format::count(view.people.reporting_today)),
    ];
    let (class, glyph, sentence) = view.state();
    let content = view! {
        <p class=format!("region-state state-{class}") role="status">
            <i aria-hidden="true">{glyph}</i>
            " "
            {sentence.get(lang)}
        </p>
        {lineage(scope, lang)}
        {figures(row, lang)}
    };
    Block::new("region-head", content).class(if scope.stale_ms.is_some() { "wide greyed" } else { "wide" })
}

/// What is not in the load, named beside it.
fn apart(view: &HeadView, lang: Lang) -> String {
    let slow = (view.slow_meters > 0).then(|| words::OTHER_SLOW.with(lang, &[&format::count(view.slow_meters)]));
    let catch_up =
        (view.catch_up_kwh.0 > 0).then(|| words::CATCH_UP_APART.with(lang, &[&EnergyUnit::Kwh.show(view.catch_up_kwh, lang)]));
    slow.into_iter().chain(catch_up).collect::<Vec<_>>().join(" · ")
}

/// Parent above and regions below, as links.
fn lineage(scope: &Scope, lang: Lang) -> AnyView {
    let parent = scope.region.parent_id.and_then(|id| scope.tree.find(id)).map(|parent| {
        let link = shared::region_link(parent.region_id, &parent.region_name, lang);
        view! { <p class="lineage">{words::PARENT.get(lang)} " " {link}</p> }
    });
    let children: Vec<_> = scope.tree.children(scope.region.region_id).collect();
    let below = (!children.is_empty()).then(|| {
        let links = children.iter().map(|child| {
            let link = shared::region_link(child.region_id, &child.region_name, lang);
            view! { " " {link} }
        });
        let sentence = words::SUM_OF.with(lang, &[&children.len().to_string()]);
        view! { <p class="lineage">{sentence} ":" {links.collect_view()}</p> }
    });
    view! { {parent} {below} }.into_any()
}
