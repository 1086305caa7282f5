//! A program that reads a camera: this test program again, started with the
//! shim, doing what it is told on its standard input. It uses the crate that
//! nokhwa stands on, so what it sees is what nokhwa is given.

use std::fs;
use std::io::{self, BufRead, BufReader, Write};
use std::process::{ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use image::GrayImage;
use v4l::buffer::Type;
use v4l::frameinterval::FrameIntervalEnum;
use v4l::io::traits::{CaptureStream, Stream};
use v4l::prelude::MmapStream;
use v4l::video::Capture;
use v4l::video::capture::Parameters;
use v4l::{Device, Format, FourCC};

use super::super::Cameras;
use crate::child::Running;

/// The reader, seen from the test.
pub(super) struct Reader {
    running: Running,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
}

impl Reader {
    pub(super) fn start(cameras: &Cameras) -> Self {
        let wrapper = cameras.wrapper(&std::env::current_exe().unwrap());
        let mut command = Command::new(wrapper);
        let this = format!("{}::obey", module_path!().split_once("::").unwrap().1);
        command.args(["--exact", &this, "--ignored", "--nocapture"]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut running = Running::start(command).unwrap();
        let stdin = running.process().stdin.take().unwrap();
        let stdout = BufReader::new(running.process().stdout.take().unwrap());
        Self { running, stdin, stdout }
    }

    /// Has it do something and gives its answer.
    pub(super) fn ask(&mut self, order: &str) -> String {
        writeln!(self.stdin, "{order}").unwrap();
        let mut line = String::new();
        while self.stdout.read_line(&mut line).unwrap() > 0 {
            if let Some((_, answer)) = line.split_once("answer: ") {
                return answer.trim_end_matches('\n').to_owned();
            }
            line.clear();
        }
        panic!("the reader ended at {order}: {:?}", self.running.wait(Duration::from_secs(10)));
    }
}

/// The reader itself.
#[test]
#[ignore = "it is a part of other tests"]
fn obey() {
    let mut opened = Opened::default();
    for line in io::stdin().lines().map_while(Result::ok) {
        let words: Vec<_> = line.split(' ').collect();
        let answer = opened.obey(&words).unwrap_or_else(|error| match error.raw_os_error() {
            Some(number) => format!("error {number}"),
            None => format!("error {error}"),
        });
        println!("answer: {answer}");
    }
}

#[derive(Default)]
struct Opened {
    device: Option<Device>,
    stream: Option<MmapStream<'static>>,
    size: (u32, u32),
}

impl Opened {
    fn obey(&mut self, words: &[&str]) -> io::Result<String> {
        match *words {
            ["list"] => list(),
            ["environment", name] => Ok(std::env::var(name).unwrap_or_default()),
            ["child", program] => {
                let output = Command::new(program).output()?;
                Ok(String::from_utf8_lossy(&output.stdout).replace('\n', " "))
            }
            ["open", number] => self.open(number.parse().unwrap()),
            ["modes"] => self.modes(),
            ["mode"] => self.mode(),
            ["start", fourcc, width, height, rate] => {
                self.start(fourcc, (width.parse().unwrap(), height.parse().unwrap()), rate.parse().unwrap())
            }
            ["frame"] => self.frame(),
            ["stop"] => {
                let stopped = self.stream.as_mut().unwrap().stop();
                // Dropping it would only stop it again.
                std::mem::forget(self.stream.take());
                stopped.map(|()| "ok".into())
            }
            ["close"] => {
                *self = Self::default();
                Ok("ok".into())
            }
            _ => panic!("{words:?}"),
        }
    }

    fn open(&mut self, number: usize) -> io::Result<String> {
        let device = Device::new(number)?;
        let caps = device.query_caps()?;
        self.device = Some(device);
        Ok(format!("{} at {}", caps.card, caps.bus))
    }

    fn modes(&self) -> io::Result<String> {
        let device = self.device.as_ref().unwrap();
        let mut modes = Vec::new();
        for format in device.enum_formats()? {
            for size in device.enum_framesizes(format.fourcc)? {
                for size in size.size.to_discrete() {
                    let rates = device.enum_frameintervals(format.fourcc, size.width, size.height)?;
                    let rates: Vec<_> = rates.iter().map(|rate| fraction(&rate.interval)).collect();
                    modes.push(format!("{} {}x{} {}", format.fourcc, size.width, size.height, rates.join(",")));
                }
            }
        }
        Ok(modes.join("; "))
    }

    fn mode(&self) -> io::Result<String> {
        let device = self.device.as_ref().unwrap();
        let format = device.format()?;
        Ok(format!("{} {}x{} {}", format.fourcc, format.width, format.height, device.params()?.interval))
    }

    fn start(&mut self, fourcc: &str, size: (u32, u32), rate: u32) -> io::Result<String> {
        let device = self.device.as_ref().unwrap();
        device.set_format(&Format::new(size.0, size.1, FourCC::new(fourcc.as_bytes().try_into().unwrap())))?;
        device.set_params(&Parameters::with_fps(rate))?;
        self.stream = Some(MmapStream::with_buffers(device, Type::VideoCapture, 4)?);
        self.size = size;
        self.mode()
    }

    /// `SEQUENCE SUM BYTES TEXT`
    fn frame(&mut self) -> io::Result<String> {
        let (buffer, meta) = self.stream.as_mut().unwrap().next()?;
        let used = meta.bytesused as usize;
        let text = text(self.device.as_ref().unwrap().format()?.fourcc, self.size, &buffer[..used]);
        // Whatever came before is still behind the end of a shorter one, as with a real driver.
        let sum = buffer.iter().fold(0_u64, |sum, byte| sum.wrapping_mul(31).wrapping_add(u64::from(*byte)));
        Ok(format!("{} {sum:016x} {used} {text}", meta.sequence))
    }
}

fn fraction(interval: &FrameIntervalEnum) -> String {
    match interval {
        FrameIntervalEnum::Discrete(fraction) => fraction.to_string(),
        FrameIntervalEnum::Stepwise(_) => "any".into(),
    }
}

fn list() -> io::Result<String> {
    let mut names = Vec::new();
    for entry in fs::read_dir("/dev")? {
        let name = entry?.file_name().into_string().unwrap();
        if name.starts_with("video") {
            let told = fs::read_to_string(format!("/sys/class/video4linux/{name}/name"));
            names.push(format!("{name}={}", told.unwrap_or_default().trim()));
        } else if name == "null" {
            names.push(name);
        }
    }
    names.sort();
    Ok(names.join(" "))
}

/// What the codes in a picture say.
fn text(fourcc: FourCC, (width, height): (u32, u32), bytes: &[u8]) -> String {
    let every = |step: usize, first: usize| bytes.iter().skip(first).step_by(step).copied().collect();
    let luma: Vec<u8> = match &fourcc.repr {
        b"MJPG" => match image::load_from_memory(bytes) {
            Ok(picture) => picture.into_luma8().into_raw(),
            Err(error) => return error.to_string(),
        },
        b"YUYV" => every(2, 0),
        b"UYVY" => every(2, 1),
        _ => bytes.iter().take((width * height) as usize).copied().collect(),
    };
    let Some(picture) = GrayImage::from_raw(width, height, luma) else { return "no picture".into() };
    let mut prepared = rqrr::PreparedImage::prepare(picture);
    let mut texts: Vec<_> = prepared.detect_grids().iter().filter_map(|grid| Some(grid.decode().ok()?.1)).collect();
    texts.sort();
    texts.join(" ")
}
