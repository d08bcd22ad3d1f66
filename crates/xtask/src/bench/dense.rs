//! The dense workload: 2,000 readings per second of event time, up to 4 s out of order, 1,000 users in ten
//! regions, 5 % of the readings of users that nobody knows. The same seed gives the same readings.

use std::io::{self, Write};

pub const USERS: u64 = 1_000;
pub const REGIONS: u64 = 10;
const UNKNOWN_USERS: u64 = 50;
const PER_SECOND: u64 = 2_000;
const DISORDER_MS: u64 = 4_000;
const SEED: u64 = 0x9e37_79b9_7f4a_7c15;

pub const COLUMNS: &str = "consumption_id,user_id,consumption_amount,consumption_cost,consumption_date,\
                           meter_reading_before,meter_reading_after,remark";

/// The users as rows of SQL, region by region in turn.
pub fn users_sql() -> String {
    format!(
        "insert into power_user (user_id, user_name, usage_type, region_id, region_name) \
         select g, '用户' || g, '居民', g % {REGIONS} + 1, '区' || (g % {REGIONS} + 1) from generate_series(1, {USERS}) g"
    )
}

pub fn write_users(out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "user_id,user_name,usage_type,region_id,region_name")?;
    for user in 1..=USERS {
        let region = user % REGIONS + 1;
        writeln!(out, "{user},用户{user},居民,{region},区{region}")?;
    }
    Ok(())
}

/// The readings of one day, in file order.
pub struct Dense<'a> {
    day: &'a str,
    id: u64,
    random: u64,
}

impl<'a> Dense<'a> {
    /// `day` as `2026-01-05`.
    pub fn of(day: &'a str) -> Self {
        Self { day, id: 0, random: SEED }
    }

    /// xorshift: fast and the same everywhere.
    fn random_below(&mut self, bound: u64) -> u64 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        (self.random >> 16) % bound
    }

    /// Writes the next readings as lines of CSV.
    pub fn write(&mut self, out: &mut impl Write, rows: u64) -> io::Result<()> {
        for _ in 0..rows {
            self.id += 1;
            let user = match self.random_below(20) {
                0 => USERS + 1 + self.random_below(UNKNOWN_USERS),
                _ => 1 + self.random_below(USERS),
            };
            let amount = 2 * self.random_below(1_000) + 2;
            let in_order_ms = self.id * 1_000 / PER_SECOND;
            let ms = in_order_ms.saturating_sub(self.random_below(DISORDER_MS));
            let (second, ms) = (ms / 1_000, ms % 1_000);
            let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
            let (id, day, cost) = (self.id, self.day, amount / 2);
            writeln!(
                out,
                "{id},{user},{}.{:02},{}.{:02},{day} {hour:02}:{minute:02}:{second:02}.{ms:03},,,",
                amount / 100,
                amount % 100,
                cost / 100,
                cost % 100
            )?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(rows: u64) -> Vec<Vec<String>> {
        let mut out = Vec::new();
        Dense::of("2026-01-05").write(&mut out, rows).unwrap();
        let text = String::from_utf8(out).unwrap();
        text.lines().map(|line| line.split(',').map(str::to_owned).collect()).collect()
    }

    #[test]
    fn the_workload_is_what_it_says() {
        let rows = lines(20_000);
        assert_eq!(rows, lines(20_000), "the same each time");
        assert!(rows.iter().all(|row| row.len() == COLUMNS.split(',').count()));
        let unknown = rows.iter().filter(|row| row[1].parse::<u64>().unwrap() > USERS).count();
        assert!((800..1_200).contains(&unknown), "{unknown} of 20,000 are unknown");
        assert!(rows[19_999][4].as_str() <= "2026-01-05 00:00:10.000", "2,000 a second: {:?}", rows[19_999]);
        assert!(rows[19_999][4].as_str() >= "2026-01-05 00:00:06.000", "at most 4 s late: {:?}", rows[19_999]);
        assert!(rows.windows(2).any(|pair| pair[0][4] > pair[1][4]), "out of order");
    }

    #[test]
    fn a_second_part_goes_on_from_the_first() {
        let mut out = Vec::new();
        let mut dense = Dense::of("2026-01-05");
        dense.write(&mut out, 3).unwrap();
        dense.write(&mut out, 2).unwrap();
        let mut whole = Vec::new();
        Dense::of("2026-01-05").write(&mut whole, 5).unwrap();
        assert_eq!(out, whole);
    }

    #[test]
    fn users_are_the_same_in_both_forms() {
        let mut out = Vec::new();
        write_users(&mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(text.lines().count() as u64, USERS + 1);
        assert!(text.contains("\n17,用户17,居民,8,区8\n"));
        assert!(users_sql().contains("g % 10 + 1"));
    }
}
