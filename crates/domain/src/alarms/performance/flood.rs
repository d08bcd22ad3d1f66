//! Floods: more alarms than a person can read. One begins when the last ten minutes hold ten alarms per position, and ends
//! when they hold fewer than five.

use super::{Annunciation, Fixed2, HUNDRED, Severity, Span, count, div_round};

pub const TEN_MIN_MS: i64 = 600_000;
/// Alarms per position in the last ten minutes.
pub const FLOOD_FROM: i64 = 10;
pub const FLOOD_UNTIL: i64 = 5;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Flood {
    pub from_ms: i64,
    /// Its end, or that of the period.
    pub to_ms: i64,
    /// The most that ten minutes of it held.
    pub most: i64,
}

/// Those that reach into the period, cut to it. What was annunciated before it may have begun one.
pub(super) fn floods(span: Span, sorted: &[Annunciation]) -> Vec<Flood> {
    let (from, until) = (FLOOD_FROM * span.staff(), FLOOD_UNTIL * span.staff());
    let mut floods = Vec::new();
    let mut running: Option<Flood> = None;
    let (mut come, mut gone) = (0, 0);
    // the number of the last ten minutes changes when an alarm comes, and ten minutes after it
    while gone < sorted.len() {
        let next_gone = sorted[gone].at_ms.saturating_add(TEN_MIN_MS);
        let at_ms = sorted.get(come).map_or(next_gone, |one| one.at_ms.min(next_gone));
        come += sorted[come..].iter().take_while(|one| one.at_ms == at_ms).count();
        gone += sorted[gone..].iter().take_while(|one| one.at_ms.saturating_add(TEN_MIN_MS) == at_ms).count();
        let now = count(come - gone);
        running = match running {
            Some(flood) if now < until => {
                floods.push(Flood { to_ms: at_ms, ..flood });
                None
            }
            Some(flood) => Some(Flood { most: flood.most.max(now), ..flood }),
            None if now >= from => Some(Flood { from_ms: at_ms, to_ms: i64::MAX, most: now }),
            None => None,
        };
    }
    floods.extend(running);
    floods.into_iter().filter_map(|flood| cut(flood, span)).collect()
}

fn cut(flood: Flood, span: Span) -> Option<Flood> {
    let cut = Flood { from_ms: flood.from_ms.max(span.from_ms), to_ms: flood.to_ms.min(span.to_ms), most: flood.most };
    (cut.from_ms < cut.to_ms).then_some(cut)
}

/// Percent of the period.
pub(super) fn share(span: Span, floods: &[Flood]) -> Fixed2 {
    let in_flood: i64 = floods.iter().map(|flood| flood.to_ms - flood.from_ms).sum();
    Fixed2(div_round(i128::from(in_flood) * HUNDRED * HUNDRED, i128::from(span.length_ms().max(1))))
}

/// The most in the ten minutes from an upset: a critical alarm with none in the ten minutes before it.
pub(super) fn after_upset(sorted: &[Annunciation]) -> Option<i64> {
    let mut last_critical: Option<i64> = None;
    let mut most = None;
    for (at, one) in sorted.iter().enumerate().filter(|(_, one)| one.severity == Severity::Critical) {
        let is_upset = last_critical.is_none_or(|last| one.at_ms - last >= TEN_MIN_MS);
        last_critical = Some(one.at_ms);
        if is_upset {
            // what came at the same moment belongs to it too
            let first = sorted[..at].partition_point(|earlier| earlier.at_ms < one.at_ms);
            let after = sorted[first..].partition_point(|later| later.at_ms - one.at_ms < TEN_MIN_MS);
            most = most.max(Some(count(after)));
        }
    }
    most
}
