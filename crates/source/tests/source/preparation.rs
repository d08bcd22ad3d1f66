//! Setting a source up, and what the check says of it.

use source::{Finding, Level, SourceError};

use crate::common::{bare_on, config, ready};

fn worst(findings: &[Finding]) -> Level {
    findings.iter().map(|finding| finding.level).max().unwrap()
}

fn named<'a>(findings: &'a [Finding], name: &str) -> &'a Finding {
    findings.iter().find(|finding| finding.name == name).unwrap_or_else(|| panic!("{name} in {findings:?}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn setup_is_complete_and_repeatable() {
    let source = bare_on(testkit::cluster().await).await;
    source.run("drop table loadline_heartbeat").await;
    let first = source::setup(&source.cfg).await.unwrap();
    assert!(first.iter().filter(|step| step.changed).count() >= 5, "{first:?}");
    let second = source::setup(&source.cfg).await.unwrap();
    assert!(second.iter().all(|step| !step.changed), "{second:?}");
    assert!(!source::slot_state(&source.cfg).await.unwrap().exists);
    let findings = source::check(&source.cfg).await;
    assert_eq!(worst(&findings), Level::Ok, "{findings:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn setup_adds_what_came_later() {
    let source = bare_on(testkit::cluster().await).await;
    source.run("drop table region_profile").await;
    source::setup(&source.cfg).await.unwrap();
    let columns = "region_id int, parent_id int, region_name text, limit_kw numeric, valid_from timestamp";
    source.run(&format!("create table region_profile ({columns})")).await;
    let findings = source::check(&source.cfg).await;
    assert_eq!(named(&findings, "region_profile").repair.as_deref(), Some("loadline source setup"));
    source::setup(&source.cfg).await.unwrap();
    assert_eq!(worst(&source::check(&source.cfg).await), Level::Ok);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_check_names_each_fault_with_its_repair() {
    let source = bare_on(testkit::cluster().await).await;
    let findings = source::check(&source.cfg).await;
    assert_eq!(named(&findings, "publication").repair.as_deref(), Some("loadline source setup"));
    source::setup(&source.cfg).await.unwrap();
    source.run("alter table power_user replica identity default; drop table loadline_heartbeat").await;
    source.run("alter table power_consumption drop column consumption_cost").await;
    let findings = source::check(&source.cfg).await;
    assert_eq!(named(&findings, "power_user").repair.as_deref(), Some("ALTER TABLE power_user REPLICA IDENTITY FULL"));
    assert_eq!(named(&findings, "heartbeat").level, Level::Warn);
    assert!(named(&findings, "power_consumption").zh.contains("consumption_cost"));
    source.run("drop table power_consumption").await;
    assert!(matches!(source::setup(&source.cfg).await, Err(SourceError::MissingTable { .. })));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_check_of_a_dead_address_is_a_finding() {
    let findings = source::check(&config("postgres://u@127.0.0.1:1/d".into())).await;
    assert_eq!((findings.len(), findings[0].level), (1, Level::Bad));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_slot_says_what_it_keeps() {
    let source = ready().await;
    let before = source::slot_state(&source.cfg).await.unwrap();
    assert!(!before.exists && before.current_lsn > domain::Lsn::ZERO);
    assert_eq!(before.limit_bytes, Some(2 << 30));
    let (_follower, _) = source.copied().await;
    let running = source::slot_state(&source.cfg).await.unwrap();
    assert!(running.exists && running.retained_bytes >= 0 && running.restart_lsn.is_some());
    assert_eq!(running.wal_status.as_deref(), Some("reserved"));
}
