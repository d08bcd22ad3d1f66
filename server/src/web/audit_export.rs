//! `/exports/audit.csv`: the record of who did what, as a file; making it is itself recorded.

use axum::body::Body;
use axum::extract::State;
use axum::http::{Extensions, HeaderValue, Uri};
use axum::response::Response;
use bytes::Bytes;
use futures::{StreamExt, TryStreamExt};
use warehouse::access::audit::{self, AuditFilter, Entry};
use warehouse::read::exports::Cell;

use super::asker::Asker;
use super::author::author_of;
use super::csv;
use super::error::Refusal;
use super::exports::{download, start_file};
use super::params::Params;
use super::router::viewer_of;
use super::state::Shared;

const KNOWN: &[&str] = &["from", "to", "actor", "action", "object", "text", "bom", "lang", "theme"];
const COLUMNS: &[&str] = &[
    "entry_no",
    "at",
    "actor_kind",
    "actor_id",
    "actor_name",
    "address",
    "action",
    "object_kind",
    "object_id",
    "before",
    "after",
    "reason",
    "hash",
];
/// Entries that leave together.
const ENTRIES_PER_CHUNK: usize = 256;

pub async fn export(State(shared): State<Shared>, uri: Uri, asker: Asker, extensions: Extensions) -> Response {
    match start(&shared, &uri, &extensions).await {
        Ok(response) => response,
        Err(refusal) => refusal.answer(&asker),
    }
}

async fn start(shared: &Shared, uri: &Uri, extensions: &Extensions) -> Result<Response, Refusal> {
    let params = Params::read(uri, KNOWN)?;
    let viewer = viewer_of(extensions);
    let missing = || Refusal::Failed("the audit was asked for without accounts".to_owned());
    let access = shared.context.access.as_ref().ok_or_else(missing)?.clone();
    let text = |name| params.get(name).map(str::to_owned);
    let moment = |name| -> Result<_, Refusal> {
        let at = params.time(name, shared.zone())?;
        Ok(at.map(|at| app::pages::shared::utc_of(shared.context.zone, domain::LocalMs::from_naive(at))))
    };
    let filter = AuditFilter {
        tenant: viewer.tenant_id,
        from: moment("from")?,
        to: moment("to")?,
        actor: text("actor"),
        action: text("action"),
        object: text("object"),
        text: text("text"),
        ..AuditFilter::default()
    };
    let author = author_of(&viewer, extensions);
    audit::note(&access, &author, "audit.export", "audit", "", None).await?;
    let mut head = Vec::new();
    start_file(&mut head, COLUMNS, params.flag("bom", true)?);
    let entries = audit::stream(access, filter).map_err(|error| std::io::Error::other(error.to_string()));
    let rows = entries.try_chunks(ENTRIES_PER_CHUNK).map_err(|failed| failed.1).map_ok(lines);
    let body = futures::stream::once(async { Ok(Bytes::from(head)) }).chain(rows);
    Ok(download(Body::from_stream(body), HeaderValue::from_static("attachment; filename=\"loadline-audit.csv\"")))
}

fn lines(entries: Vec<Entry>) -> Bytes {
    let mut csv = Vec::new();
    for entry in entries {
        csv::write_row(&mut csv, &cells(entry));
    }
    csv.into()
}

fn cells(entry: Entry) -> [Cell; COLUMNS.len()] {
    let optional = |text: Option<String>| text.map_or(Cell::Empty, Cell::Text);
    [
        Cell::Int(entry.entry_no),
        Cell::Instant(entry.at),
        Cell::Text(entry.actor_kind),
        entry.actor_id.map_or(Cell::Empty, Cell::Int),
        Cell::Text(entry.actor_name),
        Cell::Text(entry.address),
        Cell::Text(entry.action),
        Cell::Text(entry.object_kind),
        Cell::Text(entry.object_id),
        optional(entry.before),
        optional(entry.after),
        optional(entry.reason),
        Cell::Text(hex::encode(entry.hash)),
    ]
}
