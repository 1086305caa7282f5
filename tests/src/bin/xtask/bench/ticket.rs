//! Which way to print or show a ticket's code is read best by the gate's eye.
//!
//! One thing is changed at a time, from what the booking site draws. Each print
//! is seen in the same hands, with the same troubles, on the same width of page.

use qrcode::EcLevel;
use real_parts::pictures::{Page, Print, printed};
use real_parts::rivals::{Reader, Which};
use real_parts::say;
use serde_json::{Map, Value, json};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// What the pictures are made from
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many tickets are held up in each print
    #[arg(long, value_name = "N", default_value_t = 390)]
    tickets: u32,
}

/// What the booking site draws.
const OURS: Print = Print { level: EcLevel::M, quiet: 4, page: Page::White, ink: 0.01, width: 1.0 };

const PRINTS: [(&str, &str, Print); 15] = [
    ("as it is", "level M, 4 modules of white, black, on white, all the width", OURS),
    ("level", "L", Print { level: EcLevel::L, ..OURS }),
    ("level", "Q", Print { level: EcLevel::Q, ..OURS }),
    ("level", "H", Print { level: EcLevel::H, ..OURS }),
    ("white around, on a white page", "2 modules", Print { quiet: 2, ..OURS }),
    ("white around, on a dark page", "1 module", Print { quiet: 1, page: Page::Dark, ..OURS }),
    ("white around, on a dark page", "2 modules", Print { quiet: 2, page: Page::Dark, ..OURS }),
    ("white around, on a dark page", "4 modules", Print { page: Page::Dark, ..OURS }),
    ("white around, on a dark page", "6 modules", Print { quiet: 6, page: Page::Dark, ..OURS }),
    ("colours", "light on dark", Print { page: Page::Inverted, ..OURS }),
    ("colours", "dark blue, 10 % of white's light", Print { ink: 0.1, ..OURS }),
    ("colours", "a strong colour, 30 %", Print { ink: 0.3, ..OURS }),
    ("colours", "a pale colour, 55 %", Print { ink: 0.55, ..OURS }),
    ("size", "three quarters of the width", Print { width: 0.75, ..OURS }),
    ("size", "half the width", Print { width: 0.5, ..OURS }),
];

pub(crate) fn measure(args: &Args) -> anyhow::Result<Value> {
    let mut readers = [open(Which::Ours)?, open(Which::OursEverything)?];
    let mut figures = Map::new();
    let mut table = String::from("\n| what | how | one frame | every search |\n|---|---|---|---|\n");
    for (what, how, print) in PRINTS {
        let read = say::step(&format!("Holding up {} tickets: {what}, {how}", args.tickets), || {
            reads(args, &print, &mut readers)
        })?;
        let [frame, everything] = read;
        table += &format!("| {what} | {how} | {frame} | {everything} |\n");
        figures.insert(format!("{what}: {how}"), json!({ "one_frame": frame, "every_search": everything }));
    }
    println!("{table}\nof {} each", args.tickets);
    Ok(Value::Object(figures))
}

/// Both run in this process: nobody has to be told who we are.
fn open(which: Which) -> anyhow::Result<Box<dyn Reader>> {
    which.open(|_| unreachable!("our own reader is asked in this process"))
}

fn reads(args: &Args, print: &Print, readers: &mut [Box<dyn Reader>; 2]) -> anyhow::Result<[u32; 2]> {
    let mut right = [0; 2];
    for number in 0..args.tickets {
        let picture = printed(args.seed, number, print);
        for (reader, right) in readers.iter_mut().zip(&mut right) {
            reader.forget();
            let reading = reader.read(&picture.luma)?;
            *right += u32::from(reading.texts.iter().any(|text| picture.is_read_by(text)));
        }
    }
    Ok(right)
}
