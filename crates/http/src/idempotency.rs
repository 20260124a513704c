//! Reads the Idempotency-Key of a POST together with what is asked under it. The first answer is kept by the portal, in the change's
//! own transaction.

use axum::{
    body::{Body, Bytes},
    extract::Request,
    http::{Method, StatusCode},
    middleware::Next,
    response::{IntoResponse, Response},
};
use daybook_portal::IdempotencyKey;
use http_body_util::BodyExt;

use crate::problem::Problem;

/// The longest body: 1 MiB.
pub(crate) const MAX_BODY: usize = 1 << 20;
/// The longest key.
const MAX_KEY: usize = 200;

/// The key of the request at hand.
#[derive(Clone)]
pub(crate) struct Key(pub(crate) IdempotencyKey);

/// Reads the key, if there is one.
pub(crate) async fn read_key(request: Request, next: Next) -> Response {
    let Some(value) = request.headers().get("idempotency-key").filter(|_| request.method() == Method::POST)
    else {
        return next.run(request).await;
    };
    let key = match value.to_str() {
        Ok(key) if (8..=MAX_KEY).contains(&key.len()) => key.to_owned(),
        _ => {
            let detail =
                "Idempotency-Key must be 8 to 200 visible ASCII characters; a fresh UUID is a good one";
            return Problem::new(StatusCode::BAD_REQUEST, "INVALID_IDEMPOTENCY_KEY", detail).into_response();
        }
    };
    let (mut parts, body) = request.into_parts();
    let body = match read(body).await {
        Ok(body) => body,
        Err(status) => return status.into_response(),
    };
    let key = IdempotencyKey::new(&key, parts.method.as_str(), parts.uri.path(), &body);
    parts.extensions.insert(Key(key));
    next.run(Request::from_parts(parts, Body::from(body))).await
}

/// The whole body; the length limit is set by the layer outside.
async fn read(body: Body) -> Result<Bytes, StatusCode> {
    match body.collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if is_too_long(&error) => Err(StatusCode::PAYLOAD_TOO_LARGE),
        Err(_) => Err(StatusCode::BAD_REQUEST),
    }
}

/// Whether reading a body failed because it is longer than the limit.
pub(crate) fn is_too_long(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if error.is::<http_body_util::LengthLimitError>() {
            return true;
        }
        cause = error.source();
    }
    false
}
