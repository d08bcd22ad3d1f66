//! `/tenants`.

use app::Lang;
use app::submitted::Problem;

use super::site::{Site, assert_has, assert_lacks, block, sent};

#[tokio::test]
async fn tenants_have_counts_and_regions_an_owner() {
    let site = Site::two_tenants().await;
    let page = site.en(&site.operator(), "/tenants").await;
    assert_has(&block(&page, "tenants"), &["东供电 East east 1 2", "西供电 West west 1 1", "Remove"]);
    assert_has(&block(&page, "regions-of"), &["东区 1", "全市 10", "Assign"]);
    let [east, west] = site.tenants;
    assert_has(&page, &[&format!("<option value=\"{east}\" selected"), &format!("action=\"/tenants/{west}/remove\"")]);
    assert_lacks(&page, &["name=\"region_id\" value=\"0\""]);
    let found = site.en(&site.operator(), "/tenants?q=10").await;
    assert_has(&block(&found, "regions-of"), &["全市"]);
    assert_lacks(&block(&found, "regions-of"), &["东区"]);
}

#[tokio::test]
async fn without_tenants_the_page_says_whose_the_regions_are() {
    let site = Site::empty().await;
    let page = site.page(&site.operator(), "/tenants", Lang::Zh).await.expect("a page");
    assert_has(&page, &["还没有租户", "尚无供电区域"]);
}

#[tokio::test]
async fn a_problem_of_a_row_marks_that_row() {
    let site = Site::two_tenants().await;
    let row = site.tenants[1].to_string();
    let values = [("row", row.as_str()), ("name", "Mine"), ("version", "0")];
    let page = site.answer(&site.operator(), "/tenants", sent("rename", Problem::Conflict, &values), Lang::En).await;
    assert_has(&page, &["The name is now “西供电 West”; you entered “Mine”.", "value=\"Mine\""]);
    assert_eq!(page.matches("value=\"Mine\"").count(), 1);
    let page = site.answer(&site.operator(), "/tenants", sent("remove", Problem::TenantInUse, &values), Lang::En).await;
    assert_has(&page, &["role=\"alert\"", "cannot be removed"]);
}
