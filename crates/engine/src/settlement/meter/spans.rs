//! Time from reading to reading: what is measured, what a reading has to be split over, and the gaps.

use domain::settlement::DayMark;
use domain::{Fixed2, LocalMs};

use super::MeterInput;
use super::marks::Marks;
use super::registers::{self, Between};
use super::slots::{Slot, Slots};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum SpanKind {
    /// One interval.
    Measured,
    /// One reading for more than an interval.
    Catchup,
    /// Registers on both sides tell the energy.
    KnownGap,
    /// Nobody knows the energy.
    OpenGap,
}

/// `(from, to]`
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Span {
    pub from: LocalMs,
    pub to: LocalMs,
    pub energy: Fixed2,
    pub kind: SpanKind,
}

impl Span {
    pub fn is_gap(&self) -> bool {
        matches!(self.kind, SpanKind::KnownGap | SpanKind::OpenGap)
    }
}

/// Spans in order that cover everything from the contract's start, or the first reading before it, to the end of the range.
pub(super) struct Spans {
    pub spans: Vec<Span>,
    /// Of each slot.
    pub marks: Vec<Marks>,
}

impl Spans {
    pub fn of(input: &MeterInput, slots: &Slots) -> Self {
        let mut built = Self { spans: Vec::with_capacity(slots.slots.len() + 2), marks: Vec::with_capacity(slots.slots.len()) };
        let mut earlier: Option<&Slot> = None;
        for slot in &slots.slots {
            let marks = built.add(input, slots, earlier, slot);
            built.marks.push(marks);
            earlier = Some(slot);
        }
        let start = input.contract.starts_on().unwrap_or(input.from).start();
        let first = built.spans.first().map_or(input.to.start(), |span| span.from);
        if start < first {
            built.spans.insert(0, Span { from: start, to: first, energy: Fixed2::ZERO, kind: SpanKind::OpenGap });
        }
        let last = built.spans.last().map_or(start, |span| span.to);
        built.push(last, input.to.start(), Fixed2::ZERO, SpanKind::OpenGap);
        built
    }

    fn push(&mut self, from: LocalMs, to: LocalMs, energy: Fixed2, kind: SpanKind) {
        if from < to {
            self.spans.push(Span { from, to, energy, kind });
        }
    }

    fn add(&mut self, input: &MeterInput, slots: &Slots, earlier: Option<&Slot>, slot: &Slot) -> Marks {
        let readings = slots.readings_of(slot);
        let mut marks = Marks::default();
        let mut before = None;
        for (_, reading) in readings {
            registers::check(input.contract, slot, earlier, reading, &mut marks);
            // parts of one interval follow each other on the register
            if let (Some(before), Some(now)) = (before, reading.register_before)
                && before != now
            {
                marks.insert(DayMark::RegisterGap);
            }
            before = reading.register_after;
        }
        let interval_start = slot.interval_start();
        let Some(earlier) = earlier else {
            self.push(interval_start, slot.end, slot.amount, SpanKind::Measured);
            return marks;
        };
        let (between, is_rollover) = registers::between(input.contract, readings, earlier, slot);
        if is_rollover {
            marks.insert(DayMark::Rollover);
        }
        if earlier.end >= interval_start {
            if matches!(between, Between::Missing(_) | Between::Backwards) {
                marks.insert(DayMark::RegisterGap);
            }
            self.push(earlier.end, slot.end, slot.amount, SpanKind::Measured);
            return marks;
        }
        match between {
            Between::Unknown | Between::Nothing => {
                self.push(earlier.end, slot.end, slot.amount, SpanKind::Catchup);
                return marks;
            }
            Between::Missing(energy) => self.push(earlier.end, interval_start, energy, SpanKind::KnownGap),
            Between::Backwards => {
                marks.insert(DayMark::RegisterGap);
                self.push(earlier.end, interval_start, Fixed2::ZERO, SpanKind::OpenGap);
            }
        }
        self.push(interval_start, slot.end, slot.amount, SpanKind::Measured);
        marks
    }
}
