//! `loadline contract`: files at the console, what is printed and how it ends.

use std::path::Path;
use std::process::{Command, Output};

use crate::land::tariffs_in;
use crate::site;

fn loadline(url: &str, directory: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_loadline"))
        .env_clear()
        .env("LOADLINE_WAREHOUSE_URL", url)
        .env("LOADLINE_LANG", "en")
        .current_dir(directory)
        .arg("contract")
        .args(arguments)
        .output()
        .expect("the program runs")
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[tokio::test]
async fn contracts_come_from_files_and_go_to_files() {
    let url = testkit::warehouse_db().await;
    let pool = testkit::pool(&url).await;
    site::fill(&pool).await;
    tariffs_in(&pool).await;
    let directory = tempfile::tempdir().expect("a directory");
    let at = |name: &str| directory.path().join(name);
    std::fs::write(at("in.csv"), "user_id,valid_from,tariff,voltage\n3,2016-01-01,shop,1_10kv\n1,2016-01-01,home,below_1kv\n")
        .expect("written");
    let tried = loadline(&url, directory.path(), &["import", "in.csv", "--dry-run"]);
    assert!(
        tried.status.success() && said(&tried).contains("2 added, 0 changed, 0 the same, 0 refused; nothing written"),
        "{}",
        said(&tried)
    );
    let none: i64 = sqlx::query_scalar("select count(*) from contracts").fetch_one(&pool).await.expect("a number");
    assert_eq!(none, 0);
    let taken = loadline(&url, directory.path(), &["import", "in.csv"]);
    assert!(taken.status.success() && said(&taken).contains("0 refused; written"), "{}", said(&taken));
    for name in ["out.csv", "out.json"] {
        let given = loadline(&url, directory.path(), &["export", name]);
        assert!(given.status.success() && said(&given).contains("2 contracts are exported"), "{}", said(&given));
        let again = loadline(&url, directory.path(), &["import", name]);
        assert!(again.status.success() && said(&again).contains("0 added, 0 changed, 2 the same"), "{name}: {}", said(&again));
    }
    let printed = loadline(&url, directory.path(), &["export"]);
    assert_eq!(String::from_utf8_lossy(&printed.stdout), std::fs::read_to_string(at("out.csv")).expect("a file"));
    std::fs::write(at("bad.csv"), "user_id,valid_from,tariff,voltage\n99,2016-01-01,shop,1_10kv\n").expect("written");
    let refused = loadline(&url, directory.path(), &["import", "bad.csv"]);
    assert!(!refused.status.success() && said(&refused).contains("line 2, customer 99, refused"), "{}", said(&refused));
    let missing = loadline(&url, directory.path(), &["import", "none.csv"]);
    assert!(!missing.status.success() && said(&missing).contains("none.csv cannot be read"), "{}", said(&missing));
}
