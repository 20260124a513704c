//! `POST /device/api/activate`.

use axum::{Json, extract::State, http::StatusCode, response::IntoResponse};
use daybook_portal::{Activation, ActivationAnswer, PortalError};
use serde::Deserialize;
use utoipa::ToSchema;

use super::EnrolmentView;
use crate::{
    App,
    body::{JsonBody, parse_optional},
    caller::device_context,
    problem::{Problem, ProblemBody},
    request::Origin,
};

/// An attempt to activate.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "code": "ACME-7QK2P-0M3XA-9TZ4B-C8R5D-1HJ6N", "fingerprint": "b7c9e1d2-serial-00317", "label": "Front desk", "platform": "linux" }))]
pub(crate) struct ActivationAttempt {
    /// The code, as it was typed.
    code: String,
    /// 8 to 200 visible ASCII characters; the same for every attempt of one device.
    fingerprint: String,
    /// What its owner calls it.
    label: Option<String>,
    /// What it runs on.
    platform: Option<String>,
    /// The id of the project it wants to belong to, for codes that are not bound to one.
    project: Option<String>,
}

/// Activate
///
/// Takes a use of the code and enrols the device: 201. The same device again: 200, no use is taken, its old tokens end. Every
/// refusal with a real code is recorded as `ACTIVATION_REFUSED` with its reason.
#[utoipa::path(post, path = "/activate", tag = "devices", request_body = ActivationAttempt, responses(
    (status = 201, description = "Enrolled", body = EnrolmentView),
    (status = 200, description = "The same device again", body = EnrolmentView),
    (status = 403, description = "`CODE_REVOKED`, `CODE_EXPIRED`, `TENANT_SUSPENDED`, `PROJECT_INACTIVE`, `DEVICE_REVOKED`, `DEVICE_LIMIT_REACHED` or `SUBSCRIPTION_INACTIVE`", body = ProblemBody, content_type = "application/problem+json"),
    (status = 404, description = "`CODE_INVALID`: there is no such code", body = ProblemBody, content_type = "application/problem+json"),
    (status = 409, description = "`CODE_EXHAUSTED`, `PROJECT_MISMATCH`, `DEVICE_ENROLLED_ELSEWHERE` or `ACTIVATION_QUOTA_REACHED`", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "`CODE_MALFORMED`, `CODE_CHECKSUM` or another invalid field", body = ProblemBody, content_type = "application/problem+json"),
    (status = 429, description = "`RATE_LIMITED`: too many attempts failed; `Retry-After` says for how long", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn activate(
    origin: Origin,
    State(app): State<App>,
    JsonBody(body): JsonBody<ActivationAttempt>,
) -> Result<impl IntoResponse, Problem> {
    let project = parse_optional("/project", body.project.as_deref())?;
    let ActivationAttempt { code, fingerprint, label, platform, .. } = body;
    let request = Activation { code, fingerprint, label, platform, project };
    match app.portal.activate(&device_context(origin), request).await? {
        ActivationAnswer::Enrolled(enrolment) => {
            Ok((StatusCode::CREATED, Json(EnrolmentView::from(*enrolment))))
        }
        ActivationAnswer::Again(enrolment) => Ok((StatusCode::OK, Json(EnrolmentView::from(*enrolment)))),
        ActivationAnswer::Refused(reason) => Err(PortalError::Refused(reason).into()),
    }
}
