//! What people do to alarms: who may, to which of them, and what became of each.

use std::collections::{BTreeMap, BTreeSet};

use app::AppContext;
use app::viewer::Viewer;
use domain::FailureKind;
use domain::access::Permission;
use domain::alarms::act::{MOST_COMMENT_CHARS, SHELF_USUAL_MIN};
use domain::alarms::point::AlarmId;
use domain::alarms::{Act, Person, Point, Refusal, Transition};
use serde_json::{Value, json};
use tokio::sync::Semaphore;
use warehouse::WarehouseError;
use warehouse::access::{AccessPool, Author, AuthorKind};
use warehouse::alarms::acts::{ActRecord, ActWork, Held, LastChange, MOST_ALARMS};

use super::notify::decide::decide_and_record;

const MINUTE_MS: i64 = 60_000;

/// Acts take turns in the database anyway: more than these would only hold connections that signing in needs.
static TURNS: Semaphore = Semaphore::const_new(2);

/// An act, as whoever wants it says it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Wish {
    Do(Act),
    /// To somebody by the name that he signs in with.
    AssignTo(String),
}

/// An alarm and the version that was seen of it; none: as it is now.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Chosen {
    pub alarm_id: AlarmId,
    pub version: Option<i32>,
}

/// What became of each chosen alarm.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Outcome {
    pub done: Vec<AlarmId>,
    pub refused: Vec<(AlarmId, Refusal)>,
    /// They do not exist, or are somebody else's.
    pub missing: Vec<AlarmId>,
}

/// Why nothing was done at all.
#[derive(Debug, thiserror::Error)]
pub enum ActError {
    #[error("the viewer may not act on alarms")]
    Forbidden,
    #[error("no alarm was chosen")]
    NothingChosen,
    #[error("more than {MOST_ALARMS} alarms were chosen")]
    TooMany,
    #[error("a text is longer than {MOST_COMMENT_CHARS} characters")]
    TextTooLong,
    #[error("there is nobody of that name who sees the alarms")]
    UnknownAssignee,
    #[error(transparent)]
    Warehouse(#[from] WarehouseError),
}

impl ActError {
    pub fn kind(&self) -> FailureKind {
        match self {
            Self::Warehouse(error) => error.kind(),
            _ => FailureKind::Operator,
        }
    }
}

/// When a time on the shelf ends that begins now; the usual one when none is given.
pub fn shelf_end(now_ms: i64, minutes: Option<i64>) -> i64 {
    now_ms.saturating_add(minutes.unwrap_or(SHELF_USUAL_MIN).saturating_mul(MINUTE_MS))
}

/// Does it to every chosen alarm that lets it be done, in one transaction.
pub async fn act(
    ctx: &AppContext,
    access: &AccessPool,
    author: &Author,
    chosen: &[Chosen],
    wish: Wish,
) -> Result<Outcome, ActError> {
    let viewer = &*ctx.viewer;
    if !viewer.may(Permission::ActOnAlarms) {
        return Err(ActError::Forbidden);
    }
    let versions: BTreeMap<AlarmId, Option<i32>> = chosen.iter().rev().map(|one| (one.alarm_id, one.version)).collect();
    match versions.len() {
        0 => return Err(ActError::NothingChosen),
        count if count > MOST_ALARMS => return Err(ActError::TooMany),
        _ => {}
    }
    check_texts(&wish)?;
    let ids: Vec<AlarmId> = versions.keys().copied().collect();
    let _turn = TURNS.acquire().await;
    let mut work = ActWork::begin(access).await?;
    let mut held = work.load(&ids).await?;
    held.points.retain(|point| sees(viewer, point));
    let act = resolve(&mut work, viewer, &held, wish).await?;
    let last_changes = work.last_changes(&stale(&held.points, &versions)).await?;
    let now_ms = ctx.now_ms();
    let judged = judge(&held, &versions, &last_changes, &act, &Actor::of(viewer, author), now_ms);
    let found: BTreeSet<AlarmId> = held.points.iter().map(|point| point.alarm_id).collect();
    let missing = ids.into_iter().filter(|id| !found.contains(id)).collect();
    if !judged.points.is_empty() {
        let stored = work.save(&judged.points, &judged.transitions).await?;
        decide_and_record(work.conn(), &stored, now_ms, ctx.local(now_ms)).await?;
        work.commit(&reasoned(author, &act), &judged.points, record(&act)).await?;
    }
    let done = judged.points.iter().map(|point| point.alarm_id).collect();
    Ok(Outcome { done, refused: judged.refused, missing })
}

/// An alarm of other regions does not exist; one of the installation as a whole is for whoever sees all of it.
fn sees(viewer: &Viewer, point: &Point) -> bool {
    point.key.subject.region_id().map_or(viewer.scope.is_whole(), |region| viewer.scope.sees(region))
}

fn check_texts(wish: &Wish) -> Result<(), ActError> {
    let text = match wish {
        Wish::Do(Act::Acknowledge { comment }) => comment.as_deref(),
        Wish::Do(Act::Shelve { reason, .. } | Act::TakeOutOfService { reason, .. }) => Some(reason.as_str()),
        Wish::Do(Act::Comment { text }) => Some(text.as_str()),
        _ => None,
    };
    if text.is_some_and(|text| text.chars().count() > MOST_COMMENT_CHARS) { Err(ActError::TextTooLong) } else { Ok(()) }
}

/// Nobody is given an alarm that he does not see.
async fn resolve(work: &mut ActWork, viewer: &Viewer, held: &Held, wish: Wish) -> Result<Act, ActError> {
    let name = match wish {
        Wish::Do(act) => return Ok(act),
        Wish::AssignTo(name) => name,
    };
    let found = work.assignee(&name, viewer.tenant_id).await?.ok_or(ActError::UnknownAssignee)?;
    let sees_all = held
        .points
        .iter()
        .all(|point| point.key.subject.region_id().map_or(found.scope.is_whole(), |region| found.scope.sees(region)));
    if sees_all { Ok(Act::Assign { to: Some(found.person) }) } else { Err(ActError::UnknownAssignee) }
}

fn stale(points: &[Point], versions: &BTreeMap<AlarmId, Option<i32>>) -> Vec<AlarmId> {
    points.iter().filter(|point| is_stale(point, versions)).map(|point| point.alarm_id).collect()
}

fn is_stale(point: &Point, versions: &BTreeMap<AlarmId, Option<i32>>) -> bool {
    versions.get(&point.alarm_id).copied().flatten().is_some_and(|seen| seen != point.version)
}

struct Actor {
    person: Person,
    is_engineer: bool,
}

impl Actor {
    fn of(viewer: &Viewer, author: &Author) -> Self {
        let account_id = author.id.filter(|_| author.kind == AuthorKind::Person);
        let person = Person { account_id, name: author.name.clone() };
        Self { person, is_engineer: viewer.may(Permission::ManageAlarms) }
    }
}

#[derive(Default)]
struct Judged {
    points: Vec<Point>,
    transitions: Vec<Transition>,
    refused: Vec<(AlarmId, Refusal)>,
}

fn judge(
    held: &Held,
    versions: &BTreeMap<AlarmId, Option<i32>>,
    last_changes: &BTreeMap<AlarmId, LastChange>,
    act: &Act,
    actor: &Actor,
    now_ms: i64,
) -> Judged {
    let mut judged = Judged::default();
    for point in &held.points {
        // a version of a rule is never removed while alarms name it
        let Some(definition) = held.definition(point) else { continue };
        let answer = if is_stale(point, versions) {
            Err(changed(point, last_changes.get(&point.alarm_id)))
        } else {
            engine::alarms::act(point, definition, act, &actor.person, actor.is_engineer, now_ms)
        };
        match answer {
            Ok((point, transitions)) => {
                judged.points.push(point);
                judged.transitions.extend(transitions);
            }
            Err(refusal) => judged.refused.push((point.alarm_id, refusal)),
        }
    }
    judged
}

fn changed(point: &Point, last: Option<&LastChange>) -> Refusal {
    match last {
        Some(last) => Refusal::Changed { by: last.by.clone(), event: last.event.code(), at_ms: last.at_ms },
        None => Refusal::Changed { by: None, event: "", at_ms: point.state_since_ms },
    }
}

/// The reason of the act is the reason of the entry.
fn reasoned(author: &Author, act: &Act) -> Author {
    let reason = match act {
        Act::Shelve { reason, .. } | Act::TakeOutOfService { reason, .. } => Some(reason.clone()),
        _ => None,
    };
    Author { reason, ..author.clone() }
}

fn record(act: &Act) -> ActRecord {
    let details: Vec<(&'static str, Value)> = match act {
        Act::Acknowledge { comment: Some(text) } | Act::Comment { text } => vec![("comment", json!(text))],
        Act::Shelve { until_ms, .. } => {
            let until = chrono::DateTime::from_timestamp_millis(*until_ms);
            vec![("shelved_until", json!(until))]
        }
        Act::TakeOutOfService { review_on, .. } => vec![("review_on", json!(review_on))],
        Act::Assign { to } => vec![("assignee", json!(to.as_ref().map(|person| &person.name)))],
        Act::Acknowledge { comment: None } | Act::Reset | Act::Unshelve | Act::ReturnToService => Vec::new(),
    };
    ActRecord { code: act.code(), details }
}
