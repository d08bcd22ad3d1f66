//! Desks, the calendar of their shifts, and what one shift hands over to the next.

mod calendar;
mod desks;
mod handovers;
mod snapshot;

use domain::FailureKind;
use domain::RegionId;
use domain::access::TenantId;
use sqlx::{PgConnection, Postgres, Transaction};

use crate::access::record::{Deed, write};
use crate::access::{AccessError, AccessPool, Author, Granter};

pub use calendar::{
    MOST_PEOPLE, MOST_SERIES, MOST_SHIFT_HOURS, NewShift, Shift, add_series, add_shift, around, change_shift, remove_shift,
    shift, shifts,
};
pub use desks::{Desk, MOST_DESK_REGIONS, MOST_DESKS, MOST_POSITIONS, NewDesk, add_desk, change_desk, desk, desks, remove_desk};
pub use handovers::{Handover, MOST_LISTED, MOST_NOTE_CHARS, Side, Signature, handover, handovers, note, sign, start, withdraw};
pub use snapshot::{Kept, MOST_KEPT, Snapshot, Turn, current};

/// Why a desk, a shift or a hand-over was not written.
#[derive(Debug, thiserror::Error)]
pub enum ShiftError {
    #[error(transparent)]
    Access(#[from] AccessError),
    #[error("a value is not taken: {0:?}")]
    Refused(ShiftFault),
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ShiftFault {
    /// Nobody makes a desk of regions that he does not see, or signs for one.
    BeyondOwnRegions,
    NoRegions,
    TooManyRegions,
    TooManyDesks,
    Positions,
    /// It ends before it begins, or lasts longer than a day.
    Length,
    TooManyPeople,
    /// A series without a shift, or with too many.
    Series,
    /// Two shifts of a desk at the same time.
    Overlaps,
    /// A hand-over names it.
    ShiftInUse,
    /// Shifts of another desk, or twice the same.
    WrongShifts,
    /// One hand-over of a desk at a time.
    HandoverOpen,
    TextTooLong,
    /// Somebody has signed already: what he signed does not change.
    Signed,
    /// Both sides are signed.
    Finished,
    /// The other side needs another person.
    SamePerson,
    /// Only a person signs, and only for himself.
    NotAPerson,
    /// There is no signature of his to take back.
    NotSigned,
}

impl ShiftFault {
    pub const ALL: [Self; 18] = [
        Self::BeyondOwnRegions,
        Self::NoRegions,
        Self::TooManyRegions,
        Self::TooManyDesks,
        Self::Positions,
        Self::Length,
        Self::TooManyPeople,
        Self::Series,
        Self::Overlaps,
        Self::ShiftInUse,
        Self::WrongShifts,
        Self::HandoverOpen,
        Self::TextTooLong,
        Self::Signed,
        Self::Finished,
        Self::SamePerson,
        Self::NotAPerson,
        Self::NotSigned,
    ];
}

impl From<sqlx::Error> for ShiftError {
    fn from(error: sqlx::Error) -> Self {
        Self::Access(error.into())
    }
}

impl ShiftError {
    pub fn kind(&self) -> FailureKind {
        match self {
            Self::Access(error) => error.kind(),
            Self::Refused(_) => FailureKind::Operator,
        }
    }
}

fn refuse<T>(fault: ShiftFault) -> Result<T, ShiftError> {
    Err(ShiftError::Refused(fault))
}

/// Whoever belongs to no tenant sees the desks of all; anybody else those of his own tenant.
fn check_tenant(viewer: Option<TenantId>, owner: Option<TenantId>) -> Result<(), ShiftError> {
    if viewer.is_none() || viewer == owner { Ok(()) } else { Err(AccessError::NotFound.into()) }
}

fn check_version(known: i32, seen: i32) -> Result<(), ShiftError> {
    if known == seen { Ok(()) } else { Err(AccessError::Conflict.into()) }
}

/// One change of a desk, its calendar and its hand-overs at a time: its row is held until the end.
async fn begin(pool: &AccessPool, granter: &Granter, desk_id: i32) -> Result<(Transaction<'static, Postgres>, Desk), ShiftError> {
    let mut tx = pool.pool().begin().await?;
    sqlx::query!("select desk_id from alarm_desks where desk_id = $1 for update", desk_id).fetch_optional(&mut *tx).await?;
    let desk = desks::one(&mut tx, granter.tenant_id, desk_id).await?;
    Ok((tx, desk))
}

async fn finish(mut tx: Transaction<'_, Postgres>, author: &Author, deed: Deed) -> Result<(), ShiftError> {
    write(&mut tx, author, deed).await?;
    tx.commit().await?;
    Ok(())
}

/// Whether somebody sees every region of a desk.
fn check_covers(granter: &Granter, desk: &domain::access::Scope) -> Result<(), ShiftError> {
    if granter.scope.and(desk) == *desk { Ok(()) } else { refuse(ShiftFault::BeyondOwnRegions) }
}

/// The regions of a desk, with those below them; none: every region.
async fn reach(
    db: &mut PgConnection,
    tenant_id: Option<TenantId>,
    regions: Option<&[RegionId]>,
) -> Result<domain::access::Scope, ShiftError> {
    let listed = regions.unwrap_or_default();
    let seen =
        sqlx::query_scalar!("select access.visible($1, $2, $3)", tenant_id, regions.is_none(), listed).fetch_one(db).await?;
    Ok(seen.map_or(domain::access::Scope::Whole, domain::access::Scope::of))
}
