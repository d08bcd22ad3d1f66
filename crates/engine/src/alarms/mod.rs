//! Alarms: rules judged over closed windows and periods, and the state machine of ISA-18.2. Pure and synchronous.
//!
//! [`Alarms::step`] takes what was measured since the last step and says which alarms changed and what happened to them;
//! [`act`] does the same for one act of a person. Everything that must outlive a restart is in the points: after any step
//! `Alarms` may be thrown away and made anew from them.
//!
//! Two clocks: event time moves the process timers, window by window (`ticks`); the wall clock moves what is read now and
//! the timers of people (`wall`). At each moment parents are judged before their children, so that a child that becomes
//! true together with its parent is quieted before anybody is told of it.

mod act;
mod board;
mod judge;
mod ledger;
mod machine;
pub mod notices;
mod periods;
mod report;
mod revise;
mod rules;
mod settings;
mod ticks;
mod tree;
mod turn;
mod values;
mod wall;
mod windows;

use std::collections::BTreeSet;

use domain::LocalMs;
use domain::alarms::inputs::{Needs, RegionNode, StepInput};
use domain::alarms::point::AlarmId;
use domain::alarms::{Holidays, Point, PointKey, Quality, Rule, State};

use ledger::{Ledger, is_watched};
use periods::Running;
use rules::Rules;
use settings::Now;
use ticks::Ticks;
use tree::Tree;
use turn::Turn;
use windows::Windows;

pub use act::act;
pub use report::Report;
pub use settings::AlarmSettings;

/// The evaluation of all enabled rules.
pub struct Alarms {
    settings: AlarmSettings,
    tree: Tree,
    rules: Rules,
    holidays: Holidays,
    windows: Windows,
    running: Running,
    ledger: Ledger,
    /// Points have not been compared with the rules in force.
    is_unsettled: bool,
    /// What was true before is not known: everything is looked at once.
    is_first: bool,
}

impl Alarms {
    /// `rules`: those in force and enabled; `points`: every stored one.
    pub fn new(
        settings: AlarmSettings,
        rules: Vec<Rule>,
        regions: Vec<RegionNode>,
        holidays: Holidays,
        points: Vec<Point>,
    ) -> Self {
        let tree = Tree::new(&regions);
        let rules = Rules::new(rules, &tree);
        let windows = Windows::new(tree.len(), rules.window_minutes().unwrap_or(0));
        let mut ledger = Ledger::default();
        for point in points {
            ledger.load(&rules, point);
        }
        Self { settings, tree, rules, holidays, windows, running: Running::default(), ledger, is_unsettled: true, is_first: true }
    }

    /// What the rules need to be loaded. `window_minutes` before the step are needed in the first step only (and again when
    /// the number grows after [`Self::replace_rules`]); what is held is kept. A revised window may come again in any step. A
    /// revised period is given whole: its rows of all regions.
    pub fn needs(&self) -> Needs {
        self.rules.needs()
    }

    /// Whether the step cannot be decided without knowing which energy is not load.
    pub fn wants_not_load(&self, input: &StepInput) -> bool {
        if !self.rules.iter().any(|ready| ready.has_load) || input.to <= input.from || input.is_copying {
            return false;
        }
        let is_pending = self.rules.iter().filter(|ready| ready.has_load).any(|ready| {
            let is_watched =
                |region| self.ledger.watched(self.tree.region_id(region)).any(|rule_id| rule_id == ready.rule.rule_id);
            (0..self.tree.len()).any(is_watched)
        });
        is_pending || ticks::may_need_not_load(&self.rules, &self.tree, &self.windows, input)
    }

    /// Judges everything from `input.from` (not included) to `input.to`, and the wall clock.
    pub fn step(&mut self, input: StepInput) -> Report {
        let now = self.now(input.now_ms, input.local_now);
        self.settle_rules(now);
        let from = ticks::start_of(&input);
        let is_history = self.windows.begin(from);
        self.windows.set_not_load(&self.tree, &input.not_load);
        let (ended, older) = ticks::split(&self.tree, &input, from);
        let mut changed = BTreeSet::new();
        for (region, window, own) in older {
            if self.windows.revise(&self.tree, region, window, own) {
                changed.insert(region);
            }
        }
        // what was not judged may have become true unseen
        self.is_first |= !changed.is_empty() || input.is_copying;
        let Self { tree, rules, holidays, windows, running, ledger, .. } = self;
        let mut turn = Turn { tree, rules, holidays, ledger, now };
        if input.is_copying {
            turn.doubt(input.to);
        } else {
            if !is_history {
                revise::windows(&mut turn, windows, &changed, from);
            }
            revise::periods(&mut turn, &input, from, self.settings.grace_ms);
            turn.settle_quiet(from);
        }
        if input.is_copying || !ticks::has_event_clock(rules) {
            // nothing is judged, but what is held goes on
            for end in windows::number(from) + 1..=windows::number(input.to) {
                let end = LocalMs(end * domain::WINDOW_MS);
                windows.push(ended.get(&end).map_or(&[][..], Vec::as_slice));
            }
        } else {
            let grace_ms = self.settings.grace_ms;
            Ticks { windows, running, input: &input, from, grace_ms, is_first: self.is_first }.run(&mut turn, &ended);
            self.is_first &= windows::number(input.to) <= windows::number(from);
        }
        if input.has_wall {
            wall::run(&mut turn, &input);
        }
        wall::people(&mut turn, input.local_now);
        self.ledger.report()
    }

    fn now(&self, now_ms: i64, local_now: LocalMs) -> Now {
        Now { now_ms, local_now, annunciate_within_ms: self.settings.annunciate_within_ms }
    }

    /// Other rules, regions or holidays; alarms of rules that changed or are gone return.
    pub fn replace_rules(&mut self, rules: Vec<Rule>, regions: Vec<RegionNode>, holidays: Holidays, now_ms: i64) -> Report {
        let tree = Tree::new(&regions);
        self.rules = Rules::new(rules, &tree);
        self.windows = self.windows.moved_to(&self.tree, &tree, self.rules.window_minutes().unwrap_or(0));
        self.running = Running::default();
        self.tree = tree;
        self.holidays = holidays;
        self.ledger.reindex(&self.rules);
        (self.is_unsettled, self.is_first) = (true, true);
        self.settle_rules(self.now(now_ms, LocalMs::default()));
        self.ledger.report()
    }

    /// Points were judged by the rules that they name; those of other versions, or of none, return.
    fn settle_rules(&mut self, now: Now) {
        if !std::mem::take(&mut self.is_unsettled) {
            return;
        }
        for key in self.ledger.all() {
            let Some(before) = self.ledger.get(&key) else { continue };
            let ready = self.rules.get(key.rule_id).filter(|ready| ready.covers(&self.tree, before.key.subject));
            let is_same = ready.is_some_and(|ready| ready.rule.version == before.rule_version);
            if is_same || (before.state == State::Norm && !is_watched(before)) {
                continue;
            }
            let before = before.clone();
            let mut point = before.clone();
            if let Some(ready) = ready {
                point.rule_version = ready.rule.version;
                point.severity = ready.definition().severity_in(point.key.subject.region_id());
            }
            let transition = machine::rule_changed(&mut point, ready.is_none(), &now);
            if transition.is_some() || point != before {
                self.ledger.put(&self.rules, point, transition);
            }
        }
    }

    /// Points that people changed.
    pub fn replace_points(&mut self, points: Vec<Point>) {
        for point in points {
            self.ledger.load(&self.rules, point);
        }
    }

    /// Numbers that the store gave to new points.
    pub fn stored(&mut self, numbers: &[(PointKey, AlarmId)]) {
        for (key, alarm_id) in numbers {
            self.ledger.set_number(*key, *alarm_id);
        }
    }
}

impl Turn<'_> {
    /// Numbers are being written anew: what stands is held and marked.
    fn doubt(&mut self, at: LocalMs) {
        for key in self.ledger.all() {
            let Some(before) = self.ledger.get(&key).filter(|point| is_watched(point)) else { continue };
            if self.rules.get(key.rule_id).is_none_or(|ready| ready.is_wall) {
                continue;
            }
            let before = before.clone();
            let mut point = before.clone();
            let transition = machine::quality(&mut point, Quality::Uncertain, at, &self.now);
            self.put_changed(&before, point, transition);
        }
    }
}
