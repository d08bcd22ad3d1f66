//! Settings of the mail server that messages about alarms go out by.

use std::fmt;
use std::str::FromStr;

use url::Url;

use crate::alarms::notify::send::Mail;

/// Some address, to try the other setting with.
const ANYBODY: &str = "loadline@example.org";
const ANYWHERE: &str = "smtp://mail.example";

/// Address of a mail server. It may hold a password, so it never prints whole.
#[derive(Clone, PartialEq, Eq)]
pub struct SmtpUrl(Url);

impl SmtpUrl {
    /// The whole address, password included: for connecting, never for printing.
    pub fn expose(&self) -> &str {
        self.0.as_str()
    }
}

impl FromStr for SmtpUrl {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let url = Url::parse(text).map_err(drop)?;
        let is_usable = url.host().is_some() && Mail::new(text, ANYBODY).is_ok();
        if is_usable { Ok(Self(url)) } else { Err(()) }
    }
}

impl fmt::Display for SmtpUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = self.0.clone();
        if shown.password().is_some() {
            // cannot fail: an address with a password has a host
            let _ = shown.set_password(Some("***"));
        }
        f.write_str(shown.as_str())
    }
}

impl fmt::Debug for SmtpUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// From whom mail comes: an address, perhaps with a name before it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MailFrom(String);

impl MailFrom {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for MailFrom {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        if Mail::new(ANYWHERE, text).is_ok() { Ok(Self(text.to_owned())) } else { Err(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_password_of_the_mail_server_never_prints() {
        let url: SmtpUrl = "smtps://me:s3cret@mail.example".parse().expect("an address");
        assert!(!format!("{url} {url:?}").contains("s3cret") && url.expose().contains("s3cret"));
        for bad in ["", "mail.example", "https://mail.example", "smtp://"] {
            assert_eq!(bad.parse::<SmtpUrl>(), Err(()), "{bad}");
        }
        assert!("值班 <duty@grid.example>".parse::<MailFrom>().is_ok() && "duty".parse::<MailFrom>().is_err());
    }
}
