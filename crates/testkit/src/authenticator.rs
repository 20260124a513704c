//! An authenticator app: it has a secret and shows the one-time code of the moment.

use daybook_model::Timestamp;
use totp_rs::{Algorithm, Builder, Secret, Totp};

/// An app that was given a secret.
#[derive(Clone, Debug)]
pub struct Authenticator(Totp);

impl Authenticator {
    /// The app of somebody who typed this secret, in base32.
    pub fn new(secret: &str) -> Self {
        let secret: String = secret.split_whitespace().collect();
        let secret = Secret::try_from_base32(secret).unwrap();
        let totp = Builder::new().with_algorithm(Algorithm::SHA1).with_digits(6).with_skew(0);
        Self(totp.with_step_duration(30).with_secret(secret).build_noncompliant())
    }

    /// What it shows at this time.
    pub fn code(&self, now: Timestamp) -> String {
        self.0.generate(u64::try_from(now.as_seconds()).unwrap()).to_string()
    }

    /// A code that it shows neither now nor in the steps around.
    pub fn wrong_code(&self, now: Timestamp) -> String {
        let near = [-60, -30, 0, 30, 60].map(|seconds| self.code(now.plus_seconds(seconds)));
        ["000000", "000001", "000002", "000003", "000004", "000005"]
            .map(ToOwned::to_owned)
            .into_iter()
            .find(|code| !near.contains(code))
            .unwrap()
    }
}
