//! One way to write a JSON value: keys sorted by their bytes, no white space, integers only. What is hashed must not depend on
//! a map's order or on how a float is printed.

use serde::Serialize;
use serde_json::Value;

use super::EntryError;

/// The canonical bytes of a value; floats are refused.
pub fn canonical_json(value: &Value) -> Result<Vec<u8>, EntryError> {
    let mut bytes = Vec::with_capacity(512);
    write(value, &mut bytes)?;
    Ok(bytes)
}

fn write(value: &Value, out: &mut Vec<u8>) -> Result<(), EntryError> {
    match value {
        Value::Object(fields) => {
            let mut sorted: Vec<_> = fields.iter().collect();
            sorted.sort_by_key(|(name, _)| *name);
            out.push(b'{');
            for (at, (name, value)) in sorted.into_iter().enumerate() {
                if at > 0 {
                    out.push(b',');
                }
                scalar(name, out)?;
                out.push(b':');
                write(value, out)?;
            }
            out.push(b'}');
        }
        Value::Array(items) => {
            out.push(b'[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.push(b',');
                }
                write(item, out)?;
            }
            out.push(b']');
        }
        Value::Number(number) if number.is_f64() => return Err(EntryError::Float),
        other => scalar(other, out)?,
    }
    Ok(())
}

fn scalar(value: &impl Serialize, out: &mut Vec<u8>) -> Result<(), EntryError> {
    serde_json::to_writer(out, value).map_err(|error| EntryError::Data(error.to_string()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn keys_are_sorted_at_every_depth() {
        let value = json!({"b": [{"z": 1, "a": "ü\n"}], "a": null, "ab": true});
        assert_eq!(
            canonical_json(&value).unwrap(),
            r#"{"a":null,"ab":true,"b":[{"a":"ü\n","z":1}]}"#.as_bytes()
        );
    }

    #[test]
    fn floats_are_refused() {
        assert_eq!(canonical_json(&json!([1.5])), Err(EntryError::Float));
    }
}
