//! One pool, many viewers: the scope of one never serves another, and dead connections are replaced.

use domain::access::Scope;
use sqlx::postgres::PgPoolOptions;
use warehouse::read::{ReadPool, regions};

use super::super::{TWO_DAYS, Warehouse, now};
use super::{scope_of, two_tenants};

const QUESTIONS: usize = 400;

async fn ids(pool: &ReadPool) -> Vec<i32> {
    regions::tree(pool, now()).await.expect("a tree").all_ids()
}

#[tokio::test]
async fn interleaved_viewers_on_two_connections_see_their_own() {
    let shared = two_tenants().await;
    let small = PgPoolOptions::new().max_connections(2).connect_lazy_with((*shared.pool().connect_options()).clone());
    let pool = ReadPool::from_pool(small);
    let scopes = [vec![1, 2, 3], vec![4, 5], vec![], vec![3], vec![5, 6]];
    let asked = (0..QUESTIONS).map(|n| {
        let mine = scopes[n % scopes.len()].clone();
        let pool = pool.seen_by(&scope_of(&mine));
        tokio::spawn(async move {
            // some give up in the middle of a question
            if n % 7 == 0 {
                let _ = tokio::time::timeout(std::time::Duration::from_micros(n as u64 * 10), ids(&pool)).await;
            }
            assert_eq!(ids(&pool).await, mine);
        })
    });
    for task in asked.collect::<Vec<_>>() {
        task.await.expect("each sees his own");
    }
    assert_eq!(ids(&pool).await, [] as [i32; 0], "a pool that nobody scoped sees nothing");
}

#[tokio::test]
async fn a_scope_holds_for_a_connection_that_is_kept() {
    let shared = two_tenants().await;
    let (a, b) = (shared.seen_by(&scope_of(&[2])), shared.seen_by(&Scope::Whole));
    let mut kept = a.acquire().await.expect("a connection");
    assert_eq!(ids(&b).await.len(), 7);
    let seen: Vec<i32> =
        sqlx::query_scalar("select distinct region_id from dws_user_day").fetch_all(&mut *kept).await.expect("rows");
    assert_eq!(seen, [2]);
}

#[tokio::test]
async fn a_connection_that_left_the_role_serves_nobody() {
    let shared = two_tenants().await;
    let single = PgPoolOptions::new().max_connections(1).connect_lazy_with((*shared.pool().connect_options()).clone());
    let pool = ReadPool::from_pool(single).seen_by(&scope_of(&[4, 5]));
    let mut kept = pool.acquire().await.expect("a connection");
    sqlx::raw_sql("set role none").execute(&mut *kept).await.expect("whoever signed in may go back");
    drop(kept);
    assert_eq!(ids(&pool).await, [4, 5]);
}

#[tokio::test]
async fn connections_that_the_server_closed_are_replaced() {
    let shared = Warehouse::with(TWO_DAYS).await;
    let pool = shared.seen_by(&Scope::Whole);
    let opened = futures::future::join_all((0..5).map(|_| pool.acquire())).await;
    assert_eq!(opened.into_iter().filter(Result::is_ok).count(), 5);
    let ended = "select count(pg_terminate_backend(pid)) from pg_stat_activity
                  where datname = current_database() and application_name = 'loadline pages'";
    assert_eq!(super::count(shared.pool(), ended).await, 5);
    assert_eq!(ids(&pool).await, [0, 1, 2, 10]);
}
