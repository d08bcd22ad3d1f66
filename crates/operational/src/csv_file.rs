//! Reading a CSV file line by line, plain or gzip, in bounded memory whatever is in it.
//! A line that cannot be used is reported with its number; reading goes on behind it.

use std::collections::VecDeque;
use std::fmt;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use domain::FailureKind;
use flate2::read::MultiGzDecoder;

use crate::line_fault::{BadLine, LineFault};
use crate::os_cause::os_cause;

const BUFFER_BYTES: usize = 256 * 1024;
/// A longer line is not data.
const MAX_LINE_BYTES: usize = 64 * 1024;
/// A quoted field may hold line breaks, but not more than this.
const MAX_RECORD_LINES: usize = 16;
const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// Why a file is of no use as a whole; its `Display` is the English sentence.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    Open { path: PathBuf, cause: io::Error },
    CutOff { path: PathBuf },
    Read { path: PathBuf, cause: io::Error },
    Empty { path: PathBuf, expected: String },
    MissingColumns { path: PathBuf, missing: String, expected: String },
    DoubleColumn { path: PathBuf, column: String },
}

impl FileError {
    pub fn kind(&self) -> FailureKind {
        FailureKind::Operator
    }

    fn path(&self) -> &Path {
        match self {
            Self::Open { path, .. }
            | Self::CutOff { path }
            | Self::Read { path, .. }
            | Self::Empty { path, .. }
            | Self::MissingColumns { path, .. }
            | Self::DoubleColumn { path, .. } => path,
        }
    }

    /// What is wrong and what mends it, in Chinese and in English.
    pub fn sentence(&self) -> (String, String) {
        let path = self.path().display();
        match self {
            Self::Open { cause, .. } => {
                let (zh, en) = os_cause(cause);
                (
                    format!("文件 {path} 无法打开：{zh}。请检查路径和读取权限。"),
                    format!("{path} cannot be opened: {en}. Check the path and the right to read it."),
                )
            }
            Self::CutOff { .. } => (
                format!("文件 {path} 不完整：gzip 数据提前结束。请重新复制该文件。"),
                format!("{path} ends early: the gzip data is cut off. Copy the file again."),
            ),
            Self::Read { cause, .. } => {
                let (zh, en) = os_cause(cause);
                (
                    format!("文件 {path} 无法读到末尾：{zh}。请检查磁盘，或重新复制该文件。"),
                    format!("{path} cannot be read to its end: {en}. Check the disk or copy the file again."),
                )
            }
            Self::Empty { expected, .. } => (
                format!("文件 {path} 是空的，第一行应为含有这些列的表头：{expected}。"),
                format!("{path} is empty; the first line has to be a header with the columns {expected}."),
            ),
            Self::MissingColumns { missing, expected, .. } => (
                format!("文件 {path} 的表头缺少列：{missing}。必须有的列：{expected}。请改正第一行。"),
                format!(
                    "{path} lacks the column(s) {missing} in its header line; needed are {expected}. Correct the first line."
                ),
            ),
            Self::DoubleColumn { column, .. } => (
                format!("文件 {path} 的表头中列 {column} 出现了两次。请删除其中一列。"),
                format!("{path} names the column {column} twice in its header line. Remove one of the two."),
            ),
        }
    }
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence().1)
    }
}

/// A column by name, and whether a file may leave it out.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    pub name: &'static str,
    pub required: bool,
}

/// The fields of one line, in the order of the columns asked for.
#[derive(Debug, Default)]
pub struct Fields {
    pub line: u64,
    bytes: Vec<u8>,
    ends: Vec<usize>,
    picked: Vec<Option<usize>>,
}

impl Fields {
    fn clear(&mut self, line: u64) {
        self.line = line;
        self.bytes.clear();
        self.ends.clear();
    }

    fn at(&self, position: usize) -> Option<&[u8]> {
        let end = *self.ends.get(position)?;
        let start = if position == 0 { 0 } else { *self.ends.get(position - 1)? };
        self.bytes.get(start..end)
    }

    /// A field without the blanks around it; `None` when it is empty or the file has no such column.
    pub fn get(&self, column: usize) -> Option<&[u8]> {
        let field = self.at((*self.picked.get(column)?)?)?.trim_ascii();
        (!field.is_empty()).then_some(field)
    }

    pub fn bad(&self, fault: LineFault) -> BadLine {
        BadLine { line: self.line, fault }
    }

    /// Splits one record by RFC 4180. False when a quotation mark stays open.
    fn split(&mut self, record: &[u8]) -> bool {
        let mut quoted = false;
        let mut start_of_field = true;
        let mut bytes = record.iter().copied().peekable();
        while let Some(byte) = bytes.next() {
            match byte {
                b'"' if quoted && bytes.peek() == Some(&b'"') => {
                    self.bytes.push(b'"');
                    bytes.next();
                }
                b'"' if quoted => quoted = false,
                b'"' if start_of_field => quoted = true,
                b',' if !quoted => {
                    self.ends.push(self.bytes.len());
                    start_of_field = true;
                    continue;
                }
                other => self.bytes.push(other),
            }
            start_of_field = false;
        }
        self.ends.push(self.bytes.len());
        !quoted
    }
}

pub struct CsvFile {
    path: PathBuf,
    input: Box<dyn BufRead + Send>,
    /// Lines read ahead for a quoted field that never ended.
    ahead: VecDeque<Vec<u8>>,
    line_number: u64,
    field_count: usize,
    fields: Fields,
}

impl CsvFile {
    pub fn open(path: &Path, columns: &[Column]) -> Result<Self, FileError> {
        let open_error = |cause| FileError::Open { path: path.to_owned(), cause };
        let mut plain = BufReader::with_capacity(BUFFER_BYTES, File::open(path).map_err(open_error)?);
        let packed = plain.fill_buf().map_err(open_error)?.starts_with(&GZIP_MAGIC);
        let input: Box<dyn BufRead + Send> =
            if packed { Box::new(BufReader::with_capacity(BUFFER_BYTES, MultiGzDecoder::new(plain))) } else { Box::new(plain) };
        let mut file = Self {
            path: path.to_owned(),
            input,
            ahead: VecDeque::new(),
            line_number: 1,
            field_count: 0,
            fields: Fields::default(),
        };
        file.read_header(columns)?;
        Ok(file)
    }

    fn read_header(&mut self, columns: &[Column]) -> Result<(), FileError> {
        let names = |wanted: &mut dyn Iterator<Item = &Column>| wanted.map(|c| c.name).collect::<Vec<_>>().join(", ");
        let expected = names(&mut columns.iter().filter(|c| c.required));
        let Some(line) = self.raw_line()? else { return Err(FileError::Empty { path: self.path.clone(), expected }) };
        self.fields.clear(1);
        self.fields.split(line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&line));
        self.field_count = self.fields.ends.len();
        let header: Vec<String> = (0..self.field_count)
            .map(|position| String::from_utf8_lossy(self.fields.at(position).unwrap_or_default()).trim().to_ascii_lowercase())
            .collect();
        for column in columns {
            if header.iter().filter(|name| *name == column.name).count() > 1 {
                return Err(FileError::DoubleColumn { path: self.path.clone(), column: column.name.to_owned() });
            }
        }
        let place = |column: &Column| header.iter().position(|name| name == column.name);
        let missing = names(&mut columns.iter().filter(|c| c.required && place(c).is_none()));
        if !missing.is_empty() {
            return Err(FileError::MissingColumns { path: self.path.clone(), missing, expected });
        }
        self.fields.picked = columns.iter().map(place).collect();
        Ok(())
    }

    /// The next line that is not blank; `None` at the end of the file.
    pub fn next_line(&mut self) -> Result<Option<Result<&Fields, BadLine>>, FileError> {
        loop {
            let line = self.line_number;
            let Some(mut record) = self.raw_line()? else { return Ok(None) };
            if record.len() > MAX_LINE_BYTES {
                return Ok(Some(Err(BadLine { line, fault: LineFault::TooLong { most_bytes: MAX_LINE_BYTES } })));
            }
            if record.trim_ascii().is_empty() {
                continue;
            }
            if !self.complete(&mut record)? {
                return Ok(Some(Err(BadLine { line, fault: LineFault::OpenQuote })));
            }
            self.fields.clear(line);
            self.fields.split(&record);
            let found = self.fields.ends.len();
            if found != self.field_count {
                let fault = LineFault::FieldCount { found, header: self.field_count };
                return Ok(Some(Err(BadLine { line, fault })));
            }
            return Ok(Some(Ok(&self.fields)));
        }
    }

    /// Appends the following lines while a quotation mark is open; gives them back when it never closes.
    fn complete(&mut self, record: &mut Vec<u8>) -> Result<bool, FileError> {
        let mut more: VecDeque<Vec<u8>> = VecDeque::new();
        while record.iter().filter(|byte| **byte == b'"').count() % 2 == 1 {
            let too_long = more.len() >= MAX_RECORD_LINES || record.len() > MAX_LINE_BYTES;
            let next = if too_long { None } else { self.raw_line()? };
            let Some(line) = next else {
                self.line_number -= u64::try_from(more.len()).unwrap_or(0);
                more.append(&mut self.ahead);
                self.ahead = more;
                return Ok(false);
            };
            record.push(b'\n');
            record.extend_from_slice(&line);
            more.push_back(line);
        }
        Ok(true)
    }

    /// One line without its end, cut a little above the limit; the rest of a longer one is skipped.
    fn raw_line(&mut self) -> Result<Option<Vec<u8>>, FileError> {
        if let Some(line) = self.ahead.pop_front() {
            self.line_number += 1;
            return Ok(Some(line));
        }
        let mut line = Vec::new();
        let read = |input: &mut dyn BufRead, line: &mut Vec<u8>| input.take(MAX_LINE_BYTES as u64 + 1).read_until(b'\n', line);
        let mut taken = read(&mut self.input, &mut line).map_err(|cause| self.read_error(cause))?;
        if taken == 0 {
            return Ok(None);
        }
        while line.len() > MAX_LINE_BYTES && taken > 0 && !line.ends_with(b"\n") {
            line.truncate(MAX_LINE_BYTES + 1);
            let mut rest = Vec::new();
            taken = read(&mut self.input, &mut rest).map_err(|cause| self.read_error(cause))?;
            if rest.ends_with(b"\n") {
                break;
            }
        }
        while line.last().is_some_and(|byte| matches!(byte, b'\n' | b'\r')) {
            line.pop();
        }
        self.line_number += 1;
        Ok(Some(line))
    }

    fn read_error(&self, cause: io::Error) -> FileError {
        match cause.kind() {
            io::ErrorKind::UnexpectedEof => FileError::CutOff { path: self.path.clone() },
            _ => FileError::Read { path: self.path.clone(), cause },
        }
    }
}
