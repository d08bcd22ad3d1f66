//! Desks and the calendar, and the figures as a file.

use super::*;

#[tokio::test]
async fn an_engineer_makes_a_desk_and_fills_its_week() {
    let town = town().await;
    let mut gong = town.signed_in("gong").await;
    let desk = desk(&mut gong).await;
    week(&mut gong, &desk).await;
    let page = gong.get(&format!("/alarms/shifts?desk={desk}")).await;
    for said in ["2026-03-02 星期一", "夜班", "00:00–08:00", "早班", "16:00–00:00", "张三、李四", "王五", "● 当班"]
    {
        assert!(page.text.contains(said), "{said} in {}", page.text);
    }
    let names: Vec<(String, String)> = sqlx::query_as("select name, people[1] from alarm_shifts order by starts_at limit 4")
        .fetch_all(&town.pool)
        .await
        .expect("shifts");
    let names: Vec<_> = names.iter().map(|(name, first)| (name.as_str(), first.as_str())).collect();
    assert_eq!(names, [("夜班", "张三"), ("早班", "王五"), ("中班", "张三"), ("夜班", "王五")], "crews take turns");
    assert_eq!((town.recorded("desk.add").await, town.recorded("shift.series").await), (1, 1));

    let again = gong
        .post(
            "/alarms/shifts",
            &[("kind", "series"), ("desk_id", &desk), ("pattern", "two"), ("from", "2026-03-08"), ("to", "2026-03-09")],
        )
        .await;
    assert_eq!(again.status, 409, "{}", again.text);
    assert!(again.text.contains("重叠") && again.text.contains("value=\"two\" checked"), "{}", again.text);
    assert_eq!(town.recorded("shift.series").await, 1);
}

#[tokio::test]
async fn one_shift_is_added_changed_and_removed() {
    let town = town().await;
    let mut gong = town.signed_in("gong").await;
    let desk = desk(&mut gong).await;
    let one = [
        ("kind", "one"),
        ("desk_id", &desk),
        ("name", "加班"),
        ("starts_at", "2026-03-02T18:00"),
        ("ends_at", "2026-03-02T22:00"),
        ("people", "赵六, 钱七"),
    ];
    assert_eq!(gong.post("/alarms/shifts", &one).await.status, 303);
    let id: i64 = sqlx::query_scalar("select shift_id from alarm_shifts").fetch_one(&town.pool).await.expect("a shift");
    let at: String = sqlx::query_scalar("select (starts_at at time zone 'UTC')::text || cardinality(people) from alarm_shifts")
        .fetch_one(&town.pool)
        .await
        .expect("a shift");
    assert_eq!(at, "2026-03-02 10:00:002", "clocks are those of Shanghai");
    let mut other = one;
    other[4] = ("ends_at", "2026-03-02T23:00");
    let mut fields = other.to_vec();
    fields.push(("version", "1"));
    assert_eq!(gong.post(&format!("/alarms/shifts/{id}"), &fields).await.status, 303);
    let stale = gong.post(&format!("/alarms/shifts/{id}"), &fields).await;
    assert_eq!(stale.status, 409, "{}", stale.text);
    fields[4] = ("ends_at", "2026-03-02T17:00");
    fields[6] = ("version", "2");
    assert_eq!(gong.post(&format!("/alarms/shifts/{id}"), &fields).await.status, 422);
    assert_eq!(gong.post(&format!("/alarms/shifts/{id}/remove"), &[("version", "2")]).await.status, 303);
    assert_eq!(gong.post(&format!("/alarms/shifts/{id}/remove"), &[("version", "2")]).await.status, 404);
}

#[tokio::test]
async fn nonsense_is_refused_and_changes_nothing() {
    let town = town().await;
    let mut gong = town.signed_in("gong").await;
    let desk = desk(&mut gong).await;
    let many = "2199-01-01";
    for (status, path, fields) in [
        (422, "/alarms/desks", vec![("name", ""), ("positions", "1"), ("regions", "all")]),
        (422, "/alarms/desks", vec![("name", "x"), ("positions", "0"), ("regions", "all")]),
        (422, "/alarms/desks", vec![("name", "x"), ("positions", "1"), ("regions", "some")]),
        (422, "/alarms/desks", vec![("name", "x"), ("positions", "1"), ("regions", "some"), ("region", "one")]),
        (
            422,
            "/alarms/shifts",
            vec![("kind", "series"), ("desk_id", &desk), ("pattern", "three"), ("from", "2026-03-02"), ("to", many)],
        ),
        (
            422,
            "/alarms/shifts",
            vec![("kind", "series"), ("desk_id", &desk), ("pattern", "five"), ("from", "2026-03-02"), ("to", "2026-03-03")],
        ),
        (
            422,
            "/alarms/shifts",
            vec![("kind", "one"), ("desk_id", &desk), ("name", "x"), ("starts_at", "now"), ("ends_at", "later")],
        ),
        (
            404,
            "/alarms/shifts",
            vec![
                ("kind", "one"),
                ("desk_id", "999"),
                ("name", "x"),
                ("starts_at", "2026-03-02T08:00"),
                ("ends_at", "2026-03-02T09:00"),
            ],
        ),
        (404, "/alarms/desks/999", vec![("version", "1"), ("name", "x"), ("positions", "1"), ("regions", "all")]),
    ] {
        let reply = gong.post(path, &fields).await;
        assert_eq!(reply.status, status, "{fields:?}: {}", reply.text);
    }
    let left: (i64, i64) = sqlx::query_as("select (select count(*) from alarm_desks), (select count(*) from alarm_shifts)")
        .fetch_one(&town.pool)
        .await
        .expect("counts");
    assert_eq!(left, (1, 0));
}

#[tokio::test]
async fn the_desk_of_another_tenant_does_not_exist() {
    let town = town().await;
    let (north, south) = (town.tenant("north", &[1]).await, town.tenant("south", &[2]).await);
    town.person("north.gong", Preset::Engineer, Some(north), Reach::All).await;
    town.person("south.gong", Preset::Engineer, Some(south), Reach::All).await;
    let mut own = town.signed_in("north.gong").await;
    let desk = desk(&mut own).await;
    week(&mut own, &desk).await;
    let shift: i64 = sqlx::query_scalar("select min(shift_id) from alarm_shifts").fetch_one(&town.pool).await.expect("a shift");
    assert_eq!(own.post("/alarms/handover", &[("desk_id", &desk), ("notes", "")]).await.status, 303);

    let mut other = town.signed_in("south.gong").await;
    let body = [
        ("desk_id", desk.as_str()),
        ("version", "1"),
        ("name", "x"),
        ("positions", "1"),
        ("regions", "all"),
        ("kind", "one"),
        ("starts_at", "2027-03-02T08:00"),
        ("ends_at", "2027-03-02T09:00"),
        ("side", "outgoing"),
    ];
    for path in [
        format!("/alarms/desks/{desk}"),
        format!("/alarms/desks/{desk}/remove"),
        "/alarms/shifts".to_owned(),
        format!("/alarms/shifts/{shift}"),
        format!("/alarms/shifts/{shift}/remove"),
        "/alarms/handover".to_owned(),
        "/alarms/handover/1/sign".to_owned(),
    ] {
        assert_eq!(other.post(&path, &body).await.status, 404, "{path}");
    }
    for page in ["/alarms/shifts", "/alarms/handover", "/alarms/performance", "/exports/alarm_performance.csv"] {
        let reply = other.get(&format!("{page}?desk={desk}")).await;
        assert_eq!(reply.status, 404, "{page}: {}", reply.text);
    }
    assert_eq!(other.get("/alarms/handover?id=1").await.status, 404);
    let foreign = [("name", "x"), ("positions", "1"), ("regions", "some"), ("region", "1")];
    assert_eq!(other.post("/alarms/desks", &foreign).await.status, 403, "nor is its region his to choose");
}

#[tokio::test]
async fn the_file_has_the_figures_of_the_page() {
    let town = town().await;
    let mut gong = town.signed_in("gong").await;
    let desk = desk(&mut gong).await;
    week(&mut gong, &desk).await;
    sqlx::raw_sql(
        r#"insert into alarm_rules (rule_id, version) overriding system value values (901, 1);
           insert into alarm_rule_versions (rule_id, version, definition, made_by) values (901, 1, '{"name_zh":"=越限"}', 't');
           insert into alarms (alarm_id, rule_id, rule_version, subject_kind, subject_id, region_id, severity, state, state_since,
                               quality, is_active, revision)
               overriding system value values (901, 901, 1, 'region', 1, 1, 4, 'UNACK', now(), 'good', true, 1);
           insert into alarm_transitions (alarm_id, rule_id, region_id, event, from_state, to_state, severity, at, occurrence,
                                          is_annunciated, is_retrospective, revision)
               select 901, 901, 1, 'raised', 'NORM', 'UNACK', 4, timestamptz '2026-03-02 00:10Z' + n * interval '1 min', n, true, false, 1
                 from generate_series(1, 3) n"#,
    )
    .execute(&town.pool)
    .await
    .expect("rows");
    let page = gong.get(&format!("/alarms/performance?span=shift&desk={desk}")).await;
    assert!(page.text.contains("3 次告警，2 个席位") && page.text.contains("早班"), "{}", page.text);
    let address = page.text.split("href=\"").find(|part| part.starts_with("/exports/alarm_performance.csv")).expect("a link");
    let address = address.split('"').next().expect("an address").replace("&amp;", "&");
    let file = gong.get(&address).await;
    assert_eq!(file.status, 200, "{}", file.text);
    let lines: Vec<_> = file.text.trim_start_matches('\u{feff}').lines().collect();
    assert_eq!(lines[0], "kind,name,value,unit,target,verdict,count,share_percent,alarm_id,from,to");
    for line in [
        "period,东调,2,,,,3,,,2026-03-02T00:00:00.000Z,2026-03-02T00:30:00.000Z",
        "measure,average_per_10min,0.50,per_position,≤ 1.00,meets,,,,,",
        "measure,share_low,100.00,percent,≥ 80.00,meets,,,,,",
        "measure,acknowledge_median,,seconds,≤ 300.00,no_data,,,,,",
        "ten_minutes,,,,,,3,,,2026-03-02T00:10:00.000Z,2026-03-02T00:20:00.000Z",
        "top,\"'=越限\",,,,,3,100.00,901,,",
    ] {
        assert!(lines.contains(&line), "{line} in {}", file.text);
    }
    for (query, named) in [("span=year", "span"), ("desk=x", "desk"), ("nope=1", "nope"), ("span=shift", "span")] {
        let wrong = gong.get(&format!("/exports/alarm_performance.csv?{query}")).await;
        assert_eq!(wrong.status, 400, "{query}");
        assert!(wrong.text.contains(named), "{query}: {}", wrong.text);
    }
}
