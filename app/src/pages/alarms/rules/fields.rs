//! A rule as the fields of its form, and back. Rows of conditions and regions that are empty do not count.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::alarms::rule::MOST_CONDITIONS;
use domain::alarms::schedule::{DAY_MINUTES, OnHolidays};
use domain::alarms::{
    Comparison, Condition, InfoClass, Join, Metric, Override, Quieting, Rationale, RegionChoice, RuleDefinition, Schedule,
    Severity,
};
use domain::{Fixed2, RegionId};

use crate::text::Text;
use crate::text::alarms::rules as texts;

/// Rows of the form; a rule made by a program may have more regions of their own.
pub const MOST_OVERRIDE_ROWS: usize = 100;
/// Rows that are offered beside those in use.
const SPARE_CONDITIONS: usize = 1;
const SPARE_OVERRIDES: usize = 1;

pub type Fields = Vec<(String, String)>;

/// A field that could not be read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Misread {
    Number,
    Whole,
    Time,
    Day,
    Choice,
}

impl Misread {
    pub fn text(self) -> Text {
        match self {
            Self::Number => texts::WRONG_NUMBER,
            Self::Whole => texts::WRONG_WHOLE,
            Self::Time => texts::WRONG_TIME,
            Self::Day => texts::WRONG_DAY,
            Self::Choice => texts::WRONG_CHOICE,
        }
    }
}

/// What somebody entered.
#[derive(Clone, PartialEq, Debug)]
pub struct Entered {
    /// With a default for each field that could not be read.
    pub definition: RuleDefinition,
    pub misread: Vec<(String, Misread)>,
    /// The row that each condition stands in.
    rows: Vec<usize>,
}

impl Entered {
    /// The field of the form that a fault's field is: conditions are counted without empty rows.
    pub fn place(&self, field: &str) -> String {
        let numbered = field.strip_prefix('c').and_then(|rest| rest.split_once('_'));
        let Some((condition, part)) = numbered.and_then(|(at, part)| Some((at.parse::<usize>().ok()?, part))) else {
            return field.to_owned();
        };
        format!("c{}_{part}", self.rows.get(condition).copied().unwrap_or(condition))
    }
}

/// Rows to show: those in use, a spare one, and one more when that was asked for.
pub fn condition_rows(fields: &Fields) -> usize {
    rows(fields, 'c', "_metric", SPARE_CONDITIONS, "condition").min(MOST_CONDITIONS)
}

pub fn override_rows(fields: &Fields) -> usize {
    rows(fields, 'o', "_region", SPARE_OVERRIDES, "override").min(MOST_OVERRIDE_ROWS)
}

fn rows(fields: &Fields, kind: char, part: &str, spare: usize, more: &str) -> usize {
    let at = |name: &str| name.strip_prefix(kind)?.strip_suffix(part)?.parse::<usize>().ok();
    let shown = fields.iter().filter_map(|(name, _)| at(name)).max().map_or(0, |last| last + 1);
    let used = fields.iter().filter(|(_, value)| !value.is_empty()).filter_map(|(name, _)| at(name)).max();
    let is_asked = fields.iter().any(|(name, value)| name == "more" && value == more);
    shown.max(used.map_or(0, |last| last + 1) + spare) + usize::from(is_asked)
}

pub fn get<'f>(fields: &'f Fields, name: &str) -> &'f str {
    fields.iter().find(|(own, _)| own == name).map_or("", |(_, value)| value.trim())
}

pub fn has(fields: &Fields, name: &str, value: &str) -> bool {
    fields.iter().any(|(own, given)| own == name && given == value)
}

/// Reads one form.
struct Reader<'f> {
    fields: &'f Fields,
    misread: Vec<(String, Misread)>,
}

impl Reader<'_> {
    fn text(&self, name: &str) -> String {
        get(self.fields, name).to_owned()
    }

    fn wrong(&mut self, name: &str, why: Misread) {
        self.misread.push((name.to_owned(), why));
    }

    fn choice<T>(&mut self, name: &str, read: impl Fn(&str) -> Option<T>) -> Option<T> {
        let text = get(self.fields, name);
        let read = (!text.is_empty()).then(|| read(text));
        if read.as_ref().is_some_and(Option::is_none) {
            self.wrong(name, Misread::Choice);
        }
        read.flatten()
    }

    fn number(&mut self, name: &str) -> Option<Fixed2> {
        let text = get(self.fields, name);
        if text.is_empty() {
            return None;
        }
        let number = number(text);
        if number.is_none() {
            self.wrong(name, Misread::Number);
        }
        number
    }

    fn whole<T: std::str::FromStr>(&mut self, name: &str) -> Option<T> {
        let text = get(self.fields, name);
        let number = text.parse().ok();
        if number.is_none() && !text.is_empty() {
            self.wrong(name, Misread::Whole);
        }
        number
    }

    fn conditions(&mut self) -> (Vec<Condition>, Vec<usize>) {
        let (mut conditions, mut used) = (Vec::new(), Vec::new());
        // one more than may be, so that too many are noticed
        for row in 0..=MOST_CONDITIONS {
            let name = |part: &str| format!("c{row}_{part}");
            if get(self.fields, &name("metric")).is_empty() && get(self.fields, &name("threshold")).is_empty() {
                continue;
            }
            let metric = self.choice(&name("metric"), Metric::from_code);
            if get(self.fields, &name("metric")).is_empty() {
                self.wrong(&name("metric"), Misread::Choice);
            }
            if get(self.fields, &name("threshold")).is_empty() {
                self.wrong(&name("threshold"), Misread::Number);
            }
            let comparison = self.choice(&name("comparison"), Comparison::from_code);
            let (threshold, deadband) = (self.number(&name("threshold")), self.number(&name("deadband")));
            let span_min = self.whole(&name("span"));
            conditions.push(Condition {
                metric: metric.unwrap_or(Metric::LoadNowKw),
                comparison: comparison.unwrap_or(Comparison::AtLeast),
                threshold: threshold.unwrap_or_default(),
                deadband: deadband.unwrap_or_default(),
                span_min,
            });
            used.push(row);
        }
        (conditions, used)
    }

    fn schedule(&mut self) -> Schedule {
        let days = (0..7u8).filter(|day| has(self.fields, "weekday", &day.to_string()));
        let holidays = self.choice("holidays", holidays_of);
        let (from_minute, to_minute) = (self.time("from_time", 0), self.time("to_time", DAY_MINUTES));
        Schedule { weekdays: days.map(|day| 1 << day).sum(), from_minute, to_minute, holidays: holidays.unwrap_or_default() }
    }

    fn time(&mut self, name: &str, default: u16) -> u16 {
        let text = get(self.fields, name);
        if text.is_empty() {
            return default;
        }
        minute(text).unwrap_or_else(|| {
            self.wrong(name, Misread::Time);
            default
        })
    }

    fn regions(&mut self) -> RegionChoice {
        if !has(self.fields, "regions", "some") {
            return RegionChoice::All;
        }
        let chosen = self.fields.iter().filter(|(name, _)| name == "region");
        let mut regions: Vec<RegionId> = chosen.filter_map(|(_, value)| value.trim().parse().ok()).collect();
        regions.sort_unstable();
        regions.dedup();
        RegionChoice::Listed(regions)
    }

    /// `rows`: the conditions that the thresholds are of.
    fn overrides(&mut self, rows: &[usize]) -> BTreeMap<RegionId, Override> {
        let mut overrides = BTreeMap::new();
        for at in 0..MOST_OVERRIDE_ROWS {
            let name = |part: &str| format!("o{at}_{part}");
            let Some(region) = self.whole::<RegionId>(&name("region")) else { continue };
            let mut thresholds: Vec<_> = rows.iter().map(|row| self.number(&name(&format!("t{row}")))).collect();
            while thresholds.last().is_some_and(Option::is_none) {
                thresholds.pop();
            }
            let severity = self.choice(&name("severity"), Severity::from_code);
            let is_left_out = !get(self.fields, &name("out")).is_empty();
            let own = Override { thresholds, severity, is_left_out };
            if own != Override::default() {
                overrides.insert(region, own);
            }
        }
        overrides
    }

    fn rationale(&mut self) -> Rationale {
        let review = get(self.fields, "review_on");
        let review_on = review.parse::<NaiveDate>().ok();
        if review_on.is_none() && !review.is_empty() {
            self.wrong("review_on", Misread::Day);
        }
        Rationale {
            cause: self.text("cause"),
            consequence: self.text("consequence"),
            response: self.text("response"),
            time_to_respond_min: self.whole("time_to_respond_min"),
            owner: self.text("owner"),
            review_on,
        }
    }
}

/// What the fields say. `standing` is the rule that is being changed: what the form does not show of it stays.
pub fn read(fields: &Fields, standing: Option<&RuleDefinition>) -> Entered {
    let mut reader = Reader { fields, misread: Vec::new() };
    let severity = reader.choice("severity", Severity::from_code);
    let class = reader.choice("class", InfoClass::from_code);
    let join = reader.choice("join", join_of);
    let (conditions, rows) = reader.conditions();
    let quiets = reader.choice("quiets", quieting_of);
    let mut overrides = reader.overrides(&rows);
    for (region, own) in standing.into_iter().flat_map(|rule| rule.overrides.iter().skip(MOST_OVERRIDE_ROWS)) {
        overrides.entry(*region).or_insert_with(|| own.clone());
    }
    let definition = RuleDefinition {
        name_zh: reader.text("name_zh"),
        name_en: reader.text("name_en"),
        severity: severity.unwrap_or(Severity::Medium),
        class,
        join: join.unwrap_or_default(),
        conditions,
        on_delay_s: reader.whole("on_delay_s").unwrap_or(0),
        off_delay_s: reader.whole("off_delay_s").unwrap_or(0),
        repeat_count: reader.whole("repeat_count").unwrap_or(1),
        needs_ack: has(fields, "needs_ack", "1"),
        latching: has(fields, "latching", "1"),
        reannunciate_min: reader.whole("reannunciate_min"),
        quiets: quiets.unwrap_or_default(),
        schedule: reader.schedule(),
        regions: reader.regions(),
        overrides,
        rationale: reader.rationale(),
    };
    Entered { definition, misread: reader.misread, rows }
}

/// The fields of a form that shows this rule.
pub fn write(rule: &RuleDefinition) -> Fields {
    let mut fields: Fields = Vec::new();
    let mut put = |name: &str, value: String| fields.push((name.to_owned(), value));
    put("name_zh", rule.name_zh.clone());
    put("name_en", rule.name_en.clone());
    put("severity", rule.severity.code().to_owned());
    put("class", rule.class.map_or("", InfoClass::code).to_owned());
    put("join", join_code(rule.join).to_owned());
    for (row, condition) in rule.conditions.iter().enumerate() {
        put(&format!("c{row}_metric"), condition.metric.code().to_owned());
        put(&format!("c{row}_comparison"), condition.comparison.code().to_owned());
        put(&format!("c{row}_threshold"), plain(condition.threshold));
        put(&format!("c{row}_deadband"), plain(condition.deadband));
        put(&format!("c{row}_span"), optional(condition.span_min));
    }
    put("on_delay_s", rule.on_delay_s.to_string());
    put("off_delay_s", rule.off_delay_s.to_string());
    put("repeat_count", rule.repeat_count.to_string());
    put("needs_ack", flag(rule.needs_ack));
    put("latching", flag(rule.latching));
    put("reannunciate_min", optional(rule.reannunciate_min));
    put("quiets", quieting_code(rule.quiets).to_owned());
    (0..7u8).filter(|day| rule.schedule.weekdays >> day & 1 == 1).for_each(|day| put("weekday", day.to_string()));
    put("from_time", clock(rule.schedule.from_minute));
    put("to_time", clock(rule.schedule.to_minute));
    put("holidays", holidays_code(rule.schedule.holidays).to_owned());
    match &rule.regions {
        RegionChoice::All => put("regions", "all".to_owned()),
        RegionChoice::Listed(regions) => {
            put("regions", "some".to_owned());
            regions.iter().for_each(|region| put("region", region.to_string()));
        }
    }
    for (at, (region, own)) in rule.overrides.iter().take(MOST_OVERRIDE_ROWS).enumerate() {
        put(&format!("o{at}_region"), region.to_string());
        for (condition, threshold) in own.thresholds.iter().enumerate() {
            put(&format!("o{at}_t{condition}"), threshold.map_or_else(String::new, plain));
        }
        put(&format!("o{at}_severity"), own.severity.map_or("", Severity::code).to_owned());
        put(&format!("o{at}_out"), flag(own.is_left_out));
    }
    let why = &rule.rationale;
    put("cause", why.cause.clone());
    put("consequence", why.consequence.clone());
    put("response", why.response.clone());
    put("time_to_respond_min", optional(why.time_to_respond_min));
    put("owner", why.owner.clone());
    put("review_on", optional(why.review_on));
    fields
}

fn optional<T: ToString>(value: Option<T>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}

fn flag(is_set: bool) -> String {
    if is_set { "1".to_owned() } else { String::new() }
}

/// Without thousands separators, as it can be entered again.
fn plain(value: Fixed2) -> String {
    let text = value.to_string();
    text.strip_suffix(".00").map_or(text.clone(), str::to_owned)
}

/// At most two decimals: more would be rounded away unseen.
fn number(text: &str) -> Option<Fixed2> {
    let decimals = text.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    if decimals > 2 { None } else { Fixed2::parse(text.replace('−', "-").as_bytes()) }
}

fn clock(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

fn minute(text: &str) -> Option<u16> {
    let (hours, minutes) = text.split_once(':')?;
    let (hours, minutes): (u16, u16) = (hours.parse().ok()?, minutes.parse().ok()?);
    let minute = hours.checked_mul(60)?.checked_add(minutes)?;
    (minutes < 60 && minute <= DAY_MINUTES).then_some(minute)
}

pub fn join_code(join: Join) -> &'static str {
    match join {
        Join::All => "all",
        Join::Any => "any",
    }
}

fn join_of(code: &str) -> Option<Join> {
    [Join::All, Join::Any].into_iter().find(|join| join_code(*join) == code)
}

pub const QUIETINGS: [Quieting; 3] = [Quieting::Nothing, Quieting::SameRule, Quieting::AllRules];

pub fn quieting_code(quieting: Quieting) -> &'static str {
    match quieting {
        Quieting::Nothing => "nothing",
        Quieting::SameRule => "same_rule",
        Quieting::AllRules => "all_rules",
    }
}

fn quieting_of(code: &str) -> Option<Quieting> {
    QUIETINGS.into_iter().find(|quieting| quieting_code(*quieting) == code)
}

pub const HOLIDAY_CHOICES: [OnHolidays; 3] = [OnHolidays::AsUsual, OnHolidays::Never, OnHolidays::Only];

pub fn holidays_code(holidays: OnHolidays) -> &'static str {
    match holidays {
        OnHolidays::AsUsual => "as_usual",
        OnHolidays::Never => "never",
        OnHolidays::Only => "only",
    }
}

fn holidays_of(code: &str) -> Option<OnHolidays> {
    HOLIDAY_CHOICES.into_iter().find(|holidays| holidays_code(*holidays) == code)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limit() -> RuleDefinition {
        domain::alarms::starter::rules().remove(0).definition
    }

    #[test]
    fn every_rule_survives_its_form() {
        let mut odd = limit();
        odd.schedule =
            Schedule { weekdays: 0b0010101, from_minute: 22 * 60, to_minute: 6 * 60 + 30, holidays: OnHolidays::Never };
        odd.regions = RegionChoice::Listed(vec![1, 2]);
        odd.conditions.push(Condition {
            metric: Metric::LoadChangePercent,
            comparison: Comparison::AtMost,
            threshold: Fixed2(-12_50),
            deadband: Fixed2(50),
            span_min: Some(15),
        });
        odd.overrides.insert(
            2,
            Override { thresholds: vec![None, Some(Fixed2(7_25))], severity: Some(Severity::Low), is_left_out: false },
        );
        odd.overrides.insert(1, Override { is_left_out: true, ..Override::default() });
        odd.rationale.review_on = "2027-01-31".parse().ok();
        odd.needs_ack = false;
        for rule in domain::alarms::starter::rules().into_iter().map(|rule| rule.definition).chain([odd]) {
            let entered = read(&write(&rule), None);
            assert_eq!((entered.definition, entered.misread), (rule, vec![]));
        }
    }

    #[test]
    fn empty_rows_are_left_out_and_faults_find_their_row() {
        let mut fields = write(&limit());
        for (name, value) in [("c0_metric", ""), ("c0_threshold", ""), ("c3_metric", "hour_kwh"), ("c3_threshold", "5")] {
            fields.retain(|(own, _)| own != name);
            fields.push((name.to_owned(), value.to_owned()));
        }
        let entered = read(&fields, None);
        assert_eq!(entered.definition.conditions.len(), 1);
        assert_eq!((entered.place("c0_threshold"), entered.place("cause")), ("c3_threshold".to_owned(), "cause".to_owned()));
        assert_eq!(condition_rows(&fields), 5);
        fields.push(("more".to_owned(), "condition".to_owned()));
        assert_eq!((condition_rows(&fields), override_rows(&fields)), (6, 1));
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let mut fields = write(&limit());
        let bad = [
            ("c0_threshold", "1,000", Misread::Number),
            ("c0_deadband", "1.234", Misread::Number),
            ("severity", "worst", Misread::Choice),
            ("on_delay_s", "-1", Misread::Whole),
            ("from_time", "24:30", Misread::Time),
            ("review_on", "2026-02-30", Misread::Day),
        ];
        for (name, value, _) in bad {
            fields.retain(|(own, _)| own != name);
            fields.push((name.to_owned(), value.to_owned()));
        }
        fields.push(("c1_threshold".to_owned(), "5".to_owned()));
        let misread = read(&fields, None).misread;
        for (name, _, why) in bad {
            assert!(misread.contains(&(name.to_owned(), why)), "{name}: {misread:?}");
        }
        assert!(misread.contains(&("c1_metric".to_owned(), Misread::Choice)), "{misread:?}");
    }

    #[test]
    fn regions_that_the_form_does_not_show_keep_their_values() {
        let mut rule = limit();
        let own = Override { is_left_out: true, ..Override::default() };
        rule.overrides = (1..=150).map(|region| (region, own.clone())).collect();
        let entered = read(&write(&rule), Some(&rule));
        assert_eq!(entered.definition.overrides.len(), 150);
    }
}
