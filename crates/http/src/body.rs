//! Reads what a request says: JSON bodies, query parameters, ids in paths. What is wrong is answered with its place and a code,
//! never with the value.

use std::{fmt, marker::PhantomData, str::FromStr};

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Path, Request},
    http::{StatusCode, header, request::Parts},
};
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, MapAccess, Visitor, value::MapAccessDeserializer},
};

use crate::problem::Problem;

/// A JSON body.
pub(crate) struct JsonBody<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for JsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let Object(value) = parse_json(&json_bytes(request, state).await?)?;
        Ok(Self(value))
    }
}

/// A JSON body that is an object, or a list of such.
pub(crate) struct OneOrMany<T> {
    pub(crate) items: Vec<T>,
    /// Whether it was a list: places then begin with the number in it.
    pub(crate) is_list: bool,
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for OneOrMany<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let bytes = json_bytes(request, state).await?;
        if bytes.trim_ascii_start().first() != Some(&b'[') {
            let Object(item) = parse_json(&bytes)?;
            return Ok(Self { items: vec![item], is_list: false });
        }
        let items: Vec<Object<T>> = parse_json(&bytes)?;
        Ok(Self { items: items.into_iter().map(|Object(item)| item).collect(), is_list: true })
    }
}

async fn json_bytes<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, Problem> {
    let kind =
        request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if !kind.eq_ignore_ascii_case("application/json") {
        let detail = "send Content-Type: application/json";
        return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "UNSUPPORTED_MEDIA_TYPE", detail));
    }
    Bytes::from_request(request, state).await.map_err(|error| {
        if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
            let detail = "the body may have at most 1 MiB";
            Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "BODY_TOO_LARGE", detail)
        } else {
            Problem::new(StatusCode::BAD_REQUEST, "BAD_REQUEST", "the body cannot be read")
        }
    })
}

/// A value that is an object in JSON. A list of the fields' values in their order would be read too; nobody should come to rely on that
/// order.
struct Object<T>(T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Fields<T> {
            type Value = Object<T>;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<Object<T>, A::Error> {
                T::deserialize(MapAccessDeserializer::new(fields)).map(Object)
            }
        }
        deserializer.deserialize_map(Fields(PhantomData))
    }
}

fn parse_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let place = pointer(error.path());
        let error = error.into_inner();
        if error.is_data() {
            wrong_field(&place, &error.to_string())
        } else {
            let detail =
                format!("the body is not valid JSON (line {}, column {})", error.line(), error.column());
            Problem::new(StatusCode::BAD_REQUEST, "INVALID_JSON", detail)
        }
    })?;
    json.end().map_err(|_| {
        Problem::new(StatusCode::BAD_REQUEST, "INVALID_JSON", "something follows the JSON value")
    })?;
    Ok(value)
}

/// The problem of a value that does not fit; `place` is where the deserializer was.
fn wrong_field(place: &str, message: &str) -> Problem {
    if let Some(name) = quoted(message, "missing field `") {
        return Problem::field(format!("{place}{}", segment(name)), "REQUIRED", "must be given");
    }
    if message.starts_with("unknown field `") {
        return Problem::field(place, "UNKNOWN_FIELD", "is not a field of this request");
    }
    if message.starts_with("duplicate field `") {
        return Problem::field(place, "DUPLICATE_FIELD", "must be given once");
    }
    Problem::field(place, "INVALID_TYPE", describe(message))
}

/// What stands between this beginning of a message and the next backtick.
fn quoted<'a>(message: &'a str, beginning: &str) -> Option<&'a str> {
    message.strip_prefix(beginning)?.split('`').next()
}

/// A name as a part of a JSON pointer.
fn segment(name: &str) -> String {
    format!("/{}", name.replace('~', "~0").replace('/', "~1"))
}

/// A JSON pointer (RFC 6901) out of a deserializer's path.
fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    path.iter()
        .map(|part| match part {
            Segment::Map { key } => segment(key),
            Segment::Seq { index } => format!("/{index}"),
            Segment::Enum { variant } => format!("/{variant}"),
            Segment::Unknown => String::new(),
        })
        .collect()
}

/// What serde expected, without the value that it quotes.
fn describe(message: &str) -> String {
    let message = message.split(" at line ").next().unwrap_or(message);
    match (message.find("invalid "), message.find("expected ")) {
        (Some(_), Some(at)) => message.get(at..).unwrap_or("another type").to_owned(),
        _ if message.starts_with("unknown variant") => message
            .split_once(", ")
            .map_or_else(|| "is not one of the allowed values".to_owned(), |(_, rest)| rest.to_owned()),
        _ => message.to_owned(),
    }
}

/// Query parameters.
pub(crate) struct Query<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match axum::extract::Query::<T>::from_request_parts(parts, state).await {
            Ok(axum::extract::Query(value)) => Ok(Self(value)),
            Err(error) => {
                let message = error.body_text();
                let message =
                    message.strip_prefix("Failed to deserialize query string: ").unwrap_or(&message);
                if let Some(name) = quoted(message, "duplicate field `") {
                    return Err(Problem::field(
                        format!("?{name}"),
                        "DUPLICATE_PARAMETER",
                        "must be given once",
                    ));
                }
                let (name, detail) = message.split_once(": ").unwrap_or(("", message));
                Err(Problem::field(format!("?{name}"), "INVALID_PARAMETER", describe(detail)))
            }
        }
    }
}

/// An id in the path.
pub(crate) struct Id<T>(pub(crate) T);

impl<T: FromStr, S: Send + Sync> FromRequestParts<S> for Id<T>
where
    T::Err: std::fmt::Display,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let malformed = |detail: String| Problem::field("/id", "INVALID_ID", detail);
        let path = Path::<String>::from_request_parts(parts, state).await;
        let Path(text) = path.map_err(|_| malformed("must be valid UTF-8".to_owned()))?;
        text.parse().map(Self).map_err(|error: T::Err| malformed(error.to_string()))
    }
}

/// Reads an id out of a field or parameter.
pub(crate) fn parse_field<T: FromStr>(pointer: &str, text: &str) -> Result<T, Problem>
where
    T::Err: std::fmt::Display,
{
    text.parse().map_err(|error: T::Err| Problem::field(pointer, "INVALID_VALUE", error.to_string()))
}

/// As [`parse_field`], for one that may be absent; an empty parameter counts as absent, as forms send it.
pub(crate) fn parse_optional<T: FromStr>(pointer: &str, text: Option<&str>) -> Result<Option<T>, Problem>
where
    T::Err: std::fmt::Display,
{
    text.filter(|text| !text.is_empty()).map(|text| parse_field(pointer, text)).transpose()
}

/// Reads a field of which absence and null mean different things: `#[serde(default, deserialize_with = "edit")]`.
pub(crate) fn edit<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<daybook_model::change::Edit<T>, D::Error> {
    use daybook_model::change::Edit;
    Ok(Option::<T>::deserialize(deserializer)?.map_or(Edit::Clear, Edit::Set))
}
