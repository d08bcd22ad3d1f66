//! Until when a certificate is good. Of its DER form only what lies on the way there is read.

use chrono::NaiveDateTime;

const SEQUENCE: u8 = 0x30;
const INTEGER: u8 = 0x02;
/// `[0]`, the version, which may be missing.
const VERSION: u8 = 0xa0;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;

/// Seconds since 1970; nothing when it is no certificate of the usual form.
pub fn good_until_s(der: &[u8]) -> Option<i64> {
    let (certificate, _) = element(der, SEQUENCE)?;
    let (mut body, _) = element(certificate, SEQUENCE)?;
    if body.first() == Some(&VERSION) {
        body = element(body, VERSION)?.1;
    }
    // serial number, algorithm, issuer
    for tag in [INTEGER, SEQUENCE, SEQUENCE] {
        body = element(body, tag)?.1;
    }
    let (validity, _) = element(body, SEQUENCE)?;
    let (_, after) = any_element(validity)?;
    let (text, _) = match *after.first()? {
        UTC_TIME => element(after, UTC_TIME)?,
        _ => element(after, GENERALIZED_TIME)?,
    };
    let text = std::str::from_utf8(text).ok()?;
    let text = match text.len() {
        // two digits of a year from 1950 to 2049
        13 => format!("{}{text}", if text.get(..2)? < "50" { "20" } else { "19" }),
        _ => text.to_owned(),
    };
    Some(NaiveDateTime::parse_from_str(&text, "%Y%m%d%H%M%SZ").ok()?.and_utc().timestamp())
}

/// The content of the first element, which must have this tag, and what follows it.
fn element(bytes: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    if bytes.first() == Some(&tag) { any_element(bytes) } else { None }
}

fn any_element(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (first, rest) = bytes.get(1..)?.split_first()?;
    let (length, rest) = match *first {
        short @ ..=0x7f => (usize::from(short), rest),
        // 0x80 says no length; up to four bytes of length: more than any certificate has
        long @ 0x81..=0x84 => {
            let (digits, rest) = rest.split_at_checked(usize::from(long - 0x80))?;
            (digits.iter().fold(0_usize, |length, digit| length << 8 | usize::from(*digit)), rest)
        }
        _ => return None,
    };
    rest.split_at_checked(length)
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, KeyPair, date_time_ymd};

    use super::*;

    fn certificate(year: i32) -> Vec<u8> {
        let mut params = CertificateParams::new(vec!["localhost".to_owned()]).expect("a name");
        params.not_before = date_time_ymd(1999, 1, 1);
        params.not_after = date_time_ymd(year, 3, 4);
        params.self_signed(&KeyPair::generate().expect("a key")).expect("a certificate").der().to_vec()
    }

    #[test]
    fn the_end_is_read_in_both_forms_of_time() {
        assert_eq!(good_until_s(&certificate(2031)), Some(1_930_348_800));
        assert_eq!(good_until_s(&certificate(2060)), Some(2_845_584_000));
    }

    #[test]
    fn a_cut_or_odd_certificate_is_no_panic() {
        let whole = certificate(2031);
        for end in 0..whole.len() {
            assert_eq!(good_until_s(&whole[..end]), None);
        }
        for at in 0..200 {
            for flip in [0x01, 0x80, 0xff] {
                let mut odd = whole.clone();
                odd[at] ^= flip;
                let _ = good_until_s(&odd);
            }
        }
    }
}
