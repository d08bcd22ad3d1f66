//! A signed POST of JSON.

use hmac::{Hmac, Mac};
use reqwest::header;
use sha2::Sha256;
use warehouse::alarms::notices::outbox::Attempt;

use super::super::address;
use super::{Ended, Senders, failed, judged};

pub(super) async fn send(senders: &Senders, attempt: &Attempt, now_ms: i64) -> Ended {
    let secret = &attempt.receiver.secret;
    let Some(Ok(url)) = secret.address.as_deref().map(|text| address::web(text, &senders.allowed)) else {
        return Ended::misconfigured(address::REFUSED);
    };
    let timestamp = now_ms.to_string();
    let mut request = senders
        .client
        .post(url)
        .header(header::CONTENT_TYPE, "application/json; charset=utf-8")
        // the same for every attempt, so that the receiver takes a message once
        .header("Loadline-Delivery", attempt.message_id.to_string())
        .header("Loadline-Timestamp", &timestamp);
    if let Some(key) = secret.key.as_deref().filter(|key| !key.is_empty()) {
        request = request.header("Loadline-Signature", signature(key, &timestamp, &attempt.body));
    }
    match request.body(attempt.body.clone()).send().await {
        // what it says beyond its status is not read
        Ok(response) => judged(&response).unwrap_or_else(|| Ended::sent(format!("http_{}", response.status().as_u16()))),
        Err(error) => failed(&error),
    }
}

/// Hex HMAC-SHA256 over time, line feed and body.
pub fn signature(key: &str, timestamp: &str, body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("HMAC takes keys of any length");
    mac.update(timestamp.as_bytes());
    mac.update(b"\n");
    mac.update(body.as_bytes());
    hex::encode(mac.finalize().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_what_openssl_says() {
        // printf '1760000000000\n{"a":1}' | openssl dgst -sha256 -hmac key
        let expected = "1580b9344e6d0c5d84a14e3de33ac157dc95a575a693471ae2316f78283d1bdd";
        assert_eq!(signature("key", "1760000000000", "{\"a\":1}"), expected);
    }
}
