//! What libFuzzer says, in its lines on standard error.

use super::Tried;

/// `INFO: Seed: 7` at its start and `#12 DONE   cov: 3 ft: …` at its end; none
/// when it reached nothing.
pub(super) fn tried(said: &str) -> Option<Tried> {
    let done = said.lines().rev().find(|line| line.starts_with('#') && line.contains("DONE"))?;
    let number_after = |word: &str| done.split_once(word)?.1.split_whitespace().next()?.parse().ok();
    let inputs = done.trim_start_matches('#').split_whitespace().next()?.parse().ok()?;
    let branches = number_after("cov: ").filter(|branches| *branches > 0)?;
    let seed = said.lines().find_map(|line| line.strip_prefix("INFO: Seed: "))?.trim().to_owned();
    Some(Tried { inputs, branches, seed })
}

/// The file that holds the input.
pub(super) fn artifact(said: &str) -> Option<&str> {
    said.lines().find_map(|line| Some(line.split_once("Test unit written to ")?.1.trim()))
}

/// Where our code stopped and why; else libFuzzer's own reason (too slow, too
/// large), or all it had to say.
pub(super) fn complaint(said: &str) -> String {
    let panic = |line: &&str| line.contains(" panicked at ");
    let own = |line: &&str| line.contains("ERROR: libFuzzer:");
    let from = |begin: &dyn Fn(&&str) -> bool| said.lines().skip_while(|line| !begin(line)).collect::<Vec<_>>();
    let lines = match (from(&panic), from(&own)) {
        (panic, _) if !panic.is_empty() => panic,
        (_, own) if !own.is_empty() => own,
        _ => said.lines().collect(),
    };
    let ends = |line: &&str| line.starts_with("note: ") || line.starts_with("==");
    let reason = lines.iter().enumerate().take_while(|(at, line)| *at == 0 || !ends(line)).take(20);
    reason.map(|(_, line)| *line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_told_without_what_libfuzzer_adds() {
        let said = "INFO: Seed: 1\nthread '<unnamed>' (5) panicked at form.rs:9:5:\nnot equal\n left: 1\n\
                    note: run with `RUST_BACKTRACE=1`\n==5== ERROR: libFuzzer: deadly signal\n\
                    artifact_prefix='x/'; Test unit written to x/form-crash-2\n";
        assert_eq!(complaint(said), "thread '<unnamed>' (5) panicked at form.rs:9:5:\nnot equal\n left: 1");
        assert_eq!(artifact(said), Some("x/form-crash-2"));
        assert_eq!(tried(said), None);
    }

    #[test]
    fn what_is_too_slow_is_told_in_libfuzzers_words() {
        let said = "#8 pulse cov: 1\n==5== ERROR: libFuzzer: timeout after 11 seconds\n==5== and so on";
        assert_eq!(complaint(said), "==5== ERROR: libFuzzer: timeout after 11 seconds");
        assert_eq!(complaint("cannot open shared object"), "cannot open shared object");
    }

    #[test]
    fn a_fuzzer_without_counters_has_seen_nothing() {
        assert_eq!(tried("INFO: Seed: 1\n#5\tDONE   cov: 0 ft: 0"), None);
    }
}
