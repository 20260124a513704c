//! An identity provider for one test: a real one (Debian's `glewlwyd`, run and never linked), on a free port of this machine, with two
//! people: one whose e-mail address it has verified, one whose address it has not.

use std::{
    fs::{self, File},
    net::TcpListener,
    path::Path,
    process::{Child, Command, Stdio},
};

use rusqlite::Connection;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{Visitor, wait_for};

/// The tables that Debian's package brings.
const SCHEMA: &str = "/usr/share/dbconfig-common/data/glewlwyd/install/sqlite3";
/// What people have at the provider besides: whether their address is verified.
const VERIFIED_PROPERTY: &str = "email-verified";
const MISSING: &str = "is not there; `cargo xtask test` installs glewlwyd and rnbyc";

/// A running provider. It ends when this is dropped.
#[derive(Debug)]
pub struct Provider {
    process: Child,
    url: String,
    folder: TempDir,
}

/// How a provider signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signing {
    /// RSA with SHA-256.
    Rs256,
    /// ECDSA on P-256.
    Es256,
}

impl Signing {
    /// Kind of key and algorithm, as the provider's tool names them.
    fn names(self) -> [&'static str; 2] {
        match self {
            Self::Rs256 => ["rsa2048", "RS256"],
            Self::Es256 => ["ec256", "ES256"],
        }
    }
}

impl Provider {
    /// What it calls the portal.
    pub const CLIENT_ID: &'static str = "daybook";
    /// What the portal shows it.
    pub const CLIENT_SECRET: &'static str = "s3cret-of-daybook";
    /// Somebody with a verified address.
    pub const VERIFIED: &'static str = "ada";
    /// Somebody whose address nobody has verified.
    pub const UNVERIFIED: &'static str = "bo";

    /// A provider that sends browsers back to these addresses, and to no other.
    pub async fn start(redirects: &[String]) -> Self {
        Self::start_signing(Signing::Rs256, redirects).await
    }

    /// As [`Provider::start`], with signatures of this kind.
    pub async fn start_signing(signing: Signing, redirects: &[String]) -> Self {
        let folder = TempDir::new().unwrap();
        let port = free_port();
        let url = format!("http://127.0.0.1:{port}");
        let keys = prepare(folder.path(), signing);
        let config = folder.path().join("glewlwyd.conf");
        fs::write(&config, configuration(folder.path(), &url, port)).unwrap();
        let log = File::create(folder.path().join("log")).unwrap();
        let process = Command::new("glewlwyd")
            .arg(format!("--config-file={}", config.display()))
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap_or_else(|error| panic!("glewlwyd {MISSING} ({error})"));
        let provider = Self { process, url, folder };
        provider.set_up(&keys, redirects).await;
        provider
    }

    /// Its name and address.
    pub fn issuer(&self) -> String {
        format!("{}/api/oidc", self.url)
    }

    /// The address that it knows somebody by.
    pub fn email(user: &str) -> String {
        format!("{user}@example.com")
    }

    /// What the portal is told of it.
    pub fn configuration(&self) -> Value {
        json!({
            "issuer": self.issuer(), "client_id": Self::CLIENT_ID, "client_secret": Self::CLIENT_SECRET, "enabled": true,
        })
    }

    /// What it has written about itself so far.
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap()
    }

    /// Gives somebody another address.
    pub async fn change_email(&self, user: &str, email: &str) {
        self.change(user, "email", email).await;
    }

    /// Verifies the address of somebody.
    pub async fn verify_email(&self, user: &str) {
        self.change(user, VERIFIED_PROPERTY, "yes").await;
    }

    /// Gives it another key to sign with; the one before is gone.
    pub async fn replace_keys(&self) {
        let keys = make_keys(self.folder.path(), Signing::Rs256, "k2");
        let mut admin = self.admin().await;
        let plugin = format!("{}/api/mod/plugin/oidc", self.url);
        let mut body: Value = admin.get(&plugin).await.json();
        body["parameters"]["jwks-private"] = json!(keys);
        body["parameters"]["default-kid"] = json!("k2");
        self.expect_ok(&admin.put(&plugin, &body).await);
        self.expect_ok(&admin.put(&format!("{plugin}/reset/"), &json!({})).await);
    }

    async fn change(&self, user: &str, field: &str, value: &str) {
        let mut admin = self.admin().await;
        let address = format!("{}/api/user/{user}", self.url);
        let mut body: Value = admin.get(&address).await.json();
        body[field] = json!(value);
        self.expect_ok(&admin.put(&address, &body).await);
    }

    /// What a person does there who was sent to `authorize`: logs in, agrees, and is sent back. Answers the address they are sent to.
    pub async fn log_in(&self, browser: &mut Visitor, authorize: &str, user: &str) -> String {
        let page = browser.get(authorize).await;
        assert_eq!(page.code(), 302, "{}", page.text());
        assert!(page.header("location").starts_with(&format!("{}/login.html?", self.url)), "{page:?}");
        let credentials = json!({ "username": user, "password": password(user) });
        self.expect_ok(&browser.post(&format!("{}/api/auth/", self.url), &credentials).await);
        let grant = format!("{}/api/auth/grant/{}", self.url, Self::CLIENT_ID);
        self.expect_ok(&browser.put(&grant, &json!({ "scope": "openid email" })).await);
        let back = browser.get(&format!("{authorize}&g_continue")).await;
        assert_eq!(back.code(), 302, "{}", back.text());
        back.header("location").to_owned()
    }

    /// What the administrator does whom the tables bring: a scope, a claim, two people, the portal as a client.
    async fn set_up(&self, keys: &str, redirects: &[String]) {
        let mut admin = self.admin().await;
        let scope = json!({
            "name": "email", "display_name": "e-mail", "password_required": false, "password_max_age": 0, "scheme": {},
            "scheme_required": {},
        });
        self.post(&mut admin, "scope/", &scope).await;
        // What people may have besides: the claim `email_verified` is made of it.
        let module = format!("{}/api/mod/user/database", self.url);
        let mut users: Value = admin.get(&module).await.json();
        users["parameters"]["data-format"][VERIFIED_PROPERTY] = json!({
            "multiple": false, "read": true, "write": true, "profile-read": false, "profile-write": false,
        });
        self.expect_ok(&admin.put(&module, &users).await);
        self.expect_ok(&admin.put(&format!("{module}/reset/"), &json!({})).await);
        for (name, verified) in [(Self::VERIFIED, "yes"), (Self::UNVERIFIED, "no")] {
            let user = json!({
                "username": name, "name": name, "enabled": true, "email": Self::email(name), "password": password(name),
                VERIFIED_PROPERTY: verified, "scope": ["openid", "email", "g_profile"],
            });
            self.post(&mut admin, "user/", &user).await;
        }
        let client = json!({
            "client_id": Self::CLIENT_ID, "name": "Daybook", "enabled": true, "client_secret": Self::CLIENT_SECRET,
            "confidential": true, "redirect_uri": redirects, "authorization_type": ["code"],
            "token_endpoint_auth_method": ["client_secret_basic"], "scope": [],
        });
        self.post(&mut admin, "client/", &client).await;
        self.post(&mut admin, "mod/plugin/", &plugin(&self.issuer(), keys)).await;
    }

    async fn admin(&self) -> Visitor {
        let port = self.url.rsplit(':').next().unwrap().parse::<u16>().unwrap();
        wait_for("the identity provider listens", || async {
            tokio::net::TcpStream::connect(("127.0.0.1", port)).await.ok()
        })
        .await;
        let mut admin = Visitor::new();
        self.post(&mut admin, "auth/", &json!({ "username": "admin", "password": "password" })).await;
        admin
    }

    async fn post(&self, browser: &mut Visitor, path: &str, body: &Value) {
        self.expect_ok(&browser.post(&format!("{}/api/{path}", self.url), body).await);
    }

    fn expect_ok(&self, reply: &crate::Reply) {
        assert_eq!(reply.code(), 200, "{}\n{}", reply.text(), self.log());
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn password(user: &str) -> String {
    format!("correct horse {user}")
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// Makes the database and the signing keys; answers the keys.
fn prepare(folder: &Path, signing: Signing) -> String {
    let schema = fs::read_to_string(SCHEMA).unwrap_or_else(|error| panic!("{SCHEMA} {MISSING} ({error})"));
    let database = Connection::open(folder.join("db")).unwrap();
    database.execute_batch(&format!("PRAGMA synchronous = OFF; BEGIN; {schema}; COMMIT;")).unwrap();
    fs::create_dir(folder.join("none")).unwrap();
    make_keys(folder, signing, "k1")
}

/// A key pair under this name, as a set of keys. `rnbyc` leaves out the leading zeros of a coordinate, which RFC 7518 (6.2.1.2) forbids: about
/// one elliptic key of 128 can be read by nobody who goes by that, so another one is made.
fn make_keys(folder: &Path, signing: Signing, name: &str) -> String {
    loop {
        let keys = make_some_keys(folder, signing, name);
        if are_whole(&keys) {
            return keys;
        }
    }
}

/// Whether the coordinates of each elliptic key, if there is one, have all of their 32 bytes.
fn are_whole(keys: &str) -> bool {
    let keys: Value = serde_json::from_str(keys).unwrap();
    let coordinates = |key: &Value| ["x", "y"].map(|name| key[name].as_str().map(str::len));
    let mut all = keys["keys"].as_array().unwrap().iter().flat_map(coordinates).flatten();
    all.all(|base64url| base64url == 43)
}

/// A key pair as `rnbyc` makes it.
fn make_some_keys(folder: &Path, signing: Signing, name: &str) -> String {
    let [kind, algorithm] = signing.names();
    let keys = folder.join(format!("{name}.json"));
    let made = Command::new("rnbyc")
        .args(["-j", "-g", kind, "-k", name, "-a", algorithm, "-p", "/dev/null", "-o"])
        .arg(&keys)
        .stdout(Stdio::null())
        .status()
        .unwrap_or_else(|error| panic!("rnbyc {MISSING} ({error})"));
    assert!(made.success());
    fs::read_to_string(keys).unwrap()
}

fn configuration(folder: &Path, url: &str, port: u16) -> String {
    // A line `use_secure_connection=false` would be read as its opposite (2.7.5): it is left out.
    let folder = folder.display();
    format!(
        r#"port={port}
bind_address="127.0.0.1"
external_url="{url}"
login_url="login.html"
api_prefix="api"
static_files_path="/usr/share/glewlwyd/webapp/"
log_mode="console"
log_level="INFO"
cookie_secure=0
session_key="GLEWLWYD2_SESSION_ID"
admin_scope="g_admin"
profile_scope="g_profile"
user_module_path="/usr/lib/glewlwyd/user"
user_middleware_module_path="{folder}/none"
client_module_path="/usr/lib/glewlwyd/client"
user_auth_scheme_module_path="/usr/lib/glewlwyd/scheme"
plugin_module_path="/usr/lib/glewlwyd/plugin"
hash_algorithm="SHA512"
database = {{ type = "sqlite3"; path = "{folder}/db"; }};
static_files_mime_types = ( {{ extension = ".html"; mime_type = "text/html"; compress = 0; }} )
"#
    )
}

fn plugin(issuer: &str, keys: &str) -> Value {
    json!({
        "module": "oidc", "name": "oidc", "display_name": "OpenID Connect", "enabled": true, "parameters": {
            "iss": issuer, "jwks-private": keys, "default-kid": "k1", "jwks-show": true,
            "access-token-duration": 3_600, "refresh-token-duration": 1_209_600, "code-duration": 600,
            "allowed-scope": ["openid", "email"],
            "auth-type-code-enabled": true, "auth-type-code-revoke-replayed": true, "auth-type-token-enabled": false,
            "auth-type-id-token-enabled": true, "auth-type-password-enabled": false, "auth-type-client-enabled": false,
            "auth-type-refresh-enabled": false, "pkce-allowed": true, "pkce-required": true,
            "pkce-method-plain-allowed": false, "subject-type": "public", "email-claim": "mandatory", "name-claim": "no",
            "scope-claim": "no",
            "claims": [{
                "name": "email_verified", "user-property": VERIFIED_PROPERTY, "type": "boolean",
                "boolean-value-true": "yes", "boolean-value-false": "no", "mandatory": true, "scope": [],
            }],
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_coordinate_without_its_leading_zero_is_noticed() {
        let keys = |length| json!({ "keys": [{ "x": "A".repeat(43), "y": "A".repeat(length) }] }).to_string();
        assert!(are_whole(&keys(43)) && !are_whole(&keys(42)));
        assert!(are_whole(&json!({ "keys": [{ "kty": "RSA", "n": "AQAB" }] }).to_string()));
    }
}
