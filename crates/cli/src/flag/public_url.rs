//! `--public-url`: where people reach the portal.

use daybook_portal::PublicUrl;

/// `--public-url URL`.
#[derive(Debug, clap::Args)]
pub(crate) struct PublicUrlFlag {
    /// Where people reach the portal, as their browsers show it [default: http:// and the address of --listen]
    ///
    /// Like `https://portal.example.com`, without a path. What a browser sends from another address is refused.
    #[arg(long, value_name = "URL", env = "DAYBOOK_PUBLIC_URL")]
    pub(crate) public_url: Option<PublicUrl>,
}
