//! Names and texts that try to leave their place in the page.

use app::{AppContext, PageRequest, View};

use super::Site;

/// The whole document, as a browser gets it.
async fn document(ctx: AppContext, address: &str) -> String {
    app::respond(&PageRequest::parse(address, View::default()), &ctx).await.html
}

#[tokio::test]
async fn a_name_in_the_title_stays_a_title() {
    let site = Site::two_days().await;
    site.run("update ods_region_profile set region_name = '</title><script>alert(1)</script>' where region_id = 1").await;
    let page = document(site.ctx.clone(), "/regions/1").await;
    assert!(page.contains("<title>&lt;/title"), "{}", &page[..page.len().min(2000)]);
    assert!(!page.contains("<script>alert"), "no script of the source");
}

#[tokio::test]
async fn nothing_from_the_source_becomes_markup() {
    let site = Site::two_days().await;
    site.run(
        "update ods_region_profile set region_name = '<img src=x onerror=alert(1)>\"''' where region_id = 1;
         update dwd_power_consumption_detail set remark = '\"><script>alert(2)</script>' where user_id = 102;
         update dead_letters set reason_text = '</code><script>alert(3)</script>', reason = 'new_reason';
         insert into pipeline_events (kind, detail) values ('<script>', '<script>alert(4)</script>')",
    )
    .await;
    let pages = ["/regions", "/regions/1", "/regions/10", "/rankings", "/users/102", "/search?q=O'N", "/peaks", "/pipeline"];
    for address in pages {
        for page in [site.zh(address).await, site.en(address).await] {
            let scripts = page.matches("<script").count() + page.matches("<img").count();
            assert_eq!(scripts, 0, "{address}: {page}");
        }
    }
}

#[tokio::test]
async fn what_a_viewer_typed_comes_back_as_text() {
    let site = Site::two_days().await;
    for address in ["/search?q=%22%3E%3Cscript%3E", "/rankings?q=%22%3E%3Cscript%3E&usage_type=%3Cscript%3E"] {
        let page = site.zh(address).await;
        assert!(!page.contains("<script") && page.contains("&lt;script&gt;"), "{address}: {page}");
    }
}
