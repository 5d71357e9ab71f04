//! Connections: accepts them, bounds how many there are, and drops those that send or take nothing.

use super::{session::Peer, site::Site};
use axum::{
    Router,
    body::Body,
    http::{Request, Response},
};
use hyper::{body::Incoming, server::conn::http1};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use std::{
    convert::Infallible,
    future::Future,
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    time::{Instant, Sleep, sleep},
};
use tower::{Service, ServiceExt};

/// Most connections at once; the next ones wait in the system's queue.
const CONNECTIONS: usize = 512;

/// A request's head must be there in so long, and an idle connection is closed after it.
const HEAD: Duration = Duration::from_secs(10);

/// A peer that takes no byte of an answer for so long is dropped.
const STALLED: Duration = Duration::from_secs(30);

/// Largest head of a request, in bytes.
const HEAD_SIZE: usize = 64 << 10;

/// Serves `site` until `stop` is ready.
///
/// # Errors
/// The listener's.
pub(super) async fn serve(listener: TcpListener, site: Site, stop: impl Future<Output = ()>) -> io::Result<()> {
    let site = Arc::new(site);
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    tokio::pin!(stop);
    loop {
        let accepted = async {
            let place = Arc::clone(&places).acquire_owned().await;
            (place, listener.accept().await)
        };
        tokio::select! {
            () = &mut stop => return Ok(()),
            (place, accepted) = accepted => match accepted {
                Ok((stream, from)) => {
                    let connection = connection(stream, Peer(from.ip()), Arc::clone(&site));
                    tokio::spawn(async move {
                        connection.await;
                        drop(place);
                    });
                }
                // Too many open files and the like pass; the listener itself is whole.
                Err(_) => sleep(Duration::from_millis(50)).await,
            },
        }
    }
}

async fn connection(stream: TcpStream, peer: Peer, site: Arc<Site>) {
    // An answer is written whole: waiting for more to send would only delay it.
    let _ = stream.set_nodelay(true);
    let stream = Watched { inner: stream, stalled: Box::pin(sleep(STALLED)), waiting: false };
    let service = tower::service_fn(move |request: Request<Incoming>| call(Arc::clone(&site), peer, request));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .max_buf_size(HEAD_SIZE)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(service));
    // A connection that breaks is the peer's affair.
    let _ = connection.await;
}

async fn call(site: Arc<Site>, peer: Peer, request: Request<Incoming>) -> Result<Response<Body>, Infallible> {
    let mut request = request.map(Body::new);
    request.extensions_mut().insert(peer);
    let mut router = match site.router(&mut request) {
        Ok(router) => router,
        Err(answer) => return Ok(*answer),
    };
    <Router as ServiceExt<Request<Body>>>::ready(&mut router).await?.call(request).await
}

/// A stream whose writes fail when the peer takes nothing for too long.
struct Watched {
    inner: TcpStream,
    stalled: Pin<Box<Sleep>>,
    waiting: bool,
}

impl Watched {
    /// Passes on what a write gave; while it gives nothing, the clock runs.
    fn watch<T>(&mut self, context: &mut Context<'_>, written: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.waiting = false;
            return written;
        }
        if !self.waiting {
            self.waiting = true;
            self.stalled.as_mut().reset(Instant::now() + STALLED);
        }
        ready!(self.stalled.as_mut().poll(context));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl AsyncRead for Watched {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, to: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_read(context, to)
    }
}

impl AsyncWrite for Watched {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, from: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.inner).poll_write(context, from);
        self.watch(context, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        from: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.inner).poll_write_vectored(context, from);
        self.watch(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.inner).poll_flush(context);
        self.watch(context, flushed)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(context)
    }
}
