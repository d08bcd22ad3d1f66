//! How long a million entries take. Too long for every run: `cargo test -p warehouse --release --test access -- --ignored million`.

use std::time::{Duration, Instant};

use warehouse::access::audit::verify;

use super::house;

#[tokio::test]
#[ignore = "a measurement of a minute"]
async fn a_million_entries_verify_in_half_a_minute() {
    let house = house().await;
    // a transaction of many entries would leave as many dead versions of the head to wade through
    house
        .sql(
            r#"do $$ begin
                  for batch in 0..9999 loop
                    perform access.audit('person', n % 50, '李雷', '192.0.2.1', 4, 'account.change', 'account', n::text,
                      '{"name":"li","rights":"dispatch:view data:view","regions":[1,2]}',
                      '{"name":"li","rights":"dispatch:operate data:view","regions":"all"}', 'asked for by the shift leader')
                      from generate_series(batch * 100 + 1, batch * 100 + 100) n;
                    commit;
                  end loop;
                end $$"#,
        )
        .await;
    let begun = Instant::now();
    let verdict = verify(&house.pool, None).await.expect("a verdict");
    let took = begun.elapsed();
    println!("1,000,000 entries verified in {took:?}");
    assert_eq!((verdict.entries, verdict.broken), (1_000_000, None));
    assert!(took < Duration::from_secs(30), "{took:?}");
}
