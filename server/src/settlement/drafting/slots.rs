//! Places for drafts: which of them are written anew, and which adjustments each carries.

use std::collections::{BTreeMap, BTreeSet};

use domain::settlement::{Contract, ContractId, ExceptionKind, Month, Period, StatementId, StatementState};
use sqlx::PgConnection;
use warehouse::WarehouseError;
use warehouse::settlement::adjustments::{self, Open};
use warehouse::settlement::statements::{Draft, Live, save_drafts, unreadable_drafts, void_empty};

use super::super::rating::Rater;
use super::build::Facts;

/// A draft that is there, or is to be made.
#[derive(Clone, Copy, Debug)]
pub struct Slot<'a> {
    pub contract: &'a Contract,
    pub period: Period,
    pub live: Option<&'a Live>,
    pub version: i32,
    /// To be rated anew in any case.
    pub is_wanted: bool,
}

impl<'a> Slot<'a> {
    pub fn new(contract: &'a Contract, period: Period, version: i32) -> Self {
        Self { contract, period, live: None, version, is_wanted: true }
    }

    pub fn existing(live: &'a Live, contract: &'a Contract, is_wanted: bool) -> Self {
        Self { contract, period: live.period, live: Some(live), version: live.version, is_wanted }
    }

    fn statement_id(&self) -> Option<StatementId> {
        self.live.map(|live| live.statement_id)
    }

    fn is_same(&self, draft: &Draft) -> bool {
        self.live.is_some_and(|live| live.document_hash == draft.hash && live.exceptions == draft.exceptions)
    }

    /// A checked one keeps what it carries, and takes nothing new.
    fn takes_new(&self) -> bool {
        self.live.is_none_or(|live| live.state == StatementState::Draft)
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Written {
    pub drafts: usize,
    pub faults: usize,
}

/// Writes what changed. The slots are those drafts of their contracts that may take adjustments.
pub async fn write(conn: &mut PgConnection, rater: &Rater, slots: &[Slot<'_>]) -> Result<Written, WarehouseError> {
    let mut written = Written::default();
    if slots.is_empty() {
        return Ok(written);
    }
    let mut contracts: Vec<ContractId> = slots.iter().map(|slot| slot.contract.contract_id).collect();
    contracts.dedup();
    let set = adjustments::open_of(conn, &contracts).await?;
    // a draft of theirs would lack what it has to carry
    let unreadable: BTreeSet<ContractId> = set.unreadable.iter().map(|one| one.contract_id).collect();
    let (kept, slots): (Vec<Slot>, Vec<Slot>) = slots.iter().partition(|slot| unreadable.contains(&slot.contract.contract_id));
    written.faults += kept.iter().filter(|slot| slot.is_wanted).count();
    let carried = assign(&slots, &set.open);
    let mut by_month: BTreeMap<Month, Vec<usize>> = BTreeMap::new();
    for (place, slot) in slots.iter().enumerate() {
        if slot.is_wanted || carried.changed.contains(&place) {
            by_month.entry(slot.period.month).or_default().push(place);
        }
    }
    let facts = Facts::load(conn, &contracts).await?;
    // one month after the other: what a bill carries over is read from the one before
    for places in by_month.into_values() {
        let places: Vec<(Slot, Vec<&Open>)> =
            places.into_iter().map(|place| (slots[place], carried.by_slot.get(&place).cloned().unwrap_or_default())).collect();
        let month = month(conn, rater, &facts, &places).await?;
        written.drafts += month.drafts;
        written.faults += month.faults;
    }
    Ok(written)
}

async fn month(
    conn: &mut PgConnection,
    rater: &Rater,
    facts: &Facts,
    places: &[(Slot<'_>, Vec<&Open>)],
) -> Result<Written, WarehouseError> {
    let drafts = facts.drafts(conn, rater, places).await?;
    let unreadable = unreadable_drafts(conn, &unchanged(places, &drafts)).await?;
    let (mut changed, mut emptied, mut carried, mut faults) = (Vec::<Draft>::new(), Vec::new(), Vec::new(), 0);
    for ((slot, open), draft) in places.iter().zip(drafts) {
        match draft {
            None => emptied.extend(slot.statement_id()),
            Some(draft) => {
                faults += usize::from(draft.exceptions.iter().any(|kind: &ExceptionKind| kind.blocks_check()));
                let is_unreadable = slot.statement_id().is_some_and(|id| unreadable.contains(&id));
                if is_unreadable || !slot.is_same(&draft) {
                    changed.push(draft);
                    carried.push(open);
                }
            }
        }
    }
    let ids = save_drafts(conn, &changed).await?;
    let attached = ids.iter().zip(carried).flat_map(|(id, open)| open.iter().map(|open| (open.adjustment_id, Some(*id))));
    adjustments::attach(conn, &attached.collect::<Vec<_>>()).await?;
    void_empty(conn, &emptied).await?;
    Ok(Written { drafts: changed.len() + emptied.len(), faults })
}

/// Stored drafts that are what they would be now.
fn unchanged(places: &[(Slot<'_>, Vec<&Open>)], drafts: &[Option<Draft>]) -> Vec<StatementId> {
    let pairs = places.iter().map(|(slot, _)| slot).zip(drafts);
    pairs
        .filter(|(slot, draft)| draft.as_ref().is_some_and(|draft| slot.is_same(draft)))
        .filter_map(|(slot, _)| slot.statement_id())
        .collect()
}

#[derive(Debug, Default)]
struct Carried<'a> {
    by_slot: BTreeMap<usize, Vec<&'a Open>>,
    /// Slots that carry others than before.
    changed: BTreeSet<usize>,
}

/// Each adjustment stays with its draft, or goes to the next one: the oldest draft of a later month.
fn assign<'a>(slots: &[Slot<'_>], open: &'a [Open]) -> Carried<'a> {
    let mut places: BTreeMap<ContractId, Vec<usize>> = BTreeMap::new();
    for (place, slot) in slots.iter().enumerate() {
        places.entry(slot.contract.contract_id).or_default().push(place);
    }
    for own in places.values_mut() {
        own.sort_unstable_by_key(|place| slots[*place].period.month);
    }
    let mut carried = Carried::default();
    for open in open {
        let own = places.get(&open.contract_id).map(Vec::as_slice).unwrap_or_default();
        let keeps = open.carried_by.and_then(|id| own.iter().find(|place| slots[**place].statement_id() == Some(id)));
        if let Some(place) = keeps {
            carried.by_slot.entry(*place).or_default().push(open);
        } else if open.carried_by.is_none() {
            let next = |place: &&usize| slots[**place].takes_new() && slots[**place].period.month > open.month();
            if let Some(place) = own.iter().find(next) {
                carried.by_slot.entry(*place).or_default().push(open);
                carried.changed.insert(*place);
            }
        }
    }
    carried
}
