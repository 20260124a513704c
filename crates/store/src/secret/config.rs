//! Secrets of the configuration: the keys of the providers of language models, sealed by the portal. Never in an event, never in an error.

use daybook_model::config::{ConfigUpdated, SealedSecrets};

use super::Keep;
use crate::{
    Reads, Result,
    engine::{Write, statements, vals},
};

statements! {
    SET_PROVIDER_KEY = "INSERT INTO provider_keys (name, sealed) VALUES ($1, $2)
        ON CONFLICT (name) DO UPDATE SET sealed = excluded.sealed";
    DROP_PROVIDER_KEY = "DELETE FROM provider_keys WHERE name = $1";
    PROVIDER_KEY = "SELECT sealed FROM provider_keys WHERE name = $1";
}

impl Keep<ConfigUpdated> for SealedSecrets {
    fn writes(self, _: &ConfigUpdated) -> Vec<Write> {
        let write = |(name, sealed): (String, Option<Vec<u8>>)| match sealed {
            Some(sealed) => Write::one(&SET_PROVIDER_KEY, vals![name, sealed]),
            None => Write::one(&DROP_PROVIDER_KEY, vals![name]),
        };
        self.0.into_iter().map(write).collect()
    }
}

impl Reads<'_> {
    /// The key of a provider, sealed.
    pub async fn provider_key(&mut self, provider: &str) -> Result<Option<Vec<u8>>> {
        Ok(self.conn().opt(&PROVIDER_KEY, vals![provider], |row| row.get(0)).await?)
    }
}
