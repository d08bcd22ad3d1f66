//! `/tenants`: tenants, and which regions belong to them. Only for the operator of the whole installation.

mod regions;
mod tenants_list;

use domain::access::Permission;
use warehouse::access::tenants;

use crate::context::{AppContext, PageRequest};
use crate::error::AppError;
use crate::pages::{PageContent, managed};
use crate::text::access::common as words;

pub const ADD_FORM: &str = "tenant";
pub const RENAME_FORM: &str = "rename";
pub const REMOVE_FORM: &str = "remove";
pub const REGION_FORM: &str = "region";

pub async fn content(request: &PageRequest, ctx: &AppContext) -> Result<PageContent, AppError> {
    managed::require(ctx, Permission::ManageTenants)?;
    if !ctx.viewer.is_operator() || !ctx.viewer.scope.is_whole() {
        return Err(AppError::NotFound);
    }
    let lang = request.view.lang;
    let tenants = tenants::list(managed::access(ctx)?).await?;
    let owners = tenants::regions(managed::access(ctx)?).await?;
    let tree = managed::tree(ctx).await?;
    let blocks = vec![
        tenants_list::block(&tenants, request),
        tenants_list::add(request),
        regions::block(&regions::known(&owners, &tree), &tenants, request),
    ];
    // a problem of one row stands above all: the row itself may be filtered away or gone
    Ok(managed::page("tenants", words::TENANTS.get(lang), &[ADD_FORM], request, blocks))
}
