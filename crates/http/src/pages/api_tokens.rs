//! `/api-tokens`: programs' ways in, and `/api-tokens/{id}/revoke`.

use askama::Template;
use axum::{
    Form,
    extract::{Query, State},
    http::StatusCode,
    response::Response,
};
use daybook_model::{Action, ApiTokenId, api_token::ApiToken};
use daybook_portal::ApiTokenListing;
use serde::Deserialize;

use super::{
    ask::{Ask, after, is_confirmed},
    form::given,
    guard::Viewer,
    list::{Badge, Pager, SHOWN},
    shell::{Shell, framed, rendered},
};
use crate::{App, body::Id, locale::Locale, page::PageParams, personal::plain, problem::Problem};

pub(super) const PATH: &str = "/api-tokens";

#[derive(Template)]
#[template(path = "api_tokens.html")]
struct TokensPage {
    shell: Shell,
    tokens: Vec<TokenRow>,
    is_beginning: bool,
    may_change: bool,
    pager: Pager,
}

framed!(TokensPage);

/// A token, as the list shows it.
struct TokenRow {
    listing: ApiTokenListing,
    name: String,
    scopes: Option<String>,
    badge: Badge,
    /// Where it is revoked; none once it is.
    revoke: Option<String>,
}

/// Where the list begins.
#[derive(Deserialize, Default)]
pub(super) struct Asked {
    #[serde(default)]
    cursor: String,
}

/// What a token is called; words for it once that is erased.
fn called(locale: Locale, token: &ApiToken) -> String {
    plain(token.name.clone()).unwrap_or_else(|| locale.text("erased").into_owned())
}

pub(super) async fn show(
    viewer: Viewer,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let cursor = PageParams { cursor: given(&asked.cursor), ..PageParams::default() }.cursor()?;
    let page = app.portal.api_tokens(viewer.scope(), cursor.as_ref(), SHOWN).await?;
    let shell = Shell::of(&app, &viewer, viewer.look.locale.text("nav-api-tokens").into_owned()).await?;
    let row = |listing: ApiTokenListing| {
        let token = &listing.token;
        let badge = match (token.revoked_at.is_some(), token.is_live(shell.now)) {
            (true, _) => Badge { tone: "bad", icon: "key-off", text: "state-revoked" },
            (false, true) => Badge { tone: "ok", icon: "check", text: "state-active" },
            (false, false) => Badge { tone: "", icon: "hourglass", text: "state-over" },
        };
        TokenRow {
            name: called(viewer.look.locale, token),
            scopes: token.scopes.as_ref().map(ToString::to_string),
            badge,
            revoke: token.revoked_at.is_none().then(|| format!("{PATH}/{}/revoke", token.id)),
            listing,
        }
    };
    let shown = TokensPage {
        pager: Pager::of(PATH, &[], &asked.cursor, &page),
        tokens: page.items.into_iter().map(row).collect(),
        is_beginning: asked.cursor.is_empty(),
        may_change: viewer.may(Action::TokensWrite),
        shell,
    };
    Ok(rendered(StatusCode::OK, &shown))
}

/// What the form that revokes one sends.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Confirmed {
    confirm: String,
}

async fn form(app: &App, viewer: &Viewer, token: &ApiToken) -> Result<Ask, Problem> {
    let (locale, name) = (viewer.look.locale, called(viewer.look.locale, token));
    let title = locale.text_with("api-token-revoke", &[("name", name.as_str().into())]);
    let shell = Shell::of(app, viewer, title).await?;
    let effects = vec![shell.t("api-token-revoke-effect").into_owned()];
    let action = format!("{PATH}/{}/revoke", token.id);
    Ok(Ask::new(viewer, shell, action, PATH, "api-token-revoke-button").grave(effects, name))
}

pub(super) async fn show_revoke(
    viewer: Viewer,
    State(app): State<App>,
    Id(id): Id<ApiTokenId>,
) -> Result<Response, Problem> {
    let token = app.portal.api_token(viewer.scope(), id).await?;
    Ok(form(&app, &viewer, &token).await?.answer())
}

pub(super) async fn revoke(
    viewer: Viewer,
    State(app): State<App>,
    Id(id): Id<ApiTokenId>,
    Form(filled): Form<Confirmed>,
) -> Result<Response, Problem> {
    let token = app.portal.api_token(viewer.scope(), id).await?;
    let again = form(&app, &viewer, &token).await?;
    if !is_confirmed(&filled.confirm, &called(viewer.look.locale, &token)) {
        return Ok(again.unconfirmed());
    }
    let outcome = app.portal.revoke_api_token(&viewer.context(), viewer.scope(), id).await;
    after(&viewer, outcome, |()| PATH.to_owned(), || again)
}
