//! The files that browsers fetch: embedded, addressed by what is in them, kept by browsers for ever. Must serve nothing that is not
//! listed here. `static/vendor/VENDOR.md` says where those come from that are not ours.

use std::{collections::HashMap, sync::LazyLock};

use axum::{
    Router,
    body::Bytes,
    extract::Path,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use sha2::{Digest as _, Sha256};

use crate::App;

/// Browsers ask for an address once: other contents have another.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const FONT: &str = "font/woff2";
const PICTURE: &str = "image/svg+xml";

macro_rules! files {
    ($($name:literal in $place:literal is $kind:ident;)*) => {
        &[$(File {
            name: $name,
            kind: $kind,
            bytes: include_bytes!(concat!("static/", $place, $name)),
        }),*]
    };
}

struct File {
    name: &'static str,
    kind: &'static str,
    bytes: &'static [u8],
}

/// Those that others name come before them.
const FILES: &[File] = files! {
    "geist-latin-wght-normal.woff2" in "vendor/" is FONT;
    "geist-latin-ext-wght-normal.woff2" in "vendor/" is FONT;
    "geist-mono-latin-wght-normal.woff2" in "vendor/" is FONT;
    "htmx.min.js" in "vendor/" is SCRIPT;
    "hx-sse.min.js" in "vendor/" is SCRIPT;
    "daybook.svg" in "" is PICTURE;
    "daybook.css" in "" is CSS;
    "daybook.js" in "" is SCRIPT;
    "passkey.js" in "" is SCRIPT;
};

struct Served {
    kind: &'static str,
    bytes: Bytes,
}

struct Assets {
    /// Name to address.
    addresses: HashMap<&'static str, String>,
    /// The last part of an address to what is served there.
    served: HashMap<String, Served>,
}

static ASSETS: LazyLock<Assets> = LazyLock::new(|| {
    let mut assets = Assets { addresses: HashMap::new(), served: HashMap::new() };
    for file in FILES {
        let bytes = if file.kind == CSS { naming(&assets.addresses, file.bytes) } else { file.bytes.into() };
        let (stem, ending) = file.name.rsplit_once('.').unwrap_or((file.name, ""));
        let last = format!("{stem}.{}.{ending}", fingerprint(&bytes));
        assets.addresses.insert(file.name, format!("/static/{last}"));
        assets.served.insert(last, Served { kind: file.kind, bytes });
    }
    assets
});

/// A style sheet with the addresses of the files that it names.
fn naming(addresses: &HashMap<&str, String>, css: &[u8]) -> Bytes {
    let mut text = String::from_utf8_lossy(css).into_owned();
    for (name, address) in addresses {
        text = text.replace(&format!("url(\"{name}\")"), &format!("url(\"{address}\")"));
    }
    text.into()
}

/// What tells contents from others, in an address.
fn fingerprint(bytes: &[u8]) -> String {
    let mut text = digest(bytes);
    text.truncate(16);
    text
}

/// The SHA-256, in hexadecimal.
fn digest(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    Sha256::digest(bytes).iter().fold(String::new(), |mut text, byte| {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The address of a listed file.
pub(crate) fn address(name: &str) -> &'static str {
    // A name that is not listed leads to a plain 404; a test looks at every name that a template uses.
    ASSETS.addresses.get(name).map_or("/static/", String::as_str)
}

/// Where they are served.
pub(crate) fn routes() -> Router<App> {
    Router::new().route("/static/{file}", get(serve))
}

async fn serve(Path(file): Path<String>) -> Response {
    match ASSETS.served.get(&file) {
        Some(served) => {
            let headers = [(header::CONTENT_TYPE, served.kind), (header::CACHE_CONTROL, FOR_EVER)];
            (headers, served.bytes.clone()).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_changes_with_the_contents_and_style_sheets_name_such_addresses() {
        assert_eq!(fingerprint(b""), "e3b0c44298fc1c14");
        let css = &ASSETS.served[address("daybook.css").trim_start_matches("/static/")];
        let text = std::str::from_utf8(&css.bytes).unwrap();
        assert_eq!(text.matches("url(\"").count(), text.matches("url(\"/static/geist").count());
        assert!(text.contains(address("geist-latin-wght-normal.woff2")));
    }

    /// Each third-party file is the one that the list says.
    #[test]
    fn vendored_files_are_what_the_list_says() {
        let list = include_str!("static/vendor/VENDOR.md");
        let vendored = FILES.iter().filter(|file| list.contains(file.name));
        let mut seen = 0;
        for file in vendored {
            let line = list.lines().find(|line| line.contains(file.name)).unwrap();
            assert!(line.contains(&digest(file.bytes)), "{}: {}", file.name, digest(file.bytes));
            seen += 1;
        }
        assert_eq!(seen, 5);
    }
}
