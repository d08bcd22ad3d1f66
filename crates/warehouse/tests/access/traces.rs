//! Every write leaves one entry and tells whoever listens; no entry holds a secret.

use std::time::Duration;

use chrono::TimeDelta;
use domain::access::Preset;
use sqlx::postgres::PgListener;
use warehouse::access::accounts::{self, AccountChange};
use warehouse::access::{Granter, audit, invitations, listen, logins, tenants, tokens, walls};

use super::{HASH, House, author, house, newcomer, now, of_tenant, person, shown, some, whole};

const SECRETS: [&str; 4] = ["argon2", "$changed", "digest", "646967657374"];

struct Watch<'a> {
    house: &'a House,
    listener: PgListener,
    entries: i64,
}

impl Watch<'_> {
    /// The last write left this entry, and was told unless it changes nobody's rights.
    async fn saw(&mut self, action: &str, object: &str, tenant: Option<i32>, told: bool) {
        let entry = self.house.last_entry().await;
        self.entries += 1;
        assert_eq!((entry.entry_no, entry.action.as_str()), (self.entries, action));
        assert_eq!((entry.object_kind.as_str(), entry.tenant_id), (object, tenant), "{action}");
        assert_eq!((entry.actor_name.as_str(), entry.address.as_str()), ("root", "192.0.2.9"));
        assert_eq!(entry.reason.as_deref(), Some("because"));
        assert!(entry.before.is_some() || entry.after.is_some(), "{action}");
        let text = format!("{entry:?}");
        assert!(!SECRETS.iter().any(|secret| text.contains(secret)), "{text}");
        if told {
            tokio::time::timeout(Duration::from_secs(10), self.listener.recv()).await.expect(action).expect("told");
        }
        assert!(self.listener.next_buffered().is_none(), "{action} is told once");
    }
}

#[tokio::test]
async fn every_write_leaves_one_entry() {
    let house = house().await;
    let (pool, everything) = (&house.pool, Granter::everything());
    let mut watch = Watch { house: &house, listener: listen(pool).await.expect("a listener"), entries: 0 };
    let north = tenants::add(pool, &author(), "north", &shown("北")).await.expect("a tenant");
    watch.saw("tenant.add", "tenant", None, true).await;
    tenants::change(pool, &author(), north, 1, &shown("北方")).await.expect("a change");
    watch.saw("tenant.change", "tenant", None, true).await;
    tenants::assign_region(pool, &author(), 1, Some(north)).await.expect("a region");
    watch.saw("region.assign", "region", Some(north), true).await;

    let new = newcomer("li", of_tenant(north, whole(Preset::Viewer)));
    let id = accounts::add(pool, &author(), &everything, &new).await.expect("an account");
    watch.saw("account.add", "account", Some(north), true).await;
    house.login(id, now()).await;
    watch.saw("login.ok", "account", Some(north), false).await;
    let change =
        |disabled| AccountChange { display_name: shown("李"), grants: of_tenant(north, whole(Preset::Admin)), disabled };
    for (version, disabled, action) in [(1, false, "account.change"), (2, true, "account.disable"), (3, false, "account.enable")]
    {
        accounts::change(pool, &author(), &everything, id, version, &change(disabled)).await.expect(action);
        watch.saw(action, "account", Some(north), true).await;
    }
    let until = now() + TimeDelta::days(1);
    invitations::add(pool, &author(), &everything, id, b"digest", now(), until).await.expect("a link");
    watch.saw("account.link", "account", Some(north), true).await;
    invitations::redeem(pool, &author(), b"digest", now(), HASH).await.expect("a password");
    watch.saw("account.password", "account", Some(north), true).await;
    let (first, second) = (house.login(id, now()).await, house.login(id, now()).await);
    watch.entries += 1;
    watch.saw("login.ok", "account", Some(north), false).await;
    logins::end(pool, &author(), id, first).await.expect("ended");
    watch.saw("login.end", "account", Some(north), true).await;
    logins::end_others(pool, &author(), id, second).await.expect("ended");
    watch.saw("login.end", "account", Some(north), true).await;
    accounts::set_password(pool, &author(), id, "$changed", true, None).await.expect("a password");
    watch.saw("account.password", "account", Some(north), true).await;
    let moved = AccountChange { display_name: shown("李"), grants: whole(Preset::Viewer), disabled: false };
    accounts::change(pool, &author(), &everything, id, 4, &moved).await.expect("moved");
    watch.saw("account.change", "account", None, true).await;
    accounts::remove(pool, &author(), &everything, id, 5).await.expect("removed");
    watch.saw("account.remove", "account", None, true).await;

    let token = super::tokens::token(&house, of_tenant(north, whole(Preset::Viewer)), b"digest").await;
    watch.saw("token.add", "token", Some(north), true).await;
    tokens::revoke(pool, &author(), &everything, token).await.expect("revoked");
    watch.saw("token.revoke", "token", Some(north), true).await;
    let link = super::walls::link(&house, Some(north)).await;
    watch.saw("wall.add", "wall", Some(north), true).await;
    walls::revoke(pool, &author(), &everything, link).await.expect("revoked");
    watch.saw("wall.revoke", "wall", Some(north), true).await;
    tenants::assign_region(pool, &author(), 1, None).await.expect("taken back");
    watch.saw("region.assign", "region", Some(north), true).await;
    tenants::remove(pool, &author(), north, 2).await.expect("removed");
    watch.saw("tenant.remove", "tenant", None, true).await;
    let note = audit::note(pool, &author(), "audit.verify", "audit", "", Some(serde_json::json!({ "entries": 3 }))).await;
    assert_eq!(note.expect("noted"), watch.entries + 1);
    watch.saw("audit.verify", "audit", None, false).await;
    assert_eq!(audit::verify(pool, None).await.expect("a verdict").broken, None);
}

#[tokio::test]
async fn before_and_after_say_what_changed() {
    let house = house().await;
    let north = house.tenant("north", &[1]).await;
    let id = house.person("li", some(Preset::Viewer.rights(), &[2, 1])).await;
    let change = AccountChange { display_name: shown("李"), grants: of_tenant(north, whole(Preset::Operator)), disabled: true };
    accounts::change(&house.pool, &person(id), &Granter::everything(), id, 1, &change).await.expect("a change");
    let entry = house.last_entry().await;
    let json = |text: Option<String>| serde_json::from_str::<serde_json::Value>(&text.expect("recorded")).expect("JSON");
    let (before, after) = (json(entry.before), json(entry.after));
    assert_eq!((&before["rights"], &before["regions"]), (&"dispatch:view data:view".into(), &serde_json::json!([1, 2])));
    assert_eq!((&before["tenant"], &before["disabled"]), (&serde_json::Value::Null, &false.into()));
    assert_eq!((&after["rights"], &after["regions"]), (&"dispatch:operate data:operate".into(), &"all".into()));
    assert_eq!((&after["tenant"], &after["disabled"], &after["display_name"]), (&"north".into(), &true.into(), &"李".into()));
    assert_eq!((entry.actor_kind.as_str(), entry.actor_id), ("person", Some(id)));
}

#[tokio::test]
async fn nothing_is_written_when_it_cannot_be_recorded() {
    let house = house().await;
    house.sql("delete from access.audit_head").await;
    let new = newcomer("li", whole(Preset::Viewer));
    accounts::add(&house.pool, &author(), &Granter::everything(), &new).await.expect_err("no end of the chain");
    assert!(accounts::list(&house.pool, None).await.expect("a list").is_empty());
}
