//! Every template is rendered: what stands in its file, and in no other, is found in an answer. A file that has nothing of its own to be
//! told by is rendered with one that always includes it.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use daybook_testkit::{Client, EventStream, PASSWORD, Request, Role, Sample, TestPortal, both_engines};
use serde_json::{Value, json};

use crate::portal_pages::{hidden, submission, visiting};

both_engines!(every_template_renders);

/// The least that says which file it comes from.
const TELLING: usize = 8;

/// The templates by their names.
fn templates() -> BTreeMap<String, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/templates");
    let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let read = |path: std::path::PathBuf| {
        (path.file_name().unwrap().to_str().unwrap().to_owned(), fs::read_to_string(path).unwrap())
    };
    files.map(read).collect()
}

/// The templates that structs name, each struct one of its own.
fn named_by_structs(folder: &Path) -> BTreeSet<String> {
    let mut named = BTreeSet::new();
    for path in fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()) {
        if path.is_dir() {
            named.append(&mut named_by_structs(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            let after: Vec<_> = text.split("#[template(path = \"").skip(1).collect();
            assert_eq!(text.matches("#[derive(Template").count(), after.len(), "{}", path.display());
            for rest in after {
                let name = rest.split('"').next().unwrap();
                assert!(named.insert(name.to_owned()), "{name} is named twice");
            }
        }
    }
    named
}

/// A template taken apart: the stretches that are sent as they stand, and what its tags say between them.
fn parts(template: &str) -> (Vec<String>, Vec<String>) {
    let tags = [("{%", "%}"), ("{{", "}}"), ("{#", "#}")];
    let next = |text: &str| tags.iter().filter_map(|(open, end)| Some((text.find(open)?, *end))).min();
    let (mut stretches, mut said) = (vec![], vec![]);
    let mut rest = template;
    while let Some((at, end)) = next(rest) {
        stretches.push(rest[..at].trim().to_owned());
        let (tag, after) = rest[at + 2..].split_once(end).unwrap();
        said.push(tag.trim().to_owned());
        rest = after;
    }
    stretches.push(rest.trim().to_owned());
    stretches.retain(|stretch| stretch.len() >= TELLING);
    (stretches, said)
}

/// The files that a template includes whatever it shows.
fn always_included(template: &str) -> Vec<String> {
    let (mut depth, mut included) = (0, vec![]);
    for tag in parts(template).1 {
        match tag.split_once(' ').map_or(tag.as_str(), |(word, _)| word) {
            "if" | "for" | "match" | "macro" => depth += 1,
            "endif" | "endfor" | "endmatch" | "endmacro" => depth -= 1,
            "include" if depth == 0 => included.push(tag.split('"').nth(1).unwrap().to_owned()),
            _ => {}
        }
    }
    included
}

/// The answers that were read.
#[derive(Default)]
struct Answers(Vec<String>);

impl Answers {
    /// Sends a request and keeps the answer, whatever it is. What is a stream is left.
    async fn read(&mut self, request: Request) -> String {
        let reply = request.header("accept", "text/html").send().await;
        assert!(reply.code() < 500, "{}", reply.text());
        self.0.push(reply.text().to_owned());
        reply.text().to_owned()
    }

    /// Sends a form, as a page of its own and as a dialog.
    async fn send(&mut self, client: &Client, path: &str, pairs: &[(&str, &str)]) {
        for is_dialog in [false, true] {
            let page = self.read(client.get(path)).await;
            let pairs = [&[("form_token", hidden(&page, "form_token"))], pairs].concat();
            let request = submission(client, path, &pairs);
            self.read(if is_dialog { request.header("hx-request", "true") } else { request }).await;
        }
    }

    /// The names of the templates that no answer shows.
    fn missing(&self) -> Vec<String> {
        let templates = templates();
        let named = named_by_structs(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
        assert!(named.iter().all(|name| templates.contains_key(name)));
        let is_shown = |(name, text): &(&String, &String)| {
            // What is no whole page is shown in an answer that is none either.
            let is_part =
                named.contains(*name) && !text.contains("{% extends") && !text.contains("<!doctype html>");
            let is_telling = |stretch: &String| {
                templates.iter().all(|(other, text)| other == *name || !text.contains(stretch))
            };
            let answers: Vec<&String> =
                self.0.iter().filter(|answer| !is_part || !answer.contains("<!doctype html>")).collect();
            let mut telling = parts(text).0.into_iter().filter(is_telling);
            telling.any(|stretch| answers.iter().any(|answer| answer.contains(&stretch)))
        };
        let shown = templates.iter().filter(is_shown);
        let shown: BTreeSet<String> =
            shown.flat_map(|(name, text)| [vec![name.clone()], always_included(text)].concat()).collect();
        templates.keys().filter(|name| !shown.contains(*name)).cloned().collect()
    }
}

/// What is there for whoever is not signed in.
async fn read_doors(portal: &TestPortal, answers: &mut Answers) {
    let anybody = portal.anonymous().into_client();
    for path in ["/docs", "/sign-in", "/portal/sign-in", "/portal/sign-in?tenant=acme", "/nowhere"] {
        answers.read(anybody.get(path)).await;
    }
    let body = json!({ "email": "new@example.com", "role": "auditor" });
    let invited: Value = portal.owner().post("/admin/api/users", &body).send().await.json();
    let link = invited["link"].as_str().unwrap().strip_prefix(portal.url()).unwrap();
    let page = answers.read(anybody.get(link)).await;
    let pairs = [("token", hidden(&page, "token")), ("name", "New"), ("password", PASSWORD)];
    answers.read(submission(&anybody, "/join", &pairs)).await;
}

async fn every_template_renders(portal: &TestPortal) {
    let sample = Sample::prepare(portal).await;
    let mut answers = Answers::default();
    read_doors(portal, &mut answers).await;
    for (name, role, tenant) in
        [("ada", Role::Owner, None), ("boss-of-acme", Role::TenantAdmin, Some("acme"))]
    {
        let client = visiting(portal, &portal.person(name, role, tenant).await);
        let seen = daybook_http::pages().filter(|page| page.side.is_of(role) && role.may(page.sees));
        for path in seen.map(|page| page.path).filter(|path| !path.ends_with("/live")) {
            let address = sample.address(path);
            answers.read(client.get(&address)).await;
            answers.read(client.get(&address).header("hx-request", "true")).await;
        }
        let missing =
            client.get("/devices/dev_01k9zq7m3be5v8d0nq2t6y4s1a/revoke").header("hx-request", "true");
        answers.read(missing.header("hx-target", "div#dialog")).await;
        answers.send(&client, "/codes/new", &[("tenant", "acme"), ("count", "5"), ("max_uses", "1")]).await;
        if role == Role::Owner {
            // So many codes are one line of a feed.
            portal.settle().await;
            answers.read(client.get("/dashboard")).await;
            for path in ["/dashboard/live?after=0", "/events/live?after=0"] {
                let mut live = EventStream::send(client.get(path)).await;
                answers.0.push(live.next_data().await.unwrap().1);
            }
        }
    }
    assert_eq!(answers.missing(), [""; 0], "templates that nothing here renders");
}
