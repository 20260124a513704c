//! How pages look: nothing that axe finds, in light and dark, on a desk and on a phone, on every page and every form that opens over one.

use std::collections::BTreeSet;

use daybook_testkit::{Engine, PASSWORD, Role, Sample, TestPortal};
use serde_json::json;

use crate::{
    chromium::Chromium, dialogs::set_up_one_time_codes, first_steps::sign_in, in_browser, sides::sign_in_to,
    window::Window,
};

in_browser!(
    nothing_is_wrong_with_what_the_platform_s_people_see,
    nothing_is_wrong_with_what_a_tenant_s_people_see,
    nothing_is_wrong_with_the_doors,
);

/// Somebody who looks at what a window shows: in light at a portal on one engine, in dark on the other. The pages of both are the same.
pub(crate) struct Eyes {
    pub(crate) window: Window,
    scheme: &'static str,
    wrong: Vec<String>,
}

impl Eyes {
    pub(crate) async fn at(portal: &TestPortal, chromium: &Chromium) -> Self {
        let window = chromium.window(portal.url()).await;
        let scheme = match portal.engine() {
            Engine::Sqlite => "light",
            Engine::Postgres => "dark",
        };
        window.color_scheme(scheme).await;
        Self { window, scheme, wrong: vec![] }
    }

    /// Looks at all of a page or at a part, wide and narrow.
    pub(crate) async fn look(&mut self, name: &str, part: &str) {
        for width in [1440, 390] {
            self.look_at_width(name, part, width).await;
        }
        self.window.size(1440, 900).await;
    }

    pub(crate) async fn look_at_width(&mut self, name: &str, part: &str, width: u32) {
        self.window.size(width, 900).await;
        let found = self.window.axe(part).await;
        let what = format!("{name}, {width} px, {}", self.scheme);
        self.wrong.extend(found.into_iter().map(|line| format!("{what}: {line}")));
        let overflow = "document.documentElement.scrollWidth > document.documentElement.clientWidth";
        if self.window.eval(overflow).await {
            self.wrong.push(format!("{what}: wider than the window"));
        }
    }

    /// Goes to a page and looks at it.
    pub(crate) async fn go(&mut self, path: &str) {
        self.window.go(path).await;
        self.look(path, "html").await;
    }

    /// Looks at the dialog that opens.
    pub(crate) async fn look_at_dialog(&mut self, name: &str) {
        self.window.until(&format!("{name} opens"), "!!document.querySelector('dialog[open]')").await;
        self.look(&format!("the dialog {name}"), "dialog[open]").await;
    }

    /// Nothing may have been wrong, and no page may have complained.
    pub(crate) async fn close(self) {
        assert!(self.wrong.is_empty(), "{}", self.wrong.join("\n"));
        self.window.finish().await;
    }
}

/// The page of the list that an address is one of.
fn listed(address: &str) -> &'static str {
    let parts = |path: &'static str| path.split('/');
    let is_one = |path: &&'static str| {
        let address = address.split('?').next().unwrap();
        parts(path).count() == address.split('/').count()
            && parts(path).zip(address.split('/')).all(|(part, given)| part == given || part.starts_with('{'))
    };
    let ours = daybook_http::pages().map(|page| page.path).filter(is_one);
    ours.min_by_key(|path| path.matches('{').count()).unwrap_or_else(|| panic!("{address} is on no list"))
}

/// A walk through all pages and the forms that they lead to.
struct Walk {
    eyes: Eyes,
    /// Pages that are forms, which open over the page that leads to them.
    forms: BTreeSet<&'static str>,
    /// Those that a link opened.
    opened: BTreeSet<&'static str>,
}

impl Walk {
    /// Looks at a page and at each form that it leads to and that was not seen yet.
    async fn visit(&mut self, address: &str) {
        self.eyes.go(address).await;
        let links: Vec<String> = self
            .eyes
            .window
            .eval("[...document.querySelectorAll('a[hx-target=\"#dialog\"]')].map((a) => a.getAttribute('hx-get'))")
            .await;
        for link in links {
            if self.opened.insert(listed(&link)) {
                self.open(&link).await;
            }
        }
    }

    /// The same, if there is something to see at this address: a form may be taken where nothing is shown, and a stream has no end.
    async fn visit_if_page(&mut self, address: &str) {
        let ask = format!(
            "fetch({}, {{ headers: {{ 'hx-request': 'true' }} }}).then(async (answer) => {{
                const kind = answer.headers.get('content-type') ?? '';
                const is_page = kind.startsWith('text/html');
                const text = is_page ? await answer.text() : await answer.body?.cancel();
                return [answer.status, is_page, !!text?.startsWith('<dialog')];
            }})",
            json!(address)
        );
        let (status, is_page, is_form): (u16, bool, bool) = self.eyes.window.eval(&ask).await;
        assert!([200, 405].contains(&status), "{address}: {status}");
        if is_form {
            self.forms.insert(listed(address));
        }
        if status == 200 && is_page {
            self.visit(address).await;
        }
    }

    async fn open(&mut self, link: &str) {
        let link_to = json!(format!("a[hx-get=\"{link}\"]"));
        let window = &self.eyes.window;
        window.eval::<bool>(&format!("document.querySelector({link_to}).click(); true")).await;
        self.eyes.look_at_dialog(link).await;
        let close = "document.querySelector('dialog[open]').close(); true";
        self.eyes.window.eval::<bool>(close).await;
    }
}

/// Every page that somebody with this role may see, and every form that pages lead to.
async fn look_at_everything(portal: &TestPortal, chromium: &Chromium, role: Role) {
    let sample = Sample::prepare(portal).await;
    let eyes = Eyes::at(portal, chromium).await;
    if role.is_platform() {
        portal.person("grace", role, None).await;
        sign_in(&eyes.window, "grace").await;
    } else {
        portal.person("grace", role, Some("acme")).await;
        sign_in_to(&eyes.window, "acme", "grace").await;
    }
    let mut walk = Walk { eyes, forms: BTreeSet::new(), opened: BTreeSet::new() };
    for page in daybook_http::pages().filter(|page| page.side.is_of(role) && role.may(page.sees)) {
        walk.visit_if_page(&sample.address(page.path)).await;
    }
    for address in sample.states().iter().filter(|path| role.is_platform() || !path.starts_with("/tenants")) {
        walk.visit(address).await;
    }
    walk.eyes.go("/nothing-here").await;
    set_up_one_time_codes(portal, &mut walk.eyes).await;
    walk.visit("/account").await;
    let alone: Vec<_> = walk.forms.difference(&walk.opened).collect();
    assert_eq!(alone, [&""; 0], "forms that no link opens over a page");
    walk.eyes.close().await;
}

async fn nothing_is_wrong_with_what_the_platform_s_people_see(portal: &TestPortal, chromium: &Chromium) {
    look_at_everything(portal, chromium, Role::Owner).await;
}

async fn nothing_is_wrong_with_what_a_tenant_s_people_see(portal: &TestPortal, chromium: &Chromium) {
    look_at_everything(portal, chromium, Role::TenantAdmin).await;
}

async fn nothing_is_wrong_with_the_doors(portal: &TestPortal, chromium: &Chromium) {
    let link = portal.portal().set_up_link().await.unwrap().unwrap();
    let mut eyes = Eyes::at(portal, chromium).await;
    eyes.go(&link).await;
    eyes.window.fill("E-mail address", "ada@example.com").await;
    eyes.window.fill("Your name", "Ada").await;
    eyes.window.fill("Password", "too short").await;
    eyes.window.follow("Become the owner").await;
    eyes.look("a refused set-up", "html").await;
    eyes.window.fill("Password", PASSWORD).await;
    eyes.window.follow("Become the owner").await;
    eyes.look("the welcome", "html").await;
    eyes.go(&link).await;
    set_up_one_time_codes(portal, &mut eyes).await;
    eyes.window.go("/dashboard").await;
    eyes.window.follow("Sign out").await;

    portal.admin().tenant("Acme").with("primary_color", "#C47A12").create().await.unwrap();
    for (role, tenant) in [(Role::Admin, None), (Role::TenantMember, Some("acme"))] {
        let body =
            json!({ "email": format!("new-{role}@example.com"), "role": role.as_str(), "tenant": tenant });
        let invited: serde_json::Value = portal.owner().post("/admin/api/users", &body).send().await.json();
        eyes.go(invited["link"].as_str().unwrap()).await;
    }
    for path in ["/portal/sign-in", "/portal/sign-in?tenant=acme", "/nothing-here", "/docs", "/sign-in"] {
        eyes.go(path).await;
    }
    eyes.window.fill("E-mail address", "ada@example.com").await;
    eyes.window.fill("Password", "not it at all").await;
    eyes.window.follow("Sign in with password").await;
    eyes.look("a refused sign-in", "html").await;
    eyes.window.fill("Password", PASSWORD).await;
    eyes.window.follow("Sign in with password").await;
    eyes.window.sees("authenticator app").await;
    eyes.look("the second step", "html").await;
    eyes.close().await;
}
