//! An installation with an operator and two tenants, and ways to look at its pages.

use std::collections::BTreeMap;
use std::sync::Arc;

use app::submitted::Submitted;
use app::viewer::{Viewer, Who};
use app::{AppContext, AppError, Lang, PageRequest, Theme, Units, View, pages};
use chrono::{DateTime, Utc};
use domain::Zone;
use domain::access::{AccountName, DisplayName, Preset, Rights, Scope, TenantId};
use leptos::prelude::RenderHtml;
use warehouse::access::accounts::NewAccount;
use warehouse::access::{AccessPool, Author, Granter, Grants, accounts, logins, tenants, tokens, walls};
use warehouse::read::ReadPool;

const TWO_DAYS: &str = include_str!("../../../crates/warehouse/tests/read/two_days.sql");
/// 2016-01-12 01:07:42 in Shanghai.
const NOW_MS: i64 = 1_452_532_062_000;
pub const PASSWORD_HASH: &str = "$argon2id$not-a-real-one";

pub struct Site {
    ctx: AppContext,
    pub access: AccessPool,
    pub pool: sqlx::PgPool,
    people: BTreeMap<&'static str, i64>,
    pub tenants: [TenantId; 2],
}

pub fn now() -> DateTime<Utc> {
    DateTime::from_timestamp_millis(NOW_MS).expect("a time")
}

pub fn author() -> Author {
    Author::command("tests")
}

impl Site {
    pub async fn empty() -> Self {
        let url = testkit::warehouse_db().await;
        let pool = testkit::pool(&url).await;
        let zone = Zone::parse("Asia/Shanghai").expect("a zone");
        let access = AccessPool::open(&url, 4).expect("an address");
        let ctx = AppContext::new(ReadPool::from_pool(pool.clone()), Arc::new(|| NOW_MS), zone, Units::Si, "0");
        let ctx = ctx.with_access(access.clone());
        Self { ctx, access, pool, people: BTreeMap::new(), tenants: [0, 0] }
    }

    /// The region 1 belongs to the tenant East, 2 to West; each has people, a token and a link.
    pub async fn two_tenants() -> Self {
        let mut site = Self::empty().await;
        sqlx::raw_sql(TWO_DAYS).execute(&site.pool).await.expect("the fixture fits the schema");
        site.add_person("root", "Root", None, Preset::Admin).await;
        for (at, (code, name, region)) in [("east", "东供电 East", 1), ("west", "西供电 West", 2)].into_iter().enumerate() {
            let name = DisplayName::parse(name).expect("a name");
            let tenant = tenants::add(&site.access, &author(), code, &name).await.expect("a tenant");
            tenants::assign_region(&site.access, &author(), region, Some(tenant)).await.expect("a free region");
            site.tenants[at] = tenant;
        }
        let [east, west] = site.tenants.map(Some);
        site.add_person("east.admin", "East Admin", east, Preset::Admin).await;
        site.add_person("east.clerk", "East Clerk", east, Preset::Viewer).await;
        site.add_person("west.admin", "West Admin", west, Preset::Admin).await;
        site.add_token("East export", "ll_east", east).await;
        site.add_token("West export", "ll_west", west).await;
        site.add_wall("东墙", east).await;
        site.add_wall("西墙", west).await;
        site
    }

    pub async fn add_person(&mut self, name: &'static str, shown: &str, tenant_id: Option<TenantId>, preset: Preset) -> i64 {
        let new = NewAccount {
            name: AccountName::parse(name).expect("a name"),
            display_name: DisplayName::parse(shown).expect("a name"),
            grants: Grants { tenant_id, rights: preset.rights(), all_regions: true, regions: Vec::new() },
            password_hash: Some(PASSWORD_HASH.to_owned()),
            must_change_password: false,
        };
        let id = accounts::add(&self.access, &author(), &Granter::everything(), &new).await.expect("a free name");
        self.people.insert(name, id);
        id
    }

    pub async fn add_token(&self, name: &str, prefix: &str, tenant_id: Option<TenantId>) -> i64 {
        let new = tokens::NewToken {
            name: DisplayName::parse(name).expect("a name"),
            grants: Grants { tenant_id, rights: Preset::Viewer.rights(), all_regions: true, regions: Vec::new() },
            prefix: prefix.to_owned(),
            token_hash: prefix.as_bytes().to_vec(),
            expires_at: None,
        };
        tokens::add(&self.access, &author(), &Granter::everything(), &new, now()).await.expect("a token")
    }

    pub async fn add_wall(&self, name: &str, tenant_id: Option<TenantId>) -> i64 {
        let new = walls::NewWallLink {
            name: DisplayName::parse(name).expect("a name"),
            tenant_id,
            all_regions: true,
            regions: Vec::new(),
            layouts: vec!["32x9".to_owned()],
            expires_at: None,
        };
        walls::add(&self.access, &author(), &Granter::everything(), &new, now()).await.expect("a link")
    }

    pub async fn sign_in(&self, name: &str, user_agent: &str) -> i64 {
        let author = Author { address: "192.0.2.7".to_owned(), ..author() };
        let account_id = self.person(name);
        let login = logins::NewLogin { account_id, password_hash: PASSWORD_HASH, network: "192.0.2.7", user_agent, now: now() };
        logins::start(&self.access, &author, &login).await.expect("a login")
    }

    pub fn person(&self, name: &str) -> i64 {
        self.people[name]
    }

    pub async fn run(&self, statements: &str) {
        sqlx::raw_sql(statements).execute(&self.pool).await.expect("the statements fit the schema");
    }

    pub fn operator(&self) -> Viewer {
        self.viewer("root", Preset::Admin.rights(), Scope::Whole, None)
    }

    /// The administrator of the tenant East.
    pub fn east(&self) -> Viewer {
        self.viewer("east.admin", Preset::Admin.rights(), Scope::of([1]), Some(self.tenants[0]))
    }

    fn viewer(&self, name: &str, rights: Rights, scope: Scope, tenant_id: Option<TenantId>) -> Viewer {
        let account_id = self.people.get(name).copied().unwrap_or_default();
        let who = Who::Person { account_id, login_id: 0, name: name.to_owned(), display_name: name.to_owned() };
        let tenant_name = tenant_id.map(|_| "东供电 East".to_owned());
        Viewer { who, rights, scope, tenant_id, tenant_name, ..Viewer::nobody() }
    }

    pub async fn content(&self, viewer: &Viewer, request: &PageRequest) -> Result<String, AppError> {
        let ctx = self.ctx.for_viewer(Arc::new(viewer.clone()));
        let content = pages::content(request, &ctx).await?;
        let blocks = content.blocks.into_iter().map(|block| block.into_view().to_html());
        let heading = content.heading.map(RenderHtml::to_html).unwrap_or_default();
        Ok(heading + &blocks.collect::<String>())
    }

    /// Heading and blocks of a page.
    pub async fn page(&self, viewer: &Viewer, address: &str, lang: Lang) -> Result<String, AppError> {
        self.content(viewer, &request(address, lang)).await
    }

    pub async fn en(&self, viewer: &Viewer, address: &str) -> String {
        self.page(viewer, address, Lang::En).await.expect("a page")
    }

    /// The page that answers a form.
    pub async fn answer(&self, viewer: &Viewer, address: &str, sent: Submitted, lang: Lang) -> String {
        let request = PageRequest { submitted: Some(Arc::new(sent)), ..request(address, lang) };
        self.content(viewer, &request).await.expect("a page")
    }

    /// The document as a browser gets it.
    pub async fn whole(&self, viewer: &Viewer, address: &str, lang: Lang) -> String {
        app::respond(&request(address, lang), &self.ctx.for_viewer(Arc::new(viewer.clone()))).await.html
    }
}

fn request(address: &str, lang: Lang) -> PageRequest {
    PageRequest::parse(address, View { lang, theme: Theme::default() })
}

/// A form that was not taken.
pub fn sent(form: &'static str, problem: app::submitted::Problem, values: &[(&str, &str)]) -> Submitted {
    let values = values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Submitted { form, values, problem: Some(problem), ..Submitted::default() }
}

/// An answer that shows something once.
pub fn shown_once(form: &'static str, secret: &str) -> Submitted {
    Submitted { form, secret: Some(secret.to_owned()), ..Submitted::default() }
}

#[track_caller]
pub fn assert_has(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "{part:?} is not in: {text}");
    }
}

#[track_caller]
pub fn assert_lacks(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(!text.contains(part), "{part:?} is in: {text}");
    }
}

/// The text of one block, without its tags.
pub fn block(page: &str, id: &str) -> String {
    let start = page.find(&format!("<section id=\"{id}\"")).unwrap_or_else(|| panic!("no block {id} in {page}"));
    let section = &page[start..];
    let section = &section[..section.find("</section>").expect("an end")];
    let mut text = String::new();
    let mut is_tag = false;
    for c in section.chars() {
        match c {
            '<' => is_tag = true,
            '>' => {
                is_tag = false;
                text.push(' ');
            }
            c if !is_tag => text.push(c),
            _ => {}
        }
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
