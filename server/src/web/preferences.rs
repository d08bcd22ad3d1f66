//! Language and theme, remembered in cookies: by the link `/preferences` and by `?lang=` and `?theme=` on any page.

use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::asker::Asker;
use super::error::Refusal;
use super::params::{BadParameter, Params};
use super::texts;

const REMEMBERED_SECONDS: u32 = 400 * 86_400;
const LANGS: &[&str] = &["zh", "en"];
const THEMES: &[&str] = &["grey", "dark"];

/// `/preferences?lang=en&theme=dark&back=/rankings`: remembers and goes back.
pub async fn preferences(uri: Uri, asker: Asker) -> Response {
    match remember_and_go(&uri) {
        Ok(response) => response,
        Err(bad) => Refusal::from(bad).answer(&asker),
    }
}

fn remember_and_go(uri: &Uri) -> Result<Response, BadParameter> {
    let params = Params::read(uri, &["lang", "theme", "back"])?;
    let lang = params.word("lang", LANGS, texts::EXPECTED_LANG)?;
    let theme = params.word("theme", THEMES, texts::EXPECTED_THEME)?;
    let back = params.get("back").unwrap_or("/");
    let location = local_path(back).ok_or_else(|| BadParameter::new("back", back, texts::EXPECTED_LOCAL_PATH))?;
    let mut response = (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response();
    set_cookies(&mut response, lang, theme);
    Ok(response)
}

/// A path of this site; anything that a browser could take for another site is refused.
pub fn local_path(back: &str) -> Option<HeaderValue> {
    let is_local = back.starts_with('/')
        && !back.starts_with("//")
        && !back.contains('\\')
        && back.len() <= 1_024
        && back.bytes().all(|byte| byte > 0x20 && byte != 0x7f);
    // an address that is not ASCII is escaped, as a header must be
    let escaped: String =
        back.bytes().map(|b| if b.is_ascii() { char::from(b).to_string() } else { format!("%{b:02X}") }).collect();
    is_local.then(|| HeaderValue::from_str(&escaped).ok()).flatten()
}

pub fn set_cookies(response: &mut Response, lang: Option<&str>, theme: Option<&str>) {
    for (name, value) in [("lang", lang), ("theme", theme)] {
        let cookie = value.and_then(|value| {
            let line = format!("{name}={value}; Path=/; Max-Age={REMEMBERED_SECONDS}; SameSite=Lax; HttpOnly");
            HeaderValue::from_str(&line).ok()
        });
        if let Some(cookie) = cookie {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
    }
}

/// Pages remember the choice that their address carries.
pub async fn remember(request: Request, next: Next) -> Response {
    let query = request.uri().query().unwrap_or_default();
    let choice = |wanted: &str, words: &[&'static str]| {
        let given = url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == wanted)?.1;
        words.iter().copied().find(|word| *word == given)
    };
    let (lang, theme) = (choice("lang", LANGS), choice("theme", THEMES));
    let mut response = next.run(request).await;
    if response.status().is_success() {
        set_cookies(&mut response, lang, theme);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_this_site_are_gone_back_to() {
        for good in ["/", "/rankings?grain=day", "/search?q=%E5%BC%A0", "/区域"] {
            assert!(local_path(good).is_some(), "{good}");
        }
        for bad in
            ["", "//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "/a\r\nSet-Cookie: x=1"]
        {
            assert!(local_path(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn themes_and_languages_are_those_of_the_pages() {
        assert_eq!(LANGS, app::Lang::ALL.map(app::Lang::code));
        assert_eq!(THEMES, app::Theme::ALL.map(app::Theme::code));
    }
}
