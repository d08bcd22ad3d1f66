//! Failures are counted per account, per address and per both, and a success forgives what is the person's own.

use chrono::{DateTime, TimeDelta, Utc};
use domain::access::Preset;
use warehouse::access::logins::{self, NewLogin};
use warehouse::access::throttle::{Attempt, Failures, ThrottleState, WINDOW_MINUTES, fail, forget_old, state};

use super::{HASH, House, house, now, person, whole};

const HERE: Attempt = Attempt { account_key: "li", network: "192.0.2.1" };

async fn counts(house: &House, attempt: &Attempt<'_>) -> [i32; 3] {
    let state = state(&house.pool, attempt, None).await.expect("a state");
    [state.pair, state.address, state.account].map(|failures| failures.map_or(0, |failures: Failures| failures.count))
}

async fn fail_times(house: &House, attempt: &Attempt<'_>, at: DateTime<Utc>, times: usize) {
    for _ in 0..times {
        fail(&house.pool, attempt, at).await.expect("counted");
    }
}

#[tokio::test]
async fn three_counters_count_what_they_are_named_for() {
    let house = house().await;
    assert_eq!(state(&house.pool, &HERE, Some(1)).await.expect("a state"), ThrottleState::default());
    let (elsewhere, somebody) = (Attempt { network: "192.0.2.2", ..HERE }, Attempt { account_key: "han", ..HERE });
    fail_times(&house, &HERE, now(), 3).await;
    fail_times(&house, &elsewhere, now(), 2).await;
    fail_times(&house, &somebody, now(), 1).await;
    assert_eq!(counts(&house, &HERE).await, [3, 4, 5]);
    assert_eq!(counts(&house, &elsewhere).await, [2, 2, 5]);
    assert_eq!(counts(&house, &somebody).await, [1, 4, 1]);
}

#[tokio::test]
async fn accounts_and_addresses_count_within_a_quarter_hour_pairs_for_longer() {
    let house = house().await;
    fail_times(&house, &HERE, now(), 4).await;
    let later = now() + TimeDelta::minutes(WINDOW_MINUTES);
    fail_times(&house, &HERE, later - TimeDelta::seconds(1), 1).await;
    assert_eq!(counts(&house, &HERE).await, [5, 5, 5]);
    fail_times(&house, &HERE, later, 1).await;
    assert_eq!(counts(&house, &HERE).await, [6, 1, 1]);
    let account = state(&house.pool, &HERE, None).await.expect("a state").account.expect("counted");
    assert_eq!((account.since_at, account.last_at), (later, later));
}

#[tokio::test]
async fn a_success_forgives_the_pair_and_the_account_but_not_the_address() {
    let house = house().await;
    let id = house.person("li", whole(Preset::Viewer)).await;
    let elsewhere = Attempt { network: "192.0.2.2", ..HERE };
    fail_times(&house, &HERE, now(), 4).await;
    fail_times(&house, &elsewhere, now(), 2).await;
    assert!(!state(&house.pool, &HERE, Some(id)).await.expect("a state").is_known_address);
    house.login(id, now()).await;
    assert_eq!(counts(&house, &HERE).await, [0, 4, 0]);
    assert_eq!(counts(&house, &elsewhere).await, [2, 2, 0]);
    assert!(state(&house.pool, &HERE, Some(id)).await.expect("a state").is_known_address);
    assert!(!state(&house.pool, &elsewhere, Some(id)).await.expect("a state").is_known_address);
    assert!(!state(&house.pool, &HERE, Some(id + 1)).await.expect("a state").is_known_address, "another account's address");
}

#[tokio::test]
async fn many_at_once_are_all_counted() {
    let house = house().await;
    let tries = (0..40).map(|n| {
        let pool = house.pool.clone();
        tokio::spawn(async move {
            let network = format!("192.0.2.{}", n % 4);
            fail(&pool, &Attempt { account_key: if n % 2 == 0 { "li" } else { "han" }, network: &network }, now()).await
        })
    });
    for one in tries.collect::<Vec<_>>() {
        one.await.expect("no panic").expect("counted");
    }
    assert_eq!(counts(&house, &Attempt { account_key: "li", network: "192.0.2.0" }).await, [10, 10, 20]);
}

#[tokio::test]
async fn odd_and_endless_keys_are_counted_too() {
    let house = house().await;
    let long = "长".repeat(5_000);
    for odd in ["", "a b", "\0", "李'; drop table x; --", &long] {
        let attempt = Attempt { account_key: odd, network: "2001:db8::" };
        fail(&house.pool, &attempt, now()).await.expect("counted");
        assert_eq!(counts(&house, &attempt).await[0], 1, "{odd:.9}");
    }
    assert_eq!(forget_old(&house.pool, now()).await.expect("forgotten"), 0);
    assert!(forget_old(&house.pool, now() + TimeDelta::seconds(1)).await.expect("forgotten") > 0);
    assert_eq!(counts(&house, &HERE).await, [0, 0, 0]);
}

#[tokio::test]
async fn endless_user_agents_are_cut() {
    let house = house().await;
    let id = house.person("li", whole(Preset::Viewer)).await;
    let agent = format!("\0{}", "狐".repeat(100_000));
    let login = NewLogin { account_id: id, password_hash: HASH, network: &agent, user_agent: &agent, now: now() };
    logins::start(&house.pool, &person(id), &login).await.expect("a login");
    assert_eq!(logins::list(&house.pool, id).await.expect("a list")[0].user_agent, "狐".repeat(256));
}
