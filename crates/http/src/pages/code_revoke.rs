//! `/codes/revoke?code=…&code=…`: the end of one activation code, or of all that were ticked, at once.

use axum::{
    Form,
    extract::{Query, State},
    response::Response,
};
use daybook_model::CodeId;
use daybook_portal::CodeListing;

use super::{
    ask::{Ask, after, is_confirmed, reason_field},
    code::NAMED,
    devices::DeviceRow,
    form::given,
    guard::Viewer,
    onward::address,
    shell::Shell,
};
use crate::{App, body::parse_field, problem::Problem};

/// Which codes, and what the form sends.
#[derive(Default)]
struct Asked {
    codes: Vec<CodeListing>,
    reason: String,
    confirm: String,
}

impl Asked {
    async fn read(app: &App, viewer: &Viewer, pairs: Vec<(String, String)>) -> Result<Self, Problem> {
        let mut asked = Self::default();
        for (name, value) in pairs {
            match name.as_str() {
                "code" => {
                    let id: CodeId = parse_field("?code", &value)?;
                    asked.codes.push(app.portal.code(viewer.scope(), id).await?);
                }
                "reason" => asked.reason = value,
                "confirm" => asked.confirm = value,
                _ => {}
            }
        }
        if asked.codes.is_empty() {
            return Err(Problem::field("?code", "REQUIRED", "must name a code; tick one in the list"));
        }
        Ok(asked)
    }

    fn ids(&self) -> Vec<CodeId> {
        self.codes.iter().map(|listing| listing.code.id).collect()
    }

    /// Where it leads.
    fn page(&self) -> String {
        match self.codes.as_slice() {
            [one] => format!("/codes/{}", one.code.id),
            _ => "/codes".to_owned(),
        }
    }

    /// What must be typed: the last group of a code, or how many there are.
    fn name(&self) -> String {
        match self.codes.as_slice() {
            [one] => one.code.hint.clone(),
            several => several.len().to_string(),
        }
    }
}

/// Where this code is revoked.
pub(super) fn address_for(id: &str) -> String {
    address("/codes/revoke", &[("code", id)])
}

/// The form: what they can no longer enrol, and what they have enrolled and stays.
async fn form(app: &App, viewer: &Viewer, asked: &Asked) -> Result<Ask, Problem> {
    let locale = viewer.look.locale;
    let codes = &asked.codes;
    let used: i64 = codes.iter().map(|listing| listing.code.use_count).sum();
    let left = codes.iter().map(|listing| listing.code.max_uses).sum::<i64>() - used;
    let (title, lead, stay) = match codes.as_slice() {
        [one] => {
            let devices = app.portal.devices_of_code(viewer.scope(), one.code.id, NAMED).await?;
            let names: Vec<_> = devices.into_iter().map(|device| DeviceRow::of(device).name).collect();
            let stay = [("count", used.into()), ("what", names.join(", ").into())];
            let title = locale.text_with("code-revoke-title", &[("name", one.code.hint.clone().into())]);
            let stay = locale.text_with("code-revoke-stay", &stay);
            (title, locale.text("cannot-be-undone").into_owned(), stay)
        }
        several => {
            let hints: Vec<_> = several.iter().map(|listing| format!("…{}", listing.code.hint)).collect();
            let title = locale.text_with("codes-revoke-title", &[("count", several.len().into())]);
            let lead = locale.text_with("codes-revoke-lead", &[("what", hints.join(", ").into())]);
            (title, lead, locale.text_with("codes-revoke-stay", &[("count", used.into())]))
        }
    };
    let shell = Shell::of(app, viewer, title).await?;
    let mut effects = vec![shell.with("code-revoke-effect", "count", left)];
    effects.extend((used > 0).then_some(stay));
    let fields = vec![reason_field(shell.locale(), &asked.reason)];
    let button = if codes.len() == 1 { "code-revoke" } else { "codes-revoke" };
    let ask = Ask::new(viewer, shell, "/codes/revoke", asked.page(), button)
        .lead(lead)
        .grave(effects, asked.name())
        .fields(fields);
    Ok(asked.ids().iter().fold(ask, |ask, id| ask.hidden("code", id.to_string())))
}

pub(super) async fn show(
    viewer: Viewer,
    State(app): State<App>,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let asked = Asked::read(&app, &viewer, pairs).await?;
    Ok(form(&app, &viewer, &asked).await?.answer())
}

pub(super) async fn submit(
    viewer: Viewer,
    State(app): State<App>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let asked = Asked::read(&app, &viewer, pairs).await?;
    let again = form(&app, &viewer, &asked).await?;
    if !is_confirmed(&asked.confirm, &asked.name()) {
        return Ok(again.unconfirmed());
    }
    let (ids, reason) = (asked.ids(), given(&asked.reason));
    let outcome = app.portal.revoke_codes(&viewer.context(), viewer.scope(), &ids, reason.as_deref()).await;
    after(&viewer, outcome, |_| asked.page(), || again)
}
