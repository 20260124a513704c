//! `--trusted-proxy`: who is believed when it says where a request came from.

use daybook_http::Network;

/// `--trusted-proxy ADDRESS[/PREFIX]`.
#[derive(Debug, clap::Args)]
pub(crate) struct TrustedProxyFlag {
    /// Proxy whose X-Forwarded-For is believed; may be given more than once [default: none]
    ///
    /// An address or a network like 10.0.0.0/8; in the environment separated by commas. Without it guesses through a proxy are all
    /// counted as the proxy's own. Name nobody who passes on what a client says of itself.
    #[arg(long, value_name = "ADDRESS[/PREFIX]", env = "DAYBOOK_TRUSTED_PROXY", value_delimiter = ',')]
    pub(crate) trusted_proxy: Vec<Network>,
}
