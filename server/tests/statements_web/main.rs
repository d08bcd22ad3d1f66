//! Statements through the real router: forms of clerks, programs with tokens, settled days as JSON and CSV, who may what.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod api;
mod forms;
#[expect(dead_code, reason = "shared with the tests of the web server")]
#[path = "../web/site.rs"]
mod site;
mod stale;
#[expect(dead_code, reason = "shared with the tests of who is let in")]
#[path = "../access/support.rs"]
mod support;
mod unreadable;
#[expect(dead_code, reason = "shared with the tests of statements")]
#[path = "../statements/world.rs"]
mod world;
