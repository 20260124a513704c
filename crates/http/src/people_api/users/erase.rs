//! `POST /admin/api/users/{id}/erase`.

use axum::{Json, extract::State};
use daybook_model::UserId;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    App,
    admin_api::reason::ReasonBody,
    body::{Id, JsonBody},
    caller::{AdminCaller, may},
    problem::{Problem, ProblemBody},
};

/// What was erased.
#[derive(Serialize, ToSchema)]
pub(crate) struct ErasureView {
    /// In how many events personal values were erased.
    #[schema(example = 214)]
    events: i64,
    /// Place of the first of them in the log; null if none has its place yet.
    first_seq: Option<i64>,
    /// Place of the last of them in the log.
    last_seq: Option<i64>,
    /// How many API tokens of theirs were revoked with it.
    tokens: usize,
    /// Whether the bytes are gone from the database's own files too. False on PostgreSQL and for large files: `daybook erase` says how.
    scrubbed: bool,
}

/// Erase a person
///
/// Their name, addresses, browsers, the names of their tokens and factors go, with the salts: in the user, their sessions, and beside
/// every event. Entries, roots and proofs stay as they are; answers show `erased` in the place of names. A user who is still there is
/// removed first. It cannot be undone. The reason is kept: do not name the person in it. Records `PERSON_ERASED`, and what removing
/// records.
#[utoipa::path(post, path = "/users/{id}/erase", tag = "people", request_body = ReasonBody, params(("id" = String, Path)), security(("api_token" = ["persons:erase"])), responses(
    (status = 200, body = ErasureView),
    (status = 404, description = "There is no such user", body = ProblemBody, content_type = "application/problem+json"),
    (status = 409, description = "`USER_ERASED` or `LAST_OWNER`", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "A field is invalid", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn erase_user(
    caller: AdminCaller<may::PersonsErase>,
    State(app): State<App>,
    Id(id): Id<UserId>,
    JsonBody(body): JsonBody<ReasonBody>,
) -> Result<Json<ErasureView>, Problem> {
    let authority = caller.authority();
    let erased = app.portal.erase_user(&caller.context(), authority, id, body.reason.as_deref()).await?;
    let scrubbed = app.portal.scrub_in_passing().await;
    let (events, first_seq, last_seq) = (erased.events, erased.first_seq, erased.last_seq);
    Ok(Json(ErasureView { events, first_seq, last_seq, tokens: erased.tokens, scrubbed }))
}
