//! Pages of statements, differences, tariffs and studies on stored documents that cannot be read: they say so, and show the others.

use domain::access::Preset;

use crate::support::{Reach, Town};
use crate::world::World;

const SAID: &str = "内容无法读取";

#[tokio::test]
async fn pages_say_what_cannot_be_read_and_show_the_rest() {
    let town = Town::new().await;
    let world = World::over(town.pool.clone(), town.access.clone()).await;
    let (one, other) = (world.contract(1, "2026-01-01", Some("flat")).await, world.contract(2, "2026-01-01", Some("flat")).await);
    for contract in [one, other] {
        world.meter(contract, "2026-01-10", 100).await;
    }
    world.generate("2026-01").await;
    for contract in [one, other] {
        world.freeze(contract, "2026-01").await;
        world.meter(contract, "2026-01-11", 2).await;
    }
    let (bad, good) = (world.live(one, "2026-01").await.statement_id, world.live(other, "2026-01").await.statement_id);
    world
        .exec(&format!(
            "set session_replication_role = replica;
             update settlement_statements set document = '{{}}' where statement_id = {bad};
             update settlement_adjustments set definition = '{{}}' where contract_id = {one};
             update settlements_day set definition = '{{}}' where contract_id = {one};
             update tariff_versions set definition = '{{}}' where version = 1;
             set session_replication_role = origin"
        ))
        .await;
    town.person("wei", Preset::BillingClerk, None, Reach::All).await;
    let mut wei = town.signed_in("wei").await;
    for path in
        ["/settlement", "/settlement/statements?month=2026-01", "/settlement/contracts", "/settlement/exceptions?month=2026-01"]
    {
        let page = wei.get(path).await;
        assert_eq!(page.status, 200, "{path}: {}", page.text);
    }
    let list = wei.get("/settlement/statements?month=2026-01").await.text;
    assert!([bad, good].iter().all(|id| list.contains(&format!("/settlement/statements/{id}"))), "both are listed");
    for path in
        [format!("/settlement/statements/{bad}"), "/settlement/differences".to_owned(), "/settlement/tariffs/flat".to_owned()]
    {
        let page = wei.get(&path).await;
        assert_eq!(page.status, 200, "{path}: {}", page.text);
        assert!(page.text.contains(SAID), "{path}: {}", page.text);
    }
    let page = wei.get(&format!("/settlement/statements/{good}")).await.text;
    assert!(page.contains("50.00"), "the other one is whole: {page}");
    let (token, _) = town.token(Preset::BillingClerk, None, Reach::All).await;
    let told = town.bearer(&format!("/api/v1/statements/{bad}"), &token).await;
    assert_eq!((told.status.as_u16(), told.json()["document"].clone()), (200, serde_json::Value::Null));
}
