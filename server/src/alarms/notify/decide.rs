//! Decides who is told of events, in the transaction that records them.

use std::collections::{HashMap, HashSet};

use chrono::DateTime;
use domain::alarms::point::AlarmId;
use domain::{LocalMs, RegionId};
use engine::alarms::notices::{self, Memory, Moment, Open, Route, Seen, StepMemory, Told};
use sqlx::PgConnection;
use warehouse::WarehouseError;
use warehouse::alarms::StoredTransition;
use warehouse::alarms::notices::decisions::{self, NewNotice, RouteRow, SaidRow};

/// Writes one decision per event, route and step. Events come in the order in which they happened.
pub async fn decide_and_record(
    conn: &mut PgConnection,
    events: &[StoredTransition],
    now_ms: i64,
    local_now: LocalMs,
) -> Result<(), WarehouseError> {
    // most of what happens is told to nobody: nothing is asked then
    if !events.iter().any(|event| notices::kind_of(&event.transition).is_some()) {
        return Ok(());
    }
    let routes: Vec<Route> = decisions::routes(conn).await?.into_iter().map(route).collect();
    if routes.is_empty() {
        return Ok(());
    }
    let holidays = decisions::holidays(conn).await?;
    let regions: HashSet<RegionId> = events.iter().filter_map(|event| event.region_id).collect();
    let lineages = decisions::lineages(conn, &regions.into_iter().collect::<Vec<_>>(), local_now.to_naive()).await?;
    let mut memories = Memories::load(conn, events).await?;
    let moment = Moment { now_ms, local_now, holidays: &holidays };
    let mut decided = Vec::new();
    for event in events {
        let regions = event.region_id.map_or(&[][..], |region| lineages.get(&region).map_or(&[], Vec::as_slice));
        let seen = Seen { transition_id: event.transition_id, transition: &event.transition, regions };
        for route in &routes {
            let memory = memories.of(route.route_id, event.alarm_id);
            for notice in notices::decide(seen, route, moment, memory) {
                decided.push(NewNotice {
                    route_id: route.route_id,
                    step_no: i32::try_from(notice.step_no).unwrap_or(i32::MAX),
                    channel_id: notice.channel_id,
                    alarm_id: event.alarm_id,
                    transition_id: event.transition_id,
                    region_id: event.region_id,
                    kind: notice.kind,
                    decision: notice.decision,
                });
            }
        }
    }
    let now = DateTime::from_timestamp_millis(now_ms).unwrap_or_default();
    decisions::record(conn, &decided, now).await?;
    Ok(())
}

fn route(row: RouteRow) -> Route {
    let channels_on = row.definition.steps.iter().map(|step| row.channels_on.contains(&step.channel_id)).collect();
    Route {
        route_id: row.route_id,
        definition: row.definition,
        is_enabled: row.is_enabled,
        owned_regions: row.owned_regions,
        channels_on,
    }
}

/// What was said before, per route and alarm.
struct Memories {
    acknowledged: HashMap<AlarmId, i64>,
    known: HashMap<(i32, AlarmId), Memory>,
}

impl Memories {
    async fn load(conn: &mut PgConnection, events: &[StoredTransition]) -> Result<Self, WarehouseError> {
        let alarms: HashSet<AlarmId> = events.iter().map(|event| event.alarm_id).collect();
        let alarms: Vec<AlarmId> = alarms.into_iter().collect();
        let said = decisions::said(conn, &alarms).await?;
        // acknowledgements of this very batch come one by one, in their order
        let earliest = events.iter().map(|event| event.transition_id).min().unwrap_or(i64::MAX);
        let acknowledged = decisions::acknowledgements(conn, &alarms, earliest).await?;
        let mut memories = Self { acknowledged, known: HashMap::new() };
        for row in said {
            let memory = memories.of(row.route_id, row.alarm_id);
            let Ok(step_no) = usize::try_from(row.step_no) else { continue };
            if step_no >= domain::alarms::notices::MOST_STEPS {
                continue;
            }
            if memory.steps.len() <= step_no {
                memory.steps.resize(step_no + 1, StepMemory::default());
            }
            remember(&mut memory.steps[step_no], row);
        }
        Ok(memories)
    }

    fn of(&mut self, route_id: i32, alarm_id: AlarmId) -> &mut Memory {
        let acknowledged = self.acknowledged.get(&alarm_id).copied();
        self.known.entry((route_id, alarm_id)).or_insert_with(|| Memory { acknowledged, ..Memory::default() })
    }
}

fn remember(step: &mut StepMemory, row: SaidRow) {
    let SaidRow { kind, at_ms, due_ms, severity, transition_id, .. } = row;
    if row.is_waiting {
        step.expect(Open { kind, due_ms, transition_id });
    } else {
        step.tell(Told { kind, at_ms, severity, transition_id });
    }
}
