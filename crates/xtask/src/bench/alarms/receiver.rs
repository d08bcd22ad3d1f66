//! A receiver of messages about alarms that counts them.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use anyhow::{Context, Result};
use serde_json::Value;

/// When each message came and how many alarms it told of.
pub type Messages = Vec<(Instant, u64)>;

/// Listens until the program ends.
pub struct Receiver {
    pub address: String,
    messages: Arc<Mutex<Messages>>,
}

impl Receiver {
    pub fn start() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?.to_string();
        let messages = Arc::new(Mutex::new(Messages::new()));
        let told = Arc::clone(&messages);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                match take(stream) {
                    Ok(count) => told.lock().unwrap_or_else(PoisonError::into_inner).push((Instant::now(), count)),
                    Err(error) => eprintln!("a message could not be read: {error:#}"),
                }
            }
        });
        Ok(Self { address, messages })
    }

    pub fn messages(&self) -> Messages {
        self.messages.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Reads one message and takes it.
fn take(mut stream: TcpStream) -> Result<u64> {
    let count = told(&mut BufReader::new(&stream))?;
    stream.write_all(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")?;
    Ok(count)
}

fn told(reader: &mut impl BufRead) -> Result<u64> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(": ") else {
            if line.trim_end().is_empty() {
                break;
            }
            continue;
        };
        if name.eq_ignore_ascii_case("content-length") {
            length = value.parse().context("a length")?;
        }
    }
    let mut body = Vec::new();
    reader.take(length).read_to_end(&mut body)?;
    let message: Value = serde_json::from_slice(&body)?;
    message["count"].as_u64().context("a message without a count")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_counted_and_answered() {
        let receiver = Receiver::start().unwrap();
        let mut stream = TcpStream::connect(&receiver.address).unwrap();
        stream.write_all(b"POST / HTTP/1.1\r\nHost: x\r\ncontent-length: 13\r\n\r\n{\"count\": 41}").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 204 "), "{answer}");
        crate::bench::child::wait_for("the message", std::time::Duration::from_secs(10), || {
            Ok(receiver.messages().first().map(|(_, count)| assert_eq!(*count, 41)))
        })
        .unwrap();
        assert!(told(&mut &b"POST / HTTP/1.1\r\ncontent-length: 2\r\n\r\n{}"[..]).is_err());
    }
}
