//! Contracts through the real router on a real warehouse: forms, the interface for programs, files, very many at once.

mod api;
mod command;
mod files;
mod forms;
mod land;
mod many;
mod pages;
mod race;
#[expect(dead_code, reason = "shared with the tests of the web server")]
#[path = "../web/site.rs"]
mod site;
#[expect(dead_code, reason = "shared with the tests of who is let in")]
#[path = "../access/support.rs"]
mod support;
mod unreadable;
