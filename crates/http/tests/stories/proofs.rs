//! Proofs of events: fetched by whoever may read the event, verified offline with the log's key alone.

use std::collections::BTreeSet;

use daybook_proof::{Checkpoint, TlogProof, VerifierKey, leaf_hash};
use daybook_testkit::{Client, Reply, Role, TestPortal, both_engines};
use serde_json::{Value, json};

use crate::history;

both_engines!(
    every_event_of_a_log_is_proved,
    proofs_hold_at_the_edges_of_subtrees,
    a_tenant_proves_its_own_events_and_nobody_else_s,
    a_proof_of_one_log_is_none_of_another,
);

async fn key_of(client: &Client, api: &str) -> VerifierKey {
    let status: Value = client.get(&format!("{api}/log/status")).send().await.json();
    status["vkey"].as_str().unwrap().parse().unwrap()
}

async fn proof_of(client: &Client, api: &str, name: &str) -> Reply {
    client.get(&format!("{api}/events/{name}/proof")).send().await
}

/// Verifies a proof file; answers with the entry and the head of the log.
fn verified(reply: &Reply, key: &VerifierKey) -> (Value, Checkpoint) {
    assert_eq!((reply.code(), reply.header("content-type")), (200, "text/plain; charset=utf-8"));
    let proof: TlogProof = reply.text().parse().unwrap();
    let (entry, checkpoint) = proof.verify_entry(key).unwrap();
    assert_eq!(proof.verify(&leaf_hash(entry), key).unwrap(), checkpoint);
    (serde_json::from_slice(entry).unwrap(), checkpoint)
}

async fn every_event_of_a_log_is_proved(portal: &TestPortal) {
    history::write(portal).await;
    let size = portal.settle().await;
    let auditor = portal.auditor();
    let key = key_of(&auditor, "/admin/api").await;
    assert_eq!(key.name().as_str(), "127.0.0.1/log");
    let root = auditor.log_status().await.root;
    for seq in 0..size {
        let event = auditor.event(&seq.to_string()).await.unwrap();
        for name in [seq.to_string(), event.activity.id.clone()] {
            let reply = proof_of(&auditor, "/admin/api", &name).await;
            let file = format!("attachment; filename=\"{}.tlog-proof\"", event.activity.id);
            assert_eq!(reply.header("content-disposition"), file);
            let (entry, checkpoint) = verified(&reply, &key);
            assert_eq!(entry, event.entry);
            assert_eq!((checkpoint.size, checkpoint.root.to_string()), (size, root.clone()));
        }
    }
    for nothing in [size.to_string(), "nobody".to_owned(), "evt_00000000000000000000000001".to_owned()] {
        let problem = proof_of(&auditor, "/admin/api", &nothing).await.problem();
        assert_eq!(problem.kind(), (404, "EVENT_NOT_FOUND"), "{nothing}");
    }
    assert_eq!(portal.settle().await, size, "proving leaves nothing");
}

async fn proofs_hold_at_the_edges_of_subtrees(portal: &TestPortal) {
    let admin = portal.admin();
    admin.tenant("Acme").create().await.unwrap();
    let key = key_of(&admin, "/admin/api").await;
    let mut sizes = BTreeSet::new();
    for wanted in [127, 128, 129, 255, 256, 257, 511, 512, 513, 770] {
        let size = portal.settle().await;
        admin.codes("acme").count(i64::try_from(wanted - size).unwrap()).create().await.unwrap();
        assert_eq!(portal.settle().await, wanted);
        let places = [0, 1, 126, 127, 128, 254, 255, 256, 257, 510, 511, 512, 513, wanted - 1];
        for place in places.into_iter().filter(|place| *place < wanted).collect::<BTreeSet<u64>>() {
            let reply = proof_of(&admin, "/admin/api", &place.to_string()).await;
            sizes.insert(verified(&reply, &key).1.size);
        }
    }
    assert_eq!(sizes.len(), 10);
}

async fn a_tenant_proves_its_own_events_and_nobody_else_s(portal: &TestPortal) {
    let admin = portal.admin();
    for slug in ["acme", "borealis"] {
        admin.tenant(slug).create().await.unwrap();
        admin.codes(slug).count(3).create().await.unwrap();
    }
    let acme = portal.client(&portal.tenant_token("acme", Role::TenantMember).await);
    let size = portal.settle().await;
    let key = key_of(&acme, "/tenant/api").await;
    assert_eq!(key, key_of(&admin, "/admin/api").await, "there is one log");
    for event in admin.all_events(&[]).await {
        let own = event.tenant.as_ref().is_some_and(|tenant| tenant.slug == "acme");
        for name in [event.id.clone(), event.seq.to_string()] {
            let reply = proof_of(&acme, "/tenant/api", &name).await;
            if own {
                assert_eq!(verified(&reply, &key).0["id"], json!(event.id));
                assert_eq!(reply.text(), proof_of(&admin, "/admin/api", &name).await.text());
            } else {
                assert_eq!(reply.problem().kind(), (404, "EVENT_NOT_FOUND"), "{name}");
            }
        }
    }
    assert_eq!(portal.settle().await, size);
}

async fn a_proof_of_one_log_is_none_of_another(portal: &TestPortal) {
    let admin = portal.admin();
    admin.tenant("Acme").create().await.unwrap();
    portal.settle().await;
    // The same keys under another name are another log.
    let node = portal.second_node_at("https://portal.example.com").await;
    let there = portal.caller_at(&node, Role::Admin);
    let (key, other) = (key_of(&admin, "/admin/api").await, key_of(&there, "/admin/api").await);
    assert_eq!(other.name().as_str(), "portal.example.com/log");
    let proof: TlogProof = proof_of(&there, "/admin/api", "0").await.text().parse().unwrap();
    assert!(proof.verify_entry(&other).is_ok() && proof.verify_entry(&key).is_err());
    node.stop().await;
}
