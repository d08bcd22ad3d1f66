//! Names that try to leave their place, run the other way, or are as long as they may be.

use app::Lang;
use domain::access::Preset;

use super::site::{Site, assert_has};

const MARKUP: &str = "<script>alert(1)</script>\"'><img src=x>";

/// Puts a text into every field that people fill in, past all checks of names.
async fn spoil(site: &Site, text: &str) {
    let quoted = text.replace('\'', "''");
    site.run(&format!(
        "update access.accounts set display_name = '{quoted}', name = '{quoted}' where name <> 'root';
         update access.tenants set name = '{quoted}';
         update access.tokens set name = '{quoted}', created_by = '{quoted}', last_address = '{quoted}', last_used_at = now();
         update access.wall_links set name = '{quoted}', created_by = '{quoted}';
         update access.logins set user_agent = '{quoted}', address = '{quoted}';
         update ods_region_profile set region_name = '{quoted}';
         select access.audit('{quoted}', null, '{quoted}', '{quoted}', null, '{quoted}', '{quoted}', '{quoted}',
                             json_build_object('{quoted}', '{quoted}')::text, json_build_array('{quoted}')::text, '{quoted}')"
    ))
    .await;
}

async fn all_pages(site: &Site) -> Vec<(String, String)> {
    let person = format!("/people/{}", site.person("east.clerk"));
    let addresses =
        ["/login", "/account", "/account/password", "/people", "/people/new", &person, "/tenants", "/tokens", "/audit"];
    let mut pages = Vec::new();
    for address in addresses {
        for lang in Lang::ALL {
            pages.push((address.to_owned(), site.whole(&site.operator(), address, lang).await));
        }
    }
    pages
}

#[tokio::test]
async fn markup_in_names_stays_text() {
    let site = Site::two_tenants().await;
    site.sign_in("root", "x").await;
    spoil(&site, MARKUP).await;
    for (address, page) in all_pages(&site).await {
        assert!(!page.contains("<script>") && !page.contains("<img"), "{address}: {page}");
        assert!(
            !page.contains("=\"<") && page.matches("alert(1)").count() == page.matches("&lt;script&gt;alert(1)").count(),
            "{address}"
        );
    }
}

#[tokio::test]
async fn long_and_right_to_left_names_are_kept_in_their_place() {
    let mut site = Site::two_tenants().await;
    let long = "宽".repeat(64);
    site.add_person("wide", &long, None, Preset::Viewer).await;
    site.add_person("rtl", "مدير الشبكة", None, Preset::Viewer).await;
    let page = site.en(&site.operator(), "/people").await;
    assert_has(&page, &[&format!("<bdi class=\"user-text\">{long}</bdi>"), "<bdi class=\"user-text\">مدير الشبكة</bdi>"]);
    assert!(app::assets::find("main.css").expect("the style").body.contains(".user-text { overflow-wrap: anywhere; }"));
}
