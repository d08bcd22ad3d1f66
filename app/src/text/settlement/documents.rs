//! Words of the files of statements.

use crate::text::{Text, text};

pub const REGION_NUMBER: Text = text("编号 {}", "no. {}");
pub const NUMBER: Text = text("账单号 {} · 第 {} 版 · {}", "No. {} · version {} · {}");
pub const PAGE_OF: Text = text("第 {} 页，共 {} 页", "Page {} of {}");
pub const HASH: Text = text("内容哈希 SHA-256", "Content hash SHA-256");
pub const BANNER_DRAFT: Text = text("草稿：未经审核，不作付款依据", "DRAFT: not checked, no basis of payment");
pub const BANNER_CHECKED: Text = text("草稿：已审核，尚未冻结", "DRAFT: checked, not frozen yet");
pub const BANNER_VOID: Text = text("作废", "VOID");

// spreadsheets
pub const SHEET_STATEMENTS: Text = text("账单", "Statements");
pub const SHEET_LINES: Text = text("明细", "Lines");
/// Of the sheet of statements, in order.
pub const STATEMENT_COLUMNS: [Text; 17] = [
    text("账单号", "Statement"),
    text("账单月", "Month"),
    text("版本", "Version"),
    text("状态", "State"),
    text("合同", "Contract"),
    text("户号", "Account no."),
    text("用户", "Customer"),
    text("用电类别", "Usage"),
    text("区域", "Region"),
    text("起始日", "First day"),
    text("截止日", "Last day"),
    text("电量 kWh", "Energy kWh"),
    text("估算 kWh", "Estimated kWh"),
    text("金额 元", "Amount yuan"),
    text("其中退补 元", "Adjustments in it yuan"),
    text("碳排放 kgCO₂", "Carbon kgCO₂"),
    text("内容哈希 SHA-256", "Content hash SHA-256"),
];
/// Of the sheet of lines, in order.
pub const LINE_COLUMNS: [Text; 17] = [
    text("账单号", "Statement"),
    text("户号", "Account no."),
    text("用户", "Customer"),
    text("行", "Line"),
    text("项目", "Item"),
    text("时段", "Band"),
    text("档", "Tier"),
    text("构成", "Component"),
    text("名称", "Name"),
    text("数量", "Quantity"),
    text("单位", "Unit"),
    text("单价 元", "Price yuan"),
    text("金额 元", "Amount yuan"),
    text("估算 kWh", "Estimated kWh"),
    text("条款", "Clause"),
    text("依据", "Notice"),
    text("账单月", "Month"),
];
pub const TOO_MANY: Text = text(
    "这个月的账单超过一个表格文件的行数，请按区域下载或使用 CSV",
    "fewer statements than a workbook has rows: narrow by region, or take the CSV",
);
