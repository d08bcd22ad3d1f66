//! In which situation the stream is: one answer, used by the frame, the wall and every mark of staleness.

use domain::LocalMs;
use domain::status::StreamState;
use serde::{Deserialize, Serialize};
use warehouse::read::frame::FrameData;

use crate::format::{self, Percent};
use crate::text::{Lang, frame as words};

/// Up to this age data is plain.
pub const PLAIN_AGE_MS: i64 = 15_000;
/// Beyond this age it is stale.
pub const STALE_AGE_MS: i64 = 60_000;
/// Beyond this age arriving rows are history.
const REPLAY_AGE_MS: i64 = 3_600_000;
/// Rows arrive as long as the last one is younger than this.
const ARRIVING_MS: i64 = 60_000;
/// The engine process speaks every two seconds; after this silence it is gone.
const SILENT_ENGINE_MS: i64 = 10_000;

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Situation {
    Starting,
    /// The first copy runs: rows done, rows in all.
    Copying {
        done: i64,
        total: i64,
    },
    /// Not connected, or the engine process is gone. Local time.
    Disconnected {
        since: LocalMs,
    },
    /// Waits for an operator.
    Stopped {
        since: LocalMs,
    },
    CatchingUp {
        behind_ms: i64,
        ready_in_s: Option<i64>,
    },
    /// History flows through.
    Replay,
    /// Connected, nothing committed for a while.
    NoNewData {
        for_ms: i64,
    },
    Live,
    Delayed {
        age_ms: i64,
    },
    Stale {
        age_ms: i64,
    },
}

impl Situation {
    /// `now_ms` is UTC, `local_now` the same moment on the wall clock of the source.
    pub fn judge(frame: &FrameData, now_ms: i64, local: impl Fn(i64) -> LocalMs) -> Self {
        let status = &frame.status;
        let Some(spoke_at_ms) = frame.status_at_ms else { return Self::Starting };
        if now_ms - spoke_at_ms > SILENT_ENGINE_MS {
            return Self::Disconnected { since: local(spoke_at_ms) };
        }
        match status.state {
            StreamState::Disconnected => return Self::Disconnected { since: local(status.state_since_ms) },
            StreamState::Stopped => return Self::Stopped { since: local(status.state_since_ms) },
            StreamState::Copying => {
                return Self::Copying { done: frame.snapshot_rows_done, total: frame.snapshot_rows_total };
            }
            StreamState::Starting if frame.watermark.is_none() => return Self::Starting,
            StreamState::Starting | StreamState::CatchingUp | StreamState::Streaming => {}
        }
        let Some(age_ms) = age_ms(frame, local(now_ms)) else { return Self::Starting };
        let quiet_ms = frame.last_row_at_ms.map_or(i64::MAX, |at| now_ms - at);
        if age_ms > REPLAY_AGE_MS && quiet_ms <= ARRIVING_MS {
            return Self::Replay;
        }
        if status.state == StreamState::CatchingUp && status.lag_ms > PLAIN_AGE_MS {
            return Self::CatchingUp { behind_ms: status.lag_ms, ready_in_s: status.copy_left_s };
        }
        if age_ms <= PLAIN_AGE_MS {
            Self::Live
        } else if quiet_ms > PLAIN_AGE_MS {
            Self::NoNewData { for_ms: quiet_ms.min(age_ms) }
        } else if age_ms <= STALE_AGE_MS {
            Self::Delayed { age_ms }
        } else {
            Self::Stale { age_ms }
        }
    }

    /// What the header says.
    pub fn sentence(self, data_time: Option<LocalMs>, today: domain::Day, lang: Lang) -> String {
        let age = |ms| format::age(ms, lang);
        match self {
            Self::Starting => words::STATE_STARTING.get(lang).to_owned(),
            Self::Copying { done, total } => {
                words::STATE_COPYING.with(lang, &[&format::or_absent(Percent::of(done, total), Percent::show)])
            }
            Self::Disconnected { since } => words::STATE_DISCONNECTED.with(lang, &[&format::clock_on(since, today)]),
            Self::Stopped { since } => words::STATE_STOPPED.with(lang, &[&format::clock_on(since, today)]),
            Self::CatchingUp { behind_ms, ready_in_s: Some(left) } => {
                words::STATE_CATCHING_UP_READY.with(lang, &[&age(behind_ms), &age(left * 1000)])
            }
            Self::CatchingUp { behind_ms, ready_in_s: None } => words::STATE_CATCHING_UP.with(lang, &[&age(behind_ms)]),
            Self::Replay => words::STATE_REPLAY.with(lang, &[&format::or_absent(data_time, |at| format::date(at.day()))]),
            Self::NoNewData { for_ms } => words::STATE_NO_NEW.with(lang, &[&age(for_ms)]),
            Self::Live => words::STATE_LIVE.get(lang).to_owned(),
            Self::Delayed { age_ms } => words::STATE_DELAYED.with(lang, &[&age(age_ms)]),
            Self::Stale { age_ms } => words::STATE_STALE.with(lang, &[&age(age_ms)]),
        }
    }

    /// Part of a class name and the glyph that goes with it.
    pub fn code(self) -> (&'static str, &'static str) {
        match self {
            Self::Live => ("live", "●"),
            Self::Replay => ("replay", "▶"),
            Self::Starting | Self::Copying { .. } => ("busy", "…"),
            Self::CatchingUp { .. } | Self::Delayed { .. } => ("late", "◔"),
            Self::NoNewData { for_ms } if for_ms <= STALE_AGE_MS => ("late", "◔"),
            Self::NoNewData { .. } | Self::Stale { .. } => ("stale", "⏱"),
            Self::Disconnected { .. } | Self::Stopped { .. } => ("down", "✕"),
        }
    }

    /// Whether numbers are too old to be believed as "now". A replay is not: its numbers are of its own time.
    pub fn is_stale(self, age_ms: i64) -> bool {
        match self {
            Self::Replay | Self::Starting | Self::Copying { .. } | Self::Live | Self::Delayed { .. } => false,
            Self::Disconnected { .. } | Self::Stopped { .. } | Self::CatchingUp { .. } => age_ms > STALE_AGE_MS,
            Self::NoNewData { .. } | Self::Stale { .. } => age_ms > STALE_AGE_MS,
        }
    }
}

/// Server clock minus watermark; none before the first reading.
pub fn age_ms(frame: &FrameData, local_now: LocalMs) -> Option<i64> {
    frame.watermark.map(|watermark| (local_now.0 - watermark.0).max(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::status::PipelineStatus;

    const NOW: i64 = 1_452_470_400_000;

    fn frame(state: StreamState, age_ms: i64, quiet_ms: i64) -> FrameData {
        FrameData {
            watermark: Some(LocalMs(NOW - age_ms)),
            last_row_at_ms: Some(NOW - quiet_ms),
            status: PipelineStatus { state, state_since_ms: NOW - 90_000, lag_ms: 40_000, ..Default::default() },
            status_at_ms: Some(NOW - 1_000),
            ..Default::default()
        }
    }

    fn judge(frame: &FrameData) -> Situation {
        Situation::judge(frame, NOW, LocalMs)
    }

    #[test]
    fn three_situations_have_three_answers() {
        assert_eq!(judge(&frame(StreamState::Streaming, 30_000, 20_000)), Situation::NoNewData { for_ms: 20_000 });
        let down = judge(&frame(StreamState::Disconnected, 30_000, 20_000));
        assert_eq!(down, Situation::Disconnected { since: LocalMs(NOW - 90_000) });
        let behind = judge(&frame(StreamState::CatchingUp, 70_000, 10));
        assert_eq!(behind, Situation::CatchingUp { behind_ms: 40_000, ready_in_s: None });
    }

    #[test]
    fn age_decides_between_plain_delayed_and_stale() {
        assert_eq!(judge(&frame(StreamState::Streaming, 15_000, 10)), Situation::Live);
        assert_eq!(judge(&frame(StreamState::Streaming, 15_001, 10)), Situation::Delayed { age_ms: 15_001 });
        assert_eq!(judge(&frame(StreamState::Streaming, 60_001, 10)), Situation::Stale { age_ms: 60_001 });
        assert!(Situation::Stale { age_ms: 60_001 }.is_stale(60_001));
    }

    #[test]
    fn flowing_history_is_a_replay_and_not_stale() {
        let replay = judge(&frame(StreamState::CatchingUp, 90_000_000, 10));
        assert_eq!(replay, Situation::Replay);
        assert!(!replay.is_stale(90_000_000));
        assert!(matches!(judge(&frame(StreamState::Streaming, 90_000_000, 61_000)), Situation::NoNewData { .. }));
    }

    #[test]
    fn a_silent_engine_is_a_broken_stream() {
        let mut gone = frame(StreamState::Streaming, 1_000, 10);
        gone.status_at_ms = Some(NOW - 10_001);
        assert_eq!(judge(&gone), Situation::Disconnected { since: LocalMs(NOW - 10_001) });
        gone.status_at_ms = None;
        assert_eq!(judge(&gone), Situation::Starting);
    }

    #[test]
    fn sentences_say_since_when() {
        let since = LocalMs::parse(b"2016-01-11 14:05:10").expect("a time");
        let sentence = Situation::Disconnected { since }.sentence(None, since.day(), Lang::Zh);
        assert_eq!(sentence, "数据流中断，自 14:05:10 起，正在重试");
        let elsewhere = Situation::Disconnected { since }.sentence(None, domain::Day(since.day().0 + 1), Lang::En);
        assert_eq!(elsewhere, "Stream down since 2016-01-11 14:05:10, retrying");
    }
}
