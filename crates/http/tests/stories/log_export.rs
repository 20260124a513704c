//! The log as a file, and how much of it there is: an export is what the list shows for the same filters, whole or visibly cut off; the
//! page counts the same.

use daybook_testkit::{Action, Activity, Client, Node, Reply, Role, TestPortal, both_engines, query};
use serde_json::json;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpSocket, TcpStream},
};

use crate::{
    history,
    portal_pages::{page, visiting},
};

both_engines!(
    an_export_is_what_the_list_shows_page_for_page,
    a_table_reads_back_and_computes_nothing,
    an_erased_name_is_an_empty_cell_that_says_so,
    people_of_a_tenant_export_their_own,
    an_export_is_for_whoever_may_read_the_log,
    what_is_recorded_meanwhile_is_not_in_it,
    an_export_that_is_not_complete_is_cut_off,
    the_page_counts_what_it_lists_and_exports_it,
);

const NDJSON: &str = "/admin/api/events.ndjson";
const CSV: &str = "/admin/api/events.csv";

/// What is exported at this address.
async fn exported(client: &Client, path: &str) -> (Reply, Vec<Activity>) {
    let reply = client.get(path).send().await;
    assert_eq!((reply.code(), reply.header("content-type")), (200, "application/x-ndjson"), "{path}");
    let read = lines(reply.text());
    (reply, read)
}

fn lines(text: &str) -> Vec<Activity> {
    assert!(text.is_empty() || text.ends_with('\n'));
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// A table as RFC 4180 says: the rows, each with its cells.
fn rows(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell) = (vec![], vec![], String::new());
    let (mut letters, mut quoted) = (text.chars().peekable(), false);
    while let Some(letter) = letters.next() {
        match (quoted, letter) {
            (true, '"') if letters.next_if_eq(&'"').is_some() => cell.push('"'),
            (_, '"') => quoted = !quoted,
            (false, ',') => row.push(std::mem::take(&mut cell)),
            (false, '\r') => {
                assert_eq!(letters.next(), Some('\n'), "lines end in CRLF");
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            (false, '\n') => panic!("a line break without quotes: {cell}"),
            (_, other) => cell.push(other),
        }
    }
    assert!(!quoted && row.is_empty() && cell.is_empty(), "the last line is complete");
    rows
}

/// The cells of a table's column.
fn column<'a>(rows: &'a [Vec<String>], name: &str) -> Vec<&'a str> {
    let at = rows[0].iter().position(|cell| cell == name).unwrap();
    rows[1..].iter().map(|row| row[at].as_str()).collect()
}

/// More entries than are read at once.
async fn write_long(portal: &TestPortal, thousands: usize) {
    let admin = portal.admin();
    for _ in 0..thousands {
        admin.codes("acme").count(1_000).label(&"a rather long label ".repeat(4)).create().await.unwrap();
    }
}

async fn an_export_is_what_the_list_shows_page_for_page(portal: &TestPortal) {
    let known = history::write(portal).await;
    write_long(portal, 1).await;
    let size = portal.settle().await;
    let auditor = portal.auditor();
    let log = auditor.all_events(&[]).await;
    assert!(log.len() > 1_000, "several pages, not {}", log.len());
    let created = log.iter().find(|event| event.r#type == "TENANT_CREATED").unwrap();
    let admin = created.actor.id.clone().unwrap();
    let middle = log[log.len() / 2].occurred_at.clone();
    let all: [&[(&str, &str)]; 16] = [
        &[],
        &[("severity", "MINOR")],
        &[("outcome", "refused")],
        &[("type", "CODE_GENERATED,TENANT_CREATED")],
        &[("tenant", "acme")],
        &[("tenant", &known.deleted)],
        &[("project", &known.kiosk.id)],
        &[("code", &known.bound[0].id)],
        &[("device", &known.device)],
        &[("user", "usr_00000000000000000000000001")],
        &[("actor", &admin)],
        &[("origin", "live")],
        &[("since", &middle)],
        &[("until", &middle), ("severity", "MAJOR")],
        &[("q", "acme"), ("type", "CODE_GENERATED")],
        &[("tenant", "nobody")],
    ];
    for asked in all {
        let listed = auditor.all_events(asked).await;
        let (reply, read) = exported(&auditor, &query(NDJSON, asked)).await;
        assert_eq!(read, listed, "{asked:?}");
        assert_eq!(reply.header("x-as-of"), size.to_string());
        assert_eq!(
            reply.header("content-disposition"),
            format!("attachment; filename=\"events-{size}.ndjson\"")
        );
        assert_eq!(reply.header("cache-control"), "no-store");
        let table = auditor.get(&query(CSV, asked)).send().await;
        assert_eq!((table.code(), table.header("content-type")), (200, "text/csv; charset=utf-8"));
        assert_eq!(
            table.header("content-disposition"),
            format!("attachment; filename=\"events-{size}.csv\"")
        );
        let rows = rows(table.text());
        let ids: Vec<&str> = listed.iter().map(|event| event.id.as_str()).collect();
        assert_eq!(column(&rows, "id"), ids, "{asked:?}");
    }
    for (name, value) in [("severity", "HUGE"), ("since", "yesterday"), ("type", "TENANT_CREATED,")] {
        for path in [NDJSON, CSV] {
            let problem = auditor.get(&query(path, &[(name, value)])).send().await.problem();
            assert_eq!((problem.status, problem.pointers()), (422, vec![format!("?{name}").as_str()]));
        }
    }
}

async fn a_table_reads_back_and_computes_nothing(portal: &TestPortal) {
    let admin = portal.admin();
    let written =
        ["=HYPERLINK(\"http://evil.example\",\"pay, now\")", "+1", "-1", "@SUM(A1)", "Plain, \"quoted\""];
    for (number, name) in written.iter().enumerate() {
        admin.tenant(name).slug(&format!("acme-{number}")).create().await.unwrap();
    }
    portal.settle().await;
    let listed = portal.auditor().all_events(&[("type", "TENANT_CREATED")]).await;
    let table = portal.auditor().get(&query(CSV, &[("type", "TENANT_CREATED")])).send().await;
    let rows = rows(table.text());
    assert!(rows.iter().all(|row| row.len() == rows[0].len()));
    let cells = rows.iter().flatten();
    let formulas: Vec<_> = cells.filter(|cell| cell.starts_with(['=', '+', '-', '@', '\t', '\r'])).collect();
    assert!(formulas.is_empty(), "{formulas:?}");
    let names = column(&rows, "tenant_name");
    let guarded: Vec<String> = written[..4].iter().rev().map(|name| format!("'{name}")).collect();
    assert_eq!(names[0], written[4]);
    assert_eq!(names[1..], guarded);
    for (at, event) in listed.iter().enumerate() {
        let row = |name: &str| column(&rows, name)[at].to_owned();
        assert_eq!(row("seq"), event.seq.to_string());
        assert_eq!(
            (row("type"), row("severity"), row("outcome")),
            (event.r#type.clone(), event.severity.clone(), event.outcome.clone())
        );
        assert_eq!(
            (row("occurred_at"), row("recorded_at")),
            (event.occurred_at.clone(), event.recorded_at.clone())
        );
        assert_eq!(
            (row("actor_type"), Some(row("actor_id"))),
            (event.actor.r#type.clone(), event.actor.id.clone())
        );
        assert_eq!(
            (row("description"), row("request_id")),
            (event.description.clone(), event.request_id.clone().unwrap())
        );
        assert_eq!(serde_json::from_str::<serde_json::Value>(&row("metadata")).unwrap(), event.metadata);
        assert_eq!(
            (row("project_id"), row("device_label"), row("erased")),
            (String::new(), String::new(), String::new())
        );
    }
}

async fn an_erased_name_is_an_empty_cell_that_says_so(portal: &TestPortal) {
    portal.admin().tenant("Acme").create().await.unwrap();
    let ada = portal.person("ada", Role::TenantAdmin, Some("acme")).await;
    let (id, _) = ada.ids().await;
    assert_eq!(ada.patch("/profile", &json!({ "name": "Acme Wheels" })).await.code(), 200);
    portal.settle().await;
    let asked = query(CSV, &[("type", "TENANT_UPDATED")]);
    let told = |reply: Reply| {
        let rows = rows(reply.text());
        [
            column(&rows, "actor_id")[0].to_owned(),
            column(&rows, "actor_name")[0].to_owned(),
            column(&rows, "erased")[0].to_owned(),
        ]
    };
    assert_eq!(told(portal.auditor().get(&asked).send().await), [&id, "ada", ""]);
    let erased = portal
        .owner()
        .post(&format!("/admin/api/users/{id}/erase"), &json!({ "reason": "asked for" }))
        .send()
        .await;
    assert!(erased.status.is_success(), "{}", erased.text());
    portal.settle().await;
    assert_eq!(told(portal.auditor().get(&asked).send().await), [&id, "", "actor"]);
}

async fn people_of_a_tenant_export_their_own(portal: &TestPortal) {
    history::write(portal).await;
    let ada = portal.person("ada", Role::TenantMember, Some("acme")).await;
    portal.settle().await;
    let client = visiting(portal, &ada);
    let own = portal.auditor().all_events(&[("tenant", "acme")]).await;
    for asked in ["", "?tenant=borealis"] {
        let (_, read) = exported(&client, &format!("/tenant/api/events.ndjson{asked}")).await;
        let ids: Vec<&str> = read.iter().map(|event| event.id.as_str()).collect();
        assert_eq!(ids, own.iter().map(|event| event.id.as_str()).collect::<Vec<_>>(), "{asked}");
        let table = client.get(&format!("/tenant/api/events.csv{asked}")).send().await;
        assert_eq!(column(&rows(table.text()), "id"), ids, "{asked}");
        let operators =
            read.iter().filter(|event| event.actor.r#type == "admin" || event.actor.r#type == "api_token");
        assert!(operators.clone().count() > 0);
        for event in operators {
            assert_eq!(event.actor.name, None, "a tenant sees no operator by name");
        }
    }
    let shown = page(&client, "/events").await;
    assert!(shown.contains(&format!("data-matched>{} entries<", own.len())), "{shown}");
    assert!(shown.contains("href=\"/tenant/api/events.csv\""), "{shown}");
    for path in [NDJSON, CSV] {
        assert_eq!(client.get(path).send().await.code(), 403, "{path}");
    }
}

async fn an_export_is_for_whoever_may_read_the_log(portal: &TestPortal) {
    portal.admin().tenant("Acme").create().await.unwrap();
    let other = portal.client(&portal.scoped_token(Role::Owner, None, &[Action::TenantsRead]).await);
    let reading = portal.client(&portal.scoped_token(Role::Owner, None, &[Action::LogRead]).await);
    let tenants =
        portal.client(&portal.scoped_token(Role::TenantAdmin, Some("acme"), &[Action::CodesRead]).await);
    portal.settle().await;
    for path in [NDJSON, CSV] {
        let of_tenant = path.replace("/admin/", "/tenant/");
        assert_eq!(portal.anonymous().get(path).send().await.code(), 401, "{path}");
        assert_eq!(other.get(path).send().await.problem().kind(), (403, "FORBIDDEN"), "{path}");
        assert_eq!(tenants.get(&of_tenant).send().await.problem().kind(), (403, "FORBIDDEN"), "{path}");
        assert_eq!(reading.get(path).send().await.code(), 200, "{path}");
    }
}

/// An export of which nothing was read but its head: more than what lies between client and server waits to be read from the log.
async fn begin_export(node: &Node, token: &str) -> (BufReader<TcpStream>, u64) {
    let address = node.url().strip_prefix("http://").unwrap().to_owned();
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4_096).unwrap();
    let connection = socket.connect(address.parse().unwrap()).await.unwrap();
    let mut connection = BufReader::new(connection);
    let head = format!(
        "GET {NDJSON} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n"
    );
    connection.get_mut().write_all(head.as_bytes()).await.unwrap();
    let (mut line, mut as_of) = (String::new(), None);
    while line != "\r\n" {
        line.clear();
        connection.read_line(&mut line).await.unwrap();
        as_of = as_of.or_else(|| line.strip_prefix("x-as-of: ")?.trim().parse().ok());
    }
    (connection, as_of.unwrap())
}

/// The rest of the answer, put together of its chunks (RFC 9112, 7.1); and whether it came to its end.
async fn rest(mut connection: BufReader<TcpStream>) -> (String, bool) {
    let mut body = vec![];
    loop {
        let mut size = String::new();
        connection.read_line(&mut size).await.unwrap();
        let Ok(size) = usize::from_str_radix(size.trim(), 16) else { break };
        if size == 0 {
            return (String::from_utf8(body).unwrap(), true);
        }
        let mut chunk = vec![0; size + 2];
        if connection.read_exact(&mut chunk).await.is_err() {
            break;
        }
        body.extend_from_slice(&chunk[..size]);
    }
    (String::from_utf8_lossy(&body).into_owned(), false)
}

async fn what_is_recorded_meanwhile_is_not_in_it(portal: &TestPortal) {
    portal.admin().tenant("Acme").create().await.unwrap();
    write_long(portal, 6).await;
    let size = portal.settle().await;
    let node = portal.second_node().await;
    let (connection, as_of) = begin_export(&node, portal.token(Role::Auditor)).await;
    portal.admin().tenant("Late").create().await.unwrap();
    assert!(portal.settle().await > size);
    let (text, is_complete) = rest(connection).await;
    assert!(is_complete);
    assert_eq!(as_of, size);
    let numbers: Vec<u64> = lines(&text).iter().map(|event| event.seq).collect();
    assert_eq!(numbers, (0..size).rev().collect::<Vec<_>>());
    node.stop().await;
}

async fn an_export_that_is_not_complete_is_cut_off(portal: &TestPortal) {
    portal.admin().tenant("Acme").create().await.unwrap();
    write_long(portal, 6).await;
    let size = portal.settle().await;
    let node = portal.second_node().await;
    let (connection, as_of) = begin_export(&node, portal.token(Role::Auditor)).await;
    node.begin_to_stop();
    let (text, is_complete) = rest(connection).await;
    assert_eq!((as_of, is_complete), (size, false), "the client sees that it has not got everything");
    assert!((text.lines().count() as u64) < size);
    node.stop().await;
}

/// The addresses on a page that begin like this.
fn addresses(page: &str, start: &str) -> Vec<String> {
    let found = page.split("href=\"").skip(1).filter(|rest| rest.starts_with(start));
    found.map(|rest| rest.split('"').next().unwrap().replace("&#38;", "&")).collect()
}

async fn the_page_counts_what_it_lists_and_exports_it(portal: &TestPortal) {
    history::write(portal).await;
    write_long(portal, 1).await;
    let client = visiting(portal, &portal.person("grace", Role::Auditor, None).await);
    let size = portal.settle().await;
    let today =
        &portal.auditor().value("/admin/api/events").await["items"][0]["occurred_at"].to_string()[1..11];
    let grouped = |number: u64| match number {
        0..1_000 => number.to_string(),
        _ => format!("{},{:03}", number / 1_000, number % 1_000),
    };
    for asked in [
        "severity=MAJOR&tenant=acme".to_owned(),
        "outcome=refused".to_owned(),
        "type=CODE_GENERATED&before=7".to_owned(),
        format!("since={today}&until={today}"),
        "q=acme".to_owned(),
        "q=nobody-s".to_owned(),
    ] {
        let shown = page(&client, &format!("/events?{asked}")).await;
        let export = addresses(&shown, NDJSON);
        assert_eq!(export.len(), 1, "{asked}");
        let (_, read) = exported(&client, &export[0]).await;
        let matched = format!("data-matched>{} of {} entries<", grouped(read.len() as u64), grouped(size));
        assert!(shown.contains(&matched), "{asked}: {matched} in {shown}");
        assert_eq!(shown.contains("<div class=\"plot short\">"), !read.is_empty(), "{asked}");
        assert_eq!(counted(&shown), counted_of(&read), "{asked}");
        let table = client.get(&addresses(&shown, CSV)[0]).send().await;
        assert_eq!(column(&rows(table.text()), "id").len(), read.len(), "{asked}");
    }
    let whole = page(&client, "/events").await;
    assert!(whole.contains(&format!("data-matched>{} entries<", grouped(size))), "{whole}");
    assert_eq!(addresses(&whole, NDJSON), [NDJSON]);
    write_long(portal, 1).await;
    let size = portal.settle().await;
    let many = page(&client, "/events?type=CODE_GENERATED").await;
    assert!(many.contains(&format!("data-matched>more than 2,000 of {} entries<", grouped(size))), "{many}");
    assert!(many.contains("Only the newest 2,000 are counted."), "{many}");
    assert_eq!(counted(&many), (2_000, 0));
}

/// The sums of the table beneath the columns: major and minor entries.
fn counted(page: &str) -> (u64, u64) {
    let Some((_, table)) = page.split_once("<details class=\"chart-data\">") else { return (0, 0) };
    let table = table.split("</details>").next().unwrap();
    let cells = table.split("<td class=\"n\">").skip(1);
    let numbers: Vec<u64> =
        cells.map(|cell| cell.split('<').next().unwrap().replace(',', "").parse().unwrap()).collect();
    numbers.chunks(2).fold((0, 0), |(major, minor), row| (major + row[0], minor + row[1]))
}

fn counted_of(events: &[Activity]) -> (u64, u64) {
    let of = |severity: &str| events.iter().filter(|event| event.severity == severity).count() as u64;
    (of("MAJOR"), of("MINOR"))
}
