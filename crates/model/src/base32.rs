//! Crockford base32, as used by ids, tokens and activation codes. Must not allocate surprises: input is bounded by callers.
//!
//! Source of the alphabet and of the reading rules: <https://www.crockford.com/base32.html>.

/// The 32 symbols in order of their value: no `I`, `L`, `O` or `U`.
pub const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The symbol of a value; only its five low bits count.
pub fn symbol(value: u8) -> char {
    char::from(*ALPHABET.get(usize::from(value & 31)).unwrap_or(&b'0'))
}

/// The value of a symbol read the way people write it: either case, `I` and `L` as `1`, `O` as `0`.
pub fn value(symbol: char) -> Option<u8> {
    let symbol = match symbol.to_ascii_uppercase() {
        'I' | 'L' => '1',
        'O' => '0',
        other => other,
    };
    ALPHABET.iter().position(|&s| char::from(s) == symbol).and_then(|at| u8::try_from(at).ok())
}

/// Lower-case text of `bytes`, most significant bit first, the last symbol padded with zero bits.
pub fn encode_lower(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(5) * 8);
    let (mut buffer, mut bits) = (0u32, 0u32);
    for &byte in bytes {
        buffer = (buffer << 8) | u32::from(byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            text.push(symbol(low_byte(buffer >> bits)).to_ascii_lowercase());
        }
    }
    if bits > 0 {
        text.push(symbol(low_byte(buffer << (5 - bits))).to_ascii_lowercase());
    }
    text
}

/// The bytes written by [`encode_lower`]; `None` for a foreign symbol, upper case, or non-zero padding.
pub fn decode_lower(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() * 5 / 8);
    let (mut buffer, mut bits) = (0u32, 0u32);
    for symbol in text.bytes() {
        let at = ALPHABET.iter().position(|s| s.to_ascii_lowercase() == symbol)?;
        buffer = (buffer << 5) | u32::try_from(at).ok()?;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push(low_byte(buffer >> bits));
        }
        buffer &= (1 << bits) - 1;
    }
    (buffer == 0 && bits < 5).then_some(bytes)
}

fn low_byte(word: u32) -> u8 {
    word.to_le_bytes()[0]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn reads_what_people_write() {
        assert_eq!(value('l'), Some(1));
        assert_eq!(value('I'), Some(1));
        assert_eq!(value('o'), Some(0));
        assert_eq!(value('z'), Some(31));
        assert_eq!(value('U'), None);
    }

    #[test]
    fn a_symbol_that_adds_no_byte_is_none_of_the_text() {
        assert_eq!(decode_lower(""), Some(vec![]));
        for text in ["0", "000", "000000", "000000000", "01", "0z"] {
            assert_eq!(decode_lower(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn round_trips(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
            prop_assert_eq!(decode_lower(&encode_lower(&bytes)), Some(bytes));
        }

        #[test]
        fn only_one_text_decodes_to_given_bytes(text in "[0-9a-z]{0,60}") {
            if let Some(bytes) = decode_lower(&text) {
                prop_assert_eq!(encode_lower(&bytes), text);
            }
        }
    }
}
