//! The decisions, without a database.

use serde_json::json;

use super::*;
use crate::{
    Actor, Entropy, EventId, Invalid, Recorded, Timestamp,
    change::Edit,
    config::{ConfigUpdated, take_back},
    event::{MAX_DATA_BYTES, Origin, RequestInfo},
};

fn draft(settings: &[(Setting, Value)]) -> LlmDraft {
    LlmDraft { settings: settings.iter().cloned().collect(), providers: vec![] }
}

fn provider(name: &str, kind: &str, base_url: Option<&str>, key: Edit<String>) -> LlmProviderDraft {
    LlmProviderDraft {
        name: name.to_owned(),
        kind: kind.to_owned(),
        base_url: base_url.map(str::to_owned),
        key,
    }
}

fn key(text: &str) -> Edit<String> {
    Edit::Set(text.to_owned())
}

fn with(providers: Vec<LlmProviderDraft>) -> LlmDraft {
    LlmDraft { providers, ..LlmDraft::default() }
}

fn for_platform(draft: LlmDraft) -> Result<CheckedLlm, Invalid> {
    draft.check(ConfigScope::Platform, &Settings::new())
}

fn codes<T>(result: Result<T, Invalid>) -> Vec<(String, &'static str)> {
    result.err().into_iter().flat_map(|invalid| invalid.0).map(|e| (e.pointer, e.code)).collect()
}

/// What the platform has after this draft, with the keys that came and went. A key is the one it is if it says so.
fn replaced(present: &Configuration, draft: LlmDraft) -> Result<Option<(Configuration, LlmUpdate)>, Invalid> {
    let update = for_platform(draft)?.decide(None, present, |_, key| key == "the same")?;
    Ok(update.map(|update| (after(present, &update.event), update)))
}

fn after(present: &Configuration, event: &ConfigUpdated) -> Configuration {
    let mut after = present.clone();
    after.version = event.version.unwrap();
    for (name, change) in &event.changes {
        assert_eq!(after.settings.get(name), change.before.as_ref(), "{name} was what the event says");
        after.settings.remove(name);
        after.settings.extend(change.after.clone().map(|value| (name.clone(), value)));
    }
    after
}

#[test]
fn decimals_are_kept_as_they_were_sent() {
    for (sent, kept) in [
        ("0.7", "0.7"),
        ("1", "1"),
        ("1.0", "1"),
        ("0", "0"),
        ("0.125", "0.125"),
        ("2.000", "2"),
        ("1e-3", "0.001"),
    ] {
        let value: Value = serde_json::from_str(sent).unwrap();
        assert_eq!(thousandths(&value, 2_000).as_deref(), Ok(kept), "{sent}");
        let value = SettingValue::from(kept);
        assert_eq!(Setting::Temperature.shown(&value).to_string(), kept, "a number again");
    }
    for sent in ["2.001", "-0.1", "-0.0", "0.0001", "3", "1e300", "18446744073709551615", "1e-9"] {
        let value: Value = serde_json::from_str(sent).unwrap();
        assert_eq!(thousandths(&value, 2_000).unwrap_err().code, "OUT_OF_RANGE", "{sent}");
    }
    for (most, said) in [(2_000, "from 0 to 2,"), (1_050, "from 0 to 1.050,")] {
        let refused = thousandths(&json!(3), most).unwrap_err();
        assert!(refused.detail.contains(said), "{}", refused.detail);
    }
}

#[test]
fn every_setting_refuses_what_it_cannot_take_and_says_where() {
    let wrong = [
        (Setting::Provider, json!("Main"), "/provider", "INVALID_PROVIDER_NAME"),
        (Setting::Provider, json!("other"), "/provider", "UNKNOWN_PROVIDER"),
        (Setting::Model, json!("a b"), "/model", "INVALID_MODEL"),
        (Setting::FallbackModels, json!("a"), "/fallback_models", "INVALID_TYPE"),
        (Setting::FallbackModels, json!(["a", ""]), "/fallback_models/1", "INVALID_MODEL"),
        (Setting::FallbackModels, json!(["a", "b", "c", "d", "e", "f"]), "/fallback_models", "TOO_MANY"),
        (Setting::Temperature, json!("0.7"), "/temperature", "INVALID_TYPE"),
        (Setting::Temperature, json!(2.5), "/temperature", "OUT_OF_RANGE"),
        (Setting::MaxTokens, json!(0), "/max_tokens", "OUT_OF_RANGE"),
        (Setting::MaxRetries, json!(11), "/max_retries", "OUT_OF_RANGE"),
        (Setting::TimeoutSeconds, json!(1.5), "/timeout_seconds", "INVALID_TYPE"),
        (Setting::Currency, json!("EURO"), "/currency", "INVALID_CURRENCY"),
        (Setting::MonthlyBudget, json!(-1), "/monthly_budget", "OUT_OF_RANGE"),
        (Setting::DailyBudget, json!(MOST + 1), "/daily_budget", "OUT_OF_RANGE"),
        (Setting::SystemPrompt, json!("x".repeat(WORDS + 1)), "/system_prompt", "TOO_LONG"),
        (Setting::Instructions, json!("a\u{202e}b"), "/instructions", "INVALID_CHARACTERS"),
    ];
    for (setting, value, pointer, code) in wrong {
        let found = codes(for_platform(draft(&[(setting, value.clone())])));
        assert_eq!(found, [(pointer.to_owned(), code)], "{value}");
    }
    let currency = draft(&[(Setting::Currency, json!("EUR"))]).check(ConfigScope::Project, &Settings::new());
    assert_eq!(codes(currency), [("/currency".to_owned(), "NOT_PER_PROJECT")]);
}

#[test]
fn every_field_of_a_provider_is_looked_at() {
    let both = vec![
        provider("main", "openai", None, Edit::Keep),
        provider("main", "acme", Some("ftp://a"), key(" ")),
        provider("x", "ollama", None, Edit::Keep),
        provider("own", "openai_compatible", Some("https://ada@example.com"), Edit::Keep),
    ];
    let found = codes(for_platform(with(both)));
    let expected = [
        ("/providers/1/kind", "INVALID_KIND"),
        ("/providers/1/base_url", "INVALID_URL"),
        ("/providers/1/key", "INVALID_SECRET"),
        ("/providers/1/name", "DUPLICATE_NAME"),
        ("/providers/2/name", "INVALID_PROVIDER_NAME"),
        ("/providers/2/base_url", "REQUIRED"),
        ("/providers/3/base_url", "INVALID_URL"),
    ];
    assert_eq!(found, expected.map(|(pointer, code)| (pointer.to_owned(), code)));
    let many = (0..13).map(|n| provider(&format!("p{n}"), "openai", None, Edit::Keep)).collect();
    assert_eq!(codes(for_platform(with(many))), [("/providers".to_owned(), "TOO_MANY")]);
}

#[test]
fn no_new_provider_has_the_name_of_an_address_and_an_old_one_stays() {
    let named_new = || with(vec![provider("new", "openai", None, Edit::Keep)]);
    let found = codes(replaced(&Configuration::default(), named_new()));
    assert_eq!(found, [("/providers/0/name".to_owned(), "RESERVED_NAME")]);
    let mut before = Configuration::default();
    before.settings.insert("providers.new.kind".to_owned(), "openai".into());
    assert!(replaced(&before, named_new()).unwrap().is_none());
}

#[test]
fn a_key_stays_with_the_provider_it_was_given_to() {
    let nothing = Configuration::default();
    let main = |kind, edit| with(vec![provider("main", kind, None, edit)]);
    let (first, update) = replaced(&nothing, main("openai", key("secret"))).unwrap().unwrap();
    assert_eq!(update.keys, BTreeMap::from([("main".to_owned(), Some("secret".to_owned()))]));
    let named = |name: &str| update.event.changes[name].after.clone();
    assert_eq!(named("providers.main.key"), Some("changed".into()));
    assert!(!format!("{:?}", update.event).contains("secret"));

    assert!(replaced(&first, main("openai", Edit::Keep)).unwrap().is_none(), "it stays if nothing is said");
    assert!(replaced(&first, main("openai", key("the same"))).unwrap().is_none());
    let moved = codes(replaced(&first, main("anthropic", Edit::Keep)));
    assert_eq!(moved, [("/providers/0/key".to_owned(), "REQUIRED")]);
    let (second, update) = replaced(&first, main("anthropic", key("the same"))).unwrap().unwrap();
    assert_eq!(update.keys.len(), 1, "the same key for something else is another key");
    let change = &update.event.changes["providers.main.key"];
    assert_eq!((&change.before, &change.after), (&Some("changed".into()), &Some("changed".into())));

    let (third, update) = replaced(&second, main("anthropic", Edit::Clear)).unwrap().unwrap();
    assert_eq!(update.keys, BTreeMap::from([("main".to_owned(), None)]));
    assert_eq!(providers(&third).len(), 1);
    let (_, update) = replaced(&second, LlmDraft::default()).unwrap().unwrap();
    assert_eq!(update.removed_providers().collect::<Vec<_>>(), ["main"]);
    assert_eq!(update.keys, BTreeMap::from([("main".to_owned(), None)]), "a key goes with its provider");

    // Back to the first: it was another kind then, so the key cannot be the same.
    let back = CheckedLlm::earlier(1, first.settings).decide(None, &second, |_, _| true).unwrap().unwrap();
    assert_eq!(back.keys, BTreeMap::from([("main".to_owned(), None)]));
    assert_eq!((back.event.version, back.event.reverted_to), (Some(3), Some(1)));
    assert_eq!(back.event.changes["providers.main.kind"].after, Some("openai".into()));

    let (keyless, _) = replaced(&nothing, main("openai", Edit::Keep)).unwrap().unwrap();
    let (_, update) = replaced(&keyless, LlmDraft::default()).unwrap().unwrap();
    assert_eq!(update.removed_providers().collect::<Vec<_>>(), ["main"], "whatever else is said of it");
}

/// The largest provider, model and words there can be; those of two different seeds share nothing.
fn largest(seed: char) -> LlmDraft {
    let long = |count: usize| seed.to_string().repeat(count);
    let name = |at: usize| format!("{}-{at:02}", long(29));
    let url = format!("https://{}", long(192));
    let at = |at| provider(&name(at), "openai_compatible", Some(&url), key("k"));
    let models: Vec<String> = (0..5).map(|_| "\"".repeat(98) + &long(2)).collect();
    let words = "\n\u{10348}".repeat(WORDS / 2 - 1) + &long(2);
    LlmDraft {
        settings: BTreeMap::from([
            (Setting::Provider, json!(name(0))),
            (Setting::Model, json!(models[0])),
            (Setting::FallbackModels, json!(models)),
            (Setting::Temperature, json!(if seed == 'a' { 1.999 } else { 0.123 })),
            (Setting::MaxTokens, json!(if seed == 'a' { 999_999 } else { 100_000 })),
            (Setting::MaxRetries, json!(if seed == 'a' { 10 } else { 9 })),
            (Setting::TimeoutSeconds, json!(if seed == 'a' { 600 } else { 500 })),
            (Setting::Currency, json!(long(3))),
            (Setting::MonthlyBudget, json!(if seed == 'a' { MOST } else { MOST - 1 })),
            (Setting::DailyBudget, json!(if seed == 'a' { MOST } else { MOST - 1 })),
            (Setting::SystemPrompt, json!(words)),
            (Setting::Instructions, json!(words)),
        ]),
        providers: (0..provider::MOST).map(at).collect(),
    }
}

#[test]
fn the_largest_change_fits_into_an_event() {
    struct Zeros;
    impl Entropy for Zeros {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(0);
        }
    }
    let nothing = Configuration::default();
    let (first, _) = replaced(&nothing, largest('a')).unwrap().unwrap();
    let (_, update) = replaced(&first, largest('b')).unwrap().unwrap();
    assert_eq!(
        update.event.changes.len(),
        Setting::ALL.len() + 2 * 3 * provider::MOST,
        "everything is another"
    );
    let at = Timestamp::from_micros(1);
    let event = Recorded {
        id: EventId::from_uuid(uuid::Uuid::nil()),
        occurred_at: at,
        recorded_at: at,
        origin: Origin::Live,
        actor: Actor::system(),
        request: RequestInfo::default(),
        payload: update.event.into(),
    };
    let encoded = event.encode(&Zeros).unwrap();
    let bytes = crate::event::canonical_json(&encoded.data).unwrap().len();
    assert!((MAX_DATA_BYTES / 2..=MAX_DATA_BYTES).contains(&bytes), "{bytes}");
    assert_eq!(encoded.personal.len(), 4, "words before and after");
    assert_eq!(Recorded::decode(&encoded.entry, &encoded.personal), Ok(event));
}

#[test]
fn what_is_set_for_a_project_comes_before_what_is_set_for_the_platform() {
    let set = |pairs: &[(Setting, Value)]| {
        replaced(&Configuration::default(), draft(pairs)).unwrap().unwrap().0.settings
    };
    let platform = set(&[(Setting::MaxTokens, json!(10)), (Setting::Temperature, json!(0.5))]);
    let project = set(&[(Setting::MaxTokens, json!(20)), (Setting::SystemPrompt, json!("Be brief"))]);
    let found = effective(&platform, Some(&project));
    assert_eq!(found.len(), Setting::ALL.len());
    let of = |setting: Setting| {
        let Effective { value, source } = &found[&setting];
        (value.as_ref().map_or(Value::Null, |value| setting.shown(value)), *source)
    };
    assert_eq!(of(Setting::MaxTokens), (json!(20), Source::Project));
    assert_eq!(of(Setting::Temperature), (json!(0.5), Source::Platform));
    assert_eq!(of(Setting::SystemPrompt), (json!("Be brief"), Source::Project));
    assert_eq!(of(Setting::MaxRetries), (json!(2), Source::Default));
    assert_eq!(of(Setting::DailyBudget), (Value::Null, Source::Default));
}

#[test]
fn what_is_set_is_named_without_what_is_said_of_providers() {
    let mut sent = draft(&[(Setting::Provider, json!("main")), (Setting::MaxTokens, json!(10))]);
    sent.providers.push(provider("main", "openai", None, Edit::Keep));
    assert_eq!(for_platform(sent.clone()).unwrap().provider(), Some("main"));
    assert_eq!(for_platform(LlmDraft::default()).unwrap().provider(), None);
    let (present, _) = replaced(&Configuration::default(), sent).unwrap().unwrap();
    let found = settings(&present);
    assert_eq!(found.keys().collect::<Vec<_>>(), [&Setting::Provider, &Setting::MaxTokens]);
    assert_eq!(found[&Setting::Provider], "main".into());
}

#[test]
fn the_address_of_a_provider_has_a_longest_length() {
    let at = |length: usize| format!("https://a.example/{}", "x".repeat(length - 18));
    let sent = |address: &str| with(vec![provider("main", "openai_compatible", Some(address), Edit::Keep)]);
    assert_eq!(at(200).len(), 200);
    assert_eq!(codes(for_platform(sent(&at(200)))), []);
    assert_eq!(codes(for_platform(sent(&at(201)))), [("/providers/0/base_url".to_owned(), "INVALID_URL")]);
}

#[test]
fn what_is_built_in_is_what_the_setting_would_accept() {
    for setting in Setting::ALL.iter().copied() {
        if let Some(value) = built_in(setting) {
            let sent = setting.shown(&value);
            assert_eq!(setting.spec().form.accept(&sent), Ok(Some(value)), "{setting}");
        }
        assert!(!setting.as_str().contains('.'), "{setting}: a personal value could not be put back");
    }
}

#[test]
fn changes_taken_back_leave_what_was_before() {
    let mut versions = vec![Configuration::default()];
    for at in 0..20_i64 {
        let mut sent = draft(&[(Setting::MaxTokens, json!(1 + at))]);
        if at % 3 == 0 {
            sent.settings.insert(Setting::Instructions, json!(format!("words {at}")));
        }
        if at % 4 == 1 {
            sent.providers.push(provider("main", "openai", None, Edit::Keep));
        }
        let present = versions.last().unwrap();
        let (next, update) = replaced(present, sent).unwrap().unwrap();
        let mut back = next.settings.clone();
        take_back(&mut back, &update.event.changes);
        assert_eq!(back, present.settings);
        versions.push(next);
    }
}

#[test]
fn nothing_that_prints_shows_somebody_s_words() {
    let (config, update) =
        replaced(&Configuration::default(), draft(&[(Setting::SystemPrompt, json!("Ada"))]))
            .unwrap()
            .unwrap();
    for printed in [
        format!("{config:?}"),
        format!("{:?}", update.event),
        format!("{:?}", effective(&config.settings, None)),
    ] {
        assert!(!printed.contains("Ada"), "{printed}");
    }
}
