//! The dead-letter rules: is a delivered row a reading? Contract, section "Dead letters".

use domain::{Cell, Fixed2, LocalMs, ReactiveRow, ReadingRow, Reason, UserId};

use crate::settings::{RegisterCheck, Settings};

/// No reading costs a thousand million yuan; ninety million such readings can still be summed in 64 bits.
const COST_MAX: Fixed2 = Fixed2(100_000_000_000);
/// Registers may contradict the amount by this much: both are rounded.
const REGISTER_TOLERANCE: Fixed2 = Fixed2(1);

/// A row that passed, with its values unwrapped.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Accepted {
    pub consumption_id: i64,
    pub user_id: UserId,
    pub amount_kwh: Fixed2,
    pub cost_yuan: Fixed2,
    pub date: LocalMs,
    pub register_mismatch: bool,
}

/// Why a row did not pass: the code and one sentence, Chinese and English.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rejected {
    pub reason: Reason,
    pub text: String,
}

/// Judges a row against the commit time of its transaction and the oldest day that still takes changes.
pub fn judge(
    row: &ReadingRow,
    settings: &Settings,
    commit_local: LocalMs,
    horizon: Option<LocalMs>,
) -> Result<Accepted, Rejected> {
    let consumption_id = row.consumption_id.ok_or_else(|| missing(Reason::MissingKey, "consumption_id"))?;
    let user_id = row.user_id.ok_or_else(|| missing(Reason::MissingUserId, "user_id"))?;
    let amount_kwh = present(&row.amount_kwh, Reason::MissingAmount, "consumption_amount")?;
    let cost_yuan = present(&row.cost_yuan, Reason::MissingCost, "consumption_cost")?;
    let date = present(&row.date, Reason::MissingDate, "consumption_date")?;
    for (cell, name) in [(not_finite(&row.amount_kwh), "consumption_amount"), (not_finite(&row.cost_yuan), "consumption_cost")] {
        finite(cell, name)?;
    }
    finite(not_finite(&row.date), "consumption_date")?;
    let amount_kwh = amount_kwh.ok_or_else(|| too_large("consumption_amount", &row.amount_kwh, settings.max_reading_kwh))?;
    let cost_yuan = cost_yuan.ok_or_else(|| too_large("consumption_cost", &row.cost_yuan, COST_MAX))?;
    let date = date.ok_or_else(|| impossible_date(&row.date))?;
    check_amounts(amount_kwh, cost_yuan, settings)?;
    check_date(date, settings, commit_local, horizon)?;
    let register_mismatch = contradicts(row, amount_kwh);
    if register_mismatch && settings.register_check == RegisterCheck::Reject {
        return Err(rejected(Reason::RegisterMismatch, "表计示数之差与用电量不符", "the registers contradict the amount"));
    }
    Ok(Accepted { consumption_id, user_id, amount_kwh, cost_yuan, date, register_mismatch })
}

/// The same for a row of `power_reactive`; reactive energy may flow in both directions.
pub fn judge_reactive(
    row: &ReactiveRow,
    settings: &Settings,
    commit_local: LocalMs,
    horizon: Option<LocalMs>,
) -> Result<(UserId, LocalMs, Fixed2), Rejected> {
    let user_id = row.user_id.ok_or_else(|| missing(Reason::MissingUserId, "user_id"))?;
    let interval_end = present(&row.interval_end, Reason::MissingDate, "interval_end")?;
    let kvarh = present(&row.kvarh, Reason::MissingAmount, "kvarh")?;
    finite(not_finite(&row.interval_end), "interval_end")?;
    finite(not_finite(&row.kvarh), "kvarh")?;
    let within = |value: &Fixed2| value.0.unsigned_abs() <= settings.max_reading_kwh.0.unsigned_abs();
    let kvarh = kvarh.filter(within).ok_or_else(|| too_large("kvarh", &row.kvarh, settings.max_reading_kwh))?;
    let interval_end = interval_end.ok_or_else(|| impossible_date(&row.interval_end))?;
    check_date(interval_end, settings, commit_local, horizon)?;
    Ok((user_id, interval_end, kvarh))
}

fn check_amounts(amount_kwh: Fixed2, cost_yuan: Fixed2, settings: &Settings) -> Result<(), Rejected> {
    if amount_kwh < Fixed2::ZERO {
        return Err(rejected(
            Reason::NegativeAmount,
            &format!("用电量为负：{amount_kwh} kWh"),
            &format!("energy is negative: {amount_kwh} kWh"),
        ));
    }
    if cost_yuan < Fixed2::ZERO {
        return Err(rejected(
            Reason::NegativeCost,
            &format!("电费为负：{cost_yuan} 元"),
            &format!("cost is negative: {cost_yuan} yuan"),
        ));
    }
    if amount_kwh > settings.max_reading_kwh {
        return Err(too_large("consumption_amount", &Cell::Value(amount_kwh), settings.max_reading_kwh));
    }
    if cost_yuan > COST_MAX {
        return Err(too_large("consumption_cost", &Cell::Value(cost_yuan), COST_MAX));
    }
    Ok(())
}

fn check_date(date: LocalMs, settings: &Settings, commit_local: LocalMs, horizon: Option<LocalMs>) -> Result<(), Rejected> {
    let latest = commit_local.plus_ms(settings.max_future_skew_ms);
    if date > latest {
        return Err(rejected(
            Reason::FutureDate,
            &format!("用电时间 {date} 晚于提交时刻允许的 {latest}"),
            &format!("event time {date} lies after {latest}, the latest that its commit allows"),
        ));
    }
    match horizon {
        Some(horizon) if date < horizon => Err(rejected(
            Reason::BeyondRetention,
            &format!("用电时间 {date} 早于保留期起点 {horizon}"),
            &format!("event time {date} lies before {horizon}, where retention begins"),
        )),
        _ => Ok(()),
    }
}

fn contradicts(row: &ReadingRow, amount_kwh: Fixed2) -> bool {
    let (Some(before), Some(after)) = (row.register_before_kwh.value(), row.register_after_kwh.value()) else { return false };
    let difference = i128::from(after.0) - i128::from(before.0) - i128::from(amount_kwh.0);
    difference.abs() > i128::from(REGISTER_TOLERANCE.0)
}

/// `Ok(None)`: present, but not a usable value; judged by the later rules.
fn present<T: Copy>(cell: &Cell<T>, reason: Reason, column: &str) -> Result<Option<T>, Rejected> {
    match cell {
        Cell::Null => Err(missing(reason, column)),
        other => Ok(other.value()),
    }
}

fn not_finite<T>(cell: &Cell<T>) -> Option<&str> {
    match cell {
        Cell::NotFinite(text) => Some(text),
        _ => None,
    }
}

fn finite(text: Option<&str>, column: &str) -> Result<(), Rejected> {
    text.map_or(Ok(()), |text| {
        Err(rejected(Reason::NotFinite, &format!("{column} 不是有限值：{text}"), &format!("{column} is not finite: {text}")))
    })
}

fn missing(reason: Reason, column: &str) -> Rejected {
    rejected(reason, &format!("{column} 为空"), &format!("{column} is null"))
}

fn too_large(column: &str, cell: &Cell<Fixed2>, limit: Fixed2) -> Rejected {
    let text = match cell {
        Cell::Value(value) => value.to_string(),
        Cell::OutOfRange(text) | Cell::NotFinite(text) => text.to_string(),
        Cell::Null => String::new(),
    };
    rejected(
        Reason::AmountTooLarge,
        &format!("{column} {text} 超过上限 {limit}"),
        &format!("{column} {text} is above the limit {limit}"),
    )
}

fn impossible_date(cell: &Cell<LocalMs>) -> Rejected {
    let text = match cell {
        Cell::OutOfRange(text) => text.as_ref(),
        _ => "",
    };
    let reason = if text.ends_with("BC") { Reason::BeyondRetention } else { Reason::FutureDate };
    rejected(reason, &format!("用电时间 {text} 不在可用范围内"), &format!("event time {text} is out of range"))
}

fn rejected(reason: Reason, zh: &str, en: &str) -> Rejected {
    Rejected { reason, text: format!("{zh} · {en}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Zone;

    fn settings() -> Settings {
        Settings::new(Zone::parse("Asia/Shanghai").unwrap())
    }

    fn at(text: &str) -> LocalMs {
        LocalMs::parse(text.as_bytes()).unwrap()
    }

    fn good() -> ReadingRow {
        ReadingRow {
            consumption_id: Some(1),
            user_id: Some(7),
            amount_kwh: Cell::Value(Fixed2(1000)),
            cost_yuan: Cell::Value(Fixed2(500)),
            date: Cell::Value(at("2026-01-11 10:00:00")),
            ..ReadingRow::default()
        }
    }

    fn reason(change: impl FnOnce(&mut ReadingRow)) -> Option<Reason> {
        let mut row = good();
        change(&mut row);
        judge(&row, &settings(), at("2026-01-11 10:00:01"), Some(at("2025-01-01 00:00:00"))).err().map(|rejected| rejected.reason)
    }

    #[test]
    fn every_rule_rejects_its_row_and_no_other() {
        assert_eq!(reason(|_| {}), None);
        assert_eq!(reason(|row| row.consumption_id = None), Some(Reason::MissingKey));
        assert_eq!(reason(|row| row.user_id = None), Some(Reason::MissingUserId));
        assert_eq!(reason(|row| row.amount_kwh = Cell::Null), Some(Reason::MissingAmount));
        assert_eq!(reason(|row| row.cost_yuan = Cell::Null), Some(Reason::MissingCost));
        assert_eq!(reason(|row| row.date = Cell::Null), Some(Reason::MissingDate));
        assert_eq!(reason(|row| row.amount_kwh = Cell::NotFinite("NaN".into())), Some(Reason::NotFinite));
        assert_eq!(reason(|row| row.cost_yuan = Cell::NotFinite("NaN".into())), Some(Reason::NotFinite));
        assert_eq!(reason(|row| row.date = Cell::NotFinite("infinity".into())), Some(Reason::NotFinite));
        assert_eq!(reason(|row| row.amount_kwh = Cell::Value(Fixed2(-1))), Some(Reason::NegativeAmount));
        assert_eq!(reason(|row| row.cost_yuan = Cell::Value(Fixed2(-1))), Some(Reason::NegativeCost));
        assert_eq!(reason(|row| row.amount_kwh = Cell::Value(Fixed2(100_000_001))), Some(Reason::AmountTooLarge));
        assert_eq!(reason(|row| row.amount_kwh = Cell::OutOfRange("9e99".into())), Some(Reason::AmountTooLarge));
        assert_eq!(reason(|row| row.date = Cell::Value(at("2026-01-11 10:05:01.001"))), Some(Reason::FutureDate));
        assert_eq!(reason(|row| row.date = Cell::Value(at("2024-12-31 23:59:59.999"))), Some(Reason::BeyondRetention));
        assert_eq!(reason(|row| row.date = Cell::OutOfRange("0044-03-15 00:00:00 BC".into())), Some(Reason::BeyondRetention));
    }

    #[test]
    fn limits_themselves_pass() {
        assert_eq!(reason(|row| row.amount_kwh = Cell::Value(Fixed2(100_000_000))), None);
        assert_eq!(reason(|row| row.amount_kwh = Cell::Value(Fixed2::ZERO)), None);
        assert_eq!(reason(|row| row.date = Cell::Value(at("2026-01-11 10:05:01"))), None);
        assert_eq!(reason(|row| row.date = Cell::Value(at("2025-01-01 00:00:00"))), None);
    }

    #[test]
    fn registers_that_contradict_are_flagged_or_rejected() {
        let mut row = good();
        row.register_before_kwh = Cell::Value(Fixed2(5000));
        row.register_after_kwh = Cell::Value(Fixed2(6001));
        let verdict = |row: &ReadingRow, check| {
            let settings = Settings { register_check: check, ..settings() };
            judge(row, &settings, at("2026-01-11 10:00:01"), None)
        };
        assert!(!verdict(&row, RegisterCheck::Flag).unwrap().register_mismatch, "a hundredth is rounding");
        row.register_after_kwh = Cell::Value(Fixed2(6002));
        assert!(verdict(&row, RegisterCheck::Flag).unwrap().register_mismatch);
        assert_eq!(verdict(&row, RegisterCheck::Reject).unwrap_err().reason, Reason::RegisterMismatch);
    }
}
