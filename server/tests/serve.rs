//! The binary as users run it: two databases, one process, signals, and what must not go wrong beside it.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::{BufRead, BufReader};
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
        let mut child = self.command(&["serve", "--listen", "127.0.0.1:0"], &[]).stderr(Stdio::inherit()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let address = lines
            .find_map(|line| line.unwrap().strip_prefix("http://").map(|rest| rest.trim_end_matches('/').to_owned()))
            .unwrap();
        std::thread::spawn(move || lines.for_each(drop));
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
