//! The tree of regions and their limits as CSV, and the check that it is a tree.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;

use domain::{Fixed2, LocalMs, RegionId, RegionRow};

use crate::csv_file::{Column, CsvFile, Fields, FileError};
use crate::line_fault::{BadLine, Expected, LineFault};
use crate::reading_file::text;

const ID: usize = 0;
const PARENT: usize = 1;
const NAME: usize = 2;
const LIMIT: usize = 3;
const FROM: usize = 4;
const COLUMNS: [Column; 5] = [
    Column { name: "region_id", required: true },
    Column { name: "parent_id", required: true },
    Column { name: "region_name", required: true },
    Column { name: "limit_kw", required: true },
    Column { name: "valid_from", required: false },
];
/// Valid from ever, unless the file says otherwise: the default of the table too.
const DEFAULT_FROM: &[u8] = b"2000-01-01";
/// What decimal(14,2) cannot hold, in hundredths.
const DECIMAL_14_2_END: i64 = 100_000_000_000_000;
/// A profile is a table of regions, not of meters.
const MAX_REGIONS: usize = 100_000;

/// Why a profile is not imported; its `Display` is the English sentence.
#[derive(Debug, thiserror::Error)]
pub enum RegionProblem {
    File(#[from] FileError),
    Lines(Vec<BadLine>),
}

impl RegionProblem {
    pub fn kind(&self) -> domain::FailureKind {
        domain::FailureKind::Operator
    }

    /// What is wrong and what mends it, in Chinese and in English.
    pub fn sentence(&self) -> (String, String) {
        match self {
            Self::File(error) => error.sentence(),
            Self::Lines(lines) => {
                let count = lines.len();
                let first = lines.first().map(|bad| (bad.line, bad.fault.sentence()));
                let (zh, en) = first.map_or_else(Default::default, |(line, (zh, en))| {
                    (format!("第一处在第 {line} 行：{zh}。"), format!(" The first is line {line}: {en}."))
                });
                (
                    format!("没有导入任何区域：文件中有 {count} 行有误。{zh}请改正后再次导入。"),
                    format!("Nothing was imported: {count} line(s) are wrong.{en} Correct the file and import it again."),
                )
            }
        }
    }
}

impl fmt::Display for RegionProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence().1)
    }
}

/// Reads and checks a profile against what is already known; all of it is good, or none is used.
pub fn read_regions(path: &Path, known: &[RegionRow]) -> Result<Vec<RegionRow>, RegionProblem> {
    let mut csv = CsvFile::open(path, &COLUMNS)?;
    let mut lines: Vec<(u64, RegionRow)> = Vec::new();
    let mut bad: Vec<BadLine> = Vec::new();
    let mut keys: BTreeMap<(RegionId, LocalMs), u64> = BTreeMap::new();
    while let Some(fields) = csv.next_line()? {
        let row = fields.and_then(|fields| region(fields).map(|row| (fields.line, row)).map_err(|fault| fields.bad(fault)));
        match row {
            Err(line) => bad.push(line),
            Ok((line, row)) => match keys.insert((row.region_id, row.valid_from), line) {
                Some(first) => bad.push(BadLine { line, fault: LineFault::SameKey { region: row.region_id, first_line: first } }),
                None => lines.push((line, row)),
            },
        }
        if lines.len() > MAX_REGIONS {
            let line = lines.last().map_or(0, |(line, _)| *line);
            bad.push(BadLine { line, fault: LineFault::TooManyRegions { most: MAX_REGIONS } });
            break;
        }
    }
    bad.extend(not_a_tree(&lines, known));
    if bad.is_empty() { Ok(lines.into_iter().map(|(_, row)| row).collect()) } else { Err(RegionProblem::Lines(bad)) }
}

fn region(fields: &Fields) -> Result<RegionRow, LineFault> {
    let region_id = whole(fields, ID)?.ok_or(LineFault::Empty { column: COLUMNS[ID].name })?;
    let limit_kw = match fields.get(LIMIT) {
        None => None,
        Some(field) => match Fixed2::parse(field) {
            Some(limit) if limit.0 > 0 && limit.0 < DECIMAL_14_2_END => Some(limit),
            _ => return Err(LineFault::unusable("limit_kw", field, Expected::Load)),
        },
    };
    let from = fields.get(FROM).unwrap_or(DEFAULT_FROM);
    let valid_from = LocalMs::parse(from).ok_or_else(|| LineFault::unusable("valid_from", from, Expected::Date))?;
    Ok(RegionRow {
        region_id,
        parent_id: whole(fields, PARENT)?,
        region_name: text(fields, NAME, &COLUMNS)?,
        limit_kw,
        valid_from,
    })
}

fn whole(fields: &Fields, column: usize) -> Result<Option<RegionId>, LineFault> {
    let Some(field) = fields.get(column) else { return Ok(None) };
    match std::str::from_utf8(field).ok().and_then(|text| text.parse().ok()) {
        Some(value) => Ok(Some(value)),
        None => Err(LineFault::unusable(COLUMNS[column].name, field, Expected::WholeNumber)),
    }
}

/// Lines whose parent does not exist, or whose way up comes back to itself, at any date of the profile.
fn not_a_tree(lines: &[(u64, RegionRow)], known: &[RegionRow]) -> Vec<BadLine> {
    let new_keys: BTreeSet<_> = lines.iter().map(|(_, row)| (row.region_id, row.valid_from)).collect();
    let kept = known.iter().filter(|row| !new_keys.contains(&(row.region_id, row.valid_from)));
    let mut rows: Vec<&RegionRow> = kept.chain(lines.iter().map(|(_, row)| row)).collect();
    rows.sort_by_key(|row| row.valid_from);
    let ids: BTreeSet<RegionId> = rows.iter().map(|row| row.region_id).collect();
    let mut bad: BTreeMap<u64, LineFault> = BTreeMap::new();
    for (line, row) in lines {
        if let Some(parent) = row.parent_id.filter(|parent| !ids.contains(parent)) {
            bad.insert(*line, LineFault::NoParent { parent, region: row.region_id });
        }
    }
    let dates: BTreeSet<LocalMs> = rows.iter().map(|row| row.valid_from).collect();
    for date in dates {
        let parents: BTreeMap<RegionId, RegionId> =
            rows.iter().take_while(|row| row.valid_from <= date).fold(BTreeMap::new(), |mut tree, row| {
                match row.parent_id {
                    Some(parent) => tree.insert(row.region_id, parent),
                    None => tree.remove(&row.region_id),
                };
                tree
            });
        let in_force =
            lines.iter().filter(|(_, row)| row.valid_from <= date && row.parent_id == parents.get(&row.region_id).copied());
        for (line, row) in in_force.filter(|(_, row)| comes_back(row.region_id, &parents)) {
            bad.entry(*line).or_insert_with(|| LineFault::OwnAncestor { region: row.region_id });
        }
    }
    bad.into_iter().map(|(line, fault)| BadLine { line, fault }).collect()
}

fn comes_back(start: RegionId, parents: &BTreeMap<RegionId, RegionId>) -> bool {
    let mut seen = BTreeSet::new();
    let mut region = start;
    while let Some(&parent) = parents.get(&region) {
        if parent == start {
            return true;
        }
        if !seen.insert(parent) {
            return false;
        }
        region = parent;
    }
    false
}
