//! The licence document: what a device verifies offline. A JSON Web Signature (RFC 7515, compact) with Ed25519 (RFC 8037), so that
//! any JOSE library can check it against the key published at `/device/api/keys`.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use daybook_model::{Timestamp, device::Device, tenant::Tenant};
use ed25519_dalek::Signer;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{KeyRing, Portal};

/// How long a licence holds without the device being heard: 30 days.
const LICENSE_DAYS: i64 = 30;

/// A signed licence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct License {
    /// The JSON Web Signature, compact.
    pub document: String,
    /// When it ends.
    pub expires_at: Timestamp,
}

impl KeyRing {
    /// Signs a licence for a device.
    pub(crate) fn license(&self, tenant: &Tenant, device: &Device, now: Timestamp) -> License {
        let expires_at = now.plus_days(LICENSE_DAYS);
        let claims = json!({
            "iss": "daybook",
            "sub": device.id,
            "iat": now.as_seconds(),
            "exp": expires_at.as_seconds(),
            "fingerprint_sha256": device.fingerprint.as_ref().and_then(|fingerprint| fingerprint.known()),
            "tenant": { "id": tenant.id, "slug": tenant.slug, "name": tenant.name },
            "project": device.project,
            "limits": { "plan": tenant.plan, "device_limit": tenant.device_limit() },
        });
        let header = json!({ "alg": "EdDSA", "typ": "JWT", "kid": self.license_key_id() });
        let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(&header), part(&claims));
        let signature = self.license_key().sign(signed.as_bytes());
        let document = format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature.to_bytes()));
        License { document, expires_at }
    }
}

impl Portal {
    /// The keys that verify licences, as a JSON Web Key Set (RFC 7517).
    pub fn license_keys(&self) -> Value {
        let public = self.keys().license_key().verifying_key();
        json!({ "keys": [{
            "kty": "OKP",
            "crv": "Ed25519",
            "use": "sig",
            "alg": "EdDSA",
            "kid": self.keys().license_key_id(),
            "x": BASE64_URL_SAFE_NO_PAD.encode(public.as_bytes()),
        }] })
    }
}
