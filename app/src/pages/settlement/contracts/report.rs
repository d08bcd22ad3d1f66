//! What a file of contracts would change or has changed, as pages and programs tell it. Lists are cut, counts are not.

use domain::settlement::contract_check::ContractFault;
use domain::settlement::contract_file::FileFault;
use serde::{Deserialize, Serialize};

use crate::text::Lang;
use crate::text::settlement::contracts as words;

/// Lines of each kind that are told one by one.
pub const MOST_TOLD: usize = 500;

#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Report {
    pub is_dry_run: bool,
    /// All of it, or nothing while anything is refused.
    pub is_written: bool,
    pub added: usize,
    pub changed: usize,
    pub same: usize,
    pub refused: usize,
    pub warned: usize,
    pub added_lines: Vec<Told>,
    pub changed_lines: Vec<Told>,
    pub refused_lines: Vec<Told>,
    pub warned_lines: Vec<Told>,
}

/// One contract of the file.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Told {
    /// Line of a CSV file; in JSON, which entry it is.
    pub line: u64,
    pub user_id: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contract_id: Option<i64>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<Field>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<Reason>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Field {
    pub field: String,
    /// Of the terms.
    pub day: Option<String>,
    pub before: Option<String>,
    pub after: Option<String>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Reason {
    pub code: String,
    pub field: String,
    pub sentence: String,
    pub sentence_zh: String,
}

impl Reason {
    pub fn of(fault: &ContractFault) -> Self {
        Self {
            code: words::code(fault),
            field: fault.field().to_owned(),
            sentence: words::fault(fault, Lang::En),
            sentence_zh: words::fault(fault, Lang::Zh),
        }
    }

    pub fn of_file(fault: &FileFault) -> Self {
        let (code, field) = match fault {
            FileFault::Unreadable(_) => ("unreadable", ""),
            FileFault::NoColumn(column) => ("no_column", *column),
            FileFault::UnknownColumn(column) => ("unknown_column", column.as_str()),
            FileFault::Empty => ("empty", ""),
            FileFault::TooManyRows => ("too_many_rows", ""),
            FileFault::TooLarge => ("too_large", ""),
            FileFault::Cell { column, .. } => ("cell", column.as_str()),
            FileFault::Differs { column, .. } => ("differs", *column),
            FileFault::StartsOn => ("starts_on", "starts_on"),
        };
        Self {
            code: code.to_owned(),
            field: field.to_owned(),
            sentence: words::file_fault(fault, Lang::En),
            sentence_zh: words::file_fault(fault, Lang::Zh),
        }
    }

    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::Zh => &self.sentence_zh,
            Lang::En => &self.sentence,
        }
    }
}
