//! Writing drafts: new ones, and those that follow changed data. Checked ones fall back to draft.

use domain::settlement::document::Document;
use domain::settlement::{ContractId, ExceptionKind, Month, StatementId};
use domain::{Fixed2, RegionId};
use rustc_hash::FxHashMap;
use serde_json::Value;
use sqlx::PgConnection;

use super::{CATEGORY, canonical};
use crate::WarehouseError;
use crate::pg_types::{DayDate, Hundredths};

/// A statement as it is now rated. `document` holds everything else about it.
#[derive(Clone, PartialEq, Debug)]
pub struct Draft {
    /// None: to be made.
    pub statement_id: Option<StatementId>,
    pub version: i32,
    pub region_id: Option<RegionId>,
    pub document: Document,
    /// The canonical document and its hash.
    pub stored: Value,
    pub hash: String,
    pub exceptions: Vec<ExceptionKind>,
}

impl Draft {
    pub fn new(
        statement_id: Option<StatementId>,
        version: i32,
        region_id: Option<RegionId>,
        document: Document,
        exceptions: Vec<ExceptionKind>,
    ) -> Result<Self, WarehouseError> {
        let (stored, hash) = canonical(&document)?;
        Ok(Self { statement_id, version, region_id, document, stored, hash, exceptions })
    }

    fn adjusted(&self) -> Fixed2 {
        self.document.adjustments.iter().map(|carried| carried.adjustment.amount).sum()
    }
}

/// Columns of many drafts, one list each.
struct Columns<'a> {
    regions: Vec<Option<i32>>,
    names: Vec<&'a str>,
    usages: Vec<&'a str>,
    energy: Vec<Hundredths>,
    amounts: Vec<Hundredths>,
    estimated: Vec<Hundredths>,
    adjusted: Vec<Hundredths>,
    carbon: Vec<Option<Hundredths>>,
    documents: Vec<&'a Value>,
    hashes: Vec<&'a str>,
    /// Codes, joined by commas: lists of lists have to be of one length.
    exceptions: Vec<String>,
}

impl<'a> Columns<'a> {
    fn of(drafts: &[&'a Draft]) -> Self {
        let of = |value: fn(&Draft) -> Fixed2| drafts.iter().map(|draft| Hundredths(value(draft))).collect::<Vec<_>>();
        Self {
            regions: drafts.iter().map(|draft| draft.region_id).collect(),
            names: drafts.iter().map(|draft| draft.document.contract.user_name.as_str()).collect(),
            usages: drafts.iter().map(|draft| draft.document.contract.usage_type.as_str()).collect(),
            energy: of(|draft| draft.document.bill.energy_kwh()),
            amounts: of(|draft| draft.document.bill.total),
            estimated: of(|draft| draft.document.bill.estimated.total()),
            adjusted: of(Draft::adjusted),
            carbon: drafts.iter().map(|draft| draft.document.carbon.as_ref().map(|carbon| Hundredths(carbon.kg))).collect(),
            documents: drafts.iter().map(|draft| &draft.stored).collect(),
            hashes: drafts.iter().map(|draft| draft.hash.as_str()).collect(),
            exceptions: drafts.iter().map(|draft| codes(&draft.exceptions)).collect(),
        }
    }
}

fn codes(exceptions: &[ExceptionKind]) -> String {
    exceptions.iter().map(|kind| kind.code()).collect::<Vec<_>>().join(",")
}

/// Their numbers, in order. No two drafts are of one contract and month.
pub async fn save_drafts(conn: &mut PgConnection, drafts: &[Draft]) -> Result<Vec<StatementId>, WarehouseError> {
    let (old, new): (Vec<&Draft>, Vec<&Draft>) = drafts.iter().partition(|draft| draft.statement_id.is_some());
    let made = insert(conn, &new).await?;
    update(conn, &old).await?;
    let number = |draft: &Draft| {
        let contract_id = draft.document.contract.contract_id;
        draft.statement_id.or_else(|| made.get(&(contract_id, draft.document.bill.period.month)).copied())
    };
    let ids: Option<Vec<StatementId>> = drafts.iter().map(number).collect();
    let ids = ids.ok_or_else(|| WarehouseError::BadValue("a statement that was made has no number".to_owned()))?;
    write_items(conn, &ids).await?;
    Ok(ids)
}

async fn insert(
    conn: &mut PgConnection,
    drafts: &[&Draft],
) -> Result<FxHashMap<(ContractId, Month), StatementId>, WarehouseError> {
    let mut made = FxHashMap::default();
    if drafts.is_empty() {
        return Ok(made);
    }
    let columns = Columns::of(drafts);
    let contracts: Vec<i64> = drafts.iter().map(|draft| draft.document.contract.contract_id).collect();
    let users: Vec<i64> = drafts.iter().map(|draft| draft.document.contract.user_id).collect();
    let day = |at: fn(&Draft) -> domain::Day| drafts.iter().map(|draft| DayDate(at(draft))).collect::<Vec<_>>();
    let months = day(|draft| draft.document.bill.period.month.first_day());
    let (from, to) = (day(|draft| draft.document.bill.period.from), day(|draft| draft.document.bill.period.to));
    let versions: Vec<i32> = drafts.iter().map(|draft| draft.version).collect();
    let rows = sqlx::query!(
        r#"with made as (
               insert into settlement_statements
                   (contract_id, user_id, user_name, usage_type, region_id, statement_month, category, period_from, period_to,
                    status, version, total_energy_kwh, total_amount, estimated_kwh, adjustment_amount, carbon_kg, document,
                    document_hash, exceptions)
               select u.contract_id, u.user_id, u.user_name, u.usage_type, u.region_id, u.month, $18, u.period_from, u.period_to,
                      'draft', u.version, u.energy, u.amount, u.estimated, u.adjusted, u.carbon, u.document, u.hash,
                      string_to_array(u.exceptions, ',')
                 from unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::int[], $6::date[], $7::date[], $8::date[],
                             $9::int[], $10::numeric[], $11::numeric[], $12::numeric[], $13::numeric[], $14::numeric[],
                             $15::jsonb[], $16::text[], $17::text[])
                      as u (contract_id, user_id, user_name, usage_type, region_id, month, period_from, period_to, version,
                            energy, amount, estimated, adjusted, carbon, document, hash, exceptions)
               returning statement_id, contract_id, statement_month
           ), told as (
               insert into settlement_events (statement_id, event) select statement_id, 'drafted' from made
           )
           select statement_id, contract_id, statement_month as "month: DayDate" from made"#,
        &contracts,
        &users,
        &columns.names as _,
        &columns.usages as _,
        &columns.regions as _,
        &months as _,
        &from as _,
        &to as _,
        &versions,
        &columns.energy as _,
        &columns.amounts as _,
        &columns.estimated as _,
        &columns.adjusted as _,
        &columns.carbon as _,
        &columns.documents as _,
        &columns.hashes as _,
        &columns.exceptions,
        CATEGORY
    )
    .fetch_all(conn)
    .await?;
    made.extend(rows.into_iter().map(|row| ((row.contract_id, Month::of(row.month.0)), row.statement_id)));
    Ok(made)
}

async fn update(conn: &mut PgConnection, drafts: &[&Draft]) -> Result<(), WarehouseError> {
    if drafts.is_empty() {
        return Ok(());
    }
    let columns = Columns::of(drafts);
    let ids: Vec<i64> = drafts.iter().filter_map(|draft| draft.statement_id).collect();
    let from: Vec<DayDate> = drafts.iter().map(|draft| DayDate(draft.document.bill.period.from)).collect();
    let to: Vec<DayDate> = drafts.iter().map(|draft| DayDate(draft.document.bill.period.to)).collect();
    // who had checked it has to know
    sqlx::query!(
        "insert into settlement_events (statement_id, event)
         select statement_id, 'data_changed' from settlement_statements where statement_id = any($1) and status = 'checked'",
        &ids
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "update settlement_statements s
            set user_name = u.user_name, usage_type = u.usage_type, region_id = u.region_id, period_from = u.period_from,
                period_to = u.period_to, status = 'draft', edit_no = s.edit_no + 1, total_energy_kwh = u.energy,
                total_amount = u.amount, estimated_kwh = u.estimated, adjustment_amount = u.adjusted, carbon_kg = u.carbon,
                document = u.document, document_hash = u.hash, exceptions = string_to_array(u.exceptions, ','),
                accepted_reason = null, checked_at = null, checked_by = null, checked_by_id = null, drafted_at = now()
           from unnest($1::bigint[], $2::text[], $3::text[], $4::int[], $5::date[], $6::date[], $7::numeric[], $8::numeric[],
                       $9::numeric[], $10::numeric[], $11::numeric[], $12::jsonb[], $13::text[], $14::text[])
                as u (statement_id, user_name, usage_type, region_id, period_from, period_to, energy, amount, estimated,
                      adjusted, carbon, document, hash, exceptions)
          where s.statement_id = u.statement_id",
        &ids,
        &columns.names as _,
        &columns.usages as _,
        &columns.regions as _,
        &from as _,
        &to as _,
        &columns.energy as _,
        &columns.amounts as _,
        &columns.estimated as _,
        &columns.adjusted as _,
        &columns.carbon as _,
        &columns.documents as _,
        &columns.hashes as _,
        &columns.exceptions
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Lines as rows, from the stored documents themselves.
async fn write_items(conn: &mut PgConnection, statement_ids: &[StatementId]) -> Result<(), WarehouseError> {
    sqlx::query!("delete from settlement_statement_items where statement_id = any($1)", statement_ids)
        .execute(&mut *conn)
        .await?;
    sqlx::query!(
        "insert into settlement_statement_items
             (statement_id, line_no, kind, band, tier, quantity, unit, price, amount, estimated_kwh, definition)
         select s.statement_id, (line ->> 'line_no')::int, line ->> 'kind', line ->> 'band', (line ->> 'tier')::smallint,
                (line -> 'quantity' ->> 'value')::numeric,
                case line -> 'quantity' ->> 'unit' when 'kwh' then 'kWh' when 'kw' then 'kW' when 'kva' then 'kVA'
                                                   else line -> 'quantity' ->> 'unit' end,
                (line ->> 'price')::numeric, (line ->> 'amount')::numeric, (line ->> 'estimated_kwh')::numeric, line
           from settlement_statements s cross join jsonb_array_elements(s.document -> 'bill' -> 'lines') as line
          where s.statement_id = any($1)",
        statement_ids
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Drafts that have nothing to bill any more: their contract does not cover the period, and they carry no adjustment.
pub async fn void_empty(conn: &mut PgConnection, statement_ids: &[StatementId]) -> Result<(), WarehouseError> {
    if statement_ids.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "with emptied as (
             update settlement_statements
                set status = 'void', edit_no = edit_no + 1, void_reason = 'nothing to bill', voided_at = now()
              where statement_id = any($1) and status in ('draft', 'checked') returning statement_id
         )
         insert into settlement_events (statement_id, event) select statement_id, 'emptied' from emptied",
        statement_ids
    )
    .execute(conn)
    .await?;
    Ok(())
}
