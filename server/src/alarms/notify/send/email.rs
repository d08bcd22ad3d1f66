//! Mail by the installation's mail server.

use std::time::Duration;

use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message};
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use warehouse::alarms::notices::outbox::Attempt;

use super::Ended;

/// The mail server has so long for each of its answers.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);
const MOST_RECIPIENTS: usize = 50;
const MOST_WORDS_CHARS: usize = 120;

/// Where mail goes out, and from whom.
pub struct Mail {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

/// Which of the two settings cannot be used.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MailFault {
    Url,
    From,
}

impl Mail {
    /// `url` is `smtps://user:password@host`, or `smtp://host:port?tls=required`.
    pub fn new(url: &str, from: &str) -> Result<Self, MailFault> {
        let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(url).map_err(|_| MailFault::Url)?;
        let from = from.parse().map_err(|_| MailFault::From)?;
        Ok(Self { transport: builder.timeout(Some(ANSWER_WITHIN)).build(), from })
    }
}

/// Reads addresses that are separated by commas; none when one of them is no address, or there are too many.
pub fn recipients(text: &str) -> Option<Vec<Mailbox>> {
    let parts: Vec<&str> = text.split([',', ';', '，', '；']).map(str::trim).filter(|part| !part.is_empty()).collect();
    let read: Option<Vec<Mailbox>> = parts.iter().map(|part| part.parse().ok()).collect();
    read.filter(|read| (1..=MOST_RECIPIENTS).contains(&read.len()))
}

pub(super) async fn send(mail: Option<&Mail>, attempt: &Attempt) -> Ended {
    let Some(mail) = mail else { return Ended::refused("no_mail_server", true) };
    let Some(message) = compose(mail, attempt) else { return Ended::misconfigured("no_recipient") };
    match mail.transport.send(message).await {
        Ok(answer) => Ended::sent(format!("smtp_{}", answer.code())),
        Err(error) if error.is_timeout() => Ended::timeout(),
        Err(error) => match error.status() {
            Some(code) => {
                // an answer of the server, such as 550 no such user
                let words: String = error.to_string().chars().filter(|c| !c.is_control()).take(MOST_WORDS_CHARS).collect();
                Ended::refused(format!("smtp_{code} {words}"), !error.is_permanent())
            }
            None => Ended::unreachable("no_connection"),
        },
    }
}

fn compose(mail: &Mail, attempt: &Attempt) -> Option<Message> {
    let domain = mail.from.email.domain();
    // the same for every attempt: mail programs show a message that came twice once
    let id = format!("<loadline-{}@{domain}>", attempt.message_id);
    let mut builder = Message::builder().from(mail.from.clone()).subject(&attempt.subject).message_id(Some(id));
    for to in recipients(&attempt.receiver.target)? {
        builder = builder.to(to);
    }
    let delivery = HeaderValue::new(HeaderName::new_from_ascii_str("Loadline-Delivery"), attempt.message_id.to_string());
    let builder = builder.raw_header(delivery).header(ContentType::TEXT_PLAIN);
    builder.body(attempt.body.clone()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recipients_are_addresses() {
        let read = recipients("a@x.example, 值班 <b@x.example>；c@x.example").expect("three");
        assert_eq!(read.len(), 3);
        for bad in ["", "a", "a@x.example, b", "a@x.example\r\nBcc: b@x.example"] {
            assert_eq!(recipients(bad), None, "{bad}");
        }
        assert_eq!(recipients(&"a@x.example,".repeat(51)), None);
    }

    #[test]
    fn settings_that_cannot_work_are_named() {
        let fault = |url: &str, from: &str| Mail::new(url, from).err();
        assert_eq!(fault("smtps://me:pw@mail.example", "Loadline <alarms@grid.example>"), None);
        assert_eq!(fault("smtp://mail.example:587?tls=required", "alarms@grid.example"), None);
        assert_eq!(fault("http://mail.example", "alarms@grid.example"), Some(MailFault::Url));
        assert_eq!(fault("smtps://mail.example", "alarms"), Some(MailFault::From));
    }
}
