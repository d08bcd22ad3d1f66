//! Every setting once: name, meaning in both languages, how it is read and shown.
//! The configuration reference and the example file are printed from this table.

use std::net::SocketAddr;
use std::ops::RangeInclusive;

use domain::Zone;

use super::Config;
use super::values::{DatabaseUrl, Expected, LogFormat, Named, RegisterCheck, Units};

/// Sets the value, or says what was expected.
type Set = fn(&mut Config, &str) -> Result<(), Expected>;
/// What was expected, in Chinese and in English.
type Words<'a> = (&'a str, &'a str);

#[derive(Clone, Copy)]
pub struct Key {
    pub name: &'static str,
    pub set: Set,
    /// The value as it would stand in the file; `None` while it has none.
    pub show: fn(&Config) -> Option<String>,
    pub example: Option<&'static str>,
    pub zh: &'static str,
    pub en: &'static str,
}

const HOUR_MS: i64 = 3_600_000;
const CENTURY_DAYS: i64 = 36_500;

pub const KEYS: &[Key] = &[
    Key {
        name: "source_url",
        set: |c, v| put(&mut c.source_url, v.parse::<DatabaseUrl>().ok().map(Some), POSTGRES_URL),
        show: |c| c.source_url.as_ref().map(|url| quoted(&url.to_string())),
        example: Some("\"postgres://loadline:password@db.example:5432/power\""),
        zh: "业务库（电力用户与抄表读数所在）的地址",
        en: "address of the operational database, where users and readings are written",
    },
    Key {
        name: "warehouse_url",
        set: |c, v| put(&mut c.warehouse_url, v.parse::<DatabaseUrl>().ok().map(Some), POSTGRES_URL),
        show: |c| c.warehouse_url.as_ref().map(|url| quoted(&url.to_string())),
        example: Some("\"postgres://loadline:password@db.example:5432/warehouse\""),
        zh: "数仓库的地址，必须与业务库不同",
        en: "address of the warehouse database; must be another database than the operational one",
    },
    Key {
        name: "listen",
        set: |c, v| put(&mut c.listen, address(v), ("地址，如 127.0.0.1:3000", "an address such as 127.0.0.1:3000")),
        show: |c| Some(quoted(&c.listen.to_string())),
        example: None,
        zh: "网页监听的地址；非本机地址需要 insecure = true",
        en: "address the pages are served on; one that other machines reach needs insecure = true",
    },
    Key {
        name: "insecure",
        set: |c, v| flag(&mut c.insecure, v),
        show: |c| Some(c.insecure.to_string()),
        example: None,
        zh: "允许在没有登录保护的情况下监听非本机地址",
        en: "allow an address that other machines reach although nobody has to log in",
    },
    Key {
        name: "log",
        set: |c, v| {
            put(
                &mut c.log,
                crate::logging::is_filter(v).then(|| v.to_owned()),
                ("过滤规则，如 info 或 warn,server=debug", "a filter such as info or warn,server=debug"),
            )
        },
        show: |c| Some(quoted(&c.log)),
        example: None,
        zh: "日志过滤规则",
        en: "which log lines are written",
    },
    Key {
        name: "log_format",
        set: |c, v| choice(&mut c.log_format, v),
        show: |c| Some(quoted(LogFormat::name(c.log_format))),
        example: None,
        zh: "日志格式：text 或 json",
        en: "form of the log lines: text or json",
    },
    Key {
        name: "time_zone",
        set: |c, v| {
            put(
                &mut c.time_zone,
                Zone::parse(v),
                ("时区数据库中的名称，如 Asia/Shanghai", "a name of the time zone database such as Asia/Shanghai"),
            )
        },
        show: |c| Some(quoted(c.time_zone.name())),
        example: None,
        zh: "业务库时间所用的时区（一个数据源一个时区）",
        en: "time zone of the times in the operational database, one for all of it",
    },
    Key {
        name: "slot",
        set: |c, v| put(&mut c.slot, identifier(v), IDENTIFIER),
        show: |c| Some(quoted(&c.slot)),
        example: None,
        zh: "复制槽名称",
        en: "name of the replication slot",
    },
    Key {
        name: "publication",
        set: |c, v| put(&mut c.publication, identifier(v), IDENTIFIER),
        show: |c| Some(quoted(&c.publication)),
        example: None,
        zh: "发布（publication）名称",
        en: "name of the publication",
    },
    Key {
        name: "migrate_on_start",
        set: |c, v| flag(&mut c.migrate_on_start, v),
        show: |c| Some(c.migrate_on_start.to_string()),
        example: None,
        zh: "启动时自动升级数仓结构；false 时请先运行 loadline migrate",
        en: "bring the warehouse schema up to date at start; if false, run loadline migrate first",
    },
    Key {
        name: "watermark_delay_ms",
        set: |c, v| number(&mut c.watermark_delay_ms, v, 0..=HOUR_MS),
        show: |c| Some(c.watermark_delay_ms.to_string()),
        example: None,
        zh: "水位线落后于最新读数时间的毫秒数",
        en: "how far the watermark stays behind the newest reading, in milliseconds",
    },
    Key {
        name: "idle_after_ms",
        set: |c, v| number(&mut c.idle_after_ms, v, 100..=HOUR_MS),
        show: |c| Some(c.idle_after_ms.to_string()),
        example: None,
        zh: "数据源静默多少毫秒后关闭未结束的窗口",
        en: "silence of the source after which open windows are closed, in milliseconds",
    },
    Key {
        name: "max_reading_kwh",
        set: |c, v| number(&mut c.max_reading_kwh, v, 1..=99_999_999),
        show: |c| Some(c.max_reading_kwh.to_string()),
        example: None,
        zh: "单次读数的电量上限（kWh），超过进入死信",
        en: "a reading above this many kWh becomes a dead letter",
    },
    Key {
        name: "max_future_skew_s",
        set: |c, v| number(&mut c.max_future_skew_s, v, 0..=86_400),
        show: |c| Some(c.max_future_skew_s.to_string()),
        example: None,
        zh: "读数时间可以超前提交时间的秒数，超过进入死信",
        en: "a reading more than this many seconds ahead of its commit becomes a dead letter",
    },
    Key {
        name: "retention_days",
        set: |c, v| number(&mut c.retention_days, v, 1..=CENTURY_DAYS),
        show: |c| Some(c.retention_days.to_string()),
        example: None,
        zh: "明细保留天数，也是读数可以有多旧的界限",
        en: "days the readings are kept; also how old a reading may be",
    },
    Key {
        name: "window_retention_days",
        set: |c, v| number(&mut c.window_retention_days, v, 1..=CENTURY_DAYS),
        show: |c| Some(c.window_retention_days.to_string()),
        example: None,
        zh: "5 秒窗口各表保留天数",
        en: "days the tables of 5-second windows are kept",
    },
    Key {
        name: "user_day_retention_days",
        set: |c, v| number(&mut c.user_day_retention_days, v, 1..=CENTURY_DAYS),
        show: |c| Some(c.user_day_retention_days.to_string()),
        example: None,
        zh: "用户日电量保留天数",
        en: "days the daily energy of each user is kept",
    },
    Key {
        name: "dead_letter_retention_days",
        set: |c, v| number(&mut c.dead_letter_retention_days, v, 1..=CENTURY_DAYS),
        show: |c| Some(c.dead_letter_retention_days.to_string()),
        example: None,
        zh: "死信保留天数",
        en: "days dead letters are kept",
    },
    Key {
        name: "register_check",
        set: |c, v| choice(&mut c.register_check, v),
        show: |c| Some(quoted(RegisterCheck::name(c.register_check))),
        example: None,
        zh: "表计示数与电量不符时：flag 标记，reject 进入死信",
        en: "when registers contradict the amount: flag marks the reading, reject makes it a dead letter",
    },
    Key {
        name: "source_deletes",
        set: |c, v| {
            put(
                &mut c.source_deletes,
                v.parse().ok(),
                (" retract 或 keep before YYYY-MM-DD", "retract, or keep before YYYY-MM-DD"),
            )
        },
        show: |c| Some(quoted(&c.source_deletes.to_string())),
        example: None,
        zh: "业务库删除读数的含义：retract 撤回；keep before 日期 表示该日之前的删除是归档",
        en: "what deleting a reading means: retract takes it back; keep before DATE says older rows are only archived",
    },
    Key {
        name: "ranking_keep",
        set: |c, v| number(&mut c.ranking_keep, v, 0..=1_000_000),
        show: |c| Some(c.ranking_keep.to_string()),
        example: None,
        zh: "每个窗口保留的排名数，0 为全部",
        en: "how many users of a window's ranking are kept; 0 keeps all",
    },
    Key {
        name: "units",
        set: |c, v| choice(&mut c.units, v),
        show: |c| Some(quoted(Units::name(c.units))),
        example: None,
        zh: "大数单位：si（MW、MWh）或 wan（万千瓦、万千瓦时）",
        en: "units of large numbers: si (MW, MWh) or wan (10,000 kW, 10,000 kWh)",
    },
    Key {
        name: "ready_lag_ms",
        set: |c, v| number(&mut c.ready_lag_ms, v, 0..=HOUR_MS),
        show: |c| Some(c.ready_lag_ms.to_string()),
        example: None,
        zh: "/readyz 容许的提交延迟（毫秒）",
        en: "commits at the source younger than this may be missing while /readyz answers 200, in milliseconds",
    },
    Key {
        name: "max_sse_clients",
        set: |c, v| number(&mut c.max_sse_clients, v, 1..=100_000),
        show: |c| Some(c.max_sse_clients.to_string()),
        example: None,
        zh: "同时实时观看的页面上限",
        en: "how many pages may watch live at once",
    },
    Key {
        name: "max_chunk_rows",
        set: |c, v| number(&mut c.max_chunk_rows, v, 1..=100_000),
        show: |c| Some(c.max_chunk_rows.to_string()),
        example: None,
        zh: "大事务按多少行切块处理",
        en: "a large transaction is worked on in pieces of this many rows",
    },
    Key {
        name: "commit_max_rows",
        set: |c, v| number(&mut c.commit_max_rows, v, 1..=1_000_000),
        show: |c| Some(c.commit_max_rows.to_string()),
        example: None,
        zh: "小事务合并提交的最大行数",
        en: "small transactions are committed together up to this many rows",
    },
    Key {
        name: "commit_max_wait_ms",
        set: |c, v| number(&mut c.commit_max_wait_ms, v, 0..=10_000),
        show: |c| Some(c.commit_max_wait_ms.to_string()),
        example: None,
        zh: "为合并提交最多等待的毫秒数",
        en: "how long a commit may wait for more transactions, in milliseconds",
    },
    Key {
        name: "warehouse_connections",
        set: |c, v| number(&mut c.warehouse_connections, v, 2..=500),
        show: |c| Some(c.warehouse_connections.to_string()),
        example: None,
        zh: "到数仓库的最大连接数",
        en: "largest number of connections to the warehouse database",
    },
    Key {
        name: "data_dir",
        set: |c, v| put(&mut c.data_dir, (!v.is_empty() && !v.contains('\0')).then(|| v.into()), ("目录", "a directory")),
        show: |c| Some(quoted(&c.data_dir.display().to_string())),
        example: None,
        zh: "demo 的私有 PostgreSQL 所在目录",
        en: "directory of the private PostgreSQL of the demo",
    },
];

const POSTGRES_URL: Words = (" postgres://用户:密码@主机:端口/库名", "postgres://user:password@host:port/database");
const IDENTIFIER: Words = ("最多 63 个小写字母、数字或下划线", "up to 63 lower-case letters, digits and underscores");
/// PostgreSQL cuts longer names.
const IDENTIFIER_LENGTH: RangeInclusive<usize> = 1..=63;

fn put<T>(place: &mut T, value: Option<T>, (zh, en): Words) -> Result<(), Expected> {
    *place = value.ok_or_else(|| Expected { zh: zh.to_owned(), en: en.to_owned() })?;
    Ok(())
}

fn flag(place: &mut bool, text: &str) -> Result<(), Expected> {
    let value = match text {
        "true" | "1" | "yes" => Some(true),
        "false" | "0" | "no" => Some(false),
        _ => None,
    };
    put(place, value, (" true 或 false", "true or false"))
}

fn number(place: &mut i64, text: &str, range: RangeInclusive<i64>) -> Result<(), Expected> {
    let value = text.parse().ok().filter(|value| range.contains(value));
    let (least, most) = (range.start(), range.end());
    put(place, value, (&format!(" {least} 到 {most} 的整数"), &format!("a whole number from {least} to {most}")))
}

fn choice<T: Named>(place: &mut T, text: &str) -> Result<(), Expected> {
    let names: Vec<&str> = T::NAMES.iter().map(|(name, _)| *name).collect();
    put(place, T::from_name(text), (&format!(" {}", names.join(" 或 ")), &names.join(" or ")))
}

fn address(text: &str) -> Option<SocketAddr> {
    let text = text.strip_prefix("localhost:").map_or(text.to_owned(), |port| format!("127.0.0.1:{port}"));
    text.parse().ok()
}

fn identifier(text: &str) -> Option<String> {
    let good = text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    (good && IDENTIFIER_LENGTH.contains(&text.len())).then(|| text.to_owned())
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}
