//! Every state against everything that can happen to it: where it leads, what it leaves as it is, and what is refused.

use chrono::NaiveDate;
use domain::alarms::{
    Act, Comparison, Condition, Metric, Override, Point, Quieting, RegionChoice, Rule, Severity, State, Suppression, Transition,
};
use engine::alarms::act;

use super::support::{World, condition, key, kwh, person, window_rule};

const MINUTE_MS: i64 = 60_000;

/// What happens, in the order of the table's columns.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Happening {
    True,
    False,
    Acknowledge,
    Reset,
    Shelve,
    Unshelve,
    ShelfOver,
    OutOfService,
    InService,
    ReannunciateDue,
    ParentRises,
    ParentGone,
}

const COLUMNS: [Happening; 12] = [
    Happening::True,
    Happening::False,
    Happening::Acknowledge,
    Happening::Reset,
    Happening::Shelve,
    Happening::Unshelve,
    Happening::ShelfOver,
    Happening::OutOfService,
    Happening::InService,
    Happening::ReannunciateDue,
    Happening::ParentRises,
    Happening::ParentGone,
];

/// `+` after a state: its condition is true. Cells: `.` nothing happens, a state (`*`: the same one, with an entry in the
/// history), or a refusal in small letters.
#[rustfmt::skip]
const TABLE: &str = "
NORM          UNACK  .     ack     latched SHLVD  shelved .     OOSRV service .     .     .
UNACK+        .      RTNUN ACKED   true    SHLVD  shelved .     OOSRV service .     DSUPR .
UNACK+noack   .      NORM  ACKED   true    SHLVD  shelved .     OOSRV service .     DSUPR .
UNACK+latch   .      LTUNK ACKED   true    SHLVD  shelved .     OOSRV service .     DSUPR .
ACKED+        .      NORM  ack     true    SHLVD  shelved .     OOSRV service UNACK DSUPR .
ACKED+latch   .      LTACK ack     true    SHLVD  shelved .     OOSRV service UNACK DSUPR .
RTNUN         UNACK  .     NORM    latched aside  shelved .     OOSRV service .     .     .
LTUNK         UNACK  .     LTACK   latched aside  shelved .     OOSRV service .     .     .
LTACK         UNACK  .     ack     NORM    aside  shelved .     OOSRV service .     .     .
SHLVD+        .      *     ack     true    *      ACKED   UNACK OOSRV service .     .     .
SHLVD         *      .     ack     latched *      NORM    NORM  OOSRV service .     .     .
DSUPR+        .      *     ack     true    aside  shelved .     OOSRV service .     .     UNACK
DSUPR+acked   .      *     ack     true    aside  shelved .     OOSRV service .     .     ACKED
DSUPR         *      .     ack     latched aside  shelved .     OOSRV service .     .     NORM
OOSRV+        .      *     ack     true    aside  shelved .     *     ACKED   .     .     .
OOSRV         *      .     ack     latched aside  shelved .     *     NORM    .     .     .
";

fn refusal(short: &str) -> Option<&'static str> {
    Some(match short {
        "ack" => "nothing_to_acknowledge",
        "latched" => "not_latched",
        "true" => "still_true",
        "aside" => "cannot_set_aside",
        "shelved" => "not_shelved",
        "service" => "not_out_of_service",
        _ => return None,
    })
}

/// Rule 1 is tried in region 2; rule 9 looks at region 1 alone, is always true there and quiets everything below.
fn rules(row: &str) -> Vec<Rule> {
    let mut tried = window_rule(1);
    tried.definition.needs_ack = !row.ends_with("noack");
    tried.definition.latching = row.ends_with("latch") || row.starts_with("LT");
    tried.definition.reannunciate_min = Some(10);
    let always = Condition { deadband: kwh(0), ..condition(Metric::WindowKwh, Comparison::Above, -1_000) };
    let mut parent = super::support::rule(9, vec![always]);
    parent.definition.regions = RegionChoice::Listed(vec![1, 4]);
    parent.definition.overrides.insert(4, Override { is_left_out: true, ..Override::default() });
    parent.definition.quiets = Quieting::AllRules;
    vec![tried, parent]
}

fn start(row: &str) -> Point {
    let state = State::from_code(&row[..row.find('+').unwrap_or(row.len())]).unwrap();
    let mut point = Point::new(key(1, 2), 1, Severity::High);
    point.alarm_id = 1;
    point.version = 5;
    point.state = state;
    point.is_active = row.contains('+');
    point.holds = u16::from(point.is_active);
    point.occurrence = 3;
    point.is_acknowledged = row.ends_with("acked") || state == State::Acked;
    match state {
        State::Shlvd => point.shelved_until_ms = Some(i64::MAX),
        State::Acked => point.reannunciate_ms = Some(i64::MAX),
        State::Dsupr => point.suppressed_by = Some(Suppression::Alarm(key(9, 1))),
        _ => {}
    }
    point
}

fn parent() -> Point {
    Point { alarm_id: 2, state: State::Acked, is_active: true, holds: 1, ..Point::new(key(9, 1), 1, Severity::High) }
}

/// The history that a happening leaves, and the point after it; or the refusal.
fn happen(row: &str, happening: Happening) -> Result<(Point, Vec<Transition>), &'static str> {
    let mut point = start(row);
    let has_parent = match happening {
        Happening::ParentRises => true,
        Happening::ParentGone => false,
        _ => point.state == State::Dsupr,
    };
    match happening {
        Happening::ShelfOver if point.shelved_until_ms.is_some() => point.shelved_until_ms = Some(1),
        Happening::ReannunciateDue if point.reannunciate_ms.is_some() => point.reannunciate_ms = Some(1),
        _ => {}
    }
    if let Some(act) = act_of(happening) {
        let rule = &rules(row)[0];
        return engine_act(&point, rule, &act);
    }
    let mut points = vec![point];
    points.extend(has_parent.then(parent));
    let mut rules = rules(row);
    rules.truncate(1 + usize::from(has_parent));
    let mut world = World::with(rules, points);
    let entries = match happening {
        Happening::True => world.tick(&[(2, 11)]),
        Happening::False => world.tick(&[(2, 9)]),
        _ => world.wait(0),
    };
    Ok((world.point(1, 2).clone(), entries.into_iter().filter(|entry| entry.key == key(1, 2)).collect()))
}

fn engine_act(point: &Point, rule: &Rule, done: &Act) -> Result<(Point, Vec<Transition>), &'static str> {
    act(point, &rule.definition, done, &person("engineer"), true, 0).map_err(|refusal| refusal.code())
}

fn act_of(happening: Happening) -> Option<Act> {
    let reason = "repairs".to_owned();
    Some(match happening {
        Happening::Acknowledge => Act::Acknowledge { comment: None },
        Happening::Reset => Act::Reset,
        Happening::Shelve => Act::Shelve { until_ms: 30 * MINUTE_MS, reason },
        Happening::Unshelve => Act::Unshelve,
        Happening::OutOfService => Act::TakeOutOfService { reason, review_on: NaiveDate::from_ymd_opt(1970, 2, 1).unwrap() },
        Happening::InService => Act::ReturnToService,
        _ => return None,
    })
}

#[test]
fn every_state_meets_everything_that_can_happen() {
    for line in TABLE.trim().lines() {
        let mut cells = line.split_whitespace();
        let row = cells.next().unwrap();
        let cells: Vec<&str> = cells.collect();
        assert_eq!(cells.len(), COLUMNS.len(), "{line}");
        for (cell, happening) in cells.into_iter().zip(COLUMNS) {
            check(row, happening, cell);
        }
    }
}

fn check(row: &str, happening: Happening, cell: &str) {
    let name = format!("{row} {happening:?}");
    let before = start(row);
    let result = happen(row, happening);
    if let Some(code) = refusal(cell) {
        assert_eq!(result.err(), Some(code), "{name}");
        return;
    }
    let (after, entries) = result.unwrap_or_else(|code| panic!("{name}: refused as {code}"));
    if cell == "." {
        assert_eq!((after.state, entries, after.version), (before.state, vec![], before.version), "{name}");
        return;
    }
    let to = if cell == "*" { before.state } else { State::from_code(cell).unwrap() };
    assert_eq!(entries.len(), 1, "{name}: {entries:?}");
    let entry = &entries[0];
    assert_eq!((after.state, entry.from, entry.to), (to, before.state, to), "{name}");
    assert_eq!(after.version, before.version + 1, "{name}");
    // an entry to UNACK is annunciated and is a new occurrence; nothing else is
    let is_entry = to == State::Unack;
    assert_eq!((entry.is_annunciated, entry.is_retrospective), (is_entry, false), "{name}");
    assert_eq!(after.occurrence, before.occurrence + i64::from(is_entry), "{name}");
    assert_eq!(after.annunciated_ms.is_some(), is_entry, "{name}");
    // what belongs to a state goes with it
    assert_eq!(after.shelved_until_ms.is_some(), to == State::Shlvd, "{name}");
    assert_eq!(after.review_on.is_some(), to == State::Oosrv && entry.actor.is_some(), "{name}");
    assert_eq!(after.suppressed_by.is_some(), to == State::Dsupr, "{name}");
    assert_eq!(after.reannunciate_ms.is_some(), to == State::Acked, "{name}");
    assert!(!to.is_open() || to == State::Rtnun || to == State::Ltunk || to == State::Ltack || after.is_active, "{name}");
}

#[test]
fn the_table_names_every_state() {
    for state in State::ALL {
        assert!(TABLE.lines().any(|line| line.starts_with(state.code())), "{state:?}");
    }
}
