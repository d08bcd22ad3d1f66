//! Tokens of the interface and one-time links: what is handed out once and stored only as a hash.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

const TOKEN_MARK: &str = "ll_";
const SECRET_BYTES: usize = 32;
/// Characters of 32 bytes in base64url.
const SECRET_CHARS: usize = 43;
/// What stays readable of a token, to recognise it by.
const PREFIX_CHARS: usize = 8;

/// A secret that its owner is shown once.
pub struct Fresh {
    /// For the owner.
    pub text: String,
    /// For the database.
    pub hash: Vec<u8>,
}

impl Fresh {
    /// An API token: `ll_` and 43 characters.
    pub fn token(random: [u8; SECRET_BYTES]) -> Self {
        Self::new(format!("{TOKEN_MARK}{}", URL_SAFE_NO_PAD.encode(random)))
    }

    /// The last part of a one-time link.
    pub fn invitation(random: [u8; SECRET_BYTES]) -> Self {
        Self::new(URL_SAFE_NO_PAD.encode(random))
    }

    fn new(text: String) -> Self {
        Self { hash: hash(&text), text }
    }

    /// The beginning of a token, which lists show.
    pub fn prefix(&self) -> &str {
        self.text.get(..PREFIX_CHARS).unwrap_or_default()
    }
}

/// What is stored of a token or link. The secret is random and long, so a plain hash cannot be turned back.
pub fn hash(text: &str) -> Vec<u8> {
    Sha256::digest(text.as_bytes()).to_vec()
}

/// Whether this has the form of an API token; nothing else is worth a question to the database.
pub fn is_token(text: &str) -> bool {
    text.strip_prefix(TOKEN_MARK).is_some_and(is_secret)
}

/// Whether this has the form of a one-time link's last part.
pub fn is_invitation(text: &str) -> bool {
    is_secret(text)
}

fn is_secret(text: &str) -> bool {
    text.len() == SECRET_CHARS && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_recognised_by_their_beginning_and_kept_as_a_hash() {
        let fresh = Fresh::token([7; 32]);
        assert!(is_token(&fresh.text) && fresh.text.starts_with(fresh.prefix()));
        assert_eq!((fresh.text.len(), fresh.prefix().len(), fresh.hash.len()), (46, 8, 32));
        assert_eq!(fresh.hash, hash(&fresh.text));
        assert_ne!(fresh.hash, Fresh::token([8; 32]).hash);
    }

    #[test]
    fn truncated_and_odd_tokens_are_none() {
        let whole = Fresh::token([7; 32]).text;
        for cut in 0..whole.len() {
            assert!(!is_token(&whole[..cut]), "{cut}");
        }
        for odd in [format!("{whole}A"), whole.replace("ll_", "lx_"), whole.replace('B', "="), format!(" {whole}")] {
            assert!(!is_token(&odd), "{odd}");
        }
        assert!(is_invitation(&Fresh::invitation([7; 32]).text) && !is_invitation(&whole));
    }
}
