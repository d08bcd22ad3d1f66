//! Words of the list of people and of one person's form.

use crate::text::{Text, text};

pub const ADD_PERSON: Text = text("添加人员", "Add a person");
pub const FILTER: Text = text("名称或登录名", "Name or name to sign in with");
pub const LIST: Text = text("人员", "People");
pub const NO_MATCH: Text = text("没有与 “{}” 相符的人员。", "Nobody matches “{}”.");
pub const NOBODY: Text = text("还没有人员。", "There is nobody yet.");
pub const MOST: Text = text("只显示前 {} 人，请用筛选缩小范围", "Only the first {} are shown; use the filter");
pub const LAST_SEEN: Text = text("最近活动", "Last seen");

// State of an account
pub const ACTIVE: Text = text("可用", "active");
pub const DISABLED: Text = text("已停用", "disabled");
pub const INVITED: Text = text("尚无密码", "no password yet");
pub const MUST_CHANGE: Text = text("须更改密码", "must change password");
pub const YOU: Text = text("您自己", "you");

// Form
pub const PERSON: Text = text("人员", "Person");
pub const NAME_HINT: Text = text(
    "任何文字的字母、数字和 . _ - @，最多 64 个字符；以后不能更改",
    "Letters and digits of any script and . _ - @, at most 64; it cannot be changed later",
);
pub const DISPLAY_NAME_HINT: Text = text("最多 64 个字符", "At most 64 characters");
pub const PRESET: Text = text("权限", "Rights");
pub const LEVELS: Text = text("各范围的级别（仅用于“自定组合”）", "Level in each area (for “Own combination”)");
pub const DISABLE: Text = text("停用此账户", "Disable this account");
pub const DISABLE_NOTE: Text = text("不能再登录；当前的登录立即结束", "Cannot sign in any more; sessions end at once");
pub const AFTER_ADDING: Text = text(
    "添加后会显示一次性链接，对方用它设置自己的密码。",
    "After adding you get a one-time link with which the person sets a password.",
);
pub const OWN_ACCOUNT: Text =
    text("这是您自己的账户：您不能给自己更多权限。", "This is your own account: you cannot give yourself more rights.");
pub const BEYOND_YOU: Text =
    text("此人的权限或区域超出您自己的，您只能查看。", "This person has rights or regions beyond your own; you can only look.");

// Conflict
pub const CONFLICT: Text = text("并列比较", "Side by side");
pub const CONFLICT_NOTE: Text = text(
    "下面的表单保留了您填写的内容；再次保存会替换现有内容。",
    "The form below keeps what you entered; saving again replaces what stands now.",
);
pub const FIELD: Text = text("项目", "Field");
pub const NOW: Text = text("现有内容", "As it stands");
pub const ENTERED: Text = text("您填写的", "As you entered it");

// Actions
pub const LINK: Text = text("生成一次性链接", "Make a one-time link");
pub const LINK_NOTE: Text = text(
    "有效 24 小时，只能用一次；用它设置新密码后，旧密码失效。",
    "Good for 24 hours and one use; the old password stops working once a new one is set with it.",
);
pub const LINK_SHOWN: Text = text(
    "请把此链接交给 {}。它只显示这一次，有效 24 小时，只能用一次。",
    "Give this link to {}. It is shown only now, is good for 24 hours and works once.",
);
pub const END_SESSIONS: Text = text("结束此人的全部登录", "End all sessions of this person");
pub const REMOVE: Text = text("删除此人", "Remove this person");
pub const REMOVE_NOTE: Text = text(
    "账户与登录立即消失，审计记录保留。若可能再用，请改为停用。",
    "The account and its sessions are gone at once; the audit record stays. If it may be needed again, disable it instead.",
);
pub const REMOVE_YES: Text = text("确认删除", "Yes, remove");

// History
pub const HISTORY: Text = text("此账户的记录", "History of this account");
pub const NO_HISTORY: Text = text("没有记录。", "Nothing recorded.");
pub const WHOLE_HISTORY: Text = text("全部记录", "All entries");
