//! The day: three meters that report every minute, rules about load and energy of an hour, and what has to come of it.
//!
//! Region 1 is above 2 and 3. Each meter reports 2 kWh a minute: 120 kW. The limits are 450, 200 and 200 kW.

/// Transactions at the source, after which the test waits until everything is evaluated.
pub struct Phase {
    pub transactions: Vec<String>,
}

const LAST_MINUTE: i64 = 1_200;
/// Minutes per transaction.
const CHUNK_MIN: i64 = 15;

/// Base of the day: so long ago that its end is over, so new that everything is annunciated.
pub const BASE: &str = "(date_trunc('hour', now() at time zone 'Asia/Shanghai') - interval '21 hours')";

/// kWh of a meter in a minute; none: it says nothing.
fn kwh(user: i64, minute: i64) -> Option<i64> {
    match (user, minute) {
        // a rise in region 2 alone
        (21, 120..150) => Some(4),
        // a rise everywhere: the parent is over its limit soon after its children
        (_, 300..330) => Some(4),
        // region 3 is cut off, and then reports everything at once
        (31, 400..440) => None,
        (31, 440) => Some(80),
        // a wrong reading, put right afterwards
        (31, 470) => Some(30),
        _ => Some(2),
    }
}

fn id(user: i64, minute: i64) -> i64 {
    user * 10_000 + minute
}

/// A reading at a time within a minute of the day.
pub fn reading(consumption_id: i64, user: i64, minute: i64, within: &str, kwh: &str) -> String {
    format!(
        "insert into power_consumption (consumption_id, user_id, consumption_amount, consumption_cost, consumption_date)
         values ({consumption_id}, {user}, {kwh}, 1, {BASE} + interval '{minute} minutes' + interval '{within}')"
    )
}

fn minutes(from: i64, to: i64) -> Phase {
    let mut transactions = Vec::new();
    let mut start = from;
    while start < to {
        let end = (start - start.rem_euclid(CHUNK_MIN) + CHUNK_MIN).min(to);
        let each = (start..end).flat_map(|minute| [21, 31].map(|user| (user, minute)));
        let statements = each.filter_map(|(user, minute)| {
            let within = if user == 21 { "00:00:02" } else { "00:00:03" };
            Some(reading(id(user, minute), user, minute, within, &kwh(user, minute)?.to_string()))
        });
        let statements: Vec<String> = statements.collect();
        transactions.push(format!("begin; {}; commit", statements.join(";")));
        start = end;
    }
    Phase { transactions }
}

pub fn day() -> Vec<Phase> {
    let correction = format!("update power_consumption set consumption_amount = 2 where consumption_id = {}", id(31, 470));
    let late = reading(7, 21, 630, "00:00:40", "50");
    vec![
        minutes(0, 476),
        // the wrong reading was the reason of an alarm that stands
        Phase { transactions: vec![correction] },
        minutes(476, LAST_MINUTE),
        // makes an hour of the morning one that would have fired
        Phase { transactions: vec![late] },
    ]
}

/// What happens to whom when, in minutes and seconds of the day. Rule, region, time, event, states, and marks: `!`
/// annunciated, `<` retrospective, the reason.
pub fn expected() -> Vec<String> {
    let lines = [
        "load 2 130:05 raised NORM UNACK !",
        "load 2 158:05 returned UNACK RTNUN",
        "hour 2 181:00 raised NORM UNACK !",
        "hour 2 241:00 returned UNACK RTNUN",
        "load 2 310:05 raised RTNUN UNACK !",
        "load 3 310:05 raised NORM UNACK !",
        "load 1 314:05 raised NORM UNACK !",
        "load 2 314:05 suppressed UNACK DSUPR",
        "load 3 314:05 suppressed UNACK DSUPR",
        "load 1 335:05 returned UNACK RTNUN",
        "load 2 335:05 unsuppressed DSUPR UNACK !",
        "load 3 335:05 unsuppressed DSUPR UNACK !",
        "load 2 338:05 returned UNACK RTNUN",
        "load 3 338:05 returned UNACK RTNUN",
        "hour 2 361:00 raised RTNUN UNACK !",
        "hour 2 421:00 returned UNACK RTNUN",
        "load 3 471:05 raised RTNUN UNACK !",
        "load 3 475:05 returned UNACK RTNUN data_revised",
        "hour 2 661:00 raised RTNUN RTNUN < data_revised",
        "hour 2 721:00 returned RTNUN RTNUN < data_revised",
    ];
    lines.map(str::to_owned).to_vec()
}
