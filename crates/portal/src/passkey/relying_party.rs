//! The portal as WebAuthn sees it: which challenges browsers get, and which of their answers are true. A browser's answer is a
//! stranger's text: whatever is in it, the answer here is yes or no. Must not know users or the store.

use serde_json::{Value, json};
use uuid::Uuid;
use webauthn_rs::prelude::{
    CreationChallengeResponse, CredentialID, DiscoverableAuthentication, Passkey, PasskeyRegistration,
    PublicKeyCredential, RegisterPublicKeyCredential, RequestChallengeResponse, Url, Webauthn,
    WebauthnBuilder,
};

/// For whom a passkey is made, as browsers and authenticators show it.
pub(super) struct Owner<'a> {
    /// What an authenticator files the passkey under.
    pub(super) handle: Uuid,
    /// Tells accounts apart: the address.
    pub(super) name: &'a str,
    /// What a person is called.
    pub(super) display_name: &'a str,
}

/// The portal as WebAuthn sees it.
pub(crate) struct RelyingParty(Webauthn);

impl RelyingParty {
    /// For a portal that browsers reach at this origin. None if its host is an IP address: WebAuthn knows names alone.
    pub(crate) fn new(host: &str, origin: &str) -> Option<Self> {
        let origin = Url::parse(origin).ok()?;
        origin.domain()?;
        let builder = WebauthnBuilder::new(host, &origin).ok()?;
        builder.rp_name("Daybook").build().ok().map(Self)
    }

    /// The options of `navigator.credentials.create` and what is needed to go on. `known` are passkeys that its owner has already: a
    /// device that has one of them makes no other.
    pub(super) fn begin_registration(
        &self,
        owner: &Owner<'_>,
        known: Vec<CredentialID>,
    ) -> Option<(Value, PasskeyRegistration)> {
        let Owner { handle, name, display_name } = owner;
        let begun = self.0.start_passkey_registration(*handle, name, display_name, Some(known));
        let (CreationChallengeResponse { public_key }, state) = begun.ok()?;
        let mut options = serde_json::to_value(public_key).ok()?;
        // The crate leaves it to the device whether it remembers whom the passkey is for; signing in without a name needs that it does.
        let selection = options.get_mut("authenticatorSelection")?.as_object_mut()?;
        selection.insert("residentKey".to_owned(), json!("required"));
        selection.insert("requireResidentKey".to_owned(), json!(true));
        Some((options, state))
    }

    /// The passkey of a browser's answer, if it is one to this challenge.
    pub(super) fn finish_registration(
        &self,
        answer: &RegisterPublicKeyCredential,
        state: &PasskeyRegistration,
    ) -> Option<Passkey> {
        self.0.finish_passkey_registration(answer, state).ok()
    }

    /// The options of `navigator.credentials.get` and what is needed to go on.
    pub(super) fn begin_sign_in(&self) -> Option<(Value, DiscoverableAuthentication)> {
        let (RequestChallengeResponse { public_key, .. }, state) =
            self.0.start_discoverable_authentication().ok()?;
        Some((serde_json::to_value(public_key).ok()?, state))
    }

    /// Whether a browser's answer was given with this passkey, by its owner, to this challenge. The passkey as it is to be kept from now
    /// on, if that is another.
    pub(super) fn finish_sign_in(
        &self,
        answer: &PublicKeyCredential,
        state: DiscoverableAuthentication,
        owner: Uuid,
        passkey: &Passkey,
    ) -> Option<Proved> {
        let (handle, _) = self.0.identify_discoverable_authentication(answer).ok()?;
        if handle != owner {
            return None;
        }
        let found = self.0.finish_discoverable_authentication_v2(answer, state, passkey).ok()?;
        // The policy asks for it; it is what makes a passkey two factors in one.
        if !found.user_verified() {
            return None;
        }
        let mut updated = passkey.clone();
        let changed = updated.update_credential(&found)?;
        Some(Proved { updated: changed.then_some(updated) })
    }
}

/// A sign-in with a passkey was true.
pub(super) struct Proved {
    /// The passkey with its new counter.
    pub(super) updated: Option<Passkey>,
}

#[cfg(test)]
mod tests {
    use daybook_testkit::{Authenticator, SeededEntropy};

    use super::*;

    const ORIGIN: &str = "https://portal.example.com";
    const ADA: Uuid = Uuid::from_u128(7);

    fn portal() -> RelyingParty {
        RelyingParty::new("portal.example.com", ORIGIN).unwrap()
    }

    fn authenticator() -> Authenticator {
        Authenticator::new(ORIGIN, &SeededEntropy::new(1))
    }

    fn begin(portal: &RelyingParty) -> (Value, PasskeyRegistration) {
        let owner = Owner { handle: ADA, name: "ada@example.com", display_name: "Ada" };
        portal.begin_registration(&owner, vec![]).unwrap()
    }

    fn register(portal: &RelyingParty, device: &mut Authenticator) -> Option<Passkey> {
        let (options, state) = begin(portal);
        portal.finish_registration(&serde_json::from_value(device.create(&options)).ok()?, &state)
    }

    fn sign_in(portal: &RelyingParty, device: &mut Authenticator, passkey: &Passkey) -> Option<Proved> {
        let (options, state) = portal.begin_sign_in().unwrap();
        let answer = serde_json::from_value(device.get(&options).unwrap()).unwrap();
        portal.finish_sign_in(&answer, state, ADA, passkey)
    }

    #[test]
    fn passkeys_need_a_name() {
        for (host, origin) in [
            ("127.0.0.1", "http://127.0.0.1:8400"),
            ("[::1]", "http://[::1]:8400"),
            ("other.example.com", ORIGIN),
        ] {
            assert!(RelyingParty::new(host, origin).is_none(), "{origin}");
        }
        assert!(RelyingParty::new("localhost", "http://localhost:8400").is_some());
    }

    #[test]
    fn the_options_are_what_browsers_parse() {
        let (options, _) = begin(&portal());
        assert_eq!(options["rp"], json!({ "id": "portal.example.com", "name": "Daybook" }));
        assert_eq!(
            options["user"],
            json!({ "id": "AAAAAAAAAAAAAAAAAAAABw", "name": "ada@example.com", "displayName": "Ada" })
        );
        assert_eq!(
            options["authenticatorSelection"],
            json!({ "residentKey": "required", "requireResidentKey": true, "userVerification": "required" })
        );
        assert_eq!(options["pubKeyCredParams"][0], json!({ "type": "public-key", "alg": -7 }));
        assert_eq!(options["attestation"], "none");

        let (options, _) = portal().begin_sign_in().unwrap();
        assert_eq!(options["rpId"], "portal.example.com");
        assert_eq!(options["userVerification"], "required");
        assert_eq!(options["allowCredentials"], json!([]));
    }

    #[test]
    fn a_counter_must_rise_once_there_is_one() {
        let (portal, mut device) = (portal(), authenticator());
        let passkey = register(&portal, &mut device).unwrap();
        // Synchronised passkeys do not count: nothing to keep.
        assert!(sign_in(&portal, &mut device, &passkey).unwrap().updated.is_none());
        device.counter = 5;
        let passkey = sign_in(&portal, &mut device, &passkey).unwrap().updated.unwrap();
        for (counter, right) in [(0, false), (4, false), (5, false), (6, true)] {
            device.counter = counter;
            assert_eq!(sign_in(&portal, &mut device, &passkey).is_some(), right, "{counter}");
        }
    }

    /// Whatever a stranger sends: no panic, and nothing accepted that was changed.
    #[test]
    fn any_byte_can_be_anything() {
        let (portal, mut device) = (portal(), authenticator());
        let passkey = register(&portal, &mut device).unwrap();
        let (options, state) = begin(&portal);
        let answer: RegisterPublicKeyCredential = serde_json::from_value(device.create(&options)).unwrap();
        assert!(portal.finish_registration(&answer, &state).is_some());
        for at in 0..answer.response.attestation_object.len() {
            let mut changed = answer.clone();
            changed.response.attestation_object.truncate(at);
            assert!(portal.finish_registration(&changed, &state).is_none(), "cut at {at}");
            for with in [0x00, 0x5f, 0x9f, 0xa0, 0xbf, 0xff] {
                let mut changed = answer.clone();
                changed.response.attestation_object[at] = with;
                // Without an attestation nothing signs these bytes: some may pass. None may stop the thread.
                let _ = portal.finish_registration(&changed, &state);
            }
        }
        let mut deep = answer.clone();
        deep.response.attestation_object = vec![0x81; 60_000];
        assert!(portal.finish_registration(&deep, &state).is_none());

        let (options, state) = portal.begin_sign_in().unwrap();
        let answer: PublicKeyCredential =
            serde_json::from_value(device.get_with(&options, passkey.cred_id()).unwrap()).unwrap();
        let accepts = |answer: &PublicKeyCredential| {
            portal.finish_sign_in(answer, state.clone(), ADA, &passkey).is_some()
        };
        assert!(accepts(&answer));
        for at in 0..answer.response.authenticator_data.len() {
            let mut changed = answer.clone();
            changed.response.authenticator_data[at] ^= 1;
            assert!(!accepts(&changed), "byte {at}");
            changed.response.authenticator_data.truncate(at);
            assert!(!accepts(&changed), "cut at {at}");
        }
        for at in 0..answer.response.signature.len() {
            let mut changed = answer.clone();
            changed.response.signature[at] ^= 1;
            assert!(!accepts(&changed), "byte {at} of the signature");
        }
    }
}
