//! Customers of the sample week: a week as meters really report it.

use std::io::Read;

use flate2::read::GzDecoder;

use super::land::Land;

const CUSTOMERS: i64 = 16;
/// Rows of one statement.
const TOGETHER: usize = 2_000;

/// The lines of a file whose customer (column `user_column`) is one of the first, as rows of an INSERT.
fn rows(file: &str, user_column: usize) -> (String, Vec<String>) {
    let path = format!("{}/../crates/testkit/data/simbench-week/{file}", env!("CARGO_MANIFEST_DIR"));
    let mut text = String::new();
    GzDecoder::new(std::fs::File::open(path).unwrap()).read_to_string(&mut text).unwrap();
    let mut lines = text.lines();
    let head = lines.next().unwrap().to_owned();
    let is_wanted = |line: &&str| line.split(',').nth(user_column).unwrap().parse::<i64>().unwrap() <= CUSTOMERS;
    let field = |field: &str| if field.is_empty() { "null".to_owned() } else { format!("'{field}'") };
    let row = |line: &str| format!("({})", line.split(',').map(field).collect::<Vec<_>>().join(","));
    (head, lines.filter(is_wanted).map(row).collect())
}

impl Land {
    async fn load(&self, table: &str, file: &str, user_column: usize) {
        let (head, rows) = rows(file, user_column);
        for rows in rows.chunks(TOGETHER) {
            self.at_source(&format!("insert into {table} ({head}) values {}", rows.join(","))).await;
        }
    }
}

#[tokio::test]
async fn the_sample_week_is_settled_by_metered_interval() {
    let mut land = Land::with_contracts(CUSTOMERS).await;
    land.start_worker().await;
    land.load("power_reactive", "reactive.csv.gz", 0).await;
    land.load("power_consumption", "power_consumption.csv.gz", 1).await;
    land.settled().await;
    assert_eq!(land.differences("0.50").await, Vec::<String>::new());
    let whole = "select count(*) from settlements_day where status = 'complete' and marks = '{}' and energy_kwh > 0";
    assert_eq!(land.number(whole).await, CUSTOMERS * 7, "no day of the week lacks a reading");
    // each kilowatt-hour is settled once, whatever day it was reported on
    let sums = "select (select sum(energy_kwh) from settlements_day)::text || ' ' || (select sum(consumption_amount) from dwd_power_consumption_detail)";
    let sums = land.text(sums).await;
    let (settled, read) = sums.split_once(' ').unwrap();
    assert_eq!(settled, read);
    let kvarh = "select (select sum((definition ->> 'kvarh')::numeric) from settlements_day)::text || ' ' || (select sum(abs(kvarh)) from dwd_power_reactive)";
    let kvarh = land.text(kvarh).await;
    let (settled, read) = kvarh.split_once(' ').unwrap();
    assert_eq!(settled, read);
}
