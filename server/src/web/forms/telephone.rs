//! The telephone number of a customer, shown once and recorded.

use axum::extract::Path;
use axum::response::Response;
use warehouse::access::customers;

use super::writer::{Trouble, Writer};
use crate::web::error::Refusal;

pub async fn show(Path(id): Path<i64>, writer: Writer) -> Response {
    let page = format!("/users/{id}");
    match number(&writer, id).await {
        Ok(number) => writer.once(&page, "telephone", number).await,
        Err(trouble) => writer.again(&page, "telephone", trouble).await,
    }
}

/// A dash when the source has no number; a customer of other regions does not exist.
async fn number(writer: &Writer, id: i64) -> Result<String, Trouble> {
    let found = customers::telephone(writer.access()?, &writer.author(), id, &writer.viewer.scope).await?;
    let number = found.ok_or(Trouble::Refusal(Refusal::NotFound))?;
    Ok(number.unwrap_or_else(|| app::text::common::ABSENT.to_owned()))
}
