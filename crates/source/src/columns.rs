//! The columns we read, by table, and where they lie in what the source sends.

use domain::Table;

use crate::SourceError;

/// Most columns that one table has here.
pub(crate) const MAX_COLUMNS: usize = 9;
const IGNORED: u8 = u8::MAX;
/// Types made by users (enumerations, domains) have identifiers from here on.
const FIRST_USER_TYPE: u32 = 16_384;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Class {
    Integer,
    Decimal,
    Timestamp,
    Text,
}

impl Class {
    /// The type an operator may change a column to.
    pub(crate) fn sql(self) -> &'static str {
        match self {
            Self::Integer => "bigint",
            Self::Decimal => "numeric",
            Self::Timestamp => "timestamp(3)",
            Self::Text => "text",
        }
    }

    /// Whether a type, given by its identifier, is one of this class.
    pub(crate) fn accepts(self, type_id: u32) -> bool {
        const INTEGERS: [u32; 3] = [20, 21, 23];
        const NUMERIC: u32 = 1700;
        const TIMESTAMP: u32 = 1114;
        const DATE: u32 = 1082;
        const TEXTS: [u32; 4] = [25, 1043, 1042, 19];
        match self {
            _ if type_id >= FIRST_USER_TYPE => true,
            Self::Integer => INTEGERS.contains(&type_id),
            Self::Decimal => type_id == NUMERIC || INTEGERS.contains(&type_id),
            Self::Timestamp => type_id == TIMESTAMP || type_id == DATE,
            Self::Text => TEXTS.contains(&type_id),
        }
    }
}

pub(crate) struct Column {
    pub name: &'static str,
    pub class: Class,
    pub required: bool,
}

const fn must(name: &'static str, class: Class) -> Column {
    Column { name, class, required: true }
}

const fn may(name: &'static str, class: Class) -> Column {
    Column { name, class, required: false }
}

/// In the order in which `row` reads them.
const READINGS: [Column; 8] = [
    must("consumption_id", Class::Integer),
    must("user_id", Class::Integer),
    must("consumption_amount", Class::Decimal),
    must("consumption_cost", Class::Decimal),
    must("consumption_date", Class::Timestamp),
    may("meter_reading_before", Class::Decimal),
    may("meter_reading_after", Class::Decimal),
    may("remark", Class::Text),
];

const USERS: [Column; 9] = [
    must("user_id", Class::Integer),
    must("user_name", Class::Text),
    must("usage_type", Class::Text),
    must("region_id", Class::Integer),
    must("region_name", Class::Text),
    may("address", Class::Text),
    may("phone", Class::Text),
    may("create_time", Class::Timestamp),
    may("update_time", Class::Timestamp),
];

const REGIONS: [Column; 5] = [
    must("region_id", Class::Integer),
    must("parent_id", Class::Integer),
    must("region_name", Class::Text),
    must("limit_kw", Class::Decimal),
    must("valid_from", Class::Timestamp),
];

const REACTIVE: [Column; 3] =
    [must("user_id", Class::Integer), must("interval_end", Class::Timestamp), must("kvarh", Class::Decimal)];

pub(crate) fn of(table: Table) -> &'static [Column] {
    match table {
        Table::Readings => &READINGS,
        Table::Users => &USERS,
        Table::Regions => &REGIONS,
        Table::Reactive => &REACTIVE,
    }
}

/// A column as the source announces it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Announced {
    pub name: String,
    pub type_id: u32,
}

/// For each position at the source the place of the column here.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Layout {
    places: Vec<u8>,
}

impl Layout {
    /// Finds our columns among the announced ones; others are ignored.
    pub(crate) fn resolve(table: Table, announced: &[Announced]) -> Result<Self, SourceError> {
        let mut places = vec![IGNORED; announced.len()];
        for (place, column) in of(table).iter().enumerate() {
            let found = announced.iter().position(|a| a.name == column.name);
            let Some(position) = found else {
                if column.required {
                    return Err(SourceError::MissingColumn { table: table.name().into(), column: column.name.into() });
                }
                continue;
            };
            let type_id = announced.get(position).map_or(0, |a| a.type_id);
            if !column.class.accepts(type_id) {
                return Err(SourceError::WrongType {
                    table: table.name().into(),
                    column: column.name.into(),
                    found: type_name(type_id),
                    expected: column.class.sql(),
                });
            }
            if let Some(slot) = places.get_mut(position) {
                *slot = u8::try_from(place).unwrap_or(IGNORED);
            }
        }
        Ok(Self { places })
    }

    pub(crate) fn len(&self) -> usize {
        self.places.len()
    }

    /// The place here of the column at `position` there.
    pub(crate) fn place(&self, position: usize) -> Option<usize> {
        self.places.get(position).filter(|&&place| place != IGNORED).map(|&place| usize::from(place))
    }
}

fn type_name(type_id: u32) -> String {
    let name = match type_id {
        16 => "boolean",
        700 => "real",
        701 => "double precision",
        1083 => "time",
        1184 => "timestamp with time zone",
        790 => "money",
        25 | 1043 | 1042 => "text",
        20 | 21 | 23 => "integer",
        1700 => "numeric",
        1114 => "timestamp",
        _ => return format!("oid {type_id}"),
    };
    name.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn announced(columns: &[(&str, u32)]) -> Vec<Announced> {
        columns.iter().map(|&(name, type_id)| Announced { name: name.into(), type_id }).collect()
    }

    const PLAIN: [(&str, u32); 5] =
        [("region_id", 23), ("parent_id", 23), ("region_name", 25), ("limit_kw", 1700), ("valid_from", 1114)];

    #[test]
    fn order_and_additions_do_not_matter() {
        let layout =
            Layout::resolve(Table::Regions, &announced(&[("extra", 3802), PLAIN[4], PLAIN[0], PLAIN[1], PLAIN[2], PLAIN[3]]));
        let layout = layout.unwrap();
        assert_eq!((0..6).map(|p| layout.place(p)).collect::<Vec<_>>(), [None, Some(4), Some(0), Some(1), Some(2), Some(3)]);
    }

    #[test]
    fn a_renamed_column_stops() {
        let mut columns = announced(&PLAIN);
        columns[3].name = "limit_mw".into();
        let error = Layout::resolve(Table::Regions, &columns).unwrap_err();
        assert_eq!(error, SourceError::MissingColumn { table: "region_profile".into(), column: "limit_kw".into() });
    }

    #[test]
    fn optional_columns_may_be_missing() {
        let columns: Vec<_> = READINGS
            .iter()
            .filter(|c| c.required)
            .map(|c| (c.name, if c.class == Class::Timestamp { 1114 } else { 20 }))
            .collect();
        assert!(Layout::resolve(Table::Readings, &announced(&columns)).is_ok());
    }

    #[test]
    fn wider_types_pass_and_other_classes_do_not() {
        assert!(Class::Integer.accepts(23) && Class::Decimal.accepts(1700) && Class::Text.accepts(1043));
        assert!(!Class::Timestamp.accepts(1184) && !Class::Decimal.accepts(701) && !Class::Integer.accepts(25));
        let mut columns = announced(&PLAIN);
        columns[4].type_id = 1184;
        let error = Layout::resolve(Table::Regions, &columns).unwrap_err();
        assert!(error.sentence().1.contains("ALTER COLUMN valid_from TYPE timestamp(3)"), "{error}");
    }
}
