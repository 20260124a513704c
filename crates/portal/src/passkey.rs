//! Use cases of passkeys: making one, and signing in with one and nothing else. A passkey counts as two factors: the device is one,
//! and that it knows its person is the other. Everything that is wrong with a sign-in is refused in the same words.

mod relying_party;

use daybook_model::{
    Invalid, Personal, TenantId, UserId,
    factor::{FactorKind, FactorSecret},
    guessing::GuessKind,
    sign_in::{SignInMethod, SignInProof},
    text,
};
use daybook_store::FactorRow;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;
use webauthn_rs::prelude::{
    CredentialID, DiscoverableAuthentication, Passkey, PasskeyRegistration, PublicKeyCredential,
    RegisterPublicKeyCredential,
};

use self::relying_party::Owner;
pub(crate) use self::relying_party::RelyingParty;
use crate::{
    Context, FactorChanged, Party, Person, Portal, PortalError, Result, Side, SignedIn,
    ceremony::Ceremony,
    change::Done,
    sign_in::{expect_may_sign_in, factor_owner},
    user::lock_user,
};

/// The purpose under which passkeys are sealed.
const PURPOSE: &str = "passkey";

/// What a browser is asked, and what takes its answer.
#[derive(Clone)]
pub struct PasskeyChallenge {
    /// Takes the next step.
    pub ceremony: String,
    /// What `PublicKeyCredential.parseCreationOptionsFromJSON` or `parseRequestOptionsFromJSON` reads.
    pub options: Value,
}

/// A passkey that is being made.
#[derive(Serialize, Deserialize)]
struct Registering {
    user: UserId,
    label: Option<String>,
    state: PasskeyRegistration,
}

impl Ceremony for Registering {
    const KIND: &'static str = "passkey";
    const SECONDS: i64 = 5 * 60;
}

/// A sign-in whose passkey is not known yet.
#[derive(Serialize, Deserialize)]
struct SigningIn {
    /// The tenant's slug; none for the platform.
    tenant: Option<String>,
    state: DiscoverableAuthentication,
}

impl Ceremony for SigningIn {
    const KIND: &'static str = "passkey_sign_in";
    const SECONDS: i64 = 5 * 60;
}

const UNAVAILABLE: PortalError = PortalError::Conflict {
    code: "PASSKEYS_UNAVAILABLE",
    detail: "browsers make passkeys for a host with a name: the portal's public URL has an IP address",
};
const NOT_BEGUN: PortalError = PortalError::Broken("a passkey's challenge cannot be made");

impl Portal {
    /// Whether browsers make passkeys for this portal at all: its host has a name.
    pub fn offers_passkeys(&self) -> bool {
        self.passkey_party().is_ok()
    }

    /// Begins to make a passkey for the person: nothing changes until their browser has answered. The label is what they will call it.
    pub async fn begin_passkey_registration(
        &self,
        person: &Person,
        label: Option<&str>,
    ) -> Result<PasskeyChallenge> {
        let label = label.map(text::name).transpose();
        let label = label.map_err(|reason| Invalid::field("/label", reason.code, reason.detail))?;
        let relying_party = self.passkey_party()?;
        let account = self.account(person).await?;
        let known = self.passkeys_of(person.tenant_id(), person.user).await?;
        let id = person.user.to_string();
        let name = known_or(account.user.email.as_ref(), &id);
        let owner = Owner {
            handle: person.user.uuid(),
            name,
            display_name: known_or(account.user.name.as_ref(), name),
        };
        let (options, state) = relying_party.begin_registration(&owner, known).ok_or(NOT_BEGUN)?;
        let ceremony = Registering { user: person.user, label, state };
        Ok(PasskeyChallenge { ceremony: self.begin_ceremony(&ceremony).await?, options })
    }

    /// Makes the passkey of a browser's answer one of the person's factors.
    pub async fn finish_passkey_registration(
        &self,
        context: &Context,
        person: &Person,
        ceremony: &str,
        credential: Value,
    ) -> Result<FactorChanged> {
        let answer: RegisterPublicKeyCredential = parse(credential)?;
        let relying_party = self.passkey_party()?;
        let taken = self.take_ceremony::<Registering>(ceremony).await?;
        let taken = taken.filter(|taken| taken.user == person.user).ok_or(PortalError::CeremonyOver)?;
        let passkey = relying_party.finish_registration(&answer, &taken.state).ok_or_else(|| {
            let detail = "is not an answer to what was asked: begin again";
            Invalid::field("/credential", "PASSKEY_REFUSED", detail)
        })?;
        let sealed = self.seal_passkey(person.tenant_id(), person.user, &passkey)?;
        let secret = FactorSecret { lookup: Some(passkey.cred_id().clone()), sealed, last_step: None };
        self.add_factor(context, person, FactorKind::Passkey, taken.label.as_deref(), &secret).await
    }

    /// Begins a sign-in with a passkey: whoever has one for this portal, without saying who they are.
    pub async fn begin_passkey_sign_in(&self, context: &Context, side: Side<'_>) -> Result<PasskeyChallenge> {
        let source: Vec<Party<'_>> = context.request.source().map(Party::Source).into_iter().collect();
        self.may_guess(GuessKind::SignIn, &source).await?;
        let (options, state) = self.passkey_party()?.begin_sign_in().ok_or(NOT_BEGUN)?;
        let ceremony = SigningIn { tenant: slug_of(side).map(str::to_owned), state };
        Ok(PasskeyChallenge { ceremony: self.begin_ceremony(&ceremony).await?, options })
    }

    /// Signs in whoever a browser's answer proves to be there.
    pub async fn finish_passkey_sign_in(
        &self,
        context: &Context,
        side: Side<'_>,
        ceremony: &str,
        credential: Value,
    ) -> Result<SignedIn> {
        let answer: PublicKeyCredential = parse(credential)?;
        let taken = self.take_ceremony::<SigningIn>(ceremony).await?;
        let taken = taken.filter(|taken| taken.tenant.as_deref() == slug_of(side));
        let SigningIn { state, .. } = taken.ok_or(PortalError::CeremonyOver)?;
        let row = self.factor_of_answer(side, &answer).await?;
        let account = row.as_ref().map(|row| row.user.to_string());
        let mut parties: Vec<Party<'_>> = account.as_deref().map(Party::Account).into_iter().collect();
        parties.extend(context.request.source().map(Party::Source));
        self.may_guess(GuessKind::SignIn, &parties).await?;
        let done = match row {
            Some(row) => self.sign_in_with(context, &row, &answer, state).await,
            None => Err(PortalError::SignInRefused),
        };
        if matches!(done, Err(PortalError::SignInRefused)) {
            self.guessed_wrong(context, GuessKind::SignIn, &parties).await?;
        }
        done
    }

    async fn sign_in_with(
        &self,
        context: &Context,
        row: &FactorRow,
        answer: &PublicKeyCredential,
        state: DiscoverableAuthentication,
    ) -> Result<SignedIn> {
        let passkey = self.open_passkey(row)?;
        let proved = self.passkey_party()?.finish_sign_in(answer, state, row.user.uuid(), &passkey);
        let updated = proved.ok_or(PortalError::SignInRefused)?.updated;
        self.guessed_right(GuessKind::SignIn, &Party::Account(&row.user.to_string())).await?;
        let resealed =
            updated.map(|passkey| self.seal_passkey(row.tenant, row.user, &passkey)).transpose()?;
        let resealed = resealed.map(|sealed| (row.factor.id, sealed));
        let proof = &SignInProof { resealed, ..SignInProof::default() };
        let context = &context.of_party(&row.user.to_string());
        self.change(context, |mut unit| async move {
            let locked = lock_user(&mut unit, row.tenant, row.user).await?;
            let locked = locked.ok_or(PortalError::SignInRefused)?;
            expect_may_sign_in(&locked)?;
            // It may have been removed since it was read; or used, and then its counter is another.
            let factors = unit.reads().factors_of(row.tenant, row.user).await?;
            let is_same = |now: &FactorRow| now.factor.id == row.factor.id && now.sealed == row.sealed;
            if !factors.iter().any(is_same) {
                return Err(PortalError::SignInRefused);
            }
            let proof = (SignInMethod::Passkey, proof.clone());
            let signed_in = self.begin_session(&mut unit, &locked, context, proof).await?;
            Ok(Done::Commit(Box::new(unit), signed_in))
        })
        .await
    }

    /// The passkey that a browser says it has used, if it is one of this side's people.
    async fn factor_of_answer(
        &self,
        side: Side<'_>,
        answer: &PublicKeyCredential,
    ) -> Result<Option<FactorRow>> {
        let tenant = match (side, self.tenant_of_side(side).await?) {
            (Side::Platform, _) => None,
            (Side::Tenant(_), Some(tenant)) => Some(tenant.id),
            (Side::Tenant(_), None) => return Ok(None),
        };
        let found = self.store().reads().await?.factor_by_lookup(tenant, answer.get_credential_id()).await?;
        Ok(found.filter(|row| row.factor.kind == FactorKind::Passkey))
    }

    async fn passkeys_of(&self, tenant: Option<TenantId>, user: UserId) -> Result<Vec<CredentialID>> {
        let factors = self.store().reads().await?.factors_of(tenant, user).await?;
        let passkeys = factors.iter().filter(|row| row.factor.kind == FactorKind::Passkey);
        passkeys.map(|row| Ok(self.open_passkey(row)?.cred_id().clone())).collect()
    }

    fn passkey_party(&self) -> Result<&RelyingParty> {
        self.inner.relying_party.as_ref().ok_or(UNAVAILABLE)
    }

    fn seal_passkey(&self, tenant: Option<TenantId>, user: UserId, passkey: &Passkey) -> Result<Vec<u8>> {
        const BROKEN: PortalError = PortalError::Broken("a passkey cannot be written");
        let text = serde_json::to_vec(passkey).map_err(|_| BROKEN)?;
        self.keys().seal(PURPOSE, &factor_owner(tenant, user), &text, self.store().entropy())
    }

    fn open_passkey(&self, row: &FactorRow) -> Result<Passkey> {
        const BROKEN: PortalError =
            PortalError::Broken("a passkey cannot be opened: is the key file another?");
        let text = self.keys().open(PURPOSE, &factor_owner(row.tenant, row.user), &row.sealed);
        serde_json::from_slice(&text.ok_or(BROKEN)?).map_err(|_| BROKEN)
    }
}

/// A browser's answer, if it has the form of one.
fn parse<T: DeserializeOwned>(credential: Value) -> Result<T> {
    serde_json::from_value(credential).map_err(|_| {
        let detail = "must be what PublicKeyCredential.toJSON() gives";
        Invalid::field("/credential", "INVALID_CREDENTIAL", detail).into()
    })
}

fn slug_of(side: Side<'_>) -> Option<&str> {
    match side {
        Side::Platform => None,
        Side::Tenant(slug) => Some(slug),
    }
}

/// A personal value, or what stands for one that was erased: WebAuthn wants something to show.
fn known_or<'a>(value: Option<&'a Personal>, or: &'a str) -> &'a str {
    value.and_then(Personal::known).map(String::as_str).filter(|text| !text.is_empty()).unwrap_or(or)
}
