//! Style and script, built into the binary and named by their content, so that a new version is never mixed with an old one.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::LazyLock;

/// A file that a page links.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Asset {
    pub name: &'static str,
    pub content_type: &'static str,
    pub body: &'static str,
}

/// All files under `/style/`.
pub const ALL: &[Asset] = &[
    Asset {
        name: "main.css",
        content_type: "text/css; charset=utf-8",
        body: concat!(
            include_str!("../../style/tokens.css"),
            include_str!("../../style/base.css"),
            include_str!("../../style/frame.css"),
            include_str!("../../style/blocks.css"),
            include_str!("../../style/charts.css"),
            include_str!("../../style/pages.css"),
            include_str!("../../style/forms.css"),
            include_str!("../../style/alarms.css"),
            include_str!("../../style/rules.css"),
            include_str!("../../style/performance.css"),
            include_str!("../../style/tariffs.css"),
            include_str!("../../style/contracts.css"),
            include_str!("../../style/settlement.css"),
            include_str!("../../style/wall.css"),
        ),
    },
    Asset { name: "live.js", content_type: "text/javascript; charset=utf-8", body: include_str!("../../style/live.js") },
    Asset { name: "rules.js", content_type: "text/javascript; charset=utf-8", body: include_str!("../../style/rules.js") },
    Asset { name: "tariffs.js", content_type: "text/javascript; charset=utf-8", body: include_str!("../../style/tariffs.js") },
    Asset { name: "desk.js", content_type: "text/javascript; charset=utf-8", body: include_str!("../../style/desk.js") },
    Asset { name: "favicon.svg", content_type: "image/svg+xml", body: include_str!("../../style/favicon.svg") },
];

/// The file `/style/{name}`.
pub fn find(name: &str) -> Option<Asset> {
    ALL.iter().copied().find(|asset| asset.name == name)
}

/// Changes whenever a file changes; pages link `?v=` this, and the wall reloads when it differs.
pub fn version() -> &'static str {
    static VERSION: LazyLock<String> = LazyLock::new(|| {
        let mut hasher = DefaultHasher::new();
        for asset in ALL {
            asset.body.hash(&mut hasher);
        }
        format!("{:016x}", hasher.finish())
    });
    &VERSION
}

pub fn link(name: &str) -> String {
    format!("/style/{name}?v={}", version())
}
