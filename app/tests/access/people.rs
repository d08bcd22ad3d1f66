//! `/people`: the list, the form, what happens when two edit one person.

use app::Lang;
use app::submitted::Problem;
use app::viewer::Viewer;
use domain::access::{Area, Level, PERMISSIONS, Preset};

use super::site::{Site, assert_has, assert_lacks, block, sent, shown_once};

#[tokio::test]
async fn everybody_is_listed_with_rights_regions_and_state() {
    let site = Site::two_tenants().await;
    site.run("update access.accounts set disabled_at = now() where name = 'east.clerk'").await;
    let page = site.en(&site.operator(), "/people").await;
    let list = block(&page, "people");
    assert_has(
        &list,
        &["Root you root Operator Administrator All regions never active", "东供电 East", "Viewer", "disabled", "West Admin"],
    );
    assert_has(&page, &["href=\"/people/new\"", "state-off"]);
    let found = block(&site.en(&site.operator(), "/people?q=WEST").await, "people");
    assert_has(&found, &["West Admin"]);
    assert_lacks(&found, &["East"]);
    assert_has(&site.en(&site.operator(), "/people?q=%3Cb%3E").await, &["Nobody matches “&lt;b&gt;”"]);
}

#[tokio::test]
async fn the_table_of_rights_names_every_permission() {
    let site = Site::two_tenants().await;
    for lang in Lang::ALL {
        let page = site.page(&site.operator(), "/people", lang).await.expect("a page");
        let table = block(&page, "rights");
        for (permission, ..) in PERMISSIONS {
            assert_has(&table, &[app::text::access::rights::permission(permission).get(lang)]);
        }
    }
}

#[tokio::test]
async fn nobody_is_offered_more_than_he_has() {
    let site = Site::two_tenants().await;
    let rights = Preset::Viewer.rights().with(Area::System, Level::Manage);
    let viewer = Viewer { rights, ..site.operator() };
    let page = site.en(&viewer, "/people/new").await;
    let choice = |preset: &str| {
        let start = page.find(&format!("value=\"{preset}\"")).expect("a preset");
        page[start..start + page[start..].find('>').expect("an end")].to_owned()
    };
    assert!(choice("admin").contains("disabled") && !choice("viewer").contains("disabled"), "{page}");
    assert_has(&page, &["name=\"dispatch\"", "<option value=\"operate\" disabled"]);
    // and cannot touch whoever has more
    let admin = site.en(&viewer, &format!("/people/{}", site.person("west.admin"))).await;
    assert_has(&admin, &["rights or regions beyond your own", "<fieldset disabled"]);
    assert_lacks(&admin, &["/remove\"", "/link\""]);
}

#[tokio::test]
async fn a_tenants_administrator_stays_within_his_tenant() {
    let site = Site::two_tenants().await;
    let page = site.en(&site.east(), "/people/new").await;
    assert_has(&page, &[&format!("name=\"tenant_id\" value=\"{}\"", site.tenants[0]), "东区"]);
    assert_lacks(&page, &["Operator of the installation", "<select id=\"person-tenant_id\""]);
}

#[tokio::test]
async fn a_person_has_a_form_actions_and_a_history() {
    let site = Site::two_tenants().await;
    let id = site.person("east.clerk");
    let page = site.en(&site.operator(), &format!("/people/{id}")).await;
    assert_has(
        &page,
        &[
            &format!("action=\"/people/{id}\""),
            "name=\"version\" value=\"1\"",
            "value=\"East Clerk\"",
            &format!("action=\"/people/{id}/link\""),
            &format!("action=\"/people/{id}/logins/end\""),
            &format!("action=\"/people/{id}/remove\""),
            "<details class=\"confirm\">",
        ],
    );
    assert_has(&block(&page, "history"), &["person added", "command tests", "Viewer", "All regions"]);
    let page =
        site.answer(&site.operator(), &format!("/people/{id}"), shown_once("link", "https://x/welcome/abc"), Lang::En).await;
    assert_has(&page, &["Give this link to East Clerk", "readonly", "value=\"https://x/welcome/abc\""]);
}

#[tokio::test]
async fn what_was_entered_is_kept_when_it_is_not_taken() {
    let site = Site::two_tenants().await;
    let values = [("name", "li lei"), ("display_name", "Li"), ("preset", "engineer"), ("regions", "some"), ("region", "2")];
    let page = site.answer(&site.operator(), "/people/new", sent("person", Problem::NameCharacter, &values), Lang::En).await;
    assert_has(
        &page,
        &[
            "value=\"li lei\"",
            "value=\"engineer\" checked",
            "value=\"some\" checked",
            "value=\"2\" checked",
            "aria-describedby=\"person-problem person-name-hint\"",
        ],
    );
    assert_lacks(&page, &["value=\"viewer\" checked", "value=\"1\" checked"]);
}

#[tokio::test]
async fn a_conflict_shows_what_stands_beside_what_was_entered() {
    let site = Site::two_tenants().await;
    let id = site.person("east.clerk");
    site.run(&format!("update access.accounts set display_name = 'Newer', version = 5 where account_id = {id}")).await;
    let tenant = site.tenants[0].to_string();
    let values =
        [("version", "1"), ("display_name", "Mine"), ("preset", "operator"), ("tenant_id", tenant.as_str()), ("regions", "all")];
    let page =
        site.answer(&site.operator(), &format!("/people/{id}"), sent("person", Problem::Conflict, &values), Lang::En).await;
    let conflict = block(&page, "conflict");
    assert_has(&conflict, &["As it stands", "As you entered it", "Newer Mine", "Viewer Operator"]);
    assert_lacks(&conflict, &["Tenant", "State"]);
    assert_has(&page, &["name=\"version\" value=\"5\"", "value=\"Mine\""]);
}
