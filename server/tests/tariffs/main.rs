//! Tariffs through the real router and the binary on a real warehouse: versions, the calendar, decisions, files, who may what.

mod api;
mod calendar;
mod command;
mod files;
mod forms;
mod land;
mod reach;
mod shipped;
#[expect(dead_code, reason = "shared with the tests of the web server")]
#[path = "../web/site.rs"]
mod site;
#[expect(dead_code, reason = "shared with the tests of who is let in")]
#[path = "../access/support.rs"]
mod support;
