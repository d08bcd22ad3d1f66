//! A fresh database with regions 1 to 3 and people who make rules.

use domain::access::{DisplayName, Preset, Scope, TenantId};
use domain::alarms::check::Facts;
use domain::alarms::{RuleDefinition, RuleId};
use sqlx::PgPool;
use warehouse::access::{AccessPool, Author, AuthorKind, Granter, tenants};
use warehouse::alarms::rules::{self, Maker, RuleError, RuleRow};
use warehouse::read::ReadPool;

pub struct House {
    pub root: PgPool,
    pub access: AccessPool,
    read: ReadPool,
}

/// Somebody with what his rules are checked by.
pub struct Engineer {
    pub author: Author,
    pub granter: Granter,
    pub facts: Facts,
}

impl Engineer {
    pub fn maker(&self) -> Maker<'_> {
        Maker { author: &self.author, granter: &self.granter, facts: &self.facts }
    }
}

pub async fn house() -> House {
    let url = testkit::warehouse_db().await;
    let root = testkit::pool(&url).await;
    let read = ReadPool::from_pool(root.clone());
    let house = House { access: AccessPool::open(&url, 8).expect("an address"), read, root };
    house
        .sql(
            "insert into ods_region_profile (region_id, parent_id, region_name, valid_from) values
              (1, null, '东', '2000-01-01'), (2, 1, '西', '2000-01-01'), (3, null, '岛', '2000-01-01')",
        )
        .await;
    house
}

/// A rule that may be enabled: load at 100 % of the limit.
pub fn limit() -> RuleDefinition {
    domain::alarms::starter::rules().remove(0).definition
}

impl House {
    pub async fn sql(&self, statement: &str) {
        sqlx::raw_sql(statement).execute(&self.root).await.unwrap_or_else(|error| panic!("{statement}: {error}"));
    }

    pub async fn number(&self, query: &str) -> i64 {
        sqlx::query_scalar(query).fetch_one(&self.root).await.unwrap_or_else(|error| panic!("{query}: {error}"))
    }

    pub fn seen_by(&self, scope: &Scope) -> ReadPool {
        self.read.seen_by(scope)
    }

    pub async fn operator(&self) -> Engineer {
        self.engineer("chief", None, Scope::Whole).await
    }

    pub async fn tenant(&self, code: &str, regions: &[i32]) -> (TenantId, Engineer) {
        let author = Author::command("tests");
        let name = DisplayName::parse(code).expect("a name");
        let id = tenants::add(&self.access, &author, code, &name).await.expect("a new tenant");
        for region in regions {
            tenants::assign_region(&self.access, &author, *region, Some(id)).await.expect("a free region");
        }
        (id, self.engineer(code, Some(id), Scope::of(regions.iter().copied())).await)
    }

    /// Somebody with all regions of his tenant.
    pub async fn engineer(&self, name: &str, tenant_id: Option<TenantId>, scope: Scope) -> Engineer {
        let all_regions = tenant_id.is_some() || scope.is_whole();
        let granter = Granter { rights: Preset::Engineer.rights(), tenant_id, scope: scope.clone(), all_regions };
        let today = "2026-03-01".parse().expect("a day");
        let facts = rules::facts(&self.seen_by(&scope), &granter, today).await.expect("facts");
        let name = name.to_owned();
        let author = Author { kind: AuthorKind::Person, id: Some(7), name, tenant_id, ..Author::command("") };
        Engineer { author, granter, facts }
    }

    pub async fn add(&self, engineer: &Engineer, definition: &RuleDefinition) -> Result<RuleId, RuleError> {
        rules::add(&self.access, engineer.maker(), definition, false).await
    }

    pub async fn rule(&self, rule_id: RuleId) -> RuleRow {
        rules::one(&self.seen_by(&Scope::Whole), None, rule_id).await.expect("an answer").expect("a rule")
    }

    pub async fn revisions(&self) -> i64 {
        self.number("select rules_revision from alarm_progress").await
    }

    pub async fn entries(&self) -> i64 {
        self.number("select count(*) from access.audit_log").await
    }
}
