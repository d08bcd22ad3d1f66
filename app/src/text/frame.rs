//! Words of the line on top of every page and of the footer.

use super::{Text, text};

pub const SKIP: Text = text("跳到正文", "Skip to content");
pub const NAVIGATION: Text = text("主导航", "Main navigation");
pub const STREAM: Text = text("数据流", "Data stream");
pub const ALARMS: Text = text("告警", "Alarms");
pub const ALARMS_NOT_ENABLED: Text = text("告警 未启用", "Alarms not enabled");
pub const SETTLEMENT: Text = text("结算", "Settlement");
pub const SERVER_CLOCK: Text = text("服务器时钟", "Server clock");
pub const LANGUAGE: Text = text("语言", "Language");
pub const THEME: Text = text("主题", "Theme");
pub const THEME_GREY: Text = text("灰", "Grey");
pub const THEME_DARK: Text = text("深色", "Dark");
pub const PERSON_MENU: Text = text("我的菜单", "My menu");
pub const NAV_ACCOUNT: Text = text("我的账户", "My account");
pub const NAV_PEOPLE: Text = text("人员与权限", "People and rights");
pub const NAV_TENANTS: Text = text("租户与区域", "Tenants and regions");
pub const NAV_TOKENS: Text = text("令牌与大屏链接", "Tokens and wall links");
pub const NAV_AUDIT: Text = text("审计", "Audit");
pub const SIGN_OUT: Text = text("退出登录", "Sign out");
pub const SCOPE: Text =
    text("所见范围：{} 个区域。合计、占比与排名只计可见区域。", "You see {} regions. Totals, shares and ranks count only these.");
pub const SCOPE_OF_TENANT: Text = text(
    "所见范围：{}，{} 个区域。合计、占比与排名只计可见区域。",
    "You see {} with {} regions. Totals, shares and ranks count only these.",
);
pub const SCOPE_SHORT: Text = text("部分区域", "Some regions");
pub const VERSION: Text = text("版本 {}", "Version {}");
pub const POSITION: Text = text("日志位置 {}", "Log position {}");
pub const PROVEN: Text = text("数据核对一致于 {}", "Numbers proven equal at {}");

// Situations of the stream
pub const STATE_LIVE: Text = text("实时", "Live");
pub const STATE_DELAYED: Text = text("延迟 {}", "Delayed {}");
pub const STATE_STALE: Text = text("滞后 {}", "Stale {}");
pub const STATE_REPLAY: Text = text("回放 {}", "Replay {}");
pub const STATE_DISCONNECTED: Text = text("数据流中断，自 {} 起，正在重试", "Stream down since {}, retrying");
pub const STATE_STOPPED: Text = text("数据流停止，自 {} 起，等待处理", "Stream stopped at {}, waits for an operator");
pub const STATE_NO_NEW: Text = text("暂无新数据 {}", "No new data for {}");
pub const STATE_CATCHING_UP: Text = text("追数中，落后 {}", "Catching up, {} behind");
pub const STATE_CATCHING_UP_READY: Text = text("追数中，落后 {}，约 {}后完成", "Catching up, {} behind, ready in about {}");
pub const STATE_COPYING: Text = text("首次复制 {}", "First copy {}");
pub const STATE_STARTING: Text = text("正在启动", "Starting");
pub const BROWSER_DISCONNECTED: Text = text("数据流中断，自 {} 起，正在重试", "Stream down since {}, retrying");
