//! Rules about lines of text, for every kind of source file.

use super::Finding;

const MAX_LINES: usize = 500;
const TEXT_ENDINGS: [&str; 15] = [
    ".rs",
    ".toml",
    ".md",
    ".sql",
    ".sh",
    ".js",
    ".ts",
    ".css",
    ".html",
    ".yml",
    ".yaml",
    "Makefile",
    "Dockerfile",
    ".ci/run",
    ".txt",
];
/// Work that is not done belongs in an issue.
const OPEN_WORK: [&str; 4] = ["TODO", "FIXME", "XXX", "HACK"];
/// Folders that exist on one person's machine only.
const MACHINE_PATHS: [&str; 4] = ["/home/", "/work/", "/Users/", "\\Users\\"];
/// This file has to name what it looks for.
const SELF: &str = "crates/xtask/src/tidy/text.rs";

pub fn check(path: &str, text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    if !TEXT_ENDINGS.iter().any(|ending| path.ends_with(ending)) || path.ends_with("package-lock.json") {
        return findings;
    }
    if path.ends_with(".rs") {
        if !text.starts_with("//!") {
            findings.push(Finding::new(path, 1, "begin with a `//!` line that says what the file is for"));
        }
        let lines = text.lines().count();
        if lines > MAX_LINES {
            findings.push(Finding::new(path, lines, format!("{lines} lines, at most {MAX_LINES}: split it")));
        }
    }
    if !text.is_empty() && !text.ends_with('\n') {
        findings.push(Finding::new(path, text.lines().count(), "the last line has no end"));
    }
    for (index, line) in text.lines().enumerate() {
        if let Some(message) = check_line(path, line) {
            findings.push(Finding::new(path, index + 1, message));
        }
    }
    findings
}

fn check_line(path: &str, line: &str) -> Option<String> {
    if line.ends_with([' ', '\t', '\r']) {
        return Some("space at the end of the line".to_owned());
    }
    if path == SELF {
        return None;
    }
    if let Some(word) = OPEN_WORK.into_iter().find(|word| has_word(line, word)) {
        return Some(format!("`{word}`: do it or leave it to an issue"));
    }
    let found = MACHINE_PATHS.into_iter().find(|found| line.contains(found) && !is_address(line, found))?;
    Some(format!("`{found}` names a folder of one machine"))
}

fn has_word(line: &str, word: &str) -> bool {
    let is_part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    line.match_indices(word).any(|(at, _)| {
        let before = line.get(..at).and_then(|text| text.chars().next_back());
        let after = line.get(at + word.len()..).and_then(|text| text.chars().next());
        !is_part(before) && !is_part(after)
    })
}

/// `/work/` inside a web address or a relative path is no folder of a machine.
fn is_address(line: &str, found: &str) -> bool {
    line.find(found).is_some_and(|at| {
        line.get(..at).and_then(|text| text.chars().next_back()).is_some_and(|c| c.is_alphanumeric() || "._-}*".contains(c))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages(path: &str, text: &str) -> Vec<String> {
        check(path, text).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_clean_file_passes() {
        assert_eq!(messages("a.rs", "//! Says it.\nfn main() {}\n"), Vec::<String>::new());
    }

    #[test]
    fn a_rust_file_says_what_it_is_for() {
        assert!(messages("a.rs", "fn main() {}\n")[0].starts_with("a.rs:1: begin with"));
        assert!(messages("a.sql", "select 1\n").is_empty());
    }

    #[test]
    fn long_files_are_found() {
        let text = format!("//! x\n{}", "\n".repeat(MAX_LINES));
        assert!(messages("a.rs", &text)[0].contains("501 lines"));
        assert!(messages("a.rs", &text[..text.len() - 1]).is_empty());
    }

    #[test]
    fn trailing_space_and_missing_end_are_found() {
        assert_eq!(messages("a.md", "a \nb").len(), 2);
        assert_eq!(messages("a.csv", "a \nb").len(), 0);
    }

    #[test]
    fn open_work_is_found_as_a_word_only() {
        assert_eq!(messages("a.md", "TODO: more\n").len(), 1);
        assert_eq!(messages("a.md", "TODOS and AXXXB\n").len(), 0);
    }

    #[test]
    fn folders_of_one_machine_are_found() {
        assert_eq!(messages("a.md", "see /home/ann/x\n").len(), 1);
        assert_eq!(messages("a.md", "see https://example.org/work/x\n").len(), 0);
    }
}
