//! Ids of every kind, and who acted.
#![no_main]

use daybook_model::{
    ApiTokenId, BatchId, CodeId, DeviceId, EventId, FactorId, ProjectId, TenantId, UserId,
    actor::parse_actor_id,
};
use libfuzzer_sys::fuzz_target;

macro_rules! each_has_one_spelling {
    ($text:expr; $($id:ty),* $(,)?) => { $(
        if let Ok(id) = $text.parse::<$id>() {
            assert_eq!(id.to_string(), $text);
            assert_eq!(<$id>::from_uuid(id.uuid()), id);
        }
    )* };
}

fuzz_target!(|text: &str| {
    each_has_one_spelling!(
        text; ApiTokenId, BatchId, CodeId, DeviceId, EventId, FactorId, ProjectId, TenantId, UserId
    );
    if let Some(id) = parse_actor_id(text) {
        let named = [
            UserId::from_uuid(id).to_string(),
            DeviceId::from_uuid(id).to_string(),
            ApiTokenId::from_uuid(id).to_string(),
        ];
        assert!(named.iter().any(|name| name == text), "{text}");
    }
});
