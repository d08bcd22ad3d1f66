//! What `?done=` says after a form was taken.

use crate::text::{Text, text};

pub const DONE: [(&str, Text); 15] = [
    ("password", text("密码已修改，其他登录已结束。", "The password is changed; other sessions have ended.")),
    ("preferences", text("语言与主题已保存。", "Language and theme are saved.")),
    ("ended", text("登录已结束。", "The session has ended.")),
    ("ended-others", text("其他登录已全部结束。", "All other sessions have ended.")),
    ("logged-out", text("您已退出。", "You are signed out.")),
    ("welcome", text("密码已设置，您已登录。", "The password is set and you are signed in.")),
    ("person-added", text("人员已添加。", "The person is added.")),
    ("person-saved", text("人员已保存，权限立即生效。", "The person is saved; the rights hold from now on.")),
    ("person-removed", text("人员已删除。", "The person is removed.")),
    ("tenant-added", text("租户已添加。", "The tenant is added.")),
    ("tenant-saved", text("租户已改名。", "The tenant is renamed.")),
    ("tenant-removed", text("租户已删除。", "The tenant is removed.")),
    ("region-assigned", text("区域的归属已更改。", "The region has its new owner.")),
    ("token-revoked", text("令牌已撤销，不能再使用。", "The token is revoked and works no more.")),
    ("wall-revoked", text("大屏链接已撤销，屏幕将不再更新。", "The wall link is revoked; its screen stops.")),
];

/// The sentence of a code; an unknown code says nothing.
pub fn sentence(code: &str) -> Option<Text> {
    DONE.iter()
        .chain(&crate::text::alarms::refusals::DONE)
        .chain(&crate::text::alarms::shifts::DONE)
        .chain(&crate::text::alarms::rules::DONE)
        .chain(&crate::text::alarms::notices::DONE)
        .chain(&crate::text::settlement::tariffs::DONE)
        .chain(&crate::text::settlement::calendar::DONE)
        .chain(&crate::text::settlement::contracts::DONE)
        .chain(&crate::text::settlement::acts::DONE)
        .chain(&crate::text::settlement::reconcile::DONE)
        .chain(&crate::text::settlement::what_if::DONE)
        .find(|(known, _)| *known == code)
        .map(|(_, sentence)| *sentence)
}
