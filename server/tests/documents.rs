//! What the documents say is what the program says.

use std::path::{Path, PathBuf};
use std::process::Command;

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

#[test]
fn links_between_documents_lead_somewhere() {
    let guides = ["docs/en", "docs/zh"].iter().flat_map(|folder| std::fs::read_dir(root().join(folder)).unwrap());
    let mut documents: Vec<PathBuf> = guides.map(|entry| entry.unwrap().path()).collect();
    documents.extend(["README.md", "README.zh-CN.md", "ARCHITECTURE.md", "CONTRIBUTING.md"].map(|name| root().join(name)));
    for document in documents {
        let text = std::fs::read_to_string(&document).unwrap();
        for target in text.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(target, _)| target) {
            let file = target.split('#').next().unwrap();
            if file.is_empty() || file.contains("://") {
                continue;
            }
            assert!(document.parent().unwrap().join(file).exists(), "{} links to {target}", document.display());
        }
    }
}
