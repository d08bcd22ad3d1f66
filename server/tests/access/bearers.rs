//! Programs: API tokens and signed claims.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::access::Preset;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};
use server::web::security::Security;
use warehouse::access::{Granter, tokens};

use crate::support::{Reach, Town, author};

const SECRET: &str = "a secret of more than thirty-two bytes";

#[tokio::test]
async fn a_token_opens_what_it_was_made_for() {
    let town = Town::new().await;
    let (viewer, id) = town.token(Preset::Viewer, None, Reach::Some(&[1])).await;
    for path in ["/", "/regions/1", "/api/v1/rankings", "/exports/peaks.csv", "/api/openapi.json", "/account"] {
        assert_eq!(town.bearer(path, &viewer).await.status, 200, "{path}");
    }
    for path in ["/pipeline", "/metrics", "/people", "/tenants", "/tokens", "/audit", "/exports/dead_letters.csv"] {
        assert_eq!(town.bearer(path, &viewer).await.status, 403, "{path}");
    }
    assert_eq!(town.bearer("/regions/2", &viewer).await.status, 404, "another region is as good as none");
    let (engineer, _) = town.token(Preset::Engineer, None, Reach::All).await;
    assert_eq!(town.bearer("/metrics", &engineer).await.status, 200);
    let (partial, _) = town.token(Preset::Engineer, None, Reach::Some(&[1])).await;
    assert_eq!(town.bearer("/metrics", &partial).await.status, 403, "metrics count everybody's rows");
    let listed = tokens::list(&town.access, None).await.expect("tokens");
    let used = listed.iter().find(|token| token.token_id == id).expect("listed");
    assert_eq!(used.last_address.as_deref(), Some("198.51.100.7"));
}

#[tokio::test]
async fn a_token_writes_nothing_on_pages() {
    let town = Town::new().await;
    let (admin, _) = town.token(Preset::Admin, None, Reach::All).await;
    let bearer = format!("Bearer {admin}");
    for path in ["/people", "/tokens", "/tenants", "/audit/verify", "/logout", "/users/1/telephone"] {
        let reply = town.browser().post_with(path, &[("name", "x")], &[("authorization", &bearer)]).await;
        assert_eq!(reply.status, 403, "{path}");
    }
}

#[tokio::test]
async fn bad_tokens_get_one_answer() {
    let town = Town::new().await;
    let (good, id) = town.token(Preset::Viewer, None, Reach::All).await;
    let (late, _) = town.token(Preset::Viewer, None, Reach::All).await;
    assert_eq!(town.bearer("/api/v1/regions", &good).await.status, 200);
    let mut answers = Vec::new();
    let forged = format!("ll_{}", "A".repeat(42) + "B");
    let long = "x".repeat(20_000);
    for bad in [&good[..good.len() - 1], &format!("{good}A"), &good.to_uppercase(), &forged, "ll_", "x", &long, "a.b.c"] {
        answers.push(town.bearer("/api/v1/regions", bad).await);
    }
    tokens::revoke(&town.access, &author(), &Granter::everything(), id).await.expect("revoked");
    answers.push(town.bearer("/api/v1/regions", &good).await);
    town.pass_minutes(61);
    answers.push(town.bearer("/api/v1/regions", &late).await);
    for value in ["Basic YTpi", "Bearer", "bearer", "ll_x"] {
        answers.push(town.ask("/api/v1/regions", &[("authorization", value)]).await);
    }
    answers.push(town.ask("/api/v1/regions", &[("authorization", "Bearer a"), ("authorization", "Bearer b")]).await);
    let message = |reply: &crate::site::Reply| reply.json()["error"]["message"].as_str().expect("a sentence").to_owned();
    for answer in &answers {
        assert_eq!((answer.status.as_u16(), message(answer)), (401, message(&answers[0])));
        assert_eq!(answer.header("www-authenticate"), "Bearer realm=\"loadline\", error=\"invalid_token\"");
        assert_eq!(answer.header("cache-control"), "no-store");
    }
}

#[tokio::test]
async fn a_bad_token_is_not_made_up_for_by_a_session() {
    let town = Town::new().await;
    town.person("li", Preset::Admin, None, Reach::All).await;
    let browser = town.signed_in("li").await;
    let cookie = format!("loadline={}", browser.cookies["loadline"]);
    assert_eq!(town.ask("/people", &[("cookie", &cookie)]).await.status, 200);
    assert_eq!(town.ask("/people", &[("cookie", &cookie), ("authorization", "Bearer ll_x")]).await.status, 401);
    let (viewer, _) = town.token(Preset::Viewer, None, Reach::All).await;
    let both = [("cookie", cookie.as_str()), ("authorization", &format!("Bearer {viewer}"))];
    assert_eq!(town.ask("/people", &both).await.status, 403, "the token counts, not the session");
    assert_eq!(town.ask("/healthz", &[("authorization", "Bearer stale")]).await.status, 200, "a probe does not mind");
}

fn claims(town: &Town, tenant: Value, role: Value) -> Value {
    json!({ "tenant_id": tenant, "role": role, "sub": "scada", "exp": town.now().timestamp() + 60 })
}

fn signed(claims: &Value, algorithm: Algorithm, secret: &str) -> String {
    jsonwebtoken::encode(&Header::new(algorithm), claims, &EncodingKey::from_secret(secret.as_bytes())).expect("signed")
}

#[tokio::test]
async fn signed_claims_act_for_their_tenant() {
    let town = Town::with(Security { jwt_secret: SECRET.parse().ok(), ..Security::default() }).await;
    let north = town.tenant("north", &[1]).await;
    town.tenant("south", &[2]).await;
    let good = claims(&town, json!("north"), json!("viewer"));
    let viewer = signed(&good, Algorithm::HS256, SECRET);
    assert_eq!(town.bearer("/regions/1", &viewer).await.status, 200);
    assert_eq!(town.bearer("/regions/2", &viewer).await.status, 404, "the other tenant's region does not exist");
    let by_number = signed(&claims(&town, json!(north), json!("operator")), Algorithm::HS256, SECRET);
    assert_eq!(town.bearer("/regions/1", &by_number).await.status, 200);
    let admin = signed(&claims(&town, json!("north"), json!("admin")), Algorithm::HS256, SECRET);
    assert_eq!(town.bearer("/people", &admin).await.status, 200);
    assert_eq!(town.bearer("/tenants", &admin).await.status, 403, "an administrator of a tenant is not the operator");
    let [head, payload, signature] = viewer.split('.').collect::<Vec<_>>().try_into().expect("three parts");
    let other_head = |alg: &str| URL_SAFE_NO_PAD.encode(format!("{{\"alg\":\"{alg}\",\"typ\":\"JWT\"}}"));
    let admin_payload = admin.split('.').nth(1).expect("a payload");
    let mut without_exp = good.clone();
    without_exp.as_object_mut().expect("an object").remove("exp");
    let mut expired = good.clone();
    expired["exp"] = json!(town.now().timestamp() - 1);
    for (bad, why) in [
        (format!("{}.{payload}.", other_head("none")), "alg none"),
        (format!("{}.{payload}.{signature}", other_head("RS256")), "another algorithm in the head"),
        (format!("{head}.{admin_payload}.{signature}"), "another payload"),
        (signed(&good, Algorithm::HS512, SECRET), "HS512"),
        (signed(&good, Algorithm::HS256, "another secret of thirty-two bytes or so"), "another key"),
        (signed(&without_exp, Algorithm::HS256, SECRET), "no exp"),
        (signed(&expired, Algorithm::HS256, SECRET), "expired"),
        (signed(&claims(&town, json!("west"), json!("viewer")), Algorithm::HS256, SECRET), "an unknown tenant"),
        (signed(&claims(&town, json!(99_999), json!("viewer")), Algorithm::HS256, SECRET), "an unknown number"),
        (signed(&claims(&town, json!(""), json!("admin")), Algorithm::HS256, SECRET), "no tenant"),
        (signed(&claims(&town, json!("north"), json!(["admin"])), Algorithm::HS256, SECRET), "a list of roles"),
    ] {
        assert_eq!(town.bearer("/regions/1", &bad).await.status, 401, "{why}");
    }
    town.pass_minutes(2);
    assert_eq!(town.bearer("/regions/1", &viewer).await.status, 401, "its time is over");
}

#[tokio::test]
async fn claims_are_refused_where_no_secret_is_set() {
    let town = Town::new().await;
    town.tenant("north", &[1]).await;
    let claim = signed(&claims(&town, json!("north"), json!("viewer")), Algorithm::HS256, SECRET);
    assert_eq!(town.bearer("/regions/1", &claim).await.status, 401);
}
