//! Thousands of requests that nobody meant: drawn from the document, with anything in any field. Each is refused in order or is done, none
//! breaks the server, and what is stored in the end follows from the log.

use std::time::Duration;

use daybook_testkit::{Method, Request, TestPortal, both_engines};
use serde_json::{Map, Value, json};

use crate::{
    document::{Operation, object, operations},
    world::World,
};

both_engines!(no_request_breaks_the_server);

/// How many requests there are. `DAYBOOK_REQUESTS` says how many in a longer run.
const REQUESTS: usize = 5_000;
/// After so many, everything that they change is made anew: by then some of it is revoked, suspended or gone.
const OF_ONE_WORLD: usize = 500;

/// The same numbers in each run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        // SplitMix64: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % end as u64).unwrap()
    }

    fn one_of<T: Clone>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())].clone()
    }

    fn is_one_in(&mut self, many: usize) -> bool {
        self.below(many) == 0
    }

    fn text(&mut self) -> String {
        const PIECES: [&str; 24] = [
            "a",
            "Z",
            "7",
            " ",
            "",
            "\u{0}",
            "\u{1b}[2J",
            "\u{202e}",
            "\u{2066}",
            "\u{200b}",
            "\u{feff}",
            "é",
            "e\u{301}",
            "漢",
            "🦀",
            "'",
            "\"",
            "\\",
            "%",
            "../",
            "<script>",
            "${x}",
            "; DROP TABLE tenants; --",
            "\r\n",
        ];
        const WHOLE: [&str; 12] = [
            "null",
            "true",
            "-1",
            "NaN",
            "1e309",
            "9223372036854775808",
            "2026-02-30T25:61:00Z",
            "acme",
            "ten_01k9zq7m3be5v8d0nq2t6y4s1a",
            "ten_zzzzzzzzzzzzzzzzzzzzzzzzzz",
            "ACME-00000-00000-00000-00000-00000",
            "https://user:password@[::1]:99999/%00",
        ];
        match self.below(6) {
            0 => self.one_of(&WHOLE).to_owned(),
            1 => self.one_of(&PIECES).repeat(1 << self.below(15)),
            _ => (0..self.below(8)).map(|_| self.one_of(&PIECES)).collect(),
        }
    }

    fn value(&mut self, depth: usize) -> Value {
        match self.below(if depth > 3 { 6 } else { 8 }) {
            0 => Value::Null,
            1 => json!(self.is_one_in(2)),
            2 => json!(self.one_of(&[0, 1, -1, 255, 256, 65_536, i64::MAX, i64::MIN, 1_001, 4_294_967_296])),
            3 => json!(self.one_of(&[0.5, -0.0, 1e300, 1e-300, f64::EPSILON])),
            4 | 5 => Value::String(self.text()),
            6 => (0..self.below(4)).map(|_| self.value(depth + 1)).collect(),
            _ => {
                (0..self.below(4)).map(|_| (self.text(), self.value(depth + 1))).collect::<Map<_, _>>().into()
            }
        }
    }

    /// The body of a request that succeeds, with one to three things that nobody meant.
    fn body(&mut self, body: &Map<String, Value>, fields: &[&String]) -> Map<String, Value> {
        let mut body = body.clone();
        for _ in 0..=self.below(3) {
            match self.below(8) {
                0 => {
                    body.remove(self.one_of(fields));
                }
                1 => {
                    body.insert(self.text(), self.value(0));
                }
                _ => {
                    body.insert(self.one_of(fields).clone(), self.value(0));
                }
            }
        }
        body
    }

    /// JSON as a careless program writes it.
    fn raw(&mut self, body: &Map<String, Value>) -> Vec<u8> {
        let whole = Value::Object(body.clone()).to_string();
        match self.below(4) {
            0 => whole.replacen(':', ": NaN, \"x\":", 1).into_bytes(),
            1 => whole.replacen(':', ":1e999,\"x\":", 1).into_bytes(),
            2 => whole.as_bytes()[..self.below(whole.len())].to_vec(),
            _ => {
                let mut bytes = whole.into_bytes();
                let (at, byte) = (self.below(bytes.len()), self.below(256));
                bytes[at] = u8::try_from(byte).unwrap();
                bytes
            }
        }
    }

    /// A path of which a part is something else.
    fn path(&mut self, path: &str) -> String {
        if !self.is_one_in(4) {
            return path.to_owned();
        }
        let mut parts: Vec<String> = path.split('/').map(ToOwned::to_owned).collect();
        // The first is what stands before the first slash: nothing.
        let at = 1 + self.below(parts.len() - 1);
        parts[at] = percent(&self.text());
        parts.join("/")
    }

    fn query(&mut self, names: &[String]) -> String {
        let pairs = (0..self.below(4)).map(|_| {
            let name = if names.is_empty() || self.is_one_in(6) { self.text() } else { self.one_of(names) };
            format!("{}={}", percent(&name), percent(&self.text()))
        });
        pairs.collect::<Vec<_>>().join("&")
    }

    fn request(&mut self, world: &World<'_>, operation: &Operation) -> Request {
        let mut path = self.path(&world.path(operation));
        let query = self.query(&operation.query);
        if !query.is_empty() {
            path = format!("{path}?{query}");
        }
        let request = world.client(operation).request(operation.method.clone(), &path);
        let Some(body) = world.body(operation).map(object) else { return request };
        let fields: Vec<&String> = operation.fields.iter().flat_map(|fields| fields.types.keys()).collect();
        if fields.is_empty() || self.is_one_in(10) {
            return request.raw_json(self.raw(&body));
        }
        request.json(&Value::Object(self.body(&body, &fields)))
    }
}

/// Every byte but letters and digits as `%XX`.
fn percent(text: &str) -> String {
    let cut: String = text.chars().take(200).collect();
    cut.bytes()
        .map(
            |byte| {
                if byte.is_ascii_alphanumeric() {
                    char::from(byte).to_string()
                } else {
                    format!("%{byte:02X}")
                }
            },
        )
        .collect()
}

async fn no_request_breaks_the_server(portal: &TestPortal) {
    let requests = std::env::var("DAYBOOK_REQUESTS").map_or(REQUESTS, |text| text.parse().unwrap());
    let mut chance = Chance(20_261_126);
    // What only reads is asked by the stories of parameters; here everything that changes something.
    let all: Vec<Operation> = operations().into_iter().filter(Operation::changes).collect();
    let (mut refused, mut done) = (0, 0);
    for batch in 0..requests.div_ceil(OF_ONE_WORLD) {
        // Attempts that failed count against who makes them for a while, and in a long run there are many.
        portal.clock().advance(Duration::from_secs(3_600));
        let world = World::prepare(portal, batch).await;
        for _ in 0..OF_ONE_WORLD.min(requests) {
            let operation = chance.one_of(&all);
            let reply = chance.request(&world, &operation).send().await;
            let said = || format!("{}: {} {}", operation.name, reply.status, reply.text());
            // The only fault that is not ours: where there is no identity provider that answers.
            assert!(reply.status.as_u16() < 500 || reply.code() == 502, "{}", said());
            if reply.status.is_client_error() {
                let problem = reply.problem();
                let is_code = |code: &str| {
                    !code.is_empty() && code.bytes().all(|b| b.is_ascii_uppercase() || b == b'_')
                };
                assert!(is_code(&problem.code) && problem.request_id.starts_with("req_"), "{}", said());
                assert!(
                    problem.status != 422 || problem.code != "INVALID" || !problem.errors.is_empty(),
                    "{}",
                    said()
                );
                refused += 1;
            } else {
                done += 1;
            }
        }
    }
    assert!(refused > requests / 2 && done > requests / 50, "{refused} refused, {done} done");
    // That nothing is half done is looked at when the story ends: state, totals and tree follow from the log.
    let health = portal.anonymous().into_client().request(Method::GET, "/readyz").send().await;
    assert_eq!(health.code(), 200);
}
