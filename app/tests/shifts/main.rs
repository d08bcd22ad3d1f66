//! The pages of performance, shifts and hand-overs, rendered from real rows in both languages.

mod handover;
mod performance;
#[expect(dead_code, reason = "shared with the tests of accounts")]
#[path = "../access/site.rs"]
mod site;

use app::viewer::Viewer;
use app::{AppError, Lang};
use chrono::TimeDelta;
use domain::access::{DisplayName, Preset, Scope};
use site::{Site, assert_has, assert_lacks, author, block, now, sent};
use warehouse::access::Granter;
use warehouse::alarms::shifts::{NewDesk, NewShift, ShiftFault, add_desk, add_shift};

/// The shift that runs at the fixture's now (2016-01-12 01:07 in Shanghai) and the next one, at a desk of region 1.
struct Duty {
    site: Site,
    desk: i32,
    night: i64,
    morning: i64,
}

async fn duty() -> Duty {
    let site = Site::two_tenants().await;
    site.run(ALARMS).await;
    let name = |text: &str| DisplayName::parse(text).expect("a name");
    let desk = NewDesk { name: name("东调 <b>"), regions: Some(vec![1]), positions: 2 };
    let desk = add_desk(&site.access, &author(), &Granter::everything(), &desk).await.expect("a desk");
    let midnight = now() - TimeDelta::minutes(67) - TimeDelta::seconds(42);
    let mut ids = Vec::new();
    for (title, hours) in [("夜班", 0), ("早班", 8)] {
        let starts_at = midnight + TimeDelta::hours(hours);
        let people = vec!["张三".to_owned(), "李四".to_owned()];
        let shift = NewShift { name: name(title), starts_at, ends_at: starts_at + TimeDelta::hours(8), people };
        ids.push(add_shift(&site.access, &author(), &Granter::everything(), desk, &shift).await.expect("a shift"));
    }
    Duty { site, desk, night: ids[0], morning: ids[1] }
}

/// Twelve annunciations of one alarm of region 1 within four minutes of 00:30, one of region 2; one shelved, one out of service.
const ALARMS: &str = r#"
insert into alarm_rules (rule_id, version) overriding system value values (1, 1);
insert into alarm_rule_versions (rule_id, version, definition, made_by) values
    (1, 1, '{"name_zh":"越限 <i>","name_en":"Over limit <i>"}', 'tests');
insert into alarms (alarm_id, rule_id, rule_version, subject_kind, subject_id, region_id, severity, state, state_since, quality,
                    is_active, revision, annunciated_at, shelved_until, set_aside_reason, set_aside_by, review_on, value, threshold)
overriding system value values
    (1, 1, 1, 'region', 1, 1, 1, 'UNACK', '2016-01-11 16:30Z', 'good', true, 1, '2016-01-11 16:30Z', null, null, null, null, 120, 100),
    (2, 1, 1, 'region', 2, 2, 2, 'UNACK', '2016-01-11 16:30Z', 'good', true, 1, '2016-01-11 16:30Z', null, null, null, null, 1, 1),
    (3, 1, 1, 'region', 3, 1, 3, 'SHLVD', '2016-01-11 16:30Z', 'good', true, 1, null, '2016-01-11 18:00Z', '检修', 'li', null, 1, 1),
    (4, 1, 1, 'region', 4, 1, 4, 'OOSRV', '2016-01-11 16:30Z', 'good', true, 1, null, null, 'broken', 'wu', '2016-01-10', 1, 1);
insert into alarm_transitions (alarm_id, rule_id, region_id, event, from_state, to_state, severity, at, occurrence, is_annunciated,
                               is_retrospective, revision)
    select 1, 1, 1, case when n % 2 = 0 then 'raised' else 'returned' end, case when n % 2 = 0 then 'NORM' else 'UNACK' end,
           case when n % 2 = 0 then 'UNACK' else 'RTNUN' end, 1, timestamptz '2016-01-11 16:30Z' + n * interval '10 s', n / 2 + 1,
           n % 2 = 0, false, 1
      from generate_series(0, 22) n
    union all
    select 2, 1, 2, 'raised', 'NORM', 'UNACK', 2, '2016-01-11 16:31Z', 1, true, false, 1;
"#;

#[tokio::test]
async fn every_page_is_drawn_in_both_languages_for_everybody() {
    let duty = duty().await;
    let (desk, night) = (duty.desk, duty.night);
    let addresses = [
        "/alarms/performance".to_owned(),
        format!("/alarms/performance?span=shift&desk={desk}&shift={night}"),
        "/alarms/performance?span=month&day=2016-01-01".to_owned(),
        "/alarms/performance?span=period&from=2015-12-01&to=2016-01-12".to_owned(),
        "/alarms/performance?day=2030-01-01".to_owned(),
        format!("/alarms/shifts?desk={desk}"),
        format!("/alarms/shifts?desk={desk}&shift={night}"),
        format!("/alarms/handover?desk={desk}"),
    ];
    let reader = Viewer { rights: Preset::Viewer.rights(), ..duty.site.operator() };
    for viewer in [duty.site.operator(), reader] {
        for address in &addresses {
            for lang in Lang::ALL {
                let page = duty.site.whole(&viewer, address, lang).await;
                assert!(page.contains("</html>") && !page.contains("class=\"failure\""), "{address}: {page}");
                assert_lacks(&page, &["{}", "<i>\"", "东调 <b>", "Over limit <i>"]);
            }
        }
    }
}

#[tokio::test]
async fn another_tenants_desk_does_not_exist() {
    let duty = duty().await;
    let east = duty.site.east();
    for page in ["performance", "shifts", "handover"] {
        let found = duty.site.page(&east, &format!("/alarms/{page}?desk={}", duty.desk), Lang::Zh).await;
        assert_eq!(found, Err(AppError::NotFound), "{page}");
        assert_lacks(&duty.site.en(&east, &format!("/alarms/{page}")).await, &["东调"]);
    }
    let nobody = duty.site.page(&Viewer::nobody(), "/alarms/shifts", Lang::Zh).await;
    assert_eq!(nobody, Err(AppError::NotFound));
}

#[tokio::test]
async fn the_week_shows_each_day_with_its_shifts_and_people() {
    let duty = duty().await;
    let page =
        duty.site.page(&duty.site.operator(), &format!("/alarms/shifts?desk={}", duty.desk), Lang::Zh).await.expect("a page");
    let week = block(&page, "calendar");
    assert_has(
        &week,
        &["2016-01-11 至 2016-01-17", "2016-01-12 星期二 夜班", "● 当班 00:00–08:00 张三、李四", "早班 08:00–16:00"],
    );
    assert_has(&week, &["2016-01-13 星期三 无班次"]);
    let reader = Viewer { rights: Preset::Viewer.rights(), ..duty.site.operator() };
    let page = duty.site.en(&reader, "/alarms/shifts").await;
    assert_has(&page, &["on duty"]);
    assert_lacks(&page, &["<form method=\"post\"", "/remove", "Add a desk"]);
}

#[tokio::test]
async fn without_desks_the_page_says_what_one_is() {
    let site = Site::empty().await;
    for (address, lang, said) in [
        ("/alarms/shifts", Lang::Zh, "还没有调度台"),
        ("/alarms/handover", Lang::En, "There is no desk yet"),
        ("/alarms/performance", Lang::En, "No alarm was annunciated"),
    ] {
        assert_has(&site.page(&site.operator(), address, lang).await.expect("a page"), &[said]);
    }
}

#[tokio::test]
async fn every_fault_is_said_on_the_page_of_its_form() {
    use app::pages::alarms::{handover, shifts};
    let duty = duty().await;
    let (desk, night) = (duty.desk.to_string(), duty.night);
    let (calendar, sheet) = (format!("/alarms/shifts?desk={desk}&shift={night}"), format!("/alarms/handover?desk={desk}"));
    let forms = [
        (&calendar, shifts::DESK_FORM),
        (&calendar, shifts::CHANGE_DESK_FORM),
        (&calendar, shifts::REMOVE_DESK_FORM),
        (&calendar, shifts::SHIFT_FORM),
        (&calendar, shifts::SERIES_FORM),
        (&calendar, shifts::CHANGE_SHIFT_FORM),
        (&calendar, shifts::REMOVE_SHIFT_FORM),
        (&sheet, handover::FORM),
    ];
    for (address, form) in forms {
        for fault in ShiftFault::ALL {
            let problem = app::submitted::Problem::Shift(fault);
            let page = duty.site.answer(&duty.site.operator(), address, sent(form, problem, &[]), Lang::En).await;
            assert_eq!(page.matches("role=\"alert\"").count(), 1, "{form} {fault:?}");
        }
    }
    let typed = [("desk_id", desk.as_str()), ("notes", "</textarea><b>"), ("crews", "甲")];
    let bad = sent("handover", app::submitted::Problem::BadField, &typed);
    let page = duty.site.answer(&duty.site.operator(), &sheet, bad, Lang::Zh).await;
    assert_has(&page, &["&lt;/textarea&gt;&lt;b&gt;"]);
}

/// Somebody of the operator who sees region 1 only.
fn of_region_1(site: &Site) -> Viewer {
    Viewer { scope: Scope::of([1]), ..site.operator() }
}
