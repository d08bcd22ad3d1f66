//! The statements of the transaction: hold, change, record.

use domain::settlement::lifecycle::{Standing, StatementAct};
use domain::settlement::{ExceptionKind, StatementId, StatementState};
use serde_json::json;
use sqlx::PgConnection;

use super::{ActError, Held, person};
use crate::WarehouseError;
use crate::access::record::{Deed, write};
use crate::access::{AccessPool, Author, AuthorKind};
use crate::pg_types::{DayDate, Hundredths};
use crate::settlement::changes::{self, Cause, Request, Whose};
use crate::settlement::statements::live::{unreadable_drafts, wait_a_little};

/// More numbers than this do not stand in the name of the entry; all stand in its details.
const NAMED_STATEMENTS: usize = 5;

/// Waits a little for whoever holds them, as settlement does while it rates them anew.
pub(super) async fn hold(conn: &mut PgConnection, ids: &[StatementId], act: StatementAct) -> Result<Vec<Held>, ActError> {
    wait_a_little(conn).await?;
    let rows = sqlx::query!(
        r#"select statement_id, region_id, edit_no, status, exceptions, total_energy_kwh as "energy: Hundredths",
                  estimated_kwh as "estimated: Hundredths", checked_by, checked_by_id
             from settlement_statements where statement_id = any($1) order by statement_id for update"#,
        ids
    )
    .fetch_all(&mut *conn)
    .await?;
    let adjusted_in = if act == StatementAct::Void { billed_elsewhere(conn, ids).await? } else { Vec::new() };
    let outdated =
        if matches!(act, StatementAct::Check | StatementAct::Freeze) { carry_others(conn, ids).await? } else { Vec::new() };
    // nobody can have looked at what cannot be read
    let unreadable = match act {
        StatementAct::Check | StatementAct::Freeze => unreadable_drafts(conn, ids).await?,
        StatementAct::Reopen | StatementAct::Void => Vec::new(),
    };
    let mut held = Vec::with_capacity(rows.len());
    for row in rows {
        let state = StatementState::from_code(&row.status)
            .ok_or_else(|| WarehouseError::BadValue(format!("statement {} is {}", row.statement_id, row.status)))?;
        let cannot_bill = unreadable.contains(&row.statement_id).then_some(ExceptionKind::CannotBill);
        let exceptions = row.exceptions.iter().filter_map(|code| ExceptionKind::from_code(code));
        let standing = Standing {
            state,
            exceptions: exceptions.chain(cannot_bill).collect(),
            energy_kwh: row.energy.0,
            estimated_kwh: row.estimated.0,
            checked_by: row.checked_by.as_deref().map(|name| person(row.checked_by_id, name)),
            adjusted_in: adjusted_in.iter().find(|(id, _)| *id == row.statement_id).map(|(_, carrier)| *carrier),
        };
        let is_outdated = outdated.contains(&row.statement_id);
        held.push(Held { statement_id: row.statement_id, region_id: row.region_id, edit_no: row.edit_no, is_outdated, standing });
    }
    Ok(held)
}

/// Drafts that bill other adjustments than are there: a statement that one of them was about is void, and the worker has not drafted
/// them anew yet. Asked in a statement of its own, after they are locked.
async fn carry_others(conn: &mut PgConnection, ids: &[StatementId]) -> Result<Vec<StatementId>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select s.statement_id from settlement_statements s
            where s.statement_id = any($1) and s.status in ('draft', 'checked')
              and s.adjustment_amount <> (select coalesce(sum(a.amount), 0) from settlement_adjustments a
                                           where a.carried_by = s.statement_id and a.state = 'attached')"#,
        ids
    )
    .fetch_all(conn)
    .await
}

/// The drafts that carry what is pending are held too: one that is being frozen at this moment has billed it.
async fn billed_elsewhere(conn: &mut PgConnection, ids: &[StatementId]) -> Result<Vec<(StatementId, StatementId)>, ActError> {
    sqlx::query!(
        "select statement_id from settlement_statements
          where statement_id in (select carried_by from settlement_adjustments where statement_id = any($1) and state = 'attached')
          order by statement_id for update",
        ids
    )
    .fetch_all(&mut *conn)
    .await?;
    let rows = sqlx::query!(
        r#"select statement_id, min(carried_by) as "carried_by!" from settlement_adjustments
            where statement_id = any($1) and state = 'settled' group by statement_id"#,
        ids
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.statement_id, row.carried_by)).collect())
}

/// The account behind an author: his own, or that of whoever made the token.
pub(super) async fn account_of(conn: &mut PgConnection, author: &Author) -> Result<Option<i64>, ActError> {
    match (author.kind, author.id) {
        (AuthorKind::Person, id) => Ok(id),
        (AuthorKind::Token, Some(token_id)) => Ok(sqlx::query_scalar!(
            "select a.account_id from access.tokens t join access.accounts a on a.name = t.created_by where t.token_id = $1",
            token_id
        )
        .fetch_optional(conn)
        .await?),
        _ => Ok(None),
    }
}

pub(super) async fn change(
    conn: &mut PgConnection,
    author: &Author,
    account_id: Option<i64>,
    reason: Option<&str>,
    act: StatementAct,
    ids: &[StatementId],
) -> Result<(), ActError> {
    match act {
        StatementAct::Check => check(conn, author, account_id, reason, ids).await?,
        StatementAct::Reopen => reopen(conn, ids).await?,
        StatementAct::Freeze => freeze(conn, author, account_id, reason, ids).await?,
        StatementAct::Void => void(conn, author, reason, ids).await?,
    }
    sqlx::query!(
        "insert into settlement_events (statement_id, event, actor, detail) select id, $2, $3, $4 from unnest($1::bigint[]) as u (id)",
        ids,
        event(act),
        author.name,
        reason
    )
    .execute(conn)
    .await?;
    Ok(())
}

fn event(act: StatementAct) -> &'static str {
    match act {
        StatementAct::Check => "checked",
        StatementAct::Reopen => "reopened",
        StatementAct::Freeze => "frozen",
        StatementAct::Void => "voided",
    }
}

async fn check(
    conn: &mut PgConnection,
    author: &Author,
    account_id: Option<i64>,
    reason: Option<&str>,
    ids: &[StatementId],
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update settlement_statements
            set status = 'checked', edit_no = edit_no + 1, accepted_reason = case when exceptions <> '{}' then $2 end,
                checked_at = now(), checked_by = $3, checked_by_id = $4
          where statement_id = any($1)",
        ids,
        reason,
        author.name,
        account_id
    )
    .execute(conn)
    .await?;
    Ok(())
}

async fn reopen(conn: &mut PgConnection, ids: &[StatementId]) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update settlement_statements
            set status = 'draft', edit_no = edit_no + 1, accepted_reason = null, checked_at = null, checked_by = null,
                checked_by_id = null
          where statement_id = any($1)",
        ids
    )
    .execute(conn)
    .await?;
    Ok(())
}

async fn freeze(
    conn: &mut PgConnection,
    author: &Author,
    account_id: Option<i64>,
    reason: Option<&str>,
    ids: &[StatementId],
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update settlement_statements
            set status = 'frozen', edit_no = edit_no + 1, snapshot_hash = document_hash, freeze_reason = $2, frozen_at = now(),
                frozen_by = $3, frozen_by_id = $4
          where statement_id = any($1)",
        ids,
        reason,
        author.name,
        account_id
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "update settlement_adjustments set state = 'settled', changed_at = now() where carried_by = any($1) and state = 'attached'",
        ids
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// What the statement carried waits for another one; what was pending for it has nothing to adjust any more. The worker then rates
/// the months that are concerned anew, up to the drafts that carried it, and draws together what is pending twice.
async fn void(conn: &mut PgConnection, author: &Author, reason: Option<&str>, ids: &[StatementId]) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update settlement_statements
            set status = 'void', edit_no = edit_no + 1, void_reason = $2, voided_at = now(), voided_by = $3
          where statement_id = any($1)",
        ids,
        reason,
        author.name
    )
    .execute(&mut *conn)
    .await?;
    let released = sqlx::query!(
        r#"with own as (
               update settlement_adjustments set state = 'void', changed_at = now()
                where statement_id = any($1) and state in ('pending', 'attached') returning carried_by
           ), carried as (
               select a.adjustment_id, a.statement_id,
                      row_number() over (partition by a.statement_id order by a.adjustment_id) > 1
                      or exists (select from settlement_adjustments p
                                  where p.statement_id = a.statement_id and p.state in ('pending', 'attached')
                                    and p.adjustment_id <> a.adjustment_id) as has_other
                 from settlement_adjustments a
                where a.carried_by = any($1) and a.state in ('attached', 'settled') and not a.statement_id = any($1)
           ), released as (
               update settlement_adjustments a
                  set state = case when c.has_other then 'void' else 'pending' end, changed_at = now(),
                      carried_by = case when c.has_other then a.carried_by end
                 from carried c where a.adjustment_id = c.adjustment_id
           )
           select s.contract_id as "contract_id!", s.period_from as "from!: DayDate", s.period_to as "to!: DayDate",
                  s.statement_id as "statement_id!"
             from settlement_statements s
            where s.statement_id in (select statement_id from carried)
               or s.statement_id in (select carried_by from own)
               or s.statement_id = any($1)"#,
        ids
    )
    .fetch_all(&mut *conn)
    .await?;
    let mut asked = std::collections::BTreeMap::<i64, (DayDate, DayDate)>::new();
    for row in released {
        let days = asked.entry(row.contract_id).or_insert((row.from, row.to));
        days.0 = if row.from.0 < days.0.0 { row.from } else { days.0 };
        days.1 = if row.to.0 > days.1.0 { row.to } else { days.1 };
    }
    for (contract_id, (from, to)) in asked {
        let request = Request {
            cause: Cause::Contract,
            cause_text: String::new(),
            whose: Whose::Contract(contract_id),
            from: from.0,
            to: Some(to.0),
        };
        changes::request(conn, &request).await?;
    }
    Ok(())
}

/// One entry for all of them. It is the last statement: it locks the end of the record for everybody.
pub(super) async fn record(
    conn: &mut PgConnection,
    author: &Author,
    reason: Option<&str>,
    act: StatementAct,
    done: &[Held],
) -> Result<(), ActError> {
    let ids: Vec<StatementId> = done.iter().map(|one| one.statement_id).collect();
    let mut named = ids.iter().take(NAMED_STATEMENTS).map(StatementId::to_string).collect::<Vec<_>>().join(" ");
    if ids.len() > NAMED_STATEMENTS {
        named += &format!(" +{}", ids.len() - NAMED_STATEMENTS);
    }
    let regions: Vec<i32> = done.iter().map(|one| one.region_id.unwrap_or(i32::MIN)).collect();
    let owners = sqlx::query_scalar!(
        r#"select distinct t.tenant_id as "tenant_id?" from unnest($1::int[]) wanted (region_id)
           left join access.tenant_regions t using (region_id) limit 2"#,
        &regions
    )
    .fetch_all(&mut *conn)
    .await?;
    let tenant_id = if let [owner] = owners.as_slice() { *owner } else { None };
    let states: Vec<&str> = done.iter().map(|one| one.standing.state.code()).collect();
    let before = if states.iter().all(|state| *state == states[0]) { json!(states[0]) } else { json!(states) };
    let deed = Deed::new(action(act), "statement", named)
        .of_tenant(tenant_id)
        .was(json!({ "state": before }))
        .becomes(json!({ "state": act.leads_to().code(), "statements": ids }));
    let author = Author { reason: reason.map(str::to_owned), ..author.clone() };
    write(conn, &author, deed).await?;
    Ok(())
}

/// As the record names it.
fn action(act: StatementAct) -> &'static str {
    match act {
        StatementAct::Check => "statement.check",
        StatementAct::Reopen => "statement.reopen",
        StatementAct::Freeze => "statement.freeze",
        StatementAct::Void => "statement.void",
    }
}

pub(super) async fn announce(pool: &AccessPool) -> Result<(), sqlx::Error> {
    sqlx::query!(
        r#"with moved as (update settlement_progress set revision = revision + 1 where id = 1 returning revision)
           select pg_notify('loadline_settlement', revision::text) from moved"#
    )
    .fetch_one(pool.pool())
    .await?;
    Ok(())
}
