//! The pages and forms of tariffs and of the calendar: made without a script, checked before saving, wrong input said in words.

use domain::access::Preset;
use serde_json::json;

use crate::land::{column, run};
use crate::support::{Browser, Reach, Town};

const PAGE: &str = "/settlement/tariffs/hubei-new";

async fn clerk(town: &Town) -> Browser<'_> {
    town.person("wei", Preset::BillingClerk, None, Reach::All).await;
    town.signed_in("wei").await
}

/// A time-of-use tariff with prices.
fn fields() -> Vec<(&'static str, &'static str)> {
    vec![
        ("code", "hubei-new"),
        ("name", "湖北 <b>新</b>"),
        ("province", "湖北"),
        ("valid_from", "2026-01-01"),
        ("notice_number", "鄂发改〔2026〕1号"),
        ("categories", "工业、商业"),
        ("voltage", "1_10kv"),
        ("flat_fills", "1"),
        ("b0_band", "peak"),
        ("b0_months", "7-8"),
        ("b0_days", "every"),
        ("b0_spans", "09:00-11:30, 18:00-22:00"),
        ("b0_clause", "夏季高峰"),
        ("b1_band", "valley"),
        ("b1_days", "every"),
        ("b1_spans", "23:00-07:00"),
        ("b2_band", ""),
        ("b2_spans", ""),
        ("priced", "1"),
        ("price_peak", "0.9"),
        ("price_flat", "0.6"),
        ("price_valley", "0.3"),
        ("line_basis", "absolute"),
        ("decimals", "6"),
        ("tier_mode", ""),
        ("reason", "新文件"),
    ]
}

fn with<'f>(changes: &[(&'f str, &'f str)]) -> Vec<(&'f str, &'f str)> {
    let kept = fields().into_iter().filter(|(name, _)| !changes.iter().any(|(other, _)| other == name));
    kept.chain(changes.iter().copied()).collect()
}

async fn made(town: &Town) -> Vec<String> {
    column(&town.pool, "select p.code || ' ' || v.version || coalesce(' ' || (v.withdrawn_at is not null)::text, '')
                          from tariff_versions v join tariff_plans p using (plan_id) where p.code = 'hubei-new' order by v.version").await
}

#[tokio::test]
async fn a_tariff_is_made_shown_changed_withdrawn_and_removed() {
    let town = Town::new().await;
    let mut wei = clerk(&town).await;
    let reply = wei.post("/settlement/tariffs", &fields()).await;
    assert_eq!((reply.status.as_u16(), reply.header("location")), (303, &*format!("{PAGE}?done=tariff-added")), "{}", reply.text);
    assert_eq!(town.recorded("tariff.add").await, 1);
    let page = wei.get(&format!("{PAGE}?day=2026-07-21")).await;
    assert_eq!(page.status, 200, "{}", page.text);
    for part in
        ["09:00–11:30", "夏季高峰", "鄂发改〔2026〕1号", "未与原文核对", "0.9", "7–8 月", "chart-year", "湖北 &lt;b&gt;新"]
    {
        assert!(page.text.contains(part), "{part} in {}", page.text);
    }
    assert!(!page.text.contains("<b>新"), "names are text");
    let list = wei.get("/settlement/tariffs?province=%E6%B9%96%E5%8C%97&category=%E5%B7%A5%E4%B8%9A").await.text;
    assert!(list.contains("hubei-new") && !wei.get("/settlement/tariffs?province=x").await.text.contains("hubei-new"));

    // a new version that overlaps has to say what it replaces
    let reply = wei.post(PAGE, &with(&[("version", "1"), ("price_peak", "0.95")])).await;
    assert_eq!(reply.status, 422);
    assert!(reply.text.contains("有效期与版本 1 重叠") && reply.text.contains("value=\"0.95\""), "{}", reply.text);
    let changed = with(&[("version", "1"), ("replaces", "1"), ("price_peak", "0.95"), ("notice_checked", "1")]);
    let reply = wei.post(PAGE, &changed).await;
    assert_eq!(reply.header("location"), format!("{PAGE}?version=2&done=tariff-saved"), "{}", reply.text);
    assert_eq!(wei.post(PAGE, &changed).await.status, 409, "somebody else was first");
    let page = wei.get(PAGE).await.text;
    assert!(
        page.contains("电价（元/kWh） · 峰：0.9 → 0.95") && page.contains("被版本 2 替代") && page.contains("新文件"),
        "{page}"
    );
    let compared = wei.get(&format!("{PAGE}?version=1&against=2")).await.text;
    assert!(compared.contains("峰：0.95 → 0.9") && compared.contains("版本 2 与版本 1 的差异"), "{compared}");
    assert_eq!(wei.get(&format!("{PAGE}?version=9")).await.status, 404);
    assert_eq!(wei.get(&format!("{PAGE}?against=9")).await.status, 404);

    let withdrawn = wei.post(&format!("{PAGE}/withdraw"), &[("version", "2"), ("row", "2")]).await;
    assert_eq!(withdrawn.status, 303, "{}", withdrawn.text);
    assert_eq!(wei.post(&format!("{PAGE}/withdraw"), &[("version", "2"), ("row", "2")]).await.status, 409);
    assert_eq!(made(&town).await, ["hubei-new 1 false", "hubei-new 2 true"]);
    let requests =
        column(&town.pool, "select cause_text from settlement_requests where cause = 'tariff' order by request_id").await;
    assert_eq!(requests, ["hubei-new v1", "hubei-new v2", "hubei-new v2"]);
    let removed = wei.post(&format!("{PAGE}/remove"), &[("version", "2")]).await;
    assert_eq!(removed.header("location"), "/settlement/tariffs?done=tariff-removed", "{}", removed.text);
    assert!(wei.get(PAGE).await.text.contains("此电价已删除"));
}

/// Fields that are sent, and what is said in both languages.
type Case = (&'static [(&'static str, &'static str)], &'static str, &'static str);

#[tokio::test]
async fn what_is_wrong_stands_above_and_beside_its_field_in_both_languages() {
    let town = Town::new().await;
    let mut wei = clerk(&town).await;
    let cases: [Case; 9] = [
        (&[("code", "new")], "不能是 new", "is not new"),
        (&[("code", "No")], "代码由小写字母", "A code has small letters"),
        (&[("b1_spans", "9-10")], "请输入时段", "Enter spans"),
        (&[("b0_months", "13")], "请输入月份", "Enter months"),
        (&[("price_peak", "")], "时段用到了峰", "The calendar uses Peak"),
        (
            &[("b0_months", ""), ("b1_spans", "10:00-19:00")],
            "同时属于规则 1 的峰与规则 2 的谷",
            "by rule 1 and in Valley by rule 2",
        ),
        (&[("flat_fills", "")], "没有任何规则覆盖", "No rule covers"),
        (&[("valid_until", "2025-01-01")], "失效日期必须晚于生效日期", "must be after its start"),
        (&[("price_flat", "0.1234567")], "最多六位小数", "at most six decimals"),
    ];
    for (changes, zh, en) in cases {
        for (lang, sentence) in [("zh", zh), ("en", en)] {
            let reply = wei.post(&format!("/settlement/tariffs?lang={lang}"), &with(changes)).await;
            assert_eq!(reply.status, 422, "{changes:?}");
            assert!(reply.text.matches(sentence).count() >= 2, "above and beside, {changes:?}: {}", reply.text);
            assert!(reply.text.contains("value=\"鄂发改〔2026〕1号\""), "what was entered stays");
        }
    }
    assert_eq!(made(&town).await, Vec::<String>::new());
    let again = wei.post("/settlement/tariffs", &fields()).await;
    assert_eq!(again.status, 303);
    assert_eq!(wei.post("/settlement/tariffs", &fields()).await.status, 409, "the code is taken");
}

#[tokio::test]
async fn bands_are_checked_before_saving_rows_are_added_and_a_tariff_is_copied() {
    let town = Town::new().await;
    let mut wei = clerk(&town).await;
    let checked = wei.post("/settlement/tariffs/check", &with(&[("check", "1")])).await;
    assert_eq!(checked.status, 200);
    for part in ["没有发现问题", "按所填内容的时段", "chart-bands", "09:00–11:30 峰"] {
        assert!(checked.text.contains(part), "{part} in {}", checked.text);
    }
    let wrong = wei.post("/settlement/tariffs/check", &with(&[("check", "1"), ("flat_fills", "")])).await.text;
    assert!(wrong.contains("还不能保存") && wrong.contains("没有任何规则覆盖"), "{wrong}");
    let more = wei.post("/settlement/tariffs", &with(&[("more", "band"), ("name", "")])).await.text;
    assert!(more.contains("name=\"b4_spans\"") && !more.contains("请填写名称"), "a row more and no word about faults: {more}");
    assert_eq!(made(&town).await, Vec::<String>::new(), "nothing was kept");
    assert_eq!(wei.post("/settlement/tariffs", &fields()).await.status, 303);
    let copy = wei.get("/settlement/tariffs/new?from=hubei-new").await.text;
    assert!(copy.contains("value=\"09:00-11:30, 18:00-22:00\"") && copy.contains("name=\"code\""), "{copy}");
    let edit = wei.get(&format!("{PAGE}?edit=1")).await.text;
    assert!(edit.contains("name=\"version\" value=\"1\"") && !edit.contains("id=\"rule-code\""), "the code stays: {edit}");
}

#[tokio::test]
async fn a_file_is_tried_before_it_is_applied() {
    let town = Town::new().await;
    let mut wei = clerk(&town).await;
    let plan = |price: &str| {
        json!({ "format": "loadline-tariffs/1", "plans": [{ "code": "hubei-new", "name": "导入", "province": "湖北",
                "valid_from": "2026-01-01", "notice": { "number": "1号" }, "for_whom": {}, "calendar": { "flat_fills": true },
                "prices": { "bands": { "flat": price } } }] })
        .to_string()
    };
    let import = "/settlement/tariffs/import";
    let tried = wei.post(import, &[("file", &*plan("0.5")), ("try", "1")]).await;
    assert_eq!(tried.status, 200, "{}", tried.text);
    assert!(tried.text.contains("新增") && tried.text.contains("name=\"apply\""), "{}", tried.text);
    assert_eq!(made(&town).await, Vec::<String>::new(), "a trial changes nothing");
    let applied = wei.post(import, &[("file", &*plan("0.5")), ("apply", "1")]).await;
    assert_eq!(applied.header("location"), "/settlement/tariffs?done=tariffs-imported", "{}", applied.text);
    let same = wei.post(import, &[("file", &*plan("0.5")), ("try", "1")]).await.text;
    assert!(same.contains("无需写入") && !same.contains("name=\"apply\""), "{same}");
    let differs = wei.post(import, &[("file", &*plan("0.6")), ("try", "1")]).await.text;
    assert!(differs.contains("prices.bands.flat：0.500000 → 0.600000") && differs.contains("新版本 2，替代 1"), "{differs}");
    let wrong = wei.post(import, &[("file", &*plan("-1")), ("apply", "1")]).await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.text.contains("不能为负"), "{}", wrong.text);
    for text in ["", "{", "{\"format\":\"x\"}", "</textarea><script>alert(1)</script>"] {
        let reply = wei.post(import, &[("file", text), ("try", "1")]).await;
        assert_eq!(reply.status, 422, "{text}");
        assert!(!reply.text.contains("<script>alert"), "the text is escaped");
    }
    assert_eq!(made(&town).await.len(), 1);
}

#[tokio::test]
async fn the_calendar_is_kept_by_lines_and_one_by_one() {
    let town = Town::new().await;
    run(&town.pool, "delete from calendar_days").await;
    let mut wei = clerk(&town).await;
    let page = "/settlement/calendar";
    let lines = "2026-10-01..2026-10-03 休 国庆\n2026-10-10 班 国庆";
    let saved = wei.post(page, &[("year", "2026"), ("lines", lines)]).await;
    assert_eq!(saved.header("location"), format!("{page}?year=2026&done=calendar-saved"), "{}", saved.text);
    let days = "select day || ' ' || kind || ' ' || name || ' ' || version from calendar_days order by day";
    let stored = column(&town.pool, days).await;
    assert_eq!((stored.len(), &*stored[3]), (4, "2026-10-10 workday 国庆 1"));
    let wrong = wei.post(page, &[("year", "2026"), ("lines", "2026-13-01 x\n2026-01-01 休 元旦\n2026-01-02")]).await;
    assert_eq!(wrong.status, 422);
    assert!(
        wrong.text.contains("第 1 行") && wrong.text.contains("第 3 行") && wrong.text.contains("2026-13-01 x"),
        "{}",
        wrong.text
    );
    let day = [("year", "2026"), ("day", "2026-10-01"), ("kind", "holiday"), ("name", "国庆、中秋"), ("version", "1")];
    assert_eq!(wei.post(page, &day).await.status, 303);
    assert_eq!(wei.post(page, &day).await.status, 409, "somebody else was first");
    let remove = [("year", "2026"), ("day", "2026-10-10"), ("version", "1")];
    assert_eq!(wei.post(&format!("{page}/remove"), &remove).await.status, 303);
    assert_eq!(column(&town.pool, days).await[0], "2026-10-01 holiday 国庆、中秋 2");
    let shown = wei.get(&format!("{page}?year=2026")).await.text;
    assert!(shown.contains("国庆、中秋") && shown.contains("功率因数"), "{shown}");
    assert!(wei.get(&format!("{page}?year=1800")).await.status == 400);
    // a clerk changes no factors, an administrator does
    assert_eq!(wei.post("/settlement/carbon", &[("factor_year", "2026")]).await.status, 403);
    town.person("ada", Preset::Admin, None, Reach::All).await;
    let mut ada = town.signed_in("ada").await;
    let factor = [("factor_year", "2026"), ("factor", "0.5366"), ("source", "公告")];
    assert_eq!(ada.post("/settlement/carbon", &factor).await.header("location"), format!("{page}?done=carbon-saved"));
    assert_eq!(ada.post("/settlement/carbon", &[("factor_year", "2026"), ("factor", "x"), ("source", "s")]).await.status, 422);
    assert_eq!(column(&town.pool, "select kg_per_kwh::text from carbon_factors where year = 2026").await, ["0.536600"]);
}

#[tokio::test]
async fn days_nobody_compared_are_marked_until_somebody_saves_them() {
    let town = Town::new().await;
    run(
        &town.pool,
        "delete from calendar_days;
         insert into calendar_days (day, kind, name, changed_by, changed_at) values
             ('2026-10-01', 'holiday', '国庆节', 'loadline', '2026-11-01'), ('2026-10-02', 'holiday', '国庆节', 'loadline', '2026-11-01'),
             ('2026-10-03', 'holiday', '国庆节', 'chen', '2025-11-05'), ('2028-01-01', 'holiday', '元旦', 'chen', '2026-11-05')",
    )
    .await;
    let mut wei = clerk(&town).await;
    let page = "/settlement/calendar";
    let shown = wei.get("/settlement/calendar?year=2026").await.text;
    assert!(shown.matches("badge-look").count() == 2 && shown.contains("2 天待核对"), "{shown}");
    assert!(wei.get("/settlement/calendar?year=2028&lang=en").await.text.contains("Entered before the official arrangement"));
    let requests = "select cause from settlement_requests where cause = 'calendar'";
    let same = [("year", "2026"), ("day", "2026-10-01"), ("kind", "holiday"), ("name", "国庆节"), ("version", "1")];
    assert_eq!(wei.post(page, &same).await.status, 303);
    let again = wei.post(page, &[("year", "2026"), ("lines", "2026-10-01..2026-10-03 休 国庆节")]).await;
    assert_eq!(again.status, 303, "{}", again.text);
    let versions = column(&town.pool, "select changed_by || ' ' || version from calendar_days order by day").await;
    assert_eq!(versions, ["wei 2", "wei 2", "chen 1", "chen 1"], "who compared it; others stay as they are");
    assert!(!wei.get("/settlement/calendar?year=2026&lang=zh").await.text.contains("badge-look"));
    assert_eq!(column(&town.pool, requests).await, Vec::<String>::new(), "nothing has to be settled again");
    assert_eq!(town.recorded("calendar_day.put").await, 2);
}

#[tokio::test]
async fn waiting_days_are_decided_together_and_a_decision_can_be_changed() {
    let town = Town::new().await;
    let mut wei = clerk(&town).await;
    let rule = [
        ("b2_band", "sharp"),
        ("b2_days", "every"),
        ("b2_spans", "18:00-20:00"),
        ("b2_trigger", "max_35c"),
        ("price_sharp", "1.2"),
    ];
    assert_eq!(wei.post("/settlement/tariffs", &with(&rule)).await.status, 303);
    let triggers = "/settlement/triggers";
    let day = wei.get(&format!("{PAGE}?day=2026-07-21")).await.text;
    assert!(day.contains("待定：是否触发“max_35c”"), "{day}");
    let both = [("year", "2026"), ("chosen", "2026-07-21 max_35c"), ("chosen", "2026-07-22 max_35c")];
    let none = wei.post(triggers, &[("year", "2026"), ("is_triggered", "yes"), ("source", "气象台")]).await;
    assert!(none.status == 422 && none.text.contains("请先选择日子"), "{}", none.text);
    let without = [&both[..], &[("is_triggered", "yes"), ("source", "")]].concat();
    assert_eq!(wei.post(triggers, &without).await.status, 422, "a decision needs its source");
    let decided = [&both[..], &[("is_triggered", "yes"), ("source", "气象台 36 °C")]].concat();
    assert_eq!(wei.post(triggers, &decided).await.header("location"), "/settlement/calendar?year=2026&done=trigger-decided");
    let stored = "select day || ' ' || is_triggered || ' ' || version from tariff_triggers order by day";
    assert_eq!(column(&town.pool, stored).await, ["2026-07-21 true 1", "2026-07-22 true 1"]);
    let day = wei.get(&format!("{PAGE}?day=2026-07-21")).await.text;
    assert!(day.contains("18:00–20:00 尖") && !day.contains("待定"), "{day}");
    let change = [
        ("year", "2026"),
        ("trigger", "max_35c"),
        ("day", "2026-07-21"),
        ("is_triggered", "no"),
        ("source", "更正"),
        ("version", "1"),
    ];
    assert_eq!(wei.post(triggers, &change).await.status, 303);
    assert_eq!(wei.post(triggers, &change).await.status, 409);
    assert_eq!(column(&town.pool, stored).await[0], "2026-07-21 false 2");
    let page = wei.get("/settlement/calendar?year=2026").await.text;
    assert!(page.contains("更正") && page.contains("不触发"), "{page}");
}

#[tokio::test]
async fn a_tenants_clerk_copies_the_operators_tariffs_and_changes_only_his_own() {
    let town = Town::new().await;
    let mut wei = clerk(&town).await;
    assert_eq!(wei.post("/settlement/tariffs", &fields()).await.status, 303);
    let tenant = town.tenant("west", &[2]).await;
    town.person("tom", Preset::BillingClerk, Some(tenant), Reach::All).await;
    let mut tom = town.signed_in("tom").await;
    let page = tom.get(PAGE).await;
    assert!(page.status == 200 && !page.text.contains("?edit=1") && page.text.contains("new?from=hubei-new"), "{}", page.text);
    assert_eq!(tom.get(&format!("{PAGE}?edit=1")).await.status, 404);
    assert_eq!(tom.post(PAGE, &with(&[("version", "1"), ("replaces", "1")])).await.status, 404);
    assert_eq!(tom.post("/settlement/tariffs", &with(&[("code", "west-own")])).await.status, 303);
    let refused = tom.post("/settlement/calendar", &[("year", "2026"), ("lines", "2026-10-01 休 国庆")]).await;
    assert!(refused.status == 403 && refused.text.contains("由看到全部区域的运营方人员维护"), "{}", refused.text);
    // without a page of its own for him
    town.person("eva", Preset::Engineer, None, Reach::All).await;
    let mut eva = town.signed_in("eva").await;
    assert_eq!(eva.get("/settlement/tariffs").await.status, 403);
    town.person("ben", Preset::BillingAuditor, None, Reach::All).await;
    let mut ben = town.signed_in("ben").await;
    let seen = ben.get(PAGE).await;
    assert!(seen.status == 200 && !seen.text.contains("<textarea") && !seen.text.contains("?edit=1"), "{}", seen.text);
}
