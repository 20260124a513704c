//! `/integrity`: size, root and key of the log, and whether a proof that somebody has proves something. What is verified here can be
//! verified by anybody, offline.

use askama::Template;
use axum::{Form, extract::State, http::StatusCode, response::Response};
use daybook_portal::LogStatus;
use daybook_proof::{Checkpoint, Note, TlogProof, VerifierKey};
use serde::Deserialize;

use super::{
    guard::Viewer,
    shell::{Shell, framed, rendered},
};
use crate::{App, problem::Problem};

#[derive(Template)]
#[template(path = "integrity.html")]
struct IntegrityPage {
    shell: Shell,
    status: LogStatus,
    vkey: String,
    /// What was pasted.
    pasted: String,
    verdict: Option<Verdict>,
}

framed!(IntegrityPage);

/// What a pasted text proves.
enum Verdict {
    /// That this entry was in the log when it had so many.
    Entry { index: u64, size: u64 },
    /// That the log had this root when it had so many entries.
    Head { size: u64, root: String },
    /// Nothing, and why.
    Nothing(String),
}

/// What the form sends.
#[derive(Deserialize, Default)]
pub(super) struct Filled {
    #[serde(default)]
    proof: String,
}

/// What a text proves under this key.
fn verdict(text: &str, key: &VerifierKey) -> Verdict {
    // Forms send lines that end otherwise.
    let text = text.replace("\r\n", "\n");
    let text = format!("{}\n", text.trim_end());
    if text.starts_with("c2sp.org/tlog-proof@") {
        let verified = text.parse::<TlogProof>().and_then(|proof| {
            let (_, log) = proof.verify_entry(key)?;
            Ok(Verdict::Entry { index: proof.index, size: log.size })
        });
        return verified.unwrap_or_else(|error| Verdict::Nothing(error.to_string()));
    }
    let opened = text.parse::<Note>().map_err(|error| error.to_string()).and_then(|note| {
        let log = Checkpoint::open(&note, key).map_err(|error| error.to_string())?;
        Ok(Verdict::Head { size: log.size, root: log.root.to_string() })
    });
    opened.unwrap_or_else(Verdict::Nothing)
}

async fn page(app: &App, viewer: &Viewer, pasted: String) -> Result<Response, Problem> {
    let key = app.portal.log_key();
    let verdict = (!pasted.trim().is_empty()).then(|| verdict(&pasted, &key));
    let proves = !matches!(verdict, Some(Verdict::Nothing(_)));
    let shown = IntegrityPage {
        shell: Shell::of(app, viewer, viewer.look.locale.text("nav-integrity").into_owned()).await?,
        status: app.portal.log_status().await?,
        vkey: key.to_string(),
        pasted,
        verdict,
    };
    Ok(rendered(if proves { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }, &shown))
}

pub(super) async fn show(viewer: Viewer, State(app): State<App>) -> Result<Response, Problem> {
    page(&app, &viewer, String::new()).await
}

pub(super) async fn submit(
    viewer: Viewer,
    State(app): State<App>,
    Form(filled): Form<Filled>,
) -> Result<Response, Problem> {
    page(&app, &viewer, filled.proof).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_proof_proves_nothing_and_says_why() {
        let key: VerifierKey =
            "example.com/log42+61581bf9+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4".parse().unwrap();
        for text in ["x", "c2sp.org/tlog-proof@v1\nindex 1\n", "example.com/log42\n3\nAAAA\n\n— x y\n"] {
            assert!(matches!(verdict(text, &key), Verdict::Nothing(why) if !why.is_empty()), "{text}");
        }
    }
}
