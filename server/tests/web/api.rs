//! The JSON interface.

use axum::http::StatusCode;
use server::web::{api_routes, described_paths};

use crate::site::Site;

#[tokio::test]
async fn regions_carry_the_day_in_progress() {
    let site = Site::new().await;
    let body = site.get("/api/v1/regions").await.json();
    assert_eq!(body["time_zone"], "Asia/Shanghai");
    assert_eq!(body["data_time"], "2016-01-12T10:00:05.000");
    assert_eq!(body["items"][0]["region_name"], "东, \"区\"");
    assert_eq!(body["items"][0]["total_consumption"], "5.50", "decimals are strings");
    assert_eq!(body["items"][1]["user_count"], 1);
    let first = site.get("/api/v1/regions?limit=1").await.json();
    let cursor = first["next_cursor"].as_str().expect("there is more").to_owned();
    let second = site.get(&format!("/api/v1/regions?limit=1&cursor={cursor}")).await.json();
    assert_eq!(second["items"][0]["region_id"], 2);
}

#[tokio::test]
async fn windows_rankings_and_roll_ups_give_the_rows_of_the_tables() {
    let site = Site::new().await;
    let windows = site.get("/api/v1/regions/1/windows").await.json();
    assert_eq!(windows["items"][0]["stat_date"], "2016-01-12T09:59:55.000");
    assert_eq!(windows["items"][0]["max_consumption"], "4.00");
    assert_eq!(windows["items"].as_array().expect("a list").len(), 1);
    assert!(windows["next_cursor"].is_null());
    let day = site.get("/api/v1/rankings").await.json();
    let order: Vec<_> = day["items"].as_array().expect("a list").iter().map(|row| row["user_id"].clone()).collect();
    assert_eq!(order, [2, 3, 1]);
    let page = site.get("/api/v1/rankings?limit=2&cursor=2").await.json();
    assert_eq!(page["items"][0]["ranking"], 3);
    let window = site.get("/api/v1/rankings?grain=window").await.json();
    assert_eq!(window["items"][0]["user_id"], 3, "the newest closed window: {window}");
    let window = site.get("/api/v1/rankings?grain=window&period=2016-01-12T09:59:57").await.json();
    assert_eq!(window["items"][0]["user_name"], "=HYPERLINK(\"http://evil\")", "JSON needs no protection: {window}");
    let rollup = site.get("/api/v1/rollup?grain=year&region_id=2").await.json();
    assert_eq!(rollup["items"][0]["period_start"], "2016-01-01T00:00:00.000");
    let pipeline = site.get("/api/v1/pipeline").await.json();
    assert_eq!(pipeline["committed_lsn"], "0/1000");
    assert_eq!(pipeline["initial_copy"]["state"], "complete");
}

#[tokio::test]
async fn wrong_parameters_are_named_in_json() {
    let site = Site::new().await;
    for (path, name) in [
        ("/api/v1/regions?limit=0", "limit"),
        ("/api/v1/regions?limit=1001", "limit"),
        ("/api/v1/regions?cursor=x", "cursor"),
        ("/api/v1/regions/abc/windows", "id"),
        ("/api/v1/regions/1/windows?from=x", "from"),
        ("/api/v1/rankings?grain=15min", "grain"),
        ("/api/v1/rankings?period=never", "period"),
        ("/api/v1/rollup?grain=window", "grain"),
        ("/api/v1/rollup?colour=red", "colour"),
        ("/api/v1/pipeline?x=1", "x"),
    ] {
        let reply = site.get(path).await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{path}: {}", reply.text);
        let error = reply.json()["error"].clone();
        assert_eq!(error["parameter"], name, "{path}");
        assert!(error["expected"].is_string() && error["value"].is_string(), "{error}");
    }
    let missing = site.get("/api/v1/nothing").await;
    assert_eq!((missing.status, missing.json()["error"]["status"].as_u64()), (StatusCode::NOT_FOUND, Some(404)));
}

#[tokio::test]
async fn the_description_lists_every_route_and_every_field() {
    let site = Site::new().await;
    let document = site.get("/api/openapi.json").await.json();
    let routed: Vec<_> = api_routes().into_iter().map(|(path, _)| path).collect();
    assert_eq!(described_paths().collect::<Vec<_>>(), routed);
    for path in routed {
        let operation = &document["paths"][path]["get"];
        for reference in operation["parameters"].as_array().expect("parameters") {
            let pointer = reference["$ref"].as_str().expect("a reference").trim_start_matches('#');
            assert!(document.pointer(pointer).is_some(), "{pointer}");
        }
        let schema = operation["responses"]["200"]["content"]["application/json"]["schema"]["$ref"].as_str();
        let schema = document.pointer(schema.expect("a schema").trim_start_matches('#')).expect("it is there");
        let body = site.get(&path.replace("{id}", "1")).await.json();
        let (given, described) = match body["items"].get(0) {
            Some(item) => (item, &schema["properties"]["items"]["items"]["properties"]),
            None => (&body, &schema["properties"]),
        };
        let mut given: Vec<_> = given.as_object().expect("an object").keys().collect();
        let mut described: Vec<_> = described.as_object().expect("an object").keys().collect();
        given.sort();
        described.sort();
        assert_eq!(given, described, "{path}");
    }
}
