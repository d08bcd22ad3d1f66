//! Days that commits touched and that wait to be settled.

use domain::{Day, UserId};
use sqlx::PgConnection;

use crate::WarehouseError;
use crate::pg_types::DayDate;

/// Days that commits up to `commit_no` touched, at most `limit`: days before `today` first, because they are late, then in the order
/// of the commits.
pub async fn take(conn: &mut PgConnection, commit_no: i64, today: Day, limit: i64) -> Result<Vec<(UserId, Day)>, WarehouseError> {
    let rows = sqlx::query!(
        r#"select user_id, stat_day as "day: DayDate" from settlement_changes where commit_no <= $1
            group by user_id, stat_day order by stat_day >= $2, min(commit_no), stat_day, user_id limit $3"#,
        commit_no,
        DayDate(today) as _,
        limit
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.user_id, row.day.0)).collect())
}

/// Removes what was settled.
pub async fn forget(conn: &mut PgConnection, commit_no: i64, taken: &[(UserId, Day)]) -> Result<(), WarehouseError> {
    let (users, days): (Vec<i64>, Vec<DayDate>) = taken.iter().map(|(user_id, day)| (*user_id, DayDate(*day))).unzip();
    sqlx::query!(
        "delete from settlement_changes c using unnest($2::bigint[], $3::date[]) as k(user_id, day)
          where c.commit_no <= $1 and c.user_id = k.user_id and c.stat_day = k.day",
        commit_no,
        &users,
        &days as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The oldest commit that is not settled altogether.
pub async fn oldest_waiting(conn: &mut PgConnection) -> Result<Option<i64>, WarehouseError> {
    Ok(sqlx::query_scalar!("select min(commit_no) from settlement_changes").fetch_one(conn).await?)
}

/// Touched days that wait, counted up to `most`.
pub async fn count_waiting(conn: &mut PgConnection, most: i64) -> Result<i64, WarehouseError> {
    let count =
        sqlx::query_scalar!(r#"select count(*) as "count!" from (select from settlement_changes limit $1) as waiting"#, most)
            .fetch_one(conn)
            .await?;
    Ok(count)
}

/// Whether any of these days is on a statement, or before one: drafts and adjustments follow from it.
pub async fn has_statements(conn: &mut PgConnection, taken: &[(UserId, Day)]) -> Result<bool, WarehouseError> {
    let (users, days): (Vec<i64>, Vec<DayDate>) = taken.iter().map(|(user_id, day)| (*user_id, DayDate(*day))).unzip();
    let has_statements = sqlx::query_scalar!(
        r#"select exists (
               select from unnest($1::bigint[], $2::date[]) as k(user_id, day)
                 join settlement_statements s on s.user_id = k.user_id and s.statement_month >= date_trunc('month', k.day)::date
                where s.status <> 'void') as "has!""#,
        &users,
        &days as _
    )
    .fetch_one(conn)
    .await?;
    Ok(has_statements)
}
