//! Why an operator does something: personal, so it is kept beside the event and can be erased.

use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

/// Why, in the body of a POST.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReasonBody {
    /// In the operator's words, at most 500 characters.
    pub(crate) reason: Option<String>,
}

/// Why, in the query of a DELETE.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ReasonParams {
    /// In the operator's words, at most 500 characters.
    pub(crate) reason: Option<String>,
}
