//! Colours that tenants choose, and how they are drawn so that everybody can read what stands on them and beside them: contrast as
//! WCAG 2.2 measures it. Pure functions. Must not know a page or a letter.

use std::fmt;

use crate::{invalid::Reason, text};

/// What the contrast of text with its ground must reach at least (WCAG 2.2, 1.4.3).
pub const TEXT_CONTRAST: f64 = 4.5;
/// What the contrast of a shape with its ground must reach at least (WCAG 2.2, 1.4.11).
pub const SHAPE_CONTRAST: f64 = 3.0;
/// In how many steps a colour is moved towards black or white.
const STEPS: u16 = 50;

/// A colour of sRGB.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Color([u8; 3]);

impl Color {
    /// Black.
    pub const BLACK: Self = Self([0, 0, 0]);
    /// White: the ground of letters, and of pages where the system prefers light ones.
    pub const WHITE: Self = Self([0xff, 0xff, 0xff]);
    /// The ground of pages where the system prefers dark ones.
    pub const NIGHT: Self = Self([0x14, 0x18, 0x1f]);

    /// The portal's own accent, for whoever has chosen no colour.
    pub const USUAL: Self = Self([0x25, 0x45, 0xc4]);

    /// The colour written `#rrggbb`.
    pub fn parse(text: &str) -> Option<Self> {
        let hex = text.strip_prefix('#').filter(|hex| hex.len() == 6 && hex.is_ascii())?;
        let channel = |at: usize| u8::from_str_radix(hex.get(at..at + 2)?, 16).ok();
        hex.bytes().all(|byte| byte.is_ascii_hexdigit()).then_some(())?;
        Some(Self([channel(0)?, channel(2)?, channel(4)?]))
    }

    /// Relative luminance, from 0 for black to 1 for white (WCAG 2.2, "relative luminance").
    fn luminance(self) -> f64 {
        let [red, green, blue] = self.0.map(|channel| {
            let value = f64::from(channel) / 255.0;
            if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    /// The contrast ratio of two colours, from 1 for the same to 21 for black and white.
    pub fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance() + 0.05, other.luminance() + 0.05);
        if a > b { a / b } else { b / a }
    }

    /// The colour of text on this one: white or black, whichever can be read better. One of them always reaches [`TEXT_CONTRAST`].
    #[must_use]
    pub fn text_on(self) -> Self {
        if self.contrast(Self::WHITE) >= self.contrast(Self::BLACK) { Self::WHITE } else { Self::BLACK }
    }

    /// The colour for text on this ground that is nearest to this one: moved towards black or white until it can be read.
    #[must_use]
    pub fn readable_on(self, ground: Self) -> Self {
        let Self(towards) = ground.text_on();
        let mixed = |step: u16| {
            let mut channels = self.0;
            for (channel, end) in channels.iter_mut().zip(towards) {
                let sum = u16::from(*channel) * (STEPS - step) + u16::from(end) * step;
                *channel = u8::try_from(sum / STEPS).unwrap_or(end);
            }
            Self(channels)
        };
        (0..=STEPS).map(mixed).find(|color| color.contrast(ground) >= TEXT_CONTRAST).unwrap_or(Self(towards))
    }
}

impl fmt::Display for Color {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue] = self.0;
        write!(out, "#{red:02x}{green:02x}{blue:02x}")
    }
}

/// A tenant's colour, in lower case. Its buttons and bands stand on white, so it must be seen there; what is written on them is white
/// or black ([`Color::text_on`]), and where it colours text it is made darker ([`Color::readable_on`]).
pub fn brand(text: &str) -> Result<String, Reason> {
    let text = text::color(text)?;
    let contrast = Color::parse(&text).map_or(1.0, |color| color.contrast(Color::WHITE));
    if contrast < SHAPE_CONTRAST {
        // Rounded down: a ratio just below the limit must not read like the limit.
        let shown = (contrast * 100.0).floor() / 100.0;
        let detail = format!(
            "is too light: its contrast with white is {shown:.2}:1 and must be at least {SHAPE_CONTRAST}:1; choose a darker colour"
        );
        return Err(Reason::new("LOW_CONTRAST", detail));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn color(text: &str) -> Color {
        Color::parse(text).unwrap()
    }

    #[test]
    fn contrast_is_what_wcag_says() {
        // The examples of the understanding document of 1.4.3 and well-known pairs, to two digits.
        for (text, with_white) in [
            ("#000000", 21.0),
            ("#ffffff", 1.0),
            ("#777777", 4.48),
            ("#767676", 4.54),
            ("#ff0000", 4.0),
            ("#0000ff", 8.59),
            ("#0a0a0a", 19.80),
        ] {
            let ratio = color(text).contrast(Color::WHITE);
            assert!((ratio - with_white).abs() < 0.01, "{text}: {ratio}");
            assert!((Color::WHITE.contrast(color(text)) - ratio).abs() < f64::EPSILON);
        }
    }

    #[test]
    fn colours_read_back_and_anything_else_is_none() {
        assert_eq!(color("#2545c4").to_string(), "#2545c4");
        for text in ["", "#", "2545c4", "#2545c", "#2545c44", "#2545cg", "#+545c4", "#äöü"] {
            assert_eq!(Color::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_colour_that_is_not_seen_on_white_is_refused_with_its_ratio() {
        assert_eq!(brand(" #2545C4 ").unwrap(), "#2545c4");
        assert_eq!(brand("#949494").unwrap(), "#949494", "3.03:1");
        let refused = brand("#959595").unwrap_err();
        assert_eq!(refused.code, "LOW_CONTRAST");
        assert!(
            refused.detail.contains("2.99:1") && refused.detail.contains("at least 3:1"),
            "{}",
            refused.detail
        );
        assert_eq!(brand("#ffff00").unwrap_err().code, "LOW_CONTRAST");
        assert_eq!(brand("yellow").unwrap_err().code, "INVALID_COLOR");
    }

    #[test]
    fn a_colour_is_moved_no_farther_than_it_must() {
        assert_eq!(color("#ffff00").readable_on(Color::WHITE).to_string(), "#7a7a00");
        assert_eq!(color("#2545c4").readable_on(Color::NIGHT).to_string(), "#667cd5");
    }

    proptest! {
        #[test]
        fn whatever_the_colour_everything_can_be_read(channels in any::<[u8; 3]>()) {
            let color = Color(channels);
            prop_assert!(color.contrast(color.text_on()) >= TEXT_CONTRAST);
            for ground in [Color::WHITE, Color::NIGHT] {
                let drawn = color.readable_on(ground);
                prop_assert!(drawn.contrast(ground) >= TEXT_CONTRAST);
                if color.contrast(ground) >= TEXT_CONTRAST {
                    prop_assert_eq!(drawn, color, "what can be read stays as it is");
                }
            }
        }
    }
}
