//! The telephone number on a customer's page.

use app::Lang;
use app::submitted::Problem;
use app::viewer::{Viewer, Who};
use domain::access::Preset;

use super::site::{Site, assert_has, assert_lacks, block, sent, shown_once};

const CUSTOMER: &str = "/users/101";

#[tokio::test]
async fn only_persons_with_the_right_are_offered_the_number() {
    let site = Site::two_tenants().await;
    let page = site.en(&site.operator(), CUSTOMER).await;
    assert_has(&page, &["action=\"/users/101/telephone\"", "Each look goes into the audit record"]);
    let auditor = Viewer { rights: Preset::BillingAuditor.rights(), ..site.operator() };
    let token = Viewer { who: Who::Token { token_id: 1, name: "t".to_owned() }, ..site.operator() };
    for viewer in [auditor, token] {
        assert_lacks(&site.en(&viewer, CUSTOMER).await, &["telephone", "Telephone"]);
    }
}

#[tokio::test]
async fn the_number_is_in_the_answer_and_never_on_the_page_itself() {
    let site = Site::two_tenants().await;
    site.run("update ods_power_user set phone = '13800138000' where user_id = 101").await;
    assert_lacks(&site.en(&site.operator(), CUSTOMER).await, &["13800138000"]);
    let page = site.answer(&site.operator(), CUSTOMER, shown_once("telephone", "138\"><b>"), Lang::En).await;
    assert_has(&page, &["value=\"138&quot;&gt;&lt;b&gt;\"", "Recorded. The number is shown only this once."]);
    let none = site.answer(&site.operator(), CUSTOMER, shown_once("telephone", "—"), Lang::En).await;
    assert_has(&block(&none, "telephone"), &["no number of this customer"]);
    let failed = site.answer(&site.operator(), CUSTOMER, sent("telephone", Problem::Busy, &[]), Lang::Zh).await;
    assert_has(&block(&failed, "telephone"), &[Problem::Busy.sentence(Lang::Zh)]);
}
