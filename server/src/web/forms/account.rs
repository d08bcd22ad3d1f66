//! One's own account: password, language and theme, sessions.

use app::submitted::Problem;
use app::{Lang, Theme};
use axum::extract::Path;
use axum::http::HeaderMap;
use axum::response::Response;
use warehouse::access::{accounts, logins};

use super::sign_in::attempt;
use super::welcome::new_password;
use super::writer::{Trouble, Writer};
use crate::access::backend::SignedIn;
use crate::web::error::{Refusal, see_other};
use crate::web::gate::AuthSession;
use crate::web::preferences::set_cookies;

const ACCOUNT: &str = "/account";

pub async fn password(mut auth: AuthSession, headers: HeaderMap, writer: Writer) -> Response {
    let changed = match auth.user.clone() {
        Some(signed_in) => change_password(&mut auth, &signed_in, &headers, &writer).await,
        None => Err(Trouble::Refusal(Refusal::SignIn)),
    };
    match changed {
        Ok(()) => writer.done(ACCOUNT, "password"),
        Err(trouble) => writer.again("/account/password", "password", trouble).await,
    }
}

async fn change_password(
    auth: &mut AuthSession,
    signed_in: &SignedIn,
    headers: &HeaderMap,
    writer: &Writer,
) -> Result<(), Trouble> {
    let (account, people) = (&signed_in.principal.account, &writer.shared.people);
    // slowed down like signing in: whoever sits at somebody else's screen does not get to guess
    let proved = people.prove(&attempt(writer, headers, &account.name, "current")).await?;
    if proved.is_none_or(|(credential, _)| credential.account_id != account.account_id) {
        return Err(Problem::WrongPassword.into());
    }
    let password = new_password(writer, &[&account.name, &account.display_name])?;
    if password == writer.secret("current") {
        return Err(Problem::PasswordWeak.into());
    }
    let hash = people.hasher().hash(password).await.map_err(|_| Problem::Busy)?;
    let key = signed_in.key;
    accounts::set_password(writer.access()?, &writer.author(), key.account_id, &hash, false, Some(key.login_id)).await?;
    // sessions made with the old password end; this one goes on, under a new name
    let lost = |_| Trouble::Refusal(Refusal::Unavailable("a session could not be stored".to_owned()));
    if let Some(current) = people.principal(key).await? {
        auth.session.cycle_id().await.map_err(lost)?;
        auth.login(&current).await.map_err(|_| Trouble::Refusal(Refusal::SignIn))?;
    }
    Ok(())
}

pub async fn preferences(writer: Writer) -> Response {
    let lang = Lang::parse(writer.field("lang")).map(Lang::code);
    let theme = Theme::parse(writer.field("theme")).map(Theme::code);
    let saved = async {
        let account_id = writer.viewer.account_id().ok_or(Trouble::Refusal(Refusal::SignIn))?;
        Ok::<_, Trouble>(accounts::set_preferences(writer.access()?, account_id, lang, theme).await?)
    };
    match saved.await {
        Ok(()) => {
            let mut response = writer.done(ACCOUNT, "preferences");
            set_cookies(&mut response, lang, theme);
            response
        }
        Err(trouble) => writer.again(ACCOUNT, "preferences", trouble).await,
    }
}

/// Ends one of one's own sessions; another's does not exist.
pub async fn end(mut auth: AuthSession, Path(login_id): Path<i64>, writer: Writer) -> Response {
    let Some(signed_in) = auth.user.clone() else { return Refusal::SignIn.answer(&writer.asker) };
    let ended =
        async { Ok::<_, Trouble>(logins::end(writer.access()?, &writer.author(), signed_in.key.account_id, login_id).await?) };
    match ended.await {
        Ok(()) if login_id == signed_in.key.login_id => {
            // the login has ended whether or not the session can be removed
            drop(auth.logout().await);
            see_other("/login?done=logged-out")
        }
        Ok(()) => writer.done(ACCOUNT, "ended"),
        Err(trouble) => writer.again(ACCOUNT, "logins", trouble).await,
    }
}

pub async fn end_others(auth: AuthSession, writer: Writer) -> Response {
    let Some(signed_in) = auth.user else { return Refusal::SignIn.answer(&writer.asker) };
    let key = signed_in.key;
    let ended =
        async { Ok::<_, Trouble>(logins::end_others(writer.access()?, &writer.author(), key.account_id, key.login_id).await?) };
    match ended.await {
        Ok(_) => writer.done(ACCOUNT, "ended-others"),
        Err(trouble) => writer.again(ACCOUNT, "logins", trouble).await,
    }
}
