//! QR codes as SVG: what a phone is to read instead of somebody typing it. Colours stand in classes, and are dark on white in either theme:
//! readers expect that. Must not know what it draws.

use std::fmt::Write as _;

use askama::filters::{Html, Safe, escape};
use qrcode::{Color, QrCode};

/// How much around it stays empty, in modules (ISO/IEC 18004).
const QUIET: usize = 4;

/// The picture of this text, called by this label; nothing if the text is too long for any.
pub(crate) fn drawn(text: &str, label: &str) -> Option<Safe<String>> {
    let code = QrCode::new(text).ok()?;
    let (width, label) = (code.width(), escape(label, Html).ok()?);
    let size = width + 2 * QUIET;
    let mut path = String::new();
    for (y, row) in code.to_colors().chunks(width).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|one, next| one == next) {
            if run.first() == Some(&Color::Dark) {
                let (left, top, length) = (x + QUIET, y + QUIET, run.len());
                // Writing to a string cannot fail.
                let _ = write!(path, "M{left} {top}h{length}v1h-{length}z");
            }
            x += run.len();
        }
    }
    Some(Safe(format!(
        "<svg class=\"qr\" viewBox=\"0 0 {size} {size}\" role=\"img\" aria-label=\"{label}\"><path d=\"{path}\"/></svg>"
    )))
}
