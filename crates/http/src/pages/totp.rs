//! `/account/totp`: sets up one-time codes, in two steps. Nothing changes until a code has confirmed that the app has the secret.

use axum::{Form, extract::State, response::Response};
use daybook_portal::PortalError;
use serde::Deserialize;

use super::{
    account_acts::{ask, reveal_codes},
    ask::Ask,
    form::Field,
    guard::Viewer,
};
use crate::{App, account_api::with_cookie, problem::Problem, qr};

/// What the second form sends.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Confirmation {
    ceremony: String,
    code: String,
}

async fn first(app: &App, viewer: &Viewer, lead: &str) -> Result<Ask, Problem> {
    let ask = ask(app, viewer, "totp", ["totp", "totp-begin"]).await?;
    Ok(ask.lead(viewer.look.locale.text(lead)))
}

pub(super) async fn show(viewer: Viewer, State(app): State<App>) -> Result<Response, Problem> {
    Ok(first(&app, &viewer, "totp-lead").await?.answer())
}

pub(super) async fn begin(viewer: Viewer, State(app): State<App>) -> Result<Response, Problem> {
    let set_up = match app.portal.begin_totp(&viewer.person).await {
        Ok(set_up) => set_up,
        Err(error) => return first(&app, &viewer, "totp-lead").await?.refused(error),
    };
    let locale = viewer.look.locale;
    let picture = qr::drawn(&set_up.uri, &locale.text("totp-picture"));
    let fields = vec![
        Field::new("secret", "text", locale.text("totp-secret")).value(set_up.secret).fixed(),
        Field::new("uri", "text", locale.text("totp-uri")).value(set_up.uri).fixed(),
        Field::new("code", "text", locale.text("second-factor-code"))
            .autocomplete("one-time-code")
            .length_max(6)
            .hint(locale.text("totp-code-hint")),
    ];
    let ask = ask(&app, &viewer, "totp/confirm", ["totp", "totp-button"]).await?;
    let ask = ask.lead(locale.text("totp-secret-lead")).hidden("ceremony", set_up.ceremony).fields(fields);
    Ok(ask.picture(picture).answer())
}

pub(super) async fn confirm(
    mut viewer: Viewer,
    State(app): State<App>,
    Form(filled): Form<Confirmation>,
) -> Result<Response, Problem> {
    let (context, code) = (viewer.context(), filled.code.trim());
    let confirmed = app.portal.confirm_totp(&context, &viewer.person, &filled.ceremony, code).await;
    match confirmed {
        Ok(changed) => {
            // The answer is of the session as it is now.
            viewer.person.form_token.clone_from(&changed.signed_in.form_token);
            let answer = reveal_codes(&app, &viewer, changed.recovery_codes).await?;
            Ok(with_cookie(&app, &changed.signed_in, answer))
        }
        // A secret takes one attempt: what is wrong is said where it begins again.
        Err(PortalError::Invalid(_) | PortalError::CeremonyOver) => {
            Ok(first(&app, &viewer, "totp-wrong").await?.answer())
        }
        Err(error) => first(&app, &viewer, "totp-lead").await?.refused(error),
    }
}
