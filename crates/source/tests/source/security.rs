//! Encrypted sessions and the usual password exchange.

use source::{SourceConfig, SourceError};

use crate::common::{PATIENCE, Source, ready_on};

/// Lets the server, which alone may read its directory, write a file there.
async fn write_file(source: &Source, name: &str, content: &str) {
    let lines: Vec<_> = content.lines().map(|line| format!("('{}')", line.replace('\'', "''"))).collect();
    source.run(&format!("copy (values {}) to program 'umask 077; cat > {name}'", lines.join(", "))).await;
}

async fn secured() -> (testkit::TestCluster, Source, tempfile::NamedTempFile) {
    let cluster = testkit::TestCluster::own(&[]).await;
    let source = ready_on(&cluster).await;
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    write_file(&source, "server.crt", &made.cert.pem()).await;
    write_file(&source, "server.key", &made.signing_key.serialize_pem()).await;
    write_file(&source, "pg_hba.conf", "local all all trust\nhost all all 127.0.0.1/32 scram-sha-256").await;
    source.run("alter system set ssl = on").await;
    source.run("select pg_reload_conf()").await;
    testkit::wait_until("the server offers encryption", PATIENCE, async || {
        source.number("select (current_setting('ssl') = 'on')::int::bigint").await == 1
            && source::identify(&with(&source, "127.0.0.1", "?sslmode=require")).await.is_ok()
    })
    .await;
    let root = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(root.path(), made.cert.pem()).unwrap();
    (cluster, source, root)
}

fn with(source: &Source, host: &str, query: &str) -> SourceConfig {
    SourceConfig { url: format!("{}{query}", source.cfg.url.replace("127.0.0.1", host)), ..source.cfg.clone() }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_session_is_as_secure_as_asked() {
    let (_cluster, source, root) = secured().await;
    let root = root.path().display();
    let verified = Source {
        cfg: with(&source, "localhost", &format!("?sslmode=verify-full&sslrootcert={root}")),
        pool: source.pool.clone(),
    };
    let (mut follower, _) = verified.copied().await;
    source.insert(1, 5000).await;
    follower.until(|f| f.readings.len() == 5000).await;
    let encrypted = "select count(*) from pg_stat_ssl s join pg_replication_slots r on r.active_pid = s.pid where s.ssl";
    assert_eq!(source.number(encrypted).await, 1);

    // the certificate names localhost, and it is not one that the world knows
    let wrong_name = with(&source, "127.0.0.1", &format!("?sslmode=verify-full&sslrootcert={root}"));
    let unknown = with(&source, "localhost", "?sslmode=verify-full");
    let no_file = with(&source, "localhost", "?sslmode=verify-full&sslrootcert=/nowhere/root.crt");
    for cfg in [wrong_name, unknown, no_file] {
        let error = source::identify(&cfg).await.unwrap_err();
        assert!(matches!(error, SourceError::Tls { .. }), "{error:?}");
        assert!(error.sentence().0.contains("sslrootcert"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_is_noticed_in_the_usual_exchange() {
    let (_cluster, source, _root) = secured().await;
    source.run("create role scram login replication password 'right'").await;
    let (_, place) = source.cfg.url.split_once('@').unwrap();
    let cfg = |password: &str| SourceConfig { url: format!("postgres://scram:{password}@{place}"), ..source.cfg.clone() };
    assert_eq!(source::identify(&cfg("wrong")).await, Err(SourceError::Password { user: "scram".into() }));
    assert!(source::identify(&cfg("right")).await.is_ok());
}
