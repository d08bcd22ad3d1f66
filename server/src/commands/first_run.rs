//! What makes a demo usable at once: its first administrator and a wall link that needs no signing in.

use domain::access::{AccountName, DisplayName, Preset};
use warehouse::access::Grants;
use warehouse::access::accounts::{self, Account, NewAccount};
use warehouse::access::walls::{self, NewWallLink};

use super::access::{Desk, name_fault};
use super::failure::CommandError;
use super::terminal::{Lang, say};
use super::user::one_time_link;
use crate::cli::access::Why;
use crate::config::Config;

const ADMINISTRATOR: &str = "admin";
/// By this name the link is found again at the next start.
const WALL: &str = "demo";
const LAYOUTS: [&str; 2] = ["16x9", "32x9"];

/// How to come in: paths of the pages.
#[derive(Debug)]
struct Greeting {
    /// Until somebody has chosen a password.
    invitation: Option<String>,
    wall: String,
}

/// Prints how to come in: a one-time link until somebody has chosen a password, and the wall link always.
pub async fn welcome(config: &Config, base: &str, lang: Lang) -> Result<(), CommandError> {
    let greeting = greet(config, lang).await?;
    match greeting.invitation {
        Some(path) => {
            let hours = config.one_time_link_h;
            say(lang.pick(
                format!("首次登录：打开此一次性链接（{hours} 小时内有效），为 {ADMINISTRATOR} 设置密码"),
                format!("First sign-in: choose a password for {ADMINISTRATOR} at this one-time link, good for {hours} hours"),
            ));
            say(format!("{base}{path}"));
        }
        None => {
            say(lang.pick("登录：", "Sign in:"));
            say(format!("{base}/login"));
        }
    }
    say(lang.pick("大屏链接，无需登录：", "Wall link, needs no signing in:"));
    say(format!("{base}{}", greeting.wall));
    Ok(())
}

async fn greet(config: &Config, lang: Lang) -> Result<Greeting, CommandError> {
    let desk = Desk::open(config, &Why::default(), lang).await?;
    let invitation = match newcomer(&desk).await? {
        Some(account_id) => Some(one_time_link(&desk, config, account_id).await?),
        None => None,
    };
    Ok(Greeting { invitation, wall: wall(&desk).await? })
}

/// The administrator while nobody has ever signed in: made at the first start.
async fn newcomer(desk: &Desk) -> Result<Option<i64>, CommandError> {
    let people = accounts::list(&desk.pool, None).await?;
    if people.is_empty() {
        return Ok(Some(administrator(desk).await?));
    }
    let waits = |account: &&Account| account.name == ADMINISTRATOR && !account.has_password && !account.is_disabled();
    Ok(people.iter().find(waits).filter(|_| people.iter().all(|account| !account.has_password)).map(|account| account.account_id))
}

async fn administrator(desk: &Desk) -> Result<i64, CommandError> {
    let new = NewAccount {
        name: AccountName::parse(ADMINISTRATOR).map_err(name_fault)?,
        display_name: DisplayName::parse(ADMINISTRATOR).map_err(name_fault)?,
        grants: Grants { rights: Preset::Admin.rights(), all_regions: true, ..Grants::default() },
        password_hash: None,
        must_change_password: true,
    };
    Ok(accounts::add(&desk.pool, &desk.author, &desk.granter, &new).await?)
}

/// The path of the demo's wall link, the same at every start while nobody revokes it.
async fn wall(desk: &Desk) -> Result<String, CommandError> {
    let links = walls::list(&desk.pool, None).await?;
    let known = links.iter().find(|link| link.name == WALL && link.revoked_at.is_none() && link.expires_at.is_none());
    let id = match known {
        Some(link) => link.link_id,
        None => add_wall(desk).await?,
    };
    desk.wall_path(id).await
}

async fn add_wall(desk: &Desk) -> Result<i64, CommandError> {
    let new = NewWallLink {
        name: DisplayName::parse(WALL).map_err(name_fault)?,
        tenant_id: None,
        all_regions: true,
        regions: Vec::new(),
        layouts: LAYOUTS.map(str::to_owned).to_vec(),
        expires_at: None,
    };
    Ok(walls::add(&desk.pool, &desk.author, &desk.granter, &new, desk.now).await?)
}

#[cfg(test)]
mod tests {
    use warehouse::access::{AccessPool, Author, invitations};

    use super::*;
    use crate::access::tokens;
    use crate::clock;

    #[tokio::test]
    async fn the_link_is_printed_until_it_is_used_and_the_wall_link_stays_the_same() {
        let url = testkit::warehouse_db().await;
        let config = Config { warehouse_url: url.parse().ok(), ..Config::default() };
        let first = greet(&config, Lang::En).await.expect("a first start");
        let second = greet(&config, Lang::En).await.expect("a second start");
        assert_eq!(first.wall, second.wall);
        assert_ne!(first.invitation, second.invitation, "only the hash of the first is known");
        let pool = AccessPool::open(&url, 1).expect("an address");
        let hash =
            |link: &Greeting| tokens::hash(link.invitation.as_deref().and_then(|path| path.rsplit('/').next()).expect("a link"));
        let stale = invitations::find(&pool, &hash(&first), clock::now()).await.expect("an answer");
        assert_eq!(stale, None, "one link at a time");
        let author = Author::system();
        invitations::redeem(&pool, &author, &hash(&second), clock::now(), "a hash").await.expect("it is open");
        let third = greet(&config, Lang::En).await.expect("a third start");
        assert_eq!((third.invitation, third.wall), (None, first.wall));
        assert_eq!(accounts::active_administrators(&pool).await.expect("an answer"), 1);
    }
}
