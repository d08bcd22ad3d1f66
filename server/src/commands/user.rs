//! `loadline user`: people, from the first administrator on.

use std::io::BufRead;

use app::submitted::Problem;
use chrono::TimeDelta;
use domain::access::{AccountName, DisplayName, Preset};
use warehouse::access::accounts::{self, Account, AccountChange, NewAccount};
use warehouse::access::invitations;

use super::access::{self, Desk, name_fault, problem, wrong};
use super::failure::CommandError;
use super::terminal::{Lang, say, table, warn};
use crate::access::passwords::{self, Weakness};
use crate::access::random;
use crate::access::tokens::Fresh;
use crate::cli::access::{OfUser, UserAdd, UserCommand, Why};
use crate::config::Config;

/// More than any password has, so that nothing endless is read.
const MOST_LINE_BYTES: u64 = 4_096;

pub async fn run(command: UserCommand, config: &Config, lang: Lang) -> Result<(), CommandError> {
    match command {
        UserCommand::Add(args) => add(args, config, lang).await,
        UserCommand::List => list(config, lang).await,
        UserCommand::Remove(args) => {
            let (desk, account) = find(&args, config, lang).await?;
            accounts::remove(&desk.pool, &desk.author, &desk.granter, account.account_id, account.version).await?;
            warn(lang.pick(format!("已删除 {}。", account.name), format!("{} is removed.", account.name)));
            Ok(())
        }
        UserCommand::Link(args) => {
            let (desk, account) = find(&args, config, lang).await?;
            let link = one_time_link(&desk, config, account.account_id).await?;
            tell_link(config, &account.name, &link, &config.link_base(config.listen), lang);
            Ok(())
        }
        UserCommand::Disable(args) => switch(&args, true, config, lang).await,
        UserCommand::Enable(args) => switch(&args, false, config, lang).await,
    }
}

async fn add(args: UserAdd, config: &Config, lang: Lang) -> Result<(), CommandError> {
    let name = AccountName::parse(&args.name).map_err(name_fault)?;
    let shown = args.display_name.as_deref().unwrap_or(name.as_str());
    let display_name = DisplayName::parse(shown).map_err(name_fault)?;
    let password = if args.password_stdin { Some(password(&[name.as_str(), display_name.as_str()])?) } else { None };
    let desk = Desk::open(config, &args.why, lang).await?;
    let new = NewAccount {
        grants: desk.grants(&args.reach).await?,
        password_hash: password.as_deref().map(passwords::hash),
        must_change_password: !args.keep_password,
        name,
        display_name,
    };
    let account_id = accounts::add(&desk.pool, &desk.author, &desk.granter, &new).await?;
    let name = new.name.as_str();
    if password.is_none() {
        let link = one_time_link(&desk, config, account_id).await?;
        tell_link(config, name, &link, &config.link_base(config.listen), lang);
    } else if args.keep_password {
        warn(lang.pick(format!("已添加 {name}。"), format!("{name} is added.")));
    } else {
        warn(lang.pick(
            format!("已添加 {name}；首次登录时须更改密码。"),
            format!("{name} is added and has to change the password at the first sign-in."),
        ));
    }
    Ok(())
}

/// The first line of standard input, if it is good enough.
fn password(words: &[&str]) -> Result<String, CommandError> {
    let mut line = String::new();
    let mut input = std::io::Read::take(std::io::stdin().lock(), MOST_LINE_BYTES);
    if input.read_line(&mut line).is_err() {
        return Err(wrong("密码不是 UTF-8 文字。".to_owned(), "The password is not text in UTF-8.".to_owned()));
    }
    let password = line.trim_end_matches(['\r', '\n']).to_owned();
    match passwords::judge(&password, words) {
        Ok(()) => Ok(password),
        Err(Weakness::Short) => Err(problem(Problem::PasswordShort)),
        Err(Weakness::Long) => Err(problem(Problem::PasswordLong)),
        Err(Weakness::Guessable) => Err(problem(Problem::PasswordWeak)),
    }
}

/// The path of a new link, after which earlier ones stop working.
pub async fn one_time_link(desk: &Desk, config: &Config, account_id: i64) -> Result<String, CommandError> {
    let fresh = Fresh::invitation(random::bytes());
    let expires_at = desk.now + TimeDelta::hours(config.one_time_link_h);
    invitations::add(&desk.pool, &desk.author, &desk.granter, account_id, &fresh.hash, desk.now, expires_at).await?;
    Ok(format!("/welcome/{}", fresh.text))
}

/// The link alone on standard output, what it is beside it.
fn tell_link(config: &Config, name: &str, path: &str, base: &str, lang: Lang) {
    let hours = config.one_time_link_h;
    warn(lang.pick(
        format!("{name} 的一次性链接，{hours} 小时内有效，用于设置密码："),
        format!("One-time link of {name}, good for {hours} hours, to choose a password with:"),
    ));
    say(format!("{base}{path}"));
}

async fn list(config: &Config, lang: Lang) -> Result<(), CommandError> {
    let desk = Desk::open(config, &Why::default(), lang).await?;
    let code = desk.codes().await?;
    let head = lang.pick(
        ["登录名", "显示名", "权限", "租户", "区域", "状态", "最近使用"],
        ["name", "display name", "rights", "tenant", "regions", "state", "last seen"],
    );
    let people = accounts::list(&desk.pool, None).await?;
    let lines = people.iter().map(|account| {
        let grants = &account.grants;
        [
            account.name.clone(),
            account.display_name.clone(),
            Preset::of(grants.rights).map_or_else(|| grants.rights.to_string(), |preset| preset.code().to_owned()),
            code(grants.tenant_id),
            access::regions(grants.all_regions, &grants.regions, lang),
            state(account, lang).to_owned(),
            access::time(config, account.last_seen_at),
        ]
    });
    table(head, lines);
    Ok(())
}

fn state(account: &Account, lang: Lang) -> &'static str {
    match account {
        account if account.is_disabled() => lang.pick("已停用", "disabled"),
        account if !account.has_password => lang.pick("尚未设置密码", "no password yet"),
        account if account.must_change_password => lang.pick("须更改密码", "must change password"),
        _ => lang.pick("正常", "active"),
    }
}

async fn switch(args: &OfUser, disabled: bool, config: &Config, lang: Lang) -> Result<(), CommandError> {
    let (desk, account) = find(args, config, lang).await?;
    let display_name = DisplayName::parse(&account.display_name).map_err(name_fault)?;
    let change = AccountChange { display_name, grants: account.grants, disabled };
    accounts::change(&desk.pool, &desk.author, &desk.granter, account.account_id, account.version, &change).await?;
    let name = &account.name;
    warn(if disabled {
        lang.pick(format!("已停用 {name}。"), format!("{name} is disabled."))
    } else {
        lang.pick(format!("已启用 {name}。"), format!("{name} is enabled."))
    });
    Ok(())
}

async fn find(args: &OfUser, config: &Config, lang: Lang) -> Result<(Desk, Account), CommandError> {
    let wanted = AccountName::parse(&args.name).map_err(name_fault)?;
    let desk = Desk::open(config, &args.why, lang).await?;
    let is_meant = |account: &Account| AccountName::parse(&account.name).is_ok_and(|name| name.key() == wanted.key());
    match accounts::list(&desk.pool, None).await?.into_iter().find(is_meant) {
        Some(account) => Ok((desk, account)),
        None => Err(wrong(
            format!("没有名为 {:?} 的人员。请用 loadline user list 查看。", args.name),
            format!("There is nobody named {:?}. See loadline user list.", args.name),
        )),
    }
}
