//! The OpenAPI document, read: every operation with what it asks for. Stories that must hold for each operation walk through these, so
//! that a new one cannot be forgotten.

use std::collections::BTreeMap;

use daybook_testkit::{Action, Method, Reply, Role};
use serde_json::{Map, Value};

/// An operation of the document.
#[derive(Clone, Debug)]
pub(crate) struct Operation {
    /// Method and path, as in `POST /admin/api/tenants`.
    pub(crate) name: String,
    pub(crate) method: Method,
    /// With the names of its parameters in braces.
    pub(crate) path: String,
    /// Under whose API it stands.
    pub(crate) side: Side,
    /// What it asks of an API token or a session.
    pub(crate) needs: Option<Needs>,
    /// Whether it is for people alone: no API token is enough.
    pub(crate) for_people: bool,
    /// `access` or `refresh`, for operations of the device API that take a token.
    pub(crate) device_token: Option<String>,
    /// The fields of its body.
    pub(crate) fields: Option<Fields>,
    /// The names of its query parameters.
    pub(crate) query: Vec<String>,
    /// The statuses it says it answers with.
    pub(crate) answers: Vec<String>,
}

/// Under whose API an operation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    /// `/admin/api`.
    Platform,
    /// `/tenant/api`.
    Tenant,
    /// Anything else.
    Other,
}

/// What an operation asks of an API token or a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Needs {
    /// That its role and its scopes allow this.
    Action(Action),
    /// That it is one of the platform.
    Platform,
}

/// The fields of a body.
#[derive(Clone, Debug)]
pub(crate) struct Fields {
    /// Each with the JSON types it takes, `null` among them.
    pub(crate) types: BTreeMap<String, Vec<String>>,
    pub(crate) required: Vec<String>,
}

/// The document as JSON.
pub(crate) fn document() -> Value {
    serde_json::to_value(daybook_http::openapi()).unwrap()
}

/// Every operation of the document.
pub(crate) fn operations() -> Vec<Operation> {
    let document = document();
    let mut operations = vec![];
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            operations.push(read(&document, path, &method.to_uppercase(), operation));
        }
    }
    assert!(operations.len() > 35, "the whole document, not {} operations", operations.len());
    operations
}

fn read(document: &Value, path: &str, method: &str, operation: &Value) -> Operation {
    let scope = |scheme: &str| {
        let listed = operation["security"].as_array()?.iter();
        let mut scopes = listed.filter_map(|one| one[scheme][0].as_str());
        scopes.next().map(ToOwned::to_owned)
    };
    let takes = |scheme: &str| {
        let listed = operation["security"].as_array();
        listed.is_some_and(|listed| listed.iter().any(|one| one.get(scheme).is_some()))
    };
    assert!(takes("session") || !takes("api_token"), "{path}: a person may do what a program may");
    let needs = takes("session").then(|| match scope("session") {
        Some(action) => Needs::Action(action.parse().unwrap()),
        None => Needs::Platform,
    });
    let schema = operation["requestBody"]["content"]["application/json"].get("schema");
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    let in_query = parameters.filter(|one| one["in"] == "query");
    Operation {
        name: format!("{method} {path}"),
        method: method.parse().unwrap(),
        path: path.to_owned(),
        side: match path.split('/').nth(1) {
            Some("admin") => Side::Platform,
            Some("tenant") => Side::Tenant,
            _ => Side::Other,
        },
        needs,
        for_people: takes("session") && !takes("api_token"),
        device_token: scope("device_token"),
        fields: schema.map(|schema| fields(resolve(document, schema))),
        query: in_query.map(|one| one["name"].as_str().unwrap().to_owned()).collect(),
        answers: operation["responses"].as_object().unwrap().keys().cloned().collect(),
    }
}

/// What a reference refers to.
pub(crate) fn resolve<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    match schema.get("$ref") {
        Some(reference) => {
            let found = document.pointer(reference.as_str().unwrap().strip_prefix('#').unwrap());
            resolve(document, found.unwrap())
        }
        // One thing or a list of such: what holds for the one.
        None => match schema.pointer("/oneOf/0") {
            Some(one) => resolve(document, one),
            None => schema,
        },
    }
}

fn fields(schema: &Value) -> Fields {
    let properties =
        schema["properties"].as_object().unwrap_or_else(|| panic!("a body is an object: {schema}"));
    let types = |one: &Value| match &one["type"] {
        Value::String(name) => vec![name.clone()],
        Value::Array(names) => names.iter().map(|name| name.as_str().unwrap().to_owned()).collect(),
        other => panic!("a field has a type: {other}"),
    };
    Fields {
        types: properties.iter().map(|(name, one)| (name.clone(), types(one))).collect(),
        required: schema["required"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|name| name.as_str().unwrap().to_owned())
            .collect(),
    }
}

impl Operation {
    /// Its path with something at the place of each parameter; nothing has these names.
    pub(crate) fn any_path(&self) -> String {
        self.path_with("nobody")
    }

    /// Its path with this at the place of each parameter.
    pub(crate) fn path_with(&self, name: &str) -> String {
        let parts = self.path.split('/').map(|part| if part.starts_with('{') { name } else { part });
        parts.collect::<Vec<_>>().join("/")
    }

    /// Whether somebody of this role may do it; none for what asks for no role.
    pub(crate) fn admits(&self, role: Role) -> Option<bool> {
        let needs = self.needs?;
        let may = match needs {
            Needs::Action(action) => role.may(action),
            Needs::Platform => true,
        };
        Some(may && role.is_platform() == (self.side == Side::Platform))
    }

    /// The role with the fewest rights that is enough.
    pub(crate) fn least_role(&self) -> Option<Role> {
        self.needs?;
        let roles = [Role::Auditor, Role::Admin, Role::Owner, Role::TenantMember, Role::TenantAdmin];
        Some(roles.into_iter().find(|role| self.admits(*role) == Some(true)).expect("somebody may"))
    }

    /// The operation's name without the side that it stands under.
    pub(crate) fn relative(&self) -> String {
        self.name.replace(" /admin/api", " ").replace(" /tenant/api", " ")
    }

    /// Whether it may change something.
    pub(crate) fn changes(&self) -> bool {
        self.method != Method::GET
    }

    /// Asserts that the document says that this is a possible answer. `default` stands for failures of the server alone.
    pub(crate) fn assert_documented(&self, reply: &Reply) {
        let status = reply.code().to_string();
        assert!(
            self.answers.contains(&status),
            "{} answered {status}, which the document does not say: {}",
            self.name,
            reply.text()
        );
    }
}

/// The object that a JSON value is.
pub(crate) fn object(value: Value) -> Map<String, Value> {
    let Value::Object(fields) = value else { panic!("not an object: {value}") };
    fields
}
