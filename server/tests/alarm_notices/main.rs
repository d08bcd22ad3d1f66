//! Who is told about alarms, and how messages reach receivers that behave badly, through restarts and floods.

mod deliveries;
mod escalation;
mod flood;
mod kills;
mod land;
mod mail;
mod messages;
mod pages;
mod receiver;
#[expect(dead_code, reason = "shared with the tests of the web server")]
#[path = "../web/site.rs"]
mod site;
#[expect(dead_code, reason = "shared with the tests of who is let in")]
#[path = "../access/support.rs"]
mod support;
mod tenants;
