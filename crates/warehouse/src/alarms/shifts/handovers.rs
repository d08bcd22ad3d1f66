//! Hand-overs: notes and the alarms of a desk, signed by whoever goes and by whoever comes.
//! The first signature keeps the alarms as they are and closes the notes; after the second nothing changes any more.

use chrono::{DateTime, Utc};
use domain::access::TenantId;
use serde_json::{Value, json};
use sqlx::types::Json;
use sqlx::{PgConnection, Postgres, Transaction};

use super::snapshot::{Snapshot, alarms};
use super::{Desk, ShiftError, ShiftFault, begin, calendar, check_covers, check_version, desks, finish, refuse};
use crate::access::record::Deed;
use crate::access::{AccessError, AccessPool, Author, AuthorKind, Granter};

pub const MOST_NOTE_CHARS: usize = 4_000;
pub const MOST_LISTED: i64 = 50;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Side {
    /// 交班人
    Outgoing,
    /// 接班人
    Incoming,
}

impl Side {
    pub const BOTH: [Self; 2] = [Self::Outgoing, Self::Incoming];

    pub fn code(self) -> &'static str {
        match self {
            Self::Outgoing => "outgoing",
            Self::Incoming => "incoming",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::BOTH.into_iter().find(|side| side.code() == code)
    }
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Signature {
    pub name: String,
    pub account_id: i64,
    pub at: DateTime<Utc>,
}

#[derive(Clone, PartialEq, Debug)]
pub struct Handover {
    pub handover_id: i64,
    pub desk_id: i32,
    pub from_shift_id: Option<i64>,
    pub to_shift_id: Option<i64>,
    pub notes: String,
    /// None until somebody has signed.
    pub snapshot: Option<Snapshot>,
    pub outgoing: Option<Signature>,
    pub incoming: Option<Signature>,
    pub version: i32,
    pub created_at: DateTime<Utc>,
}

impl Handover {
    pub fn signature(&self, side: Side) -> Option<&Signature> {
        match side {
            Side::Outgoing => self.outgoing.as_ref(),
            Side::Incoming => self.incoming.as_ref(),
        }
    }

    pub fn is_signed(&self) -> bool {
        self.outgoing.is_some() || self.incoming.is_some()
    }

    pub fn is_finished(&self) -> bool {
        self.outgoing.is_some() && self.incoming.is_some()
    }

    fn json(&self) -> Value {
        let name = |side: Option<&Signature>| side.map(|signature| signature.name.clone());
        json!({ "notes": self.notes, "outgoing": name(self.outgoing.as_ref()), "incoming": name(self.incoming.as_ref()) })
    }
}

/// Of one desk, the newest first.
pub async fn handovers(
    pool: &AccessPool,
    viewer: Option<TenantId>,
    desk_id: i32,
    before: Option<i64>,
) -> Result<Vec<Handover>, ShiftError> {
    let mut db = pool.pool().acquire().await?;
    desks::one(&mut db, viewer, desk_id).await?;
    select(&mut db, Some(desk_id), None, before, MOST_LISTED).await
}

/// `NotFound` for those of another tenant's desk.
pub async fn handover(pool: &AccessPool, viewer: Option<TenantId>, handover_id: i64) -> Result<(Handover, Desk), ShiftError> {
    let mut db = pool.pool().acquire().await?;
    let found = one(&mut db, handover_id).await?;
    let desk = desks::one(&mut db, viewer, found.desk_id).await?;
    Ok((found, desk))
}

/// Begins one, from a shift to another where the calendar has them. A desk has one at a time.
pub async fn start(
    pool: &AccessPool,
    author: &Author,
    granter: &Granter,
    desk_id: i32,
    (from, to): (Option<i64>, Option<i64>),
    notes: &str,
) -> Result<i64, ShiftError> {
    check_notes(notes)?;
    let (mut tx, desk) = begin(pool, granter, desk_id).await?;
    check_covers(granter, &desk.scope)?;
    check_shifts(&mut tx, desk_id, from, to).await?;
    let newest = select(&mut tx, Some(desk_id), None, None, 1).await?.pop();
    if newest.is_some_and(|newest| !newest.is_finished()) {
        return refuse(ShiftFault::HandoverOpen);
    }
    let handover_id = sqlx::query_scalar!(
        "insert into alarm_handovers (desk_id, from_shift_id, to_shift_id, notes) values ($1, $2, $3, $4)
         returning handover_id",
        desk_id,
        from,
        to,
        notes.replace('\0', "")
    )
    .fetch_one(&mut *tx)
    .await?;
    let after = json!({ "desk": desk.name, "notes": notes });
    finish(tx, author, Deed::new("handover.start", "handover", handover_id).of_tenant(desk.tenant_id).becomes(after)).await?;
    Ok(handover_id)
}

/// Other notes or shifts, as long as nobody has signed.
pub async fn note(
    pool: &AccessPool,
    author: &Author,
    granter: &Granter,
    (handover_id, version): (i64, i32),
    (from, to): (Option<i64>, Option<i64>),
    notes: &str,
) -> Result<(), ShiftError> {
    check_notes(notes)?;
    let (mut tx, desk, old) = begin_handover(pool, granter, handover_id).await?;
    if old.is_signed() {
        return refuse(if old.is_finished() { ShiftFault::Finished } else { ShiftFault::Signed });
    }
    check_version(old.version, version)?;
    check_shifts(&mut tx, desk.desk_id, from, to).await?;
    sqlx::query!(
        "update alarm_handovers set notes = $2, from_shift_id = $3, to_shift_id = $4, version = version + 1
          where handover_id = $1",
        handover_id,
        notes.replace('\0', ""),
        from,
        to
    )
    .execute(&mut *tx)
    .await?;
    let after = json!({ "notes": notes });
    let deed = Deed::new("handover.note", "handover", handover_id).of_tenant(desk.tenant_id).was(old.json()).becomes(after);
    finish(tx, author, deed).await
}

/// Signs one side as the author himself. The first signature keeps what is handed over.
pub async fn sign(
    pool: &AccessPool,
    author: &Author,
    granter: &Granter,
    (handover_id, version): (i64, i32),
    side: Side,
    now: DateTime<Utc>,
) -> Result<(), ShiftError> {
    let Some(account_id) = person(author) else { return refuse(ShiftFault::NotAPerson) };
    let (mut tx, desk, old) = begin_handover(pool, granter, handover_id).await?;
    let other = if side == Side::Outgoing { &old.incoming } else { &old.outgoing };
    if old.is_finished() {
        return refuse(ShiftFault::Finished);
    }
    if old.signature(side).is_some() {
        return refuse(ShiftFault::Signed);
    }
    if other.as_ref().is_some_and(|other| other.account_id == account_id) {
        return refuse(ShiftFault::SamePerson);
    }
    // the text that he saw is the one that he signs
    check_version(old.version, version)?;
    let snapshot = match old.snapshot.clone() {
        Some(snapshot) => snapshot,
        None => take(&mut tx, &desk, &old, now).await?,
    };
    let mine = Signature { name: author.name.clone(), account_id, at: now };
    let mut signed = old.clone();
    match side {
        Side::Outgoing => signed.outgoing = Some(mine),
        Side::Incoming => signed.incoming = Some(mine),
    }
    store(&mut tx, &signed, Some(&snapshot)).await?;
    let deed = Deed::new("handover.sign", "handover", handover_id).of_tenant(desk.tenant_id);
    finish(tx, author, deed.was(old.json()).becomes(signed.json())).await
}

/// Takes the only signature back; whoever gave it does so. Notes can be written again, and what was kept is kept anew.
pub async fn withdraw(
    pool: &AccessPool,
    author: &Author,
    granter: &Granter,
    (handover_id, version): (i64, i32),
) -> Result<(), ShiftError> {
    let Some(account_id) = person(author) else { return refuse(ShiftFault::NotAPerson) };
    let (mut tx, desk, old) = begin_handover(pool, granter, handover_id).await?;
    if old.is_finished() {
        return refuse(ShiftFault::Finished);
    }
    let is_own = Side::BOTH.iter().any(|side| old.signature(*side).is_some_and(|own| own.account_id == account_id));
    if !is_own {
        return refuse(ShiftFault::NotSigned);
    }
    check_version(old.version, version)?;
    let unsigned = Handover { outgoing: None, incoming: None, ..old.clone() };
    store(&mut tx, &unsigned, None).await?;
    let deed = Deed::new("handover.withdraw", "handover", handover_id).of_tenant(desk.tenant_id);
    finish(tx, author, deed.was(old.json()).becomes(unsigned.json())).await
}

fn person(author: &Author) -> Option<i64> {
    author.id.filter(|_| author.kind == AuthorKind::Person)
}

fn check_notes(notes: &str) -> Result<(), ShiftError> {
    if notes.chars().count() > MOST_NOTE_CHARS { refuse(ShiftFault::TextTooLong) } else { Ok(()) }
}

async fn check_shifts(db: &mut PgConnection, desk_id: i32, from: Option<i64>, to: Option<i64>) -> Result<(), ShiftError> {
    if from.is_some() && from == to {
        return refuse(ShiftFault::WrongShifts);
    }
    for shift_id in [from, to].into_iter().flatten() {
        match calendar::one(db, shift_id).await {
            Ok(shift) if shift.desk_id == desk_id => {}
            Ok(_) | Err(ShiftError::Access(AccessError::NotFound)) => return refuse(ShiftFault::WrongShifts),
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

async fn begin_handover(
    pool: &AccessPool,
    granter: &Granter,
    handover_id: i64,
) -> Result<(Transaction<'static, Postgres>, Desk, Handover), ShiftError> {
    let desk_id = one(&mut *pool.pool().acquire().await?, handover_id).await?.desk_id;
    let (mut tx, desk) = begin(pool, granter, desk_id).await?;
    check_covers(granter, &desk.scope)?;
    let handover = one(&mut tx, handover_id).await?;
    Ok((tx, desk, handover))
}

async fn take(tx: &mut PgConnection, desk: &Desk, handover: &Handover, now: DateTime<Utc>) -> Result<Snapshot, ShiftError> {
    let (kept, left_out) = alarms(tx, &desk.scope).await?;
    let mut turns = Vec::new();
    for shift_id in [handover.from_shift_id, handover.to_shift_id] {
        turns.push(match shift_id {
            Some(shift_id) => Some(calendar::one(tx, shift_id).await?.into()),
            None => None,
        });
    }
    let (to, from) = (turns.pop().flatten(), turns.pop().flatten());
    Ok(Snapshot { taken_at: now, desk: desk.name.clone(), from, to, alarms: kept, left_out })
}

async fn store(tx: &mut PgConnection, handover: &Handover, snapshot: Option<&Snapshot>) -> Result<(), ShiftError> {
    let (outgoing, incoming) = (handover.outgoing.as_ref(), handover.incoming.as_ref());
    sqlx::query!(
        "update alarm_handovers
            set snapshot = $2, outgoing = $3, outgoing_id = $4, outgoing_signed_at = $5, incoming = $6, incoming_id = $7,
                incoming_signed_at = $8, version = version + 1
          where handover_id = $1",
        handover.handover_id,
        snapshot.map(Json) as _,
        outgoing.map(|signature| signature.name.as_str()),
        outgoing.map(|signature| signature.account_id),
        outgoing.map(|signature| signature.at),
        incoming.map(|signature| signature.name.as_str()),
        incoming.map(|signature| signature.account_id),
        incoming.map(|signature| signature.at)
    )
    .execute(tx)
    .await?;
    Ok(())
}

async fn one(db: &mut PgConnection, handover_id: i64) -> Result<Handover, ShiftError> {
    Ok(select(db, None, Some(handover_id), None, 1).await?.pop().ok_or(AccessError::NotFound)?)
}

async fn select(
    db: &mut PgConnection,
    desk_id: Option<i32>,
    handover_id: Option<i64>,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<Handover>, ShiftError> {
    let rows = sqlx::query!(
        r#"select handover_id, desk_id, from_shift_id, to_shift_id, notes, snapshot as "snapshot: Json<Snapshot>", outgoing,
                  outgoing_id, outgoing_signed_at, incoming, incoming_id, incoming_signed_at, version, created_at
             from alarm_handovers
            where ($1::int is null or desk_id = $1) and ($2::bigint is null or handover_id = $2)
              and ($3::bigint is null or handover_id < $3)
            order by handover_id desc limit $4"#,
        desk_id,
        handover_id,
        before,
        limit
    )
    .fetch_all(db)
    .await?;
    let signature = |name: Option<String>, account_id: Option<i64>, at: Option<DateTime<Utc>>| {
        Some(Signature { name: name?, account_id: account_id?, at: at? })
    };
    let found = rows.into_iter().map(|row| Handover {
        handover_id: row.handover_id,
        desk_id: row.desk_id,
        from_shift_id: row.from_shift_id,
        to_shift_id: row.to_shift_id,
        notes: row.notes,
        snapshot: row.snapshot.map(|Json(snapshot)| snapshot),
        outgoing: signature(row.outgoing, row.outgoing_id, row.outgoing_signed_at),
        incoming: signature(row.incoming, row.incoming_id, row.incoming_signed_at),
        version: row.version,
        created_at: row.created_at,
    });
    Ok(found.collect())
}
