//! `loadline wall`: links that show the wall without anybody signing in.

use domain::access::Scope;
use warehouse::access::walls::{self, NewWallLink};

use super::access::{self, Desk};
use super::failure::CommandError;
use super::terminal::{Lang, say, table, warn};
use super::token::state;
use crate::cli::access::{WallAdd, WallCommand, Why};
use crate::config::Config;

pub async fn run(command: WallCommand, config: &Config, lang: Lang) -> Result<(), CommandError> {
    match command {
        WallCommand::Add(args) => add(args, config, lang).await,
        WallCommand::List => list(config, lang).await,
        WallCommand::Revoke(args) => {
            let desk = Desk::open(config, &args.why, lang).await?;
            walls::revoke(&desk.pool, &desk.author, &desk.granter, args.id).await?;
            warn(lang.pick(format!("大屏链接 {} 已撤销。", args.id), format!("Wall link {} is revoked.", args.id)));
            Ok(())
        }
    }
}

async fn add(args: WallAdd, config: &Config, lang: Lang) -> Result<(), CommandError> {
    let desk = Desk::open(config, &args.why, lang).await?;
    let (all_regions, regions) = match &args.regions {
        Scope::Whole => (true, Vec::new()),
        Scope::Regions(regions) => (false, regions.to_vec()),
    };
    let new = NewWallLink {
        tenant_id: desk.tenant_id(args.tenant.as_deref()).await?,
        expires_at: desk.in_days(args.days),
        name: args.name,
        layouts: args.layout,
        all_regions,
        regions,
    };
    let id = walls::add(&desk.pool, &desk.author, &desk.granter, &new, desk.now).await?;
    let path = desk.wall_path(id).await?;
    warn(lang.pick(
        format!("大屏链接 {id}：得到它的人无需登录即可查看；不再需要时请运行 loadline wall revoke --id {id}"),
        format!("Wall link {id}: whoever has it sees the wall without signing in; end it with loadline wall revoke --id {id}"),
    ));
    say(format!("{}{path}", config.link_base(config.listen)));
    Ok(())
}

async fn list(config: &Config, lang: Lang) -> Result<(), CommandError> {
    let desk = Desk::open(config, &Why::default(), lang).await?;
    let code = desk.codes().await?;
    let head = lang.pick(
        ["编号", "名称", "版式", "租户", "区域", "状态", "最近使用"],
        ["id", "name", "layouts", "tenant", "regions", "state", "last seen"],
    );
    let all = walls::list(&desk.pool, None).await?;
    let lines = all.iter().map(|link| {
        [
            link.link_id.to_string(),
            link.name.clone(),
            link.layouts.join(","),
            code(link.tenant_id),
            access::regions(link.all_regions, &link.regions, lang),
            state(config, link.revoked_at, link.expires_at, desk.now, lang),
            access::time(config, link.last_seen_at),
        ]
    });
    table(head, lines);
    Ok(())
}
