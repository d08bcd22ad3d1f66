//! What the log reader says about itself, as rules look at it.

use domain::alarms::inputs::{Hearing, PipelineReading};
use domain::status::StreamState;
use domain::{LocalMs, SnapshotState};
use warehouse::alarms::evaluation::Standing;

/// Behind by more than this, silence cannot be told.
const CLEAR_LAG_MS: i64 = 60_000;
/// Data of another time: a replay.
const REPLAY_MS: i64 = 3_600_000;
/// The status is written every two seconds; one that is older is nobody's.
const STATUS_GOOD_MS: i64 = 15_000;

/// `since_ms`: when this process began to listen. That nobody spoke before is no news to those it could not tell.
pub fn reading(standing: &Standing, since_ms: i64, now_ms: i64, local_now: LocalMs) -> PipelineReading {
    let status = &standing.status;
    let spoke_ms = standing.status_at.map_or(now_ms, |at| at.timestamp_millis());
    let silent_ms = (now_ms - spoke_ms).max(0);
    let is_away = silent_ms > STATUS_GOOD_MS;
    let down_ms = match status.state {
        _ if is_away => silent_ms.min(now_ms - since_ms).max(0),
        // a new installation: it has not spoken yet
        _ if status.state_since_ms == 0 => 0,
        StreamState::Copying | StreamState::CatchingUp | StreamState::Streaming => 0,
        StreamState::Starting | StreamState::Disconnected | StreamState::Stopped => (now_ms - status.state_since_ms).max(0),
    };
    let is_streaming = status.state == StreamState::Streaming && !is_away && standing.snapshot == SnapshotState::Complete;
    let age_ms = standing.watermark.map_or(0, |watermark| local_now.0 - watermark.0);
    let hearing = match standing.watermark {
        Some(_) if is_streaming && age_ms.abs() > REPLAY_MS => Hearing::Replay,
        Some(_) if is_streaming && status.lag_ms < CLEAR_LAG_MS => Hearing::Clear,
        _ => Hearing::Deaf,
    };
    PipelineReading { hearing, lag_ms: status.lag_ms, down_ms, slot_bytes: status.slot_retained_bytes }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use domain::status::PipelineStatus;

    use super::*;

    const NOW_MS: i64 = 1_000_000_000_000;

    fn read(state: StreamState, lag_ms: i64, data_age_ms: i64, status_age_ms: i64) -> PipelineReading {
        let standing = Standing {
            watermark: Some(LocalMs(NOW_MS - data_age_ms)),
            snapshot: SnapshotState::Complete,
            status: PipelineStatus {
                state,
                state_since_ms: NOW_MS - 40_000,
                lag_ms,
                slot_retained_bytes: 7,
                ..PipelineStatus::default()
            },
            status_at: DateTime::from_timestamp_millis(NOW_MS - status_age_ms),
            ..Standing::default()
        };
        reading(&standing, NOW_MS - 60_000, NOW_MS, LocalMs(NOW_MS))
    }

    #[test]
    fn silence_is_told_only_while_the_stream_is_heard() {
        use StreamState::{CatchingUp, Copying, Disconnected, Starting, Stopped, Streaming};
        assert_eq!(read(Streaming, 0, 7_000, 1_000).hearing, Hearing::Clear);
        assert_eq!(read(Streaming, 60_000, 70_000, 1_000).hearing, Hearing::Deaf, "behind");
        assert_eq!(read(Streaming, 0, 7_000, 20_000).hearing, Hearing::Deaf, "nobody reads");
        for state in [CatchingUp, Copying, Disconnected, Starting, Stopped] {
            assert_eq!(read(state, 0, 7_000, 1_000).hearing, Hearing::Deaf, "{state:?}");
        }
    }

    #[test]
    fn data_of_another_time_is_a_replay() {
        assert_eq!(read(StreamState::Streaming, 0, 3_600_001, 0).hearing, Hearing::Replay);
        assert_eq!(read(StreamState::Streaming, 0, -3_600_001, 0).hearing, Hearing::Replay);
        assert_eq!(read(StreamState::Streaming, 0, 3_600_000, 0).hearing, Hearing::Clear);
    }

    #[test]
    fn who_neither_copies_nor_streams_is_down() {
        assert_eq!(read(StreamState::Streaming, 5, 0, 0).down_ms, 0);
        assert_eq!(read(StreamState::Copying, 5, 0, 0).down_ms, 0);
        assert_eq!(read(StreamState::Disconnected, 5, 0, 0).down_ms, 40_000);
        assert_eq!(read(StreamState::Streaming, 5, 0, 30_000).down_ms, 30_000);
        assert_eq!(read(StreamState::Streaming, 5, 0, 3_600_000).down_ms, 60_000, "the hour before a start is nobody's outage");
        let new = reading(&Standing::default(), NOW_MS - 60_000, NOW_MS, LocalMs(NOW_MS));
        assert_eq!((new.down_ms, new.hearing), (0, Hearing::Deaf), "nobody has spoken yet");
        assert_eq!((read(StreamState::Streaming, 5, 0, 0).lag_ms, read(StreamState::Streaming, 5, 0, 0).slot_bytes), (5, 7));
    }
}
