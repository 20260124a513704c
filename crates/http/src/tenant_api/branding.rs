//! `GET /tenant/api/branding`.

use axum::{Json, extract::State};
use daybook_portal::Brand;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    App,
    body::Query,
    problem::{Problem, ProblemBody},
};

/// Which tenant.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct BrandingParams {
    /// Its slug.
    tenant: String,
}

/// How a tenant shows itself.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BrandView {
    /// As shown.
    #[schema(example = "Acme")]
    name: String,
    /// The address of a picture.
    logo_url: Option<String>,
    /// `#rrggbb`; null if it has chosen none.
    #[schema(example = "#2545c4")]
    primary_color: Option<String>,
    /// The colour of text on the one above, black or white: whichever can be read better.
    #[schema(example = "#ffffff")]
    text_on_primary: Option<String>,
}

impl From<Brand> for BrandView {
    fn from(brand: Brand) -> Self {
        let text_on_primary = brand.color.is_some().then(|| brand.drawn_color().text_on().to_string());
        Self { name: brand.name, logo_url: brand.logo_url, primary_color: brand.color, text_on_primary }
    }
}

/// See how a tenant shows itself
///
/// For sign-in pages, so nobody has to be signed in: it tells nothing but what such a page shows to everybody.
#[utoipa::path(get, path = "/branding", tag = "account", params(BrandingParams), responses(
    (status = 200, body = BrandView),
    (status = 404, description = "There is no such tenant", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "The parameter is missing", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn read_branding(
    State(app): State<App>,
    Query(params): Query<BrandingParams>,
) -> Result<Json<BrandView>, Problem> {
    Ok(Json(app.portal.branding(&params.tenant).await?.into()))
}
