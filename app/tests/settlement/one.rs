//! One bill: what is shown sums, every number is explained, and only who may finds something to press.

use app::Lang;
use domain::Fixed2;
use domain::access::Preset;
use domain::settlement::{BandMap, DayEnergy, DayMark};

use crate::bill::{day, yuan};
use crate::scene::{Scene, assert_has, assert_lacks, block, clerk, person, seeing, text};

async fn draft(scene: &Scene) -> String {
    format!("/settlement/statements/{}", scene.number("user_id = 2001 and status = 'draft'").await)
}

/// Amounts of the lines as they are displayed, and the displayed total.
fn displayed(lines: &str) -> (Vec<Fixed2>, Fixed2) {
    let amounts = lines.split("<td class=\"num amount\">").skip(1).map(|cell| {
        let shown = text(cell.split("</td>").next().unwrap_or_default()).replace(',', "").replace('−', "-");
        yuan(&shown)
    });
    let mut amounts: Vec<_> = amounts.collect();
    let total = amounts.pop().unwrap();
    (amounts, total)
}

#[tokio::test]
async fn displayed_lines_sum_to_the_displayed_total() {
    let scene = Scene::settled().await;
    for (condition, total) in [("user_id = 2001 and status = 'draft'", "4629.78"), ("user_id = 3001", "-12.00")] {
        let address = format!("/settlement/statements/{}", scene.number(condition).await);
        for lang in Lang::ALL {
            let page = scene.page(&clerk(), &address, lang).await;
            let (lines, shown) = displayed(block(&page, "lines"));
            assert_eq!((lines.iter().copied().sum::<Fixed2>(), shown), (yuan(total), yuan(total)), "{condition}");
            assert_lacks(&page, &["do not sum", "各行之和与账单金额不符"]);
        }
    }
    // should the stored total ever be another one, everybody is told
    scene.run("update settlement_statements set total_amount = 1 where user_id = 2001 and status = 'draft'").await;
    let page = scene.page(&clerk(), &draft(&scene).await, Lang::En).await;
    assert_has(block(&page, "lines"), &["The lines do not sum to the total", "role=\"alert\""]);
}

#[tokio::test]
async fn each_line_says_what_it_follows_from() {
    let scene = Scene::settled().await;
    let page = scene.page(&clerk(), &draft(&scene).await, Lang::En).await;
    let lines = text(block(&page, "lines"));
    assert_has(&lines, &["75.00 kWh 0.851234 63.84", "225.00 kWh 0.5000 112.50", "Tier 2 40.00 kWh 0.0500 2.00"]);
    assert_has(&lines, &["≈ 12.50 kWh of it estimated", "≈ 20.00 kWh of it spread over time", "峰：8:00–12:00", "试〔2015〕1号"]);
    assert_has(&lines, &["Price components (2)", "Purchase 0.6000 45.00", "not in the power-factor base", "0.851234 63.84"]);
    assert_has(
        &lines,
        &["100.00 kW 38.0000 × 20/30 days 2,533.33", "Actual demand 130.00 kW, in the quarter-hour that ended 2016-01-11 10:15"],
    );
    assert_has(&lines, &["Contract demand 100.00 kW", "Above 105 % of it (105.00 kW): 25.00 kW are billed 2 times"]);
    assert_has(
        &lines,
        &["2,710.83 yuan × +1 % 27.11", "Active P = 300.00 kWh, reactive Q = 200.00 kvarh", "power factor 0.83", "row 0.83"],
    );
    assert_has(&lines, &["What statement 1 (2015-12) would be now, less what it was: Readings corrected", "−9.00"]);
    assert_has(block(&page, "lines"), &["/settlement/tariffs/test-plan?version=1", "\"/settlement/statements/1\""]);
    let zh = text(block(&scene.page(&clerk(), &draft(&scene).await, Lang::Zh).await, "lines"));
    assert_has(&zh, &["实际最大需量 130.00 kW", "超过合同值的 105 %（105.00 kW）：超出的 25.00 kW 按 2 倍计收", "功率因数 0.83"]);
}

#[tokio::test]
async fn beside_the_lines_stand_times_tiers_carbon_tariffs_and_who_did_what() {
    let scene = Scene::settled().await;
    let page = scene.page(&clerk(), &draft(&scene).await, Lang::En).await;
    let more = text(block(&page, "statement-more"));
    assert_has(
        &more,
        &[
            "By metered time 300.00",
            "By report time 296.75",
            "Difference −3.25",
            "500.00 kWh before this period, 800.00 kWh with it",
        ],
    );
    assert_has(&more, &["试验电价 1", "not compared with the notice"]);
    let figures = text(block(&page, "statement-figures"));
    assert_has(&figures, &["157.35 kgCO₂", "0.5245 kgCO₂/kWh · factor of 2015 · 生态环境部 &lt;2015&gt;", "4,629.78 yuan"]);
    let head = text(block(&page, "statement-head"));
    assert_has(&head, &["用户2-1 2001", "2016-01-01 to 2016-01-31 (31 days)", "Draft", "Fixed when it is frozen", "v1"]);
    assert_lacks(&page, &["<b>通知</b>", "生态环境部 <2015>"]);
    assert_has(&text(block(&page, "statement-exceptions")), &["Sharp peak undecided", "Record the decision"]);
}

#[tokio::test]
async fn a_frozen_bill_is_proved_by_its_hash_and_a_changed_one_says_so() {
    let scene = Scene::settled().await;
    let address = format!("/settlement/statements/{}", scene.number("user_id = 5001").await);
    let page = scene.page(&clerk(), &address, Lang::En).await;
    assert_has(block(&page, "statement-head"), &["equal to what was frozen"]);
    assert_has(&text(block(&page, "days")), &["The days are 500.00 yuan now and were 178.34 yuan when it was frozen"]);
    assert_has(
        &text(block(&page, "adjustments")),
        &["Pending", "25.00 yuan to be charged", "Waits for the next draft", "Tariff changed · test-plan"],
    );
    scene.run("alter table settlement_statements disable trigger keep_frozen").await;
    scene
        .run("update settlement_statements set document = jsonb_set(document, '{bill,total}', '\"1.00\"') where user_id = 5001")
        .await;
    let page = scene.page(&clerk(), &address, Lang::En).await;
    assert_has(block(&page, "statement-head"), &["not what was frozen: tell an administrator", "class=\"wrong\""]);
}

#[tokio::test]
async fn what_cannot_be_billed_names_its_remedy_and_blocks_the_check() {
    let scene = Scene::settled().await;
    let address = format!("/settlement/statements/{}", scene.number("user_id = 3001").await);
    let page = scene.page(&clerk(), &address, Lang::En).await;
    let exceptions = block(&page, "statement-exceptions");
    assert_has(exceptions, &["Tariff test-plan has bands and no prices", "The contract names no tariff from 2016-01-20 on"]);
    assert_has(exceptions, &["href=\"/settlement/tariffs/test-plan\"", "href=\"/settlement/contracts/3\""]);
    assert_has(&page, &["No reactive readings: no power-factor adjustment", "To be paid back", "It is blocked"]);
    assert_lacks(block(&page, "acts"), &["/check\""]);
}

#[tokio::test]
async fn adjustments_are_compared_line_by_line_and_sum() {
    let scene = Scene::settled().await;
    let page = scene.page(&clerk(), &draft(&scene).await, Lang::En).await;
    let adjustments = text(block(&page, "adjustments"));
    assert_has(
        &adjustments,
        &["Energy · Peak 20.00 6.00 17.00 5.00 −12.00", "Less what was adjusted already 3.00", "Adjustment −9.00"],
    );
    assert_has(&adjustments, &["On a draft", "−9.00 yuan to be paid back", "Readings corrected · 2015-12-31"]);
}

#[tokio::test]
async fn days_sum_to_the_lines_that_they_share_and_one_of_them_is_explained() {
    let scene = Scene::settled().await;
    let stored = DayEnergy {
        day: day("2016-01-11"),
        region_id: 2,
        energy: BandMap { peak: yuan("50"), flat: yuan("150"), ..BandMap::default() },
        estimated: BandMap { peak: yuan("50"), ..BandMap::default() },
        shaped: BandMap::default(),
        kvarh: Fixed2(0),
        kvarh_intervals: 0,
        demand: None,
        reported_kwh: yuan("200"),
        reading_count: 96,
        missing_min: 45,
        register_first: Some(yuan("1000.5")),
        register_last: None,
        marks: vec![DayMark::EnergyEstimated],
        is_complete: false,
        tariff: None,
        digest: "cd".repeat(32),
    };
    scene.write_day(&stored, "user_id = 2001 and day_start = '2016-01-11'").await;
    let address = draft(&scene).await;
    let page = scene.page(&clerk(), &address, Lang::En).await;
    let days = text(block(&page, "days"));
    assert_has(&days, &["The days sum to the daily lines, 178.34 yuan", "Total 300.00 ≈ 50.00 178.34", "↻ 1×", "provisional"]);
    assert_has(block(&page, "days"), &[&format!("{address}?day=2016-01-11#explained")]);
    assert_lacks(&page, &["id=\"day\""]);
    let page = scene.page(&clerk(), &format!("{address}?day=2016-01-11"), Lang::En).await;
    let explained = block(&page, "day");
    assert_has(explained, &["band-ground band-peak", "class=\"line today\"", "band-valley"]);
    let said = text(explained);
    assert_has(
        &said,
        &["Peak 50.00 ≈ 50.00", "Total 200.00 ≈ 50.00", "45 minutes missing", "Register 1,000.50 → —", "Readings (96)"],
    );
    // readings of a day are kept for a while only
    let page = scene.page(&clerk(), &format!("{address}?day=2016-01-10"), Lang::En).await;
    assert_has(block(&page, "day"), &["no longer kept: the explanation ends here"]);
    let (status, _) = scene.answer(&clerk(), &format!("{address}?day=x"), Lang::En).await;
    assert_eq!(status, 400);
}

#[tokio::test]
async fn acts_follow_state_and_rights_and_carry_the_edit_that_was_seen() {
    let scene = Scene::settled().await;
    let address = draft(&scene).await;
    let page = scene.page(&clerk(), &address, Lang::En).await;
    let acts = block(&page, "acts");
    assert_has(acts, &[&format!("action=\"{address}/check\""), "name=\"edit_no\" value=\"1\"", "name=\"reason\"", "required"]);
    assert_lacks(acts, &["/freeze\"", "/void\"", "/reopen\"", "data-live"]);
    scene.run("update settlement_statements set status = 'checked', exceptions = '{}', edit_no = 4 where user_id = 2001 and status = 'draft'").await;
    let page = scene.page(&clerk(), &address, Lang::En).await;
    assert_has(block(&page, "acts"), &["/freeze\"", "/reopen\"", "value=\"4\""]);
    let page = scene.page(&person(Preset::Admin), &address, Lang::En).await;
    assert_has(block(&page, "acts"), &["/void\"", "Void this statement"]);
    scene.run("update settlement_statements set exceptions = '{undecided}' where user_id = 2001 and status = 'checked'").await;
    let page = scene.page(&clerk(), &address, Lang::En).await;
    assert_has(block(&page, "acts"), &["A sharp peak is undecided"]);
    assert_lacks(block(&page, "acts"), &["/freeze\""]);
    let page = scene.page(&person(Preset::BillingAuditor), &address, Lang::En).await;
    assert_lacks(&page, &["id=\"acts\"", "method=\"post\" action=\"/settlement"]);
}

#[tokio::test]
async fn other_regions_and_other_rights_have_no_such_page() {
    let scene = Scene::settled().await;
    let address = draft(&scene).await;
    for suffix in ["", "/print"] {
        let of = format!("{address}{suffix}");
        for viewer in [seeing(&[3, 5]), person(Preset::Operator), app::viewer::Viewer::nobody()] {
            let (status, html) = scene.answer(&viewer, &of, Lang::En).await;
            assert_eq!(status, 404, "{of}: {html}");
            assert_lacks(&html, &["用户2-1", "4,629.78"]);
        }
        assert_eq!(scene.answer(&seeing(&[2]), &of, Lang::En).await.0, 200);
    }
}

#[tokio::test]
async fn the_printed_page_has_the_same_lines_and_nothing_around_them() {
    let scene = Scene::settled().await;
    let address = format!("{}/print", draft(&scene).await);
    for lang in Lang::ALL {
        let page = scene.page(&clerk(), &address, lang).await;
        let sheet = text(block(&page, "sheet"));
        assert_has(&sheet, &["4,629.78", "63.84", "2,533.33", "−9.00", "试〔2015〕1号", "用户2-1", "157.35 kgCO₂"]);
        assert_lacks(&page, &["frame-nav", "<form", "frame-footer"]);
    }
    let page = scene.page(&clerk(), &address, Lang::Zh).await;
    assert_has(&page, &["电费结算单", "草稿，未经审核，不作付款依据"]);
    let frozen = format!("/settlement/statements/{}/print", scene.number("user_id = 5001").await);
    let page = scene.page(&clerk(), &frozen, Lang::Zh).await;
    assert_has(&page, &["与冻结时一致", "SHA-256"]);
    assert_lacks(&page, &["sheet-banner"]);
}

#[tokio::test]
async fn a_document_of_another_version_is_said_to_be_one() {
    let scene = Scene::settled().await;
    scene.run("update settlement_statements set document = '{\"bill\": 1}' where user_id = 2001 and status = 'draft'").await;
    let page = scene.page(&clerk(), &draft(&scene).await, Lang::En).await;
    assert_has(block(&page, "lines"), &["What this bill says cannot be read"]);
}
