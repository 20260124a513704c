//! Signed notes, checkpoints and proof files: published vectors, and what is refused.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod refused;
mod vectors;

/// The key of the published note.
const PETER: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";

/// The note that Peter Neumann signed.
const SIGNED: &str = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n\
\u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

/// A log with the eight entries of the RFC 6962 vectors, its key made of the seed 00..1f.
const LOG: &str = "example.com/log42+61581bf9+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4";

/// The proof of entry 5 of that log, with a witness's signature.
const PROOF: &str = "c2sp.org/tlog-proof@v1
index 5
vBoGQ7EuTS18d5GPROD095qDi2z57FtcKD4fTYhZnms=
yoVOoSjtBQtBs1/8G4e46yveRh6eO1WW7Oa51ZdaCuA=
037kGJdt2VdTwcc4Yrk5j6Kiz5tP8P3+izDNlSCWFLc=

example.com/log42
8
XcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=

\u{2014} example.com/log42 YVgb+WpgIh2QcpR0wVMg4K5/X4a1Jd/iVEgwjSCed4id1MiyqVW2eS6qH/lCtSZ0yE1nly4FHDJwM+eqDGBAGk8hWAQ=
\u{2014} witness.example/w1 IDJKvgAAAABkGFDLozvEunN9wrWcxs5qmGzIcxQYx8vRbi6U+2xTi3BcllG0IS8VgHP5PA7e1wBwehouVqKpg0B2tqmq1zQ/BMHrDg==
";
