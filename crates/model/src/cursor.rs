//! Where a list goes on, as one word that programs hand back unread.

use std::{fmt, str::FromStr};

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use uuid::Uuid;

/// How many bytes a cursor's word stands for at most.
const MAX_BYTES: usize = 1_024;

/// Where a list goes on: the last row's sort key and id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    /// The sort key, for lists that are not sorted by id. Never empty, and without NUL.
    pub key: Option<String>,
    /// The id.
    pub id: Uuid,
}

/// A word that no list has handed out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be `next` of an earlier page of this list")]
pub struct CursorError;

impl fmt::Display for Cursor {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = self.key.as_deref().unwrap_or_default();
        out.write_str(
            &BASE64_URL_SAFE_NO_PAD.encode([self.id.as_bytes().as_slice(), key.as_bytes()].concat()),
        )
    }
}

impl FromStr for Cursor {
    type Err = CursorError;

    fn from_str(word: &str) -> Result<Self, CursorError> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(word).map_err(|_| CursorError)?;
        let (id, key) = bytes.split_at_checked(16).ok_or(CursorError)?;
        let (id, key) = (Uuid::from_slice(id), std::str::from_utf8(key));
        let (Ok(id), Ok(key)) = (id, key) else { return Err(CursorError) };
        if bytes.len() > MAX_BYTES || key.contains('\0') {
            return Err(CursorError);
        }
        Ok(Self { key: Some(key.to_owned()).filter(|key| !key.is_empty()), id })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back() {
        for key in [None, Some("acme räder".to_owned()), Some("a".repeat(MAX_BYTES - 16))] {
            let cursor = Cursor { key, id: Uuid::from_u128(7) };
            assert_eq!(cursor.to_string().parse(), Ok(cursor));
        }
    }

    #[test]
    fn what_no_list_has_handed_out_is_refused() {
        let nul = Cursor { key: Some("a\0b".to_owned()), id: Uuid::nil() }.to_string();
        let long = Cursor { key: Some("a".repeat(MAX_BYTES - 15)), id: Uuid::nil() }.to_string();
        let padded = format!("{}==", Cursor { key: None, id: Uuid::nil() });
        for word in ["", "x", "AAAA", "äöü", "AAAAAAAAAAAAAAAAAAAAAP8", &nul, &long, &padded] {
            assert_eq!(word.parse::<Cursor>(), Err(CursorError), "{word}");
        }
    }
}
