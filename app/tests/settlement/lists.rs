//! Overview, list of statements, exceptions, adjustments, losses, runs.

use app::Lang;
use domain::access::Preset;

use crate::scene::{Scene, assert_has, assert_lacks, block, clerk, person, seeing, text};

#[tokio::test]
async fn a_new_installation_is_told_the_three_steps_in_order() {
    let scene = Scene::bare().await;
    for lang in Lang::ALL {
        let page = scene.page(&clerk(), "/settlement", lang).await;
        let steps = block(&page, "settlement-begin");
        let places =
            ["/settlement/tariffs/new", "/settlement/contracts/new", "/settlement/statements"].map(|address| steps.find(address));
        assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{steps}");
        assert_lacks(&page, &["action=\"/settlement/runs\""]);
    }
    scene.run("insert into tariff_plans (code, version) values ('x', 1)").await;
    let page = scene.page(&clerk(), "/settlement", Lang::Zh).await;
    assert_eq!(block(&page, "settlement-begin").matches("✓").count(), 1);
    for address in ["/settlement/statements", "/settlement/exceptions", "/settlement/differences"] {
        assert_has(&scene.page(&clerk(), address, Lang::En).await, &["class=\"empty\""]);
    }
}

#[tokio::test]
async fn the_total_is_the_sum_of_the_rows_and_everything_links_on() {
    let scene = Scene::settled().await;
    let page = scene.page(&clerk(), "/settlement?month=2016-01", Lang::En).await;
    let regions = block(&page, "settlement-regions");
    let rows = text(regions);
    assert_has(&rows, &["340.00 198.34 0.5834 2/3 14.7 % 2 1 1 0 1", "60.00 30.00 0.5000 0/1"]);
    assert_has(&rows, &["Total ≈ estimated 3.6 % 1,400.00 728.34"]);
    assert_has(
        regions,
        &[
            "/settlement/statements?month=2016-01&amp;region=2&amp;state=draft",
            "/settlement/exceptions?month=2016-01&amp;region=3",
        ],
    );
    let figures = text(block(&page, "settlement-figures"));
    assert_has(
        &figures,
        &["1,400.00 kWh", "728.34 yuan", "3 commits not settled yet", "Settled at 2016-01-12 01:07:00", "of 4 contracts"],
    );
    let risk = text(block(&page, "settlement-risk"));
    assert_has(
        &risk,
        &[
            "Provisional days 88.75",
            "Estimated energy 19.59",
            "Pending adjustments 34.00",
            "Undecided sharp peaks 20.00",
            "Total 162.34",
        ],
    );
    let runs = block(&page, "settlement-runs");
    assert_has(runs, &["/settlement/runs/2", "1 of 3 contracts", "33.3 %"]);
    let form = block(&page, "settlement-make");
    assert_has(form, &["action=\"/settlement/runs\"", "name=\"month\" value=\"2016-01\"", "name=\"region\"", "甲东"]);
    let auditor = scene.page(&person(Preset::BillingAuditor), "/settlement", Lang::Zh).await;
    assert_lacks(&auditor, &["action=\"/settlement/runs\""]);
    assert_has(&auditor, &["风险金额", "甲东"]);
}

#[tokio::test]
async fn whoever_sees_a_part_sees_its_sums_alone() {
    let scene = Scene::settled().await;
    let part = seeing(&[3]);
    let overview = scene.page(&part, "/settlement?month=2016-01", Lang::En).await;
    assert_has(&overview, &["60.00 kWh"]);
    assert_lacks(&overview, &["1,400.00", "甲东", "/settlement/runs/2"]);
    let list = scene.page(&part, "/settlement/statements", Lang::En).await;
    assert_has(&list, &["用户3-1"]);
    assert_lacks(&list, &["用户2-1", "用户5-1"]);
    assert_lacks(&scene.page(&part, "/settlement/differences", Lang::En).await, &["用户2-1", "用户5-1"]);
    assert_lacks(&scene.page(&part, "/settlement/exceptions?month=2016-01", Lang::En).await, &["用户2-1", "用户5-"]);
    assert_eq!(scene.answer(&part, "/settlement/runs/2", Lang::En).await.0, 404);
    for address in ["/settlement", "/settlement/statements", "/settlement/exceptions", "/settlement/loss"] {
        assert_eq!(scene.answer(&person(Preset::Operator), address, Lang::En).await.0, 404, "{address}");
    }
}

#[tokio::test]
async fn statements_are_listed_filtered_and_chosen_with_the_edit_that_was_seen() {
    let scene = Scene::settled().await;
    let page = scene.page(&clerk(), "/settlement/statements?month=2016-01", Lang::En).await;
    let list = block(&page, "statements");
    let rows = text(list);
    assert_has(&rows, &["用户2-1", "4 statements", "−12.00 to be paid back", "Cannot be billed", "Sharp peak undecided", "v2"]);
    assert_eq!(list.matches("type=\"checkbox\"").count(), 3, "what is frozen cannot be chosen");
    let draft = scene.number("user_id = 2001 and status = 'draft'").await;
    assert_has(
        list,
        &[&format!("value=\"{draft}:1\""), "form=\"statements-form\"", &format!("\"/settlement/statements/{draft}\"")],
    );
    let form = block(&page, "statements-selection");
    assert_has(
        form,
        &[
            "id=\"statements-form\"",
            "value=\"check\"",
            "value=\"freeze\"",
            "name=\"back\" value=\"/settlement/statements?month=2016-01\"",
        ],
    );
    let filtered = scene.page(&clerk(), "/settlement/statements?state=frozen&q=5001", Lang::En).await;
    assert_has(block(&filtered, "statements"), &["用户5-1"]);
    assert_lacks(block(&filtered, "statements"), &["用户2-1"]);
    assert_has(&filtered, &["value=\"frozen\" selected"]);
    let auditor = scene.page(&person(Preset::BillingAuditor), "/settlement/statements", Lang::En).await;
    assert_lacks(&auditor, &["type=\"checkbox\"", "statements-selection"]);
    for wrong in ["month=2016-13", "state=x", "exception=x", "page=0", "region=x", "user=x"] {
        let (status, _) = scene.answer(&clerk(), &format!("/settlement/statements?{wrong}"), Lang::En).await;
        assert_eq!(status, 400, "{wrong}");
    }
}

#[tokio::test]
async fn exceptions_are_grouped_with_what_they_mean_and_what_mends_them() {
    let scene = Scene::settled().await;
    let page = scene.page(&clerk(), "/settlement/exceptions?month=2016-01", Lang::En).await;
    let blocking = block(&page, "exception-cannot_bill");
    assert_has(
        blocking,
        &["用户3-1", "Open the statement: it names what to change", "Blocks the check", "exception=cannot_bill"],
    );
    assert_has(block(&page, "exception-undecided"), &["href=\"/settlement/calendar\"", "Blocks freezing"]);
    let order: Vec<_> = ["cannot_bill", "undecided", "estimated", "negative"]
        .iter()
        .map(|kind| page.find(&format!("exception-{kind}\"")))
        .collect();
    assert!(order.is_sorted() && order.iter().all(Option::is_some), "what blocks stands first: {order:?}");
    let uncovered = block(&page, "uncovered");
    assert_has(uncovered, &["/settlement/contracts/new?user=", "用户3-2"]);
    assert_lacks(uncovered, &["用户3-1<"]);
    let zh = scene.page(&person(Preset::BillingAuditor), "/settlement/exceptions?month=2016-01&region=5", Lang::Zh).await;
    assert_has(&zh, &["有用电无合同的用户", "没有待处理的异常"]);
    assert_lacks(&zh, &["contracts/new"]);
}

#[tokio::test]
async fn losses_are_what_was_fed_in_less_what_was_used_and_a_dash_without_a_meter() {
    let scene = Scene::settled().await;
    let page = scene.page(&clerk(), "/settlement/loss?month=2016-01", Lang::En).await;
    let rows = text(block(&page, "loss"));
    assert_has(
        &rows,
        &["Not set", "No readings in the month", "More used than fed in", "The month is not over", "By report time"],
    );
    let form = block(&page, "supply-meter");
    assert_has(form, &["action=\"/settlement/supply-meters\"", "name=\"region_id\"", "name=\"user_id\"", "甲东 · 2008"]);
    let auditor = scene.page(&person(Preset::BillingAuditor), "/settlement/loss?month=2016-01", Lang::Zh).await;
    assert_lacks(&auditor, &["supply-meters"]);
    assert_has(&auditor, &["线损率", "未设置"]);
}

#[tokio::test]
async fn a_run_says_how_far_it_is_and_can_be_cancelled_while_it_runs() {
    let scene = Scene::settled().await;
    let page = scene.page(&clerk(), "/settlement/runs/2", Lang::En).await;
    assert_has(&text(block(&page, "run")), &["Running", "1 of 3 contracts · 33.3 %", "甲东, 甲西"]);
    assert_has(block(&page, "run-cancel"), &["action=\"/settlement/runs/2/cancel\""]);
    let done = scene.page(&clerk(), "/settlement/runs/1", Lang::Zh).await;
    assert_has(&done, &["已完成", "全部可见区域"]);
    assert_lacks(&done, &["/cancel\""]);
    assert_lacks(&scene.page(&person(Preset::BillingAuditor), "/settlement/runs/2", Lang::En).await, &["/cancel\""]);
    assert_eq!(scene.answer(&clerk(), "/settlement/runs/99", Lang::En).await.0, 404);
}

#[tokio::test]
async fn why_a_run_failed_is_not_told_to_whoever_sees_a_part_of_it() {
    let scene = Scene::settled().await;
    scene.run("update settlement_runs set state = 'failed', problem = 'contract 9 of 用户5-1' where run_id = 3").await;
    assert_has(&scene.page(&clerk(), "/settlement/runs/3", Lang::En).await, &["contract 9 of 用户5-1"]);
    for (lang, sentence) in [(Lang::Zh, "可能涉及您看不到的区域"), (Lang::En, "in regions that you do not see")] {
        let page = scene.page(&seeing(&[4]), "/settlement/runs/3", lang).await;
        assert_has(&page, &[sentence]);
        assert_lacks(&page, &["用户5-1"]);
    }
}
