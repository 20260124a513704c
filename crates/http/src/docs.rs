//! The OpenAPI document and a page that shows it: rendered here, without a script or a foreign host.

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
    security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
    tag::TagBuilder,
};

use crate::{App, problem::Problem};

mod problems;

/// The documents, made once.
pub(crate) struct Documents {
    openapi: String,
    page: String,
}

impl Documents {
    pub(crate) fn new(api: &OpenApi) -> Self {
        let document = serde_json::to_value(api).unwrap_or_default();
        let page = Page { tags: tags(&document), version: env!("CARGO_PKG_VERSION") };
        let page = page.render().unwrap_or_else(|error| format!("the page cannot be rendered: {error}"));
        Self { openapi: document.to_string(), page }
    }
}

/// The whole document, out of what the routes say of themselves.
pub(crate) fn complete(api: OpenApi) -> OpenApi {
    problems::add(api)
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
        components.add_security_scheme("device_token", bearer("A device's access token (`dbd_…`)."));
    }
    api
}

const TAGS: [(&str, &str); 8] = [
    ("tenants", "Tenants: create, edit, suspend, resume, delete"),
    ("projects", "Projects of tenants"),
    ("codes", "Activation codes: generated once, shown once"),
    ("devices", "Enrolled devices"),
    ("log", "The event log: the feed, the explorer, the live stream"),
    ("numbers", "Totals and trends; each answer says the log size it holds at"),
    ("access", "API tokens, permissions and identity providers"),
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
    ([(header::CONTENT_TYPE, "application/json")], app.documents.openapi.clone()).into_response()
}

async fn page(State(app): State<App>) -> Result<Html<String>, Problem> {
    Ok(Html(app.documents.page.clone()))
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
                needs: Prose::new(&needs(operation)),
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

fn needs(operation: &Value) -> String {
    let schemes = operation
        .get("security")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_object);
    let named = schemes.flatten().map(|(scheme, scopes)| {
        let scope = scopes.pointer("/0").and_then(Value::as_str).unwrap_or_default();
        match (scheme.as_str(), scope.parse::<Action>()) {
            ("api_token", Ok(action)) => format!("an API token that may `{action}` ({})", operators(action)),
            ("api_token", Err(_)) => "any API token of the platform".to_owned(),
            _ => format!("a device's {scope} token"),
        }
    });
    let named: Vec<_> = named.collect();
    if named.is_empty() { "nothing: it is open".to_owned() } else { named.join(" or ") }
}

/// The roles of the platform that may do this; those of tenants reach no operation of this document.
fn operators(action: Action) -> String {
    let roles = action.roles().iter().filter(|role| role.is_platform());
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
