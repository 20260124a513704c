//! The pages of activation codes, devices and projects: that they show what the API says, and change what their forms say.

use std::time::Duration;

use daybook_testkit::{Client, Code, Device, Reply, Role, TestPortal, both_engines, wait_for};
use serde_json::json;

use crate::portal_pages::{hidden, page, submit, visiting};

both_engines!(
    codes_are_generated_by_a_form_and_shown_once,
    codes_are_found_by_what_stands_in_the_address,
    a_code_is_revoked_by_typing_its_last_group,
    codes_are_revoked_together_or_not_at_all,
    devices_are_found_read_and_revoked,
    projects_are_created_edited_and_read,
    a_code_is_assigned_to_a_project_by_the_whole_of_it,
    a_project_is_deleted_by_typing_its_name,
    whoever_may_only_see_has_no_button_and_no_form,
    what_people_wrote_stands_there_as_text,
);

async fn admin_page(portal: &TestPortal) -> Client {
    visiting(portal, &portal.person("grace", Role::Admin, None).await)
}

/// The texts of the table cells that head the rows of a list, by what stands before and after.
fn parts<'p>(page: &'p str, before: &str) -> Vec<&'p str> {
    page.split(before).skip(1).map(|rest| rest.split('"').next().unwrap()).collect()
}

fn codes_on(page: &str) -> Vec<&str> {
    parts(page, "<a class=\"ent mono\" href=\"/codes/")
}

fn devices_on(page: &str) -> Vec<&str> {
    parts(page, "<th scope=\"row\"><a class=\"ent\" href=\"/devices/")
}

fn expect_form(reply: &Reply, status: u16, words: &str) {
    assert_eq!(reply.code(), status, "{}", reply.text());
    assert!(reply.text().contains(words), "{words}: {}", reply.text());
}

async fn codes_are_generated_by_a_form_and_shown_once(portal: &TestPortal) {
    let (client, admin) = (admin_page(portal).await, portal.admin());
    assert!(page(&client, "/codes").await.contains("No activation code yet"));
    admin.tenant("Acme").create().await.unwrap();
    let project = admin.project("acme", "Kiosk").create().await.unwrap().id;
    let other = admin.tenant("Globex").create().await.unwrap();
    let elsewhere = admin.project(&other.slug, "Lobby").create().await.unwrap().id;
    let asked = page(&client, &format!("/codes/new?tenant=acme&project={project}")).await;
    assert!(asked.contains("<option value=\"acme\" selected>Acme</option>"), "{asked}");
    assert!(asked.contains(&format!("<option value=\"{project}\" selected>Kiosk</option>")), "{asked}");
    assert!(!asked.contains("Lobby"), "the projects are those of the tenant: {asked}");
    let size = portal.settle().await;
    let form = |project: &str, count: &str, day: &str| {
        [("tenant", "acme"), ("project", project), ("count", count), ("max_uses", "2"), ("expires_at", day)]
            .map(|(name, value)| (name, value.to_owned()))
    };
    for (project, count, day, words) in [
        (project.as_str(), "0", "", "must be from 1 to 1000"),
        (&project, "ten", "", "Must be a whole number"),
        (&project, "1", "2001-01-01", "must be in the future"),
        (&elsewhere, "1", "", "must be the id of a project of this tenant"),
    ] {
        let filled = form(project, count, day);
        let mut pairs: Vec<_> = filled.iter().map(|(name, value)| (*name, value.as_str())).collect();
        pairs.push(("label", "typed already"));
        let refused = submit(&client, "/codes/new", &pairs).await;
        assert_eq!(refused.code(), 422, "{}", refused.text());
        assert!(refused.text().to_lowercase().contains(&words.to_lowercase()), "{words}: {}", refused.text());
        assert!(refused.text().contains("value=\"typed already\""), "{}", refused.text());
    }
    assert_eq!(portal.settle().await, size);
    let filled = form(&project, "3", "2099-01-01");
    let mut pairs: Vec<_> = filled.iter().map(|(name, value)| (*name, value.as_str())).collect();
    pairs.push(("label", "spring batch"));
    let made = submit(&client, "/codes/new", &pairs).await;
    assert_eq!((made.code(), made.header("cache-control")), (201, "no-store"));
    let secrets: Vec<_> = made
        .text()
        .split("<span class=\"secret-v\">")
        .skip(1)
        .map(|rest| rest.split('<').next().unwrap().to_owned())
        .collect();
    assert_eq!(secrets.len(), 3, "{}", made.text());
    assert!(made.text().contains("download=\"activation-codes.csv\""));
    assert!(made.text().contains(&format!("action=\"/projects/{project}\"")), "{}", made.text());
    assert_eq!(portal.settle().await, size + 3, "one CODE_GENERATED for each");
    let list = page(&client, "/codes").await;
    let stored: Vec<Code> = admin.all("/admin/api/codes", &[]).await;
    assert_eq!(codes_on(&list), stored.iter().map(|code| code.id.as_str()).collect::<Vec<_>>());
    for secret in &secrets {
        let code = stored.iter().find(|code| secret.ends_with(&code.hint)).unwrap();
        assert!(list.contains(&code.hint));
        assert!(!list.contains(secret.as_str()), "a code is shown once");
        assert_eq!((code.max_uses, code.label.as_deref()), (2, Some("spring batch")));
        assert_eq!(code.expires_at.as_deref(), Some("2099-01-01T00:00:00.000000Z"));
        assert_eq!(code.project_id.as_deref(), Some(project.as_str()));
    }
    portal.device("kiosk-0001").activate(&secrets[0]).await.unwrap();
    let dialog = client.get("/codes/new").header("hx-request", "true").send().await;
    assert!(dialog.text().starts_with("<dialog"), "{}", dialog.text());
}

async fn codes_are_found_by_what_stands_in_the_address(portal: &TestPortal) {
    let (client, admin) = (admin_page(portal).await, portal.admin());
    for (slug, count) in [("acme", 60), ("globex", 2)] {
        admin.tenant(slug).slug(slug).create().await.unwrap();
        let project = admin.project(slug, "Kiosk").create().await.unwrap();
        admin.codes(slug).count(count).label(&format!("{slug} batch")).create().await.unwrap();
        let bound = admin.codes(slug).project(&project.id).create().await.unwrap();
        admin.revoke_code(&bound.items[0].id).await.unwrap();
    }
    let one: Vec<Code> = admin.all("/admin/api/codes", &[("status", "revoked"), ("tenant", "acme")]).await;
    let (hint, project) = (one[0].hint.clone(), one[0].project_id.clone().unwrap());
    for asked in [
        vec![],
        vec![("tenant", "acme")],
        vec![("status", "revoked")],
        vec![("status", "active"), ("tenant", "globex")],
        vec![("q", "globex b")],
        vec![("q", hint.as_str())],
        vec![("project", project.as_str())],
        vec![("project", project.as_str()), ("tenant", "acme"), ("status", "revoked")],
    ] {
        let expected: Vec<Code> = admin.all("/admin/api/codes", &asked).await;
        assert!(!expected.is_empty(), "{asked:?}");
        let (mut shown, mut address) = (vec![], daybook_testkit::query("/codes", &asked));
        loop {
            let list = page(&client, &address).await;
            shown.extend(codes_on(&list).into_iter().map(str::to_owned));
            let Some((_, rest)) = list.split_once("<a class=\"btn sm push\" href=\"") else { break };
            address = rest.split('"').next().unwrap().replace("&#38;", "&");
        }
        assert_eq!(shown, expected.into_iter().map(|code| code.id).collect::<Vec<_>>(), "{asked:?}");
    }
    for nothing in ["/codes?tenant=nobody", "/codes?q=nothing", "/codes?status=used"] {
        assert!(page(&client, nothing).await.contains("Nothing matches"), "{nothing}");
    }
    let wrong = client.get("/codes?status=lost").header("accept", "text/html").send().await;
    assert_eq!(wrong.code(), 422);
}

async fn a_code_is_revoked_by_typing_its_last_group(portal: &TestPortal) {
    let (client, admin) = (admin_page(portal).await, portal.admin());
    admin.tenant("Acme").create().await.unwrap();
    let code = admin.codes("acme").max_uses(3).create().await.unwrap().items[0].clone();
    portal.device("kiosk-0001").attempt(&code.code).with("label", "Front desk").send().await;
    let size = portal.settle().await;
    let path = format!("/codes/{}", code.id);
    let act = format!("/codes/revoke?code={}", code.id.replace('_', "%5F"));
    let shown = page(&client, &path).await;
    for part in
        ["Front desk", "1 of 3", "No project", &act, &format!("/events?q={}", code.id.replace('_', "%5F"))]
    {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    assert_eq!(devices_on(&shown).len(), 1);
    let form = page(&client, &act).await;
    assert!(form.contains("The 2 devices that it could still enrol are refused from now on."), "{form}");
    assert!(form.contains("goes on working: Front desk"), "{form}");
    for typed in ["", "WRONG", &code.id] {
        let refused =
            submit(&client, "/codes/revoke", &[("code", &code.id), ("reason", "leaked"), ("confirm", typed)])
                .await;
        expect_form(&refused, 422, "This is not the name: nothing was changed.");
        assert!(refused.text().contains("value=\"leaked\""));
    }
    assert_eq!(portal.settle().await, size);
    let done = submit(
        &client,
        "/codes/revoke",
        &[("code", &code.id), ("reason", "leaked"), ("confirm", &code.hint)],
    )
    .await;
    assert_eq!((done.code(), done.header("location")), (303, path.as_str()));
    assert_eq!(portal.settle().await, size + 1);
    assert_eq!(admin.read_code(&code.id).await.unwrap().status, "revoked");
    let event = admin.event(&size.to_string()).await.unwrap();
    assert_eq!(event.activity.metadata["reason"], json!("leaked"));
    let shown = page(&client, &path).await;
    assert!(!shown.contains(&act) && shown.contains("badge bad"), "{shown}");
    assert!(shown.contains(&format!("id=\"e{size}\"")), "its latest entry: {shown}");
    let missing =
        client.get("/codes/cod_01k9zq7m3be5v8d0nq2t6y4s1a").header("accept", "text/html").send().await;
    assert_eq!(missing.code(), 404);
}

async fn codes_are_revoked_together_or_not_at_all(portal: &TestPortal) {
    let (client, admin) = (admin_page(portal).await, portal.admin());
    let mut codes = vec![];
    for slug in ["acme", "globex"] {
        admin.tenant(slug).slug(slug).create().await.unwrap();
        codes.extend(admin.codes(slug).count(2).max_uses(2).create().await.unwrap().items);
    }
    portal.device("kiosk-0001").activate(&codes[0].code).await.unwrap();
    admin.revoke_code(&codes[3].id).await.unwrap();
    let size = portal.settle().await;
    let list = page(&client, "/codes").await;
    assert_eq!(list.matches(" data-sel ").count(), 3, "what is revoked cannot be ticked: {list}");
    let named: Vec<(&str, &str)> = codes.iter().map(|code| ("code", code.id.as_str())).collect();
    let form = page(&client, &daybook_testkit::query("/codes/revoke", &named)).await;
    for part in
        ["Revoke 4 codes?", "The 7 devices that", "The 1 device that they have enrolled", "name=\"confirm\""]
    {
        assert!(form.contains(part), "{part} in {form}");
    }
    let typed = |number| [&named[..], &[("reason", "leaked"), ("confirm", number)]].concat();
    expect_form(&submit(&client, "/codes/revoke", &typed("3")).await, 422, "This is not the name");
    let unknown = [&[("code", "cod_01k9zq7m3be5v8d0nq2t6y4s1a")], &typed("5")[..]].concat();
    assert_eq!(submit(&client, "/codes/revoke", &unknown).await.code(), 404);
    let nothing = submit(&client, "/codes/revoke", &[("confirm", "0")]).await;
    assert_eq!(nothing.code(), 422, "{}", nothing.text());
    assert_eq!(portal.settle().await, size, "all or none");
    let done = submit(&client, "/codes/revoke", &typed("4")).await;
    assert_eq!((done.code(), done.header("location")), (303, "/codes"));
    assert_eq!(portal.settle().await, size + 3, "one event for each that was not revoked yet");
    for code in &codes {
        assert_eq!(admin.read_code(&code.id).await.unwrap().status, "revoked");
    }
    let other = visiting(portal, &portal.person("boss", Role::TenantAdmin, Some("globex")).await);
    let foreign = daybook_testkit::query("/codes/revoke", &[("code", &codes[0].id)]);
    assert_eq!(other.get(&foreign).status().await, 404, "another tenant's code");
}

async fn devices_are_found_read_and_revoked(portal: &TestPortal) {
    let (client, admin) = (admin_page(portal).await, portal.admin());
    assert!(page(&client, "/devices").await.contains("No devices yet"));
    admin.tenant("Acme").create().await.unwrap();
    let project = admin.project("acme", "Kiosk").create().await.unwrap().id;
    let code = admin.codes("acme").max_uses(9).project(&project).create().await.unwrap().items[0].clone();
    let named = portal.device("kiosk-0001");
    let attempt = named.attempt(&code.code).with("label", "Front desk").with("platform", "linux-x86_64");
    assert_eq!(attempt.send().await.code(), 201);
    let enrolled = named.activate(&code.code).await.unwrap();
    assert_eq!(named.heartbeat(&enrolled.token, "1.4.7").await.code(), 202);
    let nameless = portal.device("kiosk-0002").activate(&code.code).await.unwrap();
    let size = portal.settle().await;
    let id = enrolled.device.id;
    wait_for("the heartbeat is written", async || admin.read_device(&id).await.unwrap().last_seen_at).await;
    for asked in [
        vec![],
        vec![("q", "Front")],
        vec![("tenant", "acme"), ("status", "active")],
        vec![("project", project.as_str())],
    ] {
        let expected: Vec<Device> = admin.all("/admin/api/devices", &asked).await;
        let list = page(&client, &daybook_testkit::query("/devices", &asked)).await;
        assert_eq!(devices_on(&list), expected.iter().map(|device| device.id.as_str()).collect::<Vec<_>>());
    }
    assert!(page(&client, "/devices?status=revoked").await.contains("Nothing matches"));
    let shown = page(&client, &format!("/devices/{id}")).await;
    for part in ["<h1>Front desk</h1>", "linux-x86_64", "1.4.7", &code.hint, "Kiosk", "/tenants/acme", &id] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    // What has no label is confirmed by the end of its id.
    let end = nameless.device.id[nameless.device.id.len() - 6..].to_owned();
    for (id, name) in [(id, "Front desk".to_owned()), (nameless.device.id, end)] {
        let (path, act) = (format!("/devices/{id}"), format!("/devices/{id}/revoke"));
        assert!(page(&client, &act).await.contains("Its tokens end at once"));
        let refused = submit(&client, &act, &[("confirm", "kiosk")]).await;
        expect_form(&refused, 422, "This is not the name: nothing was changed.");
        assert_eq!(admin.read_device(&id).await.unwrap().status, "active");
        let done = submit(&client, &act, &[("reason", "stolen"), ("confirm", &name)]).await;
        assert_eq!((done.code(), done.header("location")), (303, path.as_str()), "{}", done.text());
        assert_eq!(admin.read_device(&id).await.unwrap().status, "revoked");
        assert!(!page(&client, &path).await.contains(&act), "it cannot be revoked twice");
    }
    assert_eq!(portal.settle().await, size + 2);
    assert_eq!(named.heartbeat(&enrolled.token, "1.4.7").await.code(), 401);
}

async fn projects_are_created_edited_and_read(portal: &TestPortal) {
    let (client, admin) = (admin_page(portal).await, portal.admin());
    assert!(page(&client, "/projects").await.contains("No project yet"));
    admin.tenant("Acme").create().await.unwrap();
    let size = portal.settle().await;
    let wrong = [("tenant", "acme"), ("name", ""), ("client_name", "City museum"), ("priority", "high")];
    let refused = submit(&client, "/projects/new", &wrong).await;
    assert_eq!(refused.code(), 422);
    assert!(refused.text().contains("id=\"name-error\"") && refused.text().contains("value=\"City museum\""));
    assert_eq!(portal.settle().await, size);
    let right = [
        ("tenant", "acme"),
        ("name", "Kiosk"),
        ("client_name", "City museum"),
        ("description", "In the hall."),
        ("priority", "high"),
        ("is_active", "true"),
    ];
    let made = submit(&client, "/projects/new", &right).await;
    assert_eq!(made.code(), 303, "{}", made.text());
    let path = made.header("location").to_owned();
    let id = path.trim_start_matches("/projects/").to_owned();
    let stored = admin.read_project(&id).await.unwrap();
    assert_eq!(
        (stored.name.as_str(), stored.priority.as_str(), stored.status.as_str()),
        ("Kiosk", "high", "active")
    );
    let code = admin.codes("acme").project(&id).create().await.unwrap().items[0].clone();
    portal.device("kiosk-0001").activate(&code.code).await.unwrap();
    let size = portal.settle().await;
    let shown = page(&client, &path).await;
    for part in ["City museum", "In the hall.", "High", &code.hint, &format!("As of entry {size}")] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    for (figure, value) in [("codes", 0), ("devices", 1), ("activations", 1), ("refused", 0)] {
        assert!(
            shown.contains(&format!("data-figure=\"figure-{figure}\">{value}</dd>")),
            "{figure}: {shown}"
        );
    }
    assert_eq!((codes_on(&shown).len(), devices_on(&shown).len()), (1, 1));
    for list in ["/projects", "/projects?tenant=acme", "/projects?status=active"] {
        assert!(page(&client, list).await.contains(&format!("href=\"{path}\">Kiosk")), "{list}");
    }
    for list in ["/projects?tenant=nobody", "/projects?status=inactive"] {
        assert!(page(&client, list).await.contains("Nothing matches"), "{list}");
    }
    let act = format!("{path}/edit");
    let form = page(&client, &act).await;
    let version = hidden(&form, "version").to_owned();
    let edit = |name: &'static str| {
        [("name", name), ("client_name", "City museum"), ("priority", "low"), ("version", version.as_str())]
    };
    let refused = submit(&client, &act, &edit("")).await;
    expect_form(&refused, 422, "id=\"name-error\"");
    assert_eq!(submit(&client, &act, &edit("Lobby")).await.header("location"), path);
    let stored = admin.read_project(&id).await.unwrap();
    assert_eq!(
        (stored.name.as_str(), stored.priority.as_str(), stored.status.as_str()),
        ("Lobby", "low", "inactive")
    );
    assert_eq!(stored.description, None);
    let stale = submit(&client, &act, &edit("Hall")).await;
    expect_form(&stale, 412, "It was changed in the meantime");
    assert!(stale.text().contains("value=\"Hall\""), "what was typed is kept");
    assert_eq!(admin.read_project(&id).await.unwrap().name, "Lobby");
    assert_eq!(portal.settle().await, size + 1, "PROJECT_UPDATED once");
}

async fn a_code_is_assigned_to_a_project_by_the_whole_of_it(portal: &TestPortal) {
    let (client, admin) = (admin_page(portal).await, portal.admin());
    admin.tenant("Acme").create().await.unwrap();
    admin.tenant("Globex").create().await.unwrap();
    let id = admin.project("acme", "Kiosk").create().await.unwrap().id;
    let (own, foreign) = (admin.code("acme").await, admin.code("globex").await);
    let act = format!("/projects/{id}/assign");
    let size = portal.settle().await;
    for (typed, words) in [
        (foreign.code.as_str(), "there is no such activation code"),
        ("ACME-1", "an activation code looks like"),
    ] {
        let refused = submit(&client, &act, &[("code", typed)]).await;
        expect_form(&refused, 422, "id=\"code-error\"");
        assert!(refused.text().contains(words), "{}", refused.text());
    }
    assert_eq!(portal.settle().await, size);
    let done = submit(&client, &act, &[("code", &own.code)]).await;
    assert_eq!(done.header("location"), format!("/projects/{id}"));
    assert_eq!(admin.read_code(&own.id).await.unwrap().project_id, Some(id.clone()));
    let other = admin.project("acme", "Lobby").create().await.unwrap().id;
    let taken = submit(&client, &format!("/projects/{other}/assign"), &[("code", &own.code)]).await;
    expect_form(&taken, 409, "The code belongs to another project.");
}

async fn a_project_is_deleted_by_typing_its_name(portal: &TestPortal) {
    let (client, admin) = (admin_page(portal).await, portal.admin());
    admin.tenant("Acme").create().await.unwrap();
    let id = admin.project("acme", "Kiosk").create().await.unwrap().id;
    let codes = admin.codes("acme").count(3).project(&id).create().await.unwrap().items;
    portal.device("kiosk-0001").activate(&codes[0].code).await.unwrap();
    let size = portal.settle().await;
    let act = format!("/projects/{id}/delete");
    let form = page(&client, &act).await;
    assert!(
        form.contains("1 active device is revoked") && form.contains("2 active codes are revoked"),
        "{form}"
    );
    let version = hidden(&form, "version").to_owned();
    let refused = submit(&client, &act, &[("version", &version), ("confirm", "kiosk")]).await;
    expect_form(&refused, 422, "This is not the name: nothing was changed.");
    let stale = submit(&client, &act, &[("version", "99"), ("confirm", "Kiosk")]).await;
    expect_form(&stale, 412, "It was changed in the meantime");
    assert_eq!(portal.settle().await, size);
    let done = submit(&client, &act, &[("version", &version), ("confirm", "Kiosk")]).await;
    assert_eq!((done.code(), done.header("location")), (303, "/projects"));
    assert_eq!(portal.settle().await, size + 1);
    assert_eq!(admin.read_project(&id).await.unwrap_err().status, 404);
    assert_eq!(client.get(&format!("/projects/{id}")).status().await, 404);
    let of_deleted = page(&client, &format!("/codes?project={id}")).await;
    assert_eq!(codes_on(&of_deleted).len(), 3, "its codes are still found: {of_deleted}");
}

async fn whoever_may_only_see_has_no_button_and_no_form(portal: &TestPortal) {
    let auditor = visiting(portal, &portal.person("ada", Role::Auditor, None).await);
    let admin = portal.admin();
    admin.tenant("Acme").create().await.unwrap();
    let project = admin.project("acme", "Kiosk").create().await.unwrap().id;
    let code = admin.codes("acme").max_uses(2).project(&project).create().await.unwrap().items[0].clone();
    let device = portal.device("kiosk-0001").activate(&code.code).await.unwrap().device.id;
    let size = portal.settle().await;
    let (project, code, device) =
        (format!("/projects/{project}"), format!("/codes/{}", code.id), format!("/devices/{device}"));
    for path in ["/codes", "/devices", "/projects", &project, &code, &device] {
        let shown = page(&auditor, path).await;
        for act in ["/new", "/revoke", "/edit", "/delete", "/assign"] {
            assert!(
                !shown.contains(&format!("{act}\"")) && !shown.contains(&format!("{act}?")),
                "{act} on {path}"
            );
        }
    }
    let acts = ["revoke", "edit", "assign", "delete"].map(|act| format!("{project}/{act}"));
    let acts = acts
        .into_iter()
        .skip(1)
        .chain([format!("/codes/revoke?code={}", &code[7..]), format!("{device}/revoke")]);
    for act in acts.chain(["/codes/new".to_owned(), "/projects/new".to_owned()]) {
        assert_eq!(auditor.get(&act).status().await, 403, "{act}");
        assert_eq!(submit(&auditor, &act, &[("confirm", "Kiosk")]).await.code(), 403, "{act}");
    }
    portal.clock().advance(Duration::from_secs(1));
    assert_eq!(portal.settle().await, size);
}

async fn what_people_wrote_stands_there_as_text(portal: &TestPortal) {
    const EVIL: &str = "\"><img src=x onerror=alert(1)>";
    let (client, admin) = (admin_page(portal).await, portal.admin());
    admin.tenant(EVIL).slug("evil").create().await.unwrap();
    let draft = admin.project("evil", EVIL).with("client_name", EVIL).with("description", EVIL);
    let project = draft.create().await.unwrap().id;
    let code = admin.codes("evil").label(EVIL).max_uses(2).project(&project).create().await.unwrap().items[0]
        .clone();
    let attempt = portal
        .device("kiosk-0001")
        .attempt(&code.code)
        .with("label", EVIL)
        .with("platform", EVIL)
        .send()
        .await;
    assert_eq!(attempt.code(), 201, "{}", attempt.text());
    portal.settle().await;
    let device: Vec<Device> = admin.all("/admin/api/devices", &[]).await;
    let (project, code, device) =
        (format!("/projects/{project}"), format!("/codes/{}", code.id), format!("/devices/{}", device[0].id));
    let words = daybook_testkit::query("", &[("q", EVIL), ("tenant", EVIL)]);
    let mut paths: Vec<_> =
        ["/codes", "/devices", "/projects", "/codes/new", "/projects/new", &project, &code, &device]
            .map(str::to_owned)
            .to_vec();
    paths.extend(["/codes", "/devices"].map(|list| format!("{list}{words}")));
    paths.extend(["edit", "delete", "assign"].map(|act| format!("{project}/{act}")));
    paths.extend([format!("/codes/revoke?code={}", &code[7..]), format!("{device}/revoke")]);
    for path in paths {
        assert!(!page(&client, &path).await.contains("<img"), "{path}");
    }
}
