//! `daybook verify`: what a file proves, with no database.

use crate::program::Folder;

/// A published log of eight entries and the proof of its entry 5, with that entry in it.
const KEY: &str = "example.com/log42+61581bf9+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4";
const CHECKPOINT: &str = "example.com/log42
8
XcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=

\u{2014} example.com/log42 YVgb+WpgIh2QcpR0wVMg4K5/X4a1Jd/iVEgwjSCed4id1MiyqVW2eS6qH/lCtSZ0yE1nly4FHDJwM+eqDGBAGk8hWAQ=
";
const PATH: &str = "c2sp.org/tlog-proof@v1
extra QEFCQw==
index 5
vBoGQ7EuTS18d5GPROD095qDi2z57FtcKD4fTYhZnms=
yoVOoSjtBQtBs1/8G4e46yveRh6eO1WW7Oa51ZdaCuA=
037kGJdt2VdTwcc4Yrk5j6Kiz5tP8P3+izDNlSCWFLc=

";

#[test]
fn good_files_are_told_from_bad_ones_without_a_database() {
    let folder = Folder::new();
    let proof = format!("{PATH}{CHECKPOINT}");
    folder.write("5.tlog-proof", &proof);
    folder.write("checkpoint", CHECKPOINT);
    let said = folder.ok(&["verify", "5.tlog-proof", "checkpoint", "--key", KEY]);
    assert!(said.contains("good  5.tlog-proof: ? ? of ? is entry 5 of 8 in example.com/log42"), "{said}");
    assert!(said.contains("good  checkpoint: the checkpoint of example.com/log42 at 8 entries"), "{said}");
    folder.write("moved.tlog-proof", &proof.replace("index 5", "index 4"));
    folder.write("other.tlog-proof", &proof.replace("QEFCQw==", "QEFCRA=="));
    folder.write("bare.tlog-proof", &proof.replace("extra QEFCQw==\n", ""));
    folder.write("grown", &CHECKPOINT.replace("\n8\n", "\n9\n"));
    folder.write("letter", "Dear auditor,\n");
    for name in ["moved.tlog-proof", "other.tlog-proof", "bare.tlog-proof", "grown", "letter", "nothing"] {
        let run = folder.run(&["verify", "checkpoint", name, "--key", KEY]);
        assert_eq!(run.code, 1, "{name}: {}", run.stdout);
        assert!(run.stdout.contains("good  checkpoint") && run.stdout.contains(&format!("BAD   {name}: ")));
    }
    for arguments in [&["verify", "checkpoint", "--key", "example.com"][..], &["verify", "--key", KEY]] {
        assert_eq!(folder.run(arguments).code, 2, "{arguments:?}");
    }
}
