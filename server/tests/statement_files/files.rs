//! PDF, XLSX and CSV of one statement and of a month.

use std::io::{Cursor, Write};
use std::process::Command;
use std::time::{Duration, Instant};

use calamine::{Data, Range, Reader, Xlsx};
use domain::access::Preset;
use rust_decimal::Decimal;

use crate::bytes;
use crate::support::{Reach, Town};
use crate::world::{REGION, World};

const NAME: &str = "湖北长江食品有限公司";

async fn world(town: &Town) -> World {
    World::over(town.pool.clone(), town.access.clone()).await
}

/// What a reader of PDF copies out of it; none where the program is not there.
fn text_of(pdf: &[u8]) -> Option<String> {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(pdf).unwrap();
    let output = Command::new("pdftotext").arg("-layout").arg(file.path()).arg("-").output().ok()?;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8(output.stdout).unwrap())
}

fn sheet(bytes: &[u8], name: &str) -> Range<Data> {
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes.to_vec())).unwrap();
    book.worksheet_range(name).unwrap()
}

/// Hundredths of the numbers of a column; a text among them is an error.
fn sum(range: &Range<Data>, title: &str) -> i64 {
    let at = range.rows().next().unwrap().iter().position(|cell| *cell == title).unwrap();
    let number = |row: &[Data]| match &row[at] {
        Data::Float(number) => format!("{:.0}", number * 100.0).parse::<i64>().unwrap(),
        other => panic!("no number: {other:?}"),
    };
    range.rows().skip(1).map(number).sum()
}

fn csv_sum(text: &str) -> Decimal {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let at = reader.headers().unwrap().iter().position(|name| name == "amount").unwrap();
    reader.records().map(|record| record.unwrap()[at].parse::<Decimal>().unwrap()).sum()
}

#[tokio::test]
async fn a_frozen_statement_is_the_same_pdf_for_ever_and_a_draft_says_that_it_is_one() {
    let town = Town::new().await;
    let world = world(&town).await;
    let contract = world.contract(1, "2026-01-01", Some("flat")).await;
    world.exec(&format!("update ods_power_user set user_name = '{NAME}' where user_id = 1")).await;
    world.meter(contract, "2026-01-10", 2_469).await;
    world.generate("2026-01").await;
    let (clerk, _) = town.token(Preset::BillingClerk, None, Reach::All).await;
    let id = world.live(contract, "2026-01").await.statement_id;
    let path = format!("/api/v1/statements/{id}/export.pdf");
    let (status, headers, draft) = bytes(&town, &path, &clerk).await;
    assert_eq!((status.as_u16(), &headers["content-type"]), (200, &"application/pdf".parse().unwrap()));
    assert!(draft.starts_with(b"%PDF-"));
    world.freeze(contract, "2026-01").await;
    let begun = Instant::now();
    let (_, headers, frozen) = bytes(&town, &path, &clerk).await;
    assert!(begun.elapsed() < Duration::from_secs(1), "{:?}", begun.elapsed());
    let named = headers["content-disposition"].to_str().unwrap();
    assert!(named.contains(&format!("statement-{id}-2026-01-v1.pdf")), "{named}");
    town.pass_minutes(100_000);
    let (clerk, _) = town.token(Preset::BillingClerk, None, Reach::All).await;
    assert!(bytes(&town, &path, &clerk).await.2 == frozen, "nothing in it depends on when it is asked for");
    let hash = world.live(contract, "2026-01").await.hash.unwrap();
    if let (Some(draft), Some(frozen)) = (text_of(&draft), text_of(&frozen)) {
        assert!(draft.contains("草稿：未经审核") && !frozen.contains("草稿"), "{draft}{frozen}");
        for part in
            [NAME, "1,234.50 元", "0.5000", "2,469.00 kWh", "2026-01-01 至 2026-01-31", "notice 1", "第 1 页，共 1 页", &hash]
        {
            assert!(frozen.contains(part), "{part}: {frozen}");
        }
        let english = text_of(&bytes(&town, &format!("{path}?lang=en"), &clerk).await.2).unwrap();
        assert!(english.contains("Electricity statement") && english.contains(NAME), "{english}");
    }
    assert_eq!(bytes(&town, &format!("{path}?lang=fr"), &clerk).await.0, 400);
}

#[tokio::test]
async fn workbooks_and_csv_sum_to_the_statements() {
    let town = Town::new().await;
    let world = world(&town).await;
    let mut total = 0;
    for user in 1..=5 {
        let contract = world.contract(user, "2026-01-01", Some("flat")).await;
        world.exec(&format!("update ods_power_user set user_name = '=HYPERLINK({user})' where user_id = {user}")).await;
        world.meter(contract, "2026-01-10", 101 * user).await;
        total += 101 * user * 50;
    }
    world.generate("2026-01").await;
    let (clerk, _) = town.token(Preset::BillingClerk, None, Reach::All).await;
    let (status, headers, book) = bytes(&town, "/exports/statements.xlsx?month=2026-01", &clerk).await;
    assert_eq!(status, 200, "{}", String::from_utf8_lossy(&book));
    assert!(headers["content-type"].to_str().unwrap().ends_with("spreadsheetml.sheet"));
    let (bills, lines) = (sheet(&book, "账单"), sheet(&book, "明细"));
    assert_eq!((bills.height(), lines.height()), (6, 6));
    assert_eq!((sum(&bills, "金额 元"), sum(&lines, "金额 元")), (total, total));
    assert_eq!(sum(&lines, "单价 元"), 5 * 50, "prices are numbers too");
    let text = bills.rows().nth(1).unwrap().iter().find(|cell| cell.to_string().starts_with('='));
    assert!(matches!(text, Some(Data::String(_))), "a name is a text, whatever it begins with: {text:?}");
    let (_, _, again) = bytes(&town, "/exports/statements.xlsx?month=2026-01", &clerk).await;
    assert!(again == book, "the same statements are the same file");

    let csv = town.bearer("/exports/statements.csv?month=2026-01&bom=0", &clerk).await;
    assert_eq!(csv_sum(&csv.text), Decimal::new(total, 2), "{}", csv.text);
    assert!(csv.text.contains("\"'=HYPERLINK(1)\""), "{}", csv.text);
    let id = world.live(1, "2026-01").await.statement_id;
    let one = town.bearer(&format!("/api/v1/statements/{id}/export.csv?bom=0"), &clerk).await;
    assert_eq!(csv_sum(&one.text), Decimal::new(5_050, 2), "{}", one.text);
    let (_, _, one) = bytes(&town, &format!("/api/v1/statements/{id}/export.xlsx?lang=en"), &clerk).await;
    assert_eq!(sum(&sheet(&one, "Lines"), "Amount yuan"), 5_050);
}

#[tokio::test]
async fn files_hold_what_ones_regions_hold() {
    let town = Town::new().await;
    let world = world(&town).await;
    let contract = world.contract(1, "2026-01-01", Some("flat")).await;
    world.meter(contract, "2026-01-10", 100).await;
    world.generate("2026-01").await;
    let id = world.live(contract, "2026-01").await.statement_id;
    let (far, _) = town.token(Preset::BillingClerk, None, Reach::Some(&[REGION + 1])).await;
    let (operator, _) = town.token(Preset::Operator, None, Reach::All).await;
    for kind in ["pdf", "xlsx", "csv"] {
        assert_eq!(bytes(&town, &format!("/api/v1/statements/{id}/export.{kind}"), &far).await.0, 404, "{kind}");
        assert_eq!(bytes(&town, &format!("/api/v1/statements/{id}/export.{kind}"), &operator).await.0, 403, "{kind}");
        assert_eq!(bytes(&town, &format!("/api/v1/statements/x/export.{kind}"), &far).await.0, 400, "{kind}");
    }
    let (_, _, book) = bytes(&town, "/exports/statements.xlsx?month=2026-01", &far).await;
    assert_eq!(sheet(&book, "账单").height(), 1, "its head alone");
    assert_eq!(town.bearer("/exports/statements.csv?month=2026-01&bom=0", &far).await.text.lines().count(), 1);
    for wrong in ["/exports/statements.csv", "/exports/statements.xlsx?month=2026", "/exports/statements.csv?month=2026-01&x=1"] {
        assert_eq!(bytes(&town, wrong, &far).await.0, 400, "{wrong}");
    }
}
