//! A one-time link is used: a password is set, and its owner is signed in.

use app::submitted::Problem;
use axum::extract::Path;
use axum::http::HeaderMap;
use axum::response::Response;
use warehouse::access::{AccessError, Author, AuthorKind, credentials, invitations};

use super::sign_in::{attempt, enter};
use super::writer::{Trouble, Writer};
use crate::access::backend::SignedIn;
use crate::access::{passwords, tokens};
use crate::web::gate::AuthSession;

pub async fn welcome(auth: AuthSession, Path(token): Path<String>, headers: HeaderMap, writer: Writer) -> Response {
    let entered = match redeem(&token, &headers, &writer).await {
        Ok(signed_in) => enter(auth, &writer, &signed_in, "/account?done=welcome").await,
        Err(trouble) => Err(trouble),
    };
    match entered {
        Ok(response) => response,
        Err(trouble) => writer.again(&format!("/welcome/{token}"), "welcome", trouble).await,
    }
}

async fn redeem(token: &str, headers: &HeaderMap, writer: &Writer) -> Result<SignedIn, Trouble> {
    if !tokens::is_invitation(token) {
        return Err(Problem::LinkUsed.into());
    }
    let (access, hash) = (writer.access()?, tokens::hash(token));
    let invited = invitations::find(access, &hash, writer.now()).await?.ok_or(Problem::LinkUsed)?;
    let password = new_password(writer, &[&invited.name, &invited.display_name])?;
    let people = &writer.shared.people;
    let password_hash = people.hasher().hash(password).await.map_err(|_| Problem::Busy)?;
    let author = Author {
        kind: AuthorKind::Person,
        id: Some(invited.account_id),
        name: invited.name.clone(),
        tenant_id: invited.tenant_id,
        ..writer.author()
    };
    let used = |error| if matches!(error, AccessError::NotFound) { Problem::LinkUsed.into() } else { Trouble::from(error) };
    let account_id = invitations::redeem(access, &author, &hash, writer.now(), &password_hash).await.map_err(used)?;
    let account = credentials::by_id(access, account_id).await?.ok_or(Problem::LinkUsed)?;
    let started = people.start(&account, &password_hash, &attempt(writer, headers, &account.name, "password")).await?;
    // disabled in this very moment
    started.ok_or(Trouble::Problem(Problem::LinkUsed))
}

/// The new password of a form, if it is typed twice the same and good enough.
pub fn new_password<'w>(writer: &'w Writer, words: &[&str]) -> Result<&'w str, Problem> {
    let password = writer.secret("password");
    passwords::judge(password, words).map_err(|weakness| match weakness {
        passwords::Weakness::Short => Problem::PasswordShort,
        passwords::Weakness::Long => Problem::PasswordLong,
        passwords::Weakness::Guessable => Problem::PasswordWeak,
    })?;
    if passwords::normal(password) != passwords::normal(writer.secret("repeat")) {
        return Err(Problem::PasswordsDiffer);
    }
    Ok(password)
}
