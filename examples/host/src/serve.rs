//! Connections: how many there are, and how long one may take to say what it asks.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};

/// How many there are at once; others wait.
const CONNECTIONS: usize = 1_024;

/// How long the head of a request may take to arrive. That of its body is
/// [`BODY_TIME`](crate::input::BODY_TIME).
const HEAD_TIME: Duration = Duration::from_secs(10);

/// The most bytes of a request's head.
const MAX_HEAD: usize = 32 * 1024;

/// How long a connection may live, whatever it does: a client that reads its answer byte by byte
/// does not keep its place for ever.
const LIFE: Duration = Duration::from_mins(2);

/// Serves until the process is told to stop; then those who are being answered still are.
pub async fn serve(listener: TcpListener, router: Router, stop: impl Future<Output = ()>) {
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    let mut stop = std::pin::pin!(stop);
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { break };
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stop => break,
        };
        let Ok((stream, _)) = accepted else {
            // There are no file handles left, say: others close theirs meanwhile.
            sleep(Duration::from_millis(50)).await;
            continue;
        };
        let service = TowerToHyperService::new(router.clone());
        tokio::spawn(async move {
            let connection = http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(HEAD_TIME)
                .max_header_size(MAX_HEAD)
                .max_buf_size(2 * MAX_HEAD)
                .serve_connection(TokioIo::new(stream), service);
            timeout(LIFE, connection).await.ok();
            drop(place);
        });
    }
    // Whoever is being answered has a moment to be done.
    let all = u32::try_from(CONNECTIONS).unwrap_or(u32::MAX);
    timeout(Duration::from_secs(5), places.acquire_many(all)).await.ok();
}
