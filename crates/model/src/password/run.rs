//! Runs of keys and of the alphabet. Must not know anything else about passwords.

/// Fewer neighbours than this are in every text.
const MIN_PIECE: usize = 3;
/// Keys in an order in which fingers find them, on the keyboards of several countries.
const ORDERS: [&str; 12] = [
    "1234567890",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiop",
    "qwertzuiop",
    "azertyuiop",
    "asdfghjkl",
    "qsdfghjklm",
    "zxcvbnm",
    "yxcvbnm",
    "1q2w3e4r5t6y7u8i9o0p",
    "q1w2e3r4t5y6u7i8o9p0",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
];

/// Whether the text is made of such runs alone, forwards, backwards or of one key; in lower case.
pub(super) fn is_run(folded: &str) -> bool {
    let mut rest = folded;
    while !rest.is_empty() {
        let piece = longest(rest);
        if piece.chars().count() < MIN_PIECE {
            return false;
        }
        rest = rest.get(piece.len()..).unwrap_or_default();
    }
    true
}

/// The longest run at the beginning of the text.
fn longest(text: &str) -> &str {
    let first = text.chars().next();
    let same = text.find(|c| Some(c) != first).unwrap_or(text.len());
    let along =
        ORDERS.iter().flat_map(|order| [along(text, order.chars()), along(text, order.chars().rev())]);
    text.get(..along.max().unwrap_or_default().max(same)).unwrap_or_default()
}

/// How many bytes at the beginning of the text follow the order; after its end it begins again.
fn along(text: &str, order: impl Iterator<Item = char> + Clone) -> usize {
    let mut expected = order.cycle().skip_while({
        let (first, mut left) = (text.chars().next(), 64);
        move |c| {
            left -= 1;
            left > 0 && Some(*c) != first
        }
    });
    text.chars().take_while(|c| expected.next() == Some(*c)).map(char::len_utf8).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_found_however_they_are_put_together() {
        for text in
            ["1234567890123", "qwertyasdfgh", "9876543210", "abc123xyz", "aaabbb", "poiuytrewq", "890123"]
        {
            assert!(is_run(text), "{text}");
        }
        for text in ["12", "qwertyx", "hello", "abd", "日本語", "abcé"] {
            assert!(!is_run(text), "{text}");
        }
    }
}
