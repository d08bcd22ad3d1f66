//! Connections are bounded: how many there are, and how long one may say nothing before its first request.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum_server::accept::Accept;
use futures::future::BoxFuture;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Sleep;

/// No request is shorter than the 24 bytes that HTTP/2 begins with; what reads them has no time limit of its own.
const BEGINNING_BYTES: usize = 24;

/// Lets in as many connections as there are seats and closes the others at once.
#[derive(Clone)]
pub struct Seats<A> {
    pub seats: Arc<Semaphore>,
    /// How long one may say nothing before the first request.
    pub head_within: Duration,
    pub inner: A,
}

impl<A, S> Accept<TcpStream, S> for Seats<A>
where
    A: Accept<TcpStream, S>,
    A::Future: Send + 'static,
{
    type Stream = Seated<A::Stream>;
    type Service = A::Service;
    type Future = BoxFuture<'static, io::Result<(Self::Stream, Self::Service)>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        let Ok(seat) = Arc::clone(&self.seats).try_acquire_owned() else {
            metrics::counter!(crate::metrics::CONNECTIONS_REFUSED_TOTAL).increment(1);
            return Box::pin(async { Err(io::ErrorKind::ConnectionRefused.into()) });
        };
        // live changes are small and must not wait for more; without it they only come a little later
        let _ = stream.set_nodelay(true);
        let head_within = self.head_within;
        let accepting = self.inner.accept(stream, service);
        Box::pin(async move {
            let (stream, service) = accepting.await?;
            let silence = Some(Box::pin(tokio::time::sleep(head_within)));
            Ok((Seated { stream, silence, read_bytes: 0, _seat: seat }, service))
        })
    }
}

/// A connection with a seat, which it gives back when it ends.
pub struct Seated<S> {
    stream: S,
    /// Runs out unless the beginning of a request comes.
    silence: Option<Pin<Box<Sleep>>>,
    read_bytes: usize,
    _seat: OwnedSemaphorePermit,
}

impl<S: AsyncRead + Unpin> AsyncRead for Seated<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let Poll::Ready(outcome) = Pin::new(&mut self.stream).poll_read(cx, buffer) else {
            let Some(silence) = &mut self.silence else { return Poll::Pending };
            ready!(silence.as_mut().poll(cx));
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        };
        if self.silence.is_some() {
            self.read_bytes += buffer.filled().len() - before;
            if self.read_bytes >= BEGINNING_BYTES {
                self.silence = None;
            }
        }
        Poll::Ready(outcome)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Seated<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[io::IoSlice<'_>]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, bytes)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use axum_server::accept::DefaultAcceptor;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;

    const DEADLINE: Duration = Duration::from_secs(20);

    async fn pair(listener: &TcpListener) -> (TcpStream, TcpStream) {
        let client = TcpStream::connect(listener.local_addr().expect("an address")).await.expect("a connection");
        (client, listener.accept().await.expect("the other end").0)
    }

    #[tokio::test]
    async fn there_are_so_many_seats_and_an_end_gives_one_back() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let seats = Seats { seats: Arc::new(Semaphore::new(1)), head_within: DEADLINE, inner: DefaultAcceptor::new() };
        let (_first, theirs) = pair(&listener).await;
        let (seated, ()) = seats.accept(theirs, ()).await.expect("a seat");
        let (mut second, theirs) = pair(&listener).await;
        assert!(seats.accept(theirs, ()).await.is_err(), "no seat is left");
        assert_eq!(second.read(&mut [0]).await.expect("an end"), 0, "closed at once");
        drop(seated);
        let (_third, theirs) = pair(&listener).await;
        assert!(seats.accept(theirs, ()).await.is_ok());
    }

    #[tokio::test]
    async fn silence_ends_a_connection_until_a_request_began() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let head_within = Duration::from_millis(50);
        let seats = Seats { seats: Arc::new(Semaphore::new(2)), head_within, inner: DefaultAcceptor::new() };
        let mut buffer = [0; 64];
        let (mut slow, theirs) = pair(&listener).await;
        let (mut seated, ()) = seats.accept(theirs, ()).await.expect("a seat");
        slow.write_all(b"PRI * HT").await.expect("sent");
        assert_eq!(seated.read(&mut buffer).await.expect("the beginning"), 8);
        let error = seated.read(&mut buffer).await.expect_err("too little in time");
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);

        let (mut good, theirs) = pair(&listener).await;
        let (mut seated, ()) = seats.accept(theirs, ()).await.expect("a seat");
        good.write_all(b"GET /events HTTP/1.1\r\nhost: x\r\n\r\n").await.expect("sent");
        assert!(seated.read(&mut buffer).await.expect("a request") >= BEGINNING_BYTES);
        let silent = tokio::time::timeout(head_within * 4, seated.read(&mut buffer)).await;
        assert!(silent.is_err(), "whoever watches says nothing and stays");
    }
}
