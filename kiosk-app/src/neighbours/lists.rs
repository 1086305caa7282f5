//! Who knows what: every gate's list of happenings, and how far each copy of it goes.
//!
//! A gate's list only grows, so a copy is the first so many of it, and one
//! number says what is missing. A gate that comes late or was cut off fetches
//! the rest in pages of a datagram each, from the gate itself or from any that
//! has more of it; a page that was lost is asked for again. After a restart a
//! gate is another process with a new list, which tells again what it granted;
//! the old one is dropped where the new one holds all of it.

use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

use super::letter::{Item, PAGE_BYTES, Process};

/// A gate that is asked for pages sends so many, then waits to be asked again.
pub(super) const PAGES_AT_ONCE: usize = 32;
/// After so long without one of them the rest is asked for again.
const LOST_AFTER: Duration = Duration::from_millis(150);
/// The most lists that are kept, whatever neighbours say.
const MOST_LISTS: usize = 256;

/// All lists that this gate has something of.
#[derive(Debug)]
pub(super) struct Lists {
    own: Process,
    lists: HashMap<Process, List>,
    dropped: HashSet<Process>,
}

#[derive(Debug, Default)]
struct List {
    items: Vec<Item>,
    /// How much of it others have.
    holders: HashMap<Process, u32>,
    /// When it was asked for, or the last page of it came.
    asked: Option<Instant>,
    /// Whom it was asked of last, by number among those that have more.
    turn: usize,
}

/// Pages to ask for.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Lack {
    pub(super) list: Process,
    pub(super) from: u32,
    pub(super) of: Process,
}

impl Lists {
    pub(super) fn new(own: Process, told: Vec<Item>) -> Self {
        let own_list = List { items: told, ..List::default() };
        Self { own, lists: HashMap::from([(own, own_list)]), dropped: HashSet::new() }
    }

    /// Adds to this gate's own list, and says at which place.
    pub(super) fn add(&mut self, item: Item) -> u32 {
        let items = &mut self.lists.entry(self.own).or_default().items;
        items.push(item);
        count(items) - 1
    }

    /// How far each list goes here.
    pub(super) fn heads(&self) -> Vec<(Process, u32)> {
        self.lists.iter().map(|(list, it)| (*list, count(&it.items))).collect()
    }

    /// How far one does.
    pub(super) fn head(&self, list: Process) -> u32 {
        self.lists.get(&list).map_or(0, |it| count(&it.items))
    }

    /// A neighbour says how far lists go with it. Whether it lacks something that is here.
    pub(super) fn learn(&mut self, heads: &[(Process, u32)], from: Process) -> bool {
        let mut lacks = false;
        for (list, there) in heads {
            let room = self.lists.len() < MOST_LISTS && !self.dropped.contains(list);
            if room {
                self.lists.entry(*list).or_default();
            }
            let Some(known) = self.lists.get_mut(list) else { continue };
            known.holders.insert(from, *there);
            lacks |= *there < count(&known.items);
        }
        lacks
    }

    /// A neighbour that is gone is not asked for pages, nor is what it had remembered.
    pub(super) fn forget(&mut self, gone: Process) {
        for list in self.lists.values_mut() {
            list.holders.remove(&gone);
        }
    }

    /// How much of this gate's own list a neighbour has, as far as it has said so.
    pub(super) fn told(&self, neighbour: Process) -> Option<u32> {
        self.lists.get(&self.own)?.holders.get(&neighbour).copied()
    }

    /// A page of a list, and whether there is more after it.
    pub(super) fn page(&self, list: Process, from: u32) -> Option<(Vec<Item>, bool)> {
        let rest = self.lists.get(&list)?.items.get(usize::try_from(from).ok()?..)?;
        let mut room = PAGE_BYTES;
        let fits = |item: &&Item| match room.checked_sub(item.bytes()) {
            Some(less) => {
                room = less;
                true
            }
            None => false,
        };
        let page = rest.iter().take_while(fits).cloned().collect::<Vec<_>>();
        let more = page.len() < rest.len();
        (!page.is_empty()).then_some((page, more))
    }

    /// Takes a page, and says what of it is not in the list yet. What does not
    /// follow on what is there is new but cannot be kept: it is asked for again.
    pub(super) fn take(&mut self, now: Instant, list: Process, from: u32, items: Vec<Item>, by: Process) -> Vec<Item> {
        if list == self.own || self.dropped.contains(&list) {
            return Vec::new();
        }
        if !self.lists.contains_key(&list) && self.lists.len() >= MOST_LISTS {
            return items;
        }
        let known = self.lists.entry(list).or_default();
        let end = from.saturating_add(count(&items));
        let holds = known.holders.entry(by).or_default();
        *holds = end.max(*holds);
        known.asked = Some(now);
        let here = count(&known.items);
        if end <= here {
            return Vec::new();
        }
        if from > here {
            return items;
        }
        let new = items.into_iter().skip((here - from) as usize).collect::<Vec<_>>();
        known.items.extend(new.iter().cloned());
        new
    }

    /// What is missing here and has not been asked for just now, and who has it.
    pub(super) fn lacks(&mut self, now: Instant, there: impl Fn(Process) -> bool) -> Vec<Lack> {
        let mut lacks = Vec::new();
        for (list, known) in &mut self.lists {
            if known.asked.is_some_and(|asked| now < asked + LOST_AFTER) {
                continue;
            }
            lacks.extend(known.lack(*list, &there));
            if lacks.last().is_some_and(|lack: &Lack| lack.list == *list) {
                known.asked = Some(now);
            }
        }
        lacks
    }

    /// The next pages of a list, right after the last of those that were sent.
    pub(super) fn next(&mut self, now: Instant, list: Process, of: Process) -> Option<Lack> {
        let known = self.lists.get_mut(&list)?;
        let from = count(&known.items);
        known.asked = Some(now);
        known.holders.get(&of).is_some_and(|there| *there > from).then_some(Lack { list, from, of })
    }

    /// Whether anything is known to be missing.
    pub(super) fn is_behind(&self) -> bool {
        self.lists.values().any(|it| it.holders.values().any(|there| *there > count(&it.items)))
    }

    /// Drops the lists of processes that are gone, where a later process of the
    /// same gate tells all of it again.
    pub(super) fn drop_repeated(&mut self, gone: impl Fn(Process) -> bool) {
        let (old, new) =
            self.lists.iter().partition::<Vec<_>, _>(|(process, _)| **process != self.own && gone(**process));
        let (mut repeated, mut empty) = (Vec::new(), Vec::new());
        for (process, list) in old {
            if list.items.is_empty() && !list.is_behind() {
                empty.push(*process);
                continue;
            }
            let same_gate = new.iter().filter(|(_, other)| other.gate() == list.gate() && !other.is_behind());
            for (_, other) in same_gate {
                let scans = other.items.iter().map(Item::scan).collect::<HashSet<_>>();
                if list.items.iter().all(|item| scans.contains(&item.scan())) {
                    repeated.push(*process);
                    break;
                }
            }
        }
        for process in empty {
            // Others may have heard more of it where we were not: then it is listed again.
            self.lists.remove(&process);
        }
        for process in repeated {
            self.lists.remove(&process);
            self.dropped.insert(process);
        }
    }
}

impl List {
    /// Its missing pages: of the gate whose list it is, if that has them, else of the others in turn.
    fn lack(&mut self, list: Process, there: &impl Fn(Process) -> bool) -> Option<Lack> {
        let from = count(&self.items);
        let have = self.holders.iter().filter(|(holder, count)| **count > from && there(**holder));
        let mut holders = have.map(|(holder, _)| *holder).collect::<Vec<_>>();
        holders.sort_by_key(|holder| (*holder != list, *holder));
        let of = *holders.get(self.turn % holders.len().max(1))?;
        self.turn = self.turn.wrapping_add(1);
        Some(Lack { list, from, of })
    }

    fn is_behind(&self) -> bool {
        self.holders.values().any(|there| *there > count(&self.items))
    }

    fn gate(&self) -> Option<&str> {
        self.items.first().map(Item::gate)
    }
}

fn count(items: &[Item]) -> u32 {
    u32::try_from(items.len()).expect("an evening has fewer scans")
}
