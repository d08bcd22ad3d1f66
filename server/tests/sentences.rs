//! Every failure that a person reads has a Chinese form of its own, not English words behind a Chinese prefix.

use std::collections::HashSet;
use std::io::Error as IoError;
use std::mem::{Discriminant, discriminant};
use std::path::PathBuf;

use cluster::{ClusterError, Step};
use domain::LocalMs;
use operational::{BadLine, Expected, FileError, LineFault, OperationalError, RegionProblem, Trouble};
use server::config::{Config, ConfigError, Origin, keys::KEYS, values};
use server::replay::ReplayError;
use server::web::tls::{TlsError, TlsFiles};

/// Words that no English sentence does without; none of them is part of a name, a setting or a command.
const ENGLISH: [&str; 29] = [
    "a", "an", "and", "are", "as", "be", "belongs", "by", "cannot", "check", "does", "expected", "has", "in", "is", "it", "line",
    "not", "number", "of", "on", "or", "run", "such", "that", "the", "this", "to", "with",
];
/// What a command or a format spells with such words.
const SPELLED: [&str; 1] = ["loadline source check"];

fn good((zh, en): (String, String)) {
    let plain = SPELLED.iter().fold(zh.clone(), |text, command| text.replace(command, ""));
    let words = plain.split(|c: char| !(c.is_ascii_alphanumeric() || "_-./:".contains(c)));
    let english: Vec<&str> = words.filter(|word| ENGLISH.contains(&word.to_lowercase().as_str())).collect();
    assert!(english.is_empty(), "{english:?} in: {zh}");
    assert!(zh.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)), "no Chinese: {zh}");
    assert!(!en.is_empty() && !en.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)), "Chinese in: {en}");
}

/// Says how many forms there are, so that a new variant is not left out here.
fn all<T>(samples: &[T], forms: usize, sentence: fn(&T) -> (String, String)) {
    let seen: HashSet<Discriminant<T>> = samples.iter().map(discriminant).collect();
    assert_eq!(seen.len(), forms);
    samples.iter().map(sentence).for_each(good);
}

fn path() -> PathBuf {
    PathBuf::from("/data/x.csv")
}

fn refused() -> IoError {
    IoError::from_raw_os_error(13)
}

#[test]
fn settings() {
    let expected = values::Expected { zh: "整数".to_owned(), en: "a whole number".to_owned() };
    let bad = |origin, value| ConfigError::BadValue { key: "listen", origin, value, expected: expected.clone() };
    let unknown = |nearest| ConfigError::UnknownKey { key: "lisen".to_owned(), origin: Origin::File(path()), nearest };
    let samples = [
        ConfigError::Unreadable { path: path(), cause: refused() },
        ConfigError::NotToml { path: path(), line: Some(3), reason: "the parser says it in English".to_owned() },
        unknown(None),
        unknown(Some("listen")),
        bad(Origin::File(path()), None),
        bad(Origin::Environment, Some("\"x\"".to_owned())),
        ConfigError::Missing("source_url"),
        ConfigError::OpenListen(([0, 0, 0, 0], 3000).into()),
        ConfigError::HalfTls { missing: "tls_key" },
    ];
    all(&samples, 7, ConfigError::sentence);
}

#[test]
fn certificates() {
    let files = TlsFiles { cert: path(), key: path() };
    let samples = [
        TlsError::Unreadable { path: path(), cause: refused() },
        TlsError::TooLarge { path: path() },
        TlsError::NoCertificate { path: path() },
        TlsError::NoKey { path: path() },
        TlsError::OtherKey { files: files.clone() },
        TlsError::Refused { files, reason: "invalid".to_owned() },
    ];
    all(&samples, 6, TlsError::sentence);
}

#[test]
fn what_each_setting_takes() {
    for key in KEYS {
        let expected = (key.set)(&mut Config::default(), "\u{0}").unwrap_err();
        let spelled = expected.zh.replace("warn,server=debug", "");
        assert!(!spelled.split(' ').any(|word| ENGLISH.contains(&word)), "{}: {spelled}", key.name);
        assert_ne!(expected.zh, expected.en, "{}", key.name);
    }
}

#[test]
fn files_and_lines() {
    let expected = || "user_id, user_name".to_owned();
    let files = [
        FileError::Open { path: path(), cause: refused() },
        FileError::CutOff { path: path() },
        FileError::Read { path: path(), cause: refused() },
        FileError::Empty { path: path(), expected: expected() },
        FileError::MissingColumns { path: path(), missing: expected(), expected: expected() },
        FileError::DoubleColumn { path: path(), column: "user_id".to_owned() },
    ];
    all(&files, 6, FileError::sentence);
    let column = "limit_kw";
    let unusable = |expected| LineFault::Unusable { column, value: "0".to_owned(), expected };
    let lines = [
        LineFault::TooLong { most_bytes: 65_536 },
        LineFault::OpenQuote,
        LineFault::FieldCount { found: 4, header: 5 },
        LineFault::Empty { column },
        LineFault::NotText { column },
        unusable(Expected::WholeNumber),
        unusable(Expected::Decimal),
        unusable(Expected::SmallDecimal),
        unusable(Expected::Time),
        unusable(Expected::Date),
        unusable(Expected::Load),
        LineFault::SameKey { region: 3, first_line: 2 },
        LineFault::TooManyRegions { most: 100_000 },
        LineFault::NoParent { parent: 9, region: 3 },
        LineFault::OwnAncestor { region: 3 },
    ];
    all(&lines, 10, LineFault::sentence);
    let lines = lines.into_iter().map(|fault| BadLine { line: 2, fault }).collect();
    all(&[RegionProblem::File(FileError::CutOff { path: path() }), RegionProblem::Lines(lines)], 2, RegionProblem::sentence);
}

#[test]
fn the_operational_database_and_a_replay() {
    let message = || "column \"usage_type\" does not exist".to_owned();
    let away = OperationalError::Unreachable;
    let samples = [
        OperationalError::BadUrl("relative URL without a base".to_owned()),
        OperationalError::Password,
        OperationalError::NoDatabase,
        away(Trouble::Network(refused())),
        away(Trouble::Tls("the certificate is not valid".to_owned())),
        away(Trouble::NoFreeConnection),
        away(Trouble::TooManyConnections),
        away(Trouble::DiskFull),
        away(Trouble::StoppingOrStarting),
        away(Trouble::Server("57014".to_owned())),
        OperationalError::NoTables,
        OperationalError::Columns(message()),
        OperationalError::Rights("permission denied for table power_user".to_owned()),
        OperationalError::ReadOnly,
        OperationalError::Database(sqlx::Error::RowNotFound),
    ];
    all(&samples, 9, OperationalError::sentence);
    let samples = [
        ReplayError::File(FileError::CutOff { path: path() }),
        ReplayError::Operational(OperationalError::NoTables),
        ReplayError::BeforeHorizon { path: path(), newest: LocalMs(0), horizon: LocalMs(86_400_000), retention_days: 400 },
    ];
    all(&samples, 3, ReplayError::sentence);
}

#[test]
fn the_private_cluster() {
    let step = |step| ClusterError::Files { step, path: path(), source: refused() };
    let samples = [
        ClusterError::NotInstalled { oldest: 14 },
        ClusterError::OtherMajor { dir: path(), major: 13 },
        ClusterError::NoAccount,
        ClusterError::InUse { dir: path() },
        ClusterError::OtherOwner { path: path() },
        step(Step::Create),
        step(Step::Open),
        step(Step::Read),
        step(Step::Write),
        step(Step::Remove),
        step(Step::Rename),
        step(Step::Link),
        step(Step::Lock),
        step(Step::HandOver),
        step(Step::Listen),
        ClusterError::Run { program: path(), source: refused() },
        ClusterError::Failed { program: "initdb", output: "FATAL".to_owned() },
        ClusterError::NotStarted { dir: path(), log_tail: "FATAL".to_owned(), log: path() },
        ClusterError::TooSlow { dir: path(), log: path() },
        ClusterError::NotStopped { dir: path(), pid: 7 },
        ClusterError::BadName { name: "X".to_owned() },
    ];
    all(&samples, 12, ClusterError::sentence);
}
