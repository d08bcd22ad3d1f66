//! Words of the answers that are not pages of the app: errors and wrong parameters.

use app::text::{Text, text};

pub const EXPECTED_KNOWN_NAME: Text = text("一个已知的参数名", "the name of a known parameter");
pub const EXPECTED_ONCE: Text = text("每个参数只出现一次", "each parameter only once");
pub const EXPECTED_TEXT: Text = text("不含控制字符的文本", "text without control characters");
pub const EXPECTED_INTEGER: Text = text("一个在允许范围内的整数", "a whole number within the permitted range");
pub const EXPECTED_REGION: Text = text("一个区域编号，如 3", "the number of a region, such as 3");
pub const EXPECTED_USER: Text = text("一个用户编号，如 42", "the number of a customer, such as 42");
pub const EXPECTED_TIME: Text =
    text("ISO 8601 时间，如 2016-01-11 或 2016-01-11T08:15:00", "an ISO 8601 time such as 2016-01-11 or 2016-01-11T08:15:00");
pub const EXPECTED_LATER: Text = text("晚于 from 的时间", "a time later than from");
pub const EXPECTED_SHORTER: Text = text("与 from 相距不超过 31 天的时间", "a time at most 31 days after from");
pub const EXPECTED_FLAG: Text = text("0 或 1", "0 or 1");
pub const EXPECTED_GRAIN: Text = text("15min、hour、day、month、year 之一", "one of 15min, hour, day, month, year");
pub const EXPECTED_RANKING_GRAIN: Text = text("window、hour、day、month、year 之一", "one of window, hour, day, month, year");
pub const EXPECTED_API_RANKING_GRAIN: Text = text("window、hour、day、month 之一", "one of window, hour, day, month");
pub const EXPECTED_SPAN: Text = text("shift、day、month、period 之一", "one of shift, day, month, period");
pub const EXPECTED_STATEMENT: Text = text("一个账单或任务编号，如 42", "the number of a statement or run, such as 42");
pub const EXPECTED_DAY: Text = text("日期，如 2026-03-02", "a day, such as 2026-03-02");
pub const EXPECTED_MONTH: Text = text("月份，如 2026-03", "a month, such as 2026-03");
pub const EXPECTED_NEXT: Text = text("上一页的 next_after", "next_after of the page before");
pub const EXPECTED_STATE: Text = text("draft、checked、frozen、void 之一", "one of draft, checked, frozen, void");
pub const EXPECTED_EXCEPTION: Text = text(
    "cannot_bill、not_estimated、no_contract、period_not_over、undecided、zero_use、jump、estimated、negative、rollover、register_gap、moved 之一",
    "one of cannot_bill, not_estimated, no_contract, period_not_over, undecided, zero_use, jump, estimated, negative, rollover, register_gap, moved",
);
pub const EXPECTED_DAYS: Text =
    text("日期，如 2026-03-02；to 最多在 from 之后 91 天", "a day, such as 2026-03-02; to at most 91 days after from");
pub const EXPECTED_FIGURES: Text = text(
    "一个已开始、告警不太多的时段；按班次时须有调度台和班次",
    "a period that has begun and has not too many alarms; for a shift, a desk that has one",
);
pub const EXPECTED_LANG: Text = text("zh 或 en", "zh or en");
pub const EXPECTED_THEME: Text = text("grey 或 dark", "grey or dark");
pub const EXPECTED_LOCAL_PATH: Text = text("本站路径，如 /rankings", "a path of this site, such as /rankings");
pub const EXPECTED_TOPIC: Text = text("页面使用的主题名", "the name of a topic as pages use it");

pub const TITLE_BAD_REQUEST: Text = text("参数有误", "Wrong parameter");
pub const TITLE_NOT_FOUND: Text = text("没有此页面", "No such page");
pub const TITLE_UNAVAILABLE: Text = text("暂时不可用", "Not available for the moment");
pub const TITLE_FAILED: Text = text("内部错误", "Internal error");
pub const SENTENCE_BAD_REQUEST: Text = text("参数 {} 的值为“{}”，应为{}。", "Parameter {} is “{}”; expected {}.");
pub const SENTENCE_NOT_FOUND: Text = text("地址有误，或此页面已不存在。", "The address is wrong, or the page no longer exists.");
pub const SENTENCE_DATABASE: Text = text(
    "数据库暂时连接不上，恢复后本页自动刷新。",
    "The database cannot be reached; this page reloads by itself once it is back.",
);
pub const SENTENCE_BUSY: Text = text("请求过多，请稍后再试。", "Too many requests at the moment; try again in a few seconds.");
pub const SENTENCE_TIMEOUT: Text =
    text("请求超时，请缩小范围后再试。", "The request took too long; try again with a smaller range.");
pub const SENTENCE_FAILED: Text =
    text("服务器处理此请求时出错，已记录，编号 {}。", "The server failed at this request and has recorded it under number {}.");
pub const SENTENCE_TOO_LARGE: Text = text("请求过大。", "The request is too large.");
pub const SENTENCE_METHOD: Text = text("此地址不支持该请求方式。", "This address does not answer to that method.");
pub const TITLE_SIGN_IN: Text = text("需要登录", "Sign in first");
pub const TITLE_REFUSED: Text = text("请求被拒绝", "Refused");
pub const SENTENCE_SIGN_IN: Text = text(
    "请先登录；程序请在 Authorization: Bearer 中提供令牌。",
    "Sign in first; programs send a token as Authorization: Bearer.",
);
pub const SENTENCE_BAD_PROOF: Text =
    text("令牌、凭证或链接无效或已失效。", "The token, claim or link is not valid, or not any more.");
pub const SENTENCE_FORBIDDEN: Text = text("您的账号没有此权限。", "Your account has no right to this.");
pub const SENTENCE_PASSWORD_FIRST: Text = text("请先更换密码。", "Choose a new password first.");
pub const SENTENCE_FOREIGN_ORIGIN: Text = text(
    "此请求不是来自本站页面，已拒绝；请在本站页面上重新操作。",
    "This request did not come from a page of this site and was refused; do it again on a page of this site.",
);
pub const SENTENCE_BAD_FORM: Text = text("表单内容无法识别。", "The form cannot be read.");
pub const SENTENCE_BAD_BODY: Text = text("请求正文无法使用：{}。", "The body cannot be used: {}.");
pub const EXPECTED_CONTRACT: Text = text("一个合同编号，如 42", "the number of a contract, such as 42");
pub const EXPECTED_CONTRACT_FAULT: Text = text("no_tariff、not_valid、no_prices 之一", "one of no_tariff, not_valid, no_prices");
pub const EXPECTED_ALARM: Text = text("一个告警编号，如 42", "the number of an alarm, such as 42");
pub const EXPECTED_SEVERITIES: Text =
    text("critical、high、medium、low，以逗号分隔", "critical, high, medium, low, separated by commas");
pub const EXPECTED_STATES: Text = text(
    "NORM、UNACK、ACKED、RTNUN、LTUNK、LTACK、SHLVD、DSUPR、OOSRV，以逗号分隔",
    "NORM, UNACK, ACKED, RTNUN, LTUNK, LTACK, SHLVD, DSUPR, OOSRV, separated by commas",
);
pub const EXPECTED_SEVERITY: Text = text("critical、high、medium、low 之一", "one of critical, high, medium, low");
pub const EXPECTED_EVENT: Text = text("告警事件代码，如 raised", "the code of an event of alarms, such as raised");
pub const EXPECTED_QUALITY: Text = text("good、no_data、uncertain 之一", "one of good, no_data, uncertain");
pub const EXPECTED_ALARM_ORDER: Text = text("worst 或 newest", "worst or newest");
pub const BACK: Text = text("返回总览", "Back to the dashboard");
