//! The pages of accounts, rights, tenants, tokens and the audit, rendered from real rows of two tenants.

mod account;
mod audit;
mod hostile;
mod people;
mod site;
mod telephone;
mod tenants;
mod tokens;

use app::submitted::{Problem, Submitted};
use app::viewer::Viewer;
use app::{AppError, Lang, PageRequest, View, pages};
use domain::access::Preset;
use site::{Site, assert_has, assert_lacks};

/// Pages that nobody opens without the right to manage.
const MANAGED: [&str; 6] = ["/people", "/people/new", "/people/{id}", "/tenants", "/tokens", "/audit"];

#[tokio::test]
async fn every_page_is_drawn_in_both_languages() {
    let site = Site::two_tenants().await;
    let person = site.person("east.clerk");
    for pattern in pages::PATTERNS {
        let address = pattern.replace("/people/{id}", &format!("/people/{person}")).replace("{id}", "1").replace("{token}", "x");
        if address.starts_with("/users") {
            continue;
        }
        for lang in Lang::ALL {
            let page = site.whole(&site.operator(), &address, lang).await;
            assert!(page.starts_with("<!DOCTYPE html>") && page.contains("</html>"), "{address}");
            assert_lacks(&page, &["{}", "BadField"]);
        }
    }
}

#[tokio::test]
async fn whoever_may_not_manage_finds_nothing() {
    let site = Site::two_tenants().await;
    let person = site.person("east.clerk");
    let strangers = [Viewer::nobody(), Viewer { rights: Preset::Engineer.rights(), ..site.operator() }];
    for viewer in strangers {
        for pattern in MANAGED {
            let address = pattern.replace("{id}", &person.to_string());
            assert_eq!(site.page(&viewer, &address, Lang::En).await, Err(AppError::NotFound), "{address}");
        }
    }
    for viewer in [site.east(), Viewer { scope: domain::access::Scope::of([1]), ..site.operator() }] {
        assert_eq!(site.page(&viewer, "/tenants", Lang::En).await, Err(AppError::NotFound), "tenants are the operator's");
    }
}

#[tokio::test]
async fn a_tenants_administrator_sees_nothing_of_another_tenant() {
    let site = Site::two_tenants().await;
    let east = site.east();
    let other = site.person("west.admin");
    for address in ["/people", "/people/new", "/tokens", "/audit", "/account", "/people?q=west"] {
        for lang in Lang::ALL {
            let page = site.page(&east, address, lang).await.expect("a page");
            let shown = page.replace("“west”", "").replace("value=\"west\"", "");
            assert_lacks(&shown, &["West", "west", "西供电", "root", "西墙", "region 2", "ll_west"]);
        }
    }
    let none = site.page(&east, &format!("/people/{other}"), Lang::En).await;
    assert_eq!(none, site.page(&east, "/people/999999", Lang::En).await, "another's person is as if he did not exist");
    assert_eq!(none, Err(AppError::NotFound));
    assert_eq!(site.page(&east, &format!("/people/{}", site.person("root")), Lang::En).await, Err(AppError::NotFound));
}

#[tokio::test]
async fn pages_with_forms_are_no_topics_of_the_event_stream() {
    let audience = app::viewer::Audience { scope: domain::access::Scope::Whole, rights: Preset::Admin.rights() };
    for pattern in pages::PATTERNS {
        let address = pattern.replace("{id}", "7").replace("{token}", "x");
        let request = PageRequest::parse(&address, View::default());
        let is_topic = app::live::Topic::parse(&address, Lang::Zh, audience.clone()).is_ok();
        assert_eq!(is_topic, pages::is_live(&request), "{address}");
    }
}

#[tokio::test]
async fn every_problem_is_said_on_the_page_of_its_form() {
    let site = Site::two_tenants().await;
    let person = format!("/people/{}", site.person("east.clerk"));
    let forms = [
        ("/login", "login"),
        ("/account", "preferences"),
        ("/account/password", "password"),
        ("/people/new", "person"),
        (&person, "person"),
        (&person, "remove"),
        (&person, "link"),
        (&person, "logins"),
        ("/tenants", "tenant"),
        ("/tenants", "rename"),
        ("/tenants", "remove"),
        ("/tenants", "region"),
        ("/tokens", "token"),
        ("/tokens", "wall"),
        ("/tokens", "revoke"),
        ("/tokens", "revoke-wall"),
        ("/audit", "verify"),
    ];
    for (address, form) in forms {
        for problem in Problem::ALL {
            let sent = Submitted { form, problem: Some(problem), ..Submitted::default() };
            let page = site.answer(&site.operator(), address, sent, Lang::En).await;
            assert_eq!(page.matches("role=\"alert\"").count(), 1, "{form} {problem:?} on {address}");
            assert_has(&page, &[&problem.sentence(Lang::En).replace('&', "&amp;")]);
        }
    }
}
