//! What the documents say is what the program says.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use app::text::access::actions::ACTIONS;
use clap::Parser;
use domain::access::{Area, PERMISSIONS, Preset};
use server::cli::Cli;

const LANGUAGES: [&str; 2] = ["docs/en", "docs/zh"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

#[test]
fn the_configuration_reference_is_generated_from_the_settings() {
    let printed = Command::new(env!("CARGO_BIN_EXE_loadline")).arg("config").output().unwrap();
    let printed = String::from_utf8(printed.stdout).unwrap();
    let document = std::fs::read_to_string(root().join("docs/configuration.md")).unwrap();
    let body: Vec<&str> = document.lines().skip(2).collect();
    assert_eq!(body, printed.lines().collect::<Vec<_>>(), "renew it with: loadline config > docs/configuration.md");
}

fn guides(folder: &str) -> BTreeSet<String> {
    let files = std::fs::read_dir(root().join(folder)).unwrap();
    files.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

/// Path and text of everything that people read.
fn documents() -> Vec<(PathBuf, String)> {
    let mut paths: Vec<PathBuf> = LANGUAGES
        .iter()
        .flat_map(|folder| guides(folder).into_iter().map(move |guide| root().join(folder).join(guide)))
        .collect();
    let others = ["README.md", "README.zh-CN.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"];
    paths.extend(others.map(|name| root().join(name)));
    let read = |path: PathBuf| {
        let text = std::fs::read_to_string(&path).unwrap();
        (path, text)
    };
    paths.into_iter().map(read).collect()
}

fn guide(folder: &str, name: &str) -> String {
    std::fs::read_to_string(root().join(folder).join(name)).unwrap()
}

#[test]
fn links_between_documents_lead_somewhere() {
    for (document, text) in documents() {
        for target in text.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(target, _)| target) {
            if target.contains("://") {
                continue;
            }
            let (file, section) = target.split_once('#').unwrap_or((target, ""));
            let there = if file.is_empty() { document.clone() } else { document.parent().unwrap().join(file) };
            assert!(there.exists(), "{} links to {target}", document.display());
            if !section.is_empty() {
                let sections = anchors(&std::fs::read_to_string(&there).unwrap());
                assert!(sections.contains(section), "{} links to {target}; there are {sections:?}", document.display());
            }
        }
    }
}

/// As they are made of headings where Markdown is shown: small letters, hyphens for blanks, no other signs.
fn anchors(text: &str) -> BTreeSet<String> {
    let headings = text.lines().filter_map(|line| line.strip_prefix('#').map(|rest| rest.trim_start_matches('#').trim()));
    let sign = |letter: char| match letter {
        ' ' => Some('-'),
        letter if letter.is_alphanumeric() || letter == '-' || letter == '_' => Some(letter),
        _ => None,
    };
    headings.map(|heading| heading.to_lowercase().chars().filter_map(sign).collect()).collect()
}

#[test]
fn each_guide_is_there_in_both_languages_and_in_both_lists() {
    let [en, zh] = LANGUAGES.map(guides);
    assert_eq!(en, zh);
    for (readme, folder) in [("README.md", "docs/en"), ("README.zh-CN.md", "docs/zh")] {
        let text = std::fs::read_to_string(root().join(readme)).unwrap();
        for guide in &en {
            assert!(text.contains(&format!("({folder}/{guide})")), "{readme} does not lead to {guide}");
        }
    }
}

#[test]
fn each_command_in_the_documents_is_one_that_the_program_takes() {
    let mut tried = 0;
    for (document, text) in documents() {
        for command in commands(&text) {
            let parsed = Cli::try_parse_from(words(&command));
            assert!(parsed.is_ok(), "{}: {command}\n{}", document.display(), parsed.unwrap_err());
            tried += 1;
        }
    }
    assert!(tried > 100, "only {tried} commands were found");
}

/// What begins with `loadline` in blocks of commands and between backticks. Those with an ellipsis are left out.
fn commands(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut language = None;
    let joined = text.replace("\\\n", " ");
    for line in joined.lines() {
        match (line.trim_start().strip_prefix("```"), language) {
            (Some(name), None) => language = Some(name),
            (Some(_), Some(_)) => language = None,
            (None, None) => found.extend(line.split('`').skip(1).step_by(2).filter(|code| code.starts_with("loadline "))),
            (None, Some("sh")) => found.extend(line.find("loadline ").map(|at| &line[at..])),
            (None, Some("console")) => found.extend(line.strip_prefix("$ ").filter(|code| code.starts_with("loadline "))),
            (None, Some(_)) => {}
        }
    }
    // behind `docker compose exec loadline` and in paths the first one is not the program
    let program = |code: &str| code.strip_prefix("loadline loadline").map_or(code.to_owned(), |rest| format!("loadline{rest}"));
    found.into_iter().filter(|code| !code.contains('…')).map(program).collect()
}

/// As a shell would divide it, up to the first pipe, redirection or comment.
fn words(command: &str) -> Vec<String> {
    let mut words = Vec::new();
    let (mut word, mut quote) = (String::new(), None);
    for letter in command.chars() {
        match (letter, quote) {
            (letter, Some(open)) if letter == open => quote = None,
            ('"' | '\'', None) => quote = Some(letter),
            ('|' | '>' | '#' | ')' | ';', None) => break,
            (' ', None) => words.push(std::mem::take(&mut word)),
            (letter, _) => word.push(letter),
        }
    }
    words.push(word);
    words.retain(|word| !word.is_empty());
    words
}

#[test]
fn the_tables_of_rights_are_those_of_the_program() {
    for folder in LANGUAGES {
        let text = guide(folder, "people.md");
        let row = |code: &str| {
            let row = text.lines().find(|line| line.starts_with(&format!("| `{code}`"))).unwrap_or_else(|| panic!("{code}"));
            row.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect::<Vec<_>>()
        };
        let head: Vec<_> = Preset::ALL.map(Preset::code).to_vec();
        assert!(text.contains(&head.join(" | ")), "presets in the order of the program");
        let lang = if folder == "docs/en" { app::Lang::En } else { app::Lang::Zh };
        let level = |level| app::text::access::rights::level(level).get(lang).to_lowercase();
        for preset in Preset::ALL {
            let held: Vec<_> = Area::ALL.map(|area| level(preset.rights().level(area))).to_vec();
            assert_eq!(row(preset.code())[1..], held, "{folder} {}", preset.code());
        }
        for (permission, code, area, needed) in PERMISSIONS {
            let cells = row(code);
            let area = app::text::access::rights::area(area).get(lang).to_lowercase();
            assert_eq!(cells[1].replace('：', ": "), format!("{area}: {}", level(needed)), "{folder} {code}");
            let has: Vec<bool> = Preset::ALL.map(|preset| preset.rights().allow(permission)).to_vec();
            assert_eq!(cells[2..].iter().map(|cell| cell != "–").collect::<Vec<_>>(), has, "{folder} {code}");
        }
    }
}

#[test]
fn each_kind_of_audit_entry_is_explained() {
    for folder in LANGUAGES {
        let text = guide(folder, "audit.md");
        for (action, _) in ACTIONS {
            assert!(text.contains(&format!("`{action}`")), "{folder} says nothing of {action}");
        }
    }
}
