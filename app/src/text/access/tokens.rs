//! Words of the page of API tokens and wall links.

use crate::text::{Text, text};

pub const TOKENS: Text = text("API 令牌", "API tokens");
pub const TOKENS_NOTE: Text = text(
    "程序用 “Authorization: Bearer …” 读取数据。令牌只保存其散列值。",
    "For programs that read with “Authorization: Bearer …”. Only a hash of a token is kept.",
);
pub const NO_TOKENS: Text = text("还没有令牌。", "There is no token yet.");
pub const NAME: Text = text("名称", "Name");
pub const TOKEN_NAME_HINT: Text =
    text("说明由谁、用来做什么，例如“计量系统 每日导出”", "Whose it is and what for, such as “metering, daily export”");
pub const WALL_NAME_HINT: Text = text("说明大屏在哪里，例如“调度大厅”", "Where the wall is, such as “control room”");
pub const PREFIX: Text = text("开头", "Begins with");
pub const BY: Text = text("创建人", "Made by");
pub const EXPIRES: Text = text("到期", "Expires");
pub const EXPIRES_DAY: Text = text("到期日（当天结束时失效）", "Expires at the end of");
pub const EXPIRES_NEVER: Text = text("不过期", "never");
pub const LAST_USED: Text = text("最近使用", "Last used");
pub const LAST_SEEN: Text = text("最近在线", "Last seen");
pub const ACTIVE: Text = text("有效", "active");
pub const EXPIRED: Text = text("已过期", "expired");
pub const REVOKED: Text = text("已撤销", "revoked");
pub const REVOKE: Text = text("撤销", "Revoke");
pub const REVOKE_OF: Text = text("撤销 {}", "Revoke {}");
pub const REVOKE_NOTE: Text = text("立即失效，不能恢复。", "It stops working at once and cannot be brought back.");
pub const REVOKE_YES: Text = text("确认撤销", "Yes, revoke");
pub const ADD_TOKEN: Text = text("添加令牌", "Add a token");
pub const TOKEN_SHOWN: Text = text(
    "请立即复制。令牌只显示这一次，之后谁也看不到。",
    "Copy it now. The token is shown only this once; nobody can see it later.",
);

pub const WALLS: Text = text("大屏链接", "Wall links");
pub const WALLS_NOTE: Text = text(
    "打开链接的屏幕无需登录，只能显示所选区域和版式，不能做任何其他事。",
    "A screen that opens the link needs no sign-in. It shows the chosen regions and layouts and can do nothing else.",
);
pub const NO_WALLS: Text = text("还没有大屏链接。", "There is no wall link yet.");
pub const LAYOUTS: Text = text("版式", "Layouts");
pub const LAYOUT_16X9: Text = text("16:9（1920 × 1080）", "16:9 (1920 × 1080)");
pub const LAYOUT_32X9: Text = text("32:9（3840 × 1080）", "32:9 (3840 × 1080)");
pub const ADD_WALL: Text = text("添加大屏链接", "Add a wall link");
pub const WALL_SHOWN: Text = text(
    "在大屏上打开此地址。知道地址的人都能看到该画面，请像密码一样保管。",
    "Open this address on the wall. Whoever knows it sees the picture: keep it like a password.",
);
pub const SHOW_ADDRESS: Text = text("显示地址", "Show the address");
pub const SHOW_ADDRESS_OF: Text = text("显示地址：{}", "Show the address: {}");
