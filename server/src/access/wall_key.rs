//! The key of a wall link: the number of the link, signed. Whoever has it sees that wall, and nothing else.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac};
use sha2::Sha256;

/// Under this name the key that signs links is kept in the warehouse.
pub const SECRET_NAME: &str = "wall-links";
const CONTEXT: &[u8] = b"loadline wall link";
const ID_BYTES: usize = 8;
const SIGNATURE_BYTES: usize = 24;

/// The last part of the address `/wall/…`.
pub fn key(link_id: i64, secret: &[u8]) -> String {
    let mut bytes = link_id.to_be_bytes().to_vec();
    bytes.extend_from_slice(&signer(link_id, secret).finalize().into_bytes()[..SIGNATURE_BYTES]);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The link that a key stands for; none when it was not signed here.
pub fn link_id(key: &str, secret: &[u8]) -> Option<i64> {
    // 32 bytes are 43 characters; nothing longer is decoded
    let bytes = (key.len() == 43).then(|| URL_SAFE_NO_PAD.decode(key).ok()).flatten()?;
    let (id, signature) = bytes.split_at_checked(ID_BYTES)?;
    let link_id = i64::from_be_bytes(id.try_into().ok()?);
    // compares in constant time
    (signature.len() == SIGNATURE_BYTES && signer(link_id, secret).verify_truncated_left(signature).is_ok()).then_some(link_id)
}

fn signer(link_id: i64, secret: &[u8]) -> Hmac<Sha256> {
    let mac = Hmac::<Sha256>::new_from_slice(secret).expect("an HMAC takes keys of any length");
    mac.chain_update(CONTEXT).chain_update(link_id.to_be_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: [u8; 32] = [9; 32];

    #[test]
    fn a_key_names_its_link() {
        for id in [0, 1, 42, i64::MAX, -1] {
            assert_eq!(link_id(&key(id, &SECRET), &SECRET), Some(id));
        }
        assert_eq!(key(1, &SECRET).len(), 43);
        assert_ne!(key(1, &SECRET), key(2, &SECRET));
    }

    #[test]
    fn forged_truncated_and_changed_keys_name_nothing() {
        let good = key(7, &SECRET);
        assert_eq!(link_id(&good, &[8; 32]), None, "signed elsewhere");
        for cut in 0..good.len() {
            assert_eq!(link_id(&good[..cut], &SECRET), None, "{cut}");
        }
        for at in 0..good.len() {
            let mut changed = good.clone().into_bytes();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).expect("ASCII");
            assert_eq!(link_id(&changed, &SECRET), None, "{changed}");
        }
        for odd in [format!("{good}A"), "å".repeat(43), "/".repeat(43), String::new(), "A".repeat(100_000)] {
            assert_eq!(link_id(&odd, &SECRET), None);
        }
    }
}
