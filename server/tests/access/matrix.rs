//! Every address, asked by everybody: each preset with everything and with one tenant, tokens, claims, walls, nobody.
//! The table here is written by hand and shares nothing with the one in the server: an address that is not in both fails.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::{Request, header};
use domain::access::Preset;
use server::web::routes::{ROUTES, Verb};
use server::web::security::Security;

use crate::site::Reply;
use crate::support::{Browser, Reach, Town};

/// Who may, by the first letters: viewer, operator, engineer, admin, clerk of bills, auditor of bills.
const ALL: &str = "voeacb";
const READERS: &str = "voeacb";
const CALLERS: &str = "oeac";
const OPERATORS: &str = "oea";
const ENGINEERS: &str = "ea";
const ADMINS: &str = "a";
const BILLING: &str = "acb";
const CLERKS: &str = "ac";

/// Method, address, who may, and how.
const TABLE: &[(&str, &str, &str, How)] = &[
    ("GET", "/healthz", ALL, How::Everybody),
    ("GET", "/readyz", ALL, How::Everybody),
    ("GET", "/style/{name}", ALL, How::Everybody),
    ("GET", "/preferences", ALL, How::Everybody),
    ("GET", "/login", ALL, How::Everybody),
    ("POST", "/login", ALL, How::Everybody),
    ("GET", "/welcome/{token}", ALL, How::Everybody),
    ("POST", "/welcome/{token}", ALL, How::Everybody),
    ("GET", "/wall/{key}", "", How::Wall),
    ("GET", "/", READERS, How::Anyhow),
    ("GET", "/regions", READERS, How::Anyhow),
    ("GET", "/regions/{id}", READERS, How::Anyhow),
    ("GET", "/rankings", READERS, How::Anyhow),
    ("GET", "/peaks", READERS, How::Anyhow),
    ("GET", "/wall", READERS, How::Anyhow),
    ("GET", "/users/{id}", READERS, How::Anyhow),
    ("POST", "/users/{id}/telephone", CALLERS, How::Person),
    ("GET", "/search", READERS, How::Anyhow),
    ("GET", "/pipeline", ENGINEERS, How::Whole),
    ("GET", "/events", READERS, How::Stream),
    ("POST", "/logout", ALL, How::Person),
    ("GET", "/account", ALL, How::Anyhow),
    ("GET", "/account/password", ALL, How::Person),
    ("POST", "/account/password", ALL, How::Person),
    ("POST", "/account/preferences", ALL, How::Person),
    ("POST", "/account/logins/end-others", ALL, How::Person),
    ("POST", "/account/logins/{id}/end", ALL, How::Person),
    ("GET", "/people", ADMINS, How::Anyhow),
    ("POST", "/people", ADMINS, How::Person),
    ("GET", "/people/new", ADMINS, How::Anyhow),
    ("GET", "/people/{id}", ADMINS, How::Anyhow),
    ("POST", "/people/{id}", ADMINS, How::Person),
    ("POST", "/people/{id}/remove", ADMINS, How::Person),
    ("POST", "/people/{id}/link", ADMINS, How::Person),
    ("POST", "/people/{id}/logins/end", ADMINS, How::Person),
    ("GET", "/tenants", ADMINS, How::Whole),
    ("POST", "/tenants", ADMINS, How::WholePerson),
    ("POST", "/tenants/regions", ADMINS, How::WholePerson),
    ("POST", "/tenants/{id}", ADMINS, How::WholePerson),
    ("POST", "/tenants/{id}/remove", ADMINS, How::WholePerson),
    ("GET", "/tokens", ADMINS, How::Anyhow),
    ("POST", "/tokens", ADMINS, How::Person),
    ("POST", "/tokens/{id}/revoke", ADMINS, How::Person),
    ("POST", "/walls", ADMINS, How::Person),
    ("POST", "/walls/{id}/address", ADMINS, How::Person),
    ("POST", "/walls/{id}/revoke", ADMINS, How::Person),
    ("GET", "/audit", ADMINS, How::Anyhow),
    ("GET", "/alarms", READERS, How::Anyhow),
    ("GET", "/alarms/set-aside", READERS, How::Anyhow),
    ("GET", "/alarms/{id}", READERS, How::Anyhow),
    ("POST", "/alarms/acts", OPERATORS, How::Person),
    ("POST", "/alarms/{id}/act", OPERATORS, How::Person),
    ("GET", "/alarms/performance", READERS, How::Anyhow),
    ("GET", "/exports/alarm_performance.csv", READERS, How::Anyhow),
    ("GET", "/alarms/shifts", READERS, How::Anyhow),
    ("POST", "/alarms/shifts", ENGINEERS, How::Person),
    ("POST", "/alarms/shifts/{id}", ENGINEERS, How::Person),
    ("POST", "/alarms/shifts/{id}/remove", ENGINEERS, How::Person),
    ("POST", "/alarms/desks", ENGINEERS, How::Person),
    ("POST", "/alarms/desks/{id}", ENGINEERS, How::Person),
    ("POST", "/alarms/desks/{id}/remove", ENGINEERS, How::Person),
    ("GET", "/alarms/handover", READERS, How::Anyhow),
    ("POST", "/alarms/handover", OPERATORS, How::Person),
    ("POST", "/alarms/handover/{id}/sign", OPERATORS, How::Person),
    ("GET", "/alarms/notices", ENGINEERS, How::Anyhow),
    ("POST", "/alarms/channels", ENGINEERS, How::Person),
    ("POST", "/alarms/channels/{id}", ENGINEERS, How::Person),
    ("POST", "/alarms/channels/{id}/remove", ENGINEERS, How::Person),
    ("POST", "/alarms/channels/{id}/test", ENGINEERS, How::Person),
    ("POST", "/alarms/routes", ENGINEERS, How::Person),
    ("POST", "/alarms/routes/{id}", ENGINEERS, How::Person),
    ("POST", "/alarms/routes/{id}/remove", ENGINEERS, How::Person),
    ("POST", "/alarms/messages/{id}/again", ENGINEERS, How::Person),
    ("GET", "/alarms/rules", READERS, How::Anyhow),
    ("POST", "/alarms/rules", ENGINEERS, How::Person),
    ("GET", "/alarms/rules/new", ENGINEERS, How::Anyhow),
    ("POST", "/alarms/rules/check", ENGINEERS, How::Person),
    ("GET", "/alarms/rules/{id}", READERS, How::Anyhow),
    ("POST", "/alarms/rules/{id}", ENGINEERS, How::Person),
    ("POST", "/alarms/rules/{id}/enable", ENGINEERS, How::Person),
    ("POST", "/alarms/rules/{id}/disable", ENGINEERS, How::Person),
    ("POST", "/alarms/rules/{id}/remove", ENGINEERS, How::Person),
    ("POST", "/alarms/trials", ENGINEERS, How::Person),
    ("GET", "/alarms/trials/{id}", ENGINEERS, How::Anyhow),
    ("POST", "/alarms/holidays", ENGINEERS, How::Person),
    ("POST", "/alarms/holidays/remove", ENGINEERS, How::Person),
    ("GET", "/settlement", BILLING, How::Anyhow),
    ("GET", "/settlement/statements", BILLING, How::Anyhow),
    ("GET", "/settlement/statements/{id}", BILLING, How::Anyhow),
    ("GET", "/settlement/statements/{id}/print", BILLING, How::Anyhow),
    ("GET", "/settlement/exceptions", BILLING, How::Anyhow),
    ("GET", "/settlement/differences", BILLING, How::Anyhow),
    ("GET", "/settlement/runs/{id}", BILLING, How::Anyhow),
    ("GET", "/settlement/loss", BILLING, How::Anyhow),
    ("GET", "/settlement/tariffs", BILLING, How::Anyhow),
    ("POST", "/settlement/tariffs", CLERKS, How::Person),
    ("POST", "/settlement/tariffs/import", CLERKS, How::Person),
    ("POST", "/settlement/tariffs/check", CLERKS, How::Person),
    ("POST", "/settlement/tariffs/{code}", CLERKS, How::Person),
    ("POST", "/settlement/tariffs/{code}/withdraw", CLERKS, How::Person),
    ("POST", "/settlement/tariffs/{code}/remove", CLERKS, How::Person),
    ("POST", "/settlement/calendar", CLERKS, How::Person),
    ("POST", "/settlement/calendar/remove", CLERKS, How::Person),
    ("POST", "/settlement/triggers", CLERKS, How::Person),
    ("POST", "/settlement/carbon", ADMINS, How::Person),
    ("GET", "/settlement/tariffs/new", CLERKS, How::Anyhow),
    ("GET", "/settlement/tariffs/import", CLERKS, How::Anyhow),
    ("GET", "/settlement/tariffs/{code}", BILLING, How::Anyhow),
    ("GET", "/settlement/calendar", BILLING, How::Anyhow),
    ("GET", "/exports/tariffs.json", BILLING, How::Anyhow),
    ("GET", "/api/v1/tariffs", BILLING, How::Anyhow),
    ("POST", "/api/v1/tariffs", CLERKS, How::Anyhow),
    ("POST", "/api/v1/tariffs/check", CLERKS, How::Anyhow),
    ("POST", "/api/v1/tariffs/import", CLERKS, How::Anyhow),
    ("GET", "/api/v1/tariffs/{code}", BILLING, How::Anyhow),
    ("POST", "/api/v1/tariffs/{code}", CLERKS, How::Anyhow),
    ("POST", "/api/v1/tariffs/{code}/withdraw", CLERKS, How::Anyhow),
    ("POST", "/api/v1/tariffs/{code}/remove", CLERKS, How::Anyhow),
    ("GET", "/api/v1/calendar", BILLING, How::Anyhow),
    ("POST", "/api/v1/calendar", CLERKS, How::Anyhow),
    ("GET", "/api/v1/tariff-triggers", BILLING, How::Anyhow),
    ("POST", "/api/v1/tariff-triggers", CLERKS, How::Anyhow),
    ("POST", "/settlement/runs", CLERKS, How::Person),
    ("POST", "/settlement/runs/{id}/cancel", CLERKS, How::Person),
    ("POST", "/settlement/statements/acts", CLERKS, How::Person),
    ("POST", "/settlement/statements/{id}/check", CLERKS, How::Person),
    ("POST", "/settlement/statements/{id}/reopen", CLERKS, How::Person),
    ("POST", "/settlement/statements/{id}/freeze", CLERKS, How::Person),
    ("POST", "/settlement/statements/{id}/void", ADMINS, How::Person),
    ("GET", "/settlement/statements/{id}/statement.pdf", BILLING, How::Anyhow),
    ("GET", "/settlement/statements/{id}/statement.xlsx", BILLING, How::Anyhow),
    ("GET", "/settlement/statements/{id}/statement.csv", BILLING, How::Anyhow),
    ("GET", "/settlement/statements/{id}/reconcile", BILLING, How::Anyhow),
    ("POST", "/settlement/statements/{id}/reconcile", CLERKS, How::Person),
    ("GET", "/settlement/what-if", BILLING, How::Anyhow),
    ("POST", "/settlement/what-if", CLERKS, How::Person),
    ("GET", "/settlement/what-if/{id}", BILLING, How::Anyhow),
    ("GET", "/exports/statements.xlsx", BILLING, How::Anyhow),
    ("GET", "/exports/statements.csv", BILLING, How::Anyhow),
    ("GET", "/api/v1/statements/{id}/export.pdf", BILLING, How::Anyhow),
    ("GET", "/api/v1/statements/{id}/export.xlsx", BILLING, How::Anyhow),
    ("GET", "/api/v1/statements/{id}/export.csv", BILLING, How::Anyhow),
    ("GET", "/exports/settlements.csv", BILLING, How::Anyhow),
    ("GET", "/api/v1/exports/settlements.csv", BILLING, How::Anyhow),
    ("GET", "/api/v1/settlements", BILLING, How::Anyhow),
    ("GET", "/api/v1/statements", BILLING, How::Anyhow),
    ("POST", "/api/v1/statements/generate", CLERKS, How::Anyhow),
    ("GET", "/api/v1/statements/runs/{id}", BILLING, How::Anyhow),
    ("GET", "/api/v1/statements/{id}", BILLING, How::Anyhow),
    ("POST", "/api/v1/statements/{id}/check", CLERKS, How::Anyhow),
    ("POST", "/api/v1/statements/{id}/reopen", CLERKS, How::Anyhow),
    ("POST", "/api/v1/statements/{id}/freeze", CLERKS, How::Anyhow),
    ("POST", "/api/v1/statements/{id}/void", ADMINS, How::Anyhow),
    ("GET", "/settlement/contracts", BILLING, How::Anyhow),
    ("POST", "/settlement/contracts", CLERKS, How::Person),
    ("GET", "/settlement/contracts/new", CLERKS, How::Anyhow),
    ("GET", "/settlement/contracts/import", CLERKS, How::Anyhow),
    ("POST", "/settlement/contracts/import", CLERKS, How::Person),
    ("POST", "/settlement/contracts/assign", CLERKS, How::Person),
    ("GET", "/settlement/contracts/{id}", BILLING, How::Anyhow),
    ("POST", "/settlement/contracts/{id}", CLERKS, How::Person),
    ("POST", "/settlement/contracts/{id}/terms", CLERKS, How::Person),
    ("POST", "/settlement/contracts/{id}/exchange", CLERKS, How::Person),
    ("POST", "/settlement/contracts/{id}/close", CLERKS, How::Person),
    ("POST", "/settlement/contracts/{id}/remove", CLERKS, How::Person),
    ("POST", "/settlement/supply-meters", CLERKS, How::Person),
    ("GET", "/exports/contracts.csv", BILLING, How::Anyhow),
    ("GET", "/api/v1/contracts", BILLING, How::Anyhow),
    ("POST", "/api/v1/contracts", CLERKS, How::Anyhow),
    ("POST", "/api/v1/contracts/import", CLERKS, How::Anyhow),
    ("GET", "/api/v1/contracts/{id}", BILLING, How::Anyhow),
    ("POST", "/api/v1/contracts/{id}", CLERKS, How::Anyhow),
    ("GET", "/exports/alarms.csv", READERS, How::Anyhow),
    ("GET", "/api/v1/alarms", READERS, How::Anyhow),
    ("POST", "/api/v1/alarms", ENGINEERS, How::Anyhow),
    ("GET", ALARM_STREAM, READERS, How::Anyhow),
    ("GET", "/api/v1/alarms/{id}", READERS, How::Anyhow),
    ("POST", "/api/v1/alarms/{id}/ack", OPERATORS, How::Anyhow),
    ("POST", "/api/v1/alarms/{id}/shelve", OPERATORS, How::Anyhow),
    ("POST", "/api/v1/alarms/{id}/unshelve", OPERATORS, How::Anyhow),
    ("POST", "/api/v1/alarms/{id}/clear", OPERATORS, How::Anyhow),
    ("POST", "/api/v1/alarms/{id}/assign", OPERATORS, How::Anyhow),
    ("POST", "/api/v1/alarms/{id}/comment", OPERATORS, How::Anyhow),
    ("GET", "/api/v1/alarm-rules", READERS, How::Anyhow),
    ("POST", "/api/v1/alarm-rules", ENGINEERS, How::Anyhow),
    ("POST", "/api/v1/alarm-rules/check", ENGINEERS, How::Anyhow),
    ("GET", "/api/v1/alarm-rules/{id}", READERS, How::Anyhow),
    ("POST", "/api/v1/alarm-rules/{id}", ENGINEERS, How::Anyhow),
    ("POST", "/api/v1/alarm-rules/{id}/enable", ENGINEERS, How::Anyhow),
    ("POST", "/api/v1/alarm-rules/{id}/disable", ENGINEERS, How::Anyhow),
    ("POST", "/audit/verify", ADMINS, How::WholePerson),
    ("GET", "/exports/audit.csv", ADMINS, How::Anyhow),
    ("GET", "/exports/dashboard.csv", READERS, How::Anyhow),
    ("GET", "/exports/regions.csv", READERS, How::Anyhow),
    ("GET", "/exports/windows.csv", READERS, How::Anyhow),
    ("GET", "/exports/rollup.csv", READERS, How::Anyhow),
    ("GET", "/exports/peaks.csv", READERS, How::Anyhow),
    ("GET", "/exports/rankings.csv", READERS, How::Anyhow),
    ("GET", "/exports/user_readings.csv", READERS, How::Anyhow),
    ("GET", "/exports/silent_meters.csv", READERS, How::Anyhow),
    ("GET", "/exports/dead_letters.csv", CALLERS, How::Anyhow),
    ("GET", "/api/openapi.json", ALL, How::Anyhow),
    ("GET", "/api/dashboard", READERS, How::Anyhow),
    ("GET", "/api/v1/regions", READERS, How::Anyhow),
    ("GET", "/api/v1/regions/{id}/windows", READERS, How::Anyhow),
    ("GET", "/api/v1/rankings", READERS, How::Anyhow),
    ("GET", "/api/v1/rollup", READERS, How::Anyhow),
    ("GET", "/api/v1/pipeline", ENGINEERS, How::Whole),
    ("GET", "/metrics", ENGINEERS, How::Whole),
];

const ALARM_STREAM: &str = "/api/v1/alarms/stream";

/// Answers that do not end: their heads say enough.
fn is_endless(path: &str) -> bool {
    path == "/events" || path == ALARM_STREAM
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum How {
    /// Without a proof.
    Everybody,
    /// Persons, tokens and claims.
    Anyhow,
    /// The same, and walls for their own page.
    Stream,
    /// Only with the whole installation in sight.
    Whole,
    /// Only in a session.
    Person,
    WholePerson,
    /// Only by the key in the address.
    Wall,
}

impl How {
    fn admits(self, is_whole: bool, is_person: bool) -> bool {
        match self {
            Self::Everybody | Self::Anyhow | Self::Stream => true,
            Self::Whole => is_whole,
            Self::Person => is_person,
            Self::WholePerson => is_whole && is_person,
            Self::Wall => false,
        }
    }
}

const LETTERS: [(Preset, char); 6] = [
    (Preset::Viewer, 'v'),
    (Preset::Operator, 'o'),
    (Preset::Engineer, 'e'),
    (Preset::Admin, 'a'),
    (Preset::BillingClerk, 'c'),
    (Preset::BillingAuditor, 'b'),
];

/// An address with something in its places that the asker could mean.
fn filled(path: &str, account_id: i64) -> String {
    let id = match path {
        _ if path.starts_with("/people") => account_id.to_string(),
        _ if path.starts_with("/users") => "3".to_owned(),
        _ if path.starts_with("/regions") || path.starts_with("/api") => "2".to_owned(),
        _ => "424242".to_owned(),
    };
    let nonsense = "A".repeat(43);
    path.replace("{id}", &id)
        .replace("{code}", "hubei-2024")
        .replace("{name}", "main.css")
        .replace("{token}", &nonsense)
        .replace("{key}", &nonsense)
}

/// Refused for who asks, as opposed to what he asks for.
fn is_refused(reply: &Reply) -> bool {
    matches!(reply.status.as_u16(), 401 | 403)
        || (reply.header("location").starts_with("/login") && !reply.header("location").contains("done="))
}

#[test]
fn both_tables_hold_the_same_addresses() {
    let server: BTreeSet<_> =
        ROUTES.iter().map(|route| (if route.verb == Verb::Get { "GET" } else { "POST" }, route.path)).collect();
    let own: BTreeSet<_> = TABLE.iter().map(|(method, path, ..)| (*method, *path)).collect();
    assert_eq!(own.symmetric_difference(&server).collect::<Vec<_>>(), Vec::<&(&str, &str)>::new());
    for page in app::pages::PATTERNS {
        assert!(own.contains(&("GET", *page)), "the page {page} is in no table");
    }
    for (path, method) in leptos::server_fn::axum::server_fn_paths() {
        assert!(own.contains(&(method.as_str(), path)), "the server function {path} is in no table");
    }
    for path in server::web::described_paths() {
        assert!(own.contains(&("GET", path)), "{path} is described and in no table");
    }
}

#[tokio::test]
async fn every_person_gets_what_the_table_says() {
    let town = Town::new().await;
    let tenant = town.tenant("west", &[2]).await;
    for (preset, letter) in LETTERS {
        for (is_whole, tenant_id) in [(true, None), (false, Some(tenant))] {
            let name = format!("{}-{is_whole}", preset.code());
            town.person(&name, preset, tenant_id, Reach::All).await;
            let account_id = town.person(&format!("{name}-other"), Preset::Viewer, tenant_id, Reach::All).await;
            let mut browser = town.signed_in(&name).await;
            // the last one ends the session
            let rows = TABLE.iter().filter(|row| row.1 != "/logout").chain(TABLE.iter().filter(|row| row.1 == "/logout"));
            for (method, path, who, how) in rows {
                if *how == How::Wall || path == &"/login" {
                    continue;
                }
                let may = who.contains(letter) && how.admits(is_whole, true);
                let reply = ask(&mut browser, method, &filled(path, account_id)).await;
                assert_eq!(is_refused(&reply), !may, "{name} {method} {path}: {} {}", reply.status, reply.text);
                assert!(reply.status.as_u16() != 500, "{name} {method} {path}: {}", reply.text);
            }
        }
    }
}

async fn ask(browser: &mut Browser<'_>, method: &str, path: &str) -> Reply {
    match method {
        "GET" if is_endless(path) => browser.head(path).await,
        "GET" => browser.get(path).await,
        // nothing is filled in: who may is told what is missing
        _ => browser.post(path, &[]).await,
    }
}

#[tokio::test]
async fn every_token_and_claim_gets_what_the_table_says() {
    const SECRET: &str = "0123456789abcdef0123456789abcdef";
    let town = Town::with(Security { jwt_secret: SECRET.parse().ok(), ..Security::default() }).await;
    let tenant = town.tenant("west", &[2]).await;
    let account_id = town.person("somebody", Preset::Viewer, Some(tenant), Reach::All).await;
    let expires = town.now().timestamp() + 600;
    for (preset, letter) in LETTERS {
        let whole = town.token(preset, None, Reach::All).await.0;
        let part = town.token(preset, Some(tenant), Reach::All).await.0;
        let mut proofs = vec![(whole, true), (part, false)];
        if let "viewer" | "operator" | "admin" = preset.code() {
            let claim = serde_json::json!({ "tenant_id": "west", "role": preset.code(), "sub": "scada", "exp": expires });
            let key = jsonwebtoken::EncodingKey::from_secret(SECRET.as_bytes());
            let signed = jsonwebtoken::encode(&jsonwebtoken::Header::default(), &claim, &key);
            proofs.push((signed.expect("a claim"), false));
        }
        for (proof, is_whole) in proofs {
            for (method, path, who, how) in TABLE.iter().filter(|row| !matches!(row.3, How::Everybody | How::Wall)) {
                let may = who.contains(letter) && how.admits(is_whole, false);
                let reply = with_bearer(&town, method, &filled(path, account_id), &proof).await;
                assert_eq!(is_refused(&reply), !may, "{} {method} {path}: {} {}", preset.code(), reply.status, reply.text);
            }
        }
    }
}

async fn with_bearer(town: &Town, method: &str, path: &str, proof: &str) -> Reply {
    let method = if is_endless(path) { "HEAD" } else { method };
    let request = Request::builder().method(method).uri(path).header(header::AUTHORIZATION, format!("Bearer {proof}"));
    let request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded").body(Body::empty());
    town.send(request.expect("a request"), "198.51.100.7".parse().expect("an address")).await
}

#[tokio::test]
async fn nobody_and_walls_get_next_to_nothing() {
    let town = Town::new().await;
    let (key, _) = town.wall(&["16x9"], None, Reach::All).await;
    for (method, path, _, how) in TABLE {
        let mut nobody = town.browser();
        let reply = ask(&mut nobody, method, &filled(path, 1)).await;
        let is_open = *how == How::Everybody;
        assert_eq!(is_refused(&reply) && path != &"/login", !is_open, "nobody {method} {path}: {}", reply.status);
        // the key of a wall is not a token for anything else
        if !is_open && *how != How::Wall {
            let reply = with_bearer(&town, method, &filled(path, 1), &key).await;
            assert_eq!(reply.status, 401, "wall {method} {path}");
        }
    }
    let own = town.ask(&format!("/wall/{key}"), &[]).await;
    assert_eq!(own.status, 200, "{}", own.text);
    for other in ["/", "/pipeline", "/users/3", "/wall"] {
        let reply =
            town.ask(&format!("/events?path={other}"), &[("referer", &format!("http://loadline.example/wall/{key}"))]).await;
        assert_eq!(reply.status, 401, "{other}");
    }
}

#[tokio::test]
async fn a_stream_is_no_way_around_the_table() {
    let town = Town::new().await;
    town.person("li", Preset::Viewer, None, Reach::All).await;
    let mut li = town.signed_in("li").await;
    for page in ["/pipeline", "/people", "/audit", "/account"] {
        for path in
            [page.to_owned(), format!("/{page}"), format!("{page}/"), page.replacen("/p", "/%2570", 1), format!("{page}%23x")]
        {
            let reply = li.head(&format!("/events?path={path}")).await;
            assert!(matches!(reply.status.as_u16(), 400 | 403), "{path}: {}", reply.status);
        }
    }
    for path in ["/users//2", "/regions/1/", "//", "/wall/x"] {
        assert!(matches!(li.head(&format!("/events?path={path}")).await.status.as_u16(), 400 | 401), "{path}");
    }
    assert_eq!(li.head("/events?path=/rankings").await.status, 200);
}

#[tokio::test]
async fn a_server_function_sends_nobody_elsewhere() {
    let town = Town::new().await;
    let token = town.token(Preset::Viewer, None, Reach::All).await.0;
    let bearer = format!("Bearer {token}");
    let headers = [("authorization", bearer.as_str()), ("accept", "text/html"), ("referer", "https://evil.example/x")];
    let reply = town.ask("/api/dashboard", &headers).await;
    assert_eq!((reply.status.as_u16(), reply.header("location")), (200, ""));
}

#[tokio::test]
async fn what_is_not_in_the_table_is_found_by_nobody() {
    let town = Town::new().await;
    town.person("chief", Preset::Admin, None, Reach::All).await;
    let mut chief = town.signed_in("chief").await;
    for path in ["/admin", "/people/1/x", "/exports/accounts.csv", "/api/v1/people", "/%70eople", "//people", "/people/"] {
        assert_eq!(chief.get(path).await.status, 404, "{path}");
        let reply = town.browser().get(path).await;
        assert!(is_refused(&reply), "nobody {path}: {}", reply.status);
    }
    for (method, path) in [("PUT", "/people/1"), ("DELETE", "/people/1"), ("PATCH", "/"), ("GET", "/logout"), ("POST", "/")] {
        let request = Request::builder().method(method).uri(path).header("host", "loadline.example");
        let cookies: Vec<_> = chief.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = request.header(header::COOKIE, cookies.join("; ")).body(Body::empty()).expect("a request");
        assert_eq!(town.send(request, chief.address).await.status, 405, "{method} {path}");
    }
}
