//! The files that only users with Docker or the runner of the checks would otherwise try out.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use yaml_rust2::{Yaml, YamlLoader};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().to_path_buf()
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn compose() -> Yaml {
    YamlLoader::load_from_str(&read("docker-compose.yml")).unwrap().remove(0)
}

fn words(list: &Yaml) -> Vec<String> {
    list.as_vec().unwrap().iter().map(|item| item.as_str().unwrap().to_owned()).collect()
}

#[test]
fn compose_runs_postgres_16_with_logical_decoding_and_waits_for_it() {
    let compose = compose();
    let postgres = &compose["services"]["postgres"];
    assert_eq!(postgres["image"].as_str(), Some("postgres:16"));
    assert!(words(&postgres["command"]).contains(&"wal_level=logical".to_owned()));
    assert!(words(&postgres["healthcheck"]["test"]).contains(&"pg_isready".to_owned()));
    assert!(postgres["ports"].is_badvalue(), "the database is not published");
    let services = &compose["services"];
    assert_eq!(services["setup"]["depends_on"]["postgres"]["condition"].as_str(), Some("service_healthy"));
    assert_eq!(services["loadline"]["depends_on"]["setup"]["condition"].as_str(), Some("service_completed_successfully"));
}

#[test]
fn compose_gives_loadline_two_databases_that_are_created() {
    let compose = compose();
    let postgres = &compose["services"]["postgres"];
    let mounts = words(&postgres["volumes"]);
    let script = mounts.iter().find_map(|mount| mount.strip_suffix(":/docker-entrypoint-initdb.d/10-loadline.sql:ro")).unwrap();
    let created = read(script);
    for service in ["setup", "loadline"] {
        for (key, database) in [("LOADLINE_SOURCE_URL", "loadline_source"), ("LOADLINE_WAREHOUSE_URL", "loadline_warehouse")] {
            let url = compose["services"][service]["environment"][key].as_str().unwrap();
            assert!(url.starts_with("postgres://loadline:") && url.ends_with(&format!("@postgres:5432/{database}")), "{url}");
            assert!(created.contains(&format!("create database {database} owner loadline;")), "{created}");
        }
    }
}

#[test]
fn compose_gives_loadline_a_role_that_is_no_superuser() {
    let compose = compose();
    let database = &compose["services"]["postgres"]["environment"];
    assert!(database["POSTGRES_USER"].is_badvalue(), "the superuser is that of the image, not loadline");
    let script = read("scripts/compose-init.sql");
    assert!(script.contains("create role loadline login replication password :'password';"), "{script}");
    assert!(script.contains("grant loadline_pages, loadline_access to loadline;"), "it need not make roles itself");
    let login = script.lines().find(|line| line.starts_with("create role loadline login")).unwrap();
    assert!(!["superuser", "createrole", "bypassrls"].iter().any(|right| login.contains(right)), "{login}");
    // the script and the addresses take the password from the same place
    assert_eq!(database["LOADLINE_DB_PASSWORD"], database["POSTGRES_PASSWORD"]);
    let url = compose["services"]["loadline"]["environment"]["LOADLINE_WAREHOUSE_URL"].as_str().unwrap();
    assert!(
        url.contains(database["LOADLINE_DB_PASSWORD"].as_str().unwrap())
            && script.contains("\\getenv password LOADLINE_DB_PASSWORD")
    );
}

#[test]
fn nothing_is_reachable_from_other_machines_without_an_explicit_word() {
    let compose = compose();
    let pages = &compose["services"]["loadline"];
    assert_eq!(words(&pages["ports"]), ["127.0.0.1:3000:3000"]);
    assert_eq!(words(&pages["command"]), ["serve", "--listen", "0.0.0.0:3000", "--insecure"]);
    let image = read("Dockerfile");
    let command = image.lines().find(|line| line.starts_with("CMD ")).unwrap();
    assert!(command.contains("0.0.0.0:3000") && !command.contains("insecure"), "the image alone is closed: {command}");
}

#[test]
fn the_image_is_small_and_not_run_by_root() {
    let text = read("Dockerfile");
    let stages: Vec<&str> = text.lines().filter(|line| line.starts_with("FROM ")).collect();
    assert_eq!(stages, ["FROM rust:1-bookworm AS build", "FROM debian:bookworm-slim"]);
    let last = text.rsplit_once("FROM ").unwrap().1;
    assert!(last.contains("\nUSER loadline\n") && last.contains("ENTRYPOINT [\"loadline\"]"));
    let published = read("docker-compose.yml").contains(":3000\"");
    assert!(text.contains("EXPOSE 3000") && published);
}

#[test]
fn the_runner_of_the_checks_calls_make_test() {
    for script in [".ci/run", "scripts/install.sh"] {
        let path = root().join(script);
        assert_ne!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o111, 0, "{script} is executable");
        assert!(Command::new("sh").arg("-n").arg(path).status().unwrap().success());
    }
    assert!(read(".ci/run").contains("exec make test"));
}

#[test]
fn make_lists_its_commands() {
    let output = Command::new("make").arg("--no-print-directory").current_dir(root()).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    for target in ["demo", "test", "bench", "lint", "screens", "help"] {
        assert!(text.contains(&format!("make {target} ")), "{text}");
    }
    let dry = Command::new("make").args(["-n", "test"]).current_dir(root()).output().unwrap();
    let steps = String::from_utf8(dry.stdout).unwrap();
    for step in [
        "cargo fmt --all --check",
        "cargo xtask tidy",
        "-D warnings",
        "prepare --check",
        "cargo test --workspace",
        "end2end/run.sh",
    ] {
        assert!(steps.contains(step), "{step} is not in {steps}");
    }
}

#[test]
fn installing_never_lets_debian_start_a_server_of_its_own() {
    let text = read("scripts/install.sh");
    let guard = text.find("create_main_cluster = false").unwrap();
    let install = text.find("apt_install postgresql\n").unwrap();
    assert!(guard < install);
}
