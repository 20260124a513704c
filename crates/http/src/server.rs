//! Serves connections until told to stop: then no new ones are taken, requests under way finish, streams end.

use std::{
    future::Future,
    io::{self, ErrorKind},
    net::SocketAddr,
    sync::Arc,
    time::Duration,
};

use axum::{Router, extract::ConnectInfo};
use daybook_portal::Portal;
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{conn::auto::Builder, graceful::GracefulShutdown},
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{Semaphore, watch},
    task::JoinSet,
    time::{sleep, timeout},
};
use tower::ServiceExt;

use crate::{HttpConfig, linger::Lingering, router};

/// How long nobody is accepted when that failed: what it lacks, such as free file descriptors, takes its time to come.
const PAUSE: Duration = Duration::from_millis(100);

/// The longest head of a request, headers included: 32 KiB.
const MAX_HEAD: u32 = 32 * 1024;

/// Serves the portal until `shutdown` is ready; requests under way finish, streams end.
pub async fn serve(
    listener: TcpListener,
    portal: Portal,
    config: HttpConfig,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let stopping = watch::Sender::new(false);
    let router = router(portal, &config, stopping.subscribe());
    let server = connection_server(&config);
    let graceful = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(config.max_connections));
    let mut connections = JoinSet::new();
    let mut is_failing = false;
    let mut shutdown = std::pin::pin!(shutdown);
    loop {
        let place = tokio::select! {
            () = &mut shutdown => break,
            place = places.clone().acquire_owned() => place.map_err(io::Error::other)?,
        };
        let accepted = tokio::select! {
            () = &mut shutdown => break,
            accepted = listener.accept() => accepted,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            // A peer that left before its turn.
            Err(error)
                if matches!(error.kind(), ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset) =>
            {
                continue;
            }
            Err(error) => {
                // Said once, not for as long as it lasts.
                if !std::mem::replace(&mut is_failing, true) {
                    tracing::warn!(%error, "connections cannot be accepted; trying again");
                }
                sleep(PAUSE).await;
                continue;
            }
        };
        is_failing = false;
        // An entry of the live stream goes out at once, instead of when the one before it is acknowledged, up to 40 ms later. Where that
        // cannot be set the connection is as good as before, or gone.
        let _ = stream.set_nodelay(true);
        let connection = graceful.watch(serve_connection(&server, stream, peer, router.clone()));
        connections.spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection ended early");
            }
            drop(place);
        });
        while connections.try_join_next().is_some() {}
    }
    drop(listener);
    stopping.send_replace(true);
    if timeout(config.shutdown_grace, graceful.shutdown()).await.is_err() {
        tracing::warn!("requests were still under way when the time for them was over");
    }
    connections.shutdown().await;
    Ok(())
}

fn connection_server(config: &HttpConfig) -> Arc<Builder<TokioExecutor>> {
    let mut server = Builder::new(TokioExecutor::new());
    server
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(config.head_timeout)
        .max_buf_size(MAX_HEAD as usize)
        .http2()
        .timer(TokioTimer::new())
        .max_header_list_size(MAX_HEAD)
        .max_concurrent_streams(128);
    Arc::new(server)
}

fn serve_connection(
    server: &Arc<Builder<TokioExecutor>>,
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
) -> impl hyper_util::server::graceful::GracefulConnection<Error = Box<dyn std::error::Error + Send + Sync>>
+ Send
+ use<> {
    let service = router.map_request(move |mut request: hyper::Request<hyper::body::Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        request.map(axum::body::Body::new)
    });
    server
        .serve_connection(TokioIo::new(Lingering::new(stream)), TowerToHyperService::new(service))
        .into_owned()
}
