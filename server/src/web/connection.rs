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
