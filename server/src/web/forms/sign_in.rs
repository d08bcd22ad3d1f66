//! Signing in and out.

use app::submitted::Problem;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use warehouse::access::{AccessError, logins};

use super::writer::{Trouble, Writer};
use crate::access::backend::{Attempt, SignInError, SignedIn};
use crate::web::error::{Refusal, see_other};
use crate::web::gate::AuthSession;
use crate::web::preferences::{local_path, set_cookies};

const LOGIN: &str = "/login";

/// Longer descriptions of a browser are cut by the database.
const MOST_AGENT_BYTES: usize = 1_024;

/// The attempt that a form makes, for a password field of this name.
pub fn attempt(writer: &Writer, headers: &HeaderMap, name: &str, password_field: &str) -> Attempt {
    let user_agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    let client = writer.asker.client;
    Attempt {
        name: name.to_owned(),
        password: writer.secret(password_field).to_owned(),
        address: client.address,
        network: client.key(),
        user_agent: user_agent.get(..MOST_AGENT_BYTES.min(user_agent.len())).unwrap_or_default().to_owned(),
    }
}

pub async fn login(auth: AuthSession, headers: HeaderMap, writer: Writer) -> Response {
    let attempt = attempt(&writer, &headers, writer.field("name"), "password");
    let trouble = match auth.authenticate(attempt).await {
        Ok(Some(signed_in)) => match enter(auth, &writer, &signed_in, writer.field("back")).await {
            Ok(response) => return response,
            Err(trouble) => trouble,
        },
        // an unknown name and a wrong password look the same
        Ok(None) => Problem::SignInFailed.into(),
        Err(axum_login::Error::Backend(error)) => error.into(),
        Err(axum_login::Error::Session(error)) => unavailable(&error),
    };
    let is_slowed = matches!(trouble, Trouble::Problem(Problem::SlowedDown));
    let mut response = writer.again(LOGIN, "login", trouble).await;
    if is_slowed {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("60"));
    }
    response
}

/// Begins the session of somebody who has proved who he is, under a new name, and goes where he wanted to.
pub async fn enter(mut auth: AuthSession, writer: &Writer, signed_in: &SignedIn, back: &str) -> Result<Response, Trouble> {
    if let Some(before) = auth.user.clone() {
        // the same browser signs in anew: what it had ends
        end(writer, &before).await?;
        auth.logout().await.map_err(|_| session_lost())?;
        // what was emptied would be filled again under the name that the one before knows
        auth.session.cycle_id().await.map_err(|_| session_lost())?;
    }
    auth.login(signed_in).await.map_err(|_| session_lost())?;
    let account = &signed_in.principal.account;
    let home = if account.must_change_password { "/account/password" } else { back };
    let mut response = see_other(if local_path(home).is_some() { home } else { "/" });
    set_cookies(&mut response, account.lang.as_deref(), account.theme.as_deref());
    Ok(response)
}

pub async fn logout(mut auth: AuthSession, writer: Writer) -> Response {
    let Some(signed_in) = auth.user.clone() else { return see_other(LOGIN) };
    let ended = end(&writer, &signed_in).await;
    if auth.logout().await.is_err() {
        return Refusal::Unavailable("a session could not be removed".to_owned()).answer(&writer.asker);
    }
    match ended {
        Ok(()) => see_other("/login?done=logged-out"),
        Err(trouble) => writer.again(LOGIN, "login", trouble).await,
    }
}

/// A copy of the cookie is worth nothing afterwards.
async fn end(writer: &Writer, signed_in: &SignedIn) -> Result<(), Trouble> {
    let key = signed_in.key;
    match logins::end(writer.access()?, &writer.author(), key.account_id, key.login_id).await {
        // ended elsewhere in the meantime
        Ok(()) | Err(AccessError::NotFound) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

fn unavailable(error: &impl std::fmt::Display) -> Trouble {
    Trouble::Refusal(Refusal::Unavailable(error.to_string()))
}

fn session_lost() -> Trouble {
    unavailable(&"a session could not be stored")
}

impl From<SignInError> for Trouble {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::SlowedDown { .. } => Problem::SlowedDown.into(),
            SignInError::Busy => Problem::Busy.into(),
            SignInError::Access(error) => error.into(),
        }
    }
}
