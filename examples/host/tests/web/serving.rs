//! Connections: those who are slow are let go, and those who are not are answered.

use bailiwick_host::routes::router;
use bailiwick_host::serve::serve;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::client::host;

/// A server, what stops it, and a connection to it.
async fn started() -> (JoinHandle<()>, oneshot::Sender<()>, TcpStream) {
    let router = router(host().await);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel();
    let server = tokio::spawn(serve(listener, router, async { drop(stopped.await) }));
    (server, stop, TcpStream::connect(address).await.unwrap())
}

/// Everything that comes until the other side is done.
async fn rest(connection: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    // Whoever is let go in the middle of a request may find the connection reset.
    connection.read_to_end(&mut bytes).await.ok();
    String::from_utf8(bytes).unwrap()
}

#[tokio::test]
async fn requests_are_answered_until_the_server_stops() {
    let (server, stop, mut connection) = started().await;
    let request = b"GET /style.css HTTP/1.1\r\nhost: here\r\nconnection: close\r\n\r\n";
    connection.write_all(request).await.unwrap();
    let answer = rest(&mut connection).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(answer.contains("content-security-policy: default-src 'none'"), "{answer}");
    stop.send(()).unwrap();
    server.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_head_that_does_not_arrive_is_given_up() {
    let (_server, _stop, mut connection) = started().await;
    connection.write_all(b"GET / HTTP/1.1\r\nhost:").await.unwrap();
    let answer = rest(&mut connection).await;
    assert!(!answer.contains(" 200 "), "{answer}");
}

#[tokio::test]
async fn a_head_that_is_too_large_is_refused() {
    let (_server, _stop, mut connection) = started().await;
    let request = format!("GET / HTTP/1.1\r\nhost: here\r\nx: {}\r\n\r\n", "x".repeat(40_000));
    connection.write_all(request.as_bytes()).await.unwrap();
    let answer = rest(&mut connection).await;
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 431 "), "{answer}");
}
