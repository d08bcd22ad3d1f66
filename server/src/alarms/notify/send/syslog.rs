//! Syslog after RFC 5424, over UDP or over TCP with counted frames (RFC 6587). Neither is acknowledged by its receiver.

use std::io;
use std::net::SocketAddr;

use tokio::io::AsyncWriteExt;
use tokio::net::{TcpStream, UdpSocket};
use warehouse::alarms::notices::outbox::Attempt;

use super::super::address::{self, AllowedHosts, REFUSED, SyslogTarget};
use super::{CONNECT_WITHIN, Ended};

pub(super) async fn send(attempt: &Attempt, allowed: &AllowedHosts) -> Ended {
    let Ok(target) = address::syslog(&attempt.receiver.target, allowed) else { return Ended::misconfigured(REFUSED) };
    match hand_over(&target, attempt.body.as_bytes(), allowed).await {
        Ok(()) => Ended::sent("handed_over"),
        Err(error) if error.to_string() == REFUSED => Ended::misconfigured(REFUSED),
        Err(error) if error.kind() == io::ErrorKind::TimedOut => Ended::timeout(),
        Err(_) => Ended::unreachable("no_connection"),
    }
}

async fn hand_over(target: &SyslogTarget, frame: &[u8], allowed: &AllowedHosts) -> io::Result<()> {
    let found = address::resolve(&target.host, target.port, allowed).await?;
    let first = found.first().copied().ok_or(io::ErrorKind::NotFound)?;
    if !target.is_tcp {
        let from: SocketAddr = if first.is_ipv4() { ([0, 0, 0, 0], 0).into() } else { ([0u16; 8], 0).into() };
        let socket = UdpSocket::bind(from).await?;
        socket.connect(first).await?;
        return socket.send(frame).await.map(drop);
    }
    let connecting = tokio::time::timeout(CONNECT_WITHIN, TcpStream::connect(&found[..]));
    let mut stream = connecting.await.map_err(|_| io::ErrorKind::TimedOut)??;
    stream.write_all(format!("{} ", frame.len()).as_bytes()).await?;
    stream.write_all(frame).await?;
    stream.shutdown().await
}
