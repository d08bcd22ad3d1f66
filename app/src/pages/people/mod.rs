//! `/people`, `/people/new` and `/people/{id}`: accounts, their rights and regions. A tenant's administrator sees his own.

mod actions;
mod conflict;
mod list;
mod person;
mod table_of_rights;

use domain::access::{Permission, Preset};
use warehouse::access::accounts::{self, Account};
use warehouse::access::audit::{self, AuditFilter};
use warehouse::access::{Grants, tenants};

use crate::components::form::Form;
use crate::context::{AppContext, PageRequest};
use crate::error::AppError;
use crate::pages::grant_form::GrantForm;
use crate::pages::{PageContent, managed};
use crate::text::access::{common as words, people};

/// The form of `/people/new` and `/people/{id}`.
pub const FORM: &str = "person";
pub const REMOVE_FORM: &str = "remove";
pub const LINK_FORM: &str = "link";

const HISTORY_ENTRIES: i64 = 20;

pub async fn list(request: &PageRequest, ctx: &AppContext) -> Result<PageContent, AppError> {
    managed::require(ctx, Permission::ManagePeople)?;
    let lang = request.view.lang;
    let accounts = accounts::list(managed::access(ctx)?, ctx.viewer.tenant_id).await?;
    let (tree, tenants) = (managed::tree(ctx).await?, managed::tenants(ctx).await?);
    let blocks = vec![list::filter(request), list::block(&accounts, &tree, &tenants, request, ctx), table_of_rights::block(lang)];
    Ok(managed::page("people", words::PEOPLE.get(lang), &[], request, blocks))
}

pub async fn new(request: &PageRequest, ctx: &AppContext) -> Result<PageContent, AppError> {
    managed::require(ctx, Permission::ManagePeople)?;
    let lang = request.view.lang;
    let tenant_id = ctx.viewer.tenant_id;
    let standing = Grants { tenant_id, rights: Preset::Viewer.rights(), all_regions: true, regions: Vec::new() };
    let parts = Parts::load(ctx).await?;
    let grants = parts.grants(Form::of(FORM, request), ctx, &standing);
    let blocks = vec![person::new(&grants), table_of_rights::block(lang)];
    Ok(managed::page("person", people::ADD_PERSON.get(lang), &[FORM], request, blocks))
}

pub async fn content(request: &PageRequest, ctx: &AppContext, id: &str) -> Result<PageContent, AppError> {
    managed::require(ctx, Permission::ManagePeople)?;
    let account = find(ctx, managed::id(id)?).await?;
    let parts = Parts::load(ctx).await?;
    let form = Form::of(FORM, request);
    let grants = parts.grants(form, ctx, &account.grants);
    let filter = AuditFilter {
        tenant: ctx.viewer.tenant_id,
        object: Some(format!("account:{}", account.account_id)),
        limit: HISTORY_ENTRIES,
        ..AuditFilter::default()
    };
    let history = audit::list(managed::access(ctx)?, &filter).await?;
    let lang = request.view.lang;
    let mut blocks = Vec::new();
    blocks.extend(conflict::block(&account, &parts, request));
    blocks.push(person::edit(&account, &grants));
    blocks.push(actions::block(&account, request, ctx));
    blocks.push(actions::history(&history, &account, lang, ctx));
    let title = format!("{} · {}", people::PERSON.get(lang), account.display_name);
    Ok(managed::page("person", &title, &[FORM, REMOVE_FORM], request, blocks))
}

/// Somebody of another tenant does not exist.
async fn find(ctx: &AppContext, id: i64) -> Result<Account, AppError> {
    Ok(accounts::get(managed::access(ctx)?, id, ctx.viewer.tenant_id).await?)
}

/// What the forms of rights choose from.
pub struct Parts {
    pub tree: warehouse::read::regions::Tree,
    pub tenants: Vec<tenants::Tenant>,
    pub owners: Vec<tenants::RegionOwner>,
}

impl Parts {
    pub async fn load(ctx: &AppContext) -> Result<Self, AppError> {
        let owners = if ctx.viewer.is_operator() { tenants::regions(managed::access(ctx)?).await? } else { Vec::new() };
        Ok(Self { tree: managed::tree(ctx).await?, tenants: managed::tenants(ctx).await?, owners })
    }

    pub fn grants<'a>(&'a self, form: Form<'a>, ctx: &'a AppContext, standing: &'a Grants) -> GrantForm<'a> {
        GrantForm { form, ctx, tree: &self.tree, tenants: &self.tenants, owners: &self.owners, standing }
    }
}
