//! A letter: paragraphs that become plain text and, beside it, the same as HTML in the look of whoever writes. The plain text is
//! always complete. Must not decide who gets it, and must not know what it is about.

use askama::Template;

use super::Mail;
use crate::Brand;

/// A part of a letter.
#[derive(Clone, PartialEq, Eq)]
pub enum Paragraph {
    /// A sentence or two.
    Text(String),
    /// Something to open; a secret if it opens something by itself.
    Link {
        /// What it does.
        label: String,
        /// Where it leads.
        url: String,
    },
}

impl Paragraph {
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }
}

/// What somebody is told, in words.
#[derive(Clone, PartialEq, Eq)]
pub struct Letter {
    /// One line.
    pub subject: String,
    /// Its parts, the greeting first.
    pub paragraphs: Vec<Paragraph>,
}

/// The HTML part: styled in place, because programs that show mail keep no style sheets, and without anything from elsewhere but the
/// writer's logo.
#[derive(Template)]
#[template(path = "letter.html")]
struct Page<'a> {
    subject: &'a str,
    name: &'a str,
    logo: Option<&'a str>,
    band: String,
    on_band: String,
    ink: String,
    paragraphs: &'a [Paragraph],
}

impl Letter {
    /// The message to this address, in this look.
    pub fn mail(&self, to: &str, brand: &Brand) -> Mail {
        let mut text = String::new();
        for paragraph in &self.paragraphs {
            let line = match paragraph {
                Paragraph::Text(text) => text.clone(),
                Paragraph::Link { label, url } => format!("{label}:\n\n{url}"),
            };
            text.push_str(&line);
            text.push_str("\n\n");
        }
        text.push_str("-- \n");
        text.push_str(&brand.name);
        text.push('\n');
        let color = brand.drawn_color();
        let page = Page {
            subject: &self.subject,
            name: &brand.name,
            logo: brand.logo_url.as_deref(),
            band: color.to_string(),
            on_band: color.text_on().to_string(),
            ink: color.readable_on(daybook_model::color::Color::WHITE).to_string(),
            paragraphs: &self.paragraphs,
        };
        // Rendering writes to a string, which cannot fail; a letter without HTML would be whole too.
        let html = page.render().ok();
        Mail { to: to.to_owned(), subject: self.subject.clone(), text, html }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter() -> Letter {
        Letter {
            subject: "Hello & welcome".to_owned(),
            paragraphs: vec![
                Paragraph::text("Hello <Ada>,"),
                Paragraph::Link {
                    label: "Join".to_owned(),
                    url: "https://portal.example.com/join?token=secret&x=1".to_owned(),
                },
            ],
        }
    }

    #[test]
    fn the_text_is_complete_and_its_link_stands_alone_on_its_line() {
        let brand = Brand { name: "Acme".to_owned(), logo_url: None, color: None };
        let mail = letter().mail("bob@example.com", &brand);
        assert_eq!(
            mail.text,
            "Hello <Ada>,\n\nJoin:\n\nhttps://portal.example.com/join?token=secret&x=1\n\n-- \nAcme\n"
        );
        assert!(!format!("{mail:?}").contains("secret"));
    }

    #[test]
    fn the_page_has_the_look_and_escapes_whatever_it_holds() {
        let brand = Brand {
            name: "<Acme> & Söhne".to_owned(),
            logo_url: Some("https://cdn.example.com/a.png?x=1&y=2".to_owned()),
            color: Some("#c47a12".to_owned()),
        };
        let html = letter().mail("bob@example.com", &brand).html.unwrap();
        assert!(!html.contains("<Ada>") && !html.contains("<Acme>"), "{html}");
        assert!(html.contains("src=\"https://cdn.example.com/a.png?x=1&#38;y=2\""), "{html}");
        assert!(
            html.contains("background:#c47a12") && html.contains("color:#000000"),
            "black is read best: {html}"
        );
        assert!(!html.contains("color:#c47a12"), "as text on white it is drawn darker: {html}");
        assert_eq!(html.matches("http").count(), 4, "the logo and the link, which is shown too: {html}");
    }
}
