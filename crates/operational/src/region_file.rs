//! The tree of regions and their limits as CSV, and the check that it is a tree.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use domain::{Fixed2, LocalMs, RegionId, RegionRow};

use crate::csv_file::{BadLine, Column, CsvFile, Fields, FileError};
use crate::reading_file::{text, unusable};

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

#[derive(Debug, thiserror::Error)]
pub enum RegionProblem {
    #[error(transparent)]
    File(#[from] FileError),
    #[error("nothing was imported: {} line(s) are wrong; line {}: {}", .0.len(), .0.first().map_or(0, |bad| bad.line), .0.first().map_or("", |bad| &bad.reason))]
    Lines(Vec<BadLine>),
}

impl RegionProblem {
    pub fn kind(&self) -> domain::FailureKind {
        domain::FailureKind::Operator
    }
}

/// Reads and checks a profile against what is already known; all of it is good, or none is used.
pub fn read_regions(path: &Path, known: &[RegionRow]) -> Result<Vec<RegionRow>, RegionProblem> {
    let mut csv = CsvFile::open(path, &COLUMNS)?;
    let mut lines: Vec<(u64, RegionRow)> = Vec::new();
    let mut bad: Vec<BadLine> = Vec::new();
    let mut keys: BTreeMap<(RegionId, LocalMs), u64> = BTreeMap::new();
    while let Some(fields) = csv.next_line()? {
        let row = fields.and_then(|fields| region(fields).map(|row| (fields.line, row)).map_err(|reason| fields.bad(reason)));
        match row {
            Err(line) => bad.push(line),
            Ok((line, row)) => match keys.insert((row.region_id, row.valid_from), line) {
                Some(first) => {
                    bad.push(BadLine { line, reason: format!("region {} and date as in line {first}", row.region_id) })
                }
                None => lines.push((line, row)),
            },
        }
        if lines.len() > MAX_REGIONS {
            bad.push(BadLine { line: 0, reason: format!("more than {MAX_REGIONS} regions") });
            break;
        }
    }
    bad.extend(not_a_tree(&lines, known));
    if bad.is_empty() { Ok(lines.into_iter().map(|(_, row)| row).collect()) } else { Err(RegionProblem::Lines(bad)) }
}

fn region(fields: &Fields) -> Result<RegionRow, String> {
    let region_id = whole(fields, ID)?.ok_or("region_id is empty")?;
    let limit_kw = match fields.get(LIMIT) {
        None => None,
        Some(field) => match Fixed2::parse(field) {
            Some(limit) if limit.0 > 0 && limit.0 < DECIMAL_14_2_END => Some(limit),
            _ => return Err(unusable("limit_kw", field, "a load in kW above 0")),
        },
    };
    let from = fields.get(FROM).unwrap_or(DEFAULT_FROM);
    let valid_from = LocalMs::parse(from).ok_or_else(|| unusable("valid_from", from, "a date such as 2026-01-01"))?;
    Ok(RegionRow {
        region_id,
        parent_id: whole(fields, PARENT)?,
        region_name: text(fields, NAME, &COLUMNS)?,
        limit_kw,
        valid_from,
    })
}

fn whole(fields: &Fields, column: usize) -> Result<Option<RegionId>, String> {
    let Some(field) = fields.get(column) else { return Ok(None) };
    match std::str::from_utf8(field).ok().and_then(|text| text.parse().ok()) {
        Some(value) => Ok(Some(value)),
        None => Err(unusable(COLUMNS[column].name, field, "a whole number")),
    }
}

/// Lines whose parent does not exist, or whose way up comes back to itself, at any date of the profile.
fn not_a_tree(lines: &[(u64, RegionRow)], known: &[RegionRow]) -> Vec<BadLine> {
    let new_keys: BTreeSet<_> = lines.iter().map(|(_, row)| (row.region_id, row.valid_from)).collect();
    let kept = known.iter().filter(|row| !new_keys.contains(&(row.region_id, row.valid_from)));
    let mut rows: Vec<&RegionRow> = kept.chain(lines.iter().map(|(_, row)| row)).collect();
    rows.sort_by_key(|row| row.valid_from);
    let ids: BTreeSet<RegionId> = rows.iter().map(|row| row.region_id).collect();
    let mut bad: BTreeMap<u64, String> = BTreeMap::new();
    for (line, row) in lines {
        if let Some(parent) = row.parent_id.filter(|parent| !ids.contains(parent)) {
            bad.insert(*line, format!("parent_id {parent} of region {} is no region", row.region_id));
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
            bad.entry(*line).or_insert_with(|| format!("region {} is its own ancestor", row.region_id));
        }
    }
    bad.into_iter().map(|(line, reason)| BadLine { line, reason }).collect()
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
