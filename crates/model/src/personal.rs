//! Personal values and their commitments (log-format §3). A `Personal` value never enters the hashed entry: the entry holds a
//! salted commitment, value and salt live beside it and can be erased. Must not print the value.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _, ser::SerializeMap};
use sha2::Sha256;

/// A value about a person: a name, an e-mail address, an IP, a device label, a reason in free text.
#[derive(Clone, PartialEq, Eq)]
pub enum Personal<T = String> {
    /// The value, as long as it has not been erased.
    Known(T),
    /// It was there and has been erased; proofs made before still verify.
    Erased,
}

/// The key that marks a personal value while an event is split into entry and side table.
pub(crate) const KNOWN: &str = "$personal";
/// The key that marks an erased value.
pub(crate) const ERASED: &str = "$erased";

impl<T> Personal<T> {
    /// The value, unless it has been erased.
    pub const fn known(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Erased => None,
        }
    }
}

impl<T> From<T> for Personal<T> {
    fn from(value: T) -> Self {
        Self::Known(value)
    }
}

impl<T> fmt::Debug for Personal<T> {
    /// Says only whether there is a value, so that no log line can show it.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Known(_) => "Personal(…)",
            Self::Erased => "Personal(erased)",
        })
    }
}

impl<T: Serialize> Serialize for Personal<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        match self {
            Self::Known(value) => map.serialize_entry(KNOWN, value)?,
            Self::Erased => map.serialize_entry(ERASED, &true)?,
        }
        map.end()
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Personal<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Marked<T> {
            #[serde(rename = "$personal")]
            known: Option<T>,
            #[serde(rename = "$erased")]
            erased: Option<bool>,
        }
        match Marked::deserialize(deserializer)? {
            Marked { known: Some(value), erased: None } => Ok(Self::Known(value)),
            Marked { known: None, erased: Some(true) } => Ok(Self::Erased),
            _ => Err(D::Error::custom("a personal value is either known or erased")),
        }
    }
}

impl<T: JsonSchema> JsonSchema for Personal<T> {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        format!("Personal_{}", T::schema_name()).into()
    }

    /// As answers show it: the value itself, or null once erased.
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = Option::<T>::json_schema(generator);
        schema.insert("description".into(), "Personal: null once erased.".into());
        schema
    }
}

/// The commitment that stands in the entry for a personal value: HMAC-SHA-256 under a fresh 32-byte salt over
/// `"evlog-pii-v1\n" ‖ u32be len(field) ‖ field ‖ u32be len(value) ‖ value`.
pub fn commitment(salt: &[u8; 32], field: &str, value: &str) -> [u8; 32] {
    // HMAC fills a short key up with zeros to its block of 64 bytes; done here, making the key cannot fail.
    let mut key = [0; 64];
    for (to, from) in key.iter_mut().zip(salt) {
        *to = *from;
    }
    let mut mac = Hmac::<Sha256>::new(&key.into());
    mac.update(b"evlog-pii-v1\n");
    for part in [field, value] {
        mac.update(&u32::try_from(part.len()).unwrap_or(u32::MAX).to_be_bytes());
        mac.update(part.as_bytes());
    }
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use base64::{Engine, prelude::BASE64_STANDARD};

    use super::*;

    #[test]
    fn the_commitment_vector_of_the_log_format() {
        let salt = std::array::from_fn(|i| u8::try_from(i).unwrap());
        let c = commitment(&salt, "actor.email", "ada@example.com");
        assert_eq!(BASE64_STANDARD.encode(c), "nwCaZ5pqF3tORaCMRezf5N2XjN0GTz5MC7+NbAd140k=");
    }

    #[test]
    fn debug_never_shows_the_value() {
        assert_eq!(format!("{:?}", Personal::from("ada@example.com".to_owned())), "Personal(…)");
    }

    #[test]
    fn a_value_is_known_or_erased_and_nothing_else() {
        let known: Personal = Personal::from("Ada".to_owned());
        let text = serde_json::to_string(&known).unwrap();
        assert_eq!(serde_json::from_str::<Personal>(&text).unwrap(), known);
        assert_eq!(serde_json::from_str::<Personal>(r#"{"$erased":true}"#).unwrap(), Personal::Erased);
        for wrong in ["{}", r#"{"$erased":false}"#, r#""Ada""#, r#"{"$personal":"a","$erased":true}"#] {
            assert!(serde_json::from_str::<Personal>(wrong).is_err(), "{wrong}");
        }
    }
}
