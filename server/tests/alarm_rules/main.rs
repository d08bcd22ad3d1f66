//! Rules of alarms through the real router on a real warehouse: forms, the interface for programs, pages, trials.

mod api;
mod forms;
mod land;
mod pages;
#[expect(dead_code, reason = "shared with the tests of the web server")]
#[path = "../web/site.rs"]
mod site;
#[expect(dead_code, reason = "shared with the tests of who is let in")]
#[path = "../access/support.rs"]
mod support;
mod trials;
