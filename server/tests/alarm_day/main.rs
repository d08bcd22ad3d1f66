//! Alarms of a scripted day through the real binary: whatever is killed when, the same alarms and the same decisions.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod people;
mod script;
mod world;

use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use script::{Phase, day, expected};
use world::{DEADLINE, World};

const SEED: u64 = 20_260_301;
/// Kills of the killed run at random places, beside those around each revision.
const KILLS: usize = 6;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Kill {
    /// Number of the transaction at the source that it goes with.
    transaction: usize,
    /// Looks at the progress before the kill: so many later it may be anywhere between two commits or within one.
    looks: usize,
    /// The transaction is committed while nobody reads.
    is_away: bool,
}

/// Carries out the script, with kills.
async fn play(phases: &[Phase], kills: &[Kill]) -> (Vec<String>, Vec<String>) {
    let mut world = World::new().await;
    world.start();
    world.first_copy_is_complete().await;
    let mut number = 0;
    for phase in phases {
        for statement in &phase.transactions {
            number += 1;
            let now: Vec<&Kill> = kills.iter().filter(|kill| kill.transaction == number).collect();
            if now.iter().any(|kill| kill.is_away) {
                world.kill();
            }
            world.at_source(statement).await;
            world.start_again();
            for kill in now {
                for _ in 0..kill.looks {
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

fn kills(phases: &[Phase]) -> Vec<Kill> {
    let mut random = StdRng::seed_from_u64(SEED);
    let transactions: usize = phases.iter().map(|phase| phase.transactions.len()).sum();
    let mut kill = |transaction, is_away, looks: usize| Kill { transaction, looks: random.random_range(0..looks), is_away };
    let revisions: Vec<usize> = phases
        .iter()
        .scan(0, |sum, phase| {
            *sum += phase.transactions.len();
            Some((*sum, phase.transactions.len() == 1))
        })
        .filter_map(|(end, is_revision)| is_revision.then_some(end))
        .collect();
    let mut kills: Vec<Kill> = revisions.into_iter().map(|end| kill(end, true, 20)).collect();
    let mut random = StdRng::seed_from_u64(SEED + 1);
    for _ in 0..KILLS {
        kills.push(kill(random.random_range(1..=transactions), random.random(), 60));
    }
    kills
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_has_the_same_alarms_however_often_the_process_is_killed() {
    let phases = day();
    let kills = kills(&phases);
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
    world.at_source(&script::reading(1, 21, 0, "00:00:02", "500")).await;
    world.everything_is_evaluated().await;
    assert_eq!(world.transitions().await, [""; 0], "its window ended by being idle: nothing but a load of 2 MW for a moment");
    // 600 kWh within one window; the row after it lets the watermark pass
    world.at_source(&script::reading(2, 22, 30, "00:00:02", "600")).await;
    let committed = Instant::now();
    world.at_source(&script::reading(3, 22, 30, "00:00:20", "1")).await;
    testkit::wait_until("the alarm is there", DEADLINE, async || {
        world.text("select count(*)::text from alarms where state = 'UNACK'").await == "1"
    })
    .await;
    let took = committed.elapsed();
    // generous: other tests share the machine; the figure itself is measured by the benchmarks
    assert!(took < Duration::from_secs(5), "{took:?}");
}
