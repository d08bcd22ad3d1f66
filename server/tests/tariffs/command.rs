//! `loadline tariff`, as scripts use it.

use std::path::Path;
use std::process::{Command, Output};

use crate::land::{column, file, tariff};

struct Site {
    url: String,
    pool: sqlx::PgPool,
    dir: tempfile::TempDir,
}

impl Site {
    async fn new() -> Self {
        let url = testkit::warehouse_db().await;
        Self { pool: testkit::pool(&url).await, url, dir: tempfile::tempdir().expect("a directory") }
    }

    fn write(&self, name: &str, text: &str) -> String {
        let path = self.dir.path().join(name);
        std::fs::write(&path, text).expect("a file");
        path.display().to_string()
    }

    fn run(&self, arguments: &[&str]) -> (Option<i32>, String, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_loadline"));
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("LOADLINE_")) {
            command.env_remove(name);
        }
        command.current_dir(self.dir.path()).env("LOADLINE_LANG", "en").env("LOADLINE_WAREHOUSE_URL", &self.url);
        let Output { status, stdout, stderr } = command.arg("tariff").args(arguments).output().expect("the binary runs");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
        (status.code(), text(stdout), text(stderr))
    }
}

#[tokio::test]
async fn a_file_is_checked_tried_imported_and_exported() {
    let site = Site::new().await;
    let path = site.write("a.json", &file(&[tariff("hb-1", "2026-01-01", "0.6")]).to_string());
    let (code, said, _) = site.run(&["check", &path]);
    assert_eq!((code, said.as_str()), (Some(0), "All 1 tariffs can be used.\n"));
    let (code, said, problems) = site.run(&["import", &path, "--dry-run"]);
    assert_eq!((code, said.as_str()), (Some(0), "hb-1  2026-01-01  added\nA dry run: nothing is written.\n"), "{problems}");
    assert_eq!(column(&site.pool, "select code from tariff_plans").await, [] as [&str; 0]);
    let (code, said, problems) = site.run(&["import", &path, "--reason", "from the notice"]);
    assert_eq!((code, said.as_str()), (Some(0), "hb-1  2026-01-01  added\nImported.\n"), "{problems}");
    let record =
        "select concat_ws(' ', actor_kind, action, object_id, reason) from access.audit_log where object_kind = 'tariff'";
    assert_eq!(column(&site.pool, record).await, ["command tariff.add hb-1 from the notice"]);
    let (_, said, _) = site.run(&["import", &path]);
    assert!(said.ends_with("Everything is there already; nothing changes.\n"), "{said}");
    let other = site.write("b.json", &file(&[tariff("hb-1", "2026-01-01", "0.65")]).to_string());
    let (_, said, _) = site.run(&["import", &other]);
    let expected = "hb-1  2026-01-01  new version 2, replaces 1\n    prices.bands.flat: 0.600000 → 0.650000\nImported.\n";
    assert_eq!(said, expected);
    let exported = site.dir.path().join("out.json");
    let (code, said, problems) = site.run(&["export", &exported.display().to_string()]);
    assert_eq!(code, Some(0), "{said}{problems}");
    let written = std::fs::read_to_string(Path::new(&exported)).expect("the file");
    let (_, printed, _) = site.run(&["export"]);
    assert_eq!(printed, written);
    assert_eq!(written.matches("\"code\": \"hb-1\"").count(), 2, "{written}");
}

#[tokio::test]
async fn a_wrong_file_says_why_and_changes_nothing() {
    let site = Site::new().await;
    let mut wrong = tariff("hb-1", "2026-01-01", "0.6");
    wrong["prices"]["bands"] = serde_json::json!({});
    let path = site.write("a.json", &file(&[wrong]).to_string());
    let (code, _, problems) = site.run(&["check", &path]);
    assert!(code == Some(2) && problems.starts_with("hb-1  wrong: "), "{problems}");
    assert!(problems.ends_with("1 of 1 tariffs are wrong.\n"), "{problems}");
    let (code, _, problems) = site.run(&["import", &path]);
    assert!(code == Some(2) && problems.contains("nothing was written"), "{problems}");
    assert_eq!(site.run(&["import", &path, "--dry-run"]).0, Some(1), "a dry run fails where the import would");
    let (code, _, problems) = site.run(&["check", &site.write("b.json", "{\"format\":1}")]);
    assert!(code == Some(2) && problems.contains("is no file of tariffs"), "{problems}");
    let (code, _, problems) = site.run(&["check", "nowhere.json"]);
    assert!(code == Some(2) && problems.contains("cannot be read"), "{problems}");
    assert_eq!(column(&site.pool, "select code from tariff_plans").await, [] as [&str; 0]);
}
