//! Actions, objects and fields of the audit in words. What is not listed is shown as it was recorded.

use crate::text::{Lang, Text, text};

pub const ACTIONS: &[(&str, Text)] = &[
    ("account.add", text("添加人员", "person added")),
    ("account.change", text("修改人员", "person changed")),
    ("account.remove", text("删除人员", "person removed")),
    ("account.disable", text("停用人员", "person disabled")),
    ("account.enable", text("恢复人员", "person enabled")),
    ("account.password", text("设置密码", "password set")),
    ("account.link", text("生成一次性链接", "one-time link made")),
    ("login.ok", text("登录", "signed in")),
    ("login.blocked", text("登录被限制", "sign-in slowed down")),
    ("login.end", text("结束登录", "session ended")),
    ("tenant.add", text("添加租户", "tenant added")),
    ("tenant.change", text("修改租户", "tenant changed")),
    ("tenant.remove", text("删除租户", "tenant removed")),
    ("region.assign", text("划归区域", "region assigned")),
    ("token.add", text("添加令牌", "token added")),
    ("token.revoke", text("撤销令牌", "token revoked")),
    ("wall.add", text("添加大屏链接", "wall link added")),
    ("wall.revoke", text("撤销大屏链接", "wall link revoked")),
    ("wall.show", text("显示大屏地址", "wall address shown")),
    ("telephone.view", text("查看电话", "telephone seen")),
    ("alarm.ack", text("确认报警", "alarm acknowledged")),
    ("alarm.reset", text("复位报警", "alarm reset")),
    ("alarm.shelve", text("搁置报警", "alarm shelved")),
    ("alarm.unshelve", text("取消搁置报警", "alarm unshelved")),
    ("alarm.out_of_service", text("停用报警", "alarm taken out of service")),
    ("alarm.in_service", text("恢复报警使用", "alarm returned to service")),
    ("alarm.assign", text("指派报警", "alarm assigned")),
    ("alarm.comment", text("备注报警", "alarm commented")),
    ("desk.add", text("添加调度台", "desk added")),
    ("desk.change", text("修改调度台", "desk changed")),
    ("desk.remove", text("删除调度台", "desk removed")),
    ("shift.add", text("添加班次", "shift added")),
    ("shift.series", text("批量排班", "series of shifts added")),
    ("shift.change", text("修改班次", "shift changed")),
    ("shift.remove", text("删除班次", "shift removed")),
    ("handover.start", text("开始交接班", "hand-over begun")),
    ("handover.note", text("修改交接班记录", "hand-over notes changed")),
    ("handover.sign", text("交接班签名", "hand-over signed")),
    ("handover.withdraw", text("撤回交接班签名", "signature of a hand-over taken back")),
    ("audit.verify", text("核验审计", "audit verified")),
    ("audit.export", text("导出审计", "audit exported")),
];

const OBJECTS: &[(&str, Text)] = &[
    ("account", text("人员", "person")),
    ("tenant", text("租户", "tenant")),
    ("region", text("区域", "region")),
    ("token", text("令牌", "token")),
    ("wall", text("大屏链接", "wall link")),
    ("customer", text("用户", "customer")),
    ("audit", text("审计", "audit")),
    ("desk", text("调度台", "desk")),
    ("shift", text("班次", "shift")),
    ("handover", text("交接班", "hand-over")),
    ("alarm", text("报警", "alarm")),
];

const FIELDS: &[(&str, Text)] = &[
    ("tenant", text("租户", "tenant")),
    ("login", text("登录编号", "session no.")),
    ("ended", text("结束的登录数", "sessions ended")),
    ("broken", text("第一处错误", "first wrong entry")),
    ("from_address", text("此地址的失败次数", "failures from the address")),
    ("for_account", text("此账户的失败次数", "failures for the account")),
    ("for_both", text("此地址对此账户的失败次数", "failures of the two together")),
    ("by", text("方式", "by")),
    ("name", text("名称", "name")),
    ("display_name", text("显示名称", "shown as")),
    ("rights", text("权限", "rights")),
    ("regions", text("供电区域", "regions")),
    ("disabled", text("停用", "disabled")),
    ("must_change_password", text("须更改密码", "must change password")),
    ("has_password", text("有密码", "has a password")),
    ("code", text("代码", "code")),
    ("expires_at", text("到期", "expires")),
    ("layouts", text("版式", "layouts")),
    ("prefix", text("开头", "begins with")),
    ("user_agent", text("浏览器", "browser")),
    ("entries", text("记录数", "entries")),
    ("alarms", text("报警编号", "alarm nos.")),
    ("comment", text("备注", "comment")),
    ("shelved_until", text("搁置至", "shelved until")),
    ("review_on", text("复查日期", "to be reviewed on")),
    ("assignee", text("指派给", "assigned to")),
    ("desk", text("调度台", "desk")),
    ("positions", text("在岗席位", "positions")),
    ("shifts", text("班次数", "shifts")),
    ("starts_at", text("开始", "begins")),
    ("ends_at", text("结束", "ends")),
    ("people", text("人员", "people")),
    ("notes", text("交接事项", "notes")),
    ("outgoing", text("交班人", "hands over")),
    ("incoming", text("接班人", "takes over")),
];

fn find(words: &[(&str, Text)], code: &str, lang: Lang) -> String {
    words.iter().find(|(known, _)| *known == code).map_or_else(|| code.to_owned(), |(_, word)| word.get(lang).to_owned())
}

pub fn action(code: &str, lang: Lang) -> String {
    find(ACTIONS, code, lang)
}

pub fn object(kind: &str, lang: Lang) -> String {
    find(OBJECTS, kind, lang)
}

pub fn field(name: &str, lang: Lang) -> String {
    find(FIELDS, name, lang)
}
