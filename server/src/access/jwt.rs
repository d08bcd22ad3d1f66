//! Signed claims (JWT HS256) of a system that shares a secret with this one: `tenant_id`, `role`, `sub`, `exp`.

use chrono::{DateTime, Utc};
use domain::access::Preset;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::Deserialize;

use crate::config::edge::Secret;

const MOST_BYTES: usize = 4_096;
/// As long as an account's name may be.
const SUBJECT_MOST_CHARS: usize = 64;

/// What a claim that holds says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Claim {
    pub subject: String,
    /// Code of the tenant, or its number as text.
    pub tenant: String,
    pub preset: Preset,
    pub expires_at: DateTime<Utc>,
}

#[derive(Deserialize)]
struct Claims {
    tenant_id: TenantClaim,
    role: String,
    sub: String,
    exp: f64,
    nbf: Option<f64>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum TenantClaim {
    Number(i32),
    Code(String),
}

/// Whether this has the form of a claim: three parts.
pub fn is_claim(text: &str) -> bool {
    text.len() <= MOST_BYTES && text.split('.').count() == 3
}

/// Reads a claim that is signed with our secret, names a tenant and a role, and holds now.
/// Why one is refused is nobody's business but the log's.
pub fn read(text: &str, secret: &Secret, now: DateTime<Utc>) -> Option<Claim> {
    if !is_claim(text) {
        return None;
    }
    // one algorithm, whatever the head of the claim asks for; times are compared below, with the time we are given
    let mut validation = Validation::new(Algorithm::HS256);
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation.validate_aud = false;
    validation.required_spec_claims.clear();
    let key = DecodingKey::from_secret(secret.expose().as_bytes());
    let claims = jsonwebtoken::decode::<Claims>(text, &key, &validation).ok()?.claims;
    let expires_at = time(claims.exp)?;
    let is_early = match claims.nbf {
        None => false,
        Some(seconds) => time(seconds)? > now,
    };
    let tenant = match claims.tenant_id {
        TenantClaim::Number(id) => id.to_string(),
        TenantClaim::Code(code) => code,
    };
    let preset = preset(&claims.role)?;
    let subject_is_good =
        (1..=SUBJECT_MOST_CHARS).contains(&claims.sub.chars().count()) && !claims.sub.chars().any(char::is_control);
    let holds = expires_at > now && !is_early && !tenant.trim().is_empty() && subject_is_good;
    holds.then_some(Claim { subject: claims.sub, tenant, preset, expires_at })
}

/// The roles that claims know.
fn preset(role: &str) -> Option<Preset> {
    match role {
        "viewer" => Some(Preset::Viewer),
        "operator" => Some(Preset::Operator),
        "admin" => Some(Preset::Admin),
        _ => None,
    }
}

/// Seconds since 1970, within the years that people write.
#[expect(clippy::cast_possible_truncation, reason = "bounded just before")]
fn time(seconds: f64) -> Option<DateTime<Utc>> {
    const YEAR_9999_S: f64 = 253_402_300_799.0;
    (0.0..=YEAR_9999_S).contains(&seconds).then(|| DateTime::from_timestamp(seconds as i64, 0)).flatten()
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use jsonwebtoken::{EncodingKey, Header};
    use serde_json::{Value, json};

    use super::*;

    const NOW_S: i64 = 1_700_000_000;

    fn secret() -> Secret {
        "0123456789abcdef0123456789abcdef".parse().expect("long enough")
    }

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(NOW_S, 0).expect("a time")
    }

    fn good() -> Value {
        json!({ "tenant_id": "north", "role": "viewer", "sub": "scada", "exp": NOW_S + 60 })
    }

    fn with(name: &str, value: Value) -> Value {
        let mut claims = good();
        claims[name] = value;
        claims
    }

    fn signed(claims: &Value, key: &str) -> String {
        jsonwebtoken::encode(&Header::default(), claims, &EncodingKey::from_secret(key.as_bytes())).expect("signed")
    }

    fn read_now(text: &str) -> Option<Claim> {
        read(text, &secret(), now())
    }

    fn judged(claims: &Value) -> Option<Claim> {
        read_now(&signed(claims, secret().expose()))
    }

    #[test]
    fn a_signed_claim_is_read() {
        let claim = judged(&good()).expect("a good claim");
        assert_eq!((claim.subject.as_str(), claim.tenant.as_str(), claim.preset), ("scada", "north", Preset::Viewer));
        assert_eq!(judged(&with("tenant_id", json!(12))).expect("a number").tenant, "12");
        assert_eq!(judged(&with("exp", json!(NOW_S as f64 + 0.5))), None, "the second it ends in is over");
        assert!(judged(&with("nbf", json!(NOW_S))).is_some());
        assert!(judged(&with("aud", json!("somebody"))).is_some(), "an audience is nothing to us");
    }

    #[test]
    fn claims_that_do_not_hold_are_refused() {
        for (name, value) in [
            ("exp", json!(NOW_S)),
            ("exp", json!(NOW_S - 1)),
            ("exp", json!("2030-01-01")),
            ("exp", json!(-1)),
            ("exp", json!(1e300)),
            ("exp", Value::Null),
            ("nbf", json!(NOW_S + 1)),
            ("nbf", json!(-5)),
            ("tenant_id", json!("")),
            ("tenant_id", json!(" ")),
            ("tenant_id", Value::Null),
            ("tenant_id", json!(["north"])),
            ("tenant_id", json!(1.5)),
            ("role", json!(["admin"])),
            ("role", json!("root")),
            ("role", json!("Admin")),
            ("role", json!("engineer")),
            ("sub", json!("")),
            ("sub", json!("a\nb")),
            ("sub", json!("x".repeat(65))),
        ] {
            assert_eq!(judged(&with(name, value.clone())), None, "{name} = {value}");
        }
        for name in ["exp", "tenant_id", "role", "sub"] {
            let mut claims = good();
            claims.as_object_mut().expect("an object").remove(name);
            assert_eq!(judged(&claims), None, "without {name}");
        }
    }

    #[test]
    fn only_our_key_and_one_algorithm_sign() {
        let whole = signed(&good(), secret().expose());
        let (signed_part, signature) = whole.rsplit_once('.').expect("three parts");
        let payload = signed_part.split_once('.').expect("two parts").1;
        let head = |alg: &str| URL_SAFE_NO_PAD.encode(json!({ "alg": alg, "typ": "JWT" }).to_string());
        assert_eq!(read_now(&signed(&good(), "another secret of thirty-two byte")), None);
        for alg in ["none", "None", "RS256", "HS512", "HS384", "ES256", ""] {
            assert_eq!(read_now(&format!("{}.{payload}.{signature}", head(alg))), None, "{alg}");
            assert_eq!(read_now(&format!("{}.{payload}.", head(alg))), None, "{alg} without a signature");
        }
        assert_eq!(read_now(&format!("{signed_part}.")), None, "without a signature");
        for cut in 0..whole.len() {
            assert_eq!(read_now(&whole[..cut]), None, "{cut}");
        }
        assert_eq!(read_now(&format!("{whole}A")), None);
        assert_eq!(read_now(&"A.".repeat(100_000)), None);
    }
}
