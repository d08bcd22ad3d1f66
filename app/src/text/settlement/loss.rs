//! Words of 区域线损.

use crate::text::{Text, text};

pub const TITLE: Text = text("区域线损 {}", "Losses by region {}");
pub const INTRO: Text = text(
    "线损 = 供入电量 − 区域内用户电量之和。供入电表不计入用户电量；上级区域包含其下级区域的用户。",
    "Loss = energy fed in − sum of the customers'. The supply meter is left out of the sum; a region holds the customers of those below it.",
);
pub const METER: Text = text("供入电表", "Supply meter");
pub const SUPPLY: Text = text("供入 kWh", "Fed in kWh");
pub const USERS: Text = text("用户电量 kWh", "Customers kWh");
pub const USERS_COUNT: Text = text("户数", "Customers");
pub const LOSS: Text = text("线损 kWh", "Loss kWh");
pub const RATE: Text = text("线损率", "Loss %");
pub const NO_METER: Text = text("未设置", "Not set");
pub const NO_READING: Text = text("本月无读数", "No readings in the month");
pub const BY_REPORT: Text = text("按上报时刻", "By report time");
pub const BY_REPORT_NOTE: Text =
    text("{} kWh 来自无合同的用户，按上报时刻计入月份", "{} kWh of customers without a contract, by report time");
pub const NEGATIVE: Text =
    text("用户电量大于供入：核对供入电表或用户归属", "More used than fed in: check the meter, or whose customers they are");
pub const SET: Text = text("设置供入电表", "Set a supply meter");
pub const SET_NOTE: Text = text(
    "供入电表是一个户号，它的读数就是区域的供入电量。户号留空即取消。",
    "The meter is an account number whose readings are what is fed in. Leave it empty to remove the meter.",
);
pub const SAVE: Text = text("保存", "Save");
pub const NOTHING: Text = text("{} 没有电量。", "No energy in {}.");
pub const UNFINISHED: Text = text("月份未结束", "The month is not over");
