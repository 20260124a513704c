//! The live stream: everything once, in order, from where the client was, whichever node wrote it.

use daybook_testkit::{EventStream, Message, TestPortal, both_engines};
use futures_util::future::join_all;

both_engines!(
    events_arrive_as_they_happen,
    a_stream_resumes_without_gap_or_double_while_events_are_written,
    a_stream_from_far_behind_catches_up,
    what_another_node_changes_arrives_too,
    a_stream_starts_after_the_number_it_is_given,
);

fn numbers(messages: &[Message]) -> Vec<u64> {
    messages.iter().map(|message| message.id.parse().unwrap()).collect()
}

async fn events_arrive_as_they_happen(portal: &TestPortal) {
    let admin = portal.admin();
    let size = portal.settle().await;
    let mut stream = EventStream::open(&portal.auditor(), None).await;
    let tenant = admin.tenant("Acme").create().await.unwrap();
    let message = stream.next().await.unwrap();
    assert_eq!(message.id, size.to_string());
    assert_eq!(message.event.r#type, "TENANT_CREATED");
    assert_eq!(message.event.tenant.as_ref().unwrap().id, tenant.id);
    assert_eq!(admin.recent().await.activities[0], message.event, "the feed shows the same, field by field");
}

async fn a_stream_resumes_without_gap_or_double_while_events_are_written(portal: &TestPortal) {
    let admin = portal.admin();
    admin.tenant("Acme").create().await.unwrap();
    let first = portal.settle().await;
    let writers = join_all((0..6).map(|_| async {
        for _ in 0..12 {
            admin.codes("acme").count(5).create().await.unwrap();
        }
    }));
    let last = first + 6 * 12 * 5;
    let follower = async {
        let mut seen: Vec<u64> = vec![];
        let mut connections = 0;
        while seen.last().is_none_or(|&seq| seq + 1 < last) {
            let after = seen.last().copied().unwrap_or(first - 1);
            let mut stream = if connections % 2 == 0 {
                EventStream::open(&admin, Some(after)).await
            } else {
                EventStream::open_after(&admin, i64::try_from(after).unwrap()).await
            };
            let left = usize::try_from(last - after - 1).unwrap();
            // A little more each time, never in step with what is written together.
            seen.extend(numbers(&stream.take((connections * 7 + 3).min(left)).await));
            connections += 1;
        }
        assert!(connections > 5, "the stream was broken off and resumed {connections} times");
        seen
    };
    let (_, seen) = tokio::join!(writers, follower);
    assert_eq!(seen, (first..last).collect::<Vec<_>>());
}

async fn a_stream_from_far_behind_catches_up(portal: &TestPortal) {
    let admin = portal.admin();
    admin.tenant("Acme").create().await.unwrap();
    // More than is kept in memory for followers.
    admin.codes("acme").count(1_000).create().await.unwrap();
    admin.codes("acme").count(700).create().await.unwrap();
    let size = portal.settle().await;
    let mut stream = EventStream::open_after(&admin, -1).await;
    let seen = stream.take(usize::try_from(size).unwrap()).await;
    assert_eq!(numbers(&seen), (0..size).collect::<Vec<_>>());
    admin.tenant("Late").create().await.unwrap();
    assert_eq!(stream.next().await.unwrap().id, size.to_string());
}

async fn what_another_node_changes_arrives_too(portal: &TestPortal) {
    let second = portal.second_node().await;
    let (here, there) = (portal.admin(), portal.caller_at(&second, daybook_testkit::Role::Admin));
    let size = portal.settle().await;
    let mut streams = [EventStream::open(&here, None).await, EventStream::open(&there, None).await];
    for number in 0..10 {
        let admin = if number % 2 == 0 { &there } else { &here };
        admin.tenant("Acme").slug(&format!("acme-{number}")).create().await.unwrap();
    }
    for stream in &mut streams {
        let seen = stream.take(10).await;
        assert_eq!(numbers(&seen), (size..size + 10).collect::<Vec<_>>());
        let slugs: Vec<&str> =
            seen.iter().map(|message| message.event.tenant.as_ref().unwrap().slug.as_str()).collect();
        assert_eq!(slugs, (0..10).map(|number| format!("acme-{number}")).collect::<Vec<_>>());
    }
    drop(streams);
    second.stop().await;
}

async fn a_stream_starts_after_the_number_it_is_given(portal: &TestPortal) {
    let admin = portal.admin();
    admin.tenant("Acme").create().await.unwrap();
    let size = portal.settle().await;
    let mut stream = EventStream::open(&admin, Some(size - 2)).await;
    assert_eq!(stream.next().await.unwrap().id, (size - 1).to_string());
    // Last-Event-ID is what a browser sends by itself when it comes back; it goes before the address it once asked for.
    let both = admin.get("/admin/api/events/stream?after=0").header("last-event-id", &(size - 2).to_string());
    let mut stream = EventStream::send(both).await;
    assert_eq!(stream.next().await.unwrap().id, (size - 1).to_string());
    // The last is the place of an entry that is not there: entries that were lost are not waited for.
    for wrong in ["-2", "x", "1.5", "99999999999999999999", &size.to_string()] {
        for request in [
            admin.get(&format!("/admin/api/events/stream?after={wrong}")),
            admin.get("/admin/api/events/stream").header("last-event-id", wrong),
        ] {
            let problem = request.send().await.problem();
            assert_eq!((problem.status, problem.pointers()), (422, vec!["?after"]), "{wrong}");
        }
    }
}
