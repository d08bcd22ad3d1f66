//! Before the first reading.

use app::AppError;

use super::{Site, assert_has};

#[tokio::test]
async fn pages_say_in_words_that_there_is_nothing_yet() {
    let site = Site::empty().await;
    for address in ["/regions", "/regions/1", "/rankings", "/peaks"] {
        assert_has(&site.zh(address).await, &["尚无读数"]);
        assert_has(&site.en(address).await, &["No readings yet"]);
    }
    assert_has(
        &site.en("/pipeline").await,
        &["The engine has never run here", "No stage has reported yet", "No open dead letter", "No event yet"],
    );
    assert_has(&site.en("/search?q=12").await, &["Nothing found"]);
    let nobody = site.page("/users/1", app::Lang::Zh).await;
    assert_eq!(nobody, Err(AppError::NoUser { user_id: "1".into() }));
}
