//! Just enough of a browser: a GET, a form, and the event stream of a page. HTTP/1.0, so that a body needs no decoding.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

pub const ANSWERS_WITHIN: Duration = Duration::from_secs(30);

/// A running Loadline, and how we prove to it who we are.
#[derive(Clone, Debug)]
pub struct Site {
    address: String,
    /// A line of the head with its end; empty for nobody.
    proof: String,
}

pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
    pub seconds: f64,
}

impl Site {
    pub fn for_nobody(address: &str) -> Self {
        Self { address: address.to_owned(), proof: String::new() }
    }

    pub fn with_token(&self, token: &str) -> Self {
        Self { proof: format!("Authorization: Bearer {token}\r\n"), ..self.clone() }
    }

    /// With the cookies that an answer set.
    pub fn with_cookies(&self, answer: &Answer) -> Self {
        Self { proof: format!("Cookie: {}\r\n", answer.cookies().join("; ")), ..self.clone() }
    }

    pub fn get(&self, path: &str) -> Result<Answer> {
        self.ask(&format!("GET {path} HTTP/1.0\r\n"), "")
    }

    /// As a browser asks for a page: compressed.
    pub fn get_compressed(&self, path: &str) -> Result<Answer> {
        self.ask(&format!("GET {path} HTTP/1.0\r\nAccept-Encoding: br, gzip\r\n"), "")
    }

    /// A GET that must succeed.
    pub fn good(&self, path: &str) -> Result<Answer> {
        let answer = self.get(path)?;
        ensure!(answer.status == 200, "GET {path} answered {}", answer.status);
        Ok(answer)
    }

    pub fn text(&self, path: &str) -> Result<String> {
        Ok(String::from_utf8_lossy(&self.good(path)?.body).into_owned())
    }

    /// Seconds of so many times GET, with a rest between two, on a connection each.
    pub fn times(&self, path: &str, count: usize, rest: Duration) -> Result<Vec<f64>> {
        let mut seconds = Vec::with_capacity(count);
        for _ in 0..count {
            seconds.push(self.good(path)?.seconds);
            std::thread::sleep(rest);
        }
        Ok(seconds)
    }

    /// Sends a form; `from` is the address that the proxy in front would tell.
    pub fn post(&self, path: &str, form: &str, from: &str) -> Result<Answer> {
        let length = form.len();
        self.ask(
            &format!(
                "POST {path} HTTP/1.0\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n\
                 X-Forwarded-For: {from}\r\n"
            ),
            form,
        )
    }

    fn ask(&self, head: &str, body: &str) -> Result<Answer> {
        let started = Instant::now();
        let what = head.lines().next().unwrap_or_default().to_owned();
        let mut reader = self.send(head, body)?;
        let (status, head) = read_head(&mut reader)?;
        let mut body = Vec::new();
        reader.read_to_end(&mut body).context(what)?;
        Ok(Answer { status, head, body, seconds: started.elapsed().as_secs_f64() })
    }

    fn send(&self, head: &str, body: &str) -> Result<BufReader<TcpStream>> {
        let Self { address, proof } = self;
        let mut stream = TcpStream::connect(address).with_context(|| format!("connect to {address}"))?;
        stream.set_read_timeout(Some(ANSWERS_WITHIN))?;
        stream.write_all(format!("{head}Host: {address}\r\n{proof}\r\n{body}").as_bytes())?;
        Ok(BufReader::new(stream))
    }
}

impl Answer {
    /// `name=value` of each cookie that is set.
    fn cookies(&self) -> Vec<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(':'));
        let values = lines.filter(|(name, _)| name.eq_ignore_ascii_case("set-cookie")).map(|(_, value)| value);
        values.filter_map(|value| value.split(';').next()).map(str::trim).collect()
    }
}

/// Reads the status and the headers.
fn read_head(reader: &mut impl BufRead) -> Result<(u16, String)> {
    let mut head = String::new();
    reader.read_line(&mut head)?;
    let status = head.split(' ').nth(1).and_then(|word| word.parse().ok()).with_context(|| format!("no HTTP: {head:?}"))?;
    while reader.read_line(&mut head)? > 2 {}
    Ok((status, head))
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
    pub fn open(site: &Site, path: &str) -> Result<Self> {
        let mut reader = site.send(&format!("GET /events?path={path}&lang=en HTTP/1.0\r\n"), "")?;
        let (status, _) = read_head(&mut reader)?;
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
    fn a_head_ends_with_an_empty_line_and_its_cookies_are_kept() {
        let mut bytes: &[u8] = b"HTTP/1.0 303 See Other\r\nset-cookie: loadline=abc; HttpOnly\r\nSet-Cookie: lang=zh\r\n\r\nbody";
        let (status, head) = read_head(&mut bytes).unwrap();
        assert_eq!((status, bytes), (303, &b"body"[..]));
        let answer = Answer { status, head, body: Vec::new(), seconds: 0.0 };
        assert_eq!(answer.cookies(), ["loadline=abc", "lang=zh"]);
        let site = Site::for_nobody("127.0.0.1:1").with_cookies(&answer);
        assert_eq!(site.proof, "Cookie: loadline=abc; lang=zh\r\n");
        assert!(read_head(&mut &b"\r\n"[..]).is_err());
    }
}
