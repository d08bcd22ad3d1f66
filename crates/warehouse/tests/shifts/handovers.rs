//! What is handed over, and who signs.

use domain::access::Scope;
use warehouse::access::AccessError;
use warehouse::alarms::shifts::{
    Handover, ShiftFault, Side, change_shift, handover, handovers, note, remove_shift, sign, start, withdraw,
};

use super::*;

const LI: i64 = 101;
const WU: i64 = 102;

struct Change {
    house: House,
    desk: i32,
    from: i64,
    to: i64,
    id: i64,
}

/// A desk of region 1 with an open alarm there and one elsewhere, and a hand-over from one shift to the next.
async fn change() -> Change {
    let house = house().await;
    let desk = desk_of(&house, Some(&[1])).await;
    let (from, to) = (shift_of(&house, desk, "早班", -8).await, shift_of(&house, desk, "中班", 0).await);
    alarm(&house, 7, "1", "UNACK", "").await;
    alarm(&house, 8, "30", "UNACK", "").await;
    alarm(&house, 9, "1", "SHLVD", ", shelved_until = '2026-03-02 10:00Z', set_aside_reason = '检修'").await;
    alarm(&house, 10, "1", "NORM", "").await;
    let id = start(&house.pool, &author(), &chief(), desk, (Some(from), Some(to)), "3 号线检修").await.expect("a hand-over");
    Change { house, desk, from, to, id }
}

impl Change {
    async fn sign(&self, who: i64, side: Side, version: i32) -> Result<(), ShiftError> {
        let name = if who == LI { "li" } else { "wu" };
        sign(&self.house.pool, &named(who, name), &chief(), (self.id, version), side, now()).await
    }

    async fn get(&self) -> Handover {
        handover(&self.house.pool, None, self.id).await.expect("a hand-over").0
    }
}

#[tokio::test]
async fn both_sign_and_what_was_handed_over_is_as_of_the_first_signature() {
    let change = change().await;
    assert_eq!(change.get().await.snapshot, None);
    change.sign(LI, Side::Outgoing, 1).await.expect("signed");
    let signed = change.get().await;
    let kept = signed.snapshot.clone().expect("kept");
    assert_eq!(kept.alarms.iter().map(|one| one.alarm_id).collect::<Vec<_>>(), [7, 9], "open before set aside; of the desk only");
    assert_eq!((kept.alarms[1].set_aside_reason.as_deref(), kept.alarms[1].state.as_str()), (Some("检修"), "SHLVD"));
    assert_eq!(kept.alarms[1].shelved_until, Some(moment("2026-03-02T10:00:00Z")));
    assert_eq!((kept.alarms[0].region_name.as_deref(), kept.alarms[0].name_zh.as_str()), (Some("东"), "越限"));
    assert_eq!((kept.from.expect("a shift").name, kept.to.expect("a shift").name), ("早班".to_owned(), "中班".to_owned()));

    change.house.sql("update alarms set state = 'NORM'").await;
    let changed = change_shift(&change.house.pool, &author(), &chief(), (change.to, 1), &new_shift("改名", 0, 8)).await;
    changed.expect("the calendar goes on");
    change.sign(WU, Side::Incoming, 2).await.expect("signed");
    let done = change.get().await;
    assert!(done.is_finished());
    assert_eq!(done.snapshot, signed.snapshot, "as of the first signature");
    let names = [done.outgoing, done.incoming].map(|side| side.expect("a signature").name);
    assert_eq!(names, ["li", "wu"]);
    let entry = change.house.last_entry().await;
    assert_eq!((entry.action.as_str(), entry.actor_name.as_str()), ("handover.sign", "wu"));
}

#[tokio::test]
async fn the_two_sides_are_two_people() {
    let change = change().await;
    change.sign(LI, Side::Incoming, 1).await.expect("signed");
    assert_eq!(refused(change.sign(LI, Side::Outgoing, 2).await), ShiftFault::SamePerson);
    assert_eq!(refused(change.sign(WU, Side::Incoming, 2).await), ShiftFault::Signed);
    let token = sign(&change.house.pool, &author(), &chief(), (change.id, 2), Side::Outgoing, now()).await;
    assert_eq!(refused(token), ShiftFault::NotAPerson);
    assert!(change.get().await.outgoing.is_none());
}

#[tokio::test]
async fn after_both_signatures_nothing_changes() {
    let change = change().await;
    let shifts = (Some(change.from), Some(change.to));
    note(&change.house.pool, &author(), &chief(), (change.id, 1), shifts, "改").await.expect("unsigned");
    let stale = change.sign(LI, Side::Outgoing, 1).await;
    assert!(matches!(stale, Err(ShiftError::Access(AccessError::Conflict))), "he has not seen the new notes");
    change.sign(LI, Side::Outgoing, 2).await.expect("signed");
    let closed = note(&change.house.pool, &author(), &chief(), (change.id, 3), shifts, "x").await;
    assert_eq!(refused(closed), ShiftFault::Signed);
    change.sign(WU, Side::Incoming, 3).await.expect("signed");
    let done = change.get().await;
    let late = note(&change.house.pool, &author(), &chief(), (change.id, 4), shifts, "x").await;
    assert_eq!(refused(late), ShiftFault::Finished);
    assert_eq!(refused(change.sign(LI, Side::Outgoing, 4).await), ShiftFault::Finished);
    let back = withdraw(&change.house.pool, &named(LI, "li"), &chief(), (change.id, 4)).await;
    assert_eq!(refused(back), ShiftFault::Finished);
    let named = remove_shift(&change.house.pool, &author(), &chief(), (change.from, 1)).await;
    assert_eq!(refused(named), ShiftFault::ShiftInUse);
    assert_eq!(change.get().await, done);
}

#[tokio::test]
async fn a_signature_is_taken_back_by_whoever_gave_it() {
    let change = change().await;
    change.sign(LI, Side::Outgoing, 1).await.expect("signed");
    let others = withdraw(&change.house.pool, &named(WU, "wu"), &chief(), (change.id, 2)).await;
    assert_eq!(refused(others), ShiftFault::NotSigned);
    withdraw(&change.house.pool, &named(LI, "li"), &chief(), (change.id, 2)).await.expect("his own");
    let open = change.get().await;
    assert!(!open.is_signed() && open.snapshot.is_none());
    change.house.sql("update alarms set state = 'NORM' where alarm_id = 7").await;
    change.sign(WU, Side::Incoming, 3).await.expect("signed");
    let kept = change.get().await.snapshot.expect("kept");
    assert_eq!(kept.alarms.iter().map(|one| one.alarm_id).collect::<Vec<_>>(), [9], "kept anew");
}

#[tokio::test]
async fn a_desk_has_one_hand_over_at_a_time_between_its_own_shifts() {
    let change = change().await;
    let pool = &change.house.pool;
    assert_eq!(refused(start(pool, &author(), &chief(), change.desk, (None, None), "").await), ShiftFault::HandoverOpen);
    let other = desk_of(&change.house, None).await;
    let strange = start(pool, &author(), &chief(), other, (Some(change.from), None), "").await;
    assert_eq!(refused(strange), ShiftFault::WrongShifts);
    let same = start(pool, &author(), &chief(), change.desk, (Some(change.from), Some(change.from)), "").await;
    assert_eq!(refused(same), ShiftFault::WrongShifts);
    let long = "字".repeat(4_001);
    assert_eq!(refused(start(pool, &author(), &chief(), other, (None, None), &long).await), ShiftFault::TextTooLong);
    change.sign(LI, Side::Outgoing, 1).await.expect("signed");
    change.sign(WU, Side::Incoming, 2).await.expect("signed");
    start(pool, &author(), &chief(), change.desk, (None, None), "").await.expect("the next");
    let listed = handovers(pool, None, change.desk, None).await.expect("a list");
    assert_eq!(listed.iter().map(|one| one.is_finished()).collect::<Vec<_>>(), [false, true]);
    assert_eq!(handovers(pool, None, change.desk, Some(listed[0].handover_id)).await.expect("a list").len(), 1);
}

#[tokio::test]
async fn nobody_signs_for_regions_that_he_does_not_see() {
    let change = change().await;
    let north = change.house.tenant("north", &[1]).await;
    let part = seer(None, Scope::of([30]));
    let signed = sign(&change.house.pool, &named(LI, "li"), &part, (change.id, 1), Side::Outgoing, now()).await;
    assert_eq!(refused(signed), ShiftFault::BeyondOwnRegions);
    let tenant = seer(Some(north), Scope::of([1]));
    let foreign = sign(&change.house.pool, &named(LI, "li"), &tenant, (change.id, 1), Side::Outgoing, now()).await;
    assert!(matches!(foreign, Err(ShiftError::Access(AccessError::NotFound))), "the operator's desk is not a tenant's");
    let hidden = handover(&change.house.pool, Some(north), change.id).await;
    assert!(matches!(hidden, Err(ShiftError::Access(AccessError::NotFound))));
}
