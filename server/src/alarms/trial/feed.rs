//! Stored numbers of a past period as the machine looks at them, an hour at a time.

use std::collections::BTreeMap;

use domain::alarms::inputs::{Needs, NotLoad, PeriodSum, StepInput, WindowSum};
use domain::effect::Grain;
use domain::{Fixed2, LocalMs, RegionId, UserId, WINDOW_MS};
use warehouse::WarehouseError;
use warehouse::alarms::evaluation::{Snapshot, Span};

const STEP_MS: i64 = 60_000;
const QUARTER_MS: i64 = 900_000;
const HOUR_MS: i64 = 3_600_000;

/// One hour of numbers.
#[derive(Default)]
pub struct Slice {
    /// Everything but the running sums; windows of before the first slice are in it.
    pub input: StepInput,
    /// Sums at the start of the slice, by what runs.
    running: BTreeMap<(Grain, RegionId), i64>,
    grains: Vec<Grain>,
    has_windows: bool,
}

/// Where the rules look.
pub struct Feed<'a> {
    pub needs: &'a Needs,
    pub ranked: &'a [RegionId],
    pub watched: &'a [UserId],
    pub grace_ms: i64,
}

impl Feed<'_> {
    /// `is_first`: with the minutes before it that loads look back on.
    pub async fn slice(
        &self,
        from: LocalMs,
        to: LocalMs,
        is_first: bool,
        snapshot: &mut Snapshot,
    ) -> Result<Slice, WarehouseError> {
        let mut input = StepInput { from, to, now_ms: to.0, local_now: to, ..StepInput::default() };
        let mut running = BTreeMap::new();
        let looks_at_windows = self.needs.window_minutes.is_some() || !self.needs.running.is_empty();
        if looks_at_windows {
            let back_ms = if is_first { i64::from(self.needs.window_minutes.unwrap_or(0)) * 60_000 } else { 0 };
            input.windows = snapshot.windows_between(from.plus_ms(-back_ms), to).await?;
        }
        let span = Span { from, to, revised_since: None };
        for grain in &self.needs.periods {
            input.periods.extend(snapshot.periods(*grain, span, self.grace_ms).await?);
        }
        for grain in &self.needs.running {
            if period_start(*grain, from) < from {
                let sums = snapshot.running(*grain, from).await?;
                running.extend(sums.into_iter().filter_map(|sum| Some(((*grain, sum.region_id), sum.energy_kwh?.0))));
            }
        }
        if self.needs.completeness {
            for quarter in closed(from, to, QUARTER_MS, self.grace_ms) {
                input.completeness.extend(snapshot.completeness(quarter).await?);
            }
        }
        if self.needs.rank_changes && !self.ranked.is_empty() {
            for hour in closed(from, to, HOUR_MS, self.grace_ms) {
                input.rank_changes.extend(snapshot.rank_changes(hour, self.ranked, self.watched).await?);
            }
        }
        Ok(Slice { input, running, grains: self.needs.running.clone(), has_windows: looks_at_windows })
    }
}

impl Slice {
    /// Complete for every step of the slice.
    pub fn set_not_load(&mut self, not_load: Vec<NotLoad>) {
        self.input.not_load = not_load;
    }

    pub fn has_numbers(&self) -> bool {
        let input = &self.input;
        !(input.windows.is_empty() && input.periods.is_empty() && input.completeness.is_empty() && input.rank_changes.is_empty())
    }

    /// The same numbers minute by minute: the machine tells the value of an active alarm once a minute, and the farthest
    /// of them is kept.
    /// Rules on closed periods alone have no other moments.
    pub fn steps(mut self, grace_ms: i64) -> Vec<StepInput> {
        if !self.has_windows {
            return vec![self.input];
        }
        let (from, to) = (self.input.from, self.input.to);
        let mut by_end: BTreeMap<LocalMs, StepInput> = BTreeMap::new();
        let mut at = from;
        while at < to {
            let end = at.plus_ms(STEP_MS).min(to);
            let not_load = self.input.not_load.clone();
            let step = StepInput { from: at, to: end, now_ms: end.0, local_now: end, not_load, ..StepInput::default() };
            by_end.insert(end, step);
            at = end;
        }
        // older ones come with the first step
        for sum in std::mem::take(&mut self.input.windows) {
            if let Some(step) = step_at(&mut by_end, sum.start.plus_ms(WINDOW_MS)) {
                step.windows.push(sum);
            }
        }
        for sum in std::mem::take(&mut self.input.periods) {
            if let Some(step) = step_at(&mut by_end, sum.start.plus_ms(length_ms(sum.grain) + grace_ms)) {
                step.periods.push(sum);
            }
        }
        for row in std::mem::take(&mut self.input.completeness) {
            if let Some(step) = step_at(&mut by_end, row.quarter.plus_ms(QUARTER_MS + grace_ms)) {
                step.completeness.push(row);
            }
        }
        for row in std::mem::take(&mut self.input.rank_changes) {
            if let Some(step) = step_at(&mut by_end, row.hour.plus_ms(HOUR_MS + grace_ms)) {
                step.rank_changes.push(row);
            }
        }
        for step in by_end.values_mut() {
            let ended: Vec<_> = step.windows.iter().filter(|sum| sum.start >= step.from).copied().collect();
            self.advance(step.from, step.to, &ended);
            step.running = self.sums(step.to);
        }
        by_end.into_values().collect()
    }

    /// Periods begin at whole minutes, as steps do.
    fn advance(&mut self, from: LocalMs, to: LocalMs, windows: &[WindowSum]) {
        let within = to.plus_ms(-1);
        for grain in self.grains.clone() {
            if period_start(grain, within) >= from {
                self.running.retain(|(own, _), _| *own != grain);
            }
            for sum in windows {
                let kwh = sum.energy_kwh.map_or(0, |kwh| kwh.0);
                *self.running.entry((grain, sum.region_id)).or_default() += kwh;
            }
        }
    }

    fn sums(&self, end: LocalMs) -> Vec<PeriodSum> {
        let sum = |((grain, region_id), kwh): (&(Grain, RegionId), &i64)| PeriodSum {
            region_id: *region_id,
            grain: *grain,
            start: period_start(*grain, end.plus_ms(-1)),
            energy_kwh: Some(Fixed2(*kwh)),
        };
        self.running.iter().map(sum).collect()
    }
}

/// The step in which something becomes known.
fn step_at(by_end: &mut BTreeMap<LocalMs, StepInput>, moment: LocalMs) -> Option<&mut StepInput> {
    by_end.range_mut(moment..).next().map(|(_, step)| step)
}

fn length_ms(grain: Grain) -> i64 {
    match grain {
        Grain::Quarter => QUARTER_MS,
        Grain::Hour => HOUR_MS,
        // no rule waits for longer ones
        Grain::Day | Grain::Month | Grain::Year => 24 * HOUR_MS,
    }
}

fn period_start(grain: Grain, at: LocalMs) -> LocalMs {
    match grain {
        Grain::Quarter => at.day().quarter_start(at.quarter()),
        Grain::Hour => at.hour_start(),
        Grain::Day => at.day().start(),
        Grain::Month => at.day().month_start().start(),
        Grain::Year => at.day().year_start().start(),
    }
}

/// Starts of the periods whose end and grace lie in the step.
fn closed(from: LocalMs, to: LocalMs, length_ms: i64, grace_ms: i64) -> Vec<LocalMs> {
    let after = from.0 - grace_ms - length_ms;
    let first = after.div_euclid(length_ms) * length_ms + length_ms;
    let starts = (0..).map(|count| first + count * length_ms);
    starts.take_while(|start| start + length_ms + grace_ms <= to.0).map(LocalMs).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn running_sums_grow_with_the_windows_and_begin_anew() {
        let at = |text: &str| LocalMs::parse(text.as_bytes()).expect("a time");
        let (from, to) = (at("2016-01-11 09:58:00"), at("2016-01-11 10:02:00"));
        let window = |start: &str, kwh: i64| WindowSum { region_id: 1, start: at(start), energy_kwh: Some(Fixed2(kwh)) };
        let windows = vec![
            window("2016-01-11 09:57:45", 1_000),
            window("2016-01-11 09:58:00", 60),
            window("2016-01-11 09:58:55", 40),
            window("2016-01-11 10:00:00", 7),
            window("2016-01-11 10:01:05", 5),
        ];
        let period = |start: &str| PeriodSum { region_id: 1, grain: Grain::Quarter, start: at(start), energy_kwh: None };
        let slice = Slice {
            input: StepInput { from, to, windows, periods: vec![period("2016-01-11 09:44:00")], ..StepInput::default() },
            running: BTreeMap::from([((Grain::Hour, 1), 40), ((Grain::Day, 1), 400)]),
            grains: vec![Grain::Hour, Grain::Day],
            has_windows: true,
        };
        let steps = slice.steps(60_000);
        assert_eq!(steps.len(), 4);
        assert_eq!(steps[0].windows.len(), 3, "the one before comes with the first");
        let of = |step: usize, grain| {
            let sum = steps[step].running.iter().find(|sum| sum.grain == grain);
            sum.and_then(|sum| sum.energy_kwh).map_or(0, |kwh| kwh.0)
        };
        let hours: Vec<_> = (0..4).map(|step| of(step, Grain::Hour)).collect();
        let days: Vec<_> = (0..4).map(|step| of(step, Grain::Day)).collect();
        assert_eq!((hours, days), (vec![140, 140, 7, 12], vec![500, 500, 507, 512]));
        assert_eq!(steps[1].periods.len(), 1, "due at ten, with the end of the second minute");
    }
}
