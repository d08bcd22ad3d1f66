//! Files of users, readings and regions: any order of columns, plain or gzip, whole or damaged.

use std::io::Write;
use std::path::PathBuf;

use domain::{Cell, Fixed2, LocalMs, ReadingRow, RegionRow};
use flate2::Compression;
use flate2::write::GzEncoder;
use operational::{BadLine, FileError, LineFault, ReadingFile, RegionProblem, UserFile, read_regions};
use proptest::prelude::*;
use tempfile::TempDir;

const HEADER: &str = "consumption_id,user_id,consumption_amount,consumption_cost,consumption_date";

fn file(content: impl AsRef<[u8]>) -> (TempDir, PathBuf) {
    let dir = tempfile::tempdir().expect("it works");
    let path = dir.path().join("file.csv");
    std::fs::write(&path, content).expect("it works");
    (dir, path)
}

fn gzip(content: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(content.as_bytes()).expect("it works");
    encoder.finish().expect("it works")
}

fn readings(content: impl AsRef<[u8]>) -> Result<(Vec<ReadingRow>, Vec<BadLine>), FileError> {
    let (_dir, path) = file(content);
    let mut file = ReadingFile::open(&path)?;
    let (mut rows, mut bad) = (Vec::new(), Vec::new());
    while let Some(line) = file.next_line()? {
        match line {
            Ok(row) => rows.push(row),
            Err(line) => bad.push(line),
        }
    }
    Ok((rows, bad))
}

#[test]
fn columns_are_found_by_name_in_any_order() {
    let (rows, bad) = readings(
        "\u{feff}remark,Consumption_Date,consumption_cost,ignored,user_id,consumption_id,consumption_amount\r\n\
         \"a, \"\"b\"\"\nc\",2016-01-11 00:15:00.5,14.01,x,7,1,17.46\r\n",
    )
    .unwrap();
    assert!(bad.is_empty());
    let expected = ReadingRow {
        consumption_id: Some(1),
        user_id: Some(7),
        amount_kwh: Cell::Value(Fixed2(1746)),
        cost_yuan: Cell::Value(Fixed2(1401)),
        date: Cell::Value(LocalMs::parse(b"2016-01-11 00:15:00.500").unwrap()),
        remark: Some("a, \"b\"\nc".into()),
        ..ReadingRow::default()
    };
    assert_eq!(rows, [expected]);
}

#[test]
fn empty_fields_are_null_and_nan_stays() {
    let (rows, bad) = readings(format!("{HEADER}\n1,,NaN,,infinity\n")).unwrap();
    assert!(bad.is_empty());
    assert_eq!((rows[0].user_id, &rows[0].amount_kwh, &rows[0].cost_yuan), (None, &Cell::NotFinite("NaN".into()), &Cell::Null));
    assert_eq!(rows[0].date, Cell::NotFinite("infinity".into()));
}

#[test]
fn malformed_lines_are_told_with_number_and_reason_and_the_rest_is_read() {
    let good = "2,1,1.00,1.00,2016-01-11 00:15:00";
    let lines = [
        HEADER,
        ",1,1,1,2016-01-11 00:15:00",
        "x,1,1,1,2016-01-11 00:15:00",
        good,
        "3,1,1,1",
        "4,1,1e5,1,2016-01-11 00:15:00",
        "5,1,1,1,yesterday",
        "6,1,100000000,1,2016-01-11 00:15:00",
        "",
        "7,1,\"1,1,2016-01-11 00:15:00",
        good,
    ];
    let (rows, bad) = readings(lines.join("\n")).unwrap();
    assert_eq!(rows.len(), 2);
    let told: Vec<(u64, String)> = bad.iter().map(|bad| (bad.line, bad.fault.to_string())).collect();
    let expected = [
        (2, "consumption_id is empty; this column needs a value"),
        (3, "consumption_id is 'x', expected a whole number"),
        (5, "4 fields, the header has 5; a field with a comma needs quotation marks"),
        (6, "consumption_amount is '1e5', expected a decimal number such as 12.50"),
        (7, "consumption_date is 'yesterday', expected a time such as 2016-01-11 00:15:00.000"),
        (8, "consumption_amount is '100000000', expected a number below 100000000"),
        (10, "a quotation mark is never closed; add the missing one"),
    ];
    assert_eq!(told, expected.map(|(line, sentence)| (line, sentence.to_owned())));
    assert_eq!(bad[1].fault.sentence().0, "consumption_id 的值为“x”，应为整数");
}

#[test]
fn a_line_without_end_neither_fills_memory_nor_hides_what_follows() {
    let content = format!("{HEADER}\n{}\n2,1,1.00,1.00,2016-01-11 00:15:00\n", "9".repeat(5_000_000));
    let (rows, bad) = readings(content).unwrap();
    assert_eq!((rows.len(), bad.len(), bad[0].line), (1, 1, 2));
}

#[test]
fn gzip_is_recognised_by_content() {
    let (rows, _) = readings(gzip(&format!("{HEADER}\n2,1,1.00,1.00,2016-01-11 00:15:00\n"))).unwrap();
    assert_eq!(rows.len(), 1);
}

#[test]
fn a_gzip_that_ends_early_is_one_sentence() {
    let mut content = format!("{HEADER}\n");
    for id in 0..2_000 {
        content.push_str(&format!("{id},{},1.{:02},1.00,2016-01-11 00:15:00\n", id * 7919 % 1013, id % 100));
    }
    let packed = gzip(&content);
    for cut in [packed.len() - 4, packed.len() / 2, 15] {
        let error = readings(&packed[..cut]).unwrap_err();
        assert!(matches!(error, FileError::CutOff { .. }), "{cut}: {error}");
        assert!(error.to_string().contains("ends early"));
    }
    let mut damaged = packed.clone();
    for byte in &mut damaged[100..200] {
        *byte ^= 0x55;
    }
    assert!(readings(damaged).is_err());
}

#[test]
fn a_header_without_what_is_needed_is_one_sentence() {
    let error = readings("consumption_id,user_id,amount,consumption_cost,date\n").unwrap_err().to_string();
    assert!(error.contains("consumption_amount, consumption_date"), "{error}");
    assert!(matches!(readings(""), Err(FileError::Empty { .. })));
    assert!(matches!(readings(format!("{HEADER},user_id\n")), Err(FileError::DoubleColumn { .. })));
    let missing = ReadingFile::open("/nowhere/at/all.csv".as_ref());
    assert!(matches!(missing, Err(FileError::Open { .. })));
}

#[test]
fn users_may_lack_address_phone_and_times() {
    let (_dir, path) = file("region_id,user_id,user_name,usage_type,region_name\n3,9,张三,居民,南岸区\nx,1,a,b,c\n");
    let mut file = UserFile::open(&path).unwrap();
    let user = file.next_line().unwrap().unwrap().unwrap();
    assert_eq!((user.user_id, user.region_id, user.user_name.as_deref()), (Some(9), Some(3), Some("张三")));
    assert_eq!((user.phone, user.create_time), (None, None));
    assert_eq!(file.next_line().unwrap().unwrap().unwrap_err().fault.to_string(), "region_id is 'x', expected a whole number");
    assert!(file.next_line().unwrap().is_none());
}

fn regions(content: &str, known: &[RegionRow]) -> Result<Vec<RegionRow>, Vec<(u64, LineFault)>> {
    let (_dir, path) = file(format!("region_id,parent_id,region_name,limit_kw,valid_from\n{content}"));
    read_regions(&path, known).map_err(|problem| match problem {
        RegionProblem::Lines(lines) => lines.into_iter().map(|bad| (bad.line, bad.fault)).collect(),
        RegionProblem::File(error) => panic!("{error}"),
    })
}

#[test]
fn a_tree_is_accepted() {
    let rows = regions("1,10,东湖区,4500.5,\n2,10,西陵区,,2026-01-01\n10,,主城,9000,\n", &[]).unwrap();
    assert_eq!(rows.len(), 3);
    assert_eq!(rows[0].limit_kw, Some(Fixed2(450_050)));
    assert_eq!(rows[0].valid_from, LocalMs::parse(b"2000-01-01").unwrap());
}

#[test]
fn what_is_no_tree_is_told_by_line() {
    assert_eq!(regions("1,9,a,5,\n", &[]).unwrap_err(), [(2, LineFault::NoParent { parent: 9, region: 1 })]);
    let cycle = regions("1,2,a,5,\n2,3,b,5,\n3,1,c,5,\n4,1,d,5,\n", &[]).unwrap_err();
    assert_eq!(cycle.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [2, 3, 4], "region 4 only hangs below the cycle");
    assert_eq!(regions("1,1,a,5,\n", &[]).unwrap_err()[0].1, LineFault::OwnAncestor { region: 1 });
    let values = regions("1,,a,-5,\nx,,a,5,\n2,,b,5,soon\n3,,c,1,\n3,,c,2,\n", &[]).unwrap_err();
    assert_eq!(values.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [2, 3, 4, 6]);
}

#[test]
fn a_cycle_through_what_is_already_known_or_only_from_a_date_on_is_found() {
    let known = regions("1,2,a,5,\n2,,b,5,\n", &[]).unwrap();
    assert_eq!(regions("2,1,b,5,2026-01-01\n", &known).unwrap_err(), [(2, LineFault::OwnAncestor { region: 2 })]);
    assert!(regions("1,,a,5,2026-01-01\n2,1,b,5,2026-01-01\n", &known).is_ok(), "they change places on that day");
}

proptest! {
    #[test]
    fn no_content_panics_or_hangs(bytes in proptest::collection::vec(prop_oneof![Just(b'"'), Just(b','), Just(b'\n'), any::<u8>()], 0..300)) {
        let mut content = format!("{HEADER}\n").into_bytes();
        content.extend(bytes);
        let _ = readings(content);
    }

    #[test]
    fn every_line_is_a_row_or_told(ids in proptest::collection::vec("[0-9]{1,3}|x|", 0..40)) {
        let lines: String = ids.iter().map(|id| format!("{id},1,1.00,1.00,2016-01-11 00:15:00\n")).collect();
        let (rows, bad) = readings(format!("{HEADER}\n{lines}")).unwrap();
        prop_assert_eq!(rows.len() + bad.len(), ids.len());
    }
}
