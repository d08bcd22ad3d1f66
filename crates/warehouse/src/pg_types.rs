//! Our units on PostgreSQL's wire: hundredths as `numeric`, wall-clock milliseconds as `timestamp`, log positions
//! as `pg_lsn`. Binary and without detours through decimals, calendars or text, because millions pass.

use domain::{Day, Fixed2, LocalMs, Lsn};
use rust_decimal::Decimal;
use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::postgres::types::Oid;
use sqlx::postgres::{PgArgumentBuffer, PgHasArrayType, PgTypeInfo, PgValueFormat, PgValueRef};
use sqlx::types::chrono::{NaiveDate, NaiveDateTime};
use sqlx::{Decode, Encode, Postgres, Type};

/// 1970-01-01 to 2000-01-01, from where PostgreSQL counts.
const EPOCH_2000_MS: i64 = 946_684_800_000;
const EPOCH_2000_DAYS: i32 = 10_957;
const PG_LSN_OID: Oid = Oid(3220);
const NUMERIC_NEGATIVE: u16 = 0x4000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Hundredths(pub Fixed2);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stamp(pub LocalMs);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DayDate(pub Day);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PgLsn(pub Lsn);

/// Binary form of a numeric with two decimals: base-10000 digits, the last one holding the hundredths.
pub(crate) fn push_numeric(value: Fixed2, out: &mut Vec<u8>) {
    let hundredths = value.0.unsigned_abs();
    let mut whole = hundredths / 100;
    let fraction = (hundredths % 100) * 100;
    let mut groups = [0u16; 6];
    let mut count = 0;
    while whole > 0 {
        groups[count] = low_group(whole % 10_000);
        whole /= 10_000;
        count += 1;
    }
    let has_fraction = fraction > 0;
    let digits = count + usize::from(has_fraction);
    out.extend_from_slice(&u16::try_from(digits).unwrap_or(0).to_be_bytes());
    out.extend_from_slice(&(i16::try_from(count).unwrap_or(0) - 1).to_be_bytes());
    out.extend_from_slice(&(if value.0 < 0 { NUMERIC_NEGATIVE } else { 0 }).to_be_bytes());
    out.extend_from_slice(&2u16.to_be_bytes());
    for group in groups[..count].iter().rev() {
        out.extend_from_slice(&group.to_be_bytes());
    }
    if has_fraction {
        out.extend_from_slice(&low_group(fraction).to_be_bytes());
    }
}

fn low_group(value: u64) -> u16 {
    u16::try_from(value).unwrap_or(0)
}

fn parse_numeric(bytes: &[u8]) -> Option<Fixed2> {
    let word = |at: usize| Some(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?));
    let count = usize::from(word(0)?);
    let weight = i32::from(i16::from_be_bytes(bytes.get(2..4)?.try_into().ok()?));
    let sign = word(4)?;
    if sign != 0 && sign != NUMERIC_NEGATIVE {
        return None;
    }
    let mut value: i64 = 0;
    for place in 0..count {
        let group = i64::from(word(8 + place * 2)?);
        let hundredths = match weight - i32::try_from(place).ok()? {
            power @ 0.. => group.checked_mul(10_000i64.checked_pow(u32::try_from(power).ok()?)?)?.checked_mul(100)?,
            -1 if group % 100 == 0 => group / 100,
            _ if group == 0 => 0,
            _ => return None,
        };
        value = value.checked_add(hundredths)?;
    }
    Some(Fixed2(if sign == NUMERIC_NEGATIVE { -value } else { value }))
}

pub(crate) fn stamp_micros(at: LocalMs) -> i64 {
    at.0.saturating_sub(EPOCH_2000_MS).saturating_mul(1000)
}

fn binary<'r>(value: &PgValueRef<'r>) -> Result<&'r [u8], BoxDynError> {
    if value.format() != PgValueFormat::Binary {
        return Err("a binary value was expected".into());
    }
    value.as_bytes()
}

impl Type<Postgres> for Hundredths {
    fn type_info() -> PgTypeInfo {
        <Decimal as Type<Postgres>>::type_info()
    }
}

impl PgHasArrayType for Hundredths {
    fn array_type_info() -> PgTypeInfo {
        <Decimal as PgHasArrayType>::array_type_info()
    }
}

impl Encode<'_, Postgres> for Hundredths {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        push_numeric(self.0, buffer);
        Ok(IsNull::No)
    }
}

impl<'r> Decode<'r, Postgres> for Hundredths {
    fn decode(value: PgValueRef<'r>) -> Result<Self, BoxDynError> {
        let amount = parse_numeric(binary(&value)?);
        amount.map(Self).ok_or_else(|| "an amount with two decimals was expected".into())
    }
}

impl Type<Postgres> for Stamp {
    fn type_info() -> PgTypeInfo {
        <NaiveDateTime as Type<Postgres>>::type_info()
    }
}

impl PgHasArrayType for Stamp {
    fn array_type_info() -> PgTypeInfo {
        <NaiveDateTime as PgHasArrayType>::array_type_info()
    }
}

impl Encode<'_, Postgres> for Stamp {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        buffer.extend_from_slice(&stamp_micros(self.0).to_be_bytes());
        Ok(IsNull::No)
    }
}

impl<'r> Decode<'r, Postgres> for Stamp {
    fn decode(value: PgValueRef<'r>) -> Result<Self, BoxDynError> {
        let micros = i64::from_be_bytes(binary(&value)?.try_into()?);
        Ok(Self(LocalMs(micros.div_euclid(1000).saturating_add(EPOCH_2000_MS))))
    }
}

impl Type<Postgres> for DayDate {
    fn type_info() -> PgTypeInfo {
        <NaiveDate as Type<Postgres>>::type_info()
    }
}

impl PgHasArrayType for DayDate {
    fn array_type_info() -> PgTypeInfo {
        <NaiveDate as PgHasArrayType>::array_type_info()
    }
}

impl Encode<'_, Postgres> for DayDate {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        buffer.extend_from_slice(&self.0.0.saturating_sub(EPOCH_2000_DAYS).to_be_bytes());
        Ok(IsNull::No)
    }
}

impl<'r> Decode<'r, Postgres> for DayDate {
    fn decode(value: PgValueRef<'r>) -> Result<Self, BoxDynError> {
        let days = i32::from_be_bytes(binary(&value)?.try_into()?);
        Ok(Self(Day(days.saturating_add(EPOCH_2000_DAYS))))
    }
}

impl Type<Postgres> for PgLsn {
    fn type_info() -> PgTypeInfo {
        PgTypeInfo::with_oid(PG_LSN_OID)
    }
}

impl Encode<'_, Postgres> for PgLsn {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        buffer.extend_from_slice(&self.0.0.to_be_bytes());
        Ok(IsNull::No)
    }
}

impl<'r> Decode<'r, Postgres> for PgLsn {
    fn decode(value: PgValueRef<'r>) -> Result<Self, BoxDynError> {
        Ok(Self(Lsn(u64::from_be_bytes(binary(&value)?.try_into()?))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numerics_round_trip() {
        for value in [0, 1, -1, 99, 100, 12_345, 1_000_000, 99_999_999, -123_456_789_012, i64::MAX, i64::MIN + 1] {
            let mut bytes = Vec::new();
            push_numeric(Fixed2(value), &mut bytes);
            assert_eq!(parse_numeric(&bytes), Some(Fixed2(value)), "{value}");
        }
    }

    #[test]
    fn not_a_number_and_finer_decimals_are_refused() {
        assert_eq!(parse_numeric(&[0, 0, 0, 0, 0xC0, 0, 0, 0]), None);
        // 0.0001
        assert_eq!(parse_numeric(&[0, 1, 0xFF, 0xFF, 0, 0, 0, 4, 0, 1]), None);
        assert_eq!(parse_numeric(&[0, 1]), None);
    }
}
