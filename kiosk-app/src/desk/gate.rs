//! A gate at work: answers whatever is put before it, one after another,
//! because one guest stands there at a time.

use std::sync::Arc;
use std::time::Instant;

use chrono::{DateTime, Utc};
use common::passages::Step;
use common::{Outcome, Reason, ScanId, UniqueId, Verdict};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use uuid::Uuid;

use super::board::Board;
use super::health::{self, Looked};
use super::news::{Direction, News, ShownVerdict, Undo, Way};
use super::timing::Seen;
use crate::admit::Admitter;
use crate::memory::Subject;
use crate::presentation::COOL_DOWN;
use crate::settings::Settings;
use crate::works::Works;

/// What may wait while a verdict is awaited. A guest in a hurry shows the code
/// again; nobody wants the tenth of them answered a minute later.
const WAITING: usize = 8;

/// The gate's own tasks; they end when this is closed.
#[derive(Debug)]
pub(super) struct Gate {
    wishes: mpsc::Sender<Wish>,
    works: Works,
    answering: JoinHandle<()>,
    looking: JoinHandle<()>,
}

/// What can be asked of a gate at work.
#[derive(Debug)]
pub(super) enum Wish {
    /// A code that was presented.
    Code { text: Vec<u8>, direction: Direction, way: Way, seen: Option<Seen> },
    /// A guest whom the operator found.
    Guest { ticket: UniqueId, direction: Direction },
    /// Take the last admission back.
    Undo { answer: oneshot::Sender<Option<Reason>> },
}

impl Gate {
    /// Opens the gate. Call it inside a tokio runtime.
    pub(super) fn open(settings: &Settings, neighbourly: bool, board: Board) -> Self {
        let works = Works::start(settings, neighbourly);
        let nudge = health::Nudge::default();
        let looking = tokio::spawn(health::look(Looked::at(&works), board.clone(), nudge.clone()));
        let (wishes, asked) = mpsc::channel(WAITING);
        let admitter = Arc::clone(&works.admitter);
        let answers = Answers { admitter, board, nudge, last_admission: None, welcomed: None };
        let answering = tokio::spawn(answers.give(asked));
        Self { wishes, works, answering, looking }
    }

    /// Puts something before the gate; `false` if too much waits already.
    pub(super) fn ask(&self, wish: Wish) -> bool {
        self.wishes.try_send(wish).is_ok()
    }

    pub(super) fn works(&self) -> &Works {
        &self.works
    }

    /// Answers what waits, sends what is unsent, and says goodbye to the server.
    pub(super) async fn close(self) {
        let Self { wishes, works, answering, looking } = self;
        looking.abort();
        drop(wishes);
        if let Err(error) = answering.await {
            tracing::error!("the gate ended by a fault of its own: {error}");
        }
        let lasting = works.memory.store().is_lasting();
        match works.close().await {
            0 => {}
            count if lasting => tracing::warn!("{count} scans are kept on this computer, to be sent at the next start"),
            count => {
                tracing::warn!("scans that could not be written to the database: {count}; their verdicts were given");
            }
        }
    }
}

/// An admission that can be taken back.
#[derive(Debug)]
struct Admission {
    subject: Subject,
    scan: ScanId,
    at: DateTime<Utc>,
    first_name: Option<String>,
}

struct Answers {
    admitter: Arc<Admitter>,
    board: Board,
    nudge: health::Nudge,
    last_admission: Option<Admission>,
    welcomed: Option<Welcomed>,
}

/// The code that was good last. A scanner whose trigger is held says it again,
/// the camera may see what the scanner has read: the guest must not be told
/// "already inside" for that.
struct Welcomed {
    text: Vec<u8>,
    direction: Direction,
    at: Instant,
}

impl Answers {
    async fn give(mut self, mut asked: mpsc::Receiver<Wish>) {
        while let Some(wish) = asked.recv().await {
            self.answer(wish).await;
        }
    }

    async fn answer(&mut self, wish: Wish) {
        let scan: ScanId = Uuid::now_v7().into();
        match wish {
            Wish::Code { text, direction, .. } if self.was_just_welcomed(&text, direction) => {}
            Wish::Code { text, direction, way, seen } => {
                self.board.say(News::Checking { scan_id: scan });
                let verdict = match direction {
                    Direction::Entry => self.admitter.admit_scan(&text, scan).await,
                    Direction::Exit => self.admitter.leave_scan(&text, scan).await,
                };
                let subject = self.admitter.subject(&text);
                self.told(&verdict, direction.into(), way, subject, seen);
                if verdict.reason.outcome() == Outcome::Granted {
                    self.welcomed = Some(Welcomed { text, direction, at: Instant::now() });
                }
            }
            Wish::Guest { ticket, direction } => {
                self.board.say(News::Checking { scan_id: scan });
                let verdict = match direction {
                    Direction::Entry => self.admitter.admit_by_hand(&ticket, scan).await,
                    Direction::Exit => self.admitter.leave_by_hand(&ticket, scan).await,
                };
                self.told(&verdict, direction.into(), Way::Hand, Some((&ticket).into()), None);
            }
            Wish::Undo { answer } => {
                let reason = self.undo(scan).await;
                // Whoever asked may be gone; what was done is done.
                let _ = answer.send(reason);
            }
        }
        self.nudge.now();
    }

    /// The verdict, which is in the journal by now, goes to the screen.
    fn told(&mut self, verdict: &Verdict, kind: Step, way: Way, subject: Option<Subject>, seen: Option<Seen>) {
        let at = Instant::now();
        let shown = ShownVerdict::new(verdict, kind, way);
        let line = shown.line().clone();
        self.board.say(News::Verdict { verdict: Box::new(shown) });
        self.board.timings().told(verdict.scan_id, seen, verdict.elapsed, at);
        if kind == Step::Entry && verdict.reason == Reason::Granted {
            self.last_admission = subject.map(|subject| Admission {
                subject,
                scan: verdict.scan_id,
                at: Utc::now(),
                first_name: verdict.first_name.as_ref().map(ToString::to_string),
            });
        }
        let undo = self.undoable();
        let took = seen.map_or(verdict.elapsed, |seen| at.saturating_duration_since(seen.taken_at));
        self.board.change(|screen| {
            screen.recent.insert(0, line);
            screen.recent.truncate(RECENT);
            screen.undo = undo;
            screen.last_scan_ms = Some((took.as_secs_f64() * 10_000.0).round() / 10.0);
        });
    }

    /// Takes the last admission back; nothing if there is none.
    async fn undo(&mut self, scan: ScanId) -> Option<Reason> {
        let admission = self.last_admission.as_ref()?;
        let verdict = self.admitter.undo(admission.subject.clone(), admission.scan, scan).await;
        // A database that cannot be asked leaves it as it was: try again.
        if verdict.reason.outcome() != Outcome::CannotCheck {
            self.last_admission = None;
            self.welcomed = None;
        }
        let reason = verdict.reason;
        self.told(&verdict, Step::Undo, Way::Hand, None, None);
        Some(reason)
    }

    fn was_just_welcomed(&self, text: &[u8], direction: Direction) -> bool {
        self.welcomed
            .as_ref()
            .is_some_and(|it| it.text == text && it.direction == direction && it.at.elapsed() < COOL_DOWN)
    }

    fn undoable(&self) -> Option<Undo> {
        self.last_admission.as_ref().map(|it| Undo { first_name: it.first_name.clone(), at: it.at })
    }
}

/// As many as fit on the screen.
const RECENT: usize = 20;
