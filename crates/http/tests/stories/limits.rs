//! Clients that are slow, or many: each costs only so much.

use std::time::Duration;

use daybook_http::HttpConfig;
use daybook_testkit::{Node, Role, TestPortal, both_engines};
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

both_engines!(
    a_body_that_never_comes_is_given_up,
    a_connection_that_says_nothing_is_closed,
    more_connections_than_allowed_wait_their_turn,
);

async fn connect(node: &Node) -> TcpStream {
    TcpStream::connect(node.url().strip_prefix("http://").unwrap()).await.unwrap()
}

/// Everything that the server says until it closes the connection.
async fn rest(connection: &mut TcpStream) -> String {
    let mut answer = vec![];
    connection.read_to_end(&mut answer).await.unwrap();
    String::from_utf8(answer).unwrap()
}

async fn a_body_that_never_comes_is_given_up(portal: &TestPortal) {
    let config = HttpConfig { request_timeout: Duration::from_millis(300), ..HttpConfig::default() };
    let node = portal.second_node_with(config).await;
    let before = portal.settle().await;
    let mut connection = connect(&node).await;
    let head = format!(
        "POST /admin/api/tenants HTTP/1.1\r\nHost: daybook\r\nAuthorization: Bearer {}\r\n\
         Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{{\"name\":",
        portal.token(Role::Admin)
    );
    connection.write_all(head.as_bytes()).await.unwrap();
    let answer = rest(&mut connection).await;
    assert!(answer.starts_with("HTTP/1.1 408 Request Timeout\r\n"), "{answer}");
    let (_, body) = answer.split_once("\r\n\r\n").unwrap();
    let problem: Value = serde_json::from_str(body).unwrap();
    assert_eq!((&problem["status"], &problem["code"]), (&408.into(), &"TIMEOUT".into()));
    drop(connection);
    node.stop().await;
    assert_eq!(portal.settle().await, before);
}

async fn a_connection_that_says_nothing_is_closed(portal: &TestPortal) {
    let config = HttpConfig { head_timeout: Duration::from_millis(300), ..HttpConfig::default() };
    let node = portal.second_node_with(config).await;
    for beginning in ["GET /healthz HTTP/1.1\r\nHost: day", "GET /heal"] {
        let mut connection = connect(&node).await;
        connection.write_all(beginning.as_bytes()).await.unwrap();
        let answer = rest(&mut connection).await;
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 408"), "{answer}");
    }
    node.stop().await;
}

async fn more_connections_than_allowed_wait_their_turn(portal: &TestPortal) {
    let config = HttpConfig { max_connections: 2, ..HttpConfig::default() };
    let node = portal.second_node_with(config).await;
    let mut held = vec![connect(&node).await, connect(&node).await];
    for connection in &mut held {
        connection.write_all(b"GET /healthz HTTP/1.1\r\nHost: daybook\r\n\r\n").await.unwrap();
        let mut first = [0; 15];
        connection.read_exact(&mut first).await.unwrap();
        assert_eq!(&first, b"HTTP/1.1 200 OK");
    }
    let client = node.anonymous();
    let mut third = Box::pin(client.get("/healthz").send());
    // That nothing comes can only be seen by waiting for it.
    assert!(timeout(Duration::from_millis(200), &mut third).await.is_err(), "two places, three connections");
    held.pop();
    assert_eq!(third.await.code(), 200);
    drop((held, client));
    node.stop().await;
}
