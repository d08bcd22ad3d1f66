//! Receivers, routes and messages of one tenant are nobody else's.

use domain::access::Preset;
use domain::alarms::Event;
use domain::alarms::notices::ChannelKind;
use warehouse::access::Granter;
use warehouse::alarms::notices::channels::{self, ChannelChange, ChannelSecret};
use warehouse::alarms::notices::routes::{self, RouteChange};

use crate::land::{Land, definition};
use crate::receiver::{Manner, Receiver};
use crate::support::{Reach, author};

#[tokio::test]
async fn a_tenant_is_told_of_its_own_regions_and_knows_of_no_other() {
    let land = Land::new().await;
    let tenant_id = land.town.tenant("east", &[1]).await;
    let (own, whole) = (Receiver::new(Manner::Status(200)).await, Receiver::new(Manner::Status(404)).await);
    let operators = land.webhook(&whole.address).await;
    let operators_route = land.route(&[(0, operators)], |_| {}).await;
    let granter = Granter { tenant_id: Some(tenant_id), scope: domain::access::Scope::of([1]), ..Granter::everything() };
    let secret = ChannelSecret { address: Some(own.address.clone()), key: None };
    let change = ChannelChange {
        name: "east-duty".to_owned(),
        kind: ChannelKind::Webhook,
        target: "http://127.0.0.1/…".to_owned(),
        secret,
        lang: "en".to_owned(),
        is_enabled: true,
    };
    let tenants = channels::add(&land.town.access, &author(), &granter, &change, land.town.now()).await.expect("a receiver");
    let route = |steps: &[(u32, i32)]| {
        let definition = domain::alarms::notices::RouteDefinition { tells_installation: false, ..definition(steps) };
        RouteChange { name: "east".to_owned(), definition, is_enabled: true }
    };
    assert!(routes::add(&land.town.access, &author(), &granter, &route(&[(0, operators)])).await.is_err(), "not its receiver");
    routes::add(&land.town.access, &author(), &granter, &route(&[(0, tenants)])).await.expect("a route");
    land.happen(&[(1, Event::Raised), (2, Event::Raised)]).await;
    for channel in [operators, tenants] {
        land.sender().serve(channel).await.expect("served");
    }
    let told: serde_json::Value = serde_json::from_str(&own.heard()[0].body).expect("JSON");
    assert_eq!((told["count"].as_i64(), told["alarms"][0]["region_id"].as_i64()), (Some(1), Some(1)));
    assert_eq!(whole.heard().len(), 1);

    land.town.person("mei", Preset::Engineer, Some(tenant_id), Reach::All).await;
    let mut browser = land.town.signed_in("mei").await;
    let page = browser.get("/alarms/notices?lang=en").await;
    assert!(page.text.contains("east-duty") && !page.text.contains("Send again"), "the operator's dead message is not shown");
    assert!(!page.text.contains(&format!("/alarms/channels/{operators}/")), "{}", page.text);
    let dead = land.messages().await.into_iter().find(|message| message.1 == "dead").expect("a dead message").0;
    for path in [
        format!("/alarms/channels/{operators}/test"),
        format!("/alarms/channels/{operators}/remove"),
        format!("/alarms/routes/{operators_route}/remove"),
        format!("/alarms/messages/{dead}/again"),
    ] {
        let reply = browser.post(&path, &[("version", "1")]).await;
        assert_eq!(reply.status, 404, "{path}: {}", reply.text);
    }
    let tested = browser.get(&format!("/alarms/notices?test={dead}")).await;
    assert!(!tested.text.contains("webhook-duty”"), "another's message is not told of");
}

#[tokio::test]
async fn whoever_sees_some_regions_sends_nothing_about_others() {
    let land = Land::new().await;
    let receiver = Receiver::new(Manner::Status(200)).await;
    let channel = land.webhook(&receiver.address).await;
    land.route(&[(0, channel)], |_| {}).await;
    land.town.person("zhao", Preset::Engineer, None, Reach::Some(&[1])).await;
    let mut browser = land.town.signed_in("zhao").await;
    // a receiver that is told of every region cannot be pointed elsewhere by him
    let change = [
        ("name", "mine"),
        ("kind", "webhook"),
        ("address", "https://elsewhere.example/"),
        ("lang", "zh"),
        ("enabled", "1"),
        ("version", "1"),
    ];
    let reply = browser.post(&format!("/alarms/channels/{channel}"), &change).await;
    assert_eq!(reply.status, 403, "{}", reply.text);
    land.happen(&[(1, Event::Raised), (2, Event::Raised)]).await;
    let page = browser.get("/alarms/notices").await;
    let seen = page.text.matches("/alarms/").filter(|_| true).count();
    assert!(seen > 0);
    let lines: i64 = page.text.matches("notice-open").count().try_into().expect("a number");
    assert_eq!(lines, 1, "only the region that he sees: {}", page.text);
}
