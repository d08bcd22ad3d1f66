//! Desks, shifts, hand-overs and the figures of a desk, by forms of signed-in people through the real router.

mod forms;
mod handover;
#[expect(dead_code, reason = "shared with the tests of the web server")]
#[path = "../web/site.rs"]
mod site;
#[expect(dead_code, reason = "shared with the tests of who is let in")]
#[path = "../access/support.rs"]
mod support;

use domain::access::Preset;
use support::{Browser, Reach, Town};

/// 08:30 in Shanghai, with an engineer, two operators and a viewer who see everything.
async fn town() -> Town {
    let town = Town::new().await;
    town.at("2026-03-02T00:30:00Z");
    for (name, preset) in
        [("gong", Preset::Engineer), ("li", Preset::Operator), ("wu", Preset::Operator), ("zhao", Preset::Viewer)]
    {
        town.person(name, preset, None, Reach::All).await;
    }
    town
}

/// A desk of region 1, made by a form; its number.
async fn desk(chief: &mut Browser<'_>) -> String {
    let fields = [("name", "东调"), ("positions", "2"), ("regions", "some"), ("region", "1"), ("reason", "新台")];
    let reply = chief.post("/alarms/desks", &fields).await;
    let to = reply.header("location");
    assert_eq!(reply.status, 303, "{}", reply.text);
    to.strip_prefix("/alarms/shifts?desk=").and_then(|rest| rest.strip_suffix("&done=desk-added")).expect(to).to_owned()
}

/// Three shifts a day for a week, from 2026-03-02.
async fn week(chief: &mut Browser<'_>, desk: &str) {
    let fields = [
        ("kind", "series"),
        ("desk_id", desk),
        ("week", "2026-03-02"),
        ("pattern", "three"),
        ("from", "2026-03-02"),
        ("to", "2026-03-08"),
        ("crews", "张三、李四\r\n王五"),
    ];
    let reply = chief.post("/alarms/shifts", &fields).await;
    assert_eq!((reply.status.as_u16(), reply.header("location")), (303, place(desk).as_str()), "{}", reply.text);
}

fn place(desk: &str) -> String {
    format!("/alarms/shifts?desk={desk}&week=2026-03-02&done=series-added")
}
