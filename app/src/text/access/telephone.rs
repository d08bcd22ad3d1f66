//! Words of the telephone block of a customer.

use crate::text::{Text, text};

pub const TELEPHONE: Text = text("电话", "Telephone");
pub const NOTE: Text = text("每次查看都会以您的名义写入审计记录。", "Each look goes into the audit record under your name.");
pub const SHOW: Text = text("查看电话", "Show the number");
pub const NUMBER: Text = text("此用户的电话", "Number of this customer");
pub const SHOWN: Text = text("已记录。此号码只显示这一次。", "Recorded. The number is shown only this once.");
pub const NONE: Text = text("来源系统中没有此用户的电话。", "The source has no number of this customer.");
