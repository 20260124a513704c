//! The page of the log as things happen: what comes by itself is what the list shows for the same filters, once and in order.

use daybook_testkit::{EventStream, Role, TestPortal, both_engines, query};

use crate::{
    history,
    portal_pages::{page, visiting},
};

both_engines!(what_comes_is_what_the_list_shows, the_newest_entries_alone_go_on_live);

const LIVE: &str = "/events/live";

async fn what_comes_is_what_the_list_shows(portal: &TestPortal) {
    let known = history::write(portal).await;
    let client = visiting(portal, &portal.person("lin", Role::Auditor, None).await);
    let size = portal.settle().await;
    let auditor = portal.auditor();
    let log = auditor.all_events(&[]).await;
    let admin = log.iter().find_map(|event| event.actor.id.clone()).unwrap();
    let middle = log[log.len() / 2].occurred_at.clone();
    let all: [&[(&str, &str)]; 12] = [
        &[],
        &[("severity", "MINOR")],
        &[("outcome", "refused")],
        &[("type", "CODE_GENERATED")],
        &[("tenant", "acme"), ("severity", "MAJOR")],
        &[("tenant", &known.deleted)],
        &[("q", &known.kiosk.id)],
        &[("q", &known.bound[0].id)],
        &[("q", &known.device)],
        &[("q", &admin)],
        &[("since", &middle)],
        &[("until", &middle), ("q", "acme")],
    ];
    for asked in all {
        let mut listed: Vec<u64> = auditor.all_events(asked).await.iter().map(|event| event.seq).collect();
        listed.reverse();
        assert!(!listed.is_empty() && (asked.is_empty() || listed.len() < log.len()), "{asked:?} narrows");
        let mut live =
            EventStream::send(client.get(&query(LIVE, &[asked, &[("after", "-1")]].concat()))).await;
        let mut came: Vec<u64> = vec![];
        while came.len() < listed.len() {
            let (id, row) = live.next_data().await.unwrap();
            assert!(row.starts_with("<tr>") && row.contains(&format!("href=\"/events/{id}\"")), "{row}");
            came.push(id.parse().unwrap());
        }
        assert_eq!(came, listed, "{asked:?}");
    }
    // What does not match is passed over, and what is read goes on after it.
    let mut live =
        EventStream::send(client.get(&format!("{LIVE}?type=TENANT_CREATED&after={}", size - 1))).await;
    portal.admin().codes("acme").create().await.unwrap();
    portal.admin().tenant("Initech").create().await.unwrap();
    let (_, row) = live.next_data().await.unwrap();
    assert!(row.contains("Initech") && row.contains("TENANT_CREATED"), "{row}");
}

async fn the_newest_entries_alone_go_on_live(portal: &TestPortal) {
    portal.admin().tenant("Acme").create().await.unwrap();
    portal.admin().codes("acme").count(60).create().await.unwrap();
    let client = visiting(portal, &portal.person("boss", Role::TenantAdmin, Some("acme")).await);
    let size = portal.settle().await;
    let newest = page(&client, "/events?severity=MAJOR").await;
    let from = format!("hx-sse:connect=\"{LIVE}?severity=MAJOR&#38;after={}\"", size - 1);
    assert!(newest.contains(&from), "{newest}");
    assert!(!page(&client, "/events?before=20").await.contains("hx-sse:connect"), "older ones do not change");
    assert!(!page(&client, "/events?q=nothing-here").await.contains("hx-sse:connect"), "nothing can come");
    assert_eq!(client.get(&format!("{LIVE}?q=nothing-here")).send().await.code(), 422);

    // People of a tenant see what is theirs, without the column for tenants.
    let mut live = EventStream::send(client.get(&format!("{LIVE}?after={}", size - 1))).await;
    portal.admin().tenant("Globex").create().await.unwrap();
    portal.admin().codes("acme").create().await.unwrap();
    let (_, row) = live.next_data().await.unwrap();
    assert!(row.contains("CODE_GENERATED") && row.contains("colspan=\"5\""), "{row}");
}
