//! Why, in an organiser's words.

/// The story keeps 255 characters, and says who decided in front.
const LONGEST: usize = 200;

/// One line of text.
///
/// # Errors
/// A sentence for the person at the terminal.
pub(in crate::commands) fn reason(typed: &str) -> Result<String, String> {
    let text = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.is_empty() || text.chars().count() > LONGEST || text.chars().any(char::is_control) {
        return Err(format!("a reason has 1 to {LONGEST} characters, such as \"asked for by e-mail\""));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_one_line_that_fits_the_story() {
        assert_eq!(reason(" asked\nfor  by e-mail ").unwrap(), "asked for by e-mail");
        for typed in ["", " ", "\u{1b}[31m", &"x".repeat(201)] {
            assert!(reason(typed).is_err(), "{typed:?}");
        }
        assert!("organiser, by command: ".len() + LONGEST < 255);
    }
}
