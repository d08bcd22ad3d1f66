//! Whether a write comes from our own pages. A cookie alone does not say so: browsers send it for other sites' forms too.

use axum::http::{HeaderMap, HeaderName, Method, header};
use url::Url;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Methods that change nothing.
pub fn is_read(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// Whether a request may change something, judged by what browsers say of where it comes from; a client that is no
/// browser says nothing and has no cookies that others could use. `is_https` is how the browser came here.
pub fn is_own(headers: &HeaderMap, public_url: Option<&Url>, is_https: bool) -> bool {
    let Ok(site) = single(headers, &SEC_FETCH_SITE) else { return false };
    let Ok(origin) = single(headers, &header::ORIGIN) else { return false };
    let is_of_public_url = |origin: &str| public_url.is_some_and(|url| url.origin().ascii_serialization() == origin);
    match (site, origin) {
        (Some("same-origin" | "none"), _) | (None, None) => true,
        (Some(_), origin) => origin.is_some_and(is_of_public_url),
        (None, Some(origin)) => is_of_public_url(origin) || is_of_host(origin, headers, is_https),
    }
}

/// The one value of a header; several, or one that is no text, are an error.
fn single<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Result<Option<&'h str>, ()> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => value.to_str().map(Some).map_err(drop),
        (Some(_), Some(_)) => Err(()),
    }
}

/// Without TLS here a proxy may still have it, so both schemes will do; with https a page that came in the clear is
/// somebody else's.
fn is_of_host(origin: &str, headers: &HeaderMap, is_https: bool) -> bool {
    let Ok(Some(host)) = single(headers, &header::HOST) else { return false };
    let Some((scheme, authority)) = origin.split_once("://") else { return false };
    let is_known_scheme = scheme == "https" || (scheme == "http" && !is_https);
    is_known_scheme && !authority.is_empty() && authority.eq_ignore_ascii_case(host)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn judge(headers: &[(&'static str, &'static str)], public_url: Option<&str>, is_https: bool) -> bool {
        let mut map = HeaderMap::new();
        map.insert(header::HOST, HeaderValue::from_static("loadline.example:3000"));
        for (name, value) in headers {
            map.append(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        let url = public_url.map(|url| Url::parse(url).expect("an address"));
        is_own(&map, url.as_ref(), is_https)
    }

    #[test]
    fn our_own_pages_and_clients_that_are_no_browsers_may_write() {
        for headers in [
            &[][..],
            &[("sec-fetch-site", "same-origin")],
            &[("sec-fetch-site", "none")],
            &[("origin", "http://loadline.example:3000")],
            &[("origin", "http://LOADLINE.example:3000")],
            &[("sec-fetch-site", "same-origin"), ("origin", "http://loadline.example:3000")],
        ] {
            assert!(judge(headers, None, false), "{headers:?}");
        }
    }

    #[test]
    fn other_sites_may_not() {
        for headers in [
            &[("sec-fetch-site", "cross-site")][..],
            &[("sec-fetch-site", "same-site")],
            &[("sec-fetch-site", "")],
            &[("sec-fetch-site", "SAME-ORIGIN")],
            &[("sec-fetch-site", "cross-site"), ("origin", "http://loadline.example:3000")],
            &[("sec-fetch-site", "same-origin"), ("sec-fetch-site", "cross-site")],
            &[("origin", "null")],
            &[("origin", "")],
            &[("origin", "http://")],
            &[("origin", "http://evil.example")],
            &[("origin", "http://loadline.example")],
            &[("origin", "http://loadline.example:3000.evil.example")],
            &[("origin", "ftp://loadline.example:3000")],
            &[("origin", "http://loadline.example:3000"), ("origin", "http://evil.example")],
        ] {
            assert!(!judge(headers, None, false), "{headers:?}");
        }
    }

    #[test]
    fn the_scheme_counts_and_the_public_address_is_ours() {
        assert!(!judge(&[("origin", "http://loadline.example:3000")], None, true));
        assert!(judge(&[("origin", "https://loadline.example:3000")], None, true));
        let public = Some("https://load.example.com");
        assert!(judge(&[("origin", "https://load.example.com")], public, true));
        assert!(judge(&[("sec-fetch-site", "same-site"), ("origin", "https://load.example.com")], public, true));
        assert!(!judge(&[("origin", "http://load.example.com")], public, true));
        assert!(!judge(&[("origin", "https://load.example.com.evil.example")], public, true));
    }

    #[test]
    fn reading_is_not_writing() {
        assert!(is_read(&Method::GET) && is_read(&Method::HEAD) && !is_read(&Method::POST) && !is_read(&Method::DELETE));
    }
}
