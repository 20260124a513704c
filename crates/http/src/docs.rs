//! The OpenAPI document and a page that shows it: rendered here, without a script or a foreign host.

use std::sync::OnceLock;

use askama::Template;
use axum::{
    Router,
    extract::State,
    http::header,
    response::{Html, IntoResponse, Response},
    routing::get,
};
use daybook_model::Action;
use serde_json::Value;
use utoipa::openapi::{
    ContactBuilder, InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder,
    path::PathItem,
    security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme},
    tag::TagBuilder,
};

use crate::{App, problem::Problem};

mod problems;

/// The documents, each made when somebody asks for it first, and kept.
pub(crate) struct Documents {
    api: OpenApi,
    openapi: OnceLock<String>,
    page: OnceLock<String>,
}

impl Documents {
    /// The documents of what the routes say of themselves.
    pub(crate) fn of(api: OpenApi) -> Self {
        Self { api, openapi: OnceLock::new(), page: OnceLock::new() }
    }

    fn openapi(&self) -> String {
        self.openapi.get_or_init(|| self.document().to_string()).clone()
    }

    fn page(&self) -> String {
        let made = || {
            let page = Page { tags: tags(&self.document()), version: env!("CARGO_PKG_VERSION") };
            page.render().unwrap_or_else(|error| format!("the page cannot be rendered: {error}"))
        };
        self.page.get_or_init(made).clone()
    }

    fn document(&self) -> Value {
        serde_json::to_value(complete(self.api.clone())).unwrap_or_default()
    }
}

/// The whole document, out of what the routes say of themselves.
pub(crate) fn complete(api: OpenApi) -> OpenApi {
    problems::add(with_both_sides(with_sessions(api)))
}

/// What takes an API token takes a person's session too.
fn with_sessions(mut api: OpenApi) -> OpenApi {
    for operation in operations_of(&mut api) {
        let Some(security) = &mut operation.security else { continue };
        let text = serde_json::to_value(&*security).unwrap_or_default();
        let actions = text.as_array().into_iter().flatten().find_map(|one| one.get("api_token"));
        let Some(actions) = actions.and_then(Value::as_array) else { continue };
        let actions: Vec<&str> = actions.iter().filter_map(Value::as_str).collect();
        security.push(SecurityRequirement::new("session", actions));
    }
    api
}

/// Operations that stand under the API of both sides have a name of their own under each.
fn with_both_sides(mut api: OpenApi) -> OpenApi {
    for (path, item) in &mut api.paths.paths {
        if path.starts_with("/tenant/api/") {
            for operation in operations_in(item) {
                operation.operation_id = operation.operation_id.take().map(|id| format!("tenant_{id}"));
            }
        }
    }
    api
}

fn operations_of(api: &mut OpenApi) -> impl Iterator<Item = &mut utoipa::openapi::path::Operation> {
    api.paths.paths.values_mut().flat_map(operations_in)
}

fn operations_in(item: &mut PathItem) -> impl Iterator<Item = &mut utoipa::openapi::path::Operation> {
    let PathItem { get, put, post, delete, patch, .. } = item;
    [get, put, post, delete, patch].into_iter().flatten()
}

/// What the document says besides the routes.
pub(crate) fn base() -> OpenApi {
    let info = InfoBuilder::new()
        .title("Daybook")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(
            "A licensing and activation portal whose every change is on a provable event log. Errors are RFC 9457 problem \
             documents with a stable `code`. Lists answer `{items, next}`; pass `next` as `cursor`. Every POST takes an \
             `Idempotency-Key`. Every answer carries `X-Request-Id`.",
        ))
        .license(Some(LicenseBuilder::new().name("Apache-2.0 OR MIT").build()))
        .contact(Some(ContactBuilder::new().name(Some("The Daybook authors")).build()))
        .build();
    let bearer = |description: &str| {
        let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some(description)).build();
        SecurityScheme::Http(scheme)
    };
    let tag = |(name, description): (&str, &str)| {
        TagBuilder::new().name(name).description(Some(description)).build()
    };
    let mut api = OpenApiBuilder::new()
        .info(info)
        .tags(Some(TAGS.map(tag)))
        .components(Some(
            utoipa::openapi::ComponentsBuilder::new().schema_from::<crate::problem::ProblemBody>().build(),
        ))
        .build();
    if let Some(components) = &mut api.components {
        let token =
            "An API token (`dbk_…`). The scope is the action that its role and its scopes must allow.";
        components.add_security_scheme("api_token", bearer(token));
        let cookie = ApiKeyValue::with_description(
            "daybook_session",
            "A person's session: the cookie that signing in sets (`__Host-daybook_session` behind TLS). What changes something needs a \
             browser that says where it comes from, or the session's `form_token` as `X-Form-Token`.",
        );
        components.add_security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
        components.add_security_scheme("device_token", bearer("A device's access token (`dbd_…`)."));
    }
    api
}

const TAGS: [(&str, &str); 14] = [
    ("tenants", "Tenants: create, edit, suspend, resume, delete"),
    ("plans", "Plans, subscriptions, and what tenants use of their quotas"),
    ("profile", "A tenant's own profile"),
    ("projects", "Projects of tenants"),
    ("codes", "Activation codes: generated once, shown once"),
    ("devices", "Enrolled devices"),
    ("log", "The event log: the feed, the explorer, the live stream"),
    ("numbers", "Totals and trends; each answer says the log size it holds at"),
    ("account", "Signing in, and one's own account: for people of the platform and of tenants alike"),
    ("people", "Users and their sessions, for those who manage them"),
    ("access", "API tokens, permissions and identity providers"),
    (
        "llm",
        "How language models are asked, for the platform and for each project: versions, and where each value comes from",
    ),
    ("notifications", "Mail to people: what waits, was sent or failed"),
    ("health", "For whoever watches the server"),
];

/// The page of the documents; open like the document itself.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/openapi.json", get(openapi))
        .route("/docs", get(page))
        .route("/docs.css", get(style))
}

async fn openapi(State(app): State<App>) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], app.documents.openapi()).into_response()
}

async fn page(State(app): State<App>) -> Result<Html<String>, Problem> {
    Ok(Html(app.documents.page()))
}

async fn style() -> Response {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], include_str!("static/docs.css")).into_response()
}

#[derive(Template)]
#[template(path = "docs.html")]
struct Page {
    tags: Vec<Tag>,
    version: &'static str,
}

/// The operations of one tag.
struct Tag {
    name: &'static str,
    description: &'static str,
    operations: Vec<Operation>,
}

/// One operation, as the page shows it.
#[derive(Clone)]
struct Operation {
    tag: String,
    anchor: String,
    method: String,
    path: String,
    summary: String,
    description: Prose,
    needs: Prose,
    parameters: Vec<(String, String, Prose)>,
    body: Option<String>,
    answers: Vec<(String, Prose, Option<String>)>,
}

fn tags(document: &Value) -> Vec<Tag> {
    let all = operations(document);
    let of = |name: &str| all.iter().filter(|operation| operation.tag == name).cloned().collect();
    TAGS.into_iter().map(|(name, description)| Tag { name, description, operations: of(name) }).collect()
}

fn operations(document: &Value) -> Vec<Operation> {
    let paths = document.get("paths").and_then(Value::as_object);
    let mut operations = vec![];
    for (path, methods) in paths.into_iter().flatten() {
        for (method, operation) in methods.as_object().into_iter().flatten() {
            operations.push(Operation {
                tag: operation.pointer("/tags/0").and_then(Value::as_str).unwrap_or_default().to_owned(),
                anchor: text(operation, "operationId"),
                method: method.to_uppercase(),
                path: path.clone(),
                summary: text(operation, "summary"),
                description: Prose::new(&text(operation, "description")),
                needs: Prose::new(&needs(path, operation)),
                parameters: parameters(operation),
                body: schema_text(
                    document,
                    operation.pointer("/requestBody/content/application~1json/schema"),
                ),
                answers: answers(document, operation),
            });
        }
    }
    operations
}

fn text(value: &Value, name: &str) -> String {
    value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// What an operation needs, in words: which roles have the action depends on the side that its path is of.
fn needs(path: &str, operation: &Value) -> String {
    let listed = operation.get("security").and_then(Value::as_array);
    let schemes = listed.into_iter().flatten().filter_map(Value::as_object).flatten();
    let schemes: Vec<(&str, &str)> = schemes
        .map(|(scheme, scopes)| {
            (scheme.as_str(), scopes.pointer("/0").and_then(Value::as_str).unwrap_or_default())
        })
        .collect();
    let takes = |name: &str| schemes.iter().any(|(scheme, _)| *scheme == name);
    let Some((_, scope)) = schemes.first() else { return "nothing: it is open".to_owned() };
    let who = match (takes("session"), takes("api_token"), takes("device_token")) {
        (_, _, true) => return format!("a device's {scope} token"),
        (true, true, _) => "a session or an API token",
        (true, false, _) => "a session",
        (false, ..) => "an API token",
    };
    match scope.parse::<Action>() {
        Ok(action) => format!("{who} that may `{action}` ({})", roles(path, action)),
        Err(_) => format!("{who} of the platform, whatever it may do"),
    }
}

/// The roles that may do this on the path's side.
fn roles(path: &str, action: Action) -> String {
    let of_platform = !path.starts_with("/tenant/");
    let roles = action.roles().iter().filter(|role| role.is_platform() == of_platform);
    roles.map(|role| role.as_str()).collect::<Vec<_>>().join(", ")
}

/// A text in which every second part was between backticks.
#[derive(Clone)]
struct Prose(Vec<(bool, String)>);

impl Prose {
    fn new(text: &str) -> Self {
        Self(text.split('`').enumerate().map(|(at, part)| (at % 2 == 1, part.to_owned())).collect())
    }
}

fn parameters(operation: &Value) -> Vec<(String, String, Prose)> {
    let listed = operation.get("parameters").and_then(Value::as_array).into_iter().flatten();
    let view = |one: &Value| (text(one, "name"), text(one, "in"), Prose::new(&text(one, "description")));
    listed.map(view).collect()
}

fn answers(document: &Value, operation: &Value) -> Vec<(String, Prose, Option<String>)> {
    let listed = operation.get("responses").and_then(Value::as_object).into_iter().flatten();
    let view = |(status, answer): (&String, &Value)| {
        // A problem that any operation can answer with: its shape is shown where an operation has one of its own.
        if let Some(shared) = answer.get("$ref").and_then(Value::as_str) {
            let shared = shared.strip_prefix('#').and_then(|pointer| document.pointer(pointer));
            let said = shared.map(|shared| text(shared, "description")).unwrap_or_default();
            return (status.clone(), Prose::new(&said), None);
        }
        let content = answer.get("content").and_then(Value::as_object);
        let shape = content.and_then(|content| schema_text(document, content.values().next()?.get("schema")));
        (status.clone(), Prose::new(&text(answer, "description")), shape)
    };
    listed.map(view).collect()
}

/// A schema as indented JSON, references to named schemas resolved one level deep.
fn schema_text(document: &Value, schema: Option<&Value>) -> Option<String> {
    let schema = schema?;
    let resolved = match schema.get("$ref").and_then(Value::as_str) {
        Some(reference) => document.pointer(reference.strip_prefix('#')?)?,
        None => schema,
    };
    serde_json::to_string_pretty(resolved).ok()
}
