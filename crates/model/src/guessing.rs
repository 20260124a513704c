//! Guessing: who may try again how soon, and the events that say that somebody guessed. Pure decisions only.
//! Must not know an address or an e-mail in an event but as a personal value.

use std::{
    fmt,
    net::{IpAddr, Ipv6Addr},
};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Personal, Timestamp, change::text_enum, event::Narrated, tenant::TenantRef, totals::Deltas};

/// A party that has not been wrong for so long begins anew: 15 minutes, counted from the end of its last delay. Short enough that
/// a person who comes back from a break is not remembered, long enough that waiting it out is no way to guess.
pub const WINDOW_SECONDS: i64 = 15 * 60;
/// The longest delay: 15 minutes. A person who is shut out by somebody else's guesses gets in again the same hour; four guesses
/// per hour find nothing.
pub const MAX_DELAY_SECONDS: i64 = 15 * 60;
/// The delays after the free tries: 1 s, doubling, until the next would be longer than [`MAX_DELAY_SECONDS`].
const DOUBLINGS: i64 = 10;

/// What is guessed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum GuessKind {
    /// A password.
    SignIn,
    /// A code of a second factor.
    SecondFactor,
    /// A link that works once.
    Link,
    /// An activation code.
    Activation,
    /// A device's token.
    DeviceToken,
    /// Nothing: a real activation code that is refused again and again. Each refusal is an event, so they must not come without end.
    RefusedCode,
}

text_enum!(GuessKind {
    SignIn = "sign_in",
    SecondFactor = "second_factor",
    Link = "link",
    Activation = "activation",
    DeviceToken = "device_token",
    RefusedCode = "refused_code",
});

/// Whose guesses are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum GuessedBy {
    /// Those at one account, wherever they come from.
    Account,
    /// Those from one place, whatever they aim at.
    Source,
    /// Those at one tenant's codes, wherever they come from.
    Tenant,
}

text_enum!(GuessedBy { Account = "account", Source = "source", Tenant = "tenant" });

/// How much is borne.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// So many failures have no consequence.
    pub free: i64,
    /// So many are a burst, which is an event of its own; none if each of them is an event already.
    pub burst: Option<i64>,
}

impl Limits {
    /// The limits for guesses of this kind, counted by this.
    pub const fn of(kind: GuessKind, by: GuessedBy) -> Self {
        match (kind, by) {
            // A site where many devices share one address may try a batch of codes that are used up; a loop is slowed down.
            (GuessKind::RefusedCode, _) => Self { free: 100, burst: None },
            // A person mistypes a password a few times; ten times in a row is somebody else.
            (_, GuessedBy::Account) => Self { free: 5, burst: Some(10) },
            // Many people share one address.
            (_, GuessedBy::Source) => Self { free: 20, burst: Some(50) },
            // More than one source alone reaches: many guess together.
            (_, GuessedBy::Tenant) => Self { free: 100, burst: Some(100) },
        }
    }

    /// For how long nothing is accepted after so many failures.
    pub fn delay_seconds(self, failures: i64) -> i64 {
        match failures.saturating_sub(self.free) {
            ..=0 => 0,
            beyond if beyond <= DOUBLINGS => 1 << (beyond - 1),
            _ => MAX_DELAY_SECONDS,
        }
    }

    /// Until when nothing is accepted, if the failure at `now` is the first beyond the free ones, the second, and so on; the last
    /// holds for all that follow.
    pub fn delays_from(self, now: Timestamp) -> [Timestamp; 11] {
        let mut failures = self.free;
        [(); 11].map(|()| {
            failures += 1;
            now.plus_seconds(self.delay_seconds(failures))
        })
    }

    /// Whether so many failures are a burst.
    pub fn is_burst(self, failures: i64) -> bool {
        self.burst.is_some_and(|burst| failures >= burst)
    }
}

/// Whether what is refused of this kind is rolled up into an event: not what is an event by itself.
pub const fn is_rolled_up(kind: GuessKind) -> bool {
    !matches!(kind, GuessKind::RefusedCode)
}

/// A party that was last told to wait until `blocked_until` and is not heard for the window after it begins anew.
pub const fn forgotten_before(now: Timestamp) -> Timestamp {
    now.plus_seconds(-WINDOW_SECONDS)
}

/// How many seconds to wait, rounded up; none if the time has come.
pub fn wait_seconds(blocked_until: Timestamp, now: Timestamp) -> Option<u32> {
    let micros = blocked_until.as_micros().saturating_sub(now.as_micros());
    let seconds = u32::try_from(micros.max(0).unsigned_abs().div_ceil(1_000_000)).unwrap_or(u32::MAX);
    (seconds > 0).then_some(seconds)
}

/// Where requests come from, as far as guesses are counted: an IPv4 address, or the /64 that one IPv6 customer has at least.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Source(IpAddr);

impl From<IpAddr> for Source {
    fn from(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V6(v6) => {
                let [a, b, c, d, ..] = v6.segments();
                IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
            }
            v4 @ IpAddr::V4(_) => v4,
        })
    }
}

impl fmt::Display for Source {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            IpAddr::V4(address) => address.fmt(out),
            IpAddr::V6(network) => write!(out, "{network}/64"),
        }
    }
}

impl fmt::Debug for Source {
    /// Shows no address: it is personal.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Source(…)")
    }
}

/// Whose guesses an event reports, as the database knows the party: a keyed hash. Beside the event, never in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PartyDigest(pub [u8; 32]);

/// Somebody guesses: as many failures within the window as nobody makes by mistake.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GuessingDetected {
    /// Whose codes are guessed at, if they were counted by tenant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<TenantRef>,
    /// What is guessed.
    pub kind: GuessKind,
    /// Whose guesses were counted.
    pub by: GuessedBy,
    /// How many failures there were.
    pub attempts: i64,
    /// When the first was.
    pub since: Timestamp,
    /// Where they came from, if they were counted by that.
    pub source: Option<Personal>,
}

/// Guesses were refused: what one party tried within a window, in one event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GuessesRefused {
    /// Whose codes were guessed at, if they were counted by tenant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<TenantRef>,
    /// What was guessed.
    pub kind: GuessKind,
    /// Whose guesses were counted.
    pub by: GuessedBy,
    /// How many were refused.
    pub attempts: i64,
    /// When the first was.
    pub first_at: Timestamp,
    /// When the last was.
    pub last_at: Timestamp,
}

/// What was guessed at or by whom, as a sentence begins.
fn who_guesses(kind: GuessKind, by: GuessedBy, tenant: Option<&TenantRef>) -> String {
    let what = match kind {
        GuessKind::SignIn => "passwords",
        GuessKind::SecondFactor => "second factors",
        GuessKind::Link => "single-use links",
        GuessKind::Activation => "activation codes",
        GuessKind::DeviceToken => "device tokens",
        GuessKind::RefusedCode => "refused activation codes",
    };
    match (by, tenant) {
        (GuessedBy::Account, _) => format!("{what} of one account"),
        (GuessedBy::Source, _) => format!("{what} from one source"),
        (GuessedBy::Tenant, Some(tenant)) => format!("{what} of {}", tenant.name),
        (GuessedBy::Tenant, None) => format!("{what} of one tenant"),
    }
}

impl Narrated for GuessingDetected {
    fn sentence(&self) -> String {
        let what = who_guesses(self.kind, self.by, self.tenant.as_ref());
        format!("Somebody guesses {what}: {} attempts failed.", self.attempts)
    }

    fn deltas(&self) -> Deltas {
        Deltas { daily_detail: Some(self.kind.as_str().to_owned()), ..Deltas::none() }
    }
}

impl Narrated for GuessesRefused {
    fn sentence(&self) -> String {
        let what = who_guesses(self.kind, self.by, self.tenant.as_ref());
        let times =
            if self.attempts == 1 { "1 guess".to_owned() } else { format!("{} guesses", self.attempts) };
        format!("Refused: {times} at {what}.")
    }

    fn deltas(&self) -> Deltas {
        Deltas { daily_detail: Some(self.kind.as_str().to_owned()), ..Deltas::none() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_free_tries_cost_nothing_and_then_each_costs_twice_the_last() {
        let limits = Limits::of(GuessKind::SignIn, GuessedBy::Account);
        let delays: Vec<i64> = (0..=18).map(|failures| limits.delay_seconds(failures)).collect();
        assert_eq!(delays, [0, 0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]);
        assert_eq!(limits.delay_seconds(i64::MAX), MAX_DELAY_SECONDS);
        assert_eq!(limits.delay_seconds(i64::MIN), 0);
    }

    #[test]
    fn the_delays_in_time_are_those_in_seconds_up_to_the_longest() {
        for by in GuessedBy::ALL {
            let limits = Limits::of(GuessKind::Activation, *by);
            let now = Timestamp::from_micros(1_772_438_400_000_000);
            let delays = limits.delays_from(now);
            for (at, until) in (1..).zip(delays) {
                assert_eq!(until, now.plus_seconds(limits.delay_seconds(limits.free + at)));
            }
            assert_eq!(delays.last(), Some(&now.plus_seconds(MAX_DELAY_SECONDS)));
        }
    }

    #[test]
    fn a_burst_is_as_many_as_the_limit_says_and_more() {
        let limits = Limits::of(GuessKind::SignIn, GuessedBy::Account);
        assert_eq!([9, 10, 11].map(|failures| limits.is_burst(failures)), [false, true, true]);
        assert!(!Limits::of(GuessKind::RefusedCode, GuessedBy::Source).is_burst(i64::MAX));
    }

    #[test]
    fn what_is_an_event_by_itself_is_not_rolled_up() {
        let alone: Vec<_> = GuessKind::ALL.iter().filter(|kind| !is_rolled_up(**kind)).collect();
        assert_eq!(alone, [&GuessKind::RefusedCode]);
    }

    #[test]
    fn a_party_is_forgotten_a_quarter_of_an_hour_after_its_last_delay() {
        let now = Timestamp::from_micros(3_600_000_000);
        assert_eq!(forgotten_before(now), Timestamp::from_micros(2_700_000_000));
        assert_eq!(MAX_DELAY_SECONDS, 900);
    }

    #[test]
    fn one_source_alone_does_not_close_a_tenant() {
        let (source, tenant) = (
            Limits::of(GuessKind::Activation, GuessedBy::Source),
            Limits::of(GuessKind::Activation, GuessedBy::Tenant),
        );
        assert!(source.burst < Some(tenant.free));
    }

    #[test]
    fn waiting_is_rounded_up_and_ends() {
        let now = Timestamp::from_micros(5_000_000);
        for (until, expected) in [
            (4_000_000, None),
            (5_000_000, None),
            (5_000_001, Some(1)),
            (6_000_000, Some(1)),
            (6_000_001, Some(2)),
            (i64::MAX, Some(u32::MAX)),
        ] {
            assert_eq!(wait_seconds(Timestamp::from_micros(until), now), expected, "{until}");
        }
    }

    #[test]
    fn a_source_is_an_address_or_the_network_of_one_customer() {
        let source = |text: &str| Source::from(text.parse::<IpAddr>().unwrap());
        assert_eq!(source("203.0.113.7").to_string(), "203.0.113.7");
        let asked = |ip: Option<&str>| {
            let ip = ip.map(|ip| ip.to_owned().into());
            crate::event::RequestInfo { ip, ..Default::default() }.source()
        };
        assert_eq!(asked(Some("203.0.113.7")), Some(source("203.0.113.7")));
        assert_eq!((asked(None), asked(Some("nowhere"))), (None, None));
        assert_eq!(source("::ffff:203.0.113.7"), source("203.0.113.7"));
        assert_ne!(source("203.0.113.7"), source("203.0.113.8"));
        assert_eq!(source("2001:db8:1:2:3:4:5:6"), source("2001:db8:1:2::1"));
        assert_ne!(source("2001:db8:1:2::1"), source("2001:db8:1:3::1"));
        assert_eq!(source("2001:db8:1:2::1").to_string(), "2001:db8:1:2::/64");
        assert_eq!(format!("{:?}", source("203.0.113.7")), "Source(…)");
    }

    #[test]
    fn sentences_say_how_many_and_at_what() {
        let at = Timestamp::from_micros(0);
        let (kind, by) = (GuessKind::Activation, GuessedBy::Source);
        let detected = GuessingDetected { tenant: None, kind, by, attempts: 50, since: at, source: None };
        assert_eq!(
            detected.sentence(),
            "Somebody guesses activation codes from one source: 50 attempts failed."
        );
        let refused = GuessesRefused { tenant: None, kind, by, attempts: 1, first_at: at, last_at: at };
        assert_eq!(refused.sentence(), "Refused: 1 guess at activation codes from one source.");
    }
}
