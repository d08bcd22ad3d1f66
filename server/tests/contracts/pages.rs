//! The pages: lists with their faults, what is said in both languages, files sent with a form.

use axum::body::Body;
use axum::http::{Method, Request};
use domain::access::Preset;

use crate::land::{count, fields, shop, tariffs, with};
use crate::site::Reply;
use crate::support::{Browser, HOST, Reach, Town};

async fn town() -> Town {
    let town = Town::new().await;
    tariffs(&town).await;
    town.person("wei", Preset::BillingClerk, None, Reach::All).await;
    town
}

/// Sends a form with a file, as browsers do.
async fn upload(town: &Town, browser: &Browser<'_>, parts: &[(&str, &str)]) -> Reply {
    let boundary = "----loadline";
    let mut body = String::new();
    for (name, value) in parts {
        let file = if *name == "file" { "; filename=\"contracts.csv\"\r\nContent-Type: text/csv" } else { "" };
        body += &format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n{value}\r\n");
    }
    body += &format!("--{boundary}--\r\n");
    let cookies: Vec<_> = browser.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let request = Request::builder()
        .method(Method::POST)
        .uri("/settlement/contracts/import")
        .header("host", HOST)
        .header("accept", "text/html")
        .header("sec-fetch-site", "same-origin")
        .header("cookie", cookies.join("; "))
        .header("content-type", format!("multipart/form-data; boundary={boundary}"))
        .body(Body::from(body))
        .expect("a request");
    town.send(request, browser.address).await
}

#[tokio::test]
async fn the_list_finds_contracts_and_says_what_keeps_them_from_being_billed() {
    let town = town().await;
    let mut wei = town.signed_in("wei").await;
    assert!(wei.get("/settlement/contracts").await.text.contains("还没有合同"));
    let id = shop(&mut wei).await;
    let bare = wei.post("/settlement/contracts", &fields("1", "bare", "below_1kv")).await;
    assert_eq!(bare.status, 303, "{}", bare.text);
    let none = wei.post("/settlement/contracts", &fields("2", "", "1_10kv")).await;
    assert_eq!(none.status, 303, "{}", none.text);
    let link = format!("href=\"/settlement/contracts/{id}\"");
    for (query, is_found) in [
        ("", true),
        ("?q=3", true),
        ("?q=shop", true),
        ("?q=ALERT", true),
        ("?q=77", false),
        ("?region=2", true),
        ("?region=1", false),
        ("?fault=no_tariff", false),
        ("?fault=no_contract", false),
    ] {
        let page = wei.get(&format!("/settlement/contracts{query}")).await;
        assert_eq!((page.status.as_u16(), page.text.contains(&link)), (200, is_found), "{query}");
    }
    for (fault, user) in [("no_tariff", ">2<"), ("no_prices", ">1<")] {
        let page = wei.get(&format!("/settlement/contracts?fault={fault}&lang=en")).await.text;
        assert!(page.contains(user), "{fault}: {page}");
    }
    assert_eq!(wei.get("/settlement/contracts?fault=x").await.status, 400);
    let page = wei.get("/settlement/contracts/1").await;
    assert_eq!(page.status, 200);
    let english = wei.get(&format!("/settlement/contracts/{id}?lang=en")).await.text;
    assert!(english.contains("From 2016-01-01") && english.contains("contract made"), "{english}");
    for page in ["/settlement/contracts/new?user=3", "/settlement/contracts/import", "/settlement/contracts?fault=no_contract"] {
        assert_eq!(wei.get(page).await.status, 200, "{page}");
    }
    assert_eq!(wei.get("/settlement/contracts/999").await.status, 404);
}

#[tokio::test]
async fn a_file_is_tried_shown_and_taken_with_a_form() {
    let town = town().await;
    let wei = town.signed_in("wei").await;
    let file = "user_id,valid_from,tariff,voltage\r\n3,2016-01-01,shop,1_10kv\r\n";
    let tried = upload(&town, &wei, &[("file", file), ("content", ""), ("dry_run", "1")]).await;
    assert_eq!(tried.status, 200, "{}", tried.text);
    assert!(tried.text.contains("试运行：未写入") && tried.text.contains("name=\"content\""), "{}", tried.text);
    assert_eq!(count(&town, "select count(*) from contracts").await, 0);
    let taken = upload(&town, &wei, &[("content", file), ("dry_run", "0"), ("reason", "from paper")]).await;
    assert!(taken.text.contains("已导入"), "{}", taken.text);
    assert_eq!(count(&town, "select count(*) from contracts").await, 1);
    let reasons = "select count(*) from access.audit_log where action = 'contract.add' and reason = 'from paper'";
    assert_eq!(count(&town, reasons).await, 1);
    let other = file.replace("2016-01-01", "2016-02-01").replace('3', "<blink>");
    let refused = upload(&town, &wei, &[("file", &other), ("dry_run", "0")]).await;
    assert!(refused.text.contains("未写入任何内容") && !refused.text.contains("<blink>"), "{}", refused.text);
    let nothing = upload(&town, &wei, &[("content", " "), ("dry_run", "0")]).await;
    assert_eq!(nothing.status, 422);
    let no_file = upload(&town, &wei, &[("file", "{\"contracts\": 3}"), ("dry_run", "1")]).await;
    assert!(no_file.text.contains("文件无法读取"), "{}", no_file.text);
}

#[tokio::test]
async fn a_large_file_is_read_and_a_large_form_is_not() {
    let town = town().await;
    let mut wei = town.signed_in("wei").await;
    let rows = "9,2016-01-01,shop,1_10kv\r\n".repeat(20_000);
    let file = format!("user_id,valid_from,tariff,voltage\r\n{rows}");
    assert!(file.len() > 400 << 10);
    let tried = upload(&town, &wei, &[("file", &file), ("dry_run", "1")]).await;
    assert!(tried.status == 200 && tried.text.contains("条款超过") || tried.text.contains("没有此用户"), "{}", tried.status);
    let long = "x".repeat(400 << 10);
    let form = with(fields("3", "shop", "1_10kv"), &[("reason", &long)]);
    assert_eq!(wei.post("/settlement/contracts", &form).await.status, 413);
    let stranger = town.browser();
    let sent = upload(&town, &stranger, &[("file", &file), ("dry_run", "0")]).await;
    assert!(sent.status == 303 || sent.status == 401 || sent.status == 403, "{}", sent.status);
}
