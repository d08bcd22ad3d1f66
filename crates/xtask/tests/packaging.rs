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
    let script = mounts.iter().find_map(|mount| mount.strip_suffix(":/docker-entrypoint-initdb.d/10-warehouse.sql:ro")).unwrap();
    let created = format!("{} {}", postgres["environment"]["POSTGRES_DB"].as_str().unwrap(), read(script));
    for service in ["setup", "loadline"] {
        for (key, database) in [("LOADLINE_SOURCE_URL", "loadline_source"), ("LOADLINE_WAREHOUSE_URL", "loadline_warehouse")] {
            let url = compose["services"][service]["environment"][key].as_str().unwrap();
            assert!(url.starts_with("postgres://loadline:") && url.ends_with(&format!("@postgres:5432/{database}")), "{url}");
            assert!(created.contains(database), "{created}");
        }
    }
    let ports = words(&compose["services"]["loadline"]["ports"]);
    assert_eq!(ports, ["127.0.0.1:3000:3000"], "nothing is reachable from other machines");
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
