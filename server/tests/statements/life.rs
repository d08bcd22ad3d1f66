//! draft → checked → frozen → void, with every refusal.

use domain::Fixed2;
use domain::settlement::lifecycle::{Demands, Refusal, StatementAct};
use domain::settlement::{BandMap, DayMark, ExceptionKind, StatementState};
use warehouse::settlement::statements::document_hash;

use super::world::{DEMANDS, World, because, person};

#[tokio::test]
async fn a_statement_is_drafted_checked_frozen_and_proved_by_its_hash() {
    let world = World::new().await;
    let contract = world.contract(1, "2026-01-01", Some("flat")).await;
    world.meter(contract, "2026-01-10", 100).await;
    world.meter(contract, "2026-01-11", 60).await;
    let run = world.generate("2026-01").await;
    assert_eq!((run.total_count, run.done_count, run.fault_count), (1, 1, 0));
    let draft = world.live(contract, "2026-01").await;
    assert_eq!((draft.status.as_str(), draft.version, draft.total.as_str()), ("draft", 1, "80.00"));
    assert_eq!(draft.exceptions, [] as [&str; 0]);
    assert_eq!(draft.hash, None);
    let clerk = person(1, "clerk");
    assert_eq!(
        world.act(&clerk, StatementAct::Freeze, &draft).await,
        Err(Refusal::WrongState { state: StatementState::Draft }),
        "freezing needs checked"
    );
    world.act(&clerk, StatementAct::Check, &draft).await.unwrap();
    let stale = world.act(&clerk, StatementAct::Reopen, &draft).await;
    assert_eq!(stale, Err(Refusal::Changed { edit_no: draft.edit_no + 1, state: StatementState::Checked }));
    world.act(&clerk, StatementAct::Reopen, &world.live(contract, "2026-01").await).await.unwrap();
    let frozen = world.freeze(contract, "2026-01").await;
    assert_eq!(frozen.status, "frozen");
    assert_eq!(frozen.hash, Some(document_hash(&frozen.document)));
    assert_eq!(frozen.document, draft.document, "what was looked at is what was frozen");
    let document = frozen.document();
    assert_eq!(document.bill.total, document.bill.lines.iter().map(|line| line.amount).sum());
    assert_eq!(document.days.len(), 2);
    let events =
        world.text("select string_agg(event || ':' || coalesce(actor, ''), ' ' order by event_id) from settlement_events").await;
    assert_eq!(events, "drafted: checked:clerk reopened:clerk checked:clerk frozen:clerk");
    let recorded = world.text("select string_agg(action, ' ' order by entry_no) from access.audit_log").await;
    assert_eq!(recorded, "statement.generate statement.check statement.reopen statement.check statement.freeze");
    let items = world
        .text("select string_agg(concat_ws(' ', kind, band, quantity, unit, price, amount), ';') from settlement_statement_items")
        .await;
    assert_eq!(items, "energy flat 160.00 kWh 0.500000 80.00");
}

#[tokio::test]
async fn exceptions_block_or_are_accepted_with_a_reason() {
    let world = World::new().await;
    let none = world.contract(1, "2026-01-01", None).await;
    let idle = world.contract(2, "2026-01-01", Some("flat")).await;
    let unknown = world.contract(3, "2026-01-01", Some("flat")).await;
    world.meter(none, "2026-01-10", 5).await;
    world.meter_with(unknown, "2026-01-10", 5, |day| day.marks.push(DayMark::NotEstimated)).await;
    let run = world.generate("2026-01").await;
    assert_eq!((run.done_count, run.fault_count), (3, 2), "what cannot be checked is counted");
    let clerk = person(1, "clerk");
    let refusal = world.act(&because(&clerk, "never mind"), StatementAct::Check, &world.live(none, "2026-01").await).await;
    assert_eq!(refusal, Err(Refusal::Blocked { exceptions: vec![ExceptionKind::CannotBill] }), "a contract without tariff");
    let refusal = world.act(&because(&clerk, "never mind"), StatementAct::Check, &world.live(unknown, "2026-01").await).await;
    assert_eq!(refusal, Err(Refusal::Blocked { exceptions: vec![ExceptionKind::NotEstimated] }));
    let draft = world.live(idle, "2026-01").await;
    let refusal = world.act(&clerk, StatementAct::Check, &draft).await;
    assert_eq!(refusal, Err(Refusal::ReasonForExceptions { exceptions: vec![ExceptionKind::ZeroUse] }));
    world.act(&because(&clerk, "closed for holidays"), StatementAct::Check, &draft).await.unwrap();
    let accepted = world.text("select accepted_reason from settlement_statements where status = 'checked'").await;
    assert_eq!(accepted, "closed for holidays");
}

#[tokio::test]
async fn freezing_needs_decisions_another_person_and_a_reason_for_estimates() {
    let world = World::new().await;
    let contract = world.contract(1, "2026-01-01", Some("flat")).await;
    let estimated = |day: &mut domain::settlement::DayEnergy| {
        day.marks.push(DayMark::EnergyEstimated);
        day.estimated = BandMap { flat: Fixed2(2_100), ..BandMap::default() };
    };
    world
        .meter_with(contract, "2026-01-10", 100, |day| {
            estimated(day);
            day.marks.push(DayMark::Undecided);
        })
        .await;
    world.generate("2026-01").await;
    let two = Demands { two_person: true, ..DEMANDS };
    let (clerk, chief) = (because(&person(1, "clerk"), "looked at"), person(2, "chief"));
    world.act(&clerk, StatementAct::Check, &world.live(contract, "2026-01").await).await.unwrap();
    let undecided =
        world.act_under(two, &because(&chief, "x"), StatementAct::Freeze, &world.live(contract, "2026-01").await).await;
    assert_eq!(undecided, Err(Refusal::Blocked { exceptions: vec![ExceptionKind::Undecided] }));
    // the decision is recorded: the checked statement is a draft again
    world.meter_with(contract, "2026-01-10", 100, estimated).await;
    let draft = world.live(contract, "2026-01").await;
    assert_eq!((draft.status.as_str(), draft.exceptions.as_slice()), ("draft", ["estimated".to_owned()].as_slice()));
    world.act(&clerk, StatementAct::Check, &draft).await.unwrap();
    let checked = world.live(contract, "2026-01").await;
    assert_eq!(world.act_under(two, &clerk, StatementAct::Freeze, &checked).await, Err(Refusal::SamePerson));
    let share = world.act_under(two, &chief, StatementAct::Freeze, &checked).await;
    assert_eq!(share, Err(Refusal::ReasonForEstimates { percent: 21, limit_percent: 20 }));
    world.act_under(two, &because(&chief, "meter was broken"), StatementAct::Freeze, &checked).await.unwrap();
    assert_eq!(world.text("select freeze_reason from settlement_statements").await, "meter was broken");
    let events = world.text("select string_agg(event, ' ' order by event_id) from settlement_events").await;
    assert_eq!(events, "drafted checked data_changed checked frozen");
}

#[tokio::test]
async fn only_a_void_statement_gets_a_new_version() {
    let world = World::new().await;
    let contract = world.contract(1, "2026-01-01", Some("flat")).await;
    world.meter(contract, "2026-01-10", 100).await;
    world.generate("2026-01").await;
    let first = world.freeze(contract, "2026-01").await;
    world.generate("2026-01").await;
    assert_eq!(world.statements(contract).await.len(), 1, "a frozen statement is left alone");
    let refusal = world.act(&person(9, "administrator"), StatementAct::Void, &first).await;
    assert_eq!(refusal, Err(Refusal::ReasonNeeded));
    world.void(&first).await;
    assert_eq!(world.statements(contract).await.len(), 1, "voiding alone makes no new one");
    world.meter(contract, "2026-01-11", 50).await;
    world.generate("2026-01").await;
    let second = world.live(contract, "2026-01").await;
    assert_eq!((second.version, second.total.as_str()), (2, "75.00"));
    let (_, void) = world.statements(contract).await.remove(0);
    assert_eq!((void.status.as_str(), void.document), ("void", first.document), "what was frozen is still there");
    assert_eq!(world.adjustments(contract).await, [], "a void statement is adjusted by nothing");
}
