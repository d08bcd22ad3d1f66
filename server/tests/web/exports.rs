//! CSV files: what stands in them, what is refused, and that length costs no memory.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use server::web::EXPORT_NAMES;

use crate::site::Site;

fn records(text: &str) -> Vec<Vec<String>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    reader.records().map(|row| row.expect("well formed").iter().map(str::to_owned).collect()).collect()
}

#[tokio::test]
async fn every_export_has_its_head_and_a_file_name() {
    let site = Site::new().await;
    for name in EXPORT_NAMES {
        let reply = site.get(&format!("/exports/{name}.csv?user_id=1&from=2016-01-12&to=2016-01-13")).await;
        assert_eq!(reply.status, StatusCode::OK, "{name}: {}", reply.text);
        assert!(reply.header("content-type").starts_with("text/csv; charset=utf-8"), "{name}");
        let disposition = reply.header("content-disposition");
        assert!(disposition.starts_with(&format!("attachment; filename=\"loadline-{name}-")), "{disposition}");
        let rows = records(&reply.text);
        assert!(rows.len() > 1, "{name} holds rows: {}", reply.text);
        assert!(rows.iter().all(|row| row.len() == rows[0].len()), "{name}");
    }
}

#[tokio::test]
async fn the_dashboard_file_is_the_table() {
    let site = Site::new().await;
    let reply = site.get("/exports/dashboard.csv?region_id=1").await;
    assert!(reply.text.starts_with("\u{feff}dashboard_id,stat_date,region_id,region_name,"), "{}", reply.text);
    assert!(reply.text.ends_with("\r\n"));
    let rows = records(&reply.text);
    assert_eq!(rows.len(), 2);
    assert_eq!(
        rows[1][..11],
        [
            "DASHBOARD_1_2016-01-12 09:59:55.000",
            "2016-01-12 09:59:55.000",
            "1",
            "东, \"区\"",
            "5.50",
            "2.75",
            "2",
            "2.75",
            "9",
            "4.00",
            "2"
        ]
    );
    assert_eq!(rows[1][11], "'=HYPERLINK(\"http://evil\")", "a spreadsheet must not run it");
    assert!(!site.get("/exports/dashboard.csv?bom=0").await.text.starts_with('\u{feff}'));
}

#[tokio::test]
async fn filters_narrow_the_file() {
    let site = Site::new().await;
    let count = async |path: &str| records(&site.get(path).await.text).len() - 1;
    assert_eq!(count("/exports/regions.csv").await, 2);
    assert_eq!(count("/exports/regions.csv?from=2016-01-12T10:00:00").await, 1, "from is included");
    assert_eq!(count("/exports/regions.csv?to=2016-01-12T10:00:00").await, 1, "to is not");
    assert_eq!(count("/exports/regions.csv?from=2016-01-12T02:00:00Z").await, 1, "offsets become local time");
    assert_eq!(count("/exports/regions.csv?region_id=7").await, 0);
    assert_eq!(count("/exports/rollup.csv").await, 8);
    assert_eq!(count("/exports/rollup.csv?grain=day&region_id=2").await, 1);
    assert_eq!(count("/exports/rankings.csv").await, 3);
    assert_eq!(count("/exports/rankings.csv?usage_type=%E5%B7%A5%E4%B8%9A").await, 1);
}

#[tokio::test]
async fn rankings_of_periods_go_over_all_regions_unless_one_is_chosen() {
    let site = Site::new().await;
    for grain in ["hour", "day", "month", "year"] {
        let reply = site.get(&format!("/exports/rankings.csv?grain={grain}&from=2016-01-12&to=2016-02-01&bom=0")).await;
        let rows = records(&reply.text);
        let order: Vec<_> = rows[1..].iter().map(|row| (row[0].as_str(), row[7].as_str())).collect();
        let expected =
            if grain == "hour" { vec![("2", "1"), ("1", "2"), ("3", "1")] } else { vec![("2", "1"), ("3", "2"), ("1", "3")] };
        assert_eq!(order, expected, "{grain}: {}", reply.text);
    }
    let reply = site.get("/exports/rankings.csv?grain=day&region_id=1&from=2016-01-12&bom=0").await;
    assert_eq!(records(&reply.text)[2][1], "张*", "residential names are masked");
}

#[tokio::test]
async fn wrong_parameters_are_named() {
    let site = Site::new().await;
    for (path, name, value) in [
        ("/exports/dashboard.csv?from=yesterday", "from", "yesterday"),
        ("/exports/dashboard.csv?region_id=abc", "region_id", "abc"),
        ("/exports/rollup.csv?grain=decade", "grain", "decade"),
        ("/exports/rankings.csv?grain=15min", "grain", "15min"),
        ("/exports/regions.csv?from=2016-01-12&to=2016-01-12", "to", "2016-01-12"),
        ("/exports/rankings.csv?grain=hour", "to", ""),
        ("/exports/regions.csv?bom=maybe", "bom", "maybe"),
        ("/exports/regions.csv?regionid=1", "regionid", "1"),
        ("/exports/user_readings.csv", "user_id", ""),
    ] {
        let reply = site.get(path).await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{path}: {}", reply.text);
        assert!(reply.text.contains(name) && reply.text.contains(&format!("“{value}”")), "{path}: {}", reply.text);
        assert!(reply.text.contains("应为"), "{path}: {}", reply.text);
        let english = site.ask(path, &[("cookie", "lang=en"), ("accept", "text/html")]).await;
        assert!(english.text.contains("expected") && english.text.contains("<html lang=\"en\">"), "{}", english.text);
    }
    assert_eq!(site.get("/exports/secrets.csv").await.status, StatusCode::NOT_FOUND);
    assert_eq!(site.get("/exports/dashboard.xlsx").await.status, StatusCode::NOT_FOUND);
    let hostile = site.browse("/exports/regions.csv?from=%3Cscript%3Ealert(1)%3C/script%3E").await;
    assert!(!hostile.text.contains("<script>") && hostile.text.contains("&lt;script&gt;"), "{}", hostile.text);
}

#[tokio::test]
async fn a_reader_who_leaves_frees_his_place_and_too_many_are_told_to_wait() {
    let site = Site::new().await;
    site.run(
        "insert into dws_region_rollup select 5, 'hour', timestamp '1990-01-01' + n * interval '1 hour',
            repeat('x', 100), n, n, 1, 1, n, n, n, n, 0, now() from generate_series(1, 100000) n",
    )
    .await;
    let ask = async || site.send(Request::get("/exports/rollup.csv?grain=hour").body(Body::empty()).expect("a request")).await;
    let mut open = Vec::new();
    // one asker may hold two of the four places
    for _ in 0..2 {
        open.push(ask().await);
        assert_eq!(open.last().expect("just pushed").status(), StatusCode::OK);
    }
    let refused = ask().await;
    assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(refused.headers().contains_key("retry-after"));
    open.clear();
    testkit::wait_until("a place is free again", std::time::Duration::from_secs(10), async || {
        ask().await.status() == StatusCode::OK
    })
    .await;
}
