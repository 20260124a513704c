//! What people do with their own account: name, password, one-time codes, recovery codes. Whoever changes how they prove who they
//! are gets a new cookie, and their other sessions end.

use daybook_model::{
    FactorId, Invalid, Personal,
    factor::{
        Factor, FactorKind, FactorRef, FactorSecret, PasswordSecret, RecoveryCodesIssued, RecoveryDigests,
        UserFactorAdded, UserFactorRemoved,
    },
    guessing::GuessKind,
    password::Password,
    session::EndCause,
    text,
    user::{User, UserEdit, UserPasswordChanged},
};
use daybook_store::{TenantScope, UnitOfWork};
use serde::{Deserialize, Serialize};

use crate::{
    Context, Noun, Party, PasswordHash, Person, Portal, PortalError, RecoveryCodes, Result, SignedIn,
    TotpSecret, Verdict,
    ceremony::Ceremony,
    change::Done,
    link::choose,
    sign_in::factor_owner,
    user::{Locked, email_taken, lock_user},
};

/// A person's own account.
#[derive(Debug, Clone)]
pub struct Account {
    /// The person.
    pub user: User,
    /// Their tenant's slug.
    pub tenant_slug: Option<String>,
    /// Their tenant's name.
    pub tenant_name: Option<String>,
    /// How they can prove who they are besides the password.
    pub factors: Vec<Factor>,
    /// How many recovery codes they have left.
    pub recovery_codes_left: i64,
}

/// One-time codes that are being set up.
#[derive(Clone)]
pub struct TotpSetUp {
    /// Takes the next step.
    pub ceremony: String,
    /// The secret, for typing it into an app.
    pub secret: String,
    /// The same as a link, for a picture that an app can read.
    pub uri: String,
}

/// What a change of how somebody proves who they are answers with.
#[derive(Clone, Serialize, Deserialize)]
pub struct FactorChanged {
    /// The session with its new cookie.
    pub signed_in: SignedIn,
    /// Fresh recovery codes, shown this once; empty if there are none to show.
    pub recovery_codes: Vec<String>,
}

/// A secret for one-time codes that no code has confirmed yet.
#[derive(Serialize, Deserialize)]
struct Unconfirmed {
    user: daybook_model::UserId,
    sealed: Vec<u8>,
}

impl Ceremony for Unconfirmed {
    const KIND: &'static str = "totp";
    const SECONDS: i64 = 15 * 60;
}

impl Portal {
    /// The person's own account.
    pub async fn account(&self, person: &Person) -> Result<Account> {
        let mut reads = self.store().snapshot().await?;
        let tenant = person.tenant_id();
        let scope = tenant.map_or(TenantScope::All, TenantScope::Of);
        let found = reads.user(scope, person.user).await?.ok_or(PortalError::Unauthenticated)?;
        let factors = reads.factors_of(tenant, person.user).await?;
        Ok(Account {
            user: found.user,
            tenant_slug: found.tenant_slug,
            tenant_name: found.tenant_name,
            factors: factors.into_iter().map(|row| row.factor).collect(),
            recovery_codes_left: reads.recovery_codes_left(tenant, person.user).await?,
        })
    }

    /// Changes the person's own name.
    pub async fn rename_self(&self, context: &Context, person: &Person, name: &str) -> Result<()> {
        let edit = &UserEdit { name: Some(name.to_owned()), email: None };
        self.change(context, |mut unit| async move {
            let locked = own(&mut unit, person).await?;
            let Some(event) = locked.user.edit(locked.tenant_ref(), edit)? else {
                return Ok(Done::Nothing(()));
            };
            unit.record(event).await.map_err(email_taken)?;
            Ok(Done::Commit(Box::new(unit), ()))
        })
        .await
    }

    /// Changes the person's own password. The present one is asked for: a session left open is not enough.
    pub async fn change_password(
        &self,
        context: &Context,
        person: &Person,
        present: &str,
        new: &str,
    ) -> Result<SignedIn> {
        if let Some(first) = self.first_answer(context).await? {
            return Ok(first);
        }
        self.expect_password(context, person, "/current_password", present).await?;
        let account = self.account(person).await?;
        let about =
            [&account.user.email, &account.user.name].map(|text| text.as_ref().and_then(Personal::known));
        let about: Vec<&str> = about.into_iter().flatten().map(String::as_str).collect();
        let password = choose(new, &about)?;
        let phc = &self.passwords().hash(&password, self.store().entropy()).await?;
        self.change(context, |mut unit| async move {
            let locked = own(&mut unit, person).await?;
            let event = UserPasswordChanged {
                tenant: locked.tenant_ref(),
                user: locked.user.to_ref(),
                by_link: false,
            };
            let secret = PasswordSecret { phc: phc.as_str().to_owned(), link: None };
            unit.record_with(event, secret).await?;
            let cause = EndCause::PasswordChanged;
            let signed_in = self.renew_sessions(&mut unit, &locked, person.session, cause).await?;
            Ok(Done::Commit(Box::new(unit), signed_in))
        })
        .await
    }

    /// Refuses unless this is the person's password. People without one prove themselves by their session alone.
    pub(crate) async fn expect_password(
        &self,
        context: &Context,
        person: &Person,
        pointer: &str,
        password: &str,
    ) -> Result<()> {
        let account = person.user.to_string();
        let mut parties = vec![Party::Account(&account)];
        parties.extend(context.request.source().map(Party::Source));
        self.may_guess(GuessKind::SignIn, &parties).await?;
        let stored = self.store().reads().await?.password_of(person.tenant_id(), person.user).await?;
        let Some(stored) = stored.map(PasswordHash::from_stored) else { return Ok(()) };
        if self.passwords().verify(&Password::typed(password), Some(&stored)).await? == Verdict::Wrong {
            self.guessed_wrong(context, GuessKind::SignIn, &parties).await?;
            return Err(Invalid::field(pointer, "WRONG_PASSWORD", "must be your present password").into());
        }
        self.guessed_right(GuessKind::SignIn, &Party::Account(&account)).await
    }

    /// Begins to set up one-time codes: nothing changes until a code has confirmed that the app has the secret.
    pub async fn begin_totp(&self, person: &Person) -> Result<TotpSetUp> {
        let account = self.account(person).await?;
        expect_no_totp(&account.factors)?;
        let entropy = self.store().entropy();
        let secret = TotpSecret::generate(entropy);
        let owner = factor_owner(person.tenant_id(), person.user);
        let sealed = secret.seal(&owner, self.keys(), entropy)?;
        let ceremony = self.begin_ceremony(&Unconfirmed { user: person.user, sealed }).await?;
        let email = account.user.email.as_ref().and_then(Personal::known).map_or("", String::as_str);
        Ok(TotpSetUp { ceremony, secret: secret.reveal(), uri: secret.provisioning_uri("Daybook", email) })
    }

    /// Confirms one-time codes with one: from now on a sign-in asks for them. Answers with fresh recovery codes.
    pub async fn confirm_totp(
        &self,
        context: &Context,
        person: &Person,
        ceremony: &str,
        code: &str,
    ) -> Result<FactorChanged> {
        if let Some(first) = self.first_answer(context).await? {
            return Ok(first);
        }
        let taken = self.take_ceremony::<Unconfirmed>(ceremony).await?;
        let taken = taken.filter(|taken| taken.user == person.user).ok_or(PortalError::CeremonyOver)?;
        let owner = factor_owner(person.tenant_id(), person.user);
        let secret = TotpSecret::open(&owner, &taken.sealed, self.keys()).ok_or(PortalError::CeremonyOver)?;
        let Some(step) = secret.check(code, self.store().now(), None) else {
            let detail = "is not the code that the app shows now: begin again";
            return Err(Invalid::field("/code", "WRONG_CODE", detail).into());
        };
        let kept = &FactorSecret { lookup: None, sealed: taken.sealed, last_step: Some(step) };
        self.add_factor(context, person, FactorKind::Totp, None, kept).await
    }

    /// Adds a factor, renews the session and, if the person has no recovery codes yet and may need them, issues some.
    pub(crate) async fn add_factor(
        &self,
        context: &Context,
        person: &Person,
        kind: FactorKind,
        label: Option<&str>,
        secret: &FactorSecret,
    ) -> Result<FactorChanged> {
        let label = &label
            .map(text::name)
            .transpose()
            .map_err(|reason| PortalError::from(Invalid::field("/label", reason.code, reason.detail)))?;
        self.change(context, |mut unit| async move {
            let locked = own(&mut unit, person).await?;
            let factors = unit.reads().factors_of(person.tenant_id(), person.user).await?;
            let factors: Vec<Factor> = factors.into_iter().map(|row| row.factor).collect();
            if kind == FactorKind::Totp {
                expect_no_totp(&factors)?;
            }
            let id = FactorId::new(self.store().clock(), self.store().entropy());
            let factor = FactorRef { id, kind, label: label.clone().map(Personal::from) };
            let event = UserFactorAdded { tenant: locked.tenant_ref(), user: locked.user.to_ref(), factor };
            unit.record_with(event, secret.clone()).await.map_err(|error| match error.taken() {
                Some(key) if key.contains("lookup") => FACTOR_TAKEN,
                _ => error.into(),
            })?;
            let recovery_codes = match kind {
                FactorKind::Totp => self.issue_recovery_codes(&mut unit, &locked).await?,
                FactorKind::Passkey | FactorKind::Oidc => vec![],
            };
            let signed_in =
                self.renew_sessions(&mut unit, &locked, person.session, EndCause::FactorChanged).await?;
            Ok(Done::Commit(Box::new(unit), FactorChanged { signed_in, recovery_codes }))
        })
        .await
    }

    async fn issue_recovery_codes(&self, unit: &mut UnitOfWork, locked: &Locked) -> Result<Vec<String>> {
        let codes = RecoveryCodes::generate(self.store().entropy());
        let digests = codes.digests(self.keys());
        let count = i64::try_from(digests.len()).unwrap_or_default();
        let event = RecoveryCodesIssued { tenant: locked.tenant_ref(), user: locked.user.to_ref(), count };
        unit.record_with(event, RecoveryDigests(digests)).await?;
        Ok(codes.reveal())
    }

    /// Replaces the person's recovery codes; shown once.
    pub async fn renew_recovery_codes(&self, context: &Context, person: &Person) -> Result<Vec<String>> {
        self.change(context, |mut unit| async move {
            let locked = own(&mut unit, person).await?;
            let codes = self.issue_recovery_codes(&mut unit, &locked).await?;
            Ok(Done::Commit(Box::new(unit), codes))
        })
        .await
    }

    /// Removes one of the person's own factors. The password is asked for.
    pub async fn remove_own_factor(
        &self,
        context: &Context,
        person: &Person,
        id: FactorId,
        password: &str,
    ) -> Result<SignedIn> {
        if let Some(first) = self.first_answer(context).await? {
            return Ok(first);
        }
        self.expect_password(context, person, "/current_password", password).await?;
        self.change(context, |mut unit| async move {
            let locked = own(&mut unit, person).await?;
            record_removal(&mut unit, &locked, id).await?;
            let cause = EndCause::FactorChanged;
            let signed_in = self.renew_sessions(&mut unit, &locked, person.session, cause).await?;
            Ok(Done::Commit(Box::new(unit), signed_in))
        })
        .await
    }

    /// Removes the factors of somebody who lost them, all at once; their sessions end. For those who manage users.
    pub async fn reset_factors(
        &self,
        context: &Context,
        authority: crate::Authority,
        id: daybook_model::UserId,
    ) -> Result<usize> {
        self.change(context, |mut unit| async move {
            let locked = crate::user::find(&mut unit, authority, id).await?;
            let factors = unit.reads().factors_of(locked.user.tenant, locked.user.id).await?;
            if factors.is_empty() {
                return Ok(Done::Nothing(0));
            }
            for row in &factors {
                record_removal(&mut unit, &locked, row.factor.id).await?;
            }
            crate::user::end_sessions(&mut unit, &locked, EndCause::FactorChanged, None).await?;
            Ok(Done::Commit(Box::new(unit), factors.len()))
        })
        .await
    }
}

const FACTOR_TAKEN: PortalError = PortalError::Conflict {
    code: "FACTOR_TAKEN",
    detail: "this passkey or account belongs to somebody already",
};

fn expect_no_totp(factors: &[Factor]) -> Result<()> {
    if factors.iter().any(|factor| factor.kind == FactorKind::Totp) {
        let detail = "one-time codes are set up already: remove them first";
        return Err(PortalError::Conflict { code: "TOTP_ALREADY_SET_UP", detail });
    }
    Ok(())
}

async fn record_removal(unit: &mut UnitOfWork, locked: &Locked, id: FactorId) -> Result<()> {
    let factors = unit.reads().factors_of(locked.user.tenant, locked.user.id).await?;
    let row = factors.iter().find(|row| row.factor.id == id).ok_or(PortalError::NotFound(Noun::Factor))?;
    let event = UserFactorRemoved {
        tenant: locked.tenant_ref(),
        user: locked.user.to_ref(),
        factor: row.factor.to_ref(),
    };
    unit.record(event).await?;
    Ok(())
}

/// The person's own rows, locked.
async fn own(unit: &mut UnitOfWork, person: &Person) -> Result<Locked> {
    let locked = lock_user(unit, person.tenant_id(), person.user).await?;
    locked.ok_or(PortalError::Unauthenticated)
}
