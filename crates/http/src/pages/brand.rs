//! `/brand/{colour}.css`: the colours of a tenant's pages, made of its own so that everything can be read. A page of a tenant links it,
//! because no page may style itself in place. Must not ask the database: the colour says it all.

use axum::{
    extract::Path,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use daybook_model::color::Color;

/// The address of the style sheet for this colour.
pub(super) fn address(color: Color) -> String {
    format!("/brand/{}.css", color.to_string().trim_start_matches('#'))
}

pub(super) async fn style(Path(file): Path<String>) -> Response {
    let color = file.strip_suffix(".css").and_then(|hex| Color::parse(&format!("#{hex}")));
    let Some(color) = color else { return StatusCode::NOT_FOUND.into_response() };
    let headers = [
        (header::CONTENT_TYPE, "text/css; charset=utf-8"),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    (headers, css(color)).into_response()
}

/// Text, rings and the edges of buttons in the colour moved until they can be seen on either ground; buttons in the colour itself, and away
/// from their words under the pointer.
fn css(color: Color) -> String {
    let (light, dark, on) =
        (color.readable_on(Color::WHITE), color.readable_on(Color::NIGHT), color.text_on());
    let away = if on == Color::WHITE { "#000" } else { "#fff" };
    format!(
        ":root {{\n\
         --accent: light-dark({light}, {dark});\n\
         --accent-2: light-dark(color-mix(in srgb, {light} 80%, #000), color-mix(in srgb, {dark} 80%, #fff));\n\
         --solid: {color}; --solid-2: color-mix(in srgb, {color} 86%, {away}); --on-solid: {on};\n\
         }}\n\
         .btn.primary {{ border-color: var(--accent); }}\n\
         .auth {{ box-shadow: inset 0 4px {color}; }}\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_style_sheet_draws_what_can_be_read() {
        let color = Color::parse("#c47a12").unwrap();
        assert_eq!(address(color), "/brand/c47a12.css");
        let css = css(color);
        assert!(
            css.contains(
                "--solid: #c47a12; --solid-2: color-mix(in srgb, #c47a12 86%, #fff); --on-solid: #000000;"
            ),
            "{css}"
        );
        assert!(!css.contains("light-dark(#c47a12"), "as text on white it is darker: {css}");
    }
}
