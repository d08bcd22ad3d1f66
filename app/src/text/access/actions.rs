//! Actions, objects and fields of the audit in words. What is not listed is shown as it was recorded.

use crate::text::{Lang, Text, text};

pub const ACTIONS: [(&str, Text); 27] = [
    ("account.add", text("添加人员", "person added")),
    ("account.change", text("修改人员", "person changed")),
    ("account.remove", text("删除人员", "person removed")),
    ("account.disable", text("停用人员", "person disabled")),
    ("account.enable", text("恢复人员", "person enabled")),
    ("account.password", text("设置密码", "password set")),
    ("account.link", text("生成一次性链接", "one-time link made")),
    ("account.preferences", text("修改语言与主题", "language and theme changed")),
    ("login.ok", text("登录", "signed in")),
    ("login.failed", text("登录失败", "sign-in failed")),
    ("login.blocked", text("登录被限制", "sign-in slowed down")),
    ("login.end", text("结束登录", "session ended")),
    ("login.end_others", text("结束其他登录", "other sessions ended")),
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
    ("audit.verify", text("核验审计", "audit verified")),
    ("audit.export", text("导出审计", "audit exported")),
    ("secret.add", text("生成密钥", "key made")),
    ("secret.change", text("更换密钥", "key changed")),
];

const OBJECTS: [(&str, Text); 11] = [
    ("account", text("人员", "person")),
    ("login", text("登录", "session")),
    ("tenant", text("租户", "tenant")),
    ("region", text("区域", "region")),
    ("token", text("令牌", "token")),
    ("wall", text("大屏链接", "wall link")),
    ("wall_link", text("大屏链接", "wall link")),
    ("customer", text("用户", "customer")),
    ("audit", text("审计", "audit")),
    ("address", text("地址", "address")),
    ("secret", text("密钥", "key")),
];

const FIELDS: [(&str, Text); 24] = [
    ("tenant", text("租户", "tenant")),
    ("login", text("登录编号", "session no.")),
    ("ended", text("结束的登录数", "sessions ended")),
    ("by", text("方式", "by")),
    ("name", text("名称", "name")),
    ("display_name", text("显示名称", "shown as")),
    ("tenant_id", text("租户", "tenant")),
    ("rights", text("权限", "rights")),
    ("all_regions", text("全部区域", "all regions")),
    ("regions", text("供电区域", "regions")),
    ("disabled", text("停用", "disabled")),
    ("must_change_password", text("须更改密码", "must change password")),
    ("has_password", text("有密码", "has a password")),
    ("code", text("代码", "code")),
    ("expires_at", text("到期", "expires")),
    ("layouts", text("版式", "layouts")),
    ("prefix", text("开头", "begins with")),
    ("address", text("地址", "address")),
    ("user_agent", text("浏览器", "browser")),
    ("entries", text("记录数", "entries")),
    ("lang", text("语言", "language")),
    ("theme", text("主题", "theme")),
    ("region_id", text("区域", "region")),
    ("reason", text("原因", "reason")),
];

fn find(words: &[(&str, Text)], code: &str, lang: Lang) -> String {
    words.iter().find(|(known, _)| *known == code).map_or_else(|| code.to_owned(), |(_, word)| word.get(lang).to_owned())
}

pub fn action(code: &str, lang: Lang) -> String {
    find(&ACTIONS, code, lang)
}

pub fn object(kind: &str, lang: Lang) -> String {
    find(&OBJECTS, kind, lang)
}

pub fn field(name: &str, lang: Lang) -> String {
    find(&FIELDS, name, lang)
}
