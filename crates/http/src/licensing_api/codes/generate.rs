//! `POST …/codes/generate`.

use axum::{Json, extract::State, http::StatusCode, response::IntoResponse};
use daybook_model::{Timestamp, code::CodeDraft};
use daybook_portal::{CodeRequest, GeneratedCodes};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    App,
    body::{JsonBody, parse_optional},
    caller::{Caller, may},
    problem::{Problem, ProblemBody},
};

/// Which codes to generate.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "tenant": "acme", "count": 10, "max_uses": 1, "expires_in_days": 90, "label": "spring batch" }))]
pub(crate) struct CodeOrder {
    /// Slug or id of the tenant; a tenant's own people need not name it.
    tenant: Option<String>,
    /// Id of the project they are bound to.
    project: Option<String>,
    /// 1 to 1,000; 1 if absent.
    count: Option<i64>,
    /// How many devices each enrols, 1 to 1,000,000; 1 if absent.
    max_uses: Option<i64>,
    /// Days from now; not together with `expires_at`.
    expires_in_days: Option<i64>,
    /// RFC 3339, in the future.
    expires_at: Option<String>,
    /// What the operator calls them.
    label: Option<String>,
}

/// A code, shown this once.
#[derive(Serialize, ToSchema)]
pub(crate) struct NewCode {
    /// Its id.
    id: String,
    /// The whole code.
    #[schema(example = "ACME-7QK2P-0M3XA-9TZ4B-C8R5D-1HJ6N")]
    code: String,
    /// Its last group.
    hint: String,
    /// How many devices it enrols.
    max_uses: i64,
    /// When its time is over.
    expires_at: Option<String>,
}

/// The generated codes.
#[derive(Serialize, ToSchema)]
pub(crate) struct Generated {
    /// Names this request in the events of its codes.
    batch_id: String,
    /// The codes.
    items: Vec<NewCode>,
}

impl From<GeneratedCodes> for Generated {
    fn from(generated: GeneratedCodes) -> Self {
        let GeneratedCodes { batch, max_uses, expires_at, items } = generated;
        let expires_at = expires_at.map(|at| at.to_string());
        let view = |code: daybook_portal::GeneratedCode| NewCode {
            id: code.id.to_string(),
            code: code.code,
            hint: code.hint,
            max_uses,
            expires_at: expires_at.clone(),
        };
        Self { batch_id: batch.to_string(), items: items.into_iter().map(view).collect() }
    }
}

/// Generate activation codes
///
/// The only time they are shown: the database keeps an HMAC of each. Records one `CODE_GENERATED` per code. A tenant
/// generates its own where the operator lets it (`self_service_codes` of the tenant).
#[utoipa::path(post, path = "/codes/generate", tag = "codes", request_body = CodeOrder, security(("api_token" = ["codes:write"])), responses(
    (status = 201, body = Generated),
    (status = 403, description = "It may not, or the operator alone generates the tenant's codes (`CODES_BY_OPERATOR`)", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "A field is invalid", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn generate_codes(
    caller: Caller<may::CodesWrite>,
    State(app): State<App>,
    JsonBody(body): JsonBody<CodeOrder>,
) -> Result<impl IntoResponse, Problem> {
    let CodeOrder { tenant, project, count, max_uses, expires_in_days, expires_at, label } = body;
    let expires_at: Option<Timestamp> = parse_optional("/expires_at", expires_at.as_deref())?;
    let scope = caller.scope();
    let draft = CodeDraft { count, max_uses, expires_in_days, expires_at, label };
    let request = CodeRequest { tenant, project: parse_optional("/project", project.as_deref())?, draft };
    let generated = app.portal.generate_codes(&caller.context(), scope, request).await?;
    Ok((StatusCode::CREATED, Json(Generated::from(generated))))
}
