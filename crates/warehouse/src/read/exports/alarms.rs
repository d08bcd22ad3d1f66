//! The history of alarms as a table: every entry with the rule as it is called now.

use futures::stream::{StreamExt, TryStreamExt};
use sqlx::PgConnection;

use super::{Cell, ExportFilter, Rows};

pub(super) const COLUMNS: &[&str] = &[
    "transition_id",
    "at",
    "event_time",
    "alarm_id",
    "event",
    "from_state",
    "to_state",
    "severity",
    "rule_id",
    "rule_name_zh",
    "rule_name_en",
    "region_id",
    "region_name",
    "user_id",
    "user_name",
    "occurrence",
    "value",
    "threshold",
    "is_annunciated",
    "is_retrospective",
    "actor",
    "reason",
];

/// Narrows the history beside what narrows every table.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct AlarmFilter {
    pub alarm_id: Option<i64>,
    pub rule_id: Option<i64>,
    pub severity: Option<domain::alarms::Severity>,
    pub event: Option<domain::alarms::Event>,
}

/// The period is of the wall clock, in the time zone of the source.
pub(super) fn transitions<'c>(connection: &'c mut PgConnection, filter: &'c ExportFilter) -> Rows<'c> {
    let alarms = &filter.alarms;
    sqlx::query!(
        r#"with zone as (select coalesce(nullif(time_zone, ''), 'UTC') as name from progress where id = 1)
           select t.transition_id, t.at, t.event_time, t.alarm_id, t.event, t.from_state, t.to_state, t.severity, t.rule_id,
                  v.definition ->> 'name_zh' as name_zh, v.definition ->> 'name_en' as name_en, t.region_id,
                  coalesce((select p.region_name from ods_region_profile p where p.region_id = t.region_id
                             order by valid_from desc limit 1),
                           (select d.region_name from dws_region_rollup d where d.region_id = t.region_id and d.grain = 'year'
                             order by d.period_start desc limit 1)) as region_name,
                  case when a.subject_kind = 'user' then a.subject_id end as user_id, u.user_name as "user_name?",
                  coalesce(u.usage_type, '未知') in ('居民', '未知') as "private!", t.occurrence, t.value, t.threshold,
                  t.is_annunciated, t.is_retrospective, t.actor, t.reason
             from alarm_transitions t
             join alarms a using (alarm_id)
             left join alarm_rules r on r.rule_id = t.rule_id
             left join alarm_rule_versions v on v.rule_id = r.rule_id and v.version = r.version
             left join ods_power_user u on a.subject_kind = 'user' and u.user_id = a.subject_id
            where t.at >= $1::timestamp at time zone (select name from zone)
              and t.at < $2::timestamp at time zone (select name from zone)
              and ($3::int[] is null or t.region_id = any($3))
              and ($4::bigint is null or (a.subject_kind = 'user' and a.subject_id = $4))
              and ($5::bigint is null or t.alarm_id = $5) and ($6::bigint is null or t.rule_id = $6)
              and ($7::smallint is null or t.severity = $7) and ($8::text is null or t.event = $8)
            order by t.transition_id
            limit $9 offset $10"#,
        filter.from,
        filter.to,
        filter.regions(),
        filter.user_id,
        alarms.alarm_id,
        alarms.rule_id,
        alarms.severity.map(|severity| severity.rank()),
        alarms.event.map(|event| event.code()),
        filter.limit,
        filter.offset
    )
    .fetch(connection)
    .map_ok(|row| {
        let text = |text: Option<String>| text.map_or(Cell::Empty, Cell::Text);
        let severity = domain::alarms::Severity::from_rank(row.severity).map(|severity| severity.code().to_owned());
        vec![
            Cell::Int(row.transition_id),
            Cell::Instant(row.at),
            row.event_time.map_or(Cell::Empty, Cell::Local),
            Cell::Int(row.alarm_id),
            Cell::Text(row.event),
            Cell::Text(row.from_state),
            Cell::Text(row.to_state),
            text(severity),
            Cell::Int(row.rule_id),
            text(row.name_zh),
            text(row.name_en),
            row.region_id.map_or(Cell::Empty, |region| Cell::Int(region.into())),
            text(row.region_name),
            row.user_id.map_or(Cell::Empty, Cell::Int),
            row.user_name.map_or(Cell::Empty, |name| Cell::Person { name, private: row.private }),
            Cell::Int(row.occurrence),
            row.value.map_or(Cell::Empty, Cell::Number),
            row.threshold.map_or(Cell::Empty, Cell::Number),
            Cell::Int(row.is_annunciated.into()),
            Cell::Int(row.is_retrospective.into()),
            text(row.actor),
            text(row.reason),
        ]
    })
    .boxed()
}
