//! Rows of the operational tables as tests write them down, and the SQL that puts them there.

use chrono::NaiveDateTime;

/// A row of `power_user`; what a test does not name has a plausible value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UserRow {
    pub user_id: i64,
    pub user_name: Option<String>,
    pub usage_type: Option<String>,
    pub region_id: Option<i32>,
    pub region_name: Option<String>,
}

impl UserRow {
    pub fn new(user_id: i64, region_id: i32) -> Self {
        Self {
            user_id,
            user_name: Some(format!("用户{user_id:05}")),
            usage_type: Some("居民".to_owned()),
            region_id: Some(region_id),
            region_name: Some(format!("区域{region_id}")),
        }
    }

    /// An INSERT, or an UPDATE where the key exists.
    pub fn upsert_sql(&self) -> String {
        format!(
            "insert into power_user (user_id, user_name, usage_type, region_id, region_name) values ({}, {}, {}, {}, {}) \
             on conflict (user_id) do update set user_name = excluded.user_name, usage_type = excluded.usage_type, \
             region_id = excluded.region_id, region_name = excluded.region_name",
            self.user_id,
            text(self.user_name.as_deref()),
            text(self.usage_type.as_deref()),
            plain(self.region_id),
            text(self.region_name.as_deref()),
        )
    }
}

/// A row of `power_consumption`. Numbers are counted in hundredths, as the columns hold them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReadingRow {
    pub consumption_id: i64,
    pub user_id: Option<i64>,
    pub amount_kwh_e2: Option<i64>,
    pub cost_yuan_e2: Option<i64>,
    pub date: Option<NaiveDateTime>,
    pub register_before_kwh_e2: Option<i64>,
    pub register_after_kwh_e2: Option<i64>,
    pub remark: Option<String>,
}

impl ReadingRow {
    /// A reading at 0.50 yuan per kWh without registers.
    pub fn new(consumption_id: i64, user_id: i64, amount_kwh_e2: i64, date: NaiveDateTime) -> Self {
        Self {
            consumption_id,
            user_id: Some(user_id),
            amount_kwh_e2: Some(amount_kwh_e2),
            cost_yuan_e2: Some(amount_kwh_e2 / 2),
            date: Some(date),
            register_before_kwh_e2: None,
            register_after_kwh_e2: None,
            remark: None,
        }
    }

    /// An INSERT, or an UPDATE where the key exists.
    pub fn upsert_sql(&self) -> String {
        format!(
            "insert into power_consumption (consumption_id, user_id, consumption_amount, consumption_cost, consumption_date, \
             meter_reading_before, meter_reading_after, remark) values ({}, {}, {}, {}, {}, {}, {}, {}) \
             on conflict (consumption_id) do update set user_id = excluded.user_id, \
             consumption_amount = excluded.consumption_amount, consumption_cost = excluded.consumption_cost, \
             consumption_date = excluded.consumption_date, meter_reading_before = excluded.meter_reading_before, \
             meter_reading_after = excluded.meter_reading_after, remark = excluded.remark",
            self.consumption_id,
            plain(self.user_id),
            plain(self.amount_kwh_e2.map(decimal)),
            plain(self.cost_yuan_e2.map(decimal)),
            text(self.date.map(timestamp).as_deref()),
            plain(self.register_before_kwh_e2.map(decimal)),
            plain(self.register_after_kwh_e2.map(decimal)),
            text(self.remark.as_deref()),
        )
    }
}

/// `12.05` for 1205.
pub fn decimal(hundredths: i64) -> String {
    let sign = if hundredths < 0 { "-" } else { "" };
    let size = hundredths.unsigned_abs();
    format!("{sign}{}.{:02}", size / 100, size % 100)
}

pub fn timestamp(date: NaiveDateTime) -> String {
    date.format("%Y-%m-%d %H:%M:%S%.3f").to_string()
}

fn plain(value: Option<impl ToString>) -> String {
    value.map_or_else(|| "null".to_owned(), |value| value.to_string())
}

fn text(value: Option<&str>) -> String {
    value.map_or_else(|| "null".to_owned(), |value| format!("'{}'", value.replace('\'', "''")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_written_as_sql_reads_them() {
        assert_eq!([decimal(1205), decimal(-5), decimal(0)], ["12.05", "-0.05", "0.00"]);
        let mut user = UserRow::new(1, 2);
        user.user_name = Some("O'Hara".to_owned());
        user.region_name = None;
        let sql = user.upsert_sql();
        assert!(sql.contains("(1, 'O''Hara', '居民', 2, null)"), "{sql}");
    }
}
