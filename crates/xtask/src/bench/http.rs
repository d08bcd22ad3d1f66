//! Just enough of a browser: a GET, and the event stream of a page. HTTP/1.0, so that a body needs no decoding.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

pub const ANSWERS_WITHIN: Duration = Duration::from_secs(30);

pub struct Answer {
    pub status: u16,
    pub body: Vec<u8>,
    pub seconds: f64,
}

pub fn get(address: &str, path: &str) -> Result<Answer> {
    ask(address, path, "identity")
}

/// As a browser asks for a page: compressed.
pub fn get_compressed(address: &str, path: &str) -> Result<Answer> {
    ask(address, path, "br, gzip")
}

pub fn text(address: &str, path: &str) -> Result<String> {
    let answer = get(address, path)?;
    ensure!(answer.status == 200, "GET {path} answered {}", answer.status);
    Ok(String::from_utf8_lossy(&answer.body).into_owned())
}

fn ask(address: &str, path: &str, encoding: &str) -> Result<Answer> {
    let started = Instant::now();
    let mut reader = send(address, path, encoding)?;
    let status = head(&mut reader)?;
    let mut body = Vec::new();
    reader.read_to_end(&mut body).with_context(|| format!("GET {path}"))?;
    Ok(Answer { status, body, seconds: started.elapsed().as_secs_f64() })
}

fn send(address: &str, path: &str, encoding: &str) -> Result<BufReader<TcpStream>> {
    let mut stream = TcpStream::connect(address).with_context(|| format!("connect to {address}"))?;
    stream.set_read_timeout(Some(ANSWERS_WITHIN))?;
    let request = format!("GET {path} HTTP/1.0\r\nHost: {address}\r\nAccept-Encoding: {encoding}\r\n\r\n");
    stream.write_all(request.as_bytes())?;
    Ok(BufReader::new(stream))
}

/// Reads the status and skips the headers.
fn head(reader: &mut impl BufRead) -> Result<u16> {
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let status = line.split(' ').nth(1).and_then(|word| word.parse().ok()).with_context(|| format!("no HTTP: {line:?}"))?;
    while line.trim_end() != "" {
        line.clear();
        reader.read_line(&mut line)?;
    }
    Ok(status)
}

/// The open stream of a page, event by event.
pub struct Events {
    reader: BufReader<TcpStream>,
}

/// One event: what it is and what it carries.
#[derive(PartialEq, Eq, Debug, Default)]
pub struct Event {
    pub name: String,
    pub data: String,
}

impl Events {
    pub fn open(address: &str, path: &str) -> Result<Self> {
        let mut reader = send(address, &format!("/events?path={path}&lang=en"), "identity")?;
        let status = head(&mut reader)?;
        ensure!(status == 200, "the events of {path} answered {status}");
        Ok(Self { reader })
    }

    /// The other end, to close it while somebody else reads.
    pub fn handle(&self) -> Result<TcpStream> {
        Ok(self.reader.get_ref().try_clone()?)
    }

    /// None at the end of the stream.
    pub fn next(&mut self) -> Result<Option<Event>> {
        read_event(&mut self.reader)
    }
}

fn read_event(reader: &mut impl BufRead) -> Result<Option<Event>> {
    let mut event = Event::default();
    let mut line = String::new();
    loop {
        line.clear();
        if reader.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        let text = line.trim_end();
        if let Some(name) = text.strip_prefix("event: ") {
            name.clone_into(&mut event.name);
        } else if let Some(data) = text.strip_prefix("data: ") {
            event.data.push_str(data);
        } else if text.is_empty() && !event.data.is_empty() {
            return Ok(Some(event));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_read_one_by_one() {
        let mut bytes: &[u8] = b"event: clock\ndata: {}\n\nid: 4\nevent: fragments\ndata: [1]\n\n: nothing\n\n";
        let mut next = || read_event(&mut bytes).unwrap();
        assert_eq!(next(), Some(Event { name: "clock".to_owned(), data: "{}".to_owned() }));
        assert_eq!(next(), Some(Event { name: "fragments".to_owned(), data: "[1]".to_owned() }));
        assert_eq!(next(), None);
    }

    #[test]
    fn a_head_ends_with_an_empty_line() {
        let mut bytes: &[u8] = b"HTTP/1.0 503 Service Unavailable\r\ncontent-type: text/html\r\n\r\nbody";
        assert_eq!(head(&mut bytes).unwrap(), 503);
        assert_eq!(bytes, b"body");
        assert!(head(&mut &b"\r\n"[..]).is_err());
    }
}
