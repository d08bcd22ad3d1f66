//! What stands in no log, at whatever level. Alone in its process, because the log belongs to the process.

#[expect(dead_code, reason = "shared with the other tests of the web server")]
#[path = "web/site.rs"]
mod site;
#[expect(dead_code, reason = "shared with the tests of access")]
#[path = "access/support.rs"]
mod support;

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use domain::access::Preset;
use support::{PASSWORD, Reach, Town};

#[derive(Clone, Default)]
struct Captured(Arc<Mutex<Vec<u8>>>);

impl Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("whole").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn no_secret_stands_in_the_log() {
    let town = Town::new().await;
    let li = town.person("li", Preset::Viewer, None, Reach::All).await;
    let (token, _) = town.token(Preset::Viewer, None, Reach::All).await;
    let (key, _) = town.wall(&["16x9"], None, Reach::All).await;
    let invitation = town.invitation(li).await;
    let captured = Captured::default();
    let writer = captured.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    tracing::subscriber::set_global_default(subscriber).expect("the only one of the process");
    let mut browser = town.signed_in("li").await;
    let cookie = browser.cookies["loadline"].clone();
    browser.sign_in("li", "wrong horse for the log").await;
    town.bearer("/api/v1/regions", &token).await;
    town.bearer("/api/v1/regions", &format!("{token}x")).await;
    for path in
        [format!("/wall/{key}"), format!("/wall/{key}/"), format!("/events?path=/wall/{key}x"), format!("/welcome/{invitation}")]
    {
        town.ask(&path, &[]).await;
    }
    let log = String::from_utf8(captured.0.lock().expect("whole").clone()).expect("UTF-8");
    assert!(log.contains("answered") && log.contains("/wall/…"), "the log was read");
    for secret in [PASSWORD, "wrong horse", &token, &key, &invitation, "$argon2id$"] {
        assert!(!log.contains(secret), "{secret} stands in the log");
    }
    assert!(!log.contains(&cookie), "the cookie stands in the log");
}
