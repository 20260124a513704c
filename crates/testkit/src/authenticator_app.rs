//! What a person's authenticator app shows: time-based one-time passwords (RFC 6238), from the secret as the portal shows it.

use daybook_model::Timestamp;
use totp_rs::{Algorithm, Builder};

/// The code for this secret (base32, RFC 4648, in groups or not) at this moment.
pub fn one_time_code(secret: &str, at: Timestamp) -> String {
    let key: [u8; 20] = base32(secret).try_into().unwrap();
    let app = Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_digits(6)
        .with_skew(0)
        .with_step_duration(30)
        .with_secret(key)
        .build_noncompliant();
    app.generate(u64::try_from(at.as_seconds()).unwrap()).to_string()
}

fn base32(text: &str) -> Vec<u8> {
    const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let (mut bytes, mut held, mut bits) = (vec![], 0u32, 0);
    for symbol in text.chars().filter(|symbol| !symbol.is_whitespace()) {
        let five = u32::try_from(ALPHABET.find(symbol).unwrap()).unwrap();
        held = (held << 5 | five) & 0xfff;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(held >> bits & 0xff).unwrap());
        }
    }
    bytes
}
