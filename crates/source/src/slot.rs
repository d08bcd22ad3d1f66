//! The replication slot: what it holds and whether reading can go on from it.

use domain::Lsn;
use sqlx::{PgConnection, Row};

use crate::{GapReason, SourceConfig, SourceError, classify, session};

#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct SlotState {
    pub exists: bool,
    pub active: bool,
    pub active_pid: Option<i32>,
    pub confirmed_flush: Option<Lsn>,
    pub restart_lsn: Option<Lsn>,
    /// As the server says it: reserved, extended, unreserved, lost.
    pub wal_status: Option<String>,
    /// Log that the server keeps because of this slot.
    pub retained_bytes: i64,
    /// `max_slot_wal_keep_size`; none when unlimited.
    pub limit_bytes: Option<i64>,
    /// Where the source writes now.
    pub current_lsn: Lsn,
    pub(crate) foreign: Option<String>,
}

const STATE: &str = "
select s.slot_name is not null, coalesce(s.active, false), s.active_pid, s.confirmed_flush_lsn::text, s.restart_lsn::text,
       s.wal_status::text, coalesce(pg_wal_lsn_diff(w.lsn, s.restart_lsn), 0)::bigint,
       (select nullif(setting::bigint, -1) * 1048576 from pg_settings where name = 'max_slot_wal_keep_size'),
       w.lsn::text,
       case when s.plugin is distinct from 'pgoutput' then coalesce('plugin ' || s.plugin, s.slot_type)
            when s.database is distinct from current_database() then 'database ' || s.database end
  from (select case when pg_is_in_recovery() then pg_last_wal_replay_lsn() else pg_current_wal_lsn() end as lsn) w
  left join pg_replication_slots s on s.slot_name = $1";

pub async fn slot_state(cfg: &SourceConfig) -> Result<SlotState, SourceError> {
    let mut session = session::connect(cfg).await?;
    let state = read(cfg, &mut session).await;
    session::close(session).await;
    state
}

pub(crate) async fn read(cfg: &SourceConfig, session: &mut PgConnection) -> Result<SlotState, SourceError> {
    let row = sqlx::query(STATE).bind(&cfg.slot).fetch_one(session).await.map_err(|error| classify::session(cfg, error))?;
    let lsn = |text: Option<String>| text.and_then(|text| text.parse::<Lsn>().ok());
    let read = || {
        let exists: bool = row.try_get(0)?;
        Ok(SlotState {
            exists,
            active: row.try_get(1)?,
            active_pid: row.try_get(2)?,
            confirmed_flush: lsn(row.try_get(3)?),
            restart_lsn: lsn(row.try_get(4)?),
            wal_status: row.try_get(5)?,
            retained_bytes: row.try_get(6)?,
            limit_bytes: row.try_get(7)?,
            current_lsn: lsn(row.try_get(8)?).unwrap_or_default(),
            foreign: if exists { row.try_get(9)? } else { None },
        })
    };
    read().map_err(|error| classify::session(cfg, error))
}

impl SlotState {
    fn not_foreign(&self, cfg: &SourceConfig) -> Result<(), SourceError> {
        match &self.foreign {
            Some(detail) => Err(SourceError::ForeignSlot { slot: cfg.slot.clone(), detail: detail.clone() }),
            None => Ok(()),
        }
    }

    fn not_busy(&self, cfg: &SourceConfig) -> Result<(), SourceError> {
        if self.active { Err(SourceError::SlotBusy { slot: cfg.slot.clone(), pid: self.active_pid }) } else { Ok(()) }
    }

    pub(crate) fn is_lost(&self) -> bool {
        self.wal_status.as_deref() == Some("lost") || self.confirmed_flush.is_none()
    }

    /// Whether the slot still has everything behind `lsn`.
    pub(crate) fn verify_resume(&self, cfg: &SourceConfig, lsn: Lsn) -> Result<(), SourceError> {
        let gap = |reason| Err(SourceError::Gap { slot: cfg.slot.clone(), lsn, reason });
        self.not_foreign(cfg)?;
        if !self.exists {
            return gap(GapReason::SlotMissing);
        }
        match self.confirmed_flush {
            Some(slot_lsn) if slot_lsn > lsn => return gap(GapReason::SlotAhead { slot_lsn }),
            _ if self.is_lost() => return gap(GapReason::SlotLost),
            _ => {}
        }
        self.not_busy(cfg)
    }
}

/// Removes our slot; nothing happens when there is none.
pub async fn drop_slot(cfg: &SourceConfig) -> Result<(), SourceError> {
    let mut session = session::connect(cfg).await?;
    let dropped = remove(cfg, &mut session).await;
    session::close(session).await;
    dropped
}

pub(crate) async fn remove(cfg: &SourceConfig, session: &mut PgConnection) -> Result<(), SourceError> {
    let state = read(cfg, session).await?;
    state.not_foreign(cfg)?;
    state.not_busy(cfg)?;
    if state.exists {
        let dropped = sqlx::query("select pg_drop_replication_slot($1)").bind(&cfg.slot).execute(session).await;
        dropped.map_err(|error| classify::session(cfg, error))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::MAX_CHUNK_ROWS;

    fn cfg() -> SourceConfig {
        SourceConfig {
            url: "postgres://h/d".into(),
            slot: "s".into(),
            publication: "p".into(),
            zone: domain::Zone::parse("Asia/Shanghai").unwrap(),
            max_chunk_rows: MAX_CHUNK_ROWS,
        }
    }

    fn healthy() -> SlotState {
        SlotState { exists: true, confirmed_flush: Some(Lsn(100)), wal_status: Some("reserved".into()), ..Default::default() }
    }

    #[test]
    fn a_slot_at_or_behind_our_position_can_go_on() {
        assert_eq!(healthy().verify_resume(&cfg(), Lsn(100)), Ok(()));
        assert_eq!(healthy().verify_resume(&cfg(), Lsn(101)), Ok(()));
    }

    #[test]
    fn every_other_slot_is_named() {
        let busy = SlotState { active: true, active_pid: Some(7), ..healthy() };
        assert_eq!(busy.verify_resume(&cfg(), Lsn(100)), Err(SourceError::SlotBusy { slot: "s".into(), pid: Some(7) }));
        let reasons = [
            (SlotState::default(), GapReason::SlotMissing),
            (SlotState { confirmed_flush: Some(Lsn(101)), ..healthy() }, GapReason::SlotAhead { slot_lsn: Lsn(101) }),
            (SlotState { wal_status: Some("lost".into()), ..healthy() }, GapReason::SlotLost),
            (SlotState { confirmed_flush: None, ..healthy() }, GapReason::SlotLost),
        ];
        for (state, reason) in reasons {
            let error = state.verify_resume(&cfg(), Lsn(100)).unwrap_err();
            assert!(error.needs_snapshot());
            assert_eq!(error, SourceError::Gap { slot: "s".into(), lsn: Lsn(100), reason });
        }
        let foreign = SlotState { foreign: Some("database other".into()), ..healthy() };
        assert!(matches!(foreign.verify_resume(&cfg(), Lsn(100)), Err(SourceError::ForeignSlot { .. })));
    }
}
