//! The form in which the grid company's bill is pasted.

use app::pages::settlement::reconcile::{FAULT_FIELD, FORM, Fault, KWH_FIELD, LINES_FIELD, SOURCE_FIELD, YUAN_FIELD};
use app::submitted::{Problem, Submitted};
use axum::extract::Path;
use axum::response::Response;
use domain::Fixed2;
use domain::settlement::Price6;
use domain::settlement::reconcile::Tolerance;
use engine::settlement::reconcile::{LineFault, compare, parse};
use warehouse::read::settlement::statement;
use warehouse::settlement::reconciliations::{self, Made};

use super::writer::{Trouble, Writer};
use crate::web::error::Refusal;

/// Largest tolerance that makes sense.
const MOST_TOLERANCE: i64 = 100_000_000;

enum Failed {
    Fault(Fault),
    Trouble(Trouble),
}

impl From<Trouble> for Failed {
    fn from(trouble: Trouble) -> Self {
        Self::Trouble(trouble)
    }
}

fn fault(fault: LineFault) -> Failed {
    Failed::Fault(match fault {
        LineFault::Nothing => Fault::Nothing,
        LineFault::TooLong => Fault::TooLong,
        LineFault::NoAmount { line } => Fault::NoAmount(line),
        LineFault::TooManyNumbers { line } => Fault::TooManyNumbers(line),
    })
}

fn tolerance(text: &str) -> Result<Fixed2, Failed> {
    let value = Price6::parse(text).map(|value| Fixed2(value.0 / 10_000)).filter(|value| (0..=MOST_TOLERANCE).contains(&value.0));
    value.ok_or(Failed::Fault(Fault::Tolerance))
}

pub async fn reconcile(Path(id): Path<i64>, writer: Writer) -> Response {
    let page = format!("/settlement/statements/{id}/reconcile");
    let compared = async {
        let read = statement::one(&writer.context().pool, id).await.map_err(|error| Trouble::Refusal(error.into()))?;
        let of = read.ok_or(Trouble::Refusal(Refusal::NotFound))?;
        let document = of.document.ok_or(Trouble::Refusal(Refusal::NotFound))?;
        let lines = parse(writer.field(LINES_FIELD)).map_err(fault)?;
        let tolerance = Tolerance { kwh: tolerance(writer.field(KWH_FIELD))?, yuan: tolerance(writer.field(YUAN_FIELD))? };
        let result = compare(&document.bill, &lines, tolerance);
        let made = Made { statement_id: id, source: writer.field(SOURCE_FIELD), lines: &lines, result: &result };
        reconciliations::add(writer.access()?, &writer.author(), &writer.viewer.scope, made).await.map_err(Trouble::from)?;
        Ok::<_, Failed>(())
    };
    match compared.await {
        Ok(()) => writer.done(&page, "reconciled"),
        Err(Failed::Trouble(trouble)) => writer.again(&page, FORM, trouble).await,
        Err(Failed::Fault(fault)) => {
            let mut values = writer.values();
            values.push((FAULT_FIELD.to_owned(), fault.code()));
            writer.page(&page, Submitted { form: FORM, values, problem: Some(Problem::BadField), ..Submitted::default() }).await
        }
    }
}
