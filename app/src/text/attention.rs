//! Words of the block "needs attention".

use super::{Text, text};

pub const OVER_LIMIT: Text = text("{} 越限：负载率 {}，限额 {}", "{} over limit: loading {}, limit {}");
pub const HEAVY: Text = text("{} 重载：负载率 {}，限额 {}", "{} heavy: loading {}, limit {}");
pub const SILENT: Text = text("{} 失联：超过 30 分钟无读数", "{} silent: no reading for more than 30 minutes");
pub const PARTIAL: Text = text("{} 不完整：采集完整率 {}", "{} partial: completeness {}");
pub const JUMP_UP: Text = text("{} 负荷 15 分钟内上升 {}", "{} load rose by {} in 15 minutes");
pub const JUMP_DOWN: Text = text("{} 负荷 15 分钟内下降 {}", "{} load fell by {} in 15 minutes");
pub const DEAD_LETTERS: Text = text("本小时新增死信 {} 条", "{} dead letters since the hour");
pub const LATE_ROWS: Text = text("本小时迟到数据 {} 条", "{} late rows since the hour");
pub const POSITION_LAG: Text = text("日志积压 {}，{}", "Log lag {}, {}");
/// On the wall, where a line holds about twenty letters.
pub const OVER_LIMIT_SHORT: Text = text("{} 越限 {}", "{} over limit {}");
pub const HEAVY_SHORT: Text = text("{} 重载 {}", "{} heavy {}");
pub const SILENT_SHORT: Text = text("{} 失联 30 分钟以上", "{} silent over 30 min");
pub const PARTIAL_SHORT: Text = text("{} 不完整 {}", "{} partial {}");
pub const JUMP_SHORT: Text = text("{} 15 分钟内 {}", "{} {} in 15 min");
pub const STREAM_SHORT: Text = text("数据流中断", "Stream down");
pub const SINCE: Text = text("自 {}", "since {}");
pub const NOW: Text = text("当前", "now");
pub const ALARMS: Text = text("告警规则", "Alarm rules");
pub const ALL_WELL: Text = text("✓ 无异常", "✓ Nothing abnormal");
pub const CHECKED_AT: Text = text("检查于 {}", "checked at {}");
pub const MORE: Text = text("另有 {} 项", "{} more");
