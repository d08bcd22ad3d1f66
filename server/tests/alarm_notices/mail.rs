//! Mail and syslog, against small servers in this process.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use domain::alarms::Event;
use domain::alarms::notices::ChannelKind;
use server::alarms::notify::send::Mail;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, UdpSocket};
use warehouse::alarms::notices::channels::ChannelSecret;

use crate::land::Land;

/// A mail server that answers `RCPT TO` like this and keeps what it was sent.
async fn mail_server(rcpt: &'static str) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("smtp://{}", listener.local_addr().expect("an address"));
    let kept = Arc::<Mutex<Vec<String>>>::default();
    let mails = Arc::clone(&kept);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let mails = Arc::clone(&mails);
            tokio::spawn(async move { talk(stream, rcpt, &mails).await.ok() });
        }
    });
    (url, kept)
}

async fn talk(stream: tokio::net::TcpStream, rcpt: &str, mails: &Mutex<Vec<String>>) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    stream.write_all(b"220 mail.example\r\n").await?;
    let mut mail = String::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let answer = match line.get(..4).unwrap_or_default() {
            "EHLO" | "HELO" => "250 mail.example\r\n".to_owned(),
            "RCPT" => format!("{rcpt}\r\n"),
            "DATA" => {
                stream.write_all(b"354 go on\r\n").await?;
                loop {
                    let mut line = String::new();
                    stream.read_line(&mut line).await?;
                    if line == ".\r\n" {
                        break;
                    }
                    mail += &line;
                }
                mails.lock().expect("whole").push(std::mem::take(&mut mail));
                "250 kept\r\n".to_owned()
            }
            "QUIT" => return stream.write_all(b"221 bye\r\n").await,
            _ => "250 ok\r\n".to_owned(),
        };
        stream.write_all(answer.as_bytes()).await?;
    }
}

async fn mailed(land: &Land, url: &str) {
    let channel = land.channel(ChannelKind::Email, "duty@grid.example, boss@grid.example", ChannelSecret::default()).await;
    land.route(&[(0, channel)], |_| {}).await;
    land.happen(&[(1, Event::Raised)]).await;
    let mail = Mail::new(url, "Loadline <alarms@grid.example>").ok();
    land.sender_with(mail).serve(channel).await.expect("served");
}

#[tokio::test]
async fn mail_goes_to_every_recipient() {
    let (url, mails) = mail_server("250 ok").await;
    let land = Land::new().await;
    mailed(&land, &url).await;
    let message = land.messages().await.pop().expect("a message");
    assert_eq!((message.1.as_str(), message.3.as_deref()), ("sent", Some("smtp_250")));
    let mails = mails.lock().expect("whole").clone();
    let [mail] = mails.as_slice() else { panic!("{mails:?}") };
    for part in [
        "duty@grid.example",
        "boss@grid.example",
        "Loadline-Delivery: ",
        "Message-ID: <loadline-",
        "From: Loadline <alarms@grid.example>",
    ] {
        assert!(mail.contains(part), "{part} is missing in {mail}");
    }
}

#[tokio::test]
async fn a_mail_server_that_refuses_for_ever_is_not_asked_again() {
    for (answer, status) in [("550 no such user", "dead"), ("451 later", "pending")] {
        let (url, _) = mail_server(answer).await;
        let land = Land::new().await;
        mailed(&land, &url).await;
        let message = land.messages().await.pop().expect("a message");
        assert_eq!(message.1, status, "{message:?}");
        assert!(
            message.3.as_deref().is_some_and(|outcome| outcome.starts_with(&format!("smtp_{}", &answer[..3]))),
            "{message:?}"
        );
    }
    let land = Land::new().await;
    mailed(&land, "smtp://127.0.0.1:1").await;
    let message = land.messages().await.pop().expect("a message");
    assert_eq!((message.1.as_str(), message.3.as_deref()), ("pending", Some("no_connection")));
}

#[tokio::test]
async fn without_a_mail_server_the_page_can_say_why() {
    let land = Land::new().await;
    let channel = land.channel(ChannelKind::Email, "duty@grid.example", ChannelSecret::default()).await;
    land.route(&[(0, channel)], |_| {}).await;
    land.happen(&[(1, Event::Raised)]).await;
    land.sender().serve(channel).await.expect("served");
    assert_eq!(land.messages().await[0].3.as_deref(), Some("no_mail_server"));
}

#[tokio::test]
async fn syslog_goes_by_udp_and_by_tcp() {
    let land = Land::new().await;
    let udp = UdpSocket::bind("127.0.0.1:0").await.expect("a port");
    let tcp = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let target = |kind: &str, address: std::net::SocketAddr| format!("{kind}://{address}");
    let by_udp = target("udp", udp.local_addr().expect("an address"));
    let by_tcp = target("tcp", tcp.local_addr().expect("an address"));
    let first = land.channel(ChannelKind::Syslog, &by_udp, ChannelSecret::default()).await;
    let second = land.channel(ChannelKind::Syslog, &by_tcp, ChannelSecret::default()).await;
    land.route(&[(0, first)], |_| {}).await;
    land.route(&[(0, second)], |_| {}).await;
    land.happen(&[(1, Event::Raised)]).await;
    let sender = land.sender();
    sender.serve(first).await.expect("served");
    let mut datagram = vec![0u8; 4_096];
    let length =
        tokio::time::timeout(Duration::from_secs(5), udp.recv(&mut datagram)).await.expect("in time").expect("a datagram");
    let frame = String::from_utf8(datagram[..length].to_vec()).expect("UTF-8");
    // local0, error
    assert!(frame.starts_with("<131>1 20") && frame.contains(" grid-1 loadline - alarm - \u{FEFF}"), "{frame}");
    assert!(frame.contains("负荷超限") && !frame.contains('\n'), "{frame}");
    let (served, heard) = tokio::join!(sender.serve(second), async {
        let (mut stream, _) = tcp.accept().await.expect("a connection");
        let mut heard = String::new();
        stream.read_to_string(&mut heard).await.expect("text");
        heard
    });
    served.expect("served");
    let (length, counted) = heard.split_once(' ').expect("a counted frame");
    assert_eq!(length.parse::<usize>().expect("a length"), counted.len());
    assert_eq!(counted.split_once(" grid-1 ").expect("a head").1, frame.split_once(" grid-1 ").expect("a head").1);
    assert!(land.messages().await.iter().all(|message| message.1 == "sent"));
}
