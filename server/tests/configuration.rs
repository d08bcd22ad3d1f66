//! Settings: defaults, file, environment, and what is said about mistakes.

use std::path::PathBuf;

use server::config::keys::KEYS;
use server::config::reference::{example, reference};
use server::config::{Config, ConfigError, Deletes, load};
use tempfile::TempDir;

fn file(content: &str) -> (TempDir, PathBuf) {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("loadline.toml");
    std::fs::write(&path, content).expect("written");
    (dir, path)
}

fn from_file(content: &str) -> Result<Config, ConfigError> {
    let (_dir, path) = file(content);
    load(Some(&path), std::iter::empty())
}

fn variable(name: &str, value: &str) -> impl Iterator<Item = (String, String)> {
    std::iter::once((name.to_owned(), value.to_owned()))
}

#[test]
fn the_environment_wins_over_the_file_and_the_file_over_defaults() {
    let (_dir, path) = file("listen = \"127.0.0.1:4000\"\nidle_after_ms = 2000\n[ranking]\nkeep = 7\n");
    let config = load(Some(&path), variable("LOADLINE_LISTEN", "127.0.0.1:5000")).unwrap();
    assert_eq!(config.listen.port(), 5000);
    assert_eq!((config.idle_after_ms, config.ranking_keep, config.watermark_delay_ms), (2000, 7, 5000));
}

#[test]
fn every_key_can_be_set_and_is_shown_as_it_was_set() {
    let mut config = Config::default();
    for key in KEYS {
        let Some(shown) = (key.show)(&config) else { continue };
        let text = shown.trim_matches('"').to_owned();
        (key.set)(&mut config, &text).unwrap_or_else(|expected| panic!("{} = {text}: {expected:?}", key.name));
    }
    assert_eq!(config, Config::default(), "a default that is set again changes nothing");
    for key in KEYS {
        assert!((key.set)(&mut config, "\u{0}no such value").is_err(), "{} takes anything", key.name);
        assert!(!key.zh.is_empty() && !key.en.is_empty());
    }
}

#[test]
fn an_unknown_key_names_the_nearest_one() {
    let error = from_file("lisen = \"127.0.0.1:4000\"").unwrap_err().to_string();
    assert!(error.contains("Unknown key lisen") && error.contains("did you mean listen?"), "{error}");
    let error = from_file("max_future_skew = 5").unwrap_err().to_string();
    assert!(error.contains("did you mean max_future_skew_s?"), "{error}");
    let error = from_file("zzz = 1").unwrap_err().to_string();
    assert!(!error.contains("did you mean"), "{error}");
}

#[test]
fn a_bad_value_names_key_value_and_expectation() {
    let cases = [
        ("idle_after_ms = -1", ["idle_after_ms", "-1", "a whole number from 100 to 3600000"]),
        ("time_zone = \"Beijing\"", ["time_zone", "Beijing", "Asia/Shanghai"]),
        ("units = \"mega\"", ["units", "mega", "si or wan"]),
        ("source_deletes = \"keep\"", ["source_deletes", "keep", "keep before YYYY-MM-DD"]),
        ("slot = \"My Slot\"", ["slot", "My Slot", "lower-case letters"]),
        ("listen = \"everywhere\"", ["listen", "everywhere", "127.0.0.1:3000"]),
        ("trusted_proxies = [\"proxy.example\"]", ["trusted_proxies", "proxy.example", "10.0.0.7"]),
        ("public_url = \"https://x/path\"", ["public_url", "in", "without a path"]),
        ("frame_ancestors = \"'self'; script-src *\"", ["frame_ancestors", "script-src", "'none'"]),
        ("session_idle_min = 0", ["session_idle_min", "0", "a whole number from 1 to 1440"]),
        ("smtp_from = \"duty\"", ["smtp_from", "duty", "a mail address"]),
        ("notify_private = [\"a/b\"]", ["notify_private", "a/b", "localhost"]),
        ("insecure = \"maybe\"", ["insecure", "maybe", "true or false"]),
    ];
    for (content, parts) in cases {
        let error = from_file(content).unwrap_err().to_string();
        assert!(parts.iter().all(|part| error.contains(part)), "{error}");
    }
    let (zh, en) = load(None, variable("LOADLINE_RETENTION_DAYS", "soon")).unwrap_err().sentence();
    assert!(en.contains("retention_days in the environment is \"soon\""), "{en}");
    assert_eq!(zh, "环境变量中 retention_days 的值为 \"soon\"，应为 1 到 36500 的整数。");
}

#[test]
fn no_error_shows_a_password() {
    for content in
        ["source_url = \"postgre://me:s3cret@host/db\"", "warehouse_url = 'postgres://me:s3cret@host/db", "x = \"s3cret\" y"]
    {
        let error = from_file(content).unwrap_err();
        assert!(!format!("{error} {error:?} {}", error.sentence().0).contains("s3cret"), "{error:?}");
    }
    let config = from_file("source_url = \"postgres://me:s3cret@host/db\"").unwrap();
    assert!(!format!("{config:?}").contains("s3cret"));
    assert!(config.source().unwrap().expose().contains("s3cret"));
    let key = "jwt_secret = \"s3cret-and-at-least-thirty-two-bytes-long\"";
    let config = from_file(key).unwrap();
    assert!(!format!("{config:?}").contains("s3cret"));
    assert!(KEYS.iter().filter_map(|key| (key.show)(&config)).all(|shown| !shown.contains("s3cret")));
    let mail = from_file("smtp_url = \"smtps://me:s3cret@mail.example\"").unwrap();
    assert!(!format!("{mail:?}").contains("s3cret"));
    assert!(KEYS.iter().filter_map(|key| (key.show)(&mail)).all(|shown| !shown.contains("s3cret")));
    let short = from_file("jwt_secret = \"s3cret\"").unwrap_err();
    assert!(!format!("{short} {short:?} {}", short.sentence().0).contains("s3cret"), "{short:?}");
    assert!(short.to_string().contains("at least 32 bytes"), "{short}");
}

#[test]
fn printed_links_begin_with_what_browsers_can_reach() {
    let address = ([10, 0, 0, 5], 3000).into();
    let base = |content: &str| from_file(content).unwrap().link_base(address);
    assert_eq!(base(""), "http://10.0.0.5:3000");
    assert_eq!(from_file("").unwrap().link_base(([0, 0, 0, 0], 80).into()), "http://127.0.0.1:80");
    assert_eq!(base("tls_cert = \"c\"\ntls_key = \"k\""), "https://10.0.0.5:3000");
    assert_eq!(base("public_url = \"https://power.example/\""), "https://power.example");
}

#[test]
fn what_is_missing_or_open_is_said_with_the_remedy() {
    let config = from_file("").unwrap();
    assert!(config.source().unwrap_err().to_string().contains("LOADLINE_SOURCE_URL"));
    let listen = "listen = \"0.0.0.0:3000\"\n";
    let (zh, en) = from_file(listen).unwrap().check_listen().unwrap_err().sentence();
    for part in [
        "passwords",
        "cookies",
        "customers",
        "tls_cert and tls_key",
        "trusted_proxies",
        "public_url",
        "insecure = true",
        "--insecure",
    ] {
        assert!(en.contains(part), "{part}: {en}");
    }
    assert!(
        zh.contains("密码") && zh.contains("tls_cert") && zh.contains("trusted_proxies") && zh.contains("--insecure"),
        "{zh}"
    );
    let remedies = ["insecure = true", "tls_cert = \"c.pem\"\ntls_key = \"k.pem\"", "trusted_proxies = [\"10.0.0.7\"]"];
    for remedy in remedies {
        assert!(from_file(&format!("{listen}{remedy}")).unwrap().check_listen().is_ok(), "{remedy}");
    }
    let half = from_file("tls_cert = \"c.pem\"").unwrap().check_listen().unwrap_err();
    assert!(half.to_string().contains("tls_key is not set"), "{half}");
    assert!(from_file("listen = \"[::1]:3000\"").unwrap().check_listen().is_ok());
    let missing = load(Some("/no/such/file.toml".as_ref()), std::iter::empty()).unwrap_err();
    assert!(matches!(missing, ConfigError::Unreadable { .. }));
}

#[test]
fn the_reference_and_the_example_tell_every_key() {
    let (reference, example) = (reference(), example());
    for key in KEYS {
        assert!(reference.contains(&format!("| `{}` |", key.name)), "{}", key.name);
        assert!(example.contains(&format!("{} = ", key.name)), "{}", key.name);
    }
    let uncommented: String = example
        .lines()
        .map(|line| {
            line.strip_prefix("# ")
                .filter(|rest| KEYS.iter().any(|key| rest.starts_with(&format!("{} = ", key.name))))
                .unwrap_or(line)
        })
        .map(|line| format!("{line}\n"))
        .collect();
    let known_to_all = from_file(&uncommented).unwrap_err().to_string();
    assert!(known_to_all.contains("jwt_secret"), "{known_to_all}");
    let config = from_file(&uncommented.replace("jwt_secret = ", "# jwt_secret = ")).unwrap();
    assert!(config.tls_cert.is_some() && config.public_url.is_some());
    let (none, trusted_proxies) = (Config::default(), Config::default().trusted_proxies);
    let config = Config { source_url: None, warehouse_url: None, trusted_proxies, ..config };
    assert!(config.smtp_url.is_some() && config.smtp_from.is_some());
    let config = Config { smtp_url: None, smtp_from: None, ..config };
    let config = Config { settlement_archive_dir: None, pdf_font: None, ..config };
    assert_eq!(Config { tls_cert: None, tls_key: None, public_url: None, ..config }, none);
    assert_eq!(Config::default().source_deletes, Deletes::Retract);
}

#[test]
fn the_example_file_of_the_project_is_up_to_date() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../loadline.example.toml");
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    assert_eq!(kept, example(), "run: loadline config --example > loadline.example.toml");
}
