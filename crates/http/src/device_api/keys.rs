//! `GET /device/api/keys`.

use axum::{Json, extract::State};
use serde_json::Value;

use crate::App;

/// Licence keys
///
/// The public keys that verify licences, as a JSON Web Key Set (RFC 7517). Open: a key that nobody can read verifies nothing.
#[utoipa::path(get, path = "/keys", tag = "devices", responses((status = 200, body = Value)))]
pub(crate) async fn license_keys(State(app): State<App>) -> Json<Value> {
    Json(app.portal.license_keys())
}
