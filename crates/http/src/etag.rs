//! Versions of resources that are edited: `ETag` in answers, `If-Match` in changes.

use axum::{
    extract::FromRequestParts,
    http::{HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};

use crate::problem::Problem;

/// The version that the caller has read, if it said so.
pub(crate) struct IfMatch(pub(crate) Option<i64>);

impl<S: Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let Some(value) = parts.headers.get(header::IF_MATCH) else { return Ok(Self(None)) };
        let text = value.to_str().unwrap_or_default().trim();
        if text == "*" {
            return Ok(Self(None));
        }
        let version =
            text.strip_prefix("\"v").and_then(|rest| rest.strip_suffix('"')).and_then(|v| v.parse().ok());
        if version.is_some() {
            return Ok(Self(version));
        }
        let detail = "If-Match must be the ETag of an earlier answer, such as \"v3\"";
        Err(Problem::new(StatusCode::BAD_REQUEST, "INVALID_IF_MATCH", detail))
    }
}

/// An answer with the version of the resource it shows.
pub(crate) struct Versioned<T>(pub(crate) i64, pub(crate) T);

impl<T: IntoResponse> IntoResponse for Versioned<T> {
    fn into_response(self) -> Response {
        let mut response = self.1.into_response();
        if let Ok(etag) = HeaderValue::from_str(&format!("\"v{}\"", self.0)) {
            response.headers_mut().insert(header::ETAG, etag);
        }
        response
    }
}
