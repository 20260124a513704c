//! `/sign-in` for people of the platform, `/portal/sign-in?tenant=…` for those of a tenant, in its colours: with a password and a second
//! step for those who have set one up, with a passkey, or at the identity provider.

use axum::{
    Form,
    extract::{Query, State},
    http::{StatusCode, header},
    response::Response,
};
use daybook_portal::{Brand, PortalError, SecondFactor, Side, SignIn, SignedIn};
use serde::Deserialize;

use super::{
    auth::{AuthForm, Instead, Passkey},
    form::{Errors, Field, given},
    onward::{address, own_path, see_other},
    shell::Shell,
};
use crate::{
    App,
    account_api::with_cookie,
    caller::{Realm, anybody},
    look::Look,
    problem::Problem,
    provider_cookie::{self, Begun},
    request::Origin,
};

/// Where somebody signs in.
pub(super) struct Door {
    realm: Realm,
    /// The tenant's slug, once it is known.
    tenant: Option<String>,
    brand: Option<Brand>,
}

impl Door {
    fn of_platform() -> Self {
        Self { realm: Realm::Platform, tenant: None, brand: None }
    }

    /// The door of the tenant with this slug, in its colours; without a slug it is asked for.
    async fn of_tenant(app: &App, slug: &str) -> Result<Self, Problem> {
        let tenant = given(slug).map(|slug| slug.to_lowercase());
        let brand = match &tenant {
            Some(slug) => Some(app.portal.branding(slug).await?),
            None => None,
        };
        Ok(Self { realm: Realm::Tenant, tenant, brand })
    }

    /// The path of the form, of its second step, and of the way to the provider.
    fn paths(&self) -> [&'static str; 3] {
        match self.realm {
            Realm::Platform => ["/sign-in", "/sign-in/code", "/sign-in/provider"],
            Realm::Tenant => ["/portal/sign-in", "/portal/sign-in/code", "/portal/sign-in/provider"],
        }
    }

    fn side(&self) -> Result<Side<'_>, Problem> {
        self.realm.side(self.tenant.as_deref())
    }

    /// Where to go on: a path of this portal, and never an address elsewhere.
    fn onward<'a>(&self, next: &'a str) -> &'a str {
        let home = if self.realm == Realm::Platform { "/dashboard" } else { "/portal" };
        own_path(next).unwrap_or(home)
    }

    fn shell(&self, app: &App, look: Look, title: &str) -> Shell {
        let shell = Shell::open(app.portal.store().now(), look, look.locale.text(title));
        shell.branded(self.brand.as_ref())
    }

    /// What can be done instead of typing a password; nothing as long as nobody knows for which tenant.
    async fn instead(&self, app: &App, next: &str) -> Result<Instead, Problem> {
        if self.side().is_err() {
            return Ok(Instead { passkey: None, provider: None });
        }
        let [begin, finish] = match self.realm {
            Realm::Platform => ["/admin/api/auth/passkey", "/admin/api/auth/passkey/finish"],
            Realm::Tenant => ["/tenant/api/auth/passkey", "/tenant/api/auth/passkey/finish"],
        };
        let done = self.onward(next).to_owned();
        let passkey = Passkey { begin, finish, done, tenant: self.tenant.clone() };
        let has_provider = match app.portal.identity_provider(self.tenant.as_deref()).await {
            Ok(provider) => provider.enabled,
            Err(PortalError::NotFound(_)) => false,
            Err(error) => return Err(error.into()),
        };
        let [_, _, at_provider] = self.paths();
        let asked = [("tenant", self.tenant.as_deref().unwrap_or_default()), ("next", next)];
        Ok(Instead {
            passkey: app.portal.offers_passkeys().then_some(passkey),
            provider: has_provider.then(|| address(at_provider, &asked)),
        })
    }

    async fn password_form(
        &self,
        app: &App,
        look: Look,
        (email, next): (&str, &str),
        errors: Errors,
    ) -> Result<AuthForm, Problem> {
        let shell = self.shell(app, look, "sign-in");
        let lead = match &self.brand {
            Some(brand) => shell.with("sign-in-to-tenant", "name", brand.name.as_str()),
            None => shell.with("sign-in-to", "name", app.portal.public_url().host()),
        };
        let mut fields = vec![
            Field::new("email", "email", shell.t("email")).autocomplete("username").value(email),
            Field::new("password", "password", shell.t("password")).autocomplete("current-password"),
        ];
        if self.side().is_err() {
            let tenant = Field::new("tenant", "text", shell.t("tenant")).autocomplete("organization");
            fields.insert(0, tenant.hint(shell.t("sign-in-tenant-hint")));
        }
        let [action, _, _] = self.paths();
        let form = AuthForm::new(shell, action, lead, "sign-in-with-password");
        let form = form.instead(self.instead(app, next).await?).hidden("next", self.onward(next));
        Ok(self.with_tenant(form).fields(fields, errors))
    }

    fn code_form(&self, app: &App, look: Look, ceremony: &str, next: &str) -> AuthForm {
        let shell = self.shell(app, look, "second-factor");
        let lead = shell.t("second-factor-lead").into_owned();
        let fields =
            vec![Field::new("code", "text", shell.t("second-factor-code")).autocomplete("one-time-code")];
        let [_, action, _] = self.paths();
        let form = AuthForm::new(shell, action, lead, "second-factor-button");
        let form = form.hidden("next", self.onward(next)).hidden("ceremony", ceremony);
        self.with_tenant(form).fields(fields, vec![])
    }

    fn with_tenant(&self, form: AuthForm) -> AuthForm {
        match &self.tenant {
            Some(tenant) => form.hidden("tenant", tenant.as_str()),
            None => form,
        }
    }

    /// To where somebody wanted to go, with their cookie.
    fn signed_in(&self, app: &App, done: &SignedIn, next: &str) -> Response {
        with_cookie(app, done, see_other(self.onward(next)))
    }

    async fn submit(
        &self,
        app: &App,
        look: Look,
        origin: Origin,
        filled: &Filled,
    ) -> Result<Response, Problem> {
        let Filled { email, password, next, .. } = filled;
        let context = anybody(self.realm, origin);
        match app.portal.sign_in(&context, self.side()?, email, password).await {
            Ok(SignIn::Done(done)) => Ok(self.signed_in(app, &done, next)),
            Ok(SignIn::SecondFactor { ceremony }) => {
                Ok(self.code_form(app, look, &ceremony, next).answer(StatusCode::OK))
            }
            Err(error) => {
                let (status, errors) = refusal(look, "sign-in-refused", error)?;
                Ok(self.password_form(app, look, (email, next), errors).await?.answer(status))
            }
        }
    }

    async fn submit_code(
        &self,
        app: &App,
        look: Look,
        origin: Origin,
        step: &SecondStep,
    ) -> Result<Response, Problem> {
        let context = anybody(self.realm, origin);
        let code = step.code.trim();
        let is_one_time = code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit());
        let factor =
            if is_one_time { SecondFactor::OneTimeCode(code) } else { SecondFactor::RecoveryCode(code) };
        match app.portal.sign_in_second_factor(&context, &step.ceremony, factor).await {
            Ok(done) => Ok(self.signed_in(app, &done, &step.next)),
            Err(error) => {
                let (status, errors) = refusal(look, "second-factor-refused", error)?;
                Ok(self.password_form(app, look, ("", &step.next), errors).await?.answer(status))
            }
        }
    }

    /// To the provider, with the cookie that lets this browser alone finish.
    async fn to_provider(&self, app: &App, next: &str) -> Result<Response, Problem> {
        let begun = app.portal.begin_provider_sign_in(self.side()?).await?;
        let mut response = see_other(&begun.authorization_url);
        let here = Begun { ceremony: &begun.ceremony, next: own_path(next).unwrap_or_default().to_owned() };
        if let Some(cookie) = provider_cookie::set(app, &here, begun.seconds) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
        Ok(response)
    }
}

/// Where somebody comes from.
#[derive(Deserialize)]
pub(super) struct Asked {
    /// Where to go on, once signed in.
    #[serde(default)]
    next: String,
    #[serde(default)]
    tenant: String,
}

/// What the first form sends.
#[derive(Deserialize)]
pub(super) struct Filled {
    #[serde(default)]
    tenant: String,
    email: String,
    password: String,
    #[serde(default)]
    next: String,
}

/// What the second form sends.
#[derive(Deserialize)]
pub(super) struct SecondStep {
    #[serde(default)]
    tenant: String,
    ceremony: String,
    code: String,
    #[serde(default)]
    next: String,
}

pub(super) async fn show(
    look: Look,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let form = Door::of_platform().password_form(&app, look, ("", &asked.next), vec![]).await?;
    Ok(form.answer(StatusCode::OK))
}

pub(super) async fn show_tenant(
    look: Look,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let door = Door::of_tenant(&app, &asked.tenant).await?;
    Ok(door.password_form(&app, look, ("", &asked.next), vec![]).await?.answer(StatusCode::OK))
}

pub(super) async fn submit(
    look: Look,
    origin: Origin,
    State(app): State<App>,
    Form(filled): Form<Filled>,
) -> Result<Response, Problem> {
    Door::of_platform().submit(&app, look, origin, &filled).await
}

pub(super) async fn submit_tenant(
    look: Look,
    origin: Origin,
    State(app): State<App>,
    Form(filled): Form<Filled>,
) -> Result<Response, Problem> {
    Door::of_tenant(&app, &filled.tenant).await?.submit(&app, look, origin, &filled).await
}

pub(super) async fn submit_code(
    look: Look,
    origin: Origin,
    State(app): State<App>,
    Form(step): Form<SecondStep>,
) -> Result<Response, Problem> {
    Door::of_platform().submit_code(&app, look, origin, &step).await
}

pub(super) async fn submit_tenant_code(
    look: Look,
    origin: Origin,
    State(app): State<App>,
    Form(step): Form<SecondStep>,
) -> Result<Response, Problem> {
    Door::of_tenant(&app, &step.tenant).await?.submit_code(&app, look, origin, &step).await
}

pub(super) async fn to_provider(
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    Door::of_platform().to_provider(&app, &asked.next).await
}

pub(super) async fn to_tenant_provider(
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    Door::of_tenant(&app, &asked.tenant).await?.to_provider(&app, &asked.next).await
}

/// What to say to somebody who is not let in, and the status; or an error that no form can mend.
fn refusal(look: Look, refused: &str, error: PortalError) -> Result<(StatusCode, Errors), Problem> {
    let refused = || look.locale.text(refused).into_owned();
    let (status, said) = match error {
        PortalError::SignInRefused => (StatusCode::UNAUTHORIZED, refused()),
        PortalError::CeremonyOver => (StatusCode::GONE, refused()),
        PortalError::TenantSuspended => {
            (StatusCode::FORBIDDEN, look.locale.text("sign-in-suspended").into_owned())
        }
        PortalError::RateLimited { retry_after_seconds } => (
            StatusCode::TOO_MANY_REQUESTS,
            look.locale.text_with("sign-in-limited", &[("count", retry_after_seconds.into())]),
        ),
        other => return Err(other.into()),
    };
    // Which of the lines is wrong is nobody's to know.
    Ok((status, vec![(String::new(), said)]))
}
