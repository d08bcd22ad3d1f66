//! A file of contracts that somebody sends with a form.

use std::time::Duration;

use app::PageRequest;
use app::pages::alarms::rules::granter;
use app::pages::settlement::contracts::report::{Reason, Report, Told};
use app::pages::settlement::contracts::{IMPORT_FORM, REPORT_FIELD};
use app::submitted::{Problem, Submitted};
use app::text::settlement::contracts::ContractProblem;
use axum::extract::{FromRequest, Multipart, Request, State};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use warehouse::access::Author;
use warehouse::settlement::contracts::{ContractError, Maker};

use crate::settlement::contract_file::Format;
use crate::settlement::contract_import::{self as imports, ImportError};
use crate::web::asker::Asker;
use crate::web::author::author_of;
use crate::web::error::Refusal;
use crate::web::router::{show, viewer_of};
use crate::web::state::Shared;

const PAGE: &str = "/settlement/contracts/import";
const FILE_WITHIN: Duration = Duration::from_secs(15);
const MOST_REASON_CHARS: usize = 500;
/// A file up to this size comes back with the page, so that it need not be chosen again.
const MOST_KEPT_BYTES: usize = 4 << 20;

#[derive(Default)]
struct Entered {
    name: String,
    bytes: Vec<u8>,
    is_dry: bool,
    reason: Option<String>,
}

pub async fn import(State(shared): State<Shared>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let asker = Asker::of(&parts);
    let viewer = viewer_of(&parts.extensions);
    let author = author_of(&viewer, &parts.extensions);
    let page = PageRequest { submitted: None, ..PageRequest::parse(PAGE, PageRequest::from_parts(&parts).view) };
    let ctx = shared.context.for_viewer(viewer);
    let imported = async {
        let place = imports::place().map_err(|_| Refusal::Busy)?;
        let multipart = Multipart::from_request(Request::from_parts(parts, body), &shared).await;
        let multipart = multipart.map_err(|_| Refusal::BadForm)?;
        let entered = tokio::time::timeout(FILE_WITHIN, read(multipart)).await.map_err(|_| Refusal::Timeout)??;
        if entered.bytes.is_empty() {
            return Ok(problem(ContractProblem::NoFile));
        }
        let access = ctx.access.as_ref().ok_or_else(|| Refusal::Failed("an import came in without accounts".to_owned()))?;
        let (author, granter) = (Author { reason: entered.reason.clone(), ..author.clone() }, granter(&ctx));
        let maker = Maker { author: &author, granter: &granter };
        let format = Format::of(&entered.name, &entered.bytes);
        let kept = (entered.is_dry && entered.bytes.len() <= MOST_KEPT_BYTES)
            .then(|| String::from_utf8_lossy(&entered.bytes).into_owned());
        let outcome = imports::import(access, maker, entered.bytes, format, entered.is_dry, place).await;
        told(outcome, entered.is_dry, kept)
    };
    match imported.await {
        Ok(submitted) => {
            let request = PageRequest { submitted: Some(std::sync::Arc::new(submitted)), ..page };
            let mut response = show(&request, &ctx).await;
            response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
            response
        }
        Err(refusal) => refusal.answer(&asker),
    }
}

/// A chosen file, else what was pasted.
async fn read(mut multipart: Multipart) -> Result<Entered, Refusal> {
    let mut entered = Entered::default();
    while let Some(field) = multipart.next_field().await.map_err(|_| Refusal::BadForm)? {
        let name = field.name().unwrap_or_default().to_owned();
        let file_name = field.file_name().unwrap_or_default().to_owned();
        let bytes = field.bytes().await.map_err(|_| Refusal::TooLarge)?;
        match name.as_str() {
            "file" if !bytes.is_empty() => entered = Entered { name: file_name, bytes: bytes.into(), ..entered },
            "content" if entered.bytes.is_empty() && !bytes.trim_ascii().is_empty() => entered.bytes = bytes.into(),
            "dry_run" => entered.is_dry = bytes.as_ref() == b"1",
            "reason" => {
                let reason = String::from_utf8_lossy(&bytes).replace('\0', "").trim().to_owned();
                let reason: String = reason.chars().take(MOST_REASON_CHARS).collect();
                entered.reason = Some(reason).filter(|reason| !reason.is_empty());
            }
            _ => {}
        }
    }
    Ok(entered)
}

fn problem(problem: ContractProblem) -> Submitted {
    Submitted { form: IMPORT_FORM, problem: Some(Problem::Contract(problem)), ..Submitted::default() }
}

fn told(outcome: Result<Report, ImportError>, is_dry: bool, kept: Option<String>) -> Result<Submitted, Refusal> {
    let report = match outcome {
        Ok(report) => report,
        Err(ImportError::File(fault)) => {
            let told = Told { reasons: vec![Reason::of_file(&fault)], ..Told::default() };
            Report { is_dry_run: is_dry, refused: 1, refused_lines: vec![told], ..Report::default() }
        }
        Err(ImportError::Contract(ContractError::TooMany)) => return Ok(problem(ContractProblem::TooMany)),
        Err(ImportError::Contract(ContractError::Access(error))) => return Err(error.into()),
        Err(ImportError::Busy) => return Err(Refusal::Busy),
        Err(error) => return Err(Refusal::Failed(error.to_string())),
    };
    let report = serde_json::to_string(&report).unwrap_or_default();
    let mut values = vec![(REPORT_FIELD.to_owned(), report)];
    values.extend(kept.map(|content| ("content".to_owned(), content)));
    Ok(Submitted { form: IMPORT_FORM, values, ..Submitted::default() })
}
