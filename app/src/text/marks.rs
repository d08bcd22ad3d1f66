//! Words of the marks beside a number.

use super::{Text, text};

pub const NO_DATA: Text = text("无数据", "no data");
pub const STALE: Text = text("滞后", "stale");
pub const PARTIAL: Text = text("不完整", "partial");
pub const ESTIMATED: Text = text("估算", "estimated");
pub const LIVE: Text = text("实时", "live");
pub const REVISED: Text = text("已修订", "revised");
pub const FINAL: Text = text("已定", "final");

pub const NO_DATA_WHY: Text = text("该时段没有收到读数", "no accepted reading in the period");
pub const STALE_WHY: Text = text("数据已旧", "the data is old");
pub const PARTIAL_WHY: Text = text("部分电表未上报", "some meters have not reported");
pub const ESTIMATED_WHY: Text = text("含估算电量", "holds estimated energy");
pub const LIVE_WHY: Text = text("时段未结束，数值仍会变化", "the period is still open; the number will change");
pub const REVISED_WHY: Text = text("时段结束后有修订", "changed after the period had closed");
pub const FINAL_WHY: Text = text("时段已结束，数据完整", "the period is closed and complete");
