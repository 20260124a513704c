//! How pages look: nothing that axe finds, in light and dark, on a desk and on a phone, on every page and every form that opens over one.

use std::{
    collections::{BTreeSet, VecDeque},
    sync::Mutex,
};

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
    /// Wide and narrow in light. What a phone alone shows has no colours of its own, so that in dark wide is enough.
    widths: &'static [u32],
    wrong: Vec<String>,
}

impl Eyes {
    pub(crate) async fn at(portal: &TestPortal, chromium: &Chromium) -> Self {
        let window = chromium.window(portal.url()).await;
        let (scheme, widths): (_, &[u32]) = match portal.engine() {
            Engine::Sqlite => ("light", &[1440, 390]),
            Engine::Postgres => ("dark", &[1440]),
        };
        window.color_scheme(scheme).await;
        Self { window, scheme, widths, wrong: vec![] }
    }

    /// Looks at all of a page or at a part, at each width.
    pub(crate) async fn look(&mut self, name: &str, part: &str) {
        for width in self.widths {
            self.look_at_width(name, part, *width).await;
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

/// A walk through all pages and the forms that they lead to, by several who each take the next page.
#[derive(Default)]
struct Walk {
    addresses: Mutex<VecDeque<String>>,
    /// Pages that are forms, which open over the page that leads to them.
    forms: Mutex<BTreeSet<&'static str>>,
    /// Those that a link opened.
    opened: Mutex<BTreeSet<&'static str>>,
}

impl Walk {
    fn next(&self) -> Option<String> {
        self.addresses.lock().unwrap().pop_front()
    }

    /// Looks at one page after the other until none is left.
    async fn take_part(&self, mut eyes: Eyes) -> Eyes {
        while let Some(address) = self.next() {
            self.visit_if_page(&mut eyes, &address).await;
        }
        eyes
    }

    /// Looks at a page and at each form that it leads to and that was not seen yet.
    async fn visit(&self, eyes: &mut Eyes, address: &str) {
        eyes.go(address).await;
        let links: Vec<String> = eyes
            .window
            .eval("[...document.querySelectorAll('a[hx-target=\"#dialog\"]')].map((a) => a.getAttribute('hx-get'))")
            .await;
        for link in links {
            let is_new = self.opened.lock().unwrap().insert(listed(&link));
            if is_new {
                open(eyes, &link).await;
            }
        }
    }

    /// The same, if there is something to see at this address: a form may be taken where nothing is shown, and a stream has no end.
    async fn visit_if_page(&self, eyes: &mut Eyes, address: &str) {
        let ask = format!(
            "fetch({}, {{ headers: {{ 'hx-request': 'true' }} }}).then(async (answer) => {{
                const kind = answer.headers.get('content-type') ?? '';
                const is_page = kind.startsWith('text/html');
                const text = is_page ? await answer.text() : await answer.body?.cancel();
                return [answer.status, is_page, !!text?.startsWith('<dialog')];
            }})",
            json!(address)
        );
        let (status, is_page, is_form): (u16, bool, bool) = eyes.window.eval(&ask).await;
        assert!([200, 405].contains(&status), "{address}: {status}");
        if is_form {
            self.forms.lock().unwrap().insert(listed(address));
        }
        if status == 200 && is_page {
            self.visit(eyes, address).await;
        }
    }

    /// Every form that there is must open over the page that leads to it.
    fn finish(self) {
        let (forms, opened) = (self.forms.into_inner().unwrap(), self.opened.into_inner().unwrap());
        let alone: Vec<_> = forms.difference(&opened).collect();
        assert_eq!(alone, [&""; 0], "forms that no link opens over a page");
    }
}

async fn open(eyes: &mut Eyes, link: &str) {
    let link_to = json!(format!("a[hx-get=\"{link}\"]"));
    eyes.window.eval::<bool>(&format!("document.querySelector({link_to}).click(); true")).await;
    eyes.look_at_dialog(link).await;
    let close = "document.querySelector('dialog[open]').close(); true";
    eyes.window.eval::<bool>(close).await;
}

/// Somebody with this role who looks at what their window shows.
async fn signed_in(portal: &TestPortal, chromium: &Chromium, role: Role) -> Eyes {
    let eyes = Eyes::at(portal, chromium).await;
    if role.is_platform() {
        sign_in(&eyes.window, "grace").await;
    } else {
        sign_in_to(&eyes.window, "acme", "grace").await;
    }
    eyes
}

/// Every page that somebody with this role may see, and every form that pages lead to.
async fn look_at_everything(portal: &TestPortal, chromium: &Chromium, role: Role) {
    let sample = Sample::prepare(portal).await;
    portal.person("grace", role, (!role.is_platform()).then_some("acme")).await;
    let pages = daybook_http::pages().filter(|page| page.side.is_of(role) && role.may(page.sees));
    let states = sample.states();
    let states = states.iter().filter(|path| role.is_platform() || !path.starts_with("/tenants"));
    let addresses = pages.map(|page| sample.address(page.path)).chain(states.cloned()).collect();
    let walk = Walk { addresses: Mutex::new(addresses), ..Walk::default() };
    // Chromium works on each window by itself: one window alone leaves the machine idle.
    let first = async { walk.take_part(signed_in(portal, chromium, role).await).await };
    let second = async { walk.take_part(signed_in(portal, chromium, role).await).await };
    let (mut first, second) = tokio::join!(first, second);
    second.close().await;
    first.go("/nothing-here").await;
    set_up_one_time_codes(portal, &mut first).await;
    walk.visit(&mut first, "/account").await;
    walk.finish();
    first.close().await;
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
