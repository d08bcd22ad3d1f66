//! Adjustments of frozen bills line by line, what a bill carries of them, and what has to be looked at before one is checked.

use domain::Fixed2;
use domain::settlement::bill::Reason;
use domain::settlement::{Band, Bill, DayMark, ExceptionKind, LineKind};
use engine::settlement::adjust::{adjustment, with_adjustments};
use engine::settlement::exceptions::{ExceptionFacts, estimated_share_percent, exceptions};
use serde_json::json;

use crate::support::{Case, book, day, fixed, flat, month, plan, terms};
use crate::tiers::guangdong;

fn home(kwh: &str) -> Case {
    Case::new("2026-01", vec![guangdong()], terms("gd-home", json!({}))).with_days([flat("2026-01-05", kwh)])
}

#[test]
fn a_correction_is_compared_line_by_line() {
    let (frozen, now) = (home("300").bill(), home("450").bill());
    let found = adjustment(7, &frozen, &now, Fixed2::ZERO).expect("something to pay");
    assert_eq!((found.statement_id, found.month, found.amount), (7, month("2026-01"), fixed("108.35")));
    let rows: Vec<_> = found
        .deltas
        .iter()
        .map(|delta| {
            (
                delta.kind,
                delta.band,
                delta.tier,
                delta.quantity_before,
                delta.quantity_after,
                delta.amount_before,
                delta.amount_after,
            )
        })
        .collect();
    let expected = [
        (LineKind::Energy, Some(Band::Flat), None, fixed("300"), fixed("450"), fixed("176.70"), fixed("265.05")),
        (LineKind::TierSurcharge, None, Some(2), fixed("100"), fixed("200"), fixed("5"), fixed("10")),
        (LineKind::TierSurcharge, None, Some(3), fixed("0"), fixed("50"), fixed("0"), fixed("15")),
    ];
    assert_eq!(rows, expected);
    let back = adjustment(7, &now, &frozen, Fixed2::ZERO).expect("something to pay back");
    assert_eq!(back.amount, fixed("-108.35"));
}

#[test]
fn what_was_adjusted_already_is_subtracted() {
    let (frozen, now) = (home("300").bill(), home("450").bill());
    let later = adjustment(7, &frozen, &now, fixed("100")).expect("the rest");
    assert_eq!((later.amount, later.already_adjusted, later.deltas.len()), (fixed("8.35"), fixed("100"), 3));
    assert_eq!(adjustment(7, &frozen, &now, fixed("108.35")), None);
    assert_eq!(adjustment(7, &frozen, &frozen, Fixed2::ZERO), None);
    let taken_back = adjustment(7, &frozen, &frozen, fixed("100")).expect("what was adjusted goes back");
    assert_eq!((taken_back.amount, taken_back.deltas.len()), (fixed("-100"), 0));
}

#[test]
fn a_tariff_corrected_later_divides_no_line_of_the_comparison() {
    let days = [flat("2026-01-05", "10"), flat("2026-01-25", "10")];
    let mut case = Case::new("2026-01", vec![plan("x", json!({}))], terms("x", json!({}))).with_days(days);
    let frozen = case.bill();
    let mut corrected = plan("x", json!({ "prices": { "bands": { "flat": "0.9" } } }));
    corrected.valid_from = day("2026-01-20");
    case.book = book(vec![plan("x", json!({})), corrected]);
    let found = adjustment(7, &frozen, &case.bill(), Fixed2::ZERO).expect("cheaper");
    assert_eq!((found.amount, found.deltas.len()), (fixed("-1"), 1));
    assert_eq!((found.deltas[0].quantity_before, found.deltas[0].quantity_after), (fixed("20"), fixed("20")));
}

#[test]
fn a_bill_that_cannot_be_made_any_more_pays_nothing_back() {
    let frozen = home("300").bill();
    let mut case = home("300");
    case.book = book(Vec::new());
    let now = case.bill();
    assert_eq!((now.total, now.faults.len()), (Fixed2::ZERO, 1));
    assert_eq!(adjustment(7, &frozen, &now, Fixed2::ZERO), None);
}

#[test]
fn a_bill_carries_adjustments_outside_everything_else() {
    let (frozen, now) = (home("300").bill(), home("450").bill());
    let found = adjustment(7, &frozen, &now, Fixed2::ZERO).expect("something to pay");
    let bill = home("100").bill();
    let carrying = with_adjustments(&bill, &[(found.clone(), "readings".to_owned()), (found.clone(), "tariff".to_owned())]);
    assert_eq!(carrying.total, bill.total + fixed("216.70"));
    assert_eq!(carrying.total, carrying.lines.iter().map(|line| line.amount).sum());
    assert_eq!(carrying.daily_total(), bill.daily_total());
    let last = carrying.lines.last().expect("lines");
    assert_eq!((last.line_no, last.kind, last.amount), (3, LineKind::Adjustment, fixed("108.35")));
    let reason = Reason::Adjustment { statement_id: 7, month: month("2026-01"), cause: "tariff".to_owned() };
    assert_eq!(last.reason, Some(reason));
    assert_eq!(adjustment(9, &carrying, &bill, Fixed2::ZERO), None, "what it carries is not its own");
    assert_eq!(adjustment(9, &bill, &carrying, Fixed2::ZERO), None);
}

fn found(case: &Case, bill: &Bill, previous_kwh: Option<&str>, is_over: bool) -> Vec<ExceptionKind> {
    exceptions(&ExceptionFacts { bill, days: &case.days, previous_kwh: previous_kwh.map(fixed), is_over })
}

#[test]
fn each_exception_is_found() {
    let of = |case: &Case| found(case, &case.bill(), Some("100"), true);
    let plain = home("100");
    assert_eq!(of(&plain), []);
    assert_eq!(found(&plain, &plain.bill(), None, false), [ExceptionKind::PeriodNotOver]);
    let marks = [
        (DayMark::NotEstimated, ExceptionKind::NotEstimated),
        (DayMark::Undecided, ExceptionKind::Undecided),
        (DayMark::EnergyEstimated, ExceptionKind::Estimated),
        (DayMark::Negative, ExceptionKind::Negative),
        (DayMark::Rollover, ExceptionKind::Rollover),
        (DayMark::RegisterGap, ExceptionKind::RegisterGap),
        (DayMark::RegisterMismatch, ExceptionKind::RegisterGap),
    ];
    for (mark, kind) in marks {
        let mut case = home("100");
        case.days[0].marks.push(mark);
        assert_eq!(of(&case), [kind], "{mark:?}");
    }
    for mark in [DayMark::Split, DayMark::Missing, DayMark::Moved, DayMark::ShapeEstimated, DayMark::Exchange] {
        let mut case = home("100");
        case.days[0].marks.push(mark);
        assert_eq!(of(&case), [], "{mark:?} needs nobody");
    }
    let mut moved = home("50").with_days([flat("2026-01-06", "50")]);
    moved.days[1].region_id = 2;
    assert_eq!(of(&moved), [ExceptionKind::Moved]);
    let mut tariffless = home("100");
    tariffless.contract.terms[0].terms.tariff = None;
    assert_eq!(of(&tariffless), [ExceptionKind::CannotBill]);
    assert_eq!(of(&home("0")), [ExceptionKind::ZeroUse, ExceptionKind::Jump]);
    assert_eq!(of(&home("-1")), [ExceptionKind::Jump, ExceptionKind::Negative]);
}

#[test]
fn a_jump_is_more_than_half_up_or_down() {
    let jumps = |before: &str, now: &str| {
        let case = home(now);
        found(&case, &case.bill(), Some(before), true).contains(&ExceptionKind::Jump)
    };
    assert!(!jumps("100", "150") && !jumps("100", "50"));
    assert!(jumps("100", "150.01") && jumps("100", "49.99") && jumps("0", "0.01"));
    let case = home("10");
    assert_eq!(found(&case, &case.bill(), Some("100"), false), [ExceptionKind::PeriodNotOver], "not before the period is over");
}

#[test]
fn the_estimated_share_is_rounded_up() {
    let share = |kwh: &str, estimated: &str| {
        let mut case = home(kwh);
        case.days[0].estimated.flat = fixed(estimated);
        estimated_share_percent(&case.bill())
    };
    let cases = [("100", "0", 0), ("100", "20", 20), ("100", "20.01", 21), ("100", "100", 100), ("0", "0", 0), ("0", "5", 100)];
    for (kwh, estimated, percent) in cases {
        assert_eq!(share(kwh, estimated), percent, "{kwh} {estimated}");
    }
}
