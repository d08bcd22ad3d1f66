//! The edge: the closed table, origins, limits, headers, and what stands in no log.

use axum::body::Body;
use axum::http::{Method, Request};
use domain::access::Preset;
use server::web::routes::{Need, ROUTES, Verb};
use server::web::security::Security;

use crate::support::{HOST, PASSWORD, Reach, Town};

fn method_of(verb: Verb) -> Method {
    if verb == Verb::Get { Method::GET } else { Method::POST }
}

/// An address of the pattern.
fn address_of(pattern: &str) -> String {
    pattern.replace("{id}", "1").replace("{name}", "main.css").replace("{token}", "x").replace("{key}", "x")
}

async fn status(town: &Town, method: Method, path: &str) -> u16 {
    let request = Request::builder().method(method).uri(path).body(Body::empty()).expect("a request");
    town.send(request, "198.51.100.7".parse().expect("an address")).await.status.as_u16()
}

#[tokio::test]
async fn nobody_is_refused_everywhere_but_at_the_doors() {
    let town = Town::new().await;
    for route in ROUTES {
        let answer = status(&town, method_of(route.verb), &address_of(route.path)).await;
        assert_eq!(answer == 401, route.need != Need::Public, "{:?} {}: {answer}", route.verb, route.path);
    }
    for (method, path) in [
        (Method::GET, "/nowhere"),
        (Method::GET, "/api/v1/nothing"),
        (Method::POST, "/"),
        (Method::DELETE, "/people/1"),
        (Method::PUT, "/login"),
        (Method::OPTIONS, "/regions"),
        (Method::TRACE, "/"),
        (Method::GET, "/regions%2F1"),
        (Method::GET, "//people"),
        (Method::GET, "/%70eople"),
    ] {
        assert_eq!(status(&town, method.clone(), path).await, 401, "{method} {path}: not even whether it exists");
    }
}

#[tokio::test]
async fn every_row_of_the_table_leads_somewhere() {
    let town = Town::new().await;
    // number 1 of the addresses is somebody else
    town.person("li", Preset::Viewer, None, Reach::All).await;
    town.person("root", Preset::Admin, None, Reach::All).await;
    let mut browser = town.signed_in("root").await;
    // what ends the session, never ends itself, or waits for an engine is tried elsewhere
    let elsewhere = ["/logout", "/events", "/api/v1/alarms/stream", "/account/logins/{id}/end", "/readyz", "/wall/{key}"];
    for route in ROUTES.iter().filter(|route| !elsewhere.contains(&route.path)) {
        let path = address_of(route.path);
        let reply = if route.verb == Verb::Get { browser.get(&path).await } else { browser.post(&path, &[]).await };
        assert!(
            ![403, 405, 500, 503].contains(&reply.status.as_u16()),
            "{:?} {path}: {} {}",
            route.verb,
            reply.status,
            reply.text
        );
    }
    assert_eq!(browser.get("/nowhere").await.status, 404);
    assert_eq!(browser.get("/logout").await.status, 405);
}

#[tokio::test]
async fn writes_from_other_sites_are_refused_before_anything_is_looked_at() {
    let town = Town::new().await;
    town.person("li", Preset::Viewer, None, Reach::All).await;
    let mut browser = town.signed_in("li").await;
    let own = format!("http://{HOST}");
    for (headers, status) in [
        (vec![("sec-fetch-site", "cross-site")], 403),
        (vec![("sec-fetch-site", "same-site")], 403),
        (vec![("origin", "null")], 403),
        (vec![("origin", "https://evil.example")], 403),
        (vec![("sec-fetch-site", "same-origin"), ("origin", own.as_str())], 303),
        (vec![("origin", own.as_str())], 303),
        (vec![], 303),
    ] {
        let reply = browser.post_with("/account/preferences", &[("lang", "en"), ("theme", "grey")], &headers).await;
        assert_eq!(reply.status.as_u16(), status, "{headers:?}");
    }
    let fields = [("name", "li"), ("password", PASSWORD)];
    let forced = town.browser().post_with("/login", &fields, &[("sec-fetch-site", "cross-site")]).await;
    assert_eq!(forced.status, 403, "nobody is signed in by another site");
}

#[tokio::test]
async fn forms_are_forms_and_not_too_large() {
    let town = Town::new().await;
    let post = |kind: &'static str, body: String| {
        let request = Request::post("/login").header("content-type", kind).body(Body::from(body)).expect("a request");
        town.send(request, "198.51.100.7".parse().expect("an address"))
    };
    assert_eq!(post("application/json", "{}".to_owned()).await.status, 400);
    assert_eq!(post("text/plain", "name=li".to_owned()).await.status, 400);
    assert_eq!(post("application/x-www-form-urlencoded", "a=1&".repeat(20_000)).await.status, 413);
    assert_eq!(post("application/x-www-form-urlencoded", "a".repeat(2 << 20)).await.status, 413);
}

#[tokio::test]
async fn one_address_that_asks_too_much_waits_and_others_do_not() {
    let town = Town::with(Security { rate_limit_per_s: 2, ..Security::default() }).await;
    let mut browser = town.browser();
    let mut refused = None;
    for _ in 0..40 {
        let reply = browser.get("/login").await;
        refused = refused.or((reply.status == 429).then_some(reply));
    }
    let refused = refused.expect("forty at once are too many");
    assert!(refused.header("retry-after").parse::<u64>().is_ok_and(|seconds| seconds >= 1));
    assert_eq!(town.browser_at("203.0.113.10").get("/login").await.status, 200);
    assert_eq!(browser.get("/healthz").await.status, 200, "probes are never told to wait");
}

#[tokio::test]
async fn behind_a_declared_proxy_the_client_is_who_it_says() {
    let trusted_proxies = vec!["10.0.0.0/8".parse().expect("a network")];
    let public_url = "https://loadline.example".parse().ok();
    let town = Town::with(Security { trusted_proxies, public_url, ..Security::default() }).await;
    let li = town.person("li", Preset::Viewer, None, Reach::All).await;
    let mut browser = town.browser_at("10.0.0.1");
    let headers =
        [("x-forwarded-for", "1.2.3.4, 198.51.100.20"), ("x-forwarded-proto", "https"), ("origin", "https://loadline.example")];
    let entered = browser.post_with("/login", &[("name", "li"), ("password", PASSWORD)], &headers).await;
    assert_eq!(entered.status, 303);
    let cookie = entered.header("set-cookie");
    assert!(cookie.starts_with("__Host-loadline=") && cookie.contains("Secure") && cookie.contains("Path=/"), "{cookie}");
    assert_eq!(entered.header("strict-transport-security"), "max-age=31536000");
    let logins = warehouse::access::logins::list(&town.access, li).await.expect("logins");
    assert_eq!(logins[0].address, "198.51.100.20");
}

#[tokio::test]
async fn every_answer_tells_browsers_to_be_careful() {
    let town = Town::new().await;
    town.person("li", Preset::Viewer, None, Reach::All).await;
    let mut browser = town.signed_in("li").await;
    for path in ["/", "/login", "/people", "/nowhere", "/api/v1/regions", "/style/main.css"] {
        let reply = browser.get(path).await;
        let policy = reply.header("content-security-policy");
        assert!(policy.contains("script-src 'self';") && policy.contains("frame-ancestors 'self'"), "{path}: {policy}");
        assert_eq!(reply.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(reply.header("cross-origin-opener-policy"), "same-origin", "{path}");
        assert!(!reply.headers.contains_key("access-control-allow-origin") && !reply.headers.contains_key("server"), "{path}");
        let is_shared = reply.header("cache-control").contains("public");
        assert!(!is_shared || path.starts_with("/style/"), "{path}");
    }
}
