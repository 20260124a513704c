//! `cargo xtask fuzz`: looks for inputs that what reads foreign text cannot bear, led by which code each input reaches. The targets are a
//! `cargo fuzz` project in `fuzz/`; this builds them with the same flags, and needs neither that command nor a nightly compiler.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    thread,
};

use anyhow::{Context, Result, bail};

use crate::{debian::Administrator, output, process, steps::Steps};

/// The targets: the files of `fuzz/fuzz_targets`.
const TARGETS: [&str; 6] = ["code", "cursor", "entry", "filter", "id", "proof"];
/// How long each is searched, in seconds, if nothing is said.
pub(crate) const SECONDS: u32 = 60;
/// What tells an input which code it reached; as `cargo fuzz` has it, without a sanitizer: no code here is unsafe.
const COVERAGE: &str = "--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares -Cllvm-args=-simplifycfg-branch-fold-threshold=0 -Ccodegen-units=1";
/// The longest input that is tried, in bytes: longer ones are refused by length everywhere, and cost more than they find.
const LONGEST: &str = "-max_len=4096";
/// How long one input may take, in seconds, before it counts as a failure.
const PATIENCE: &str = "-timeout=10";

/// What to search, and for how long.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Selection {
    targets: Vec<&'static str>,
    seconds: u32,
    /// Whether the inputs that reached something new are added to the corpus of the repository.
    keep: bool,
}

impl Selection {
    /// Every target for as long as it is searched if nothing is said.
    pub(crate) fn everything() -> Self {
        Self { targets: TARGETS.to_vec(), seconds: SECONDS, keep: false }
    }

    /// Reads the arguments after `fuzz`.
    pub(crate) fn parse(arguments: &[&str]) -> Result<Self> {
        let mut selection = Self::everything();
        let mut rest = arguments;
        if let [name, after @ ..] = rest
            && !name.starts_with("--")
        {
            let found = TARGETS.into_iter().find(|target| target == name);
            let found =
                found.with_context(|| format!("there is no target `{name}`, but {}", TARGETS.join(", ")))?;
            (selection.targets, rest) = (vec![found], after);
        }
        loop {
            match rest {
                [] => return Ok(selection),
                ["--keep", after @ ..] => (selection.keep, rest) = (true, after),
                ["--seconds", number, after @ ..] => {
                    let number = number.parse().ok().filter(|number| *number > 0);
                    let number = number.context("--seconds must be a whole number from 1 on")?;
                    (selection.seconds, rest) = (number, after);
                }
                other => {
                    bail!("`fuzz` takes a target, `--seconds N` and `--keep`; not `{}`", other.join(" "))
                }
            }
        }
    }
}

/// Searches and prints a summary, also when something was found.
pub(crate) fn run(repository: &Path, selection: &Selection) -> Result<()> {
    let mut steps = Steps::default();
    let outcome = search(repository, selection, &mut steps);
    output::line(&format!("\n{}", steps.summary()));
    outcome
}

/// Builds the targets and searches them side by side: they share the processors.
pub(crate) fn search(repository: &Path, selection: &Selection, steps: &mut Steps) -> Result<()> {
    steps.run("C++ compiler: find", find_or_install_compiler)?;
    let ground = steps.run("fuzz: build", || Ground::build(repository))?;
    steps.run("fuzz", || {
        let search = |target: &&'static str| ground.search(target, selection.seconds);
        thread::scope(|scope| {
            let running: Vec<_> =
                selection.targets.iter().map(|target| scope.spawn(move || search(target))).collect();
            // All end before the first failure is told.
            let ended: Vec<_> = running.into_iter().map(thread::ScopedJoinHandle::join).collect();
            ended.into_iter().try_for_each(|one| one.unwrap_or_else(|_| bail!("a search panicked")))
        })
    })?;
    if selection.keep {
        steps.run("corpus: keep", || selection.targets.iter().try_for_each(|target| ground.keep(target)))?;
    }
    Ok(())
}

/// Where the targets are, and what they find.
struct Ground {
    programs: PathBuf,
    corpus: PathBuf,
    found: PathBuf,
}

impl Ground {
    fn build(repository: &Path) -> Result<Self> {
        let host = process::read(Command::new("rustc").args(["--print", "host-tuple"]))?;
        let target = repository.join("target/fuzz");
        // Named though it is the host's own: build scripts and macros are built without the flags then.
        let mut cargo = process::cargo();
        cargo.current_dir(repository.join("fuzz")).args([
            "build",
            "--release",
            "--locked",
            "--target",
            &host,
        ]);
        process::stream(cargo.arg("--target-dir").arg(&target).env("RUSTFLAGS", COVERAGE))?;
        Ok(Self {
            programs: target.join(host).join("release"),
            corpus: repository.join("fuzz/corpus"),
            found: target.join("found"),
        })
    }

    fn search(&self, target: &str, seconds: u32) -> Result<()> {
        let (corpus, found) = (self.corpus.join(target), self.found.join(target));
        fs::create_dir_all(&found).with_context(|| format!("cannot make {}", found.display()))?;
        let failures = format!("-artifact_prefix={}/failure-{target}-", self.found.display());
        let time = format!("-max_total_time={seconds}");
        let mut program = Command::new(self.programs.join(target));
        // What reaches something new is written into the first folder, never into the repository.
        program.args([LONGEST, PATIENCE, &time, &failures]).args([&found, &corpus]);
        process::read(&mut program).with_context(|| {
            format!("`{target}` does not bear an input: run `target/fuzz/…/{target} FILE` with the file that is named here")
        })?;
        output::line(&format!("fuzz: {target} bore every input of {seconds} s"));
        Ok(())
    }

    /// Replaces the corpus of a target by the fewest inputs that reach every place that was reached, however often.
    fn keep(&self, target: &str) -> Result<()> {
        let (corpus, merged) = (self.corpus.join(target), self.found.join(format!("{target}-merged")));
        if merged.exists() {
            fs::remove_dir_all(&merged).context("cannot remove an earlier merge")?;
        }
        fs::create_dir_all(&merged).context("cannot make a folder to merge into")?;
        let mut program = Command::new(self.programs.join(target));
        process::read(program.args(["-merge=1", "-use_counters=0", LONGEST]).args([
            &merged,
            &corpus,
            &self.found.join(target),
        ]))?;
        fs::remove_dir_all(&corpus).with_context(|| format!("cannot replace {}", corpus.display()))?;
        fs::rename(&merged, &corpus).with_context(|| format!("cannot replace {}", corpus.display()))
    }
}

/// Sees to it that libFuzzer, which is C++, can be built.
fn find_or_install_compiler() -> Result<()> {
    if process::read(Command::new("c++").arg("--version")).is_ok() {
        return Ok(());
    }
    output::note("there is no C++ compiler for the fuzz targets: installing Debian's package");
    Administrator::prepare()
        .and_then(|administrator| administrator.install("g++"))
        .context("install a C++ compiler (Debian: `apt-get install g++`), then run this again")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_named_and_for_how_long() {
        let one = Selection { targets: vec!["code"], seconds: 5, keep: true };
        assert_eq!(Selection::parse(&["code", "--seconds", "5", "--keep"]).unwrap(), one);
        assert_eq!(Selection::parse(&[]).unwrap(), Selection::everything());
        for words in [&["tea"][..], &["--seconds"], &["--seconds", "0"], &["code", "id"]] {
            Selection::parse(words).unwrap_err();
        }
    }

    #[test]
    fn every_target_is_known_and_has_a_corpus() {
        let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz");
        let names = |folder: &str| {
            let entries = fs::read_dir(fuzz.join(folder)).unwrap().map(|entry| entry.unwrap().path());
            let mut names: Vec<_> =
                entries.map(|path| path.file_stem().unwrap().to_string_lossy().into_owned()).collect();
            names.sort();
            names
        };
        assert_eq!(names("fuzz_targets"), TARGETS);
        assert_eq!(names("corpus"), TARGETS);
    }
}
