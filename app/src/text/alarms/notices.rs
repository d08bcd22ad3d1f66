//! Words of the page of receivers, routes and what became of each message.

use domain::alarms::notices::{ChannelKind, NoticeKind};

use crate::text::{Lang, Text, text};

/// Why a receiver or a route was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NoticeProblem {
    /// No web address.
    Address,
    /// An address of this machine or its own link.
    Private,
    Recipients,
    SyslogTarget,
    NoSeverity,
    NoStep,
    /// Later steps have to come later.
    StepOrder,
    Schedule,
    TooMany,
}

impl NoticeProblem {
    pub const ALL: [Self; 9] = [
        Self::Address,
        Self::Private,
        Self::Recipients,
        Self::SyslogTarget,
        Self::NoSeverity,
        Self::NoStep,
        Self::StepOrder,
        Self::Schedule,
        Self::TooMany,
    ];
}

pub fn problem(problem: NoticeProblem) -> Text {
    match problem {
        NoticeProblem::Address => text(
            "请填写 http:// 或 https:// 开头的完整网址，不带用户名和密码。",
            "Enter a whole address that begins with http:// or https://, without a user and password in it.",
        ),
        NoticeProblem::Private => text(
            "此地址指向本机或本地链路，默认不允许；需要时由管理员写入设置 notify_private。",
            "The address is of this machine or its own link, which is refused; an administrator can allow it by the setting notify_private.",
        ),
        NoticeProblem::Recipients => {
            text("请填写 1 到 50 个邮件地址，用逗号分隔。", "Enter 1 to 50 mail addresses, separated by commas.")
        }
        NoticeProblem::SyslogTarget => text(
            "请填写 udp://主机:514 或 tcp://主机:601 形式的 syslog 服务器。",
            "Enter the syslog server as udp://host:514 or tcp://host:601.",
        ),
        NoticeProblem::NoSeverity => text("请选择至少一个级别。", "Choose at least one severity."),
        NoticeProblem::NoStep => text("请为第一步选择接收方。", "Choose a receiver for the first step."),
        NoticeProblem::StepOrder => text(
            "后面的步骤必须更晚：分钟数为 1 到 10080，逐步增大，中间不能空。",
            "Later steps come later: minutes from 1 to 10,080, growing, with no gap between.",
        ),
        NoticeProblem::Schedule => {
            text("时段不成立：至少一天，开始与结束不能相同。", "The hours can never apply: choose a day, and different times.")
        }
        NoticeProblem::TooMany => {
            text("数量已达上限；请先删除不再需要的。", "There are as many as there may be; remove some first.")
        }
    }
}

pub fn fields(problem: NoticeProblem) -> &'static [&'static str] {
    match problem {
        NoticeProblem::Address => &["address"],
        NoticeProblem::Private => &["address", "target"],
        NoticeProblem::Recipients | NoticeProblem::SyslogTarget => &["target"],
        NoticeProblem::NoSeverity => &["severity"],
        NoticeProblem::NoStep => &["step-0"],
        NoticeProblem::StepOrder => &["after-1", "after-2", "after-3", "after-4"],
        NoticeProblem::Schedule => &["weekday", "from", "to"],
        NoticeProblem::TooMany => &[],
    }
}

/// What `?done=` says.
pub const DONE: [(&str, Text); 7] = [
    (
        "channel-added",
        text("接收方已添加。可以用测试按钮检查。", "The receiver is added. Its test shows whether messages arrive."),
    ),
    ("channel-saved", text("接收方已保存。", "The receiver is saved.")),
    ("channel-removed", text("接收方已删除，不再收到消息。", "The receiver is removed and gets no more messages.")),
    ("route-added", text("通知路线已添加，对之后的告警生效。", "The route is added and holds for alarms from now on.")),
    ("route-saved", text("通知路线已保存，对之后的告警生效。", "The route is saved and holds for alarms from now on.")),
    ("route-removed", text("通知路线已删除。", "The route is removed.")),
    ("message-again", text("消息已重新排队发送。", "The message is on its way again.")),
];

pub fn channel_kind(kind: ChannelKind) -> Text {
    match kind {
        ChannelKind::Webhook => text("Webhook（签名 JSON）", "Webhook (signed JSON)"),
        ChannelKind::Email => text("邮件", "E-mail"),
        ChannelKind::Syslog => text("Syslog", "Syslog"),
        ChannelKind::Wecom => text("企业微信机器人", "WeCom robot"),
        ChannelKind::Dingtalk => text("钉钉机器人", "DingTalk robot"),
    }
}

pub fn kind(kind: NoticeKind) -> Text {
    match kind {
        NoticeKind::Raised => text("发生", "raised"),
        NoticeKind::Returned => text("恢复", "returned"),
        NoticeKind::Reannunciated => text("再次提示", "announced again"),
        NoticeKind::Escalated => text("升级", "escalated"),
    }
}

/// Why somebody was not told, as a code; `until` and `detail` fill the places.
pub fn reason(code: &str, until: &str, detail: &str, lang: Lang) -> String {
    match code {
        "cool_down" => text("未发送：冷却至 {}", "not sent: cool-down until {}").with(lang, &[until]),
        "duplicate" => text("未发送：已通知过，{} 前不重复", "not sent: said already, not again before {}").with(lang, &[until]),
        "acknowledged" if detail.is_empty() => text("未发送：已于 {} 确认", "not sent: acknowledged at {}").with(lang, &[until]),
        "acknowledged" => text("未发送：{} 已于 {} 确认", "not sent: acknowledged by {} at {}").with(lang, &[detail, until]),
        other => plain_reason(other).map_or_else(|| other.to_owned(), |text| text.get(lang).to_owned()),
    }
}

fn plain_reason(code: &str) -> Option<Text> {
    Some(match code {
        "outside_schedule" => text("未发送：不在路线时段内", "not sent: outside the hours of the route"),
        "returned_before" => text("未发送：轮到之前已恢复", "not sent: it returned before its turn"),
        "raised_again" => text("未发送：恢复消息发出前又发生", "not sent: raised again before its return was told"),
        "set_aside" => text("未发送：已搁置、抑制或停用", "not sent: set aside"),
        "nothing_told" => text("未发送：其发生未曾通知", "not sent: nobody had been told that it was raised"),
        "channel_off" => text("未发送：接收方已停用", "not sent: the receiver is switched off"),
        "route_off" => text("未发送：路线已停用", "not sent: the route is switched off"),
        _ => return None,
    })
}

/// The last answer of a receiver, as a code with words behind it.
pub fn outcome(detail: &str, lang: Lang) -> String {
    let (code, words) = detail.split_once(' ').unwrap_or((detail, ""));
    let said = match code {
        "timeout" => text("超时", "no answer in time"),
        "no_connection" => text("无法连接", "could not be reached"),
        "connection_lost" => text("连接中断", "the connection broke off"),
        "address_refused" => text("地址不允许（本机或本地链路）", "the address is refused (this machine or its own link)"),
        "answer_unknown" => text("应答无法理解", "the answer was not understood"),
        "handed_over" => text("已交出（无回执）", "handed over (no receipt)"),
        "interrupted" => text("被重启打断", "cut off by a restart"),
        "channel_off" => text("接收方已停用", "the receiver is switched off"),
        "no_mail_server" => text("未设置邮件服务器（smtp_url、smtp_from）", "no mail server is set (smtp_url, smtp_from)"),
        "no_recipient" => text("没有有效收件人", "no usable recipient"),
        _ => return coded(code, words),
    };
    said.get(lang).to_owned()
}

/// `http_500` as `HTTP 500`, `errcode_45009 …` as `errcode 45009 …`.
fn coded(code: &str, words: &str) -> String {
    let code = match code.split_once('_') {
        Some(("http", number)) => format!("HTTP {number}"),
        Some(("smtp", number)) => format!("SMTP {number}"),
        Some((name, number)) => format!("{name} {number}"),
        None => code.to_owned(),
    };
    format!("{code} {words}").trim().to_owned()
}

/// First, second …
pub fn attempt(number: i32, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("第 {number} 次尝试"),
        Lang::En => {
            let ending = match (number % 10, number % 100) {
                (1, tens) if tens != 11 => "st",
                (2, tens) if tens != 12 => "nd",
                (3, tens) if tens != 13 => "rd",
                _ => "th",
            };
            format!("{number}{ending} attempt")
        }
    }
}

pub const TITLE: Text = text("通知", "Notifications");
pub const CHANNELS: Text = text("接收方", "Receivers");
pub const CHANNELS_NOTE: Text = text(
    "网址和密钥写入后不再显示；留空即保持不变。机器人每分钟最多 20 条，超出的合并发送。",
    "Addresses and keys are never shown again once they are written; left empty they stay. Robots get at most 20 messages a minute; more are put together.",
);
pub const NO_CHANNELS: Text = text("还没有接收方：没有人会收到告警消息。", "There is no receiver yet: nobody is told of alarms.");
pub const ADD_CHANNEL: Text = text("添加接收方", "Add a receiver");
pub const CHANGE: Text = text("修改", "Change");
pub const CHANGE_OF: Text = text("修改 {}", "Change {}");
pub const REMOVE_OF: Text = text("删除 {}", "Remove {}");
pub const REMOVE_CHANNEL_NOTE: Text = text(
    "未发出的消息将不再发送；密钥被清除；历史保留。",
    "Messages on their way are given up and its key is forgotten; the history stays.",
);
pub const REMOVE_ROUTE_NOTE: Text =
    text("此后的告警不再按它通知，等待中的升级也停止。", "Nobody is told by it any more, and escalations that wait stop.");
pub const NAME: Text = text("名称", "Name");
pub const KIND: Text = text("类型", "Kind");
pub const TARGET: Text = text("去向", "Where to");
pub const LANG: Text = text("消息语言", "Language of messages");
pub const IS_ON: Text = text("启用", "Switched on");
pub const ON: Text = text("启用", "on");
pub const OFF: Text = text("停用", "off");
pub const WEB_ADDRESS: Text = text("网址（Webhook 与机器人）", "Web address (webhook and robots)");
pub const WEB_ADDRESS_HINT: Text = text("机器人填写其完整 Webhook 网址", "For a robot: its whole webhook address");
pub const WEB_ADDRESS_KEPT: Text = text("现为 {}；留空即保持不变", "Now {}; left empty it stays");
pub const OTHER_TARGET: Text = text("收件人或 syslog 服务器", "Recipients, or the syslog server");
pub const OTHER_TARGET_HINT: Text = text(
    "邮件：用逗号分隔的地址；syslog：udp://主机:514 或 tcp://主机:601",
    "Mail: addresses separated by commas; syslog: udp://host:514 or tcp://host:601",
);
pub const KEY: Text = text("签名密钥（Webhook）或加签密钥（钉钉）", "Key of the signature (webhook, DingTalk)");
pub const KEY_HINT: Text = text("可不填；留空即保持不变", "Optional; left empty it stays");
pub const TEST: Text = text("发送测试消息", "Send a test");
pub const TEST_OF: Text = text("向 {} 发送测试消息", "Send a test to {}");
pub const TEST_SENT: Text = text("测试消息已送达“{}”：{}", "The test reached “{}”: {}");
pub const TEST_FAILED: Text = text("测试消息未能送达“{}”：{}", "The test did not reach “{}”: {}");
pub const TEST_WAITS: Text = text(
    "发给“{}”的测试消息还没有结果；稍后刷新本页。",
    "The test to “{}” has no outcome yet; load this page again in a moment.",
);

pub const ROUTES: Text = text("通知路线", "Routes");
pub const ROUTES_NOTE: Text = text(
    "路线决定哪些告警在何时通知谁。第一步立即通知；之后各步只在无人确认时通知。",
    "A route says which alarms are told to whom, and when. The first step is told at once, later ones while nobody has acknowledged.",
);
pub const NO_ROUTES: Text = text("还没有路线：没有人会收到告警消息。", "There is no route yet: nobody is told of alarms.");
pub const ADD_ROUTE: Text = text("添加路线", "Add a route");
pub const NEEDS_CHANNEL: Text = text("请先添加接收方。", "Add a receiver first.");
pub const SEVERITIES: Text = text("级别", "Severities");
pub const REGIONS: Text = text("区域", "Regions");
pub const INSTALLATION: Text =
    text("也通知整个系统的告警（如数据流）", "Also alarms of the installation, such as the data stream");
pub const HOURS: Text = text("时段", "Hours");
pub const ALWAYS: Text = text("全天每天", "always");
pub const WEEKDAYS: Text = text("星期", "Weekdays");
pub const FROM: Text = text("从", "From");
pub const TO: Text = text("到（24:00 为日末）", "To (24:00 is the end of the day)");
pub const ON_HOLIDAYS: Text = text("节假日", "Holidays");
pub const HOLIDAYS_AS_USUAL: Text = text("与平日相同", "like other days");
pub const HOLIDAYS_NEVER: Text = text("节假日不通知", "not on holidays");
pub const HOLIDAYS_ONLY: Text = text("仅节假日", "on holidays only");
pub const STEPS: Text = text("步骤", "Steps");
pub const STEP_AT_ONCE: Text = text("第 1 步：立即通知", "Step 1: at once");
pub const STEP_AFTER: Text = text("第 {} 步：无人确认则通知", "Step {}: while nobody has acknowledged");
pub const AFTER_MIN: Text = text("第 {} 步在发生后多少分钟", "Step {}: minutes after it was raised");
pub const NOBODY: Text = text("（无）", "(nobody)");
pub const STEP: Text = text("{}：立即", "{}: at once");
pub const LATER_STEP: Text = text("{}：{} 分钟后", "{}: after {} min");
pub const COOLDOWN: Text = text("冷却分钟：同一告警不更频繁地通知", "Cool-down, minutes: the same alarm is not told more often");
pub const DEDUP: Text = text("去重分钟：同样的内容不重复", "Repetition, minutes: the same is not said again");
pub const GROUP_WAIT: Text = text("合并等待秒数", "Seconds to wait for more, which go into one message");
pub const TELLS_RETURN: Text = text("恢复时也通知", "Also tell when it is over");

pub const DEAD: Text = text("未能送达的消息", "Undelivered messages");
pub const NO_DEAD: Text = text("没有未送达的消息。", "Every message was delivered or is still being tried.");
pub const AGAIN: Text = text("重新发送", "Send again");
pub const AGAIN_OF: Text = text("重新发送消息 {}", "Send message {} again");
pub const MADE_AT: Text = text("生成时间", "Made");
pub const ALARMS: Text = text("告警数", "Alarms");
pub const ATTEMPTS: Text = text("尝试次数", "Attempts");
pub const ANSWER: Text = text("最后应答", "Last answer");

pub const LOG: Text = text("决定与送达记录", "Decisions and deliveries");
pub const NO_LOG: Text = text("没有符合条件的记录。", "Nothing fits.");
pub const OUTCOME: Text = text("结果", "Outcome");
pub const ANY: Text = text("全部", "all");
pub const SENT: Text = text("已送达", "sent");
pub const OPEN: Text = text("进行中", "on its way");
pub const UNDELIVERED: Text = text("未送达", "undelivered");
pub const SKIPPED: Text = text("未发送", "not sent");
pub const ALARM: Text = text("告警", "Alarm");
pub const ALARM_NO: Text = text("告警编号", "Number of the alarm");
pub const EVENT: Text = text("事件", "Event");
pub const ROUTE: Text = text("路线", "Route");
pub const RECEIVER: Text = text("接收方", "Receiver");
pub const WHEN: Text = text("决定时间", "Decided");
pub const OLDER: Text = text("更早的记录", "Older");
pub const STEP_NO: Text = text("第 {} 步", "step {}");

pub const WAITS: Text = text("等待：{} 再决定", "waits: decided at {}");
pub const READY: Text = text("即将发送", "about to be sent");
pub const SENDING: Text = text("正在发送（{}）", "being sent ({})");
pub const WAS_SENT: Text = text("{} 已送达（{}）", "sent {} ({})");
pub const RETRY: Text = text("未送达（{}）：{} 再试", "not delivered yet ({}): tried again at {}");
pub const GAVE_UP: Text = text("未能送达（{}）：{}", "undelivered ({}): {}");
pub const TOLD: Text = text("通知了谁", "Who was told");
pub const NOBODY_TOLD: Text = text("没有路线涉及此告警，未通知任何人。", "No route is about this alarm: nobody was told.");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_of_the_program_has_words() {
        use domain::alarms::notices::NotSent;
        let all = [
            NotSent::CoolDown { until_ms: 0 },
            NotSent::Duplicate { until_ms: 0 },
            NotSent::OutsideSchedule,
            NotSent::Acknowledged { by: String::new(), at_ms: 0 },
            NotSent::ReturnedBefore,
            NotSent::RaisedAgain,
            NotSent::SetAside,
            NotSent::NothingTold,
            NotSent::ChannelOff,
            NotSent::RouteOff,
        ];
        for lang in Lang::ALL {
            let said: std::collections::BTreeSet<_> =
                all.iter().map(|why| reason(why.code(), "12:40", "Li", lang)).filter(|said| !said.contains('_')).collect();
            assert_eq!(said.len(), all.len(), "{said:?}");
            let problems: std::collections::BTreeSet<_> = NoticeProblem::ALL.map(|own| problem(own).get(lang)).into();
            assert_eq!(problems.len(), NoticeProblem::ALL.len());
        }
        assert_eq!(reason("cool_down", "12:40", "", Lang::En), "not sent: cool-down until 12:40");
    }

    #[test]
    fn answers_are_said_in_words_and_codes_stay_readable() {
        assert_eq!(outcome("http_503", Lang::En), "HTTP 503");
        assert_eq!(outcome("errcode_45009 api freq out of limit", Lang::Zh), "errcode 45009 api freq out of limit");
        assert_eq!(outcome("timeout", Lang::En), "no answer in time");
        let spoken = |number| attempt(number, Lang::En);
        assert_eq!(
            [1, 2, 3, 4, 11, 12, 13, 21].map(spoken).join(" ").replace(" attempt", ""),
            "1st 2nd 3rd 4th 11th 12th 13th 21st"
        );
    }
}
