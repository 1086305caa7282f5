//! The text that Prometheus read before there was OpenMetrics, for whoever
//! does not ask for the newer one: `curl`, `promtool check metrics`, older
//! scrapers. They differ in what a counter is called where it is described.

/// Turns OpenMetrics text into the classic one.
pub(super) fn classic(text: &str) -> String {
    let (mut classic, mut help) = (String::with_capacity(text.len()), "");
    for line in text.lines().filter(|line| *line != "# EOF") {
        if let Some(described) = line.strip_prefix("# HELP ") {
            help = described.split_once(' ').map_or("", |(_, help)| help);
            continue;
        }
        match line.strip_prefix("# TYPE ").and_then(|typed| typed.split_once(' ')) {
            Some((name, "counter")) => {
                classic.push_str(&format!("# HELP {name}_total {help}\n# TYPE {name}_total counter\n"));
            }
            Some((name, kind)) => classic.push_str(&format!("# HELP {name} {help}\n# TYPE {name} {kind}\n")),
            None => {
                classic.push_str(line);
                classic.push('\n');
            }
        }
    }
    classic
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_counter_is_described_under_the_name_of_its_sample() {
        let open = "# HELP a What a is.\n# TYPE a counter\na_total{b=\"c\"} 1\n\
                    # HELP d What d is.\n# TYPE d gauge\nd 2\n# EOF\n";
        let expected = "# HELP a_total What a is.\n# TYPE a_total counter\na_total{b=\"c\"} 1\n\
                        # HELP d What d is.\n# TYPE d gauge\nd 2\n";
        assert_eq!(classic(open), expected);
    }
}
