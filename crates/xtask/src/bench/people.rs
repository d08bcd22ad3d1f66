//! Figures about people: what many sign-ins do to those who read pages, what one costs, and what it costs to know who asks.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::process::Stdio;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::child::Running;
use super::http::Site;
use super::lab::{COMMAND_DEADLINE, Lab};
use super::stats::{self, Histogram};
use super::table::{self, Row};

const RATE: &str = "20";
/// We stand for a proxy with many clients behind it, so that guesses are not refused by address before they cost anything.
const SETTINGS: [(&str, &str); 1] = [("LOADLINE_TRUSTED_PROXIES", "loopback")];
const BETWEEN_ATTEMPTS: Duration = Duration::from_millis(20);
const ATTEMPTS: u32 = 1_000;
/// So many that no account fails as often as makes it wait for its usual addresses.
const ACCOUNTS: u32 = 40;
const PASSWORD: &str = "seven otters borrow a ladder";
const WRONG_PASSWORD: &str = "seven otters borrow a bucket";
/// Every n-th account that is guessed at does not exist.
const UNKNOWN_EVERY: u32 = 5;
const BETWEEN_PAGES: Duration = Duration::from_millis(20);
const WARM_UP: usize = 50;
const PAGES: usize = 500;

pub fn measure(lab: &Lab) -> Result<Vec<Row>> {
    let data_dir = lab.dir.join("people");
    let (demo, site) = lab.demo(&data_dir, RATE, &SETTINGS)?;
    for number in 0..ACCOUNTS {
        add_account(lab, &data_dir, &name(number))?;
    }
    let mut rows = during_sign_ins(&site)?;
    rows.push(one_hash(lab)?);
    rows.push(principal(&site)?);
    demo.stop()?;
    Ok(rows)
}

fn name(number: u32) -> String {
    format!("bench{number}")
}

fn add_account(lab: &Lab, data_dir: &Path, name: &str) -> Result<()> {
    let mut command = lab.command();
    command.args(["user", "add", "--name", name, "--preset", "viewer", "--password-stdin", "--keep-password", "--data-dir"]);
    command.arg(data_dir).stdin(Stdio::piped());
    let mut adding = Running::start(&lab.dir, "loadline user add", &mut command)?;
    let mut input = adding.child().stdin.take().context("it has an input")?;
    writeln!(input, "{PASSWORD}")?;
    drop(input);
    adding.finish(COMMAND_DEADLINE).map(drop)
}

/// What the dashboard took at the server and from the client.
struct Pages {
    server: Histogram,
    client: Vec<f64>,
}

/// Asks for the dashboard again and again as long as `goes_on` says.
fn dashboard(site: &Site, mut goes_on: impl FnMut() -> bool) -> Result<Pages> {
    let own = |metrics: &str| Histogram::parse(metrics, "loadline_page_seconds", "route=\"/\"");
    let before = own(&site.text("/metrics")?);
    let mut client = Vec::new();
    while goes_on() {
        client.extend(site.times("/", 1, BETWEEN_PAGES)?);
    }
    Ok(Pages { server: own(&site.text("/metrics")?).since(&before), client })
}

fn during_sign_ins(site: &Site) -> Result<Vec<Row>> {
    site.times("/", WARM_UP, BETWEEN_PAGES)?;
    let quiet_until = Instant::now() + BETWEEN_ATTEMPTS * ATTEMPTS;
    let quiet = dashboard(site, || Instant::now() < quiet_until)?;
    let nobody = site.clone();
    let started = Instant::now();
    let attacking = std::thread::spawn(move || attempts(&nobody));
    let busy = dashboard(site, || !attacking.is_finished())?;
    let statuses = attacking.join().map_err(|_| anyhow::anyhow!("the attempts panicked"))??;
    let seconds = started.elapsed().as_secs_f64();
    let answers: Vec<String> = statuses.iter().map(|(status, count)| format!("{status} × {count}")).collect();
    let how = format!(
        "{ATTEMPTS} attempts in {seconds:.1} s, half with a wrong password, each from an address of its own, {ACCOUNTS} accounts; \
         answered {}; {} times GET / at {RATE} readings/s",
        answers.join(", "),
        busy.client.len()
    );
    let asked = "p99 < 20 ms";
    let without = |text: String| format!("{text} without sign-ins");
    Ok(vec![
        Row::new(
            "dashboard page during 50 sign-ins per second attempted, server side",
            asked,
            busy.server.describe(),
            without(quiet.server.describe()),
            how,
        ),
        Row::new(
            "the same from the client",
            "",
            stats::describe(&busy.client),
            without(stats::describe(&quiet.client)),
            "each on a connection of its own, 20 ms apart",
        ),
    ])
}

/// Tries to sign in at a steady rhythm, whether earlier attempts have been answered or not; says how often it was answered how.
fn attempts(site: &Site) -> Result<BTreeMap<u16, u32>> {
    let started = Instant::now();
    let mut asked: Vec<JoinHandle<Result<u16>>> = Vec::new();
    for number in 0..ATTEMPTS {
        std::thread::sleep((started + BETWEEN_ATTEMPTS * number).saturating_duration_since(Instant::now()));
        let site = site.clone();
        asked.push(std::thread::spawn(move || Ok(site.post("/login", &form(number), &address(number))?.status)));
    }
    let mut statuses = BTreeMap::new();
    for answer in asked {
        let status = answer.join().map_err(|_| anyhow::anyhow!("an attempt panicked"))??;
        *statuses.entry(status).or_default() += 1;
    }
    Ok(statuses)
}

/// Right and wrong in turns.
fn form(number: u32) -> String {
    let (account, is_right) = (number / 2, number.is_multiple_of(2));
    let password = if is_right { PASSWORD } else { WRONG_PASSWORD }.replace(' ', "+");
    let is_unknown = !is_right && account.is_multiple_of(UNKNOWN_EVERY);
    let name = if is_unknown { format!("nobody{account}") } else { name(account % ACCOUNTS) };
    format!("name={name}&password={password}")
}

/// From the networks that are kept for measurements.
fn address(number: u32) -> String {
    format!("198.18.{}.{}", number / 250, number % 250 + 1)
}

fn one_hash(lab: &Lab) -> Result<Row> {
    let mut command = lab.command();
    command.args(["bench", "password"]);
    let report = Running::start(&lab.dir, "loadline bench password", &mut command)?.finish(COMMAND_DEADLINE)?;
    let report: Value = serde_json::from_str(&report).with_context(|| format!("the report: {report}"))?;
    let number = |name: &str| report[name].as_f64().with_context(|| format!("no {name} in {report}"));
    Ok(Row::new(
        "one hash of a password (argon2id, 19 MiB, 2 passes, 1 lane)",
        "",
        format!("p50 {}, longest {}", table::seconds(number("median_seconds")?), table::seconds(number("longest_seconds")?)),
        String::new(),
        format!(
            "`loadline bench password`: {} hashes, one after the other; what one thread can check in a second",
            number("hashes")?
        ),
    ))
}

/// What it takes to know who asks: a page about nothing but that.
fn principal(site: &Site) -> Result<Row> {
    let signed_in = site.post("/login", &form(0), &address(ATTEMPTS))?;
    ensure!(signed_in.status == 303, "signing in answered {}", signed_in.status);
    let person = site.with_cookies(&signed_in);
    let page = person.times("/account", PAGES, Duration::ZERO)?;
    let by_token = site.times("/account", PAGES, Duration::ZERO)?;
    let nobody = site.times("/healthz", PAGES, Duration::ZERO)?;
    Ok(Row::new(
        "page `/account` of somebody signed in: session, person and rights looked up",
        "",
        stats::describe(&page),
        format!("{} for `/healthz`, the same way", stats::describe(&nobody)),
        format!("{PAGES} times from the client; with a token {}", stats::describe(&by_token)),
    ))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn half_of_the_attempts_are_wrong_and_no_account_is_closed_by_them() {
        const CLOSES_AT: u32 = 20;
        let forms: Vec<String> = (0..ATTEMPTS).map(form).collect();
        let wrong: Vec<&String> = forms.iter().filter(|form| form.ends_with("bucket")).collect();
        assert_eq!(wrong.len() * 2, forms.len());
        for number in 0..ACCOUNTS {
            let named = format!("name={}&", name(number));
            let failures = u32::try_from(wrong.iter().filter(|form| form.starts_with(&named)).count()).unwrap();
            assert!(failures < CLOSES_AT, "{named} {failures}");
        }
        let addresses: HashSet<String> = (0..=ATTEMPTS).map(address).collect();
        assert_eq!(addresses.len(), forms.len() + 1);
    }
}
