//! Alarms of a scripted day through the real binary: whatever is killed when, the same alarms and the same decisions.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod script;
mod world;

use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use script::{Phase, day, expected};
use world::{DEADLINE, World};

const SEED: u64 = 20_260_301;
/// Kills of the killed run.
const KILLS: usize = 6;

/// Carries out the script; before some transactions the process is killed, each at another point of its work.
async fn play(phases: &[Phase], kills: &[(usize, usize)]) -> (Vec<String>, Vec<String>) {
    let mut world = World::new().await;
    world.start();
    world.first_copy_is_complete().await;
    let mut number = 0;
    for phase in phases {
        for statement in &phase.transactions {
            world.at_source(statement).await;
            number += 1;
            for (_, looks) in kills.iter().filter(|(before, _)| *before == number) {
                // so many looks later it may be anywhere between two transactions or within one
                for _ in 0..*looks {
                    world.progress().await;
                }
                world.kill();
                world.start();
            }
        }
        world.everything_is_evaluated().await;
    }
    (world.transitions().await, world.decisions().await)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_has_the_same_alarms_however_often_the_process_is_killed() {
    let phases = day();
    let transactions: usize = phases.iter().map(|phase| phase.transactions.len()).sum();
    let mut random = StdRng::seed_from_u64(SEED);
    let mut kills: Vec<(usize, usize)> =
        (0..KILLS - 2).map(|_| (random.random_range(1..=transactions), random.random_range(0..60))).collect();
    // one after each revision at least
    let ends = phases.iter().scan(0, |sum, phase| {
        *sum += phase.transactions.len();
        Some(*sum)
    });
    kills.extend(ends.skip(1).step_by(2).map(|end| (end, random.random_range(0..20))));
    let (quiet, killed) = tokio::join!(play(&phases, &[]), play(&phases, &kills));
    assert_eq!(quiet.0, expected(), "the alarms of the day");
    assert_eq!(killed.0, quiet.0, "alarms, killed at {kills:?}");
    assert_eq!(killed.1, quiet.1, "decisions about messages, killed at {kills:?}");
    assert!(quiet.1.len() >= quiet.0.len(), "{:#?}", quiet.1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_committed_at_the_source_is_an_alarm_a_moment_later() {
    let mut world = World::new().await;
    world.start();
    world.first_copy_is_complete().await;
    world.at_source(&script::reading(1, 21, 0, "00:02", "500")).await;
    world.everything_is_evaluated().await;
    assert_eq!(world.transitions().await, [""; 0], "its window ended by being idle: nothing but a load of 2 MW for a moment");
    // 600 kWh within one window; the row after it lets the watermark pass
    world.at_source(&script::reading(2, 22, 30, "00:02", "600")).await;
    let committed = Instant::now();
    world.at_source(&script::reading(3, 22, 30, "00:20", "1")).await;
    testkit::wait_until("the alarm is there", DEADLINE, async || {
        world.text("select count(*)::text from alarms where state = 'UNACK'").await == "1"
    })
    .await;
    let took = committed.elapsed();
    // generous: other tests share the machine; the figure itself is measured by the benchmarks
    assert!(took < Duration::from_secs(5), "{took:?}");
}
