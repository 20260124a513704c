//! Errors as answers: RFC 9457 problem documents with a stable `code`. The one table from `PortalError` to status and code is here.
//! What the client reads and what the log reads are different texts; the log's never reaches the client.

use axum::{
    Json,
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use daybook_model::{FieldError, code::CodeError};
use daybook_portal::{Noun, PortalError, ProviderFailure};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{App, locale::Locale, pages, request::RequestMeta};

/// An error, as RFC 9457 says, with a stable code.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!({
    "type": "urn:daybook:problem:INVALID", "title": "Unprocessable Entity", "status": 422,
    "detail": "the request is invalid", "code": "INVALID", "request_id": "req_01k9zq7m3be5v8d0nq2t6y4s1a",
    "errors": [{ "pointer": "/name", "code": "REQUIRED", "detail": "must not be empty" }]
}))]
pub struct ProblemBody {
    /// Names the kind of problem; made from `code`.
    pub r#type: String,
    /// The status in words.
    pub title: String,
    /// The status.
    pub status: u16,
    /// What was wrong and what to do.
    pub detail: String,
    /// Stable, `SCREAMING_SNAKE`.
    pub code: String,
    /// As in `X-Request-Id`.
    pub request_id: String,
    /// What is wrong field by field, for invalid input.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<ProblemField>,
}

/// A field that is wrong.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ProblemField {
    /// JSON pointer to the field, or `?name` for a query parameter.
    pub pointer: String,
    /// Stable, `SCREAMING_SNAKE`.
    pub code: String,
    /// What is expected.
    pub detail: String,
}

/// A problem on its way to the client. The outermost layer writes it, with the request's id.
#[derive(Debug, Clone)]
pub(crate) struct Problem {
    status: StatusCode,
    code: &'static str,
    detail: String,
    errors: Vec<FieldError>,
    retry_after: Option<u32>,
}

impl Problem {
    pub(crate) fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self { status, code, detail: detail.into(), errors: vec![], retry_after: None }
    }

    /// One wrong field of the request.
    pub(crate) fn field(pointer: impl Into<String>, code: &'static str, detail: impl Into<String>) -> Self {
        Self::invalid(vec![FieldError { pointer: pointer.into(), code, detail: detail.into() }])
    }

    pub(crate) fn invalid(errors: Vec<FieldError>) -> Self {
        Self { errors, ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, "INVALID", "the request is invalid") }
    }

    /// What was sent as an activation code is none. It is sent as `code` wherever one is sent.
    fn not_a_code(code: &'static str, detail: String) -> Self {
        Self { code, detail: detail.clone(), ..Self::field("/code", code, detail) }
    }

    pub(crate) fn status(&self) -> StatusCode {
        self.status
    }

    /// What is wrong field by field.
    pub(crate) fn errors(&self) -> &[FieldError] {
        &self.errors
    }

    /// What is wrong, as people read it in this language.
    pub(crate) fn sentence(&self, locale: Locale) -> String {
        sentence(&locale.refusal(self.code, &self.detail))
    }

    /// The caller is known, and may not do this.
    pub(crate) fn forbidden(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "FORBIDDEN", detail)
    }

    pub(crate) fn unauthenticated() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "UNAUTHENTICATED", "send a valid token: Authorization: Bearer …")
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        if self.status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        response.extensions_mut().insert(self);
        response
    }
}

/// The words of a problem as a sentence: programs read them after a colon, people by themselves.
pub(crate) fn sentence(detail: &str) -> String {
    let mut letters = detail.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    let text: String = first.chain(letters).collect();
    if text.ends_with(['.', '?', '!']) { text } else { text + "." }
}

fn not_found(noun: Noun) -> &'static str {
    match noun {
        Noun::Tenant => "TENANT_NOT_FOUND",
        Noun::Project => "PROJECT_NOT_FOUND",
        Noun::Code => "CODE_NOT_FOUND",
        Noun::Device => "DEVICE_NOT_FOUND",
        Noun::Event => "EVENT_NOT_FOUND",
        Noun::ApiToken => "API_TOKEN_NOT_FOUND",
        Noun::IdentityProvider => "IDENTITY_PROVIDER_NOT_FOUND",
        Noun::User => "USER_NOT_FOUND",
        Noun::Session => "SESSION_NOT_FOUND",
        Noun::Factor => "FACTOR_NOT_FOUND",
        Noun::Notification => "NOTIFICATION_NOT_FOUND",
        Noun::Plan => "PLAN_NOT_FOUND",
    }
}

impl From<PortalError> for Problem {
    fn from(error: PortalError) -> Self {
        use StatusCode as S;
        let detail = error.to_string();
        match error {
            PortalError::Invalid(invalid) => Self::invalid(invalid.0),
            PortalError::NotFound(noun) => Self::new(S::NOT_FOUND, not_found(noun), detail),
            PortalError::Conflict { code, .. } => Self::new(S::CONFLICT, code, detail),
            PortalError::Stale => Self::new(S::PRECONDITION_FAILED, "STALE", detail),
            PortalError::Unauthenticated => Self::unauthenticated(),
            PortalError::NotACode(CodeError::Malformed) => Self::not_a_code("CODE_MALFORMED", detail),
            PortalError::NotACode(CodeError::Checksum) => Self::not_a_code("CODE_CHECKSUM", detail),
            PortalError::CodesByOperator => Self::new(S::FORBIDDEN, "CODES_BY_OPERATOR", detail),
            PortalError::Forbidden(_) => Self::forbidden(detail),
            PortalError::SignInRefused => Self::new(S::UNAUTHORIZED, "SIGN_IN_REFUSED", detail),
            PortalError::TenantSuspended => Self::new(S::FORBIDDEN, "TENANT_SUSPENDED", detail),
            PortalError::SubscriptionInactive => Self::new(S::FORBIDDEN, "SUBSCRIPTION_INACTIVE", detail),
            PortalError::LinkOver => Self::new(S::GONE, "LINK_OVER", detail),
            PortalError::CeremonyOver => Self::new(S::GONE, "CEREMONY_OVER", detail),
            PortalError::ProviderDenied => Self::new(S::FORBIDDEN, "SIGN_IN_DENIED", detail),
            PortalError::ProviderFailed(failure) => {
                Self::new(S::BAD_GATEWAY, provider_failed(failure), detail)
            }
            PortalError::UnknownCode => Self::new(S::NOT_FOUND, "CODE_INVALID", detail),
            PortalError::Refused(reason) => refused(reason),
            PortalError::RateLimited { retry_after_seconds } => {
                let problem = Self::new(S::TOO_MANY_REQUESTS, "RATE_LIMITED", detail);
                Self { retry_after: Some(retry_after_seconds), ..problem }
            }
            PortalError::IdempotencyConflict => Self::new(S::CONFLICT, "IDEMPOTENCY_CONFLICT", detail),
            PortalError::Store(_) | PortalError::Broken(_) => failed(&error),
        }
    }
}

fn provider_failed(failure: ProviderFailure) -> &'static str {
    match failure {
        ProviderFailure::Unreachable => "PROVIDER_UNREACHABLE",
        ProviderFailure::ClientRefused => "PROVIDER_CLIENT_REFUSED",
        ProviderFailure::Unverifiable => "PROVIDER_UNVERIFIABLE",
    }
}

/// A refused activation.
fn refused(reason: daybook_model::activation::RefusalReason) -> Problem {
    use daybook_model::activation::RefusalReason as R;
    let (status, detail) = match reason {
        R::CodeRevoked => (StatusCode::FORBIDDEN, "the code was revoked"),
        R::CodeExpired => (StatusCode::FORBIDDEN, "the code has expired"),
        R::CodeExhausted => (StatusCode::CONFLICT, "every use of the code is taken"),
        R::TenantSuspended => (StatusCode::FORBIDDEN, "the tenant is suspended"),
        R::ProjectMismatch => (StatusCode::CONFLICT, "the code belongs to another project"),
        R::ProjectInactive => (StatusCode::FORBIDDEN, "the project is not active"),
        R::DeviceRevoked => (StatusCode::FORBIDDEN, "this device was revoked"),
        R::DeviceEnrolledElsewhere => (StatusCode::CONFLICT, "this device is enrolled in another project"),
        R::DeviceLimitReached => (StatusCode::FORBIDDEN, "the tenant has as many devices as it may"),
        R::SubscriptionInactive => {
            (StatusCode::FORBIDDEN, "the tenant's subscription is suspended or canceled")
        }
        R::ActivationQuotaReached => {
            (StatusCode::CONFLICT, "the tenant's activations of this month are used up")
        }
    };
    Problem::new(status, reason.as_str(), detail)
}

/// Failures of the server. The client learns what it can do; the log learns what happened.
fn failed(error: &PortalError) -> Problem {
    if error.is_full() {
        tracing::error!(%error, "the database has no room left");
        let detail = "the server has no room left: nothing was changed";
        return Problem::new(StatusCode::INSUFFICIENT_STORAGE, "STORAGE_FULL", detail);
    }
    if error.is_unstorable() {
        let detail = "the request holds a character that cannot be stored, such as NUL";
        return Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "INVALID_CHARACTERS", detail);
    }
    if error.is_outcome_unknown() {
        tracing::warn!(%error, "the outcome of a change is unknown");
        let detail = "the connection to the database broke while committing: repeat the request with the same Idempotency-Key";
        return Problem::new(StatusCode::SERVICE_UNAVAILABLE, "OUTCOME_UNKNOWN", detail);
    }
    if error.is_passing() {
        tracing::warn!(%error, "the database was not available");
        let detail = "the server is busy: nothing was changed, try again";
        let problem = Problem::new(StatusCode::SERVICE_UNAVAILABLE, "UNAVAILABLE", detail);
        return Problem { retry_after: Some(1), ..problem };
    }
    tracing::error!(%error, "a request failed");
    Problem::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        "INTERNAL",
        "the server failed: report the request id to its operator",
    )
}

/// An answer that says itself what went wrong, such as a page.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OwnWords;

/// The outermost layer: writes problems with the request's id, and gives one to every error that has none yet.
pub(crate) async fn write_problems(State(app): State<App>, request: Request, next: Next) -> Response {
    let meta = request.extensions().get::<RequestMeta>().cloned();
    let reader = pages::Reader::of(&request);
    let mut response = next.run(request).await;
    let status = response.status();
    let problem = match response.extensions_mut().remove::<Problem>() {
        Some(problem) => problem,
        None if response.extensions().get::<OwnWords>().is_some() => return response,
        None if status.is_client_error() || status.is_server_error() => bare(status),
        None => return response,
    };
    let body = ProblemBody {
        r#type: format!("urn:daybook:problem:{}", problem.code),
        title: problem.status.canonical_reason().unwrap_or("Error").to_owned(),
        status: problem.status.as_u16(),
        detail: problem.detail,
        code: problem.code.to_owned(),
        request_id: meta.map(|meta| meta.id.to_string()).unwrap_or_default(),
        errors: problem.errors.into_iter().map(field).collect(),
    };
    let page = match &reader {
        Some(reader) => pages::error_page(&app, reader, &body).await,
        None => None,
    };
    let mut written = page.unwrap_or_else(|| {
        let kind = [(header::CONTENT_TYPE, "application/problem+json")];
        (kind, Json(body)).into_response()
    });
    *written.status_mut() = problem.status;
    for (name, value) in response.headers() {
        if ![header::CONTENT_TYPE, header::CONTENT_LENGTH].contains(name) {
            written.headers_mut().insert(name, value.clone());
        }
    }
    written
}

fn field(error: FieldError) -> ProblemField {
    ProblemField { pointer: error.pointer, code: error.code.to_owned(), detail: error.detail }
}

/// The problem for an error of the framework.
fn bare(status: StatusCode) -> Problem {
    let (code, detail) = match status {
        StatusCode::NOT_FOUND => ("NOT_FOUND", "there is nothing at this address"),
        StatusCode::METHOD_NOT_ALLOWED => ("METHOD_NOT_ALLOWED", "this address does not know that method"),
        StatusCode::PAYLOAD_TOO_LARGE => ("BODY_TOO_LARGE", "the body may have at most 1 MiB"),
        StatusCode::REQUEST_TIMEOUT => ("TIMEOUT", "the request took too long"),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => {
            ("UNSUPPORTED_MEDIA_TYPE", "send Content-Type: application/json")
        }
        _ if status.is_client_error() => ("BAD_REQUEST", "the request cannot be read"),
        _ => ("INTERNAL", "the server failed: report the request id to its operator"),
    };
    Problem::new(status, code, detail)
}
