//! Who is let in and who is not, through the real router on a real warehouse.

mod bearers;
mod edge;
mod links;
mod matrix;
mod sessions;
mod sign_in;
#[expect(dead_code, reason = "shared with the other tests of the web server")]
#[path = "../web/site.rs"]
mod site;
mod strangers;
mod support;
