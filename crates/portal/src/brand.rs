//! How a tenant shows itself on its pages and in its letters: name, logo, colour. Must not draw anything.

use daybook_model::{color::Color, tenant::Tenant};
use url::{Origin, Url};

use crate::{Portal, Result};

/// A look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brand {
    /// Whose it is.
    pub name: String,
    /// The address of a picture.
    pub logo_url: Option<String>,
    /// `#rrggbb`.
    pub color: Option<String>,
}

impl Brand {
    /// The portal's own.
    pub fn of_portal() -> Self {
        Self { name: "Daybook".to_owned(), logo_url: None, color: None }
    }

    /// The colour in which bands and buttons are drawn.
    pub fn drawn_color(&self) -> Color {
        self.color.as_deref().and_then(Color::parse).unwrap_or(Color::USUAL)
    }

    /// Scheme, host and port of the picture's address: where a page must be allowed to fetch it from. It becomes a part of the page's
    /// policy, so a host with a sign that means something there is none.
    pub fn logo_origin(&self) -> Option<String> {
        let origin = Url::parse(self.logo_url.as_deref()?).ok()?.origin();
        let Origin::Tuple(_, host, _) = &origin else { return None };
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte);
        host.to_string().bytes().all(is_plain).then(|| origin.ascii_serialization())
    }
}

impl From<&Tenant> for Brand {
    fn from(tenant: &Tenant) -> Self {
        let Tenant { name, logo_url, primary_color, .. } = tenant;
        Self { name: name.clone(), logo_url: logo_url.clone(), color: primary_color.clone() }
    }
}

impl Portal {
    /// How the tenant with this slug shows itself to anybody.
    pub async fn branding(&self, slug: &str) -> Result<Brand> {
        Ok(Brand::from(&self.tenant(slug).await?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_fetched_from_its_origin_and_nothing_else_gets_into_it() {
        let origin = |url: &str| Brand { logo_url: Some(url.to_owned()), ..Brand::of_portal() }.logo_origin();
        assert_eq!(origin("https://cdn.example.com/a;script-src.png").unwrap(), "https://cdn.example.com");
        assert_eq!(origin("http://127.0.0.1:8080/x").unwrap(), "http://127.0.0.1:8080");
        assert_eq!(origin("https://evil.example.com;script-src/x"), None, "no host");
        for sign in [",", "'", "*", "_", "$"] {
            assert_eq!(origin(&format!("https://evil{sign}.example.com/x")), None, "{sign}");
        }
        assert_eq!(origin("http://[::1]:8080/x").unwrap(), "http://[::1]:8080");
        assert_eq!(Brand::of_portal().logo_origin(), None);
        assert_eq!(Brand::of_portal().drawn_color().to_string(), "#2545c4");
    }
}
