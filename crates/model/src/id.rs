//! Typed ids: a UUIDv7 written `prefix_` + 26 base32 symbols, after the TypeID specification 0.3.
//! Must not make an id from anything but a `Clock` and an `Entropy`.

use std::{fmt, str::FromStr};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use uuid::Uuid;

use crate::{Clock, Entropy, Timestamp};

/// Why a text is not an id of the wanted kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected an id like `{prefix}_01jd…` (26 characters after the prefix)")]
pub struct IdError {
    /// The prefix of the wanted kind.
    pub prefix: &'static str,
}

/// A UUIDv7 (RFC 9562 §5.7) with millisecond time and 74 random bits.
pub fn uuid_v7(at: Timestamp, entropy: &dyn Entropy) -> Uuid {
    let mut random = [0u8; 10];
    entropy.fill(&mut random);
    let millis = u64::try_from(at.as_micros() / 1_000).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}

/// 26 lower-case Crockford symbols for 128 bits; the first holds only three.
fn encode(uuid: Uuid) -> String {
    let number = uuid.as_u128();
    (0..26)
        .rev()
        .map(|at| {
            let five = u8::try_from((number >> (at * 5)) & 31).unwrap_or(0);
            crate::base32::symbol(five).to_ascii_lowercase()
        })
        .collect()
}

fn decode(text: &str) -> Option<Uuid> {
    if text.len() != 26 || text.starts_with(|first| first > '7') {
        return None;
    }
    text.bytes()
        .try_fold(0u128, |number, symbol| {
            let at = crate::base32::ALPHABET.iter().position(|s| s.to_ascii_lowercase() == symbol)?;
            Some((number << 5) | u128::try_from(at).ok()?)
        })
        .map(Uuid::from_u128)
}

macro_rules! typed_ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)*) => { $(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Uuid);

        impl $name {
            /// What its text starts with, before the underscore.
            pub const PREFIX: &'static str = $prefix;

            /// A fresh id: time-ordered to the millisecond, otherwise random.
            pub fn new(clock: &dyn Clock, entropy: &dyn Entropy) -> Self {
                Self(uuid_v7(clock.now(), entropy))
            }

            /// The id stored as this UUID.
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The UUID as the database stores it.
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(out, "{}_{}", $prefix, encode(self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, out)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                text.strip_prefix(concat!($prefix, "_"))
                    .and_then(decode)
                    .map(Self)
                    .ok_or(IdError { prefix: $prefix })
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                text.parse().map_err(D::Error::custom)
            }
        }

        impl JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({ "type": "string", "pattern": concat!("^", $prefix, "_[0-7][0-9a-hjkmnp-tv-z]{25}$") })
            }
        }
    )* };
}

typed_ids! {
    /// A tenant.
    TenantId = "ten";
    /// A project of a tenant.
    ProjectId = "prj";
    /// An activation code (never the code itself).
    CodeId = "cod";
    /// The codes that one request generated together.
    BatchId = "bat";
    /// An enrolled device.
    DeviceId = "dev";
    /// A person who signs in.
    UserId = "usr";
    /// A way in which a user proves who they are.
    FactorId = "fac";
    /// A signed-in session.
    SessionId = "ses";
    /// An event of the log.
    EventId = "evt";
    /// An API token (never its secret).
    ApiTokenId = "tok";
    /// A notification by mail.
    NotificationId = "ntf";
    /// One request, as named in `X-Request-Id`.
    RequestId = "req";
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_specification_s_example_reads_back() {
        // TypeID specification, "valid" test vectors: all zeros, all ones, and a UUIDv7.
        for (text, uuid) in [
            ("ten_00000000000000000000000000", "00000000-0000-0000-0000-000000000000"),
            ("ten_7zzzzzzzzzzzzzzzzzzzzzzzzz", "ffffffff-ffff-ffff-ffff-ffffffffffff"),
            ("ten_01h455vb4pex5vsknk084sn02q", "01890a5d-ac96-774b-bcce-b302099a8057"),
        ] {
            let id: TenantId = text.parse().unwrap();
            assert_eq!(id.uuid().to_string(), uuid);
            assert_eq!(id.to_string(), text);
        }
    }

    #[test]
    fn a_new_id_begins_with_the_millisecond() {
        struct Ones;
        impl Entropy for Ones {
            fn fill(&self, bytes: &mut [u8]) {
                bytes.fill(0xff);
            }
        }
        // RFC 9562, appendix A.6: its time, with other random bits.
        let at = Timestamp::from_micros(0x017F_22E2_79B0 * 1_000 + 999);
        assert_eq!(uuid_v7(at, &Ones).to_string(), "017f22e2-79b0-7fff-bfff-ffffffffffff");
    }

    #[test]
    fn foreign_and_malformed_ids_are_refused() {
        for text in [
            "",
            "ten_",
            "prj_01h455vb4pex5vsknk084sn02q",
            "ten_8zzzzzzzzzzzzzzzzzzzzzzzzz",
            "ten_01H455VB4PEX5VSKNK084SN02Q",
            "ten_01h455vb4pex5vsknk084sn02",
            "ten_01h455vb4pex5vsknk084sn02qq",
            "ten_01h455vb4pex5vsknk084sn0é",
        ] {
            assert_eq!(text.parse::<TenantId>(), Err(IdError { prefix: "ten" }), "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_uuid_round_trips(number in any::<u128>()) {
            let id = DeviceId::from_uuid(Uuid::from_u128(number));
            prop_assert_eq!(id.to_string().parse::<DeviceId>(), Ok(id));
        }
    }
}
