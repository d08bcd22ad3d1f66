//! People, tenants, tokens and links to try the doors with, and browsers that keep their cookies.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Method, Request, header};
use chrono::{DateTime, Utc};
use domain::RegionId;
use domain::access::{AccountName, DisplayName, Preset, TenantId};
use server::access::{passwords, random, tokens, wall_key};
use server::web::security::Security;
use server::web::{Shared, WebConfig, router};
use sqlx::PgPool;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;
use url::form_urlencoded;
use warehouse::access::{AccessPool, Author, Granter, Grants, accounts, invitations, secrets, tenants, walls};

use crate::site::{self, Reply};

pub const PASSWORD: &str = "correct horse battery staple";
pub const HOST: &str = "loadline.example";
const MINUTE_MS: i64 = 60_000;

/// An installation with regions 1 and 2, whose clock the test sets.
pub struct Town {
    pub pool: PgPool,
    pub access: AccessPool,
    pub router: Router,
    now_ms: Arc<AtomicI64>,
}

/// All regions of the tenant or the installation, or some.
pub enum Reach<'r> {
    All,
    Some(&'r [RegionId]),
}

impl Town {
    pub async fn new() -> Self {
        Self::with(Security::default()).await
    }

    pub async fn with(security: Security) -> Self {
        let pool = testkit::pool(&testkit::warehouse_db().await).await;
        site::fill(&pool).await;
        let now_ms = Arc::new(AtomicI64::new(server::clock::now_ms()));
        let clock = Arc::clone(&now_ms);
        let base = site::config(pool.clone());
        let mut context = base.context.clone();
        context.now = Arc::new(move || clock.load(Ordering::Relaxed));
        let config = WebConfig { context, security, ..base };
        let prometheus = server::metrics::recorder().expect("a recorder");
        let shared = Shared::new(&config, prometheus, CancellationToken::new());
        let router = router(&shared);
        Self { access: site::accounts(&pool), router, pool, now_ms }
    }

    pub fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.now_ms.load(Ordering::Relaxed)).expect("a time")
    }

    /// Sets the clock.
    pub fn at(&self, moment: &str) {
        let moment = DateTime::parse_from_rfc3339(moment).expect("a moment");
        self.now_ms.store(moment.timestamp_millis(), Ordering::Relaxed);
    }

    pub fn pass_minutes(&self, minutes: i64) {
        self.now_ms.fetch_add(minutes * MINUTE_MS, Ordering::Relaxed);
    }

    /// A tenant that owns these regions.
    pub async fn tenant(&self, code: &str, regions: &[RegionId]) -> TenantId {
        let name = DisplayName::parse(code).expect("a name");
        let id = tenants::add(&self.access, &author(), code, &name).await.expect("a new tenant");
        for region in regions {
            tenants::assign_region(&self.access, &author(), *region, Some(id)).await.expect("a free region");
        }
        id
    }

    /// Somebody with [`PASSWORD`].
    pub async fn person(&self, name: &str, preset: Preset, tenant_id: Option<TenantId>, reach: Reach<'_>) -> i64 {
        static HASH: OnceLock<String> = OnceLock::new();
        let account = accounts::NewAccount {
            name: AccountName::parse(name).expect("a name"),
            display_name: DisplayName::parse(name).expect("a name"),
            grants: grants(preset, tenant_id, reach),
            password_hash: Some(HASH.get_or_init(|| passwords::hash(PASSWORD)).clone()),
            must_change_password: false,
        };
        accounts::add(&self.access, &author(), &Granter::everything(), &account).await.expect("a new person")
    }

    /// A token and its number.
    pub async fn token(&self, preset: Preset, tenant_id: Option<TenantId>, reach: Reach<'_>) -> (String, i64) {
        let fresh = tokens::Fresh::token(random::bytes());
        let new = warehouse::access::tokens::NewToken {
            name: DisplayName::parse("test").expect("a name"),
            grants: grants(preset, tenant_id, reach),
            prefix: fresh.prefix().to_owned(),
            token_hash: fresh.hash.clone(),
            expires_at: Some(self.now() + chrono::TimeDelta::hours(1)),
        };
        let added = warehouse::access::tokens::add(&self.access, &author(), &Granter::everything(), &new, self.now()).await;
        (fresh.text, added.expect("a new token"))
    }

    /// The key of a new wall link and its number.
    pub async fn wall(&self, layouts: &[&str], tenant_id: Option<TenantId>, reach: Reach<'_>) -> (String, i64) {
        let grants = grants(Preset::Viewer, tenant_id, reach);
        let new = walls::NewWallLink {
            name: DisplayName::parse("hall").expect("a name"),
            tenant_id,
            all_regions: grants.all_regions,
            regions: grants.regions,
            layouts: layouts.iter().map(|layout| (*layout).to_owned()).collect(),
            expires_at: Some(self.now() + chrono::TimeDelta::hours(1)),
        };
        let id = walls::add(&self.access, &author(), &Granter::everything(), &new, self.now()).await.expect("a new link");
        let secret = secrets::get_or_insert(&self.access, wall_key::SECRET_NAME, random::bytes()).await.expect("a key");
        (wall_key::key(id, &secret), id)
    }

    /// The last part of a one-time link.
    pub async fn invitation(&self, account_id: i64) -> String {
        let fresh = tokens::Fresh::invitation(random::bytes());
        let expires_at = self.now() + chrono::TimeDelta::hours(24);
        let (author, granter) = (author(), Granter::everything());
        invitations::add(&self.access, &author, &granter, account_id, &fresh.hash, self.now(), expires_at).await.expect("a link");
        fresh.text
    }

    pub fn browser(&self) -> Browser<'_> {
        self.browser_at("203.0.113.9")
    }

    pub fn browser_at<'t>(&'t self, address: &str) -> Browser<'t> {
        Browser { town: self, address: address.parse().expect("an address"), cookies: BTreeMap::new() }
    }

    /// A browser in which this person has signed in.
    pub async fn signed_in(&self, name: &str) -> Browser<'_> {
        let mut browser = self.browser();
        let reply = browser.sign_in(name, PASSWORD).await;
        assert_eq!((reply.status.as_u16(), reply.header("location")), (303, "/"), "{}", reply.text);
        browser
    }

    /// A program's request, with these headers and nothing else.
    pub async fn ask(&self, path: &str, headers: &[(&str, &str)]) -> Reply {
        let mut request = Request::get(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(Body::empty()).expect("a request"), "198.51.100.7".parse().expect("an address")).await
    }

    pub async fn bearer(&self, path: &str, token: &str) -> Reply {
        self.ask(path, &[("authorization", &format!("Bearer {token}"))]).await
    }

    pub async fn send(&self, mut request: Request<Body>, address: IpAddr) -> Reply {
        request.extensions_mut().insert(ConnectInfo(SocketAddr::new(address, 40_000)));
        site::read(self.router.clone().oneshot(request).await.expect("the router always answers")).await
    }

    /// How many entries of the record say this.
    pub async fn recorded(&self, action: &str) -> i64 {
        let count = sqlx::query_scalar("select count(*) from access.audit_log where action = $1").bind(action);
        count.fetch_one(&self.pool).await.expect("a number")
    }
}

pub fn author() -> Author {
    Author::command("tests")
}

fn grants(preset: Preset, tenant_id: Option<TenantId>, reach: Reach<'_>) -> Grants {
    let (all_regions, regions) = match reach {
        Reach::All => (true, Vec::new()),
        Reach::Some(regions) => (false, regions.to_vec()),
    };
    Grants { tenant_id, rights: preset.rights(), all_regions, regions }
}

/// Sends what a browser sends, and keeps cookies.
#[derive(Clone)]
pub struct Browser<'t> {
    town: &'t Town,
    pub address: IpAddr,
    pub cookies: BTreeMap<String, String>,
}

impl Browser<'_> {
    pub async fn get(&mut self, path: &str) -> Reply {
        self.send(Method::GET, path, &[], String::new()).await
    }

    pub async fn head(&mut self, path: &str) -> Reply {
        self.send(Method::HEAD, path, &[], String::new()).await
    }

    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Reply {
        self.post_with(path, fields, &[("sec-fetch-site", "same-origin")]).await
    }

    pub async fn post_with(&mut self, path: &str, fields: &[(&str, &str)], headers: &[(&str, &str)]) -> Reply {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.send(Method::POST, path, headers, body).await
    }

    pub async fn sign_in(&mut self, name: &str, password: &str) -> Reply {
        self.post("/login", &[("name", name), ("password", password)]).await
    }

    /// Whether pages are served, and not the page to sign in with.
    pub async fn is_in(&mut self) -> bool {
        let reply = self.get("/account").await;
        assert!(reply.status == 200 || reply.header("location").starts_with("/login"), "{} {}", reply.status, reply.text);
        reply.status == 200
    }

    async fn send(&mut self, method: Method, path: &str, headers: &[(&str, &str)], body: String) -> Reply {
        let mut request = Request::builder().method(&method).uri(path).header("host", HOST).header("accept", "text/html");
        if method == Method::POST {
            request = request.header("content-type", "application/x-www-form-urlencoded");
        }
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !cookies.is_empty() {
            request = request.header(header::COOKIE, cookies.join("; "));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let reply = self.town.send(request.body(Body::from(body)).expect("a request"), self.address).await;
        for line in reply.headers.get_all(header::SET_COOKIE) {
            let line = line.to_str().expect("a readable cookie");
            let (name, value) = line.split(';').next().and_then(|pair| pair.split_once('=')).expect("a pair");
            if line.contains("Max-Age=0") || value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        reply
    }
}
