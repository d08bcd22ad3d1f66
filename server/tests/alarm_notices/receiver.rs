//! A receiver in this process that answers well or badly, and keeps what it heard.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// How it answers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Manner {
    Status(u16),
    /// 200 with this body.
    Says(&'static str),
    Redirect,
    Hang,
    /// The head of its answer byte by byte.
    Drip,
    /// A good answer without end.
    Huge,
    Close,
    Busy,
}

#[derive(Clone, Debug)]
pub struct Heard {
    pub path: String,
    pub headers: BTreeMap<String, String>,
    pub body: String,
}

pub struct Receiver {
    pub address: String,
    heard: Arc<Mutex<Vec<Heard>>>,
    manner: Arc<Mutex<Manner>>,
}

impl Receiver {
    pub async fn new(manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = format!("http://{}/hook/confidential", listener.local_addr().expect("an address"));
        let receiver = Self { address, heard: Arc::default(), manner: Arc::new(Mutex::new(manner)) };
        let (heard, manner) = (Arc::clone(&receiver.heard), Arc::clone(&receiver.manner));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (heard, manner) = (Arc::clone(&heard), Arc::clone(&manner));
                // whoever hangs up early is no failure of the test
                tokio::spawn(async move { answer(stream, &heard, &manner).await.ok() });
            }
        });
        receiver
    }

    pub fn heard(&self) -> Vec<Heard> {
        self.heard.lock().expect("whole").clone()
    }

    pub fn behave(&self, manner: Manner) {
        *self.manner.lock().expect("whole") = manner;
    }
}

async fn answer(mut stream: TcpStream, heard: &Mutex<Vec<Heard>>, manner: &Mutex<Manner>) -> std::io::Result<()> {
    let request = read(&mut stream).await?;
    heard.lock().expect("whole").push(request);
    let manner = *manner.lock().expect("whole");
    let plain = |line: &str| format!("HTTP/1.1 {line}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    match manner {
        Manner::Status(status) => stream.write_all(plain(&format!("{status} Status")).as_bytes()).await,
        Manner::Says(body) => {
            let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
            stream.write_all(head.as_bytes()).await?;
            stream.write_all(body.as_bytes()).await
        }
        Manner::Redirect => stream.write_all(plain("301 Moved\r\nlocation: http://127.0.0.1:1/elsewhere").as_bytes()).await,
        Manner::Busy => stream.write_all(plain("429 Slow down\r\nretry-after: 90").as_bytes()).await,
        Manner::Close => Ok(()),
        Manner::Hang => {
            tokio::time::sleep(Duration::from_secs(600)).await;
            Ok(())
        }
        Manner::Drip => {
            for byte in plain("200 OK").bytes() {
                stream.write_all(&[byte]).await?;
                stream.flush().await?;
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            Ok(())
        }
        Manner::Huge => {
            stream.write_all(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n").await?;
            let piece = vec![b'x'; 64 << 10];
            loop {
                stream.write_all(&piece).await?;
            }
        }
    }
}

async fn read(stream: &mut TcpStream) -> std::io::Result<Heard> {
    let mut bytes = Vec::new();
    let end = loop {
        let mut piece = [0u8; 8 << 10];
        let count = stream.read(&mut piece).await?;
        if count == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        bytes.extend_from_slice(&piece[..count]);
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break end + 4;
        }
    };
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
    let headers: BTreeMap<String, String> = head
        .lines()
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let length: usize = headers.get("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    let mut body = bytes.split_off(end);
    while body.len() < length {
        let mut piece = [0u8; 8 << 10];
        let count = stream.read(&mut piece).await?;
        body.extend_from_slice(&piece[..count]);
    }
    Ok(Heard { path, headers, body: String::from_utf8_lossy(&body).into_owned() })
}
