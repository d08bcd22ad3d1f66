//! Names of the settlement pages.

use crate::text::{Text, text};

pub const SECTIONS: Text = text("结算各页", "Settlement pages");
pub const OVERVIEW: Text = text("总览", "Overview");
pub const STATEMENTS: Text = text("账单", "Statements");
pub const EXCEPTIONS: Text = text("异常", "Exceptions");
pub const DIFFERENCES: Text = text("退补", "Adjustments");
pub const CONTRACTS: Text = text("合同", "Contracts");
pub const TARIFFS: Text = text("电价", "Tariffs");
pub const CALENDAR: Text = text("日历与规则", "Calendar and rules");
pub const LOSS: Text = text("线损", "Losses");
pub const WHAT_IF: Text = text("测算", "What if");
