//! Every page in every state speaks the language it is asked for, and no other.
// What does not unwrap here has failed, and says where.
#![allow(clippy::unwrap_used)]

mod states;

use std::fs;
use std::path::{Path, PathBuf};

use booking_web::language::Language;

/// What people, gates, places and events are called, whatever language their page speaks.
const NAMES: [&str; 11] = [
    "The Thirty-Seventh All-India Inter-University Festival of Classical Music, Dance and Theatre: Grand Closing \
     Evening with शास्त्रीय संगीत",
    "Sri Krishnadevaraya Open Air Auditorium, 14th Cross Road, Malleshwaram, Bengaluru 560003",
    "Diwali Night 2026",
    "Town Hall, Bengaluru",
    "Gate B",
    "Asha 2",
    "Asha",
    "Ravi",
    "O&#39;Neill",
    "a•••@example.com",
    "asha@",
];

/// Never translated: a company's name, and where a script puts a number.
const AS_THEY_ARE: [&str; 4] = ["Razorpay", "{amount}", "{time}", "{n}"];

/// Attributes that are read out or shown.
const SAID: [&str; 13] = [
    " alt=\"",
    " aria-label=\"",
    " content=\"",
    " data-busy=\"",
    " data-counting=\"",
    " data-digit=\"",
    " data-done=\"",
    " data-missing=\"",
    " data-over=\"",
    " data-priced=\"",
    " data-seats=\"",
    " data-short=\"",
    " data-wrong=\"",
];

/// All that a page says, tag by tag; without names.
fn said(html: &str) -> String {
    let mut said = String::new();
    for piece in html.split('<').skip(1) {
        let (tag, text) = piece.split_once('>').unwrap();
        // The switch says the other language's name in that language; a style says nothing.
        if !tag.starts_with("a class=\"language\"") && !tag.starts_with("style") {
            said.push_str(text);
        }
        // For machines: how wide the screen is, what colour, who may index.
        if !tag.starts_with("meta name=\"") || tag.starts_with("meta name=\"description\"") {
            for attribute in SAID {
                said.extend(
                    tag.split(attribute).skip(1).filter_map(|rest| rest.split('"').next()).flat_map(|it| [" ", it]),
                );
            }
        }
        said.push('\n');
    }
    NAMES.iter().chain(&AS_THEY_ARE).fold(said, |said, name| said.replace(name, ""))
}

fn lines_with(text: &str, forbidden: impl Fn(char) -> bool) -> Vec<&str> {
    text.lines().filter(|line| line.contains(&forbidden)).collect()
}

#[test]
fn a_page_in_hindi_has_no_english_word() {
    for (name, html) in states::all(Language::Hindi).unwrap() {
        assert!(html.contains("<html lang=\"hi\">"), "{name}");
        let said = said(&html);
        assert!(
            said.chars().filter(|c| ('\u{900}'..='\u{97F}').contains(c)).count() > 40,
            "{name} says little:\n{said}"
        );
        let english = lines_with(&said, |c| c.is_ascii_alphabetic());
        assert!(english.is_empty(), "{name}: {english:#?}");
    }
}

#[test]
fn a_page_in_english_has_no_hindi_word() {
    for (name, html) in states::all(Language::English).unwrap() {
        assert!(html.contains("<html lang=\"en\">"), "{name}");
        let said = said(&html).replace("रवि", "").replace("श्रीमती महालक्ष्मी राजराजेश्वरी", "");
        let hindi = lines_with(&said, |c| ('\u{900}'..='\u{97F}').contains(&c));
        assert!(hindi.is_empty(), "{name}: {hindi:#?}");
    }
}

#[test]
fn both_languages_have_the_same_pages_with_the_same_tags() {
    let skeleton = |html: &str| -> Vec<String> {
        let tags = html.split('<').skip(1).map(|piece| piece.split(['>', ' ']).next().unwrap().to_owned());
        tags.collect()
    };
    let [english, hindi] = Language::ALL.map(|language| states::all(language).unwrap());
    assert!(english.len() > 60, "{}", english.len());
    for ((name, english), (same, hindi)) in english.iter().zip(&hindi) {
        assert_eq!(name, same);
        assert_eq!(skeleton(english), skeleton(hindi), "{name}");
    }
}

#[test]
fn every_page_leads_to_itself_in_the_other_language() {
    for (language, switch) in [
        (Language::English, r#"<a class="language" href="?lang=hi" lang="hi" hreflang="hi">हिन्दी</a>"#),
        (Language::Hindi, r#"<a class="language" href="?lang=en" lang="en" hreflang="en">English</a>"#),
    ] {
        for (name, html) in states::all(language).unwrap() {
            assert_eq!(html.matches("class=\"language\"").count(), 1, "{name}");
            assert!(html.contains(switch), "{name}: {html}");
        }
    }
}

/// A word in a template would be said in every language.
#[test]
fn no_template_of_guests_and_letters_says_a_word_of_its_own() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
    let templates: Vec<PathBuf> = ["", "order", "mail"].iter().flat_map(|it| files(&folder.join(it))).collect();
    assert!(templates.len() > 15, "{templates:?}");
    for file in templates {
        let text = fs::read_to_string(&file).unwrap();
        let text = without(&without(&without(&text, "{#", "#}"), "{%", "%}"), "{{", "}}");
        let words = without(&text, "<", ">").replace("&amp;", "");
        // A macro that writes attributes has no tag around them.
        let attributes = |line: &str| line.starts_with("aria-") || line.trim() == "autofocus";
        let words = words.lines().map(str::trim).filter(|line| !attributes(line)).collect::<Vec<_>>().join("\n");
        let words = lines_with(&words, char::is_alphabetic);
        assert!(words.is_empty(), "{}: {words:?}", file.display());
        for attribute in SAID.iter().filter(|it| **it != " content=\"") {
            let said = text.split(attribute).skip(1).filter_map(|rest| rest.split('"').next());
            let said: Vec<&str> = said.filter(|it| it.contains(char::is_alphabetic)).collect();
            assert!(said.is_empty(), "{}: {attribute}{said:?}", file.display());
        }
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.filter(|path| path.is_file()).collect()
}

/// Without all that stands between these marks.
fn without(text: &str, open: &str, close: &str) -> String {
    let mut pieces = text.split(open);
    let first = pieces.next().unwrap_or_default().to_owned();
    pieces.fold(first, |kept, piece| kept + piece.split_once(close).map_or("", |(_, after)| after))
}
