//! The telephone number of a customer, shown once and recorded.

use axum::extract::Path;
use axum::response::Response;
use warehouse::access::customers;

use super::writer::{Trouble, Writer};
use crate::web::error::Refusal;

pub async fn show(Path(id): Path<i64>, writer: Writer) -> Response {
    let page = format!("/users/{id}");
    match customers::telephone(writer.access(), &writer.author(), id, &writer.viewer.scope).await {
        // a dash says that there is no number on record
        Ok(Some(number)) => writer.once(&page, "telephone", number.unwrap_or_else(|| "—".to_owned())).await,
        Ok(None) => Refusal::NotFound.answer(&writer.asker),
        Err(error) => writer.again(&page, "telephone", Trouble::from(error)).await,
    }
}
