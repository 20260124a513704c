//! `/account`: one's own name, ways to sign in, what one is told of, and how pages look.

use askama::Template;
use axum::{
    Form,
    extract::State,
    http::{StatusCode, header},
    response::Response,
};
use daybook_model::{factor::FactorKind, notification::NotificationChoice};
use daybook_portal::Account;
use serde::Deserialize;

use super::{
    form::Field,
    guard::Viewer,
    onward::see_other,
    shell::{Shell, framed, rendered},
    user::FactorRow,
};
use crate::{
    App,
    locale::Locale,
    look::{self, Look},
    personal::plain,
    problem::Problem,
};

pub(super) const PATH: &str = "/account";

#[derive(Template)]
#[template(path = "account.html")]
struct AccountPage {
    shell: Shell,
    account: Account,
    email: Option<String>,
    factors: Vec<FactorRow>,
    has_totp: bool,
    /// Whether browsers make passkeys for this portal.
    offers_passkeys: bool,
    /// What can be chosen, and whether one is told of it.
    choices: Vec<Field>,
    /// Language, theme, density, keys.
    looks: Vec<Field>,
}

framed!(AccountPage);

pub(super) async fn show(viewer: Viewer, State(app): State<App>) -> Result<Response, Problem> {
    let account = app.portal.account(&viewer.person).await?;
    let choices = app.portal.notification_choices(&viewer.person).await?;
    let locale = viewer.look.locale;
    let page = AccountPage {
        shell: Shell::of(&app, &viewer, locale.text("account").into_owned()).await?,
        email: plain(account.user.email.clone()),
        has_totp: account.factors.iter().any(|factor| factor.kind == FactorKind::Totp),
        offers_passkeys: app.portal.offers_passkeys(),
        factors: account.factors.iter().cloned().map(FactorRow::from).collect(),
        choices: choices.iter().map(|choice| notification_field(locale, *choice)).collect(),
        looks: look_fields(viewer.look),
        account,
    };
    Ok(rendered(StatusCode::OK, &page))
}

fn notification_field(locale: Locale, choice: NotificationChoice) -> Field {
    let what = locale.text(&format!("notify-{}", choice.kind.as_str()));
    let value = if choice.enabled { "true" } else { "" };
    Field::new(choice.kind.as_str(), "checkbox", what).value(value)
}

/// `/account/notifications`: a box that is not sent is not ticked.
pub(super) async fn choose(
    viewer: Viewer,
    State(app): State<App>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let person = &viewer.person;
    let shown = app.portal.notification_choices(person).await?;
    let is_ticked = |kind: &str| sent.iter().any(|(name, _)| name == kind);
    let asked: Vec<(String, bool)> = shown
        .iter()
        .map(|choice| (choice.kind.as_str().to_owned(), is_ticked(choice.kind.as_str())))
        .collect();
    app.portal.choose_notifications(&viewer.context(), person, &asked).await?;
    Ok(see_other("/account#notifications"))
}

/// What can be chosen of the looks; an empty value is what the browser or the system says.
fn look_fields(look: Look) -> Vec<Field> {
    let t = |name: &str| look.locale.text(name).into_owned();
    let of = |names: &[(&str, &str)]| -> Vec<(String, String)> {
        names.iter().map(|(value, text)| ((*value).to_owned(), t(text))).collect()
    };
    let languages = Locale::ALL.map(|(locale, name)| (locale.tag().to_owned(), name.to_owned()));
    let languages = of(&[("", "look-browser")]).into_iter().chain(languages);
    vec![
        Field::new("lang", "select", t("look-language"))
            .value(look.language.unwrap_or_default())
            .choices(languages),
        Field::new("theme", "select", t("look-theme")).value(look.theme.unwrap_or_default()).choices(of(&[
            ("", "look-system"),
            ("light", "look-light"),
            ("dark", "look-dark"),
        ])),
        Field::new("density", "select", t("look-density"))
            .value(look.density.unwrap_or_default())
            .choices(of(&[("", "look-usual"), ("compact", "look-compact")])),
        Field::new("keys", "select", t("look-keys"))
            .value(look.keys.unwrap_or_default())
            .choices(of(&[("", "look-keys-on"), ("off", "look-keys-off")])),
    ]
}

/// What the form of the looks sends.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Looks {
    lang: String,
    theme: String,
    density: String,
    keys: String,
}

/// `/account/look`: kept by the browser alone.
pub(super) async fn choose_look(State(app): State<App>, Form(looks): Form<Looks>) -> Response {
    let mut response = see_other("/account#look");
    let chosen =
        [("lang", &looks.lang), ("theme", &looks.theme), ("density", &looks.density), ("keys", &looks.keys)];
    for (name, value) in chosen {
        if let Some(cookie) = look::cookie(&app, name, value) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
    }
    response
}
