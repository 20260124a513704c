//! `GET …/events.csv`: the log as a table (RFC 4180). Must not let a cell be read as a formula.

use axum::{extract::State, response::Response};

use super::{
    Activity, SubjectView,
    export::{Format, export},
    filter::FilterParams,
};
use crate::{
    App,
    body::Query,
    caller::{Caller, may},
    problem::{Problem, ProblemBody},
};

const CSV: Format = Format { media: "text/csv; charset=utf-8", ending: "csv", head, add: row };

/// The columns. Others may be added after them; these stay as they are.
const COLUMNS: [&str; 30] = [
    "seq",
    "id",
    "type",
    "severity",
    "outcome",
    "origin",
    "occurred_at",
    "recorded_at",
    "actor_type",
    "actor_id",
    "actor_name",
    "tenant_id",
    "tenant_slug",
    "tenant_name",
    "project_id",
    "project_name",
    "code_id",
    "code_hint",
    "device_id",
    "device_label",
    "user_id",
    "user_name",
    "session_id",
    "api_token_id",
    "api_token_name",
    "erased",
    "title",
    "description",
    "request_id",
    "metadata",
];

fn head() -> String {
    let mut text = String::new();
    write_row(&mut text, &COLUMNS);
    text
}

/// Id and name of what an event is about; empty if it is about none.
fn subject(subject: Option<&SubjectView>) -> [&str; 2] {
    let name = subject.and_then(|subject| subject.name.as_deref());
    [subject.map_or("", |subject| &subject.id), name.unwrap_or_default()]
}

/// Whose name was erased: what an empty cell does not tell.
fn erased(of: &Activity) -> String {
    let is_erased = |subject: &Option<SubjectView>| subject.as_ref().is_some_and(|subject| subject.erased);
    let parties = [
        ("actor", of.actor.erased),
        ("device", is_erased(&of.device)),
        ("user", is_erased(&of.user)),
        ("api_token", is_erased(&of.api_token)),
    ];
    let names: Vec<&str> = parties.into_iter().filter(|(_, erased)| *erased).map(|(name, _)| name).collect();
    names.join(" ")
}

fn row(text: &mut String, of: &Activity) -> Result<(), serde_json::Error> {
    let (seq, erased, metadata) = (of.seq.to_string(), erased(of), serde_json::to_string(&of.metadata)?);
    let tenant = of.tenant.as_ref();
    let [project_id, project_name] = subject(of.project.as_ref());
    let [code_id, code_hint] = subject(of.code.as_ref());
    let [device_id, device_label] = subject(of.device.as_ref());
    let [user_id, user_name] = subject(of.user.as_ref());
    let [session_id, _] = subject(of.session.as_ref());
    let [api_token_id, api_token_name] = subject(of.api_token.as_ref());
    let cells: [&str; COLUMNS.len()] = [
        &seq,
        &of.id,
        &of.r#type,
        &of.severity,
        &of.outcome,
        &of.origin,
        &of.occurred_at,
        &of.recorded_at,
        &of.actor.r#type,
        of.actor.id.as_deref().unwrap_or_default(),
        of.actor.name.as_deref().unwrap_or_default(),
        tenant.map_or("", |tenant| &tenant.id),
        tenant.map_or("", |tenant| &tenant.slug),
        tenant.map_or("", |tenant| &tenant.name),
        project_id,
        project_name,
        code_id,
        code_hint,
        device_id,
        device_label,
        user_id,
        user_name,
        session_id,
        api_token_id,
        api_token_name,
        &erased,
        &of.title,
        &of.description,
        of.request_id.as_deref().unwrap_or_default(),
        &metadata,
    ];
    write_row(text, &cells);
    Ok(())
}

fn write_row(text: &mut String, cells: &[&str]) {
    for (at, cell) in cells.iter().enumerate() {
        if at > 0 {
            text.push(',');
        }
        write_cell(text, cell);
    }
    text.push_str("\r\n");
}

/// With these, spreadsheets begin a formula, or skip them and look at what follows.
const FORMULA: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// A cell: guarded by `'` if a spreadsheet could take it for a formula, and quoted if it must be.
fn write_cell(text: &mut String, cell: &str) {
    let guard = if cell.starts_with(FORMULA) { "'" } else { "" };
    if cell.contains(['"', ',', '\r', '\n']) || cell.trim() != cell {
        for part in ["\"", guard, &cell.replace('"', "\"\""), "\""] {
            text.push_str(part);
        }
    } else {
        text.push_str(guard);
        text.push_str(cell);
    }
}

/// Export events as CSV
///
/// Everything that `/events` lists for the same filters, newest first, as a table by RFC 4180: UTF-8, a header, lines that end in CRLF, quotes
/// where they are needed. Columns keep their names and order; new ones come last. What is absent is an empty cell; `erased` names the parties whose
/// name was erased (`actor`, `device`, `user`, `api_token`), and `metadata` is JSON. A cell that begins with `=`, `+`, `-`, `@` (wide forms of them
/// too), a tab or a line break has `'` before it, so that no spreadsheet computes what somebody wrote; where values must be exact, take
/// `/events.ndjson`. `X-As-Of` is the log size at which it holds; what is recorded meanwhile is not in it. An answer that cannot be completed is
/// cut off, never ended: a client sees that its transfer failed.
#[utoipa::path(get, path = "/events.csv", tag = "log", params(FilterParams), security(("api_token" = ["log:read"])), responses(
    (status = 200, description = "The events", content_type = "text/csv", body = String,
        headers(("X-As-Of" = u64, description = "The log size at which this holds"))),
    (status = 422, description = "A parameter is invalid", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn export_events_as_csv(
    caller: Caller<may::LogRead>,
    State(app): State<App>,
    Query(params): Query<FilterParams>,
) -> Result<Response, Problem> {
    export(&app, caller.scope(), &params, CSV).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(of: &str) -> String {
        let mut text = String::new();
        write_cell(&mut text, of);
        text
    }

    #[test]
    fn a_cell_is_quoted_where_it_must_be() {
        for (value, written) in [
            ("", ""),
            ("Acme", "Acme"),
            ("Räder & Söhne 3-4", "Räder & Söhne 3-4"),
            ("a, b", "\"a, b\""),
            ("say \"yes\"", "\"say \"\"yes\"\"\""),
            ("two\nlines", "\"two\nlines\""),
            ("two\r\nlines", "\"two\r\nlines\""),
            (" spaces ", "\" spaces \""),
            ("'t Hooft", "'t Hooft"),
        ] {
            assert_eq!(cell(value), written, "{value:?}");
        }
    }

    #[test]
    fn no_cell_is_a_formula() {
        for (value, written) in [
            ("=1+1", "'=1+1"),
            ("+49 30 123", "'+49 30 123"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("＝1", "'＝1"),
            ("\t=1", "\"'\t=1\""),
            ("\r=1", "\"'\r=1\""),
            ("\n=1", "\"'\n=1\""),
            ("=HYPERLINK(\"x\",1)", "\"'=HYPERLINK(\"\"x\"\",1)\""),
        ] {
            assert_eq!(cell(value), written, "{value:?}");
        }
    }

    #[test]
    fn a_row_ends_as_the_format_says() {
        let mut text = head();
        assert!(text.starts_with("seq,id,type,") && text.ends_with(",metadata\r\n"), "{text}");
        text.clear();
        write_row(&mut text, &["1", "", "a,b"]);
        assert_eq!(text, "1,,\"a,b\"\r\n");
    }
}
