//! Every route, with what stands around all of them: ids, problems, limits, timeouts, what other sites
//! may not do, security headers.

use std::sync::Arc;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::{Extensions, HeaderMap, HeaderName, HeaderValue, StatusCode, Version, header},
    middleware::{from_fn, from_fn_with_state},
    response::Response,
};
use daybook_portal::Portal;
use tokio::sync::watch;
use tower::ServiceBuilder;
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::{CompressionLayer, Predicate, predicate::SizeAbove},
    limit::RequestBodyLimitLayer,
    timeout::TimeoutLayer,
};
use utoipa::openapi::OpenApi;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    App, AppParts, HttpConfig, admin_api, assets, cross_site, device_api, docs, health, idempotency, pages,
    problem, request, tenant_api,
};

/// What a page may load, and from where; a page that shows a logo from elsewhere says so itself.
pub(crate) const CONTENT_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
    font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// Sent with every answer unless a handler says otherwise.
static HEADERS: [(HeaderName, HeaderValue); 8] = [
    (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(CONTENT_POLICY)),
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    // Not `no-referrer`: under that, browsers say of our own forms that they come from `null`, and they would be refused.
    (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    (header::SERVER, HeaderValue::from_static("daybook")),
];

fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(docs::base())
        .routes(routes!(health::healthz))
        .routes(routes!(health::readyz))
        .nest("/admin/api", admin_api::routes())
        .nest("/tenant/api", tenant_api::routes())
        .nest("/device/api", device_api::routes())
}

/// The OpenAPI 3.1 document of every route.
pub fn openapi() -> OpenApi {
    docs::complete(routes().split_for_parts().1)
}

/// The portal's HTTP interface. `stopping` becomes true when the server stops: streams end then.
pub fn router(portal: Portal, config: &HttpConfig, stopping: watch::Receiver<bool>) -> Router {
    let (router, api) = routes().split_for_parts();
    let documents = Arc::new(docs::Documents::of(api));
    let app = App::new(AppParts { portal, stopping, documents, config: config.clone() });
    // The first is the outermost: ids come before problems, and these before what may cause them. One stack and not a layer for each: the
    // router keeps every layer of every route in a box of its own, and copies all of them for each request.
    let around = ServiceBuilder::new()
        .map_response(with_headers)
        .layer(compression())
        .layer(from_fn_with_state(app.clone(), request::identify))
        .layer(from_fn_with_state(app.clone(), problem::write_problems))
        .layer(CatchPanicLayer::new())
        .layer(from_fn_with_state(app.clone(), cross_site::refuse))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, config.request_timeout))
        .layer(DefaultBodyLimit::max(idempotency::MAX_BODY))
        .layer(RequestBodyLimitLayer::new(idempotency::MAX_BODY));
    router
        .merge(docs::routes())
        .merge(assets::routes())
        .merge(pages::routes(&app))
        .fallback(nothing_here)
        .layer(from_fn(idempotency::read_key))
        .layer(around)
        .with_state(app)
}

fn with_headers<B>(mut response: Response<B>) -> Response<B> {
    for (name, value) in &HEADERS {
        response.headers_mut().entry(name).or_insert_with(|| value.clone());
    }
    response
}

/// What browsers read as text is sent compressed: what is not so already, and not streams, whose messages must not wait for each other. What
/// a page holds of secrets is masked anew each time (`form_token`) or shown once, so its size tells nothing.
fn compression() -> CompressionLayer<impl Predicate> {
    CompressionLayer::new().compress_when(SizeAbove::default().and(is_text_of_a_page))
}

fn is_text_of_a_page(_: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    ["text/html", "text/css", "text/javascript", "image/svg+xml"].iter().any(|text| kind.starts_with(text))
}

async fn nothing_here() -> StatusCode {
    StatusCode::NOT_FOUND
}
