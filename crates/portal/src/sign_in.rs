//! Signing in with a password and, where the person has one, a second factor. The answer to a wrong password, an unknown person and
//! a disabled one is the same and takes as long. Passkeys and other providers are ways of their own, beside this file.

use daybook_model::{
    TenantId, UserId,
    factor::FactorKind,
    guessing::GuessKind,
    password::Password,
    sign_in::{SignInMethod, SignInProof},
    tenant::{Tenant, TenantStatus},
    text,
    user::{User, UserStatus, email_key},
};
use daybook_store::{FactorRow, UnitOfWork};
use serde::{Deserialize, Serialize};

use crate::{
    Context, Party, PasswordHash, Portal, PortalError, RecoveryCode, Result, SignedIn, TotpSecret, Verdict,
    ceremony::Ceremony,
    change::Done,
    user::{Locked, lock_user},
};

/// Who signs in where.
#[derive(Debug, Clone, Copy)]
pub enum Side<'a> {
    /// People of the platform.
    Platform,
    /// People of the tenant with this slug.
    Tenant(&'a str),
}

/// How a sign-in with a password goes on.
#[derive(Clone)]
pub enum SignIn {
    /// It is done.
    Done(Box<SignedIn>),
    /// The password was right; a second factor is needed.
    SecondFactor {
        /// Takes the next step.
        ceremony: String,
    },
}

/// The second step of a sign-in.
#[derive(Clone, Copy)]
pub enum SecondFactor<'a> {
    /// A one-time code of the authenticator app.
    OneTimeCode(&'a str),
    /// A recovery code; used up by it.
    RecoveryCode(&'a str),
}

/// How often a sign-in begins anew because the password or the factors were changed while it was under way.
const ATTEMPTS: u32 = 3;

/// A sign-in whose password was right.
#[derive(Serialize, Deserialize)]
struct HalfWay {
    tenant: Option<TenantId>,
    user: UserId,
    password: Option<String>,
    rehashed: Option<String>,
}

impl Ceremony for HalfWay {
    const KIND: &'static str = "second_factor";
    const SECONDS: i64 = 5 * 60;
}

impl Portal {
    /// Signs in with a password.
    pub async fn sign_in(
        &self,
        context: &Context,
        side: Side<'_>,
        email: &str,
        password: &str,
    ) -> Result<SignIn> {
        for _ in 0..ATTEMPTS {
            match self.try_sign_in(context, side, email, password).await {
                Err(PortalError::CeremonyOver) => {}
                other => return other,
            }
        }
        Err(PortalError::SignInRefused)
    }

    /// As [`Portal::sign_in`]; `CeremonyOver` if what was proved does not hold any more when the session would begin.
    async fn try_sign_in(
        &self,
        context: &Context,
        side: Side<'_>,
        email: &str,
        password: &str,
    ) -> Result<SignIn> {
        let tenant = self.tenant_of_side(side).await?;
        let account = account_name(side, email);
        let parties = parties(&account, context);
        self.may_guess(GuessKind::SignIn, &parties).await?;
        let user = self.user_of_sign_in(side, tenant.as_ref(), email).await?;
        let password = Password::typed(password);
        // Asked for a made-up person too: the database must not answer sooner because there is nobody.
        let (of, id) = match &user {
            Some(user) => (user.tenant, user.id),
            None => (None, UserId::new(self.store().clock(), self.store().entropy())),
        };
        let stored = self.store().reads().await?.password_of(of, id).await?;
        let hash = stored.clone().map(PasswordHash::from_stored);
        let verdict = self.passwords().verify(&password, hash.as_ref()).await?;
        let user = user.filter(|user| verdict != Verdict::Wrong && user.status == UserStatus::Active);
        let Some(user) = user else {
            self.guessed_wrong(context, GuessKind::SignIn, &parties).await?;
            return Err(PortalError::SignInRefused);
        };
        self.guessed_right(GuessKind::SignIn, &Party::Account(&account)).await?;
        expect_working(tenant.as_ref())?;
        let rehashed = match verdict {
            Verdict::RightButWeak => {
                Some(self.passwords().hash(&password, self.store().entropy()).await?.as_str().to_owned())
            }
            _ => None,
        };
        let factors = self.store().reads().await?.factors_of(user.tenant, user.id).await?;
        if factors.iter().any(|row| row.factor.kind == FactorKind::Totp) {
            let half_way = HalfWay { tenant: user.tenant, user: user.id, password: stored, rehashed };
            return Ok(SignIn::SecondFactor { ceremony: self.begin_ceremony(&half_way).await? });
        }
        let proof = SignInProof { password: stored, rehashed, ..SignInProof::default() };
        let context = &context.of_party(&user.id.to_string());
        let signed_in =
            self.complete_sign_in(context, user.tenant, user.id, SignInMethod::Password, proof).await?;
        Ok(SignIn::Done(Box::new(signed_in)))
    }

    /// Takes the second step of a sign-in. A wrong code ends the attempt: it begins again with the password.
    pub async fn sign_in_second_factor(
        &self,
        context: &Context,
        ceremony: &str,
        factor: SecondFactor<'_>,
    ) -> Result<SignedIn> {
        let context = &context.of_party(ceremony);
        if let Some(first) = self.first_answer(context).await? {
            return Ok(first);
        }
        let taken = self.take_ceremony::<HalfWay>(ceremony).await?;
        let HalfWay { tenant, user, password, rehashed } = taken.ok_or(PortalError::CeremonyOver)?;
        let account = user.to_string();
        let parties = parties(&account, context);
        self.may_guess(GuessKind::SecondFactor, &parties).await?;
        let proof = match factor {
            SecondFactor::OneTimeCode(code) => self.check_one_time_code(tenant, user, code).await?,
            SecondFactor::RecoveryCode(code) => self.check_recovery_code(tenant, user, code).await?,
        };
        let Some((method, proof)) = proof else {
            self.guessed_wrong(context, GuessKind::SecondFactor, &parties).await?;
            return Err(PortalError::SignInRefused);
        };
        self.guessed_right(GuessKind::SecondFactor, &Party::Account(&account)).await?;
        let proof = SignInProof { password, rehashed, ..proof };
        self.complete_sign_in(context, tenant, user, method, proof).await
    }

    async fn check_one_time_code(
        &self,
        tenant: Option<TenantId>,
        user: UserId,
        code: &str,
    ) -> Result<Option<(SignInMethod, SignInProof)>> {
        let factors = self.store().reads().await?.factors_of(tenant, user).await?;
        let Some(row) = factors.iter().find(|row| row.factor.kind == FactorKind::Totp) else {
            return Ok(None);
        };
        let step = self.totp_of(row)?.check(code, self.store().now(), row.last_step);
        let proof = |step| SignInProof { totp_step: Some((row.factor.id, step)), ..SignInProof::default() };
        Ok(step.map(|step| (SignInMethod::PasswordAndTotp, proof(step))))
    }

    async fn check_recovery_code(
        &self,
        tenant: Option<TenantId>,
        user: UserId,
        code: &str,
    ) -> Result<Option<(SignInMethod, SignInProof)>> {
        let Some(code) = RecoveryCode::parse(code) else { return Ok(None) };
        let digest = code.digest(self.keys());
        let known = self.store().reads().await?.has_recovery_code(tenant, user, digest).await?;
        let proof = SignInProof { recovery_code: Some(digest), ..SignInProof::default() };
        Ok(known.then_some((SignInMethod::PasswordAndRecoveryCode, proof)))
    }

    /// The secret behind one-time codes.
    pub(crate) fn totp_of(&self, row: &FactorRow) -> Result<TotpSecret> {
        let owner = factor_owner(row.tenant, row.user);
        TotpSecret::open(&owner, &row.sealed, self.keys()).ok_or(PortalError::Broken(
            "the secret of one-time codes cannot be opened: is the key file another?",
        ))
    }

    /// Begins the session of somebody who has proved who they are. The context's Idempotency-Key must be this attempt's alone.
    pub(crate) async fn complete_sign_in(
        &self,
        context: &Context,
        tenant: Option<TenantId>,
        user: UserId,
        method: SignInMethod,
        proof: SignInProof,
    ) -> Result<SignedIn> {
        let proof = &proof;
        self.change(context, |mut unit| async move {
            let locked = lock_user(&mut unit, tenant, user).await?.ok_or(PortalError::SignInRefused)?;
            expect_may_sign_in(&locked)?;
            if !still_holds(&mut unit, &locked.user, method, proof).await? {
                return Err(PortalError::CeremonyOver);
            }
            let signed_in = self.begin_session(&mut unit, &locked, context, (method, proof.clone())).await?;
            Ok(Done::Commit(Box::new(unit), signed_in))
        })
        .await
    }

    /// The tenant of a sign-in; none for the platform, and for a tenant that there is not: its people are unknown ones.
    pub(crate) async fn tenant_of_side(&self, side: Side<'_>) -> Result<Option<Tenant>> {
        match side {
            Side::Tenant(slug) if text::slug(slug).is_ok() => {
                Ok(self.store().reads().await?.tenant_by_slug(slug).await?)
            }
            Side::Tenant(_) | Side::Platform => Ok(None),
        }
    }

    async fn user_of_sign_in(
        &self,
        side: Side<'_>,
        tenant: Option<&Tenant>,
        email: &str,
    ) -> Result<Option<User>> {
        let tenant = match (side, tenant) {
            (Side::Platform, _) => None,
            (Side::Tenant(_), Some(tenant)) => Some(tenant.id),
            (Side::Tenant(_), None) => return Ok(None),
        };
        // What is no address belongs to nobody; the database is not asked for what it could not even store.
        if text::email(email).is_err() {
            return Ok(None);
        }
        Ok(self.store().reads().await?.user_by_email(tenant, &email_key(email)).await?)
    }
}

/// Whether what somebody proved still holds now that their rows are locked: the password is the same, no one-time codes were set up
/// or removed in the meantime, and nobody has used the code.
async fn still_holds(
    unit: &mut UnitOfWork,
    user: &User,
    method: SignInMethod,
    proof: &SignInProof,
) -> Result<bool> {
    let mut reads = unit.reads();
    if proof.password.is_some() && reads.password_of(user.tenant, user.id).await? != proof.password {
        return Ok(false);
    }
    let factors = reads.factors_of(user.tenant, user.id).await?;
    let totp = factors.iter().find(|row| row.factor.kind == FactorKind::Totp);
    if let Some((factor, step)) = proof.totp_step {
        let is_fresh =
            |row: &FactorRow| row.factor.id == factor && row.last_step.is_none_or(|last| last < step);
        return Ok(totp.is_some_and(is_fresh));
    }
    if let Some(digest) = proof.recovery_code {
        return Ok(reads.has_recovery_code(user.tenant, user.id, digest).await?);
    }
    Ok(method != SignInMethod::Password || totp.is_none())
}

/// What a factor's secret is tied to: its owner.
pub(crate) fn factor_owner(tenant: Option<TenantId>, user: UserId) -> Vec<u8> {
    [tenant.map(TenantId::uuid).unwrap_or_default().into_bytes(), user.uuid().into_bytes()].concat()
}

/// An account in one spelling, whether it exists or not.
fn account_name(side: Side<'_>, email: &str) -> String {
    let side = match side {
        Side::Platform => "",
        Side::Tenant(slug) => slug,
    };
    format!("{side}\n{}", email_key(email))
}

fn parties<'a>(account: &'a str, context: &Context) -> Vec<Party<'a>> {
    let mut parties = vec![Party::Account(account)];
    parties.extend(context.request.source().map(Party::Source));
    parties
}

fn expect_working(tenant: Option<&Tenant>) -> Result<()> {
    match tenant {
        Some(tenant) if tenant.status != TenantStatus::Active => Err(PortalError::TenantSuspended),
        _ => Ok(()),
    }
}

/// Refuses a session to whom it could do nothing for.
pub(crate) fn expect_may_sign_in(locked: &Locked) -> Result<()> {
    expect_working(locked.tenant.as_ref())?;
    match locked.user.status {
        UserStatus::Active => Ok(()),
        _ => Err(PortalError::SignInRefused),
    }
}
