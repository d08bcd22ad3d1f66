//! What the operational tables hold after each change, and how each reading must be booked. Written from the contract.

use std::collections::BTreeMap;

use super::Operation;
use crate::oracle::ExpectedDetail;
use crate::rows::{ReadingRow, UserRow, decimal, timestamp};

const MAX_READING_E2: i64 = 100_000_000;

#[derive(Clone, PartialEq, Eq, Debug)]
struct Booking {
    user_name: String,
    region_id: i32,
    region_name: String,
    usage_type: String,
    known_user: bool,
}

/// The operational tables with the bookings that belong to them.
#[derive(Clone, Default, Debug)]
pub struct Model {
    users: BTreeMap<i64, UserRow>,
    /// A reading that breaks a rule has no booking.
    readings: BTreeMap<i64, (ReadingRow, Option<Booking>)>,
}

impl Model {
    pub fn apply(&mut self, operation: &Operation) {
        match operation {
            Operation::PutUser(user) => self.put_user(user),
            Operation::DeleteUser(id) => {
                self.users.remove(id);
            }
            Operation::PutReading(reading) => self.put_reading(reading),
            Operation::DeleteReading(id) => {
                self.readings.remove(id);
            }
            Operation::RekeyReading { from, to } => {
                if let Some((mut reading, _)) = self.readings.remove(from) {
                    reading.consumption_id = *to;
                    self.put_reading(&reading);
                }
            }
        }
    }

    /// The first copy of existing tables books every reading to the user as it finds him.
    pub fn book_as_snapshot(&mut self) {
        let rows: Vec<ReadingRow> = std::mem::take(&mut self.readings).into_values().map(|(row, _)| row).collect();
        rows.iter().for_each(|row| self.put_reading(row));
    }

    pub fn reading(&self, id: i64) -> Option<&ReadingRow> {
        self.readings.get(&id).map(|(row, _)| row)
    }

    pub fn reading_ids(&self) -> impl Iterator<Item = i64> {
        self.readings.keys().copied()
    }

    /// The detail rows that must be there, by number.
    pub fn expected(&self) -> Vec<ExpectedDetail> {
        self.readings.values().filter_map(|(row, booking)| expected_detail(row, booking.as_ref()?)).collect()
    }

    fn put_user(&mut self, user: &UserRow) {
        let arrives = self.users.insert(user.user_id, user.clone()).is_none();
        if !arrives {
            return;
        }
        let booking = booking_of(Some(user));
        for (row, old) in self.readings.values_mut() {
            if row.user_id == Some(user.user_id) && old.as_ref().is_some_and(|old| !old.known_user) {
                *old = Some(booking.clone());
            }
        }
    }

    fn put_reading(&mut self, row: &ReadingRow) {
        let kept = self
            .readings
            .remove(&row.consumption_id)
            .and_then(|(old, booking)| booking.filter(|booking| booking.known_user && old.user_id == row.user_id));
        let user = row.user_id.and_then(|id| self.users.get(&id));
        let booking = is_valid(row).then(|| kept.unwrap_or_else(|| booking_of(user)));
        self.readings.insert(row.consumption_id, (row.clone(), booking));
    }
}

fn is_valid(row: &ReadingRow) -> bool {
    row.user_id.is_some()
        && row.date.is_some()
        && row.amount_kwh_e2.is_some_and(|amount| (0..=MAX_READING_E2).contains(&amount))
        && row.cost_yuan_e2.is_some_and(|cost| cost >= 0)
}

/// No user: placeholders throughout. A known user's gaps: column by column.
fn booking_of(user: Option<&UserRow>) -> Booking {
    let or = |value: Option<&String>, placeholder: &str| value.map_or_else(|| placeholder.to_owned(), Clone::clone);
    Booking {
        user_name: or(user.and_then(|user| user.user_name.as_ref()), "未知用户"),
        region_id: user.and_then(|user| user.region_id).unwrap_or(0),
        region_name: or(user.and_then(|user| user.region_name.as_ref()), "未知地区"),
        usage_type: or(user.and_then(|user| user.usage_type.as_ref()), "未知"),
        known_user: user.is_some(),
    }
}

fn expected_detail(row: &ReadingRow, booking: &Booking) -> Option<ExpectedDetail> {
    let amount = row.amount_kwh_e2?;
    let register_mismatch = match (row.register_before_kwh_e2, row.register_after_kwh_e2) {
        (Some(before), Some(after)) => (after - before - amount).abs() > 1,
        _ => false,
    };
    Some(ExpectedDetail {
        consumption_id: row.consumption_id,
        user_id: row.user_id?,
        user_name: booking.user_name.clone(),
        amount_kwh: decimal(amount),
        cost_yuan: decimal(row.cost_yuan_e2?),
        date: timestamp(row.date?),
        region_id: booking.region_id,
        region_name: booking.region_name.clone(),
        usage_type: booking.usage_type.clone(),
        register_before_kwh: row.register_before_kwh_e2.map(decimal),
        register_after_kwh: row.register_after_kwh_e2.map(decimal),
        remark: row.remark.clone(),
        known_user: booking.known_user,
        register_mismatch,
    })
}

#[cfg(test)]
mod tests {
    use chrono::{NaiveDate, NaiveDateTime};

    use super::*;

    fn date() -> NaiveDateTime {
        NaiveDate::from_ymd_opt(2024, 1, 1).and_then(|day| day.and_hms_opt(0, 0, 0)).unwrap()
    }

    fn booked(operations: &[Operation]) -> Vec<(i64, i32, String)> {
        let mut model = Model::default();
        operations.iter().for_each(|operation| model.apply(operation));
        model.expected().into_iter().map(|row| (row.consumption_id, row.region_id, row.user_name)).collect()
    }

    fn read(id: i64, user_id: i64) -> Operation {
        Operation::PutReading(ReadingRow::new(id, user_id, 100, date()))
    }

    fn user(id: i64, region_id: i32, name: Option<&str>) -> Operation {
        Operation::PutUser(UserRow { user_name: name.map(str::to_owned), ..UserRow::new(id, region_id) })
    }

    #[test]
    fn an_unknown_reading_is_booked_when_its_user_arrives() {
        let nobody = [(1, 0, "未知用户".to_owned())];
        assert_eq!(booked(&[read(1, 7)]), nobody);
        assert_eq!(booked(&[read(1, 7), user(7, 3, Some("a"))]), [(1, 3, "a".to_owned())]);
        assert_eq!(booked(&[user(7, 3, Some("a")), Operation::DeleteUser(7), read(1, 7)]), nobody);
    }

    #[test]
    fn a_change_of_a_known_user_is_for_later_readings() {
        let rows = booked(&[user(7, 3, Some("a")), read(1, 7), user(7, 4, None), read(2, 7)]);
        assert_eq!(rows, [(1, 3, "a".to_owned()), (2, 4, "未知用户".to_owned())]);
    }

    #[test]
    fn an_update_keeps_the_booking_unless_the_user_changes() {
        let start = [user(7, 3, Some("a")), user(8, 5, Some("b")), read(1, 7), user(7, 4, Some("c"))];
        let after = |last: Operation| booked(&[start.as_slice(), &[last]].concat());
        assert_eq!(after(read(1, 7)), [(1, 3, "a".to_owned())]);
        assert_eq!(after(read(1, 8)), [(1, 5, "b".to_owned())]);
        assert_eq!(after(Operation::RekeyReading { from: 1, to: 9 }), [(9, 4, "c".to_owned())]);
    }

    #[test]
    fn an_invalid_update_retracts_and_a_valid_one_books_anew() {
        let mut bad = ReadingRow::new(1, 7, 100, date());
        bad.amount_kwh_e2 = None;
        let start = [user(7, 3, Some("a")), read(1, 7), user(7, 4, Some("c")), Operation::PutReading(bad)];
        assert_eq!(booked(&start), []);
        assert_eq!(booked(&[start.as_slice(), &[read(1, 7)]].concat()), [(1, 4, "c".to_owned())]);
    }

    #[test]
    fn the_snapshot_books_to_the_user_it_finds() {
        let mut model = Model::default();
        [user(7, 3, Some("a")), read(1, 7), user(7, 4, Some("c"))].iter().for_each(|operation| model.apply(operation));
        model.book_as_snapshot();
        assert_eq!(model.expected()[0].region_id, 4);
    }
}
