//! Figures in, a drawing out: columns over time, as SVG without a script.
//!
//! The drawing says nothing that the table beside it does not say, too. Its
//! axis begins at zero and ends at a round number, so that twice as high is
//! twice as many. Colours come from the page, which has a light and a dark one;
//! whatever somebody typed is text.
//!
//! Reading order: [`mod@columns`] (what happened, by the clock of the event) →
//! [`mod@scale`] (round numbers) → here.

pub mod columns;
pub mod scale;

use std::fmt::Write;

pub use self::columns::{Column, Grain, columns};
use self::scale::labelled;
pub use self::scale::{grouped, ticks};

/// In the drawing's own units, which on a phone are pixels.
const WIDTH: f64 = 340.0;
const HEIGHT: f64 = 190.0;
const TOP: f64 = 12.0;
const BOTTOM: f64 = 28.0;
const RIGHT: f64 = 8.0;
/// About as wide as a digit of this size is in any typeface.
const DIGIT: f64 = 7.0;
/// What happened is drawn, however small beside the rest.
const LEAST: f64 = 1.0;
/// As many labels as stand side by side on a phone.
const LABELS: usize = 5;

/// Columns over time with their words.
#[derive(Clone, Debug)]
pub struct Chart {
    /// Tells the drawing's parts from those of another on the same page: letters only.
    pub id: &'static str,
    pub title: String,
    /// One of what is counted, and several: `ticket`, `tickets`.
    pub unit: [&'static str; 2],
    pub grain: Grain,
    pub columns: Vec<Column>,
}

impl Chart {
    /// All of it together.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.columns.iter().map(|column| column.value).sum()
    }

    /// The sentence for whoever does not see the drawing.
    #[must_use]
    pub fn summary(&self) -> String {
        let most = self.columns.iter().max_by_key(|column| (column.value, std::cmp::Reverse(column.from)));
        let Some(most) = most.filter(|most| most.value > 0) else {
            return format!("No {} yet.", self.unit[1]);
        };
        format!(
            "{} {} in all; the most {}, {}: {}.",
            grouped(self.total()),
            self.unit[usize::from(self.total() != 1)],
            self.grain.each(),
            most.said(self.grain),
            grouped(most.value)
        )
    }

    /// Rows of the table that says the same: those with something in them.
    #[must_use]
    pub fn rows(&self) -> Vec<(String, String)> {
        let told = self.columns.iter().filter(|column| column.value > 0);
        told.map(|column| (column.said(self.grain), grouped(column.value))).collect()
    }

    /// The drawing.
    #[must_use]
    pub fn svg(&self) -> String {
        let mut svg = format!(
            r#"<svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="{id}-title {id}-desc"><title id="{id}-title">{title}</title><desc id="{id}-desc">{summary}</desc>"#,
            id = self.id,
            title = text(&self.title),
            summary = text(&self.summary()),
        );
        let ticks = ticks(self.columns.iter().map(|column| column.value).max().unwrap_or(0));
        let frame = Frame::beside(&ticks);
        frame.draw_scale(&mut svg, &ticks);
        if self.total() == 0 {
            let (x, y) = (f64::midpoint(frame.left, WIDTH - RIGHT), f64::midpoint(TOP, frame.floor()));
            put(
                &mut svg,
                &format!(
                    r#"<text class="chart-none" x="{x:.1}" y="{y:.1}" font-size="13" text-anchor="middle" fill="currentColor">No {} yet</text>"#,
                    text(self.unit[1])
                ),
            );
        } else {
            frame.draw_columns(&mut svg, &self.columns);
            frame.draw_times(&mut svg, &self.columns, self.grain);
        }
        svg + "</svg>"
    }
}

/// Where things stand: right of the scale's numbers, above the times.
struct Frame {
    left: f64,
    /// The scale's last number.
    top_value: u64,
}

impl Frame {
    fn beside(ticks: &[u64]) -> Self {
        let longest = ticks.iter().map(|tick| grouped(*tick).chars().count()).max().unwrap_or(1);
        let longest = u32::try_from(longest).unwrap_or(u32::MAX);
        Self { left: f64::from(longest) * DIGIT + 8.0, top_value: ticks.last().copied().unwrap_or(1).max(1) }
    }

    fn floor(&self) -> f64 {
        HEIGHT - BOTTOM
    }

    /// How far above the floor a value stands.
    fn height(&self, value: u64) -> f64 {
        share(value, self.top_value) * (self.floor() - TOP)
    }

    fn draw_scale(&self, svg: &mut String, ticks: &[u64]) {
        for tick in ticks {
            let y = self.floor() - self.height(*tick);
            let (x, right, below) = (self.left - 6.0, WIDTH - RIGHT, y + 4.0);
            let class = if *tick == 0 { "chart-floor" } else { "chart-line" };
            put(
                svg,
                &format!(
                    r#"<path class="{class}" d="M{:.1} {y:.1}H{right:.1}" stroke="currentColor" fill="none"/>"#,
                    self.left
                ),
            );
            put(
                svg,
                &format!(
                    r#"<text class="chart-label" x="{x:.1}" y="{below:.1}" font-size="12" text-anchor="end" fill="currentColor">{}</text>"#,
                    grouped(*tick)
                ),
            );
        }
    }

    fn step(&self, columns: &[Column]) -> f64 {
        (WIDTH - RIGHT - self.left) / count(columns.len())
    }

    /// One path for all, which is a tenth of as many rectangles.
    fn draw_columns(&self, svg: &mut String, columns: &[Column]) {
        let step = self.step(columns);
        let wide = (step * 0.8).min(40.0);
        let mut path = String::new();
        for (number, column) in columns.iter().enumerate().filter(|(_, column)| column.value > 0) {
            let x = self.left + step * count(number) + (step - wide) / 2.0;
            let high = self.height(column.value).max(LEAST);
            put(&mut path, &format!("M{x:.2} {:.1}v-{high:.2}h{wide:.2}v{high:.2}z", self.floor()));
        }
        put(svg, &format!(r#"<path class="chart-columns" fill="currentColor" d="{path}"/>"#));
    }

    fn draw_times(&self, svg: &mut String, columns: &[Column], grain: Grain) {
        let step = self.step(columns);
        for number in labelled(columns, grain, LABELS) {
            // A day's name stands below its column, a time where the column begins.
            let offset = if grain.is_of_days() { step / 2.0 } else { 0.0 };
            let x = self.left + step * count(number) + offset;
            let (anchor, x) = if x > WIDTH - 30.0 { ("end", WIDTH - 1.0) } else { ("middle", x) };
            let y = HEIGHT - 8.0;
            put(
                svg,
                &format!(
                    r#"<text class="chart-label" x="{x:.1}" y="{y:.1}" font-size="12" text-anchor="{anchor}" fill="currentColor">{}</text>"#,
                    text(&columns[number].label(grain))
                ),
            );
        }
    }
}

fn share(value: u64, of: u64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a pixel is coarser than what is lost")]
    let (value, of) = (value as f64, of as f64);
    value / of
}

fn count(number: usize) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}

fn put(svg: &mut String, part: &str) {
    svg.write_str(part).expect("writing to a String cannot fail");
}

/// Text for a drawing, whatever it holds: markup is text, and what XML cannot
/// hold is shown as missing.
fn text(typed: &str) -> String {
    let mut escaped = String::with_capacity(typed.len());
    for letter in typed.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            // Marks that turn the direction of what follows would turn our own words, too.
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {}
            letter if letter.is_control() || matches!(letter, '\u{fffe}' | '\u{ffff}') => escaped.push('\u{fffd}'),
            letter => escaped.push(letter),
        }
    }
    escaped
}

#[cfg(test)]
mod tests;
