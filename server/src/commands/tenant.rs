//! `loadline tenant`: organisations that share the installation, and whose regions are whose.

use warehouse::access::{AccessError, Fault, tenants};

use super::access::{Desk, regions};
use super::failure::CommandError;
use super::terminal::{Lang, table, warn};
use crate::cli::access::{TenantAdd, TenantAssign, TenantCommand, Why};
use crate::config::Config;

/// Takes regions back for the operator; no tenant can be added under this code.
const NONE: &str = "none";

pub async fn run(command: TenantCommand, config: &Config, lang: Lang) -> Result<(), CommandError> {
    match command {
        TenantCommand::Add(args) => add(args, config, lang).await,
        TenantCommand::List => list(config, lang).await,
        TenantCommand::Assign(args) => assign(args, config, lang).await,
    }
}

async fn add(args: TenantAdd, config: &Config, lang: Lang) -> Result<(), CommandError> {
    if args.code == NONE {
        return Err(AccessError::Invalid(Fault::TenantCode).into());
    }
    let desk = Desk::open(config, &args.why, lang).await?;
    tenants::add(&desk.pool, &desk.author, &args.code, &args.name).await?;
    let code = args.code;
    warn(lang.pick(
        format!("已添加租户 {code}。用 loadline tenant assign --code {code} --region … 划归区域。"),
        format!("Tenant {code} is added. Give it regions with loadline tenant assign --code {code} --region …"),
    ));
    Ok(())
}

async fn assign(args: TenantAssign, config: &Config, lang: Lang) -> Result<(), CommandError> {
    let desk = Desk::open(config, &args.why, lang).await?;
    let tenant_id = desk.tenant_id(Some(args.code.as_str()).filter(|code| *code != NONE)).await?;
    for region_id in &args.regions {
        tenants::assign_region(&desk.pool, &desk.author, *region_id, tenant_id).await?;
    }
    let count = args.regions.len();
    warn(lang.pick(format!("已划归 {count} 个区域。"), format!("{count} regions are assigned.")));
    Ok(())
}

async fn list(config: &Config, lang: Lang) -> Result<(), CommandError> {
    let desk = Desk::open(config, &Why::default(), lang).await?;
    let head = lang.pick(["代码", "名称", "人员", "区域"], ["code", "name", "people", "regions"]);
    let owners = tenants::regions(&desk.pool).await?;
    let all = tenants::list(&desk.pool).await?;
    let lines = all.iter().map(|tenant| {
        let owned = owners.iter().filter(|owner| owner.tenant_id == Some(tenant.tenant_id));
        let owned: Vec<_> = owned.map(|owner| owner.region_id).collect();
        [tenant.code.clone(), tenant.name.clone(), tenant.accounts.to_string(), regions(false, &owned, lang)]
    });
    table(head, lines);
    Ok(())
}
