//! Who may see a page: asked before its handler runs, by what the list of pages says. Somebody who is not signed in is sent to sign in.

use axum::{
    Form,
    body::{Body, Bytes},
    extract::{FromRequest, FromRequestParts, Query, Request, State},
    http::{StatusCode, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use daybook_model::Action;
use daybook_portal::{Authority, Context, Identity, Person, PortalError, TenantScope};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;

use super::{Page, Side, onward::see_other, switch::NARROWED};
use crate::{
    App, caller::forbidden, form_token, look::Look, problem::Problem, request::Origin, session_cookie,
};

/// Whoever looks at a page.
#[derive(Clone)]
pub(crate) struct Viewer {
    pub(crate) person: Person,
    pub(crate) look: Look,
    pub(crate) page: &'static Page,
    /// Whether only a part of a page is asked for, to be put into the one that is there.
    pub(crate) wants_fragment: bool,
    /// The tenant that a page is narrowed to by its address.
    pub(crate) narrowed: Option<String>,
    origin: Origin,
}

impl Viewer {
    /// Whose rows the viewer can reach.
    pub(crate) fn scope(&self) -> TenantScope {
        Identity::from(&self.person).scope()
    }

    /// Whom the viewer may manage.
    pub(crate) fn authority(&self) -> Authority {
        Identity::from(&self.person).authority()
    }

    /// Whether the viewer is one of a tenant's people: what is shown is their own tenant's.
    pub(crate) fn is_of_tenant(&self) -> bool {
        self.person.tenant.is_some()
    }

    /// Whether the viewer may do this.
    pub(crate) fn may(&self, action: Action) -> bool {
        self.person.role.may(action)
    }

    /// The id of the request that is answered.
    pub(crate) fn request_id(&self) -> String {
        self.origin.info.id.map(|id| id.to_string()).unwrap_or_default()
    }

    /// In whose name, and for which request, a change is made.
    pub(crate) fn context(&self) -> Context {
        self.origin.clone().context(self.person.actor())
    }
}

/// Lets in whom the list of pages lets in.
pub(crate) async fn guard(
    State((app, page)): State<(App, &'static Page)>,
    request: Request,
    next: Next,
) -> Response {
    let (mut parts, body) = request.into_parts();
    let viewer = match viewer(&app, page, &mut parts).await {
        Ok(viewer) => viewer,
        Err(refusal) => return refusal,
    };
    parts.extensions.insert(viewer.clone());
    let request = Request::from_parts(parts, body);
    if request.method().is_safe() {
        return next.run(request).await;
    }
    match own_form(&app, &viewer.person, request).await {
        Ok(request) => next.run(request).await,
        Err(refusal) => refusal,
    }
}

/// What every form of a page carries.
#[derive(Deserialize, Default)]
struct Carried {
    #[serde(default)]
    form_token: String,
}

/// The request, if it comes from one of our own pages: read here, so that no handler can forget to ask.
async fn own_form(app: &App, person: &Person, request: Request) -> Result<Request, Response> {
    let (parts, body) = request.into_parts();
    let request = Request::from_parts(parts.clone(), body);
    let bytes = Bytes::from_request(request, app).await.map_err(IntoResponse::into_response)?;
    let again = || Request::from_parts(parts.clone(), Body::from(bytes.clone()));
    // What is no form carries nothing.
    let Form(carried) = Form::<Carried>::from_request(again(), app).await.unwrap_or_default();
    let sent = form_token::unmasked(&carried.form_token).unwrap_or_default();
    form_token::expect(&parts.headers, person, &sent).map_err(IntoResponse::into_response)?;
    Ok(again())
}

async fn viewer(app: &App, page: &'static Page, parts: &mut Parts) -> Result<Viewer, Response> {
    let cookie = session_cookie::read(app, &parts.headers).ok_or_else(|| to_sign_in(parts, page))?;
    let person = match app.portal.authenticate_session(cookie).await {
        Ok(person) => person,
        Err(PortalError::Unauthenticated) => return Err(to_sign_in(parts, page)),
        Err(error) => return Err(Problem::from(error).into_response()),
    };
    let identity = Identity::from(&person);
    if !page.side.is_of(identity.rights.role) {
        let role = identity.rights.role;
        return Err(
            Problem::forbidden(format!("this page is not for people with the role {role}")).into_response()
        );
    }
    let action = if parts.method.is_safe() { page.sees } else { page.changes };
    let missing = |why| forbidden(action, &identity.rights, why).into_response();
    identity.rights.require(action).map_err(missing)?;
    let origin = Origin::from_request_parts(parts, app).await.map_err(IntoResponse::into_response)?;
    let wants_fragment = parts.headers.contains_key("hx-request");
    let narrowed = narrowed(parts).filter(|_| NARROWED.contains(&page.path));
    Ok(Viewer { person, look: Look::of(&parts.headers), page, wants_fragment, narrowed, origin })
}

/// What an address is narrowed to a tenant by.
#[derive(Deserialize)]
struct Narrowing {
    tenant: Option<String>,
}

/// The tenant that an address names. What cannot be read is left to the page, which says so.
fn narrowed(parts: &Parts) -> Option<String> {
    let Query(asked) = Query::<Narrowing>::try_from_uri(&parts.uri).ok()?;
    asked.tenant.filter(|tenant| !tenant.is_empty())
}

/// Where to sign in, and to come back from. A form that was sent is not sent again by itself.
fn to_sign_in(parts: &Parts, page: &Page) -> Response {
    let sign_in = if page.side == Side::Tenant { "/portal/sign-in" } else { "/sign-in" };
    let asked = parts.uri.path_and_query().map_or("/", |asked| asked.as_str());
    let back = if parts.method.is_safe() { asked } else { page.path };
    let address = format!("{sign_in}?next={}", utf8_percent_encode(back, NON_ALPHANUMERIC));
    if parts.headers.contains_key("hx-request") {
        // A fragment has no room for a page to sign in: the whole page goes there.
        return (StatusCode::OK, [("hx-redirect", address)]).into_response();
    }
    see_other(&address)
}

impl FromRequestParts<App> for Viewer {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Problem> {
        // A page without a guard shows nothing.
        parts.extensions.get::<Self>().cloned().ok_or_else(Problem::unauthenticated)
    }
}
