//! `/exports/alarm_performance.csv`: the figures that the page of performance shows, as a file.

use app::AppError;
use app::PageRequest;
use app::pages::alarms::performance::{Answer, answer};
use app::text::Lang;
use axum::extract::{Request, State};
use axum::http::HeaderValue;
use axum::response::Response;
use domain::Fixed2;
use domain::alarms::performance::{Busy, Measured, TEN_MIN_MS, Unit};
use rust_decimal::Decimal;
use warehouse::read::exports::Cell;

use super::asker::Asker;
use super::csv;
use super::error::Refusal;
use super::exports::{download, start_file};
use super::params::{BadParameter, Params};
use super::router::viewer_of;
use super::state::Shared;
use super::texts;

const KNOWN: &[&str] = &["desk", "span", "day", "shift", "from", "to", "bom", "lang", "theme"];
/// One kind of row for each part of the page: what a kind has not stays empty.
const COLUMNS: &[&str] =
    &["kind", "name", "value", "unit", "target", "verdict", "count", "share_percent", "alarm_id", "from", "to"];

pub async fn export(State(shared): State<Shared>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let asker = Asker::of(&parts);
    let made = async {
        let params = Params::read(&parts.uri, KNOWN)?;
        let bom = params.flag("bom", true)?;
        let ctx = shared.context.for_viewer(viewer_of(&parts.extensions));
        let request = PageRequest::from_parts(&parts);
        let found = answer(&request, &ctx).await.map_err(|error| refusal(&error))?;
        file(&found, request.view.lang, bom)
    };
    match made.await {
        Ok(file) => {
            let name = HeaderValue::from_static("attachment; filename=\"loadline-alarm-performance.csv\"");
            download(file.into(), name)
        }
        Err(refusal) => refusal.answer(&asker),
    }
}

fn refusal(error: &AppError) -> Refusal {
    let AppError::BadParameter { name, value, .. } = error else { return Refusal::from_page(error) };
    let expected = match name.as_str() {
        "span" => texts::EXPECTED_SPAN,
        "desk" | "shift" => texts::EXPECTED_INTEGER,
        _ => texts::EXPECTED_DAYS,
    };
    Refusal::BadParameter(BadParameter::new(name, value, expected))
}

/// A period without figures is a wrong question: it has no shift, or too much happened in it.
fn file(found: &Answer, lang: Lang, bom: bool) -> Result<Vec<u8>, Refusal> {
    let (Some(figures), Some(span)) = (&found.figures, found.span) else {
        return Err(Refusal::BadParameter(BadParameter::new("span", found.params.span.code(), texts::EXPECTED_FIGURES)));
    };
    let mut out = Vec::new();
    start_file(&mut out, COLUMNS, bom);
    let desk = found.desk.as_ref().map_or(Cell::Empty, |desk| Cell::Text(desk.name.clone()));
    let positions = Cell::Int(found.positions().into());
    let period =
        Line { name: desk, value: positions, count: Some(figures.annunciations), ..Line::of("period", span.from_ms, span.to_ms) };
    let not_acknowledged = Line { count: Some(figures.unacknowledged), ..Line::new("unacknowledged") };
    let measures = figures.measures.iter().map(measure);
    let ten_minutes = figures.ten_minutes.iter().zip(0..).map(|(count, at): (&i64, i64)| {
        let from_ms = span.from_ms + at * TEN_MIN_MS;
        Line { count: Some(*count), ..Line::of("ten_minutes", from_ms, (from_ms + TEN_MIN_MS).min(span.to_ms)) }
    });
    let floods =
        figures.floods.iter().map(|flood| Line { count: Some(flood.most), ..Line::of("flood", flood.from_ms, flood.to_ms) });
    let lists = [("top", &figures.top), ("chattering", &figures.chattering), ("fleeting", &figures.fleeting)];
    let busy = lists.into_iter().flat_map(|(kind, list)| list.iter().map(move |one| (kind, one)));
    let busy = busy.map(|(kind, one)| busy_line(kind, one, found, figures.annunciations, lang));
    let stale = figures.stale.iter().map(|one| Line {
        alarm_id: Some(one.alarm_id),
        name: name(found, one.alarm_id, lang),
        ..Line::of("stale", one.since_ms, span.to_ms)
    });
    let lines = [period, not_acknowledged].into_iter().chain(measures).chain(ten_minutes).chain(floods).chain(busy).chain(stale);
    for line in lines {
        csv::write_row(&mut out, &line.cells());
    }
    Ok(out)
}

struct Line {
    kind: &'static str,
    name: Cell,
    value: Cell,
    unit: &'static str,
    target: String,
    verdict: &'static str,
    count: Option<i64>,
    share: Cell,
    alarm_id: Option<i64>,
    span_ms: Option<(i64, i64)>,
}

impl Line {
    fn new(kind: &'static str) -> Self {
        Self {
            kind,
            name: Cell::Empty,
            value: Cell::Empty,
            unit: "",
            target: String::new(),
            verdict: "",
            count: None,
            share: Cell::Empty,
            alarm_id: None,
            span_ms: None,
        }
    }

    fn of(kind: &'static str, from_ms: i64, to_ms: i64) -> Self {
        Self { span_ms: Some((from_ms, to_ms)), ..Self::new(kind) }
    }

    fn cells(self) -> [Cell; COLUMNS.len()] {
        let number = |number: Option<i64>| number.map_or(Cell::Empty, Cell::Int);
        let text = |text: &str| if text.is_empty() { Cell::Empty } else { Cell::Text(text.to_owned()) };
        let at = |ms: Option<i64>| ms.and_then(chrono::DateTime::from_timestamp_millis).map_or(Cell::Empty, Cell::Instant);
        [
            text(self.kind),
            self.name,
            self.value,
            text(self.unit),
            text(&self.target),
            text(self.verdict),
            number(self.count),
            self.share,
            number(self.alarm_id),
            at(self.span_ms.map(|(from, _)| from)),
            at(self.span_ms.map(|(_, to)| to)),
        ]
    }
}

fn measure(measured: &Measured) -> Line {
    let measure = measured.measure;
    let target = measure.target();
    Line {
        name: Cell::Text(measure.code().to_owned()),
        value: measured.value.map_or(Cell::Empty, number),
        unit: match measure.unit() {
            Unit::PerPosition => "per_position",
            Unit::Count => "count",
            Unit::Percent => "percent",
            Unit::Seconds => "seconds",
        },
        target: format!("{} {}", target.side.sign(), target.value),
        verdict: measured.verdict.code(),
        ..Line::new("measure")
    }
}

fn busy_line(kind: &'static str, one: &Busy, found: &Answer, all: i64, lang: Lang) -> Line {
    let share = Fixed2(one.count.saturating_mul(10_000)).mean(all).filter(|_| kind == "top");
    Line {
        name: name(found, one.alarm_id, lang),
        count: Some(one.count),
        share: share.map_or(Cell::Empty, number),
        alarm_id: Some(one.alarm_id),
        ..Line::new(kind)
    }
}

fn name(found: &Answer, alarm_id: i64, lang: Lang) -> Cell {
    let Some(name) = found.names.get(&alarm_id) else { return Cell::Empty };
    Cell::Text(app::pages::alarms::performance::alarm_name(&name.name_zh, &name.name_en, alarm_id, lang))
}

fn number(value: Fixed2) -> Cell {
    Cell::Number(Decimal::new(value.0, 2))
}
