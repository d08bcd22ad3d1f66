//! Odd and over-long texts at the border of the database: taken as they are, cut, or refused, never a failure of ours.

use domain::access::{AccountName, DisplayName, Preset};
use warehouse::access::{Author, Granter, accounts, audit, tenants};

use super::{author, house, newcomer, shown, whole};

#[tokio::test]
async fn names_of_any_script_and_length_are_stored() {
    let house = house().await;
    // the longest names, of characters of one to four bytes, and one that grows eighteenfold in its key
    let long = ["a", "é", "长", "𠮷", "\u{FDFA}"].map(|letter| letter.repeat(64));
    for name in ["李雷", "дежурный-2", "anna@grid", "Ä_1"].into_iter().chain(long.iter().map(String::as_str)) {
        let parsed = AccountName::parse(name).expect(name);
        let id = house.person(name, whole(Preset::Viewer)).await;
        assert_eq!(house.account(id).await.name, parsed.as_str());
        let found = warehouse::access::credentials::by_name(&house.pool, parsed.key()).await.expect("an answer");
        assert_eq!(found.expect("found by its key").account_id, id);
    }
    assert_eq!(audit::verify(&house.pool, None).await.expect("a verdict").broken, None);
}

#[tokio::test]
async fn markup_and_quotes_stay_text() {
    let house = house().await;
    for odd in ["<script>alert(1)</script>", "'; drop table access.accounts; --", "{\"a\":1}", "\\u0000 \\ %s $1", "👩‍🚒"]
    {
        let Ok(name) = DisplayName::parse(odd) else { continue };
        let tenant = tenants::add(&house.pool, &author(), &format!("t{}", odd.len()), &name).await.expect("a tenant");
        assert_eq!(tenants::get(&house.pool, tenant).await.expect("a tenant").name, name.as_str());
        let after = house.last_entry().await.after.expect("recorded");
        let recorded: serde_json::Value = serde_json::from_str(&after).expect("JSON");
        assert_eq!(recorded["name"], name.as_str());
    }
    assert_eq!(audit::verify(&house.pool, None).await.expect("a verdict").broken, None);
}

#[tokio::test]
async fn what_the_author_brings_is_cut_to_size() {
    let house = house().await;
    let endless = format!("\0{}", "长".repeat(50_000));
    let odd = Author { name: endless.clone(), address: endless.clone(), reason: Some(endless), ..author() };
    accounts::add(&house.pool, &odd, &Granter::everything(), &newcomer("li", whole(Preset::Viewer))).await.expect("added");
    let entry = house.last_entry().await;
    assert_eq!((entry.actor_name, entry.address), ("长".repeat(128), "长".repeat(64)));
    assert_eq!(entry.reason, Some("长".repeat(500)));
    let blank = Author { reason: Some(String::new()), ..author() };
    tenants::add(&house.pool, &blank, "north", &shown("北")).await.expect("added");
    assert_eq!(house.last_entry().await.reason, None);
    assert_eq!(audit::verify(&house.pool, None).await.expect("a verdict").broken, None);
}
