//! The pages of the LLM configuration: what holds and where it comes from, providers whose keys are never shown, versions.

use daybook_testkit::{Client, Role, TestPortal, both_engines};
use serde_json::{Value, json};

use crate::portal_pages::{hidden, page, submit, visiting};

both_engines!(
    what_is_set_by_the_form_holds_and_says_where_it_comes_from,
    a_key_is_written_and_never_shown,
    an_earlier_version_is_brought_back_as_a_new_change,
    a_stale_form_is_told,
);

const KEY: &str = "sk-never-on-a-page-0123456789";

async fn two(portal: &TestPortal) -> (Client, Client) {
    let admin = portal.person("grace", Role::Admin, None).await;
    let auditor = portal.person("ada", Role::Auditor, None).await;
    (visiting(portal, &admin), visiting(portal, &auditor))
}

/// The row of a setting: its value and where it comes from.
fn row(page: &str, setting: &str) -> (String, String) {
    let (_, rest) = page.split_once(&format!("<th scope=\"row\">{setting}</th>")).unwrap();
    let row = rest.split("</tr>").next().unwrap();
    let (_, value) = row.split_once("<span>").unwrap();
    let source = row.rsplit_once("</svg>").unwrap().1;
    (value.split("</span>").next().unwrap().to_owned(), source.split('<').next().unwrap().to_owned())
}

/// Sends the form with these settings, in the version that it shows.
async fn set(client: &Client, path: &str, settings: &[(&str, &str)]) -> daybook_testkit::Reply {
    let form = page(client, path).await;
    let version = hidden(&form, "version").to_owned();
    submit(client, path, &[settings, &[("version", &version)]].concat()).await
}

async fn what_is_set_by_the_form_holds_and_says_where_it_comes_from(portal: &TestPortal) {
    let ((client, auditor), admin) = (two(portal).await, portal.admin());
    admin.tenant("Acme").create().await.unwrap();
    let id = admin.project("acme", "Kiosk").create().await.unwrap().id;
    let (path, api) = (format!("/projects/{id}/llm"), format!("/admin/api/projects/{id}/llm"));
    assert_eq!(row(&page(&client, "/llm").await, "Temperature"), ("1".into(), "Built in".into()));
    let size = portal.settle().await;
    let everything = [
        ("model", "gpt-4.1-mini"),
        ("fallback_models", "small, smaller"),
        ("temperature", "0.7"),
        ("max_tokens", "500"),
        ("max_retries", "0"),
        ("timeout_seconds", "30"),
        ("currency", "CHF"),
        ("monthly_budget", "50000"),
        ("daily_budget", "0"),
        ("system_prompt", "You are the concierge."),
        ("instructions", "Answer in one sentence."),
    ];
    let done = set(&client, "/llm/edit", &everything).await;
    assert_eq!((done.code(), done.header("location")), (303, "/llm"), "{}", done.text());
    assert_eq!(portal.settle().await, size + 1, "one CONFIG_UPDATED");
    let stored = admin.value("/admin/api/config/llm").await;
    assert_eq!(
        stored["settings"],
        json!({
            "model": "gpt-4.1-mini", "fallback_models": ["small", "smaller"], "temperature": 0.7, "max_tokens": 500,
            "max_retries": 0, "timeout_seconds": 30, "currency": "CHF", "monthly_budget": 50_000, "daily_budget": 0,
            "system_prompt": "You are the concierge.", "instructions": "Answer in one sentence."
        })
    );
    let form = page(&client, "/llm/edit").await;
    for (name, value) in everything {
        assert!(form.contains(value), "{name}: {form}");
    }
    assert_eq!(row(&page(&auditor, "/llm").await, "Temperature"), ("0.7".into(), "Platform".into()));
    let done = set(&client, &format!("{path}/edit"), &[("temperature", "0.2")]).await;
    assert_eq!(done.header("location"), path);
    let shown = page(&auditor, &path).await;
    assert_eq!(row(&shown, "Temperature"), ("0.2".into(), "Project".into()));
    assert_eq!(row(&shown, "Model"), ("gpt-4.1-mini".into(), "Platform".into()));
    assert_eq!(row(&shown, "Provider"), ("–".into(), "Built in".into()));
    assert_eq!(admin.value(&api).await["settings"], json!({ "temperature": 0.2 }));
    let size = portal.settle().await;
    for (setting, typed) in [
        ("temperature", "warm"),
        ("temperature", "3"),
        ("max_tokens", "0"),
        ("model", "two words"),
        ("provider", "nobody"),
    ] {
        let refused = set(&client, &format!("{path}/edit"), &[(setting, typed), ("max_retries", "7")]).await;
        assert_eq!(refused.code(), 422, "{setting}: {typed}");
        assert!(refused.text().contains(&format!("id=\"{setting}-error\"")), "{setting}: {}", refused.text());
        assert!(refused.text().contains("value=\"7\""), "what was typed is kept");
    }
    assert!(
        !page(&client, &format!("{path}/edit")).await.contains("name=\"currency\""),
        "that is the platform's"
    );
    assert_eq!(portal.settle().await, size);
    for (path, act) in [("/llm", "/llm/edit"), (path.as_str(), &format!("{path}/edit"))] {
        assert!(!page(&auditor, path).await.contains(act));
        assert_eq!(submit(&auditor, act, &[("model", "other")]).await.code(), 403);
    }
}

async fn a_key_is_written_and_never_shown(portal: &TestPortal) {
    let ((client, auditor), admin) = (two(portal).await, portal.admin());
    let new = "/llm/providers/new";
    let wrong = set(&client, new, &[("name", "x"), ("kind", "ollama"), ("key", KEY)]).await;
    assert_eq!(wrong.code(), 422);
    for part in ["id=\"name-error\"", "id=\"base_url-error\""] {
        assert!(wrong.text().contains(part), "{part}: {}", wrong.text());
    }
    assert!(!wrong.text().contains(KEY), "also not what was just typed");
    let added = set(&client, new, &[("name", "main"), ("kind", "openai"), ("key", KEY)]).await;
    assert_eq!((added.code(), added.header("location")), (303, "/llm"), "{}", added.text());
    let twice = set(&client, new, &[("name", "main"), ("kind", "mistral")]).await;
    assert_eq!(twice.code(), 422, "{}", twice.text());
    assert!(twice.text().contains("id=\"name-error\""), "{}", twice.text());
    set(&client, new, &[("name", "spare"), ("kind", "ollama"), ("base_url", "http://10.0.0.7:11434")]).await;
    let key_set = async |name: &str| -> Value {
        let config = admin.value("/admin/api/config/llm").await;
        let providers = config["providers"].as_array().unwrap().clone();
        providers
            .iter()
            .find(|provider| provider["name"] == json!(name))
            .map_or(Value::Null, |p| p["key_set"].clone())
    };
    assert_eq!((key_set("main").await, key_set("spare").await), (json!(true), json!(false)));
    for path in ["/llm", "/llm/edit", "/llm/providers/main", "/llm/providers/main/remove", "/events"] {
        assert!(!page(&client, path).await.contains(KEY), "{path}");
    }
    let kept =
        set(&client, "/llm/providers/spare", &[("kind", "ollama"), ("base_url", "http://10.0.0.8:11434")])
            .await;
    assert_eq!(kept.header("location"), "/llm", "{}", kept.text());
    assert_eq!(key_set("main").await, json!(true), "another provider keeps its key");
    assert!(page(&auditor, "/llm").await.contains("http://10.0.0.8:11434"));
    // A setting keeps the provider, and what another form sends keeps the providers.
    assert_eq!(set(&client, "/llm/edit", &[("provider", "main"), ("model", "gpt-4.1")]).await.code(), 303);
    assert_eq!(key_set("main").await, json!(true));
    let remove = |name: &str| format!("/llm/providers/{name}/remove");
    let in_use = set(&client, &remove("main"), &[("confirm", "main")]).await;
    assert_eq!(in_use.code(), 409);
    assert!(in_use.text().contains("The platform itself asks this provider"), "{}", in_use.text());
    let unconfirmed = set(&client, &remove("spare"), &[("confirm", "main")]).await;
    assert_eq!(unconfirmed.code(), 422);
    assert_eq!(key_set("spare").await, json!(false));
    assert_eq!(set(&client, &remove("spare"), &[("confirm", "spare")]).await.header("location"), "/llm");
    assert_eq!(key_set("spare").await, Value::Null);
    let forgotten = set(&client, "/llm/providers/main", &[("kind", "openai"), ("forget_key", "true")]).await;
    assert_eq!(forgotten.code(), 303, "{}", forgotten.text());
    assert_eq!(key_set("main").await, json!(false));
    assert_eq!(client.get("/llm/providers/nobody").status().await, 404);
    for act in [new, "/llm/providers/main", &remove("main")] {
        assert_eq!(submit(&auditor, act, &[("confirm", "main")]).await.code(), 403, "{act}");
    }
}

async fn an_earlier_version_is_brought_back_as_a_new_change(portal: &TestPortal) {
    let ((client, auditor), admin) = (two(portal).await, portal.admin());
    admin.tenant("Acme").create().await.unwrap();
    let id = admin.project("acme", "Kiosk").create().await.unwrap().id;
    for (path, api) in [
        ("/llm".to_owned(), "/admin/api/config/llm".to_owned()),
        (format!("/projects/{id}/llm"), format!("/admin/api/projects/{id}/llm")),
    ] {
        for model in ["first", "second"] {
            assert_eq!(set(&client, &format!("{path}/edit"), &[("model", model)]).await.code(), 303);
        }
        let size = portal.settle().await;
        let shown = page(&client, &path).await;
        assert!(shown.contains("<del>first</del>") && shown.contains("<ins>second</ins>"), "{shown}");
        assert!(shown.contains("grace"), "who made it: {shown}");
        let act = format!("{path}/revert?to=1");
        assert!(shown.contains(&act) && !shown.contains(&format!("{path}/revert?to=2")), "{shown}");
        assert!(!page(&auditor, &path).await.contains("/revert"));
        let form = page(&client, &act).await;
        let version = hidden(&form, "version").to_owned();
        assert_eq!((hidden(&form, "to"), version.as_str()), ("1", "2"));
        let revert = format!("{path}/revert");
        let stale = submit(&client, &revert, &[("to", "1"), ("version", "1")]).await;
        assert_eq!(stale.code(), 412);
        assert_eq!(submit(&client, &revert, &[("to", "9"), ("version", &version)]).await.code(), 422);
        assert_eq!(portal.settle().await, size);
        let done = submit(&client, &revert, &[("to", "1"), ("version", &version)]).await;
        assert_eq!((done.code(), done.header("location")), (303, path.as_str()), "{}", done.text());
        let stored = admin.value(&api).await;
        assert_eq!((&stored["version"], &stored["settings"]), (&json!(3), &json!({ "model": "first" })));
        assert_eq!(portal.settle().await, size + 1);
        assert!(page(&client, &path).await.contains("as in version 1"));
        let first = submit(&client, &revert, &[("to", "0"), ("version", "3")]).await;
        assert_eq!(first.code(), 303);
        assert_eq!(admin.value(&api).await["settings"], json!({}));
        assert_eq!(submit(&auditor, &revert, &[("to", "1"), ("version", "4")]).await.code(), 403);
    }
}

async fn a_stale_form_is_told(portal: &TestPortal) {
    let ((client, _), admin) = (two(portal).await, portal.admin());
    let form = page(&client, "/llm/edit").await;
    let version = hidden(&form, "version").to_owned();
    let put = admin.put("/admin/api/config/llm", &json!({ "model": "theirs" })).send().await;
    assert_eq!(put.code(), 200);
    let stale = submit(&client, "/llm/edit", &[("model", "mine"), ("version", &version)]).await;
    assert_eq!(stale.code(), 412);
    assert!(
        stale.text().contains("It was changed in the meantime") && stale.text().contains("value=\"mine\"")
    );
    assert_eq!(admin.value("/admin/api/config/llm").await["settings"], json!({ "model": "theirs" }));
    let provider = [("name", "main"), ("kind", "openai"), ("version", version.as_str())];
    assert_eq!(submit(&client, "/llm/providers/new", &provider).await.code(), 412);
}
