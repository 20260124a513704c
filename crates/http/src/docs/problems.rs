//! The problems that an operation can answer with besides those it names itself: what stands around all handlers refuses requests
//! too, and a client should find that in the document. Must name no problem of a single operation.

use utoipa::openapi::{
    ContentBuilder, OpenApi, Ref, RefOr, Required, Response, ResponseBuilder,
    path::{Operation, Parameter, ParameterBuilder, ParameterIn},
    schema::{ObjectBuilder, Type},
};

/// Status, name and meaning of what several operations answer with.
const SHARED: [(&str, &str, &str); 8] = [
    (
        "400",
        "BadRequest",
        "The request cannot be read: `INVALID_JSON`, `INVALID_IDEMPOTENCY_KEY`, `INVALID_IF_MATCH`, `BAD_REQUEST`",
    ),
    ("401", "Unauthenticated", "No token was sent, or it opens nothing: `UNAUTHENTICATED`"),
    (
        "403",
        "Forbidden",
        "The token's role may not do this: `FORBIDDEN`; or another site's page asked for it: `CROSS_SITE`",
    ),
    (
        "409",
        "IdempotencyConflict",
        "The Idempotency-Key came with another request before: `IDEMPOTENCY_CONFLICT`",
    ),
    ("413", "TooLarge", "The body has more than 1 MiB: `BODY_TOO_LARGE`"),
    ("415", "UnsupportedMediaType", "The body is not said to be JSON: `UNSUPPORTED_MEDIA_TYPE`"),
    ("422", "Invalid", "A field or a parameter is invalid: `INVALID`, with the place of each"),
    (
        "default",
        "Problem",
        "Any other problem, such as `CROSS_SITE`, `TIMEOUT`, `UNAVAILABLE`, `STORAGE_FULL` or `INTERNAL`",
    ),
];

/// The document with these problems at every operation that can answer with them.
pub(super) fn add(mut api: OpenApi) -> OpenApi {
    if let Some(components) = &mut api.components {
        for (_, name, meaning) in SHARED {
            let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("ProblemBody"))).build();
            let answer = ResponseBuilder::new()
                .description(meaning)
                .content("application/problem+json", content)
                .build();
            components.responses.insert(name.to_owned(), answer.into());
        }
    }
    for item in api.paths.paths.values_mut() {
        let operations = [&mut item.get, &mut item.put, &mut item.delete, &mut item.patch];
        for operation in operations.into_iter().flatten() {
            complete(operation, false);
        }
        if let Some(operation) = &mut item.post {
            operation.parameters.get_or_insert_default().push(idempotency_key().into());
            complete(operation, true);
        }
    }
    api
}

fn complete(operation: &mut Operation, is_post: bool) {
    for (status, answer) in &mut operation.responses.responses {
        if let RefOr::T(Response { description, .. }) = answer
            && description.is_empty()
        {
            // Every answer must be described, and its schema says more than a sentence here could.
            description.push_str(if status == "201" { "Created" } else { "OK" });
        }
    }
    let security = serde_json::to_string(&operation.security).unwrap_or_default();
    let api = security.contains("\"api_token\"") || security.contains("\"session\"");
    let device = security.contains("\"device_token\"");
    let takes = |place: &ParameterIn, name: Option<&str>| {
        let listed = operation.parameters.iter().flatten();
        let mut concrete = listed.filter_map(|parameter| match parameter {
            RefOr::T(parameter) => Some(parameter),
            RefOr::Ref(_) => None,
        });
        concrete.any(|one| one.parameter_in == *place && name.is_none_or(|name| one.name == name))
    };
    let (path, query) = (takes(&ParameterIn::Path, None), takes(&ParameterIn::Query, None));
    let (id, if_match) =
        (takes(&ParameterIn::Path, Some("id")), takes(&ParameterIn::Header, Some("If-Match")));
    let body = operation.request_body.is_some();
    for (status, name, _) in SHARED {
        let applies = match status {
            "400" => body || is_post || path || if_match,
            "401" => api || device,
            "403" => api,
            "409" => is_post,
            "413" => body || is_post,
            "415" => body,
            "422" => body || query || id,
            _ => true,
        };
        if applies {
            let answers = &mut operation.responses.responses;
            answers.entry(status.to_owned()).or_insert_with(|| Ref::from_response_name(name).into());
        }
    }
}

fn idempotency_key() -> Parameter {
    let text =
        ObjectBuilder::new().schema_type(Type::String).min_length(Some(8)).max_length(Some(200)).build();
    ParameterBuilder::new()
        .name("Idempotency-Key")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(
            "A fresh UUID, say. The same request within 24 hours is answered with the first answer",
        ))
        .schema(Some(text))
        .build()
}
