//! Why a line of a file cannot be used, in Chinese and in English.

use std::fmt;

use domain::RegionId;

/// A value is shown up to this length.
const SHOWN_CHARACTERS: usize = 40;

/// A line that was skipped.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BadLine {
    pub line: u64,
    pub fault: LineFault,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LineFault {
    TooLong { most_bytes: usize },
    OpenQuote,
    FieldCount { found: usize, header: usize },
    Empty { column: &'static str },
    NotText { column: &'static str },
    Unusable { column: &'static str, value: String, expected: Expected },
    SameKey { region: RegionId, first_line: u64 },
    TooManyRegions { most: usize },
    NoParent { parent: RegionId, region: RegionId },
    OwnAncestor { region: RegionId },
}

/// What a column takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Expected {
    WholeNumber,
    Decimal,
    /// An amount that decimal(10,2) can hold.
    SmallDecimal,
    Time,
    Date,
    Load,
}

impl Expected {
    /// As part of a sentence, in Chinese and in English.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::WholeNumber => ("整数", "a whole number"),
            Self::Decimal => ("十进制数，如 12.50", "a decimal number such as 12.50"),
            Self::SmallDecimal => ("小于 100000000 的数", "a number below 100000000"),
            Self::Time => ("时间，如 2016-01-11 00:15:00.000", "a time such as 2016-01-11 00:15:00.000"),
            Self::Date => ("日期，如 2026-01-01", "a date such as 2026-01-01"),
            Self::Load => ("大于 0 的负荷（kW）", "a load in kW above 0"),
        }
    }
}

impl LineFault {
    /// A value as it stands in the file, cut to a readable length.
    pub(crate) fn unusable(column: &'static str, field: &[u8], expected: Expected) -> Self {
        let value: String = String::from_utf8_lossy(field).chars().take(SHOWN_CHARACTERS).collect();
        Self::Unusable { column, value: value.escape_debug().to_string(), expected }
    }

    /// What is wrong and what is expected, in Chinese and in English.
    pub fn sentence(&self) -> (String, String) {
        match self {
            Self::TooLong { most_bytes } => (
                format!("这一行超过 {most_bytes} 字节，不是数据；请检查换行符"),
                format!("the line is longer than {most_bytes} bytes, which is no data; check the line breaks"),
            ),
            Self::OpenQuote => {
                ("引号没有配对；请补上缺少的引号".into(), "a quotation mark is never closed; add the missing one".into())
            }
            Self::FieldCount { found, header } => (
                format!("有 {found} 个字段，而表头有 {header} 个；含逗号的字段须加引号"),
                format!("{found} fields, the header has {header}; a field with a comma needs quotation marks"),
            ),
            Self::Empty { column } => {
                (format!("{column} 为空，这一列必须有值"), format!("{column} is empty; this column needs a value"))
            }
            Self::NotText { column } => (
                format!("{column} 不是 UTF-8 文本；请把文件另存为 UTF-8"),
                format!("{column} is not UTF-8 text; save the file as UTF-8"),
            ),
            Self::Unusable { column, value, expected } => {
                let (zh, en) = expected.words();
                (format!("{column} 的值为“{value}”，应为{zh}"), format!("{column} is '{value}', expected {en}"))
            }
            Self::SameKey { region, first_line } => (
                format!("区域 {region} 的同一生效日期已在第 {first_line} 行出现；请只保留一行"),
                format!("region {region} and date as in line {first_line}; keep one of the two"),
            ),
            Self::TooManyRegions { most } => (
                format!("区域超过 {most} 个；请检查这是否为区域档案文件"),
                format!("more than {most} regions; check that this is a file of regions"),
            ),
            Self::NoParent { parent, region } => (
                format!("区域 {region} 的上级 parent_id {parent} 不存在；请补上该区域，或改正上级"),
                format!("parent_id {parent} of region {region} is no region; add that region or correct the parent"),
            ),
            Self::OwnAncestor { region } => (
                format!("区域 {region} 成了自己的上级；请改正 parent_id，使上级不成环"),
                format!("region {region} is its own ancestor; correct parent_id so that the way up ends"),
            ),
        }
    }
}

impl fmt::Display for LineFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence().1)
    }
}
