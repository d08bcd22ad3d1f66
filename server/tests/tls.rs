//! HTTPS of our own from outside: who is served, what is served after the files changed, and who is turned away.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[expect(dead_code, reason = "shared with the other tests of the web server")]
#[path = "web/site.rs"]
mod site;

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned, SupportedProtocolVersion, version};
use server::web::tls::{Tls, TlsError, TlsFiles, good_until_s};
use server::web::{WebConfig, WebError};
use sqlx::PgPool;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use warehouse::access::AccessPool;

const DEADLINE: Duration = Duration::from_secs(30);
/// Long enough for a whole request, short enough to wait for.
const HEAD_WITHIN: Duration = Duration::from_secs(1);

/// Makes a pair for `localhost` in the directory.
fn pair(dir: &Path) -> (TlsFiles, CertificateDer<'static>) {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let files = TlsFiles { cert: dir.join("cert.pem"), key: dir.join("key.pem") };
    std::fs::write(&files.cert, made.cert.pem()).unwrap();
    std::fs::write(&files.key, made.signing_key.serialize_pem()).unwrap();
    (files, made.cert.der().clone())
}

async fn start(
    tls: Option<TlsFiles>,
    head_within: Duration,
) -> (SocketAddr, CancellationToken, JoinHandle<Result<(), WebError>>) {
    // nobody asks for numbers here
    let nowhere = PgPool::connect_lazy("postgres://nobody@127.0.0.1:1/none").unwrap();
    let mut config: WebConfig = site::config(nowhere.clone());
    config.context = config.context.with_access(AccessPool::from_pool(nowhere));
    config.tls = tls;
    config.head_within = head_within;
    let (cancel, (tell, told)) = (CancellationToken::new(), tokio::sync::oneshot::channel());
    let serving = tokio::spawn(server::web::serve(config, cancel.clone(), |address| tell.send(address).unwrap()));
    (told.await.unwrap(), cancel, serving)
}

/// Asks for `/healthz`; the certificate is checked against the one that is trusted.
fn ask(
    address: SocketAddr,
    trusted: &CertificateDer<'static>,
    tls: &'static SupportedProtocolVersion,
) -> std::io::Result<String> {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.clone()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_protocol_versions(&[tls])
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let connection = ClientConnection::new(Arc::new(config), ServerName::try_from("localhost").unwrap()).unwrap();
    let stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(DEADLINE))?;
    let mut stream = StreamOwned::new(connection, stream);
    stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

async fn asked(address: SocketAddr, trusted: &CertificateDer<'static>) -> std::io::Result<String> {
    let trusted = trusted.clone();
    tokio::task::spawn_blocking(move || ask(address, &trusted, &version::TLS13)).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn https_answers_and_takes_up_a_new_certificate_without_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let (files, first) = pair(dir.path());
    let (address, cancel, serving) = start(Some(files), DEADLINE).await;
    assert!(asked(address, &first).await.unwrap().starts_with("HTTP/1.1 200"));
    let older = first.clone();
    let answer = tokio::task::spawn_blocking(move || ask(address, &older, &version::TLS12)).await.unwrap();
    assert!(answer.unwrap().starts_with("HTTP/1.1 200"));

    let (_, second) = pair(dir.path());
    testkit::wait_until("the new certificate is served", DEADLINE, async || asked(address, &second).await.is_ok()).await;
    assert!(asked(address, &first).await.is_err(), "the old one is gone");
    cancel.cancel();
    serving.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_broken_new_certificate_leaves_the_old_one() {
    let dir = tempfile::tempdir().unwrap();
    let (files, _) = pair(dir.path());
    let mut tls = Tls::open(files.clone()).unwrap();
    let good = tls.config.get_inner();
    let other = tempfile::tempdir().unwrap();
    let (stranger, _) = pair(other.path());
    let key = std::fs::read(&files.key).unwrap();
    for broken in [b"".to_vec(), b"-----BEGIN PRIVATE KEY-----\n%%%".to_vec(), std::fs::read(&stranger.key).unwrap()] {
        std::fs::write(&files.key, broken).unwrap();
        tls.look().await;
        assert!(Arc::ptr_eq(&tls.config.get_inner(), &good), "the old one stays");
    }
    std::fs::remove_file(&files.key).unwrap();
    tls.look().await;
    assert!(Arc::ptr_eq(&tls.config.get_inner(), &good));
    std::fs::write(&files.key, key).unwrap();
    tls.look().await;
    assert!(!Arc::ptr_eq(&tls.config.get_inner(), &good), "mended files are taken");
}

#[test]
fn files_that_cannot_be_used_are_named_in_plain_words() {
    let dir = tempfile::tempdir().unwrap();
    let (files, _) = pair(dir.path());
    let other = tempfile::tempdir().unwrap();
    let (stranger, _) = pair(other.path());
    let opened = |cert: &Path, key: &Path| match Tls::open(TlsFiles { cert: cert.to_owned(), key: key.to_owned() }) {
        Err(error) => error,
        Ok(_) => panic!("taken: {cert:?} {key:?}"),
    };
    let missing = dir.path().join("none.pem");
    let large = dir.path().join("large.pem");
    std::fs::write(&large, vec![b'x'; 2 << 20]).unwrap();
    let errors = [
        (opened(&missing, &files.key), "none.pem cannot be read"),
        (opened(&files.key, &files.key), "no certificate in PEM form"),
        (opened(&files.cert, &files.cert), "no unencrypted private key"),
        (opened(&files.cert, &stranger.key), "does not belong to the certificate"),
        (opened(&large, &files.key), "too large"),
    ];
    for (error, words) in &errors {
        let (zh, en) = error.sentence();
        assert!(en.contains(words), "{en}");
        assert!(zh.contains("tls_cert") || zh.contains("tls_key"), "{zh}");
    }
    assert!(matches!(errors[3].0, TlsError::OtherKey { .. }));
    assert!(good_until_s(&files).unwrap().is_some());
}

/// What was sent is too little for a request, or comes too slowly.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_says_nothing_is_not_waited_for() {
    let (address, cancel, serving) = start(None, HEAD_WITHIN).await;
    let beginnings = ["", "PRI * HT", "GET /healthz HTTP/1.1\r\nhost: x\r\nslow: "];
    let ends = beginnings.map(|beginning| {
        tokio::task::spawn_blocking(move || {
            let mut stream = TcpStream::connect(address).unwrap();
            stream.set_read_timeout(Some(DEADLINE)).unwrap();
            stream.write_all(beginning.as_bytes()).unwrap();
            let mut answer = Vec::new();
            // an end with or without an answer, but no wait until the deadline
            stream.read_to_end(&mut answer).map_err(|error| error.kind())
        })
    });
    for end in ends {
        assert_ne!(end.await.unwrap().err(), Some(std::io::ErrorKind::WouldBlock));
    }
    cancel.cancel();
    serving.await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_does_not_wait_for_connections_that_ask_nothing() {
    let (address, cancel, serving) = start(None, DEADLINE).await;
    let _silent = TcpStream::connect(address).unwrap();
    let mut kept = TcpStream::connect(address).unwrap();
    kept.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();
    assert!(kept.read(&mut [0; 1024]).unwrap() > 0, "answered, and kept open");
    cancel.cancel();
    // less than requests in work would be given
    tokio::time::timeout(Duration::from_secs(8), serving).await.expect("a prompt end").unwrap().unwrap();
}
