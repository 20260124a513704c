//! Closing a connection so that the last answer arrives. Who refuses a body before all of it was sent and closes at once resets the
//! connection, and the client never reads why: so what still comes is read and thrown away, for a short while. Must not wait long:
//! a peer that does not stop talking keeps a place.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Sleep, sleep},
};

/// How long to listen to a peer that was answered.
const PATIENCE: Duration = Duration::from_secs(2);
/// How much to listen to.
const MOST: usize = 16 << 20;

/// A stream that, once shut down for writing, reads what still comes before it is done.
pub(crate) struct Lingering<S> {
    stream: S,
    closing: Option<Closing>,
}

struct Closing {
    end: Pin<Box<Sleep>>,
    left: usize,
}

impl<S> Lingering<S> {
    pub(crate) fn new(stream: S) -> Self {
        Self { stream, closing: None }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Lingering<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Lingering<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.closing.is_none() {
            ready!(Pin::new(&mut self.stream).poll_shutdown(cx))?;
            self.closing = Some(Closing { end: Box::pin(sleep(PATIENCE)), left: MOST });
        }
        let Self { stream, closing } = &mut *self;
        let Some(closing) = closing else { return Poll::Ready(Ok(())) };
        let mut thrown_away = [0; 16 << 10];
        loop {
            if closing.left == 0 || closing.end.as_mut().poll(cx).is_ready() {
                return Poll::Ready(Ok(()));
            }
            let mut buf = ReadBuf::new(&mut thrown_away);
            // A peer that broke off has been answered as well as it can be.
            let read = ready!(Pin::new(&mut *stream).poll_read(cx, &mut buf));
            if read.is_err() || buf.filled().is_empty() {
                return Poll::Ready(Ok(()));
            }
            closing.left = closing.left.saturating_sub(buf.filled().len());
        }
    }
}
