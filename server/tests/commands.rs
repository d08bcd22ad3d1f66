//! People, tokens, wall links, tenants and the audit by command, as scripts use them.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs::Permissions;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Output, Stdio};

use chrono::{DateTime, Utc};
use cluster::{Cluster, Options};
use domain::access::{Preset, Scope};
use server::access::{passwords, tokens as secret, wall_key};
use sqlx::PgPool;
use warehouse::access::{AccessPool, accounts, credentials, invitations, secrets, tenants, tokens, walls};

const GOOD_PASSWORD: &str = "seven otters borrow a ladder";

struct Site {
    url: String,
    /// As the owner of the warehouse, who may do what nobody should.
    owner: PgPool,
    pool: AccessPool,
}

impl Site {
    async fn new() -> Self {
        Self::at(testkit::warehouse_db().await).await
    }

    async fn at(url: String) -> Self {
        let (owner, pool) = (testkit::pool(&url).await, AccessPool::open(&url, 2).unwrap());
        Self { url, owner, pool }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_loadline"));
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("LOADLINE_")) {
            command.env_remove(name);
        }
        command.current_dir(std::env::temp_dir()).args(arguments).env("LOADLINE_LANG", "en");
        command.env("LOADLINE_WAREHOUSE_URL", &self.url).env("LOADLINE_PUBLIC_URL", "https://power.example");
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("the binary runs")
    }

    /// What a script reads: standard output alone, and only of a success.
    fn answer(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", said(&output));
        text(&output.stdout)
    }

    /// The exit code and what was said beside the answer.
    fn refusal(&self, arguments: &[&str]) -> (Option<i32>, String) {
        let output = self.run(arguments);
        assert_eq!(text(&output.stdout), "", "{arguments:?}");
        (output.status.code(), text(&output.stderr))
    }

    fn with_input(&self, arguments: &[&str], input: &str) -> Output {
        let piped = self.command(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        let mut child = piped.expect("the binary runs");
        // it may end before it reads
        let _ = child.stdin.take().expect("piped").write_all(input.as_bytes());
        child.wait_with_output().expect("it ends")
    }

    async fn run_sql(&self, statement: &str) {
        sqlx::raw_sql(statement).execute(&self.owner).await.unwrap_or_else(|error| panic!("{statement}: {error}"));
    }

    async fn now(&self) -> DateTime<Utc> {
        sqlx::query_scalar("select now()").fetch_one(&self.owner).await.expect("the time")
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn said(output: &Output) -> String {
    text(&output.stdout) + &text(&output.stderr)
}

#[tokio::test]
async fn a_person_is_added_by_a_link_that_is_good_once() {
    let site = Site::new().await;
    let link =
        site.answer(&["user", "add", "--name", "li.lei", "--display-name", "李雷", "--preset", "operator", "--region", "1,2"]);
    let key = link.trim_end().strip_prefix("https://power.example/welcome/").expect("the link and nothing else");
    let hash = secret::hash(key);
    let invited = invitations::find(&site.pool, &hash, site.now().await).await.unwrap().expect("an open link");
    assert_eq!((invited.name.as_str(), invited.display_name.as_str()), ("li.lei", "李雷"));
    let account = accounts::get(&site.pool, invited.account_id, None).await.unwrap();
    assert_eq!((account.grants.rights, account.grants.regions), (Preset::Operator.rights(), vec![1, 2]));
    let newer = site.answer(&["user", "link", "--name", "LI.LEI"]);
    assert!(newer.contains("/welcome/") && newer != link);
    assert_eq!(invitations::find(&site.pool, &hash, site.now().await).await.unwrap(), None, "only the newest link works");
    let list = site.answer(&["user", "list"]);
    assert!(
        list.contains("li.lei") && list.contains("operator") && list.contains("1,2") && list.contains("no password yet"),
        "{list}"
    );
    assert!(!list.contains(key) && !list.contains("argon2"), "{list}");
}

#[tokio::test]
async fn a_password_comes_over_standard_input_and_is_judged() {
    let site = Site::new().await;
    let add = ["user", "add", "--name", "root", "--preset", "admin", "--password-stdin"];
    for (bad, remedy) in [("short\n", "at least 12"), ("password1234\n", "easily guessed"), ("", "at least 12")] {
        let output = site.with_input(&add, bad);
        assert_eq!(output.status.code(), Some(2), "{}", said(&output));
        assert!(text(&output.stderr).contains(remedy), "{}", said(&output));
    }
    let output = site.with_input(&add, &format!("{GOOD_PASSWORD}\r\nsecond line\n"));
    assert!(output.status.success() && output.stdout.is_empty(), "{}", said(&output));
    assert!(!said(&output).contains(GOOD_PASSWORD), "{}", said(&output));
    let stored = credentials::by_name(&site.pool, "root").await.unwrap().expect("an account");
    assert!(passwords::verify(GOOD_PASSWORD, &stored.password_hash.expect("a hash")));
    let account = accounts::get(&site.pool, stored.account_id, None).await.unwrap();
    assert!(account.must_change_password && account.is_administrator());
    let kept = ["user", "add", "--name", "robot", "--preset", "viewer", "--password-stdin", "--keep-password"];
    assert!(site.with_input(&kept, &format!("{GOOD_PASSWORD}\n")).status.success());
    let people = accounts::list(&site.pool, None).await.unwrap();
    assert!(people.iter().any(|account| account.name == "robot" && !account.must_change_password));
}

#[tokio::test]
async fn people_are_switched_off_and_removed_but_not_the_last_administrator() {
    let site = Site::new().await;
    for name in ["first", "second"] {
        site.answer(&["user", "add", "--name", name, "--preset", "admin"]);
    }
    site.answer(&["user", "disable", "--name", "second", "--reason", "on leave"]);
    assert!(site.answer(&["user", "list"]).contains("disabled"));
    for command in ["remove", "disable"] {
        let (code, said) = site.refusal(&["user", command, "--name", "first"]);
        assert_eq!(code, Some(2), "{said}");
        assert!(said.contains("last active administrator"), "{said}");
    }
    site.answer(&["user", "enable", "--name", "second"]);
    site.answer(&["user", "remove", "--name", "first"]);
    assert_eq!(accounts::active_administrators(&site.pool).await.unwrap(), 1);
    for (arguments, remedy) in [
        (&["user", "remove", "--name", "first"][..], "nobody named"),
        (&["user", "add", "--name", "SECOND", "--preset", "viewer"], "taken"),
        (&["user", "add", "--name", "a b", "--preset", "viewer"], "not allowed"),
        (&["user", "add", "--name", "x", "--preset", "king"], "billing-auditor"),
        (&["user", "add", "--name", "x", "--preset", "viewer", "--tenant", "east"], "loadline tenant add"),
    ] {
        let (code, said) = site.refusal(arguments);
        assert_eq!(code, Some(2), "{arguments:?}: {said}");
        assert!(said.contains(remedy), "{arguments:?}: {said}");
    }
    let reasons = site.answer(&["audit", "export"]);
    assert!(reasons.contains("\"reason\":\"on leave\"") && reasons.contains("\"actor_kind\":\"command\""), "{reasons}");
}

#[tokio::test]
async fn a_token_is_printed_once_and_alone() {
    let site = Site::new().await;
    let token = site.answer(&["token", "add", "--name", "BI 报表", "--preset", "viewer", "--region", "3", "--days", "30"]);
    let token = token.trim_end();
    assert!(secret::is_token(token), "{token}");
    let found = tokens::by_hash(&site.pool, &secret::hash(token), site.now().await).await.unwrap().expect("a good token");
    assert_eq!((found.token.name.as_str(), found.token.grants.rights), ("BI 报表", Preset::Viewer.rights()));
    let days = (found.token.expires_at.expect("an end") - site.now().await).num_days();
    assert!((29..=30).contains(&days), "{days}");
    let list = site.answer(&["token", "list"]);
    assert!(list.contains("BI 报表") && list.contains("good until") && !list.contains(token), "{list}");
    let id = found.token.token_id.to_string();
    site.answer(&["token", "revoke", "--id", &id]);
    assert_eq!(tokens::by_hash(&site.pool, &secret::hash(token), site.now().await).await.unwrap(), None);
    assert!(site.answer(&["token", "list"]).contains("revoked"));
    let export = site.answer(&["audit", "export"]);
    assert!(export.contains("token.add") && export.contains("token.revoke") && !export.contains(token), "{export}");
    assert_eq!(site.refusal(&["token", "revoke", "--id", "999"]).0, Some(2));
}

#[tokio::test]
async fn a_wall_link_is_signed_for_its_regions_and_layouts() {
    let site = Site::new().await;
    let link = site.answer(&["wall", "add", "--regions", "1, 2", "--layout", "32x9,16x9", "--name", "lobby"]);
    let key = link.trim_end().strip_prefix("https://power.example/wall/").expect("the link and nothing else");
    let stored = secrets::get_or_insert(&site.pool, wall_key::SECRET_NAME, [0; 32]).await.unwrap();
    let id = wall_key::link_id(key, &stored).expect("signed with the stored key");
    let found = walls::by_id(&site.pool, id, site.now().await).await.unwrap().expect("a good link");
    assert_eq!((found.scope, found.link.layouts), (Scope::of([1, 2]), vec!["32x9".to_owned(), "16x9".to_owned()]));
    assert!(site.answer(&["wall", "list"]).contains("lobby"));
    site.answer(&["wall", "revoke", "--id", &id.to_string()]);
    assert_eq!(walls::by_id(&site.pool, id, site.now().await).await.unwrap(), None);
    let all = site.answer(&["wall", "add", "--regions", "all", "--layout", "16x9"]);
    let id = wall_key::link_id(all.trim_end().rsplit('/').next().expect("a key"), &stored).expect("signed");
    assert_eq!(walls::by_id(&site.pool, id, site.now().await).await.unwrap().expect("good").scope, Scope::Whole);
    for bad in [["--regions", "some", "--layout", "16x9"], ["--regions", "1", "--layout", "4x3"]] {
        assert_eq!(site.refusal(&[&["wall", "add"][..], &bad].concat()).0, Some(2));
    }
}

#[tokio::test]
async fn a_tenant_gets_regions_and_nobody_of_it_another_ones() {
    let site = Site::new().await;
    site.answer(&["tenant", "add", "--code", "east", "--name", "东区电力"]);
    site.answer(&["tenant", "assign", "--code", "east", "--region", "1,2", "--region", "3"]);
    site.answer(&["tenant", "assign", "--code", "none", "--region", "3"]);
    let list = site.answer(&["tenant", "list"]);
    assert!(list.contains("东区电力") && list.contains("1,2") && !list.contains('3'), "{list}");
    site.answer(&["tenant", "add", "--code", "west", "--name", "West"]);
    for (arguments, remedy) in [
        (&["tenant", "assign", "--code", "west", "--region", "1"][..], "belongs to another tenant"),
        (&["tenant", "add", "--code", "east", "--name", "x"], "taken"),
        (&["tenant", "add", "--code", "none", "--name", "x"], "code"),
        (&["tenant", "add", "--code", "East", "--name", "x"], "small letters"),
        (&["user", "add", "--name", "li", "--preset", "viewer", "--tenant", "east", "--region", "7"], "Region 7"),
    ] {
        let (code, said) = site.refusal(arguments);
        assert_eq!(code, Some(2), "{arguments:?}: {said}");
        assert!(said.contains(remedy), "{arguments:?}: {said}");
    }
    site.answer(&["user", "add", "--name", "li", "--preset", "admin", "--tenant", "east"]);
    let people = accounts::list(&site.pool, None).await.unwrap();
    let east = tenants::by_claim(&site.pool, "east").await.unwrap().expect("a tenant");
    assert_eq!(people[0].grants.tenant_id, Some(east.tenant_id));
    assert!(!people[0].is_administrator(), "not of the installation");
}

#[tokio::test]
async fn the_audit_is_proved_whole_and_the_first_broken_entry_named() {
    let site = Site::new().await;
    for code in ["a-a", "b-b", "c-c"] {
        site.answer(&["tenant", "add", "--code", code, "--name", "x"]);
    }
    let whole = site.answer(&["audit", "verify"]);
    assert!(whole.starts_with("✓") && whole.contains("3 entries"), "{whole}");
    let head = whole.lines().next().and_then(|line| line.rsplit(' ').next()).expect("the end of the chain").to_owned();
    site.answer(&["tenant", "add", "--code", "d-d", "--name", "x"]);
    assert!(site.answer(&["audit", "verify", "--head", &head]).contains("4 entries"));
    let author: String =
        sqlx::query_scalar("select actor_name from access.audit_log limit 1").fetch_one(&site.owner).await.unwrap();
    assert!(!author.is_empty(), "the user of the operating system");

    let forged = head.replace(|c: char| c.is_ascii_digit(), "7");
    assert_eq!(site.run(&["audit", "verify", "--head", &forged]).status.code(), Some(1));
    assert_eq!(site.refusal(&["audit", "verify", "--head", "3:xyz"]).0, Some(2));
    site.run_sql(
        "alter table access.audit_log disable trigger user;
         update access.audit_log set actor_name = 'somebody else' where entry_no = 2",
    )
    .await;
    let broken = site.run(&["audit", "verify"]);
    assert_eq!(broken.status.code(), Some(1));
    assert!(text(&broken.stdout).contains("entry 2 was changed"), "{}", said(&broken));
    let chinese = site.run(&["--lang", "zh", "audit", "verify"]);
    assert!(text(&chinese.stdout).contains("第 2 条内容被改动"), "{}", said(&chinese));
}

#[tokio::test]
async fn an_older_schema_is_brought_up_to_date_unless_that_was_forbidden() {
    let url = testkit::cluster().await.database("commands").await;
    let site = Site::at(url).await;
    let forbidden = site.command(&["user", "list"]).env("LOADLINE_MIGRATE_ON_START", "false").output().unwrap();
    assert!(!forbidden.status.success() && text(&forbidden.stderr).contains("loadline migrate"), "{}", said(&forbidden));
    assert!(site.answer(&["user", "list"]).starts_with("name"));
}

#[tokio::test]
async fn a_running_demo_is_found_by_its_directory_and_needs_no_setting() {
    // a directory that the account of the server may enter
    let dir = tempfile::Builder::new().permissions(Permissions::from_mode(0o711)).tempdir().unwrap();
    let (path, elsewhere) = (dir.path().to_str().unwrap(), Site::new().await);
    let without = |arguments: &[&str]| {
        let mut command = elsewhere.command(arguments);
        let output = command.env_remove("LOADLINE_WAREHOUSE_URL").current_dir(path).output().expect("the binary runs");
        (output.status.code(), text(&output.stdout), text(&output.stderr))
    };
    let (code, _, said) = without(&["token", "list"]);
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("LOADLINE_WAREHOUSE_URL") && said.contains("--data-dir") && said.contains(".loadline"), "{said}");

    let options = Options::default().with("fsync", "off");
    let demo = Cluster::start(&dir.path().join(".loadline/postgres"), options).unwrap();
    demo.create_database(server::embedded::WAREHOUSE_DATABASE).unwrap();
    let (code, token, said) = without(&["token", "add", "--name", "bench", "--preset", "admin"]);
    assert_eq!(code, Some(0), "{said}");
    let site = Site::at(demo.url(server::embedded::WAREHOUSE_DATABASE)).await;
    let found = tokens::by_hash(&site.pool, &secret::hash(token.trim_end()), site.now().await).await.unwrap();
    assert_eq!(found.expect("a token of the demo").token.name.as_str(), "bench");
    let named = format!("{path}/.loadline");
    let list = elsewhere.answer(&["token", "list", "--data-dir", &named]);
    assert!(list.contains("bench"), "a named directory wins over the settings: {list}");

    demo.stop().unwrap();
    let (code, said) = elsewhere.refusal(&["audit", "--data-dir", &named, "verify"]);
    assert_eq!(code, Some(2));
    assert!(said.contains("loadline demo") && said.contains(&named) && !said.contains("warehouse_url"), "{said}");
}
