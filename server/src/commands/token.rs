//! `loadline token`: tokens for programs that ask the interface.

use chrono::{DateTime, Utc};
use domain::access::Preset;
use warehouse::access::tokens::{self, NewToken};

use super::access::{self, Desk};
use super::failure::CommandError;
use super::terminal::{Lang, say, table, warn};
use crate::access::random;
use crate::access::tokens::Fresh;
use crate::cli::access::{TokenAdd, TokenCommand, Why};
use crate::config::Config;

pub async fn run(command: TokenCommand, config: &Config, lang: Lang) -> Result<(), CommandError> {
    match command {
        TokenCommand::Add(args) => add(args, config, lang).await,
        TokenCommand::List => list(config, lang).await,
        TokenCommand::Revoke(args) => {
            let desk = Desk::open(config, &args.why, lang).await?;
            tokens::revoke(&desk.pool, &desk.author, &desk.granter, args.id).await?;
            warn(lang.pick(format!("令牌 {} 已撤销。", args.id), format!("Token {} is revoked.", args.id)));
            Ok(())
        }
    }
}

async fn add(args: TokenAdd, config: &Config, lang: Lang) -> Result<(), CommandError> {
    let desk = Desk::open(config, &args.why, lang).await?;
    let fresh = Fresh::token(random::bytes());
    let new = NewToken {
        name: args.name,
        grants: desk.grants(&args.reach).await?,
        prefix: fresh.prefix().to_owned(),
        token_hash: fresh.hash.clone(),
        expires_at: desk.in_days(args.days),
    };
    let id = tokens::add(&desk.pool, &desk.author, &desk.granter, &new, desk.now).await?;
    warn(lang.pick(
        format!("令牌 {id} 只显示这一次；请求时放在 Authorization: Bearer 之后："),
        format!("Token {id} is shown this once; it goes behind Authorization: Bearer of a request:"),
    ));
    say(fresh.text);
    Ok(())
}

async fn list(config: &Config, lang: Lang) -> Result<(), CommandError> {
    let desk = Desk::open(config, &Why::default(), lang).await?;
    let code = desk.codes().await?;
    let head = lang.pick(
        ["编号", "名称", "开头", "权限", "租户", "区域", "状态", "最近使用"],
        ["id", "name", "begins", "rights", "tenant", "regions", "state", "last used"],
    );
    let all = tokens::list(&desk.pool, None).await?;
    let lines = all.iter().map(|token| {
        let grants = &token.grants;
        [
            token.token_id.to_string(),
            token.name.clone(),
            token.prefix.clone(),
            Preset::of(grants.rights).map_or_else(|| grants.rights.to_string(), |preset| preset.code().to_owned()),
            code(grants.tenant_id),
            access::regions(grants.all_regions, &grants.regions, lang),
            state(config, token.revoked_at, token.expires_at, desk.now, lang),
            access::time(config, token.last_used_at),
        ]
    });
    table(head, lines);
    Ok(())
}

/// Of tokens and of wall links.
pub fn state(
    config: &Config,
    revoked_at: Option<DateTime<Utc>>,
    expires_at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
    lang: Lang,
) -> String {
    match (revoked_at, expires_at) {
        (Some(_), _) => lang.pick("已撤销", "revoked").to_owned(),
        (None, Some(end)) if end <= now => lang.pick("已过期", "expired").to_owned(),
        (None, Some(end)) => {
            let end = access::time(config, Some(end));
            lang.pick(format!("有效至 {end}"), format!("good until {end}"))
        }
        (None, None) => lang.pick("有效", "good").to_owned(),
    }
}
