//! The binary as users run it: two databases, one process, signals, and what must not go wrong beside it.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use sqlx::PgPool;

const DEADLINE: Duration = Duration::from_secs(60);

struct Databases {
    source_url: String,
    warehouse_url: String,
    source: PgPool,
    warehouse: PgPool,
}

async fn databases() -> Databases {
    let (source_url, warehouse_url) = (testkit::operational_db().await, testkit::warehouse_db().await);
    let (source, warehouse) = (testkit::pool(&source_url).await, testkit::pool(&warehouse_url).await);
    let databases = Databases { source_url, warehouse_url, source, warehouse };
    let setup = databases.command(&["source", "setup"], &[]).output().unwrap();
    assert!(setup.status.success(), "{}", said(&setup));
    databases
}

impl Databases {
    fn command(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_loadline"));
        command.args(["--lang", "en"]).args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.env("LOADLINE_SOURCE_URL", &self.source_url).env("LOADLINE_WAREHOUSE_URL", &self.warehouse_url);
        // slots are shared by all databases of the cluster
        command.env("LOADLINE_SLOT", self.source_url.rsplit('/').next().unwrap().replace('-', "_"));
        command.envs(environment.iter().copied());
        command
    }

    /// Starts `serve` on a port of the system's choice and waits for the address it prints.
    async fn serve(&self) -> (Child, String) {
        let (child, address) = started(self.command(&["serve", "--listen", "127.0.0.1:0"], &[]));
        testkit::wait_until("the copy is complete", DEADLINE, async || {
            self.text("select snapshot_state from progress").await == "complete"
        })
        .await;
        (child, address)
    }

    async fn text(&self, question: &str) -> String {
        sqlx::query_scalar::<_, String>(question).fetch_one(&self.warehouse).await.unwrap()
    }

    async fn insert(&self, id: i64) {
        let statement = format!(
            "insert into power_consumption (consumption_id, user_id, consumption_amount, consumption_cost, consumption_date)
             values ({id}, 1, 1, 1, '2026-03-01 10:00:00')"
        );
        sqlx::raw_sql(&statement).execute(&self.source).await.unwrap();
        testkit::wait_until("the reading is committed", DEADLINE, async || {
            self.text("select count(*)::text from dwd_power_consumption_detail").await == id.to_string()
        })
        .await;
    }
}

/// Waits for the address that it prints.
fn started(mut command: Command) -> (Child, String) {
    let mut child = command.stderr(Stdio::inherit()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let address =
        lines.find_map(|line| line.unwrap().strip_prefix("http://").map(|rest| rest.trim_end_matches('/').to_owned())).unwrap();
    std::thread::spawn(move || lines.for_each(drop));
    (child, address)
}

/// Head and body of the answer to a plain GET.
fn get(address: &str, path: &str, header: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(DEADLINE)).unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\naccept: text/html\r\n{header}connection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn signal(child: &Child, name: &str) {
    assert!(Command::new("kill").args([name, &child.id().to_string()]).status().unwrap().success());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_server_on_a_busy_port_leaves_the_first_alone() {
    let databases = databases().await;
    let (mut first, address) = databases.serve().await;
    databases.insert(1).await;
    let epoch = databases.text("select epoch::text from progress").await;
    let second = databases.command(&["serve", "--listen", &address], &[]).output().unwrap();
    assert_eq!(second.status.code(), Some(2), "{}", said(&second));
    assert!(said(&second).contains("cannot listen"), "{}", said(&second));
    assert_eq!(databases.text("select epoch::text from progress").await, epoch, "it did not take over");
    databases.insert(2).await;
    assert!(first.try_wait().unwrap().is_none(), "the first goes on");
    signal(&first, "-TERM");
    assert!(first.wait().unwrap().success());
}

#[tokio::test(flavor = "multi_thread")]
async fn another_time_zone_is_refused_and_changes_nothing() {
    let databases = databases().await;
    let (mut first, _) = databases.serve().await;
    signal(&first, "-TERM");
    assert!(first.wait().unwrap().success());
    let zone = "select coalesce(array_to_string(setconfig, ' '), '') from pg_db_role_setting s join pg_database d on d.oid = s.setdatabase
                 where d.datname = current_database()";
    assert_eq!(databases.text(zone).await, "TimeZone=Asia/Shanghai");
    let wrong =
        databases.command(&["serve", "--listen", "127.0.0.1:0"], &[("LOADLINE_TIME_ZONE", "Europe/Berlin")]).output().unwrap();
    assert_eq!(wrong.status.code(), Some(2), "{}", said(&wrong));
    assert_eq!(databases.text(zone).await, "TimeZone=Asia/Shanghai");
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_kill_it_goes_on_where_it_was() {
    let databases = databases().await;
    let (mut first, _) = databases.serve().await;
    databases.insert(1).await;
    first.kill().unwrap();
    first.wait().unwrap();
    sqlx::raw_sql("delete from power_consumption").execute(&databases.source).await.unwrap();
    let (mut second, _) = databases.serve().await;
    testkit::wait_until("the delete is carried out", DEADLINE, async || {
        databases.text("select count(*)::text from dwd_power_consumption_detail").await == "0"
    })
    .await;
    signal(&second, "-INT");
    assert!(second.wait().unwrap().success());
    assert_eq!(databases.text("select count(*)::text from pipeline_events where kind = 'snapshot'").await, "1", "no second copy");
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_work_with_a_login_that_may_only_take_on_their_roles() {
    let databases = databases().await;
    let name = databases.warehouse_url.rsplit('/').next().unwrap();
    let (clerk, stranger) = (format!("clerk_{name}"), format!("stranger_{name}"));
    let logins = format!(
        "create role {clerk} login password 'x' nosuperuser nobypassrls; create role {stranger} login password 'x';
         grant loadline_pages, loadline_access to {clerk};
         insert into ods_region_profile (region_id, region_name, valid_from) values (1, '东湖区', '2026-01-01')"
    );
    sqlx::raw_sql(&logins).execute(&databases.warehouse).await.unwrap();
    let url_of = |login: &str| {
        let mut url = url::Url::parse(&databases.warehouse_url).unwrap();
        url.set_username(login).unwrap();
        url.set_password(Some("x")).unwrap();
        url.to_string()
    };
    let as_clerk = url_of(&clerk);
    let printed = |arguments: &[&str]| {
        let output = databases.command(arguments, &[("LOADLINE_WAREHOUSE_URL", &as_clerk)]).output().unwrap();
        assert!(output.status.success(), "{}", said(&output));
        String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
    };
    let token = printed(&["token", "add", "--name", "reports", "--preset", "viewer"]);
    let wall = printed(&["wall", "add", "--regions", "1", "--layout", "16x9"]);
    let serve =
        databases.command(&["serve", "--role", "web", "--listen", "127.0.0.1:0"], &[("LOADLINE_WAREHOUSE_URL", &as_clerk)]);
    let (mut web, address) = started(serve);
    assert!(get(&address, "/login", "").starts_with("HTTP/1.1 200"));
    assert!(get(&address, "/api/v1/regions", "").starts_with("HTTP/1.1 401"));
    let regions = get(&address, "/api/v1/regions", &format!("authorization: Bearer {token}\r\n"));
    assert!(regions.starts_with("HTTP/1.1 200") && regions.contains("东湖区"), "{regions}");
    testkit::wait_until("the peer's address is noted", DEADLINE, async || {
        databases.text("select coalesce(last_address, '') from access.tokens").await == "127.0.0.1"
    })
    .await;
    let path = format!("/wall/{}", wall.rsplit('/').next().unwrap());
    assert!(get(&address, &path, "").starts_with("HTTP/1.1 200"));
    signal(&web, "-TERM");
    assert!(web.wait().unwrap().success());
    let doctor = databases.command(&["doctor"], &[("LOADLINE_WAREHOUSE_URL", &as_clerk)]).output().unwrap();
    assert!(said(&doctor).contains("both database roles of the pages can be used"), "{}", said(&doctor));
    let doctor = databases.command(&["doctor"], &[("LOADLINE_WAREHOUSE_URL", &url_of(&stranger))]).output().unwrap();
    assert!(said(&doctor).contains("grant loadline_pages, loadline_access to"), "{}", said(&doctor));
}
