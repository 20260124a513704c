//! Stories: what holds for whoever uses a portal, told through the real HTTP server on both engines. One file per chapter; each test
//! has a database of its own, and ends with a check of everything against the log.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests: what goes wrong here must stop the test and say where"
)]

mod access;
mod activation;
mod bad_input;
mod bad_requests;
mod branding;
mod browsers;
mod check;
mod codes;
mod cross_site;
mod document;
mod erasure;
mod event_detail;
mod events;
mod feed;
mod folk;
mod forged_tokens;
mod guessing;
mod history;
mod hostile;
mod idempotency;
mod interface;
mod limits;
mod lists;
mod llm;
mod llm_history;
mod llm_keys;
mod log_export;
mod log_live;
mod mail;
mod naive;
mod notifications;
mod numbers;
mod oidc;
mod owners;
mod pages;
mod pages_dashboard;
mod pages_failures;
mod pages_licensing;
mod pages_llm;
mod pages_people;
mod pages_refusals;
mod pages_settings;
mod pages_sign_in;
mod pages_switch;
mod pages_tenants;
mod passkeys;
mod people;
mod permissions;
mod plans;
mod portal_pages;
mod proofs;
mod races;
mod recorded;
mod refusals;
mod release_checks;
mod same_history;
mod second_factor;
mod sessions;
mod shutdown;
mod sign_in;
mod stream;
mod templates;
mod tenant_people;
mod tenant_side;
mod tokens;
mod trace;
mod usage;
mod versions;
mod world;
