//! Pages on paper: what they say, and nothing of what surrounds it.

use daybook_testkit::{Role, Sample, TestPortal};
use serde_json::json;

use crate::{chromium::Chromium, first_steps::sign_in, in_browser};

in_browser!(a_page_prints_what_it_says_in_dark_ink_on_white);

async fn a_page_prints_what_it_says_in_dark_ink_on_white(portal: &TestPortal, chromium: &Chromium) {
    Sample::prepare(portal).await;
    portal.person("grace", Role::Auditor, None).await;
    let window = chromium.window(portal.url()).await;
    sign_in(&window, "grace").await;
    let seen = |selector: &str| {
        format!("[...document.querySelectorAll({})].map((e) => e.checkVisibility())", json!(selector))
    };
    for path in ["/dashboard", "/analytics"] {
        window.color_scheme("dark").await;
        window.go(path).await;
        let paper: String = window.eval("getComputedStyle(document.body).backgroundColor").await;
        assert_ne!(paper, "rgb(255, 255, 255)", "dark on the screen");
        let tables = "details.chart-data .tw";
        assert_eq!(
            window.eval::<Vec<bool>>(&seen(tables)).await.first(),
            Some(&false),
            "folded on the screen"
        );
        window.ask("Page.printToPDF", json!({ "preferCSSPageSize": true })).await;
        window.media("print", "dark").await;
        for chrome in [".side", ".topbar", ".page-head .seg", ".live"] {
            let shown: Vec<bool> = window.eval(&seen(chrome)).await;
            assert!(!shown.contains(&true), "{path}: {chrome} is printed");
        }
        let shown: Vec<bool> = window.eval(&seen(tables)).await;
        assert!(!shown.is_empty() && !shown.contains(&false), "{path}: tables of charts: {shown:?}");
        for theme in ["", "dark"] {
            window.eval::<bool>(&format!("document.documentElement.dataset.theme = '{theme}'; true")).await;
            let paper = "getComputedStyle(document.body).backgroundColor === 'rgb(255, 255, 255)'";
            window.until(&format!("{path} is white on paper"), paper).await;
            let ink: String = window.eval("getComputedStyle(document.querySelector('h1')).color").await;
            let light: Vec<u32> = ink
                .split(|letter: char| !letter.is_ascii_digit())
                .filter_map(|part| part.parse().ok())
                .collect();
            assert!(light.len() == 3 && light.iter().all(|part| *part < 96), "{path}: dark ink, not {ink}");
        }
    }
    window.finish().await;
}
