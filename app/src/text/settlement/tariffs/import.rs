//! Words of the import of tariffs.

use crate::text::{Text, text};

pub const TOO_LARGE: Text = text(
    "文件过大；请在服务器上用命令 loadline tariff import 导入。",
    "The file is too large; import it on the server with the command loadline tariff import.",
);
pub const SHAPE: Text = text("文件格式有误：{}", "The file cannot be read: {}");
pub const FORMAT: Text = text("文件的 format 是“{}”，应为“{}”。", "The file's format is “{}”, expected “{}”.");
pub const TOO_MANY: Text =
    text("文件中的电价或日期过多，请分几次导入。", "The file holds too many tariffs or days; import it in parts.");
pub const TWICE: Text = text("文件中 {} 出现了两次。", "{} stands in the file twice.");
pub const BAD_TEXT: Text = text("文件中含有无法保存的字符。", "The file holds a character that cannot be stored.");
pub const BEYOND: Text = text(
    "文件要更改节假日、国家规则、碳排放因子或他人的电价，超出您的权限。",
    "The file would change holidays, national rules, carbon factors or tariffs that are not yours to change.",
);
pub const BAD_DAY: Text = text("文件中有无效的日期、名称或因子。", "A day, name or factor of the file cannot be taken.");
pub const BAD_RULES: Text = text("文件中的国家规则有误。", "The national rules of the file do not make sense.");
pub const UNSOUND: Text = text("文件不能写入：请先改正下列问题。", "The file cannot be applied: mend these first.");
pub const NOTHING_NEW: Text =
    text("与现有内容完全相同，无需写入。", "Everything of the file is there already; there is nothing to apply.");
pub const CALENDAR_DAY: Text = text("日历", "Calendar");
pub const RULES: Text = text("国家规则", "National rules");
pub const CARBON: Text = text("碳排放因子", "Carbon factor");
pub const ADDED: Text = text("新增", "new");
pub const CHANGED: Text = text("更改", "changed");
pub const UNCHANGED: Text = text("相同", "the same");
pub const NEW_VERSION: Text = text("新版本 {}", "new version {}");
pub const NEW_VERSION_REPLACES: Text = text("新版本 {}，替代 {}", "new version {}, replaces {}");
pub const SAME: Text = text("与版本 {} 相同", "the same as version {}");
pub const COVERED: Text = text("被文件中后面的版本覆盖", "covered by a later one of the file");
pub const FOREIGN: Text = text("不是您的电价", "not yours to change");
pub const KEPT: Text = text("文件中没有、保持不变：{}", "Not in the file and left as they are: {}");
pub const MORE: Text = text("还有 {} 处", "and {} more");
