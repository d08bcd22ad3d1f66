//! What clerks do on pages.

use domain::access::Preset;
use server::web::security::Security;

use crate::support::{Reach, Town};
use crate::world::{REGION, World};

const LIST: &str = "/settlement/statements";

async fn world(town: &Town) -> World {
    World::over(town.pool.clone(), town.access.clone()).await
}

#[tokio::test]
async fn a_run_is_asked_for_and_statements_are_checked_frozen_and_void() {
    let town = Town::new().await;
    let world = world(&town).await;
    let contract = world.contract(1, "2026-01-01", Some("flat")).await;
    world.meter(contract, "2026-01-10", 100).await;
    town.person("wei", Preset::BillingClerk, None, Reach::All).await;
    town.person("ada", Preset::Admin, None, Reach::All).await;
    let mut wei = town.signed_in("wei").await;
    let reply = wei.post("/settlement/runs", &[("month", "2026-01"), ("region", "")]).await;
    assert_eq!((reply.status.as_u16(), reply.header("location")), (303, "/settlement/runs/1?done=run-asked"), "{}", reply.text);
    world.runs.work_off(&Default::default()).await.unwrap();
    let reply = wei.post("/settlement/runs/1/cancel", &[]).await;
    assert_eq!(reply.status, 409, "it is over: {}", reply.text);
    let draft = world.live(contract, "2026-01").await;
    let page = format!("{LIST}/{}", draft.statement_id);
    let edit = draft.edit_no.to_string();
    let reply = wei.post(&format!("{page}/check"), &[("edit_no", "99")]).await;
    assert_eq!(reply.status, 409, "somebody else was faster");
    let reply = wei.post(&format!("{page}/check"), &[("edit_no", &edit)]).await;
    assert_eq!(reply.header("location"), format!("{page}?done=statement-checked"), "{}", reply.text);
    let edit = world.live(contract, "2026-01").await.edit_no.to_string();
    let reply = wei.post(&format!("{page}/freeze"), &[("edit_no", &edit)]).await;
    assert_eq!(reply.header("location"), format!("{page}?done=statement-frozen"), "{}", reply.text);
    let edit = world.live(contract, "2026-01").await.edit_no.to_string();
    let reply = wei.post(&format!("{page}/void"), &[("edit_no", &edit), ("reason", "x")]).await;
    assert_eq!(reply.status, 403, "that is for administrators");
    let mut ada = town.signed_in("ada").await;
    let reply = ada.post(&format!("{page}/void"), &[("edit_no", &edit)]).await;
    assert_eq!(reply.status, 422, "without a reason");
    let reply = ada.post(&format!("{page}/void"), &[("edit_no", &edit), ("reason", "wrong customer")]).await;
    assert_eq!(reply.header("location"), format!("{page}?done=statement-voided"), "{}", reply.text);
    assert_eq!(town.recorded("statement.freeze").await, 1);
}

#[tokio::test]
async fn of_a_selection_what_cannot_be_done_stays_chosen() {
    let town = Town::new().await;
    let world = world(&town).await;
    let good = world.contract(1, "2026-01-01", Some("flat")).await;
    let idle = world.contract(2, "2026-01-01", Some("flat")).await;
    world.meter(good, "2026-01-10", 100).await;
    world.generate("2026-01").await;
    town.person("wei", Preset::BillingClerk, None, Reach::All).await;
    let mut wei = town.signed_in("wei").await;
    let back = "/settlement/statements?month=2026-01";
    let (good, idle) = (world.live(good, "2026-01").await, world.live(idle, "2026-01").await);
    let boxes = [&good, &idle].map(|row| format!("{}:{}", row.statement_id, row.edit_no));
    let fields = [("act", "check"), ("back", back), ("statement", boxes[0].as_str()), ("statement", boxes[1].as_str())];
    let reply = wei.post("/settlement/statements/acts", &fields).await;
    assert_eq!(reply.status, 409, "{}", reply.text);
    assert!(reply.text.contains("只处理了一部分"), "{}", reply.text);
    let statuses = world.text("select string_agg(status, ' ' order by user_id) from settlement_statements").await;
    assert_eq!(statuses, "checked draft");
    let fields = [("act", "check"), ("back", back), ("statement", boxes[1].as_str()), ("reason", "on holiday")];
    let reply = wei.post("/settlement/statements/acts", &fields).await;
    assert_eq!(reply.header("location"), format!("{back}&done=statements-done"), "{}", reply.text);
    let fields = [("act", "freeze"), ("scope", "clean"), ("month", "2026-01"), ("back", back)];
    let reply = wei.post("/settlement/statements/acts", &fields).await;
    assert_eq!(reply.header("location"), format!("{back}&done=statements-done"), "{}", reply.text);
    let statuses = world.text("select string_agg(status, ' ' order by user_id) from settlement_statements").await;
    assert_eq!(statuses, "frozen checked", "those without exceptions");
}

#[tokio::test]
async fn people_act_on_statements_of_their_regions_alone_and_two_persons_freeze() {
    let mut security = Security::default();
    security.statements.two_person = true;
    let town = Town::with(security).await;
    let world = world(&town).await;
    let contract = world.contract(1, "2026-01-01", Some("flat")).await;
    world.meter(contract, "2026-01-10", 100).await;
    world.generate("2026-01").await;
    town.person("far", Preset::BillingClerk, None, Reach::Some(&[REGION + 1])).await;
    town.person("wei", Preset::BillingClerk, None, Reach::All).await;
    town.person("lin", Preset::BillingClerk, None, Reach::All).await;
    let draft = world.live(contract, "2026-01").await;
    let page = format!("{LIST}/{}", draft.statement_id);
    let edit = draft.edit_no.to_string();
    let mut far = town.signed_in("far").await;
    assert_eq!(far.post(&format!("{page}/check"), &[("edit_no", &edit)]).await.status, 404);
    let mut wei = town.signed_in("wei").await;
    assert_eq!(wei.post(&format!("{page}/check"), &[("edit_no", &edit)]).await.status, 303);
    let edit = world.live(contract, "2026-01").await.edit_no.to_string();
    assert_eq!(wei.post(&format!("{page}/freeze"), &[("edit_no", &edit)]).await.status, 403, "the same person");
    let mut lin = town.signed_in("lin").await;
    assert_eq!(lin.post(&format!("{page}/freeze"), &[("edit_no", &edit)]).await.status, 303);
}
