//! An orderly stop: what was asked is answered, streams end, nobody new is let in.

use daybook_testkit::{Code, EventStream, Node, Role, TestPortal, both_engines, wait_for};
use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
};

both_engines!(streams_end_when_the_server_stops, a_request_under_way_is_finished);

async fn streams_end_when_the_server_stops(portal: &TestPortal) {
    let node = portal.second_node().await;
    let admin = portal.caller_at(&node, Role::Admin);
    let mut stream = EventStream::open(&admin, None).await;
    admin.tenant("Acme").create().await.unwrap();
    let last = stream.next().await.unwrap();
    node.begin_to_stop();
    assert_eq!(stream.next().await, None, "the client is told by the end of the stream");
    node.stop().await;
    // It comes back to another node and goes on where it was.
    portal.admin().tenant("Borealis").create().await.unwrap();
    let mut resumed = EventStream::open(&portal.auditor(), Some(last.id.parse().unwrap())).await;
    assert_eq!(resumed.next().await.unwrap().event.tenant.unwrap().slug, "borealis");
}

async fn a_request_under_way_is_finished(portal: &TestPortal) {
    portal.admin().tenant("Acme").create().await.unwrap();
    let node = portal.second_node().await;
    let body = r#"{"tenant":"acme","count":1000}"#;
    let (mut connection, address) = begin_request(&node, portal.token(Role::Admin), body.len()).await;
    node.begin_to_stop();
    wait_for("nobody new is let in", || async { TcpStream::connect(&address).await.is_err().then_some(()) })
        .await;
    connection.get_mut().write_all(body.as_bytes()).await.unwrap();
    let mut answer = vec![];
    connection.read_to_end(&mut answer).await.unwrap();
    let answer = String::from_utf8(answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 201 Created\r\n"), "{answer:.200}");
    let (_, body) = answer.split_once("\r\n\r\n").unwrap();
    let generated: Value = serde_json::from_str(body).unwrap();
    assert_eq!(generated["items"].as_array().unwrap().len(), 1_000);
    drop(connection);
    node.stop().await;
    portal.settle().await;
    assert_eq!(portal.auditor().all::<Code>("/admin/api/codes", &[("limit", "500")]).await.len(), 1_000);
}

/// Sends the head of a request and waits until its handler asks for the body: from then on it is under way.
async fn begin_request(node: &Node, token: &str, length: usize) -> (BufReader<TcpStream>, String) {
    let address = node.url().strip_prefix("http://").unwrap().to_owned();
    let mut connection = TcpStream::connect(&address).await.unwrap();
    let head = format!(
        "POST /admin/api/codes/generate HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\nContent-Length: {length}\r\nExpect: 100-continue\r\n\r\n"
    );
    connection.write_all(head.as_bytes()).await.unwrap();
    let mut connection = BufReader::new(connection);
    let mut line = String::new();
    connection.read_line(&mut line).await.unwrap();
    assert_eq!(line, "HTTP/1.1 100 Continue\r\n");
    connection.read_line(&mut line).await.unwrap();
    (connection, address)
}
