//! From the text of columns to the rows of the domain.

use std::sync::Arc;

use domain::{Cell, Change, Fixed2, LocalMs, ReactiveRow, ReadingRow, RegionRow, RowChange, Table, UserRow};

use crate::tuple::{Field, Fields};

impl<'a> Field<'a> {
    fn bytes(self) -> Option<&'a [u8]> {
        match self {
            Field::Text(bytes) => Some(bytes),
            Field::Null | Field::Unchanged => None,
        }
    }

    fn int<T: TryFrom<i64>>(self) -> Option<T> {
        let text = std::str::from_utf8(self.bytes()?).ok()?;
        T::try_from(text.parse::<i64>().ok()?).ok()
    }

    fn text(self) -> Option<Arc<str>> {
        self.bytes().map(|bytes| Arc::from(String::from_utf8_lossy(bytes)))
    }

    fn numeric(self) -> Cell<Fixed2> {
        Cell::from_numeric(self.bytes())
    }

    fn time(self) -> Cell<LocalMs> {
        Cell::from_timestamp(self.bytes())
    }
}

fn reading(fields: &Fields<'_>) -> ReadingRow {
    let [id, user, amount, cost, date, before, after, remark, _] = *fields;
    ReadingRow {
        consumption_id: id.int(),
        user_id: user.int(),
        amount_kwh: amount.numeric(),
        cost_yuan: cost.numeric(),
        date: date.time(),
        register_before_kwh: before.numeric(),
        register_after_kwh: after.numeric(),
        remark: remark.text(),
    }
}

fn user(fields: &Fields<'_>) -> UserRow {
    let [id, name, usage, region, region_name, address, phone, created, updated] = *fields;
    UserRow {
        user_id: id.int(),
        user_name: name.text(),
        usage_type: usage.text(),
        region_id: region.int(),
        region_name: region_name.text(),
        address: address.text(),
        phone: phone.text(),
        create_time: created.time().value(),
        update_time: updated.time().value(),
    }
}

fn reactive(fields: &Fields<'_>) -> ReactiveRow {
    let [user, interval_end, kvarh, ..] = *fields;
    ReactiveRow { user_id: user.int(), interval_end: interval_end.time(), kvarh: kvarh.numeric() }
}

/// None when a part of the key is missing: such a row says nothing about any region.
fn region(fields: &Fields<'_>) -> Option<RegionRow> {
    let [id, parent, name, limit, valid_from, ..] = *fields;
    Some(RegionRow {
        region_id: id.int()?,
        parent_id: parent.int(),
        region_name: name.text(),
        limit_kw: limit.numeric().value(),
        valid_from: valid_from.time().value()?,
    })
}

pub(crate) fn inserted(table: Table, fields: &Fields<'_>) -> Option<Change> {
    Some(match table {
        Table::Readings => Change::Reading(RowChange::Insert(reading(fields))),
        Table::Users => Change::User(RowChange::Insert(user(fields))),
        Table::Regions => Change::Region(RowChange::Insert(region(fields)?)),
        Table::Reactive => Change::Reactive(RowChange::Insert(reactive(fields))),
    })
}

pub(crate) fn deleted(table: Table, fields: &Fields<'_>) -> Option<Change> {
    Some(match table {
        Table::Readings => Change::Reading(RowChange::Delete(reading(fields))),
        Table::Users => Change::User(RowChange::Delete(user(fields))),
        Table::Regions => Change::Region(RowChange::Delete(region(fields)?)),
        Table::Reactive => Change::Reactive(RowChange::Delete(reactive(fields))),
    })
}

pub(crate) fn updated(table: Table, old: &Fields<'_>, new: &Fields<'_>) -> Option<Change> {
    Some(match table {
        Table::Readings => Change::Reading(RowChange::Update { old: Box::new(reading(old)), new: reading(new) }),
        Table::Users => Change::User(RowChange::Update { old: Box::new(user(old)), new: user(new) }),
        Table::Reactive => Change::Reactive(RowChange::Update { old: Box::new(reactive(old)), new: reactive(new) }),
        Table::Regions => match (region(old), region(new)) {
            (Some(old), Some(new)) => Change::Region(RowChange::Update { old: Box::new(old), new }),
            (None, Some(new)) => Change::Region(RowChange::Insert(new)),
            (Some(old), None) => Change::Region(RowChange::Delete(old)),
            (None, None) => return None,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(texts: &[Option<&'static str>]) -> Fields<'static> {
        let mut fields = Fields::default();
        for (field, text) in fields.iter_mut().zip(texts) {
            *field = text.map_or(Field::Null, |text| Field::Text(text.as_bytes()));
        }
        fields
    }

    #[test]
    fn a_reading_keeps_what_it_cannot_use() {
        let texts = [
            Some("7"),
            None,
            Some("1.25"),
            Some("NaN"),
            Some("2026-01-05 00:00:00.5"),
            None,
            Some("123456789012345678901"),
            Some("ok"),
        ];
        let Some(Change::Reading(RowChange::Insert(row))) = inserted(Table::Readings, &fields(&texts)) else {
            panic!("no reading")
        };
        assert_eq!((row.consumption_id, row.user_id), (Some(7), None));
        assert_eq!(row.amount_kwh, Cell::Value(Fixed2(125)));
        assert_eq!(row.cost_yuan, Cell::NotFinite("NaN".into()));
        assert_eq!(row.date.value().unwrap().to_string(), "2026-01-05 00:00:00.500");
        assert_eq!(row.register_after_kwh, Cell::OutOfRange("123456789012345678901".into()));
        assert_eq!(row.remark.as_deref(), Some("ok"));
    }

    #[test]
    fn a_region_gains_or_loses_its_key() {
        let whole = fields(&[Some("1"), None, Some("东区"), Some("10.5"), Some("2026-01-01 00:00:00")]);
        let broken = fields(&[Some("1"), None, None, None, None]);
        assert!(matches!(updated(Table::Regions, &broken, &whole), Some(Change::Region(RowChange::Insert(_)))));
        assert!(matches!(updated(Table::Regions, &whole, &broken), Some(Change::Region(RowChange::Delete(_)))));
        assert_eq!(inserted(Table::Regions, &broken), None);
    }

    #[test]
    fn a_region_number_beyond_its_type_is_not_wrapped() {
        let row = fields(&[Some("1"), None, None, Some("4294967297")]);
        let Some(Change::User(RowChange::Insert(row))) = inserted(Table::Users, &row) else { panic!("no user") };
        assert_eq!(row.region_id, None);
    }
}
