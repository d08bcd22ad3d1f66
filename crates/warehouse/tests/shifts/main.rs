//! Desks, shifts, hand-overs and the figures of a desk on a real PostgreSQL, asked as the roles that the program takes on.

mod desks;
#[expect(dead_code, reason = "shared with the tests of accounts")]
#[path = "../access/fixture.rs"]
mod fixture;
mod handovers;
mod performance;

use chrono::{DateTime, TimeDelta, Utc};
use domain::access::{Preset, Scope, TenantId};
use fixture::{House, author, house, now, person, shown};
use warehouse::access::{Author, Granter};
use warehouse::alarms::shifts::{NewDesk, NewShift, ShiftError, ShiftFault, add_desk, add_shift};

/// Somebody of a tenant (none: of the operator) who sees these regions.
fn seer(tenant_id: Option<TenantId>, scope: Scope) -> Granter {
    let all_regions = scope.is_whole();
    Granter { rights: Preset::Engineer.rights(), tenant_id, scope, all_regions }
}

fn chief() -> Granter {
    seer(None, Scope::Whole)
}

fn new_desk(name: &str, regions: Option<&[i32]>) -> NewDesk {
    NewDesk { name: shown(name), regions: regions.map(<[i32]>::to_vec), positions: 2 }
}

/// From so many hours after now, for so many.
fn new_shift(name: &str, from_h: i64, hours: i64) -> NewShift {
    let starts_at = now() + TimeDelta::hours(from_h);
    NewShift { name: shown(name), starts_at, ends_at: starts_at + TimeDelta::hours(hours), people: vec!["李四".to_owned()] }
}

async fn desk_of(house: &House, regions: Option<&[i32]>) -> i32 {
    add_desk(&house.pool, &author(), &chief(), &new_desk("东调", regions)).await.expect("a desk")
}

async fn shift_of(house: &House, desk: i32, name: &str, from_h: i64) -> i64 {
    add_shift(&house.pool, &author(), &chief(), desk, &new_shift(name, from_h, 8)).await.expect("a shift")
}

fn named(account_id: i64, name: &str) -> Author {
    Author { name: name.to_owned(), ..person(account_id) }
}

#[track_caller]
fn refused<T>(done: Result<T, ShiftError>) -> ShiftFault {
    match done {
        Err(ShiftError::Refused(fault)) => fault,
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("it was taken"),
    }
}

/// An alarm of region 1 and its rule; the state and what follows it as given.
async fn alarm(house: &House, alarm_id: i64, region: &str, state: &str, more: &str) {
    let sql = format!(
        r#"insert into alarm_rules (rule_id, version) overriding system value values (1, 1) on conflict do nothing;
           insert into alarm_rule_versions (rule_id, version, definition, made_by)
               values (1, 1, '{{"name_zh":"越限","name_en":"Over limit"}}', 'tests') on conflict do nothing;
           insert into alarms (alarm_id, rule_id, rule_version, subject_kind, subject_id, region_id, severity, state, state_since,
                               quality, is_active, revision)
               overriding system value
               values ({alarm_id}, 1, 1, 'region', {alarm_id}, {region}, 2, '{state}', '2026-03-02 07:00Z', 'good', true, 1);
           update alarms set version = 1 {more} where alarm_id = {alarm_id};"#
    );
    house.sql(&sql).await;
}

fn moment(text: &str) -> DateTime<Utc> {
    text.parse().expect("a time")
}
