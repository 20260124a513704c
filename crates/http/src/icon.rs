//! Icons, inlined in pages. Must not fetch anything: a page needs no request for them.

use std::{collections::HashMap, sync::LazyLock};

use askama::filters::Safe;

macro_rules! icons {
    ($($name:literal)*) => { &[$(($name, include_str!(concat!("icons/", $name, ".svg")))),*] };
}

/// Those of Tabler that are used.
const FILES: &[(&str, &str)] = icons! {
    "adjustments-horizontal" "alert-circle" "alert-triangle" "arrow-left" "arrow-narrow-right" "arrow-right" "ban"
    "building-community" "building" "calendar" "chart-histogram" "check" "chevron-down" "chevron-right" "circle-check" "clipboard-list" "clock"
    "copy" "credit-card" "database-off" "device-desktop-check" "device-desktop" "devices" "dots" "download" "edit" "eye"
    "file-export" "filter" "fingerprint" "folder" "folders" "gauge" "git-commit" "history" "hourglass" "info-circle" "key-off" "key"
    "keyboard" "layout-dashboard" "list-details" "lock" "logout" "mail" "menu-2" "plug-connected-x" "plug-connected" "plus"
    "refresh" "search" "selector" "settings" "shield-check" "sparkles" "sun-moon" "user-cog" "user-plus" "user" "users"
    "world" "x"
};

static MARKUP: LazyLock<HashMap<&'static str, String>> =
    LazyLock::new(|| FILES.iter().map(|(name, file)| (*name, markup(file))).collect());

/// The shapes of a file, within an element that takes size and colour from the text around it.
fn markup(file: &str) -> String {
    let shapes = file.split('<').filter_map(|part| part.trim_end().strip_suffix("/>")).map(str::trim_end);
    let mut drawn = String::from(r#"<svg class="i" viewBox="0 0 24 24" aria-hidden="true">"#);
    for shape in shapes.filter(|shape| !shape.contains("stroke=\"none\"")) {
        drawn.extend(["<", shape, "/>"]);
    }
    drawn + "</svg>"
}

/// The icon of this name, hidden from those who do not see: a word stands beside it.
pub(crate) fn icon(name: &str) -> Safe<&'static str> {
    // A name that is not listed shows nothing; a test looks at every name that a template or the registry uses.
    Safe(MARKUP.get(name).map_or("", String::as_str))
}

/// Daybook's own mark.
pub(crate) const MARK: Safe<&str> = Safe(
    r#"<svg viewBox="0 0 24 24" fill="none" stroke-width="1.5" stroke-linecap="round" aria-hidden="true"><rect class="bk" x="2" y="2" width="20" height="20" rx="5"/><path class="mg" d="M8.25 5.5v13"/><path class="ln" d="M11.25 8.25h6.5M11.25 12h6.5M11.25 15.75h4"/></svg>"#,
);

#[cfg(test)]
mod tests {
    use daybook_model::EventType;

    use super::*;

    #[test]
    fn every_icon_is_a_drawing_and_every_event_type_has_one() {
        for (name, file) in FILES {
            let shapes = icon(name).0.matches("<path").count();
            assert!(shapes >= 1 && shapes == file.matches("<path").count() - 1, "{name}: {}", icon(name).0);
        }
        for kind in EventType::ALL {
            assert_ne!(icon(kind.spec().icon).0, "", "{kind}: {}", kind.spec().icon);
        }
    }
}
