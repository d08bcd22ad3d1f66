//! Words of the login page, of the one-time link and of one's own account.

use crate::text::{Text, text};

// Login
pub const LOGIN: Text = text("登录", "Sign in");
pub const SIGN_IN: Text = text("登录", "Sign in");
pub const FIRST_ACCOUNT: Text = text("还没有账户？在服务器上运行：", "No account yet? Run this on the server:");
pub const FIRST_ACCOUNT_COMMAND: &str = "loadline user add --name NAME --preset admin";
pub const ASK_ADMINISTRATOR: Text =
    text("忘记密码？请向管理员索取一次性链接。", "Password forgotten? Ask an administrator for a one-time link.");
pub const ALREADY: Text = text("您已以 {} 的身份登录。", "You are signed in as {}.");

// One-time link
pub const WELCOME: Text = text("设置密码", "Set a password");
pub const WELCOME_FOR: Text = text("此链接属于 {}（登录名 {}）。", "This link is for {} (signs in as {}).");
pub const WELCOME_ONCE: Text =
    text("链接只能使用一次。设置密码后即登录。", "The link works once. With the new password you are signed in.");
pub const WELCOME_BUTTON: Text = text("设置密码并登录", "Set the password and sign in");
pub const LINK_DEAD: Text = text("此链接已使用、已过期或不完整。", "This link was used, has expired or is not complete.");
pub const LINK_DEAD_NEXT: Text = text(
    "请联系管理员，在“人员与权限”页面为您生成新的链接；如果没有管理员，请在服务器上运行：",
    "Ask an administrator to make a new one on the page “People and rights”. If there is none, run this on the server:",
);
pub const LINK_COMMAND: &str = "loadline user link --name NAME";

// Passwords
pub const NEW_PASSWORD: Text = text("新密码", "New password");
pub const REPEAT_PASSWORD: Text = text("再输入一次新密码", "New password again");
pub const CURRENT_PASSWORD: Text = text("当前密码", "Current password");
pub const PASSWORD_RULES: Text = text(
    "12 到 256 个字符，任何字符都可以，包括空格和汉字。容易猜到的会被拒绝：几个互不相关的词比符号更好。",
    "12 to 256 characters of any kind, blanks too. What is easily guessed is refused: several unrelated words are better than signs.",
);
pub const CHANGE_PASSWORD: Text = text("修改密码", "Change password");
pub const CHANGE_ENDS_OTHERS: Text = text("修改后，您在其他地方的登录会被结束。", "Your sessions elsewhere end with the change.");
pub const MUST_CHANGE: Text = text(
    "您的密码由别人设置，别人可能知道它。请先设置只有您自己知道的密码，然后才能继续。",
    "Somebody else set your password and may know it. Choose one that only you know; everything else waits until then.",
);

// My account
pub const WHO: Text = text("我是谁", "Who I am");
pub const MY_RIGHTS: Text = text("我可以做什么", "What I may do");
pub const ALL_OF_INSTALLATION: Text = text("整个系统的全部区域", "All regions of the installation");
pub const TOKEN: Text = text("API 令牌", "API token");
pub const CLAIM: Text = text("签名声明（JWT）", "Signed claim (JWT)");
pub const SIGNED_IN_BY: Text = text("身份来源", "Known by");

// Language and theme
pub const PREFERENCES: Text = text("语言与主题", "Language and theme");
pub const PREFERENCES_NOTE: Text =
    text("随账户保存，在任何电脑上登录后都有效。", "Kept with the account: the same on every computer you sign in on.");
pub const LANGUAGE: Text = text("语言", "Language");
pub const THEME: Text = text("主题", "Theme");

// Sessions
pub const SESSIONS: Text = text("我的登录", "My sessions");
pub const THIS_ONE: Text = text("当前", "this one");
pub const SINCE: Text = text("登录时间", "Since");
pub const LAST_SEEN: Text = text("最近活动", "Last seen");
pub const BROWSER: Text = text("浏览器", "Browser");
pub const UNKNOWN_BROWSER: Text = text("未知", "unknown");
pub const END: Text = text("结束", "End");
pub const END_OF: Text = text("结束 {} 的登录", "End the session of {}");
pub const END_OTHERS: Text = text("结束其他所有登录", "End all others");
pub const NO_OTHERS: Text = text("没有其他登录。", "There are no other sessions.");
