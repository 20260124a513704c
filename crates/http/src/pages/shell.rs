//! What stands around every page: navigation, search, who is signed in, the size of the log. Must not read what a page itself shows.

use std::borrow::Cow;

use askama::{Template, filters::Safe};
use axum::{
    Extension,
    http::{HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use daybook_model::{Action, Role, Timestamp, tenant::Tenant};
use daybook_portal::{Brand, Person};
use fluent_bundle::FluentValue;

use super::{PAGES, Page, brand, guard::Viewer, onward::address, switch::NARROWED};
use crate::{
    App, assets, chart, form_token, icon,
    locale::{self, Locale},
    look::Look,
    personal::plain,
    problem::{OwnWords, Problem},
    router::CONTENT_POLICY,
};

/// A whole page: what it shows, in the frame.
pub(crate) trait Framed: Template {
    /// Its frame.
    fn shell(&self) -> &Shell;
}

/// Says of pages that their frame is their field `shell`.
macro_rules! framed {
    ($($page:ty),*) => { $(
        impl $crate::pages::shell::Framed for $page {
            fn shell(&self) -> &$crate::pages::shell::Shell {
                &self.shell
            }
        }
    )* };
}

pub(crate) use framed;

/// The answer with this page. It may show pictures from where its tenant keeps its logo, and from nowhere else.
pub(crate) fn rendered(status: StatusCode, page: &impl Framed) -> Response {
    let html = match page.render() {
        Ok(html) => html,
        Err(error) => {
            tracing::error!(%error, "a page cannot be rendered");
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        }
    };
    let mut response = (status, Extension(OwnWords), Html(html)).into_response();
    if let Some(origin) = page.shell().brand.as_ref().and_then(|brand| brand.logo_origin.as_deref()) {
        let policy = CONTENT_POLICY.replace("img-src 'self'", &format!("img-src 'self' {origin}"));
        if let Ok(policy) = HeaderValue::from_str(&policy) {
            response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
        }
    }
    response
}

/// A part of a page, to be put into the one that is there.
pub(crate) fn fragment(status: StatusCode, part: &impl Template) -> Response {
    match part.render() {
        Ok(html) => (status, Extension(OwnWords), Html(html)).into_response(),
        Err(error) => {
            tracing::error!(%error, "a part of a page cannot be rendered");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// The frame of one answer.
pub(crate) struct Shell {
    pub(crate) look: Look,
    /// Stands in the title of the window.
    pub(crate) title: String,
    /// The path of the page that the navigation marks.
    pub(crate) current: &'static str,
    pub(crate) now: Timestamp,
    /// Who looks; none where nobody is signed in.
    pub(crate) who: Option<Who>,
    /// Whose colours it has; none for Daybook's own.
    pub(crate) brand: Option<BrandView>,
    /// The tenant that the page is narrowed to, slug and name.
    pub(crate) scope: Option<(String, String)>,
}

/// How a tenant shows itself in the frame.
pub(crate) struct BrandView {
    pub(crate) name: String,
    pub(crate) logo_url: Option<String>,
    /// The address of its colours.
    pub(crate) style: String,
    /// Where its logo is fetched from.
    logo_origin: Option<String>,
}

impl From<&Brand> for BrandView {
    fn from(brand: &Brand) -> Self {
        Self {
            name: brand.name.clone(),
            logo_url: brand.logo_url.clone(),
            style: brand::address(brand.drawn_color()),
            logo_origin: brand.logo_origin(),
        }
    }
}

/// Whoever is signed in, as the frame shows them.
pub(crate) struct Who {
    pub(crate) name: String,
    pub(crate) initials: String,
    pub(crate) role: Role,
    /// What every form carries.
    pub(crate) form_token: String,
    /// How many entries the log has.
    pub(crate) log_size: u64,
}

/// A group of the navigation, with its heading's name.
pub(crate) struct Group {
    pub(crate) heading: &'static str,
    pub(crate) pages: Vec<&'static Page>,
}

impl Shell {
    /// The frame for whoever looks at a page.
    pub(crate) async fn of(app: &App, viewer: &Viewer, title: String) -> Result<Self, Problem> {
        let log_size = app.portal.log_size().await?;
        Self::at(app, viewer, title, log_size).await
    }

    /// The frame of a page whose figures are of this size of the log: it says the same.
    pub(crate) async fn at(
        app: &App,
        viewer: &Viewer,
        title: String,
        log_size: u64,
    ) -> Result<Self, Problem> {
        let shell = Self::of_size(app, &viewer.person, viewer.look, title, log_size).await?;
        let scope = match &viewer.narrowed {
            Some(slug) if shell.is_platform() => app.portal.find_tenant(slug).await.ok(),
            _ => None,
        };
        Ok(Self { current: viewer.page.path, ..shell }.narrowed(scope.as_ref()))
    }

    /// The frame of what is narrowed to a tenant, or is its own page.
    pub(crate) fn narrowed(self, tenant: Option<&Tenant>) -> Self {
        // People of a tenant see nothing else anyway.
        let tenant = tenant.filter(|_| self.is_platform());
        Self { scope: tenant.map(|tenant| (tenant.slug.clone(), tenant.name.clone())), ..self }
    }

    /// The frame for somebody who is signed in.
    pub(crate) async fn of_person(
        app: &App,
        person: &Person,
        look: Look,
        title: String,
    ) -> Result<Self, Problem> {
        let log_size = app.portal.log_size().await?;
        Self::of_size(app, person, look, title, log_size).await
    }

    async fn of_size(
        app: &App,
        person: &Person,
        look: Look,
        title: String,
        log_size: u64,
    ) -> Result<Self, Problem> {
        let name = plain(person.name.clone()).unwrap_or_default();
        let who = Who {
            initials: initials(&name),
            name,
            role: person.role,
            form_token: form_token::masked(&person.form_token, app.portal.store().entropy()),
            log_size,
        };
        // A tenant's people see it in the tenant's colours.
        let brand = match &person.tenant {
            Some(tenant) => Some(app.portal.branding(&tenant.slug).await?),
            None => None,
        };
        let shell = Self::open(app.portal.store().now(), look, title).branded(brand.as_ref());
        Ok(Self { who: Some(who), ..shell })
    }

    /// The frame for whoever comes.
    pub(crate) fn open(now: Timestamp, look: Look, title: impl Into<String>) -> Self {
        Self { look, title: title.into(), current: "", now, who: None, brand: None, scope: None }
    }

    /// The frame in the colours of a tenant, if there is one.
    pub(crate) fn branded(self, brand: Option<&Brand>) -> Self {
        Self { brand: brand.map(BrandView::from), ..self }
    }

    /// The text of this name with two values in it.
    pub(crate) fn with_two(
        &self,
        name: &str,
        key: &'static str,
        value: String,
        other: &'static str,
        more: String,
    ) -> String {
        self.look.locale.text_with(name, &[(key, value.into()), (other, more.into())])
    }

    /// The language.
    pub(crate) fn locale(&self) -> Locale {
        self.look.locale
    }
}

/// What templates ask of the frame.
#[expect(
    clippy::unused_self,
    clippy::trivially_copy_pass_by_ref,
    reason = "templates know nothing but the frame, and pass what they show by reference"
)]
impl Shell {
    /// The text of this name.
    pub(crate) fn t(&self, name: &str) -> Cow<'static, str> {
        self.look.locale.text(name)
    }

    /// The text of this name with one value in it.
    pub(crate) fn with<'v>(
        &self,
        name: &str,
        key: &'static str,
        value: impl Into<FluentValue<'v>>,
    ) -> String {
        self.look.locale.text_with(name, &[(key, value.into())])
    }

    /// The icon of this name.
    pub(crate) fn icon(&self, name: &str) -> Safe<&'static str> {
        icon::icon(name)
    }

    /// Daybook's own mark.
    pub(crate) fn mark(&self) -> Safe<&'static str> {
        icon::MARK
    }

    /// The address of a file.
    pub(crate) fn asset(&self, name: &str) -> &'static str {
        assets::address(name)
    }

    /// A whole number.
    pub(crate) fn n(&self, number: &i64) -> String {
        self.look.locale.number(*number)
    }

    /// So many of so many.
    pub(crate) fn of_limit(&self, used: &i64, limit: &i64) -> String {
        let n = |number: &i64| self.look.locale.number(*number).into();
        self.look.locale.text_with("of-limit", &[("used", n(used)), ("limit", n(limit))])
    }

    /// The size of a log, the place of an entry.
    pub(crate) fn place(&self, place: &u64) -> String {
        self.look.locale.number(i64::try_from(*place).unwrap_or(i64::MAX))
    }

    /// The time of day, to the minute.
    pub(crate) fn minute(&self, at: &Timestamp) -> String {
        locale::minute(*at)
    }

    /// The time of day, to the second.
    pub(crate) fn second(&self, at: &Timestamp) -> String {
        locale::second(*at)
    }

    /// A moment in full, UTC.
    pub(crate) fn moment(&self, at: &Timestamp) -> String {
        format!("{}, {} UTC", self.look.locale.day(*at), locale::second(*at))
    }

    /// A day.
    pub(crate) fn day(&self, at: &Timestamp) -> String {
        self.look.locale.day(*at)
    }

    /// A day with its weekday.
    pub(crate) fn long_day(&self, at: &Timestamp) -> String {
        self.look.locale.long_day(*at)
    }

    /// A day without its year.
    pub(crate) fn short_day(&self, at: &Timestamp) -> String {
        self.look.locale.short_day(*at)
    }

    /// How much is used of what there may be, as a bar: orange from nine tenths on.
    pub(crate) fn meter(&self, used: &i64, limit: &i64) -> Safe<String> {
        chart::meter(*used, *limit, if used * 10 >= limit * 9 { "warn" } else { "" })
    }

    /// A square in the colour of a series.
    pub(crate) fn swatch(&self, class: &str) -> Safe<String> {
        chart::swatch(class)
    }

    /// The version that runs.
    pub(crate) fn version(&self) -> &'static str {
        env!("CARGO_PKG_VERSION")
    }

    /// Whether whoever looks sees all tenants, and not their own alone.
    pub(crate) fn is_platform(&self) -> bool {
        self.who.as_ref().is_none_or(|who| who.role.is_platform())
    }

    /// The API of whoever looks.
    pub(crate) fn api(&self) -> &'static str {
        if self.is_platform() { "/admin/api" } else { "/tenant/api" }
    }

    /// The navigation: the pages that whoever looks may see, in their groups.
    pub(crate) fn navigation(&self) -> Vec<Group> {
        let Some(who) = &self.who else { return vec![] };
        let mut groups: Vec<Group> = vec![];
        for page in PAGES.iter().filter(|page| page.is_for(who.role)) {
            let Some(entry) = &page.entry else { continue };
            match groups.last_mut().filter(|group| group.heading == entry.group) {
                Some(group) => group.pages.push(page),
                None => groups.push(Group { heading: entry.group, pages: vec![page] }),
            }
        }
        groups
    }

    /// Where the navigation leads for this page: what can be narrowed to a tenant stays so.
    pub(crate) fn leads(&self, path: &str) -> String {
        match &self.scope {
            Some((slug, _)) if NARROWED.contains(&path) => address(path, &[("tenant", slug)]),
            _ => path.to_owned(),
        }
    }

    /// Whether whoever looks can choose between tenants.
    pub(crate) fn may_switch(&self) -> bool {
        self.who.as_ref().is_some_and(|who| who.role.is_platform() && who.role.may(Action::TenantsRead))
    }

    /// Where another tenant is chosen.
    pub(crate) fn switch(&self) -> String {
        address("/switch", &[("from", if NARROWED.contains(&self.current) { self.current } else { "" })])
    }

    /// How the navigation marks the line that leads to `path`: as the page itself, or as what the page is a part of.
    pub(crate) fn marks(&self, path: &str) -> Option<&'static str> {
        match self.current.strip_prefix(path)? {
            "" => Some("page"),
            below => below.starts_with('/').then_some("true"),
        }
    }

    /// What somebody with this role is called.
    pub(crate) fn role_named(&self, role: &Role) -> Cow<'static, str> {
        self.t(&format!("role-{role}"))
    }

    /// The name of the text that says what whoever looks is.
    pub(crate) fn role(&self) -> Cow<'static, str> {
        self.who.as_ref().map_or(Cow::Borrowed(""), |who| self.t(&format!("role-{}", who.role)))
    }
}

/// The first letters of the first and the last word.
fn initials(name: &str) -> String {
    let mut words = name.split_whitespace().filter_map(|word| word.chars().next());
    let (first, last) = (words.next(), words.next_back());
    first.into_iter().chain(last).flat_map(char::to_uppercase).collect()
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs};

    use super::*;
    use crate::pages::PAGES;

    /// What stands between `before` and the next `"` in any file of a folder.
    fn used_in(folder: &str, before: &str) -> BTreeSet<String> {
        let folder = format!("{}/src/{folder}", env!("CARGO_MANIFEST_DIR"));
        let files =
            fs::read_dir(folder).unwrap().map(|file| fs::read_to_string(file.unwrap().path()).unwrap());
        let found = |text: String| -> Vec<String> {
            text.split(before).skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
        };
        files.flat_map(found).collect()
    }

    fn used(before: &str) -> BTreeSet<String> {
        used_in("templates", before)
    }

    #[test]
    fn every_text_icon_and_file_that_a_template_names_is_there() {
        let texts = used("shell.t(\"").into_iter().chain(used("shell.with(\""));
        let of_pages = PAGES.iter().filter_map(|page| page.entry.as_ref());
        let of_pages = of_pages.flat_map(|entry| [entry.text, entry.group]).filter(|name| !name.is_empty());
        let in_pages = ["locale.text(\"", "locale.text_with(\"", "shell.t(\""];
        let in_pages = in_pages.into_iter().flat_map(|before| used_in("pages", before));
        for name in texts.chain(in_pages).chain(of_pages.map(ToOwned::to_owned)) {
            assert_ne!(Locale::English.text(&name), name.as_str(), "a text without words");
        }
        let icons = PAGES.iter().filter_map(|page| page.entry.as_ref()).map(|entry| entry.icon.to_owned());
        for name in used("shell.icon(\"").into_iter().chain(icons) {
            assert_ne!(icon::icon(&name).0, "", "{name}");
        }
        for name in used("shell.asset(\"") {
            assert_ne!(assets::address(&name), "/static/", "{name}");
        }
    }

    /// What is written in a language is not given the right to be markup, and styles and behaviour stand in files of their own.
    #[test]
    fn no_template_has_a_style_a_script_or_what_is_not_escaped() {
        for forbidden in ["|safe", "| safe", "style=", "<style", "onclick=", "onload=", "onsubmit="] {
            assert_eq!(used(forbidden).len(), 0, "{forbidden}");
        }
        assert!(
            used("<script").iter().all(|rest| rest.starts_with(" defer src=")),
            "no script stands in a page"
        );
    }

    #[test]
    fn initials_are_those_of_the_first_and_the_last_word() {
        for (name, letters) in
            [("Ada Lovelace", "AL"), ("  mara  von der lindqvist ", "ML"), ("Plato", "P"), ("", "")]
        {
            assert_eq!(initials(name), letters);
        }
    }
}
