//! The binary from outside: its help, its exit codes, what it says when something is wrong.

use std::process::{Command, Output, Stdio};
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

fn loadline(arguments: &[&str], environment: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_loadline"));
    // away from any loadline.toml, and without the settings of whoever runs the tests
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("LOADLINE_")) {
        command.env_remove(name);
    }
    command.current_dir(std::env::temp_dir()).args(arguments).env("LOADLINE_LANG", "en").envs(environment.iter().copied());
    command
}

fn run(arguments: &[&str], environment: &[(&str, &str)]) -> Output {
    loadline(arguments, environment).output().expect("the binary runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn help_is_as_it_was() {
    let mut all = String::new();
    let commands: [&[&str]; 47] = [
        &[],
        &["demo"],
        &["serve"],
        &["source"],
        &["source", "setup"],
        &["source", "check"],
        &["doctor"],
        &["migrate"],
        &["replay"],
        &["generate"],
        &["bench", "engine"],
        &["bench", "password"],
        &["region"],
        &["region", "import"],
        &["tariff"],
        &["tariff", "import"],
        &["tariff", "export"],
        &["tariff", "check"],
        &["contract", "import"],
        &["contract", "export"],
        &["statement", "generate"],
        &["statement", "freeze"],
        &["statement", "void"],
        &["statement", "export"],
        &["config"],
        &["user"],
        &["user", "add"],
        &["user", "list"],
        &["user", "remove"],
        &["user", "link"],
        &["user", "disable"],
        &["user", "enable"],
        &["token"],
        &["token", "add"],
        &["token", "list"],
        &["token", "revoke"],
        &["wall"],
        &["wall", "add"],
        &["wall", "list"],
        &["wall", "revoke"],
        &["tenant"],
        &["tenant", "add"],
        &["tenant", "list"],
        &["tenant", "assign"],
        &["audit"],
        &["audit", "verify"],
        &["audit", "export"],
    ];
    for command in commands {
        let output = run(&[command, &["--help"]].concat(), &[]);
        assert!(output.status.success());
        let help = text(&output.stdout).replace("[env: LOADLINE_LANG=en]", "[env: LOADLINE_LANG=]");
        all.push_str(&format!("$ loadline {} --help\n{help}\n", command.join(" ")));
    }
    insta::assert_snapshot!(all);
}

/// Arguments, environment, and what has to be said.
type Case<'a> = (&'a [&'a str], &'a [(&'a str, &'a str)], &'a str);

#[test]
fn mistakes_of_the_operator_end_with_two_and_a_remedy() {
    let nobody = ("LOADLINE_SOURCE_URL", "postgres://nobody@127.0.0.1:1/none");
    let away = ("LOADLINE_WAREHOUSE_URL", "postgres://nobody@127.0.0.1:1/none");
    let pair = [("LOADLINE_TLS_CERT", "/no/such.pem"), ("LOADLINE_TLS_KEY", "/no/such.pem"), away];
    let cases: [Case; 16] = [
        (&["serve", "--role", "web", "--listen", "127.0.0.1:0"], &pair, "/no/such.pem cannot be read"),
        (&["serve", "--listen", "0.0.0.0:3000"], &[], "--insecure"),
        (&["serve", "--role", "web", "--listen", "0.0.0.0:3000"], &[], "tls_cert and tls_key"),
        (&["demo", "--listen", "0.0.0.0:3000"], &[], "trusted_proxies"),
        (&["serve"], &[("LOADLINE_TLS_CERT", "/no/such.pem")], "tls_key is not set"),
        (&["serve"], &[("LOADLINE_PDF_FONT", "/no/such.ttf")], "The font /no/such.ttf of pdf_font cannot be read"),
        (&["serve", "--role", "web"], &[("LOADLINE_PDF_FONT", "/dev/null"), away], "is no TrueType or OpenType font"),
        (&["demo"], &[("LOADLINE_PDF_FONT", "/no/such.ttf")], "remove pdf_font"),
        (&["doctor"], &[("LOADLINE_JWT_SECRET", "s3cret")], "at least 32 bytes"),
        (&["user", "list"], &[], "LOADLINE_WAREHOUSE_URL"),
        (&["migrate"], &[], "LOADLINE_WAREHOUSE_URL"),
        (&["replay", "--consumption", "x.csv"], &[], "LOADLINE_SOURCE_URL"),
        (&["source", "check"], &[("LOADLINE_IDLE_AFTER_MS", "soon")], "a whole number from 100 to 3600000"),
        (&["--config", "/no/such.toml", "doctor"], &[], "/no/such.toml"),
        (&["replay"], &[nobody], "--consumption"),
        (&["generate", "--late", "2"], &[nobody], "from 0 to 1"),
    ];
    for (arguments, environment, remedy) in cases {
        let output = run(arguments, environment);
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
        assert!(said.contains(remedy), "{arguments:?}: {said}");
    }
}

#[test]
fn no_secret_is_printed_when_a_database_is_away() {
    let away = "postgres://me:s3cret@127.0.0.1:1/none";
    let environment = [
        ("LOADLINE_SOURCE_URL", away),
        ("LOADLINE_WAREHOUSE_URL", away),
        ("LOADLINE_JWT_SECRET", "s3cret-of-more-than-thirty-two-bytes"),
        ("LOADLINE_LOG", "debug"),
    ];
    let commands: [&[&str]; 8] = [
        &["doctor"],
        &["source", "check"],
        &["source", "setup"],
        &["migrate"],
        &["generate"],
        &["user", "list"],
        &["token", "list"],
        &["audit", "verify"],
    ];
    // all at once, because each waits a while for its database
    let children = commands.map(|command| {
        let mut command = loadline(command, &environment);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary runs")
    });
    for (command, child) in commands.into_iter().zip(children) {
        let output = child.wait_with_output().expect("it ends");
        let said = text(&output.stdout) + &text(&output.stderr);
        assert!(!output.status.success() && !said.is_empty() && !said.contains("s3cret"), "{command:?}: {said}");
    }
}

#[test]
fn both_languages_speak() {
    let english = text(&run(&["migrate"], &[]).stderr);
    let chinese = text(&run(&["--lang", "zh", "migrate"], &[]).stderr);
    assert!(english.is_ascii() && chinese.contains("没有设置 warehouse_url"), "{english}{chinese}");
}

#[tokio::test]
async fn a_prepared_source_and_a_migrated_warehouse_please_the_doctor() {
    let source = testkit::cluster().await.database("doctor_source").await;
    let warehouse = testkit::cluster().await.database("doctor_warehouse").await;
    let environment = [("LOADLINE_SOURCE_URL", source.as_str()), ("LOADLINE_WAREHOUSE_URL", warehouse.as_str())];
    let before = run(&["doctor"], &environment);
    let said = text(&before.stdout);
    assert_eq!(before.status.code(), Some(1), "{said}");
    assert!(said.contains("→ loadline migrate") && said.contains("✗"), "{said}");
    for command in
        [&["source", "setup", "--create-tables"][..], &["source", "setup"], &["migrate"], &["source", "check"], &["doctor"]]
    {
        let output = run(command, &environment);
        // the disk of the machine that runs the tests is not ours to judge
        let bad = text(&output.stdout).lines().filter(|line| line.starts_with('✗') && !line.contains("disk")).count();
        let is_about_the_disk = command == ["doctor"] && bad == 0 && text(&output.stdout).contains("disk");
        assert!(output.status.success() || is_about_the_disk, "{command:?}: {}{}", text(&output.stdout), text(&output.stderr));
    }
    let said = text(&run(&["doctor"], &environment).stdout);
    assert!(said.contains("! there is no administrator") && said.contains("→ loadline user add"), "{said}");
    let same = run(&["doctor"], &[environment[0], ("LOADLINE_WAREHOUSE_URL", source.as_str())]);
    assert!(text(&same.stdout).contains("both addresses name one database"), "{}", text(&same.stdout));
}

#[tokio::test]
async fn files_regions_and_live_readings_reach_the_database() {
    let source = testkit::operational_db().await;
    let environment = [("LOADLINE_SOURCE_URL", source.as_str())];
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str, content: &str| {
        let path = dir.path().join(name);
        std::fs::write(&path, content).unwrap();
        path.to_string_lossy().into_owned()
    };
    let users = path("users.csv", "user_id,user_name,usage_type,region_id,region_name\n1,a,居民,1,b\n");
    let readings = path(
        "readings.csv",
        "consumption_id,user_id,consumption_amount,consumption_cost,consumption_date\n1,1,1,1,2026-01-01\nx,1,1,1,2026-01-01\n",
    );
    let replayed = run(&["replay", "--users", &users, "--consumption", &readings], &environment);
    assert!(replayed.status.success());
    assert!(text(&replayed.stdout).contains("readings: 1 written, 0 already there and skipped; 1 malformed lines skipped"));
    assert!(text(&replayed.stderr).contains("line 3 skipped: consumption_id is 'x'"), "{}", text(&replayed.stderr));

    let tree = path("tree.csv", "region_id,parent_id,region_name,limit_kw\n10,,城区,900\n1,10,东湖区,500\n");
    assert!(run(&["region", "import", &tree], &environment).status.success());
    let cycle = path("cycle.csv", "region_id,parent_id,region_name,limit_kw\n10,1,城区,900\n");
    let refused = run(&["region", "import", &cycle], &environment);
    assert_eq!(refused.status.code(), Some(2));
    assert!(text(&refused.stderr).contains("line 2: region 10 is its own ancestor"), "{}", text(&refused.stderr));

    let mut child = loadline(&["generate", "--rate", "50", "--users", "20"], &environment).stdout(Stdio::null()).spawn().unwrap();
    let pool = testkit::pool(&source).await;
    testkit::wait_until("live readings", Duration::from_secs(30), async || {
        let count: i64 = sqlx::query_scalar("select count(*) from power_consumption").fetch_one(&pool).await.unwrap_or(0);
        count > 20
    })
    .await;
    kill(Pid::from_raw(i32::try_from(child.id()).unwrap()), Signal::SIGTERM).unwrap();
    assert!(child.wait().unwrap().success(), "a signal is a clean end");
}
