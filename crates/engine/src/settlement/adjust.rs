//! What a frozen statement would be now, less what was frozen and already adjusted: 退补.

use domain::Fixed2;
use domain::settlement::{Adjustment, Bill, LineKind, StatementId};

/// None where nothing is to be paid or paid back. Adjustment lines of other statements are left out on both sides.
pub fn adjustment(statement_id: StatementId, frozen: &Bill, now: &Bill, already: Fixed2) -> Option<Adjustment> {
    let sum = |bill: &Bill| -> Fixed2 {
        bill.lines.iter().filter(|line| line.kind != LineKind::Adjustment).map(|line| line.amount).sum()
    };
    let amount = sum(now) - sum(frozen) - already;
    (amount != Fixed2::ZERO).then(|| Adjustment {
        statement_id,
        month: frozen.period.month,
        deltas: Vec::new(),
        already_adjusted: already,
        amount,
    })
}
