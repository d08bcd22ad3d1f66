//! The one private fact of a customer that is shown at all, with each look recorded.

use domain::UserId;
use domain::access::Scope;

use super::{AccessError, AccessPool, Author, bounded};

const MOST_CHARS: usize = 500;

/// None when there is no such customer in the scope; `Some(None)` when there is no number. The look is recorded by the
/// same statement, or there is no answer.
pub async fn telephone(
    pool: &AccessPool,
    author: &Author,
    user_id: UserId,
    scope: &Scope,
) -> Result<Option<Option<String>>, AccessError> {
    let regions = match scope {
        Scope::Whole => None,
        Scope::Regions(regions) => Some(regions.to_vec()),
    };
    let number = sqlx::query_scalar!(
        "select access.telephone($1, $2, $3, $4, $5, $6, $7, $8)",
        user_id,
        regions.as_deref(),
        author.kind.code(),
        author.id,
        bounded(&author.name, MOST_CHARS),
        bounded(&author.address, MOST_CHARS),
        author.tenant_id,
        author.reason.as_deref().map(|reason| bounded(reason, MOST_CHARS))
    )
    .fetch_optional(pool.pool())
    .await?;
    Ok(number)
}
