//! Robots of 企业微信 and 钉钉. They answer 200 even when they refuse; what counts is the code in the answer.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::alarms::notices::ChannelKind;
use hmac::{Hmac, Mac};
use reqwest::header;
use serde_json::Value;
use sha2::Sha256;
use warehouse::alarms::notices::outbox::Attempt;

use super::super::address;
use super::{Ended, Senders, beginning, failed, judged};

/// Busy, or too many messages at the moment: the same message may be taken later.
const WECOM_LATER: [i64; 2] = [-1, 45009];
const DINGTALK_LATER: [i64; 3] = [-1, 130_101, 410_100];
const MOST_WORDS_CHARS: usize = 120;

pub(super) async fn send(senders: &Senders, attempt: &Attempt, now_ms: i64) -> Ended {
    let secret = &attempt.receiver.secret;
    let Some(Ok(mut url)) = secret.address.as_deref().map(|text| address::web(text, &senders.allowed)) else {
        return Ended::misconfigured(address::REFUSED);
    };
    let kind = attempt.receiver.kind;
    if let (ChannelKind::Dingtalk, Some(key)) = (kind, secret.key.as_deref().filter(|key| !key.is_empty())) {
        url.query_pairs_mut().append_pair("timestamp", &now_ms.to_string()).append_pair("sign", &sign(key, now_ms));
    }
    let request = senders.client.post(url).header(header::CONTENT_TYPE, "application/json; charset=utf-8");
    let response = match request.body(attempt.body.clone()).send().await {
        Ok(response) => response,
        Err(error) => return failed(&error),
    };
    if let Some(refused) = judged(&response) {
        return refused;
    }
    match beginning(response).await {
        Ok(answer) => judge(kind, &answer),
        Err(error) => failed(&error),
    }
}

/// 钉钉 signs time and key, not the message.
fn sign(key: &str, now_ms: i64) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("HMAC takes keys of any length");
    mac.update(format!("{now_ms}\n{key}").as_bytes());
    STANDARD.encode(mac.finalize().into_bytes())
}

fn judge(kind: ChannelKind, answer: &[u8]) -> Ended {
    let answer: Option<Value> = serde_json::from_slice(answer).ok();
    let Some((answer, code)) = answer.as_ref().and_then(|answer| Some((answer, answer["errcode"].as_i64()?))) else {
        // something between us and the robot answered
        return Ended::refused("answer_unknown", true);
    };
    if code == 0 {
        return Ended::sent("errcode_0");
    }
    let later: &[i64] = if kind == ChannelKind::Wecom { &WECOM_LATER } else { &DINGTALK_LATER };
    let words: String =
        answer["errmsg"].as_str().unwrap_or_default().chars().filter(|c| !c.is_control()).take(MOST_WORDS_CHARS).collect();
    Ended::refused(format!("errcode_{code} {words}").trim(), later.contains(&code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_in_a_good_answer_is_a_refusal() {
        let judged = |kind, text: &str| judge(kind, text.as_bytes());
        assert_eq!(judged(ChannelKind::Wecom, r#"{"errcode":0,"errmsg":"ok"}"#), Ended::sent("errcode_0"));
        let busy = judged(ChannelKind::Wecom, r#"{"errcode":45009,"errmsg":"api freq out of limit"}"#);
        assert_eq!((busy.may_retry, busy.detail.as_str()), (true, "errcode_45009 api freq out of limit"));
        assert!(!judged(ChannelKind::Wecom, r#"{"errcode":93000,"errmsg":"invalid webhook url"}"#).may_retry);
        assert!(judged(ChannelKind::Dingtalk, r#"{"errcode":130101,"errmsg":"send too fast"}"#).may_retry);
        assert!(!judged(ChannelKind::Dingtalk, r#"{"errcode":310000,"errmsg":"sign not match"}"#).may_retry);
        for strange in ["", "<html>", "[]", r#"{"errcode":"0"}"#] {
            let judged = judged(ChannelKind::Dingtalk, strange);
            assert!(judged.may_retry && judged.detail == "answer_unknown", "{strange}");
        }
    }
}
