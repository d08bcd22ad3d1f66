//! Which crate may know which: the arrows of the architecture, and the libraries that a layer must not contain.

use toml::{Table, Value};

use super::Finding;

struct Layer {
    name: &'static str,
    may_know: &'static [&'static str],
    /// Libraries whose presence would mean that the layer does another one's work.
    must_not_contain: &'static [&'static str],
}

const LAYERS: [Layer; 10] = [
    Layer { name: "domain", may_know: &[], must_not_contain: &["tokio", "sqlx", "leptos", "axum", "futures", "rand"] },
    Layer { name: "engine", may_know: &["domain"], must_not_contain: &["tokio", "sqlx", "leptos", "axum", "futures", "rand"] },
    Layer { name: "source", may_know: &["domain"], must_not_contain: &["leptos", "axum"] },
    Layer { name: "operational", may_know: &["domain"], must_not_contain: &["leptos", "axum"] },
    Layer { name: "warehouse", may_know: &["domain"], must_not_contain: &["leptos", "axum"] },
    Layer { name: "app", may_know: &["domain", "operational", "warehouse"], must_not_contain: &["sqlx", "pg_walstream"] },
    Layer {
        name: "server",
        may_know: &["app", "cluster", "domain", "engine", "operational", "source", "warehouse"],
        must_not_contain: &["pg_walstream"],
    },
    Layer { name: "cluster", may_know: &[], must_not_contain: &["tokio", "sqlx"] },
    Layer { name: "testkit", may_know: &["cluster"], must_not_contain: &["axum", "leptos"] },
    Layer { name: "xtask", may_know: &["cluster", "domain"], must_not_contain: &["tokio", "sqlx"] },
];

/// What tests of any layer may use besides.
const FOR_TESTS: [&str; 2] = ["testkit", "cluster"];
/// Whole-program tests live in the crate that joins everything; the others test against their neighbours at most.
const TEST_NEIGHBOURS: [(&str, &[&str]); 2] = [("warehouse", &["engine"]), ("source", &["operational"])];

pub fn check(path: &str, text: &str) -> Vec<Finding> {
    let manifest = match text.parse::<Table>() {
        Ok(manifest) => manifest,
        Err(error) => return vec![Finding::new(path, 1, format!("not TOML: {}", error.message()))],
    };
    let Some(name) = manifest.get("package").and_then(|package| package.get("name")).and_then(Value::as_str) else {
        return Vec::new();
    };
    let mut findings = Vec::new();
    if manifest.get("lints").and_then(|lints| lints.get("workspace")).and_then(Value::as_bool) != Some(true) {
        findings.push(Finding::new(path, 1, "take the lints of the workspace: [lints] workspace = true"));
    }
    let Some(layer) = LAYERS.iter().find(|layer| layer.name == name) else {
        findings.push(Finding::new(path, 1, format!("crate `{name}` has no place in the table of layers")));
        return findings;
    };
    for (section, is_test) in [("dependencies", false), ("build-dependencies", false), ("dev-dependencies", true)] {
        let Some(Value::Table(dependencies)) = manifest.get(section) else { continue };
        for dependency in dependencies.keys() {
            let ours = LAYERS.iter().any(|layer| layer.name == dependency);
            let known = layer.may_know.contains(&dependency.as_str()) || (is_test && allowed_in_tests(name, dependency));
            if ours && !known {
                findings.push(Finding::new(path, line_of(text, dependency), format!("`{name}` must not know `{dependency}`")));
            }
            if !is_test && layer.must_not_contain.contains(&dependency.as_str()) {
                findings.push(Finding::new(path, line_of(text, dependency), format!("`{name}` must not contain `{dependency}`")));
            }
        }
    }
    findings
}

fn allowed_in_tests(name: &str, dependency: &str) -> bool {
    FOR_TESTS.contains(&dependency)
        || TEST_NEIGHBOURS.iter().any(|(layer, neighbours)| *layer == name && neighbours.contains(&dependency))
}

fn line_of(text: &str, dependency: &str) -> usize {
    text.lines().position(|line| line.starts_with(dependency)).map_or(1, |index| index + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest(name: &str, rest: &str) -> Vec<String> {
        let text = format!("[package]\nname = \"{name}\"\n[lints]\nworkspace = true\n{rest}");
        check("Cargo.toml", &text).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn arrows_point_one_way() {
        assert!(manifest("engine", "[dependencies]\ndomain = { workspace = true }\n").is_empty());
        let found = manifest("engine", "[dependencies]\nwarehouse = { workspace = true }\n");
        assert_eq!(found, ["Cargo.toml:6: `engine` must not know `warehouse`"]);
        assert_eq!(manifest("app", "[dependencies]\nengine.workspace = true\n").len(), 1);
    }

    #[test]
    fn the_testkit_is_for_tests() {
        assert!(manifest("warehouse", "[dev-dependencies]\ntestkit.workspace = true\n").is_empty());
        assert_eq!(manifest("warehouse", "[dependencies]\ntestkit.workspace = true\n").len(), 1);
    }

    #[test]
    fn layers_do_not_take_over_anothers_work() {
        assert_eq!(manifest("domain", "[dependencies]\ntokio = \"1\"\n"), ["Cargo.toml:6: `domain` must not contain `tokio`"]);
        assert!(manifest("domain", "[dev-dependencies]\ntokio = \"1\"\n").is_empty());
        assert_eq!(manifest("app", "[dependencies]\nsqlx = \"1\"\n").len(), 1);
    }

    #[test]
    fn every_crate_has_the_lints_and_a_place() {
        let text = "[package]\nname = \"domain\"\n";
        assert!(check("Cargo.toml", text)[0].to_string().contains("lints"));
        assert!(manifest("novelty", "")[0].contains("no place"));
        assert!(check("Cargo.toml", "[workspace]\nmembers = []\n").is_empty());
    }
}
