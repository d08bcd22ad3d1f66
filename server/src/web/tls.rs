//! HTTPS of our own: certificate and key, read at the start and again when their files change.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum_server::tls_rustls::RustlsConfig;
use domain::FailureKind;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{InconsistentKeys, ServerConfig, crypto, version};
use sha2::{Digest, Sha256};

/// How often the files are looked at; both are small.
const LOOK_EVERY: Duration = Duration::from_secs(3);
/// A chain and a key are a few kB; a wrong path may lead to anything.
const MOST_BYTES: u64 = 1 << 20;

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TlsFiles {
    pub cert: PathBuf,
    pub key: PathBuf,
}

/// Why the files cannot be used. Its `Display` is the English sentence.
#[derive(Debug)]
pub enum TlsError {
    Unreadable { path: PathBuf, cause: io::Error },
    TooLarge { path: PathBuf },
    NoCertificate { path: PathBuf },
    NoKey { path: PathBuf },
    OtherKey { files: TlsFiles },
    Refused { files: TlsFiles, reason: String },
}

impl TlsError {
    pub fn kind(&self) -> FailureKind {
        FailureKind::Operator
    }

    /// What is wrong and what mends it, in Chinese and in English.
    pub fn sentence(&self) -> (String, String) {
        match self {
            Self::Unreadable { path, cause } => {
                let (path, (zh, en)) = (path.display(), operational::os_cause(cause));
                (
                    format!("{path} 无法读取：{zh}。请检查 tls_cert 与 tls_key 的路径和读取权限。"),
                    format!("{path} cannot be read: {en}. Check the paths tls_cert and tls_key and the right to read them."),
                )
            }
            Self::TooLarge { path } => {
                let path = path.display();
                (
                    format!("{path} 太大，不会是证书或私钥。请检查 tls_cert 与 tls_key。"),
                    format!("{path} is too large for a certificate or a key. Check tls_cert and tls_key."),
                )
            }
            Self::NoCertificate { path } => {
                let path = path.display();
                (
                    format!("{path} 中没有 PEM 格式的证书（BEGIN CERTIFICATE）。请检查 tls_cert。"),
                    format!("{path} holds no certificate in PEM form (BEGIN CERTIFICATE). Check tls_cert."),
                )
            }
            Self::NoKey { path } => {
                let path = path.display();
                (
                    format!("{path} 中没有未加密的 PEM 私钥（BEGIN PRIVATE KEY）。请检查 tls_key。"),
                    format!("{path} holds no unencrypted private key in PEM form (BEGIN PRIVATE KEY). Check tls_key."),
                )
            }
            Self::OtherKey { files } => {
                let (cert, key) = (files.cert.display(), files.key.display());
                (
                    format!("私钥 {key} 不属于证书 {cert}。请设置同一对 tls_cert 与 tls_key。"),
                    format!("The key {key} does not belong to the certificate {cert}. Set tls_cert and tls_key to a pair."),
                )
            }
            Self::Refused { files, reason } => {
                let cert = files.cert.display();
                (
                    format!("证书 {cert} 无法使用。请用 openssl x509 查看它，并检查 tls_cert。"),
                    format!("The certificate {cert} cannot be used ({reason}). Look at it with openssl x509 and check tls_cert."),
                )
            }
        }
    }
}

impl std::fmt::Display for TlsError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.sentence().1)
    }
}

impl std::error::Error for TlsError {}

/// What is served now, and the digest of the contents it was made of.
pub struct Tls {
    files: TlsFiles,
    pub config: RustlsConfig,
    seen: [u8; 32],
}

impl Tls {
    pub fn open(files: TlsFiles) -> Result<Self, TlsError> {
        let contents = Contents::read(&files)?;
        let config = RustlsConfig::from_config(Arc::new(contents.config(&files)?));
        Ok(Self { files, config, seen: contents.digest() })
    }

    /// Follows the files for as long as it is polled.
    pub async fn follow(mut self) {
        loop {
            tokio::time::sleep(LOOK_EVERY).await;
            self.look().await;
        }
    }

    /// Looks at the files once.
    pub async fn look(&mut self) {
        let files = self.files.clone();
        match tokio::task::spawn_blocking(move || Contents::read(&files)).await {
            Ok(outcome) => self.renew(outcome),
            Err(error) => tracing::error!(%error, "the certificate could not be looked at"),
        }
    }

    /// A new pair takes effect for new connections; a broken one changes nothing and is told once.
    fn renew(&mut self, outcome: Result<Contents, TlsError>) {
        let digest = outcome.as_ref().map_or([0; 32], Contents::digest);
        if digest == self.seen {
            return;
        }
        self.seen = digest;
        match outcome.and_then(|contents| contents.config(&self.files)) {
            Ok(config) => {
                self.config.reload_from_config(Arc::new(config));
                tracing::info!(cert = %self.files.cert.display(), "the new certificate is served from now on");
            }
            Err(error) => tracing::error!(%error, "the new certificate is not used, the old one stays"),
        }
    }
}

struct Contents {
    cert: Vec<u8>,
    key: Vec<u8>,
}

impl Contents {
    fn read(files: &TlsFiles) -> Result<Self, TlsError> {
        Ok(Self { cert: read(&files.cert)?, key: read(&files.key)? })
    }

    fn digest(&self) -> [u8; 32] {
        let parts = [Sha256::digest(&self.cert), Sha256::digest(&self.key)];
        Sha256::digest(parts.concat()).into()
    }

    fn config(&self, files: &TlsFiles) -> Result<ServerConfig, TlsError> {
        let chain = certificates(&self.cert).ok_or_else(|| TlsError::NoCertificate { path: files.cert.clone() })?;
        let key = PrivateKeyDer::from_pem_slice(&self.key).map_err(|_| TlsError::NoKey { path: files.key.clone() })?;
        let refused = |error: rustls::Error| match error {
            rustls::Error::InconsistentKeys(InconsistentKeys::KeyMismatch) => TlsError::OtherKey { files: files.clone() },
            error => TlsError::Refused { files: files.clone(), reason: error.to_string() },
        };
        let mut config = ServerConfig::builder_with_provider(Arc::new(crypto::ring::default_provider()))
            .with_protocol_versions(&[&version::TLS13, &version::TLS12])
            .map_err(refused)?
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .map_err(refused)?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(config)
    }
}

/// All of them, or nothing when one is broken or there is none.
fn certificates(pem: &[u8]) -> Option<Vec<CertificateDer<'static>>> {
    let chain: Vec<_> = CertificateDer::pem_slice_iter(pem).collect::<Result<_, _>>().ok()?;
    (!chain.is_empty()).then_some(chain)
}

fn read(path: &Path) -> Result<Vec<u8>, TlsError> {
    let unreadable = |cause| TlsError::Unreadable { path: path.to_owned(), cause };
    let size = std::fs::metadata(path).map_err(unreadable)?.len();
    if size > MOST_BYTES {
        return Err(TlsError::TooLarge { path: path.to_owned() });
    }
    std::fs::read(path).map_err(unreadable)
}

/// The end of the first certificate, in seconds since 1970.
pub fn good_until_s(files: &TlsFiles) -> Result<Option<i64>, TlsError> {
    let contents = Contents::read(files)?;
    contents.config(files)?;
    let chain = certificates(&contents.cert).unwrap_or_default();
    Ok(chain.first().and_then(|certificate| super::certificate::good_until_s(certificate)))
}
