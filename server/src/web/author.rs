//! As whom a request is recorded.

use app::viewer::{Viewer, Who};
use axum::http::Extensions;
use warehouse::access::{Author, AuthorKind};

use super::client::Client;

/// Who acts, and from which address; the reason is the form's to add.
pub fn author_of(viewer: &Viewer, extensions: &Extensions) -> Author {
    let (kind, id) = match &viewer.who {
        Who::Person { account_id, .. } => (AuthorKind::Person, Some(*account_id)),
        Who::Token { token_id, .. } => (AuthorKind::Token, Some(*token_id)),
        Who::Wall { link_id, .. } => (AuthorKind::Token, Some(*link_id)),
        Who::Claim { .. } => (AuthorKind::Claim, None),
        Who::Nobody => (AuthorKind::System, None),
    };
    let address = extensions.get::<Client>().map(|client| client.address.to_string()).unwrap_or_default();
    // the name to sign in with: several people may show the same other name
    let name = if let Who::Person { name, .. } = &viewer.who { name } else { viewer.name() };
    Author { kind, id, name: name.to_owned(), address, tenant_id: viewer.tenant_id, reason: None }
}
