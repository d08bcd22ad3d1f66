//! What people and programs do to alarms, and what they are told, through the real router on a real warehouse.

mod acts;
mod conflicts;
mod exports;
mod forms;
mod land;
mod lists;
mod refusals;
#[expect(dead_code, reason = "shared with the tests of the web server")]
#[path = "../web/site.rs"]
mod site;
mod stream;
#[expect(dead_code, reason = "shared with the tests of who is let in")]
#[path = "../access/support.rs"]
mod support;
