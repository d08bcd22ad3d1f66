//! Every setting once: name, meaning in both languages, how it is read and shown.
//! The configuration reference and the example file are printed from this table.

use domain::Zone;

use super::Config;
use super::parse::{Words, address, choice, file, flag, identifier, number, path, put, quoted};
use super::values::{DatabaseUrl, Expected, LogFormat, Named, RegisterCheck, Units};

/// Sets the value, or says what was expected.
type Set = fn(&mut Config, &str) -> Result<(), Expected>;

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
const DAY_MIN: i64 = 1_440;
const MONTH_H: i64 = 720;
const DAY_S: i64 = 86_400;
const HOUR_S: i64 = 3_600;

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
        zh: "网页监听的地址；非本机地址需要 tls_cert 与 tls_key、trusted_proxies 或 insecure = true",
        en: "address the pages are served on; one that other machines reach needs tls_cert and tls_key, trusted_proxies, or insecure = true",
    },
    Key {
        name: "insecure",
        set: |c, v| flag(&mut c.insecure, v),
        show: |c| Some(c.insecure.to_string()),
        example: None,
        zh: "允许非本机地址不加密：密码、会话与客户数据将以明文传输",
        en: "allow an address that other machines reach without encryption: passwords, sessions and customers' data travel in the clear",
    },
    Key {
        name: "tls_cert",
        set: |c, v| file(&mut c.tls_cert, v),
        show: |c| path(c.tls_cert.as_ref()),
        example: Some("\"/etc/loadline/cert.pem\""),
        zh: "证书链文件（PEM）；与 tls_key 一起设置后以 HTTPS 服务，文件变化时自动重新读取",
        en: "certificate chain (PEM); with tls_key the pages are served by HTTPS, and both files are read again when they change",
    },
    Key {
        name: "tls_key",
        set: |c, v| file(&mut c.tls_key, v),
        show: |c| path(c.tls_key.as_ref()),
        example: Some("\"/etc/loadline/key.pem\""),
        zh: "证书的私钥文件（PEM）",
        en: "private key of the certificate (PEM)",
    },
    Key {
        name: "trusted_proxies",
        set: |c, v| put(&mut c.trusted_proxies, v.parse().ok(), PROXIES),
        show: |c| Some(c.trusted_proxies.to_string()),
        example: Some("[\"loopback\", \"10.0.0.7\"]"),
        zh: "前置代理的地址或网段（loopback 表示本机）；只采信它们的 X-Forwarded-For 与 X-Forwarded-Proto",
        en: "addresses or networks of the proxies in front (loopback: this machine); X-Forwarded-For and X-Forwarded-Proto count from them alone",
    },
    Key {
        name: "public_url",
        set: |c, v| put(&mut c.public_url, v.parse().ok().map(Some), PUBLIC_URL),
        show: |c| c.public_url.as_ref().map(|url| quoted(&url.to_string())),
        example: Some("\"https://loadline.example\""),
        zh: "浏览器访问所用的地址：用于打印的链接、来源检查和 cookie 的 Secure 标记",
        en: "address that browsers use: for printed links, the check of origins and the Secure mark of cookies",
    },
    Key {
        name: "frame_ancestors",
        set: |c, v| put(&mut c.frame_ancestors, v.parse().ok(), ANCESTORS),
        show: |c| Some(quoted(c.frame_ancestors.as_str())),
        example: None,
        zh: "允许哪些网站以框架嵌入大屏（CSP frame-ancestors），供大屏控制器使用；其余页面只能由本站嵌入",
        en: "who may show walls in a frame (CSP frame-ancestors), for wall controllers; other pages stand in frames of this site alone",
    },
    Key {
        name: "session_idle_min",
        set: |c, v| number(&mut c.session_idle_min, v, 1..=DAY_MIN),
        show: |c| Some(c.session_idle_min.to_string()),
        example: None,
        zh: "会话闲置多少分钟后需重新登录；打开着的实时页面不算闲置",
        en: "minutes without use after which a session ends; an open live page counts as use",
    },
    Key {
        name: "session_max_h",
        set: |c, v| number(&mut c.session_max_h, v, 1..=MONTH_H),
        show: |c| Some(c.session_max_h.to_string()),
        example: None,
        zh: "登录后最多多少小时需重新登录",
        en: "hours after signing in at which a session ends in any case",
    },
    Key {
        name: "one_time_link_h",
        set: |c, v| number(&mut c.one_time_link_h, v, 1..=MONTH_H),
        show: |c| Some(c.one_time_link_h.to_string()),
        example: None,
        zh: "一次性链接的有效小时数",
        en: "hours a one-time link is good for",
    },
    Key {
        name: "jwt_secret",
        set: |c, v| put(&mut c.jwt_secret, v.parse().ok().map(Some), SECRET),
        // never shown, not even as stars of some length
        show: |_| None,
        // too short to be taken, so that nobody runs with a key that everybody knows
        example: Some("\"…\""),
        zh: "校验 JWT（HS256）的密钥，至少 32 字节；不设置则拒绝 JWT。建议用环境变量设置",
        en: "key that JWTs (HS256) are checked with, at least 32 bytes; without it JWTs are refused. Best set in the environment",
    },
    Key {
        name: "rate_limit_per_s",
        set: |c, v| number(&mut c.rate_limit_per_s, v, 0..=1_000_000),
        show: |c| Some(c.rate_limit_per_s.to_string()),
        example: None,
        zh: "每个地址每秒最多请求数，0 为不限",
        en: "requests that one address may make per second; 0 sets no limit",
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
        name: "alarm_annunciate_within_s",
        set: |c, v| number(&mut c.alarm_annunciate_within_s, v, 1..=DAY_S),
        show: |c| Some(c.alarm_annunciate_within_s.to_string()),
        example: None,
        zh: "告警条件成立后超过多少秒才被算出（回放、追赶）就只记入历史，不提示也不通知",
        en: "seconds after which a condition that is only now computed (replay, catching up) is history: neither annunciated nor notified",
    },
    Key {
        name: "alarm_grace_s",
        set: |c, v| number(&mut c.alarm_grace_s, v, 0..=HOUR_S),
        show: |c| Some(c.alarm_grace_s.to_string()),
        example: None,
        zh: "时段结束后等待迟到数据多少秒再评估按时段的告警规则",
        en: "seconds after the end of a period in which late readings are awaited before rules about periods are judged",
    },
    Key {
        name: "alarm_history_days",
        set: |c, v| number(&mut c.alarm_history_days, v, 1..=CENTURY_DAYS),
        show: |c| Some(c.alarm_history_days.to_string()),
        example: None,
        zh: "告警历史与通知保留天数",
        en: "days the history of alarms and their notices are kept",
    },
    Key {
        name: "settlement",
        set: |c, v| flag(&mut c.settlement, v),
        show: |c| Some(c.settlement.to_string()),
        example: None,
        zh: "是否结算（有合同的用户每日电费与月度结算单）",
        en: "settle: daily amounts and monthly statements of customers with a contract",
    },
    Key {
        name: "settlement_reading_time_is",
        set: |c, v| choice(&mut c.settlement_reading_time_is, v),
        show: |c| Some(quoted(c.settlement_reading_time_is.name())),
        example: None,
        zh: "读数时间的含义，合同未写明时使用：report（上报时刻，向下取整到计量间隔）、interval_end 或 interval_start",
        en: "what the time of a reading means where the contract does not say it: report (floored to the metered interval), interval_end or interval_start",
    },
    Key {
        name: "settlement_estimate_after_h",
        set: |c, v| number(&mut c.settlement_estimate_after_h, v, 0..=MONTH_H),
        show: |c| Some(c.settlement_estimate_after_h.to_string()),
        example: None,
        zh: "一日结束后多少小时按规则估算仍缺的读数",
        en: "hours after the end of a day at which what is still missing of it is estimated",
    },
    Key {
        name: "settlement_estimated_share_percent",
        set: |c, v| number(&mut c.settlement_estimated_share_percent, v, 0..=100),
        show: |c| Some(c.settlement_estimated_share_percent.to_string()),
        example: None,
        zh: "结算单中估算电量超过百分之多少时，冻结须写明理由",
        en: "percent of estimated energy above which freezing a statement needs a reason",
    },
    Key {
        name: "settlement_two_person",
        set: |c, v| flag(&mut c.settlement_two_person, v),
        show: |c| Some(c.settlement_two_person.to_string()),
        example: None,
        zh: "冻结结算单的人不得是核对它的人",
        en: "whoever freezes a statement must not be who checked it",
    },
    Key {
        name: "settlement_keep_years",
        set: |c, v| number(&mut c.settlement_keep_years, v, 1..=100),
        show: |c| Some(c.settlement_keep_years.to_string()),
        example: None,
        zh: "日结算保留年数；明细分区可以更早删除",
        en: "years the settled days are kept; readings may go earlier",
    },
    Key {
        name: "settlement_archive_dir",
        set: |c, v| file(&mut c.settlement_archive_dir, v),
        show: |c| path(c.settlement_archive_dir.as_ref()),
        example: Some("\"/var/lib/loadline/archive\""),
        zh: "删除明细分区前先写入 CSV.gz 的目录",
        en: "directory that readings are written to as CSV.gz before their partition is dropped",
    },
    Key {
        name: "pdf_font",
        set: |c, v| file(&mut c.pdf_font, v),
        show: |c| path(c.pdf_font.as_ref()),
        example: Some("\"/usr/share/fonts/NotoSansSC-Regular.otf\""),
        zh: "PDF 账单用于自带字体以外字符的字体（.ttf 或 .otf）",
        en: "font (.ttf or .otf) of PDF statements for characters that the fonts that ship do not have",
    },
    Key {
        name: "smtp_url",
        set: |c, v| put(&mut c.smtp_url, v.parse().ok().map(Some), SMTP_URL),
        show: |c| c.smtp_url.as_ref().map(|url| quoted(&url.to_string())),
        example: Some("\"smtps://alarms:password@mail.example\""),
        zh: "发送告警邮件的邮件服务器；smtps:// 为直接加密，smtp://主机:587?tls=required 为 STARTTLS",
        en: "mail server for messages about alarms; smtps:// encrypts from the start, smtp://host:587?tls=required by STARTTLS",
    },
    Key {
        name: "smtp_from",
        set: |c, v| put(&mut c.smtp_from, v.parse().ok().map(Some), SMTP_FROM),
        show: |c| c.smtp_from.as_ref().map(|from| quoted(from.as_str())),
        example: Some("\"Loadline <alarms@grid.example>\""),
        zh: "告警邮件的发件人",
        en: "sender of mail about alarms",
    },
    Key {
        name: "notify_private",
        set: |c, v| put(&mut c.notify_private, v.parse().ok(), HOSTS),
        show: |c| Some(c.notify_private.to_string()),
        example: None,
        zh: "允许告警消息发往的本机或本地链路主机（如 localhost、127.0.0.1）；默认拒绝，以免有人借消息访问本机的服务",
        en: "hosts of this machine or its own link that messages about alarms may go to (such as localhost, 127.0.0.1); refused by default, so that nobody reaches services of this machine by a message",
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
const SMTP_URL: Words =
    (" smtps://用户:密码@主机 或 smtp://主机:端口?tls=required", "smtps://user:password@host or smtp://host:port?tls=required");
const SMTP_FROM: Words = ("邮件地址，如 Loadline <alarms@grid.example>", "a mail address such as Loadline <alarms@grid.example>");
const HOSTS: Words = ("主机的列表，如 localhost, 127.0.0.1", "hosts such as localhost, 127.0.0.1");
const IDENTIFIER: Words = ("最多 63 个小写字母、数字或下划线", "up to 63 lower-case letters, digits and underscores");
const PROXIES: Words = (
    "地址或网段的列表，如 10.0.0.7, 192.168.0.0/16, loopback",
    "addresses or networks such as 10.0.0.7, 192.168.0.0/16, loopback",
);
const PUBLIC_URL: Words = (" https://主机，可带端口，不带路径", "https://host, perhaps with a port, without a path");
const ANCESTORS: Words = (
    " 'self'、'none' 或网址的列表，如 'self' https://wall.example",
    "'self', 'none' or a list of addresses such as 'self' https://wall.example",
);
const SECRET: Words =
    ("至少 32 字节的随机文字（openssl rand -base64 48）", "random text of at least 32 bytes (openssl rand -base64 48)");
