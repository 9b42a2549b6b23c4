//! A small site, all answers there are of it, and what the attacker could be after.

use std::convert::Infallible;
use std::ops::{Range, RangeInclusive};

use jiff::ToSpan as _;
use jiff::civil::{Date, date};

use super::known::{Atoms, CHUNK, Known, add, has, is_nothing};
use crate::report::answer::Ask;
use crate::report::fold::{Cells, Sum};
use crate::report::week::{Answer, Days};

/// The first day.
const MONDAY: Date = date(2026, 11, 2);

/// How large a site is. All its days are over, and its last week where that has seven of them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shape {
    pub(super) days: usize,
    pub(super) pages: usize,
    pub(super) values: usize,
}

impl Shape {
    pub(super) const fn atoms(self) -> usize {
        self.days * self.pages * self.values
    }

    fn at(self, day: usize) -> Date {
        debug_assert!(day <= self.days);
        MONDAY.saturating_add((day as i64).days())
    }

    pub(super) const fn atom(self, day: usize, page: usize, value: usize) -> usize {
        (day * self.pages + page) * self.values + value
    }

    /// Those atoms of a day whose page and value are among these, by a bit each.
    fn atoms_of(self, day: usize, pages: usize, values: usize) -> Atoms {
        let mut atoms = vec![0; self.atoms().div_ceil(CHUNK)];
        for page in (0..self.pages).filter(|page| pages >> page & 1 == 1) {
            for value in (0..self.values).filter(|value| values >> value & 1 == 1) {
                let atom = self.atom(day, page, value);
                atoms[atom / CHUNK] |= 1 << (atom % CHUNK);
            }
        }
        atoms
    }

    /// Each page, each value, and each value of each page: as bits of pages, and of values.
    fn slices(self) -> impl Iterator<Item = (usize, usize)> {
        let (all_pages, all_values) = ((1 << self.pages) - 1, (1 << self.values) - 1);
        let pages = move || (0..self.pages).map(|page| 1 << page);
        let values = move || (0..self.values).map(|value| 1 << value);
        let both = pages().flat_map(move |page| values().map(move |value| (page, value)));
        both.chain(pages().map(move |page| (page, all_values)))
            .chain(values().map(move |value| (all_pages, value)))
    }

    /// Each span of days, as bits.
    pub(super) fn spans(self) -> Vec<u32> {
        let spans = (0..self.days).flat_map(|from| (from..self.days).map(move |to| (from, to)));
        spans.map(|(from, to)| (1 << (to + 1)) - (1 << from)).collect()
    }

    /// Any days, as bits.
    pub(super) fn any_days(self) -> Vec<u32> {
        (1..1 << self.days).collect()
    }
}

/// Views by day, page and value; each view has a page and a value.
#[derive(Debug)]
pub(super) struct World {
    pub(super) shape: Shape,
    pub(super) views: Vec<u64>,
}

impl World {
    fn views_of(&self, atoms: &[u64]) -> u64 {
        self.views.iter().enumerate().filter(|(atom, _)| has(atoms, *atom)).map(|(_, views)| views).sum()
    }

    /// A cell, with those of its atoms as its visits that are of the chunk.
    fn cell(&self, day: usize, pages: Range<usize>, values: Range<usize>, chunk: usize) -> Sum {
        let mut sum = Sum::default();
        for (page, value) in pages.flat_map(|page| values.clone().map(move |value| (page, value))) {
            let atom = self.shape.atom(day, page, value);
            let is_of = atom / CHUNK == chunk;
            let visits = if is_of { 1 << (atom % CHUNK) } else { 0 };
            sum.add(Sum { views: self.views[atom], visits, amount: 0 });
        }
        sum
    }

    fn cells(&self, dimension: &str, page: &str, days: &RangeInclusive<Date>, chunk: usize) -> Days {
        let shape = self.shape;
        let mut found = Days::new();
        for day in (0..shape.days).filter(|&day| days.contains(&shape.at(day))) {
            let cells: Cells = if dimension == "page" {
                let cell = |page| self.cell(day, page..page + 1, 0..shape.values, chunk);
                (0..shape.pages).map(|page| (format!("/{page}"), cell(page))).collect()
            } else {
                let page = page.get(1..).and_then(|page| page.parse().ok());
                let pages = page.map_or(0..shape.pages, |page| page..page + 1);
                let cell = |value| self.cell(day, pages.clone(), value..value + 1, chunk);
                (0..shape.values).map(|value| (format!("v{value}"), cell(value))).collect()
            };
            found.insert(shape.at(day).to_string(), cells);
        }
        found
    }

    /// The answer to a question.
    pub(super) fn ask(
        &self,
        dimension: &str,
        page: &str,
        from: usize,
        to: usize,
        k: u64,
        chunk: usize,
    ) -> Answer {
        let ask = Ask { dimension, page, from: self.shape.at(from), to: self.shape.at(to), k };
        let mut read = |dimension: &str, page: &str, days: &RangeInclusive<Date>| {
            Ok::<_, Infallible>(self.cells(dimension, page, days, chunk))
        };
        let Ok(answer) = ask.answer(self.shape.at(self.shape.days), &mut read);
        answer
    }

    /// All answers: which atoms each adds up, and to what.
    pub(super) fn answers(&self, k: u64) -> Vec<(Atoms, u64)> {
        let chunks = (0..self.shape.atoms().div_ceil(CHUNK)).map(|chunk| self.answers_in(k, chunk));
        let mut chunks = chunks.map(Vec::into_iter).collect::<Vec<_>>();
        let mut all = std::collections::BTreeSet::new();
        while let Some(sums) = chunks.iter_mut().map(Iterator::next).collect::<Option<Vec<Sum>>>() {
            all.insert((sums.iter().map(|sum| sum.visits).collect(), sums[0].views));
        }
        all.into_iter().collect()
    }

    /// What is shown hangs on views alone, so that each chunk of the atoms meets the same answers.
    fn answers_in(&self, k: u64, chunk: usize) -> Vec<Sum> {
        let mut all = Vec::new();
        let pages: Vec<String> = (0..self.shape.pages).map(|page| format!("/{page}")).collect();
        let by_page = pages.iter().map(|page| ("viewport", page.as_str()));
        let questions: Vec<_> = [("page", ""), ("viewport", "")].into_iter().chain(by_page).collect();
        for from in 0..self.shape.days {
            // The site's total is told of each day.
            all.push(self.cell(from, 0..self.shape.pages, 0..self.shape.values, chunk));
            for to in from..self.shape.days {
                for (dimension, page) in &questions {
                    let answer = self.ask(dimension, page, from, to, k, chunk);
                    all.extend(answer.rows.values().copied().chain([answer.rest(), answer.total]));
                }
            }
        }
        all
    }

    /// What the attacker knows: what was answered, and that what adds up to 0 is 0, of whatever part of a day he knows the sum.
    pub(super) fn learned(&self, k: u64) -> Known {
        let mut known = Known::new(self.shape.atoms());
        let mut nothing: Vec<Atoms> = Vec::new();
        for (atoms, views) in self.answers(k) {
            known.learn(&atoms);
            if views == 0 {
                nothing.push(atoms);
            }
        }
        let Shape { days, pages, values } = self.shape;
        let parts = (0..days).flat_map(|day| {
            let pages = move |values| (1..1 << pages).map(move |pages| (day, pages, values));
            (1..1 << values).flat_map(pages)
        });
        let parts = parts.map(|(day, pages, values)| self.shape.atoms_of(day, pages, values));
        let mut parts: Vec<Atoms> = parts.filter(|atoms| self.views_of(atoms) == 0).collect();
        while !nothing.is_empty() {
            for atoms in nothing.drain(..) {
                for atom in (0..self.shape.atoms()).filter(|atom| has(&atoms, *atom)) {
                    let mut one = vec![0; atoms.len()];
                    one[atom / CHUNK] = 1 << (atom % CHUNK);
                    known.learn(&one);
                }
            }
            let (found, rest) = parts.into_iter().partition(|atoms| known.knows(atoms));
            (nothing, parts) = (found, rest);
        }
        known
    }

    /// Cells that are too small to be told, and can be had: pages and values, as bits, and of which days.
    pub(super) fn found(&self, k: u64, choices: &[u32]) -> Vec<(usize, usize, u32)> {
        let known = self.learned(k);
        let mut found = Vec::new();
        for (pages, values) in self.shape.slices() {
            let days = (0..self.shape.days).map(|day| self.shape.atoms_of(day, pages, values));
            let days: Vec<_> = days.map(|atoms| (self.views_of(&atoms), known.reduce(&atoms))).collect();
            for &choice in choices {
                let chosen = || (0..days.len()).filter(|day| choice >> day & 1 == 1).map(|day| &days[day]);
                if (1..k).contains(&chosen().map(|(views, _)| views).sum()) {
                    let mut sum = vec![0; self.shape.atoms()];
                    chosen().for_each(|(_, unknown)| add(&mut sum, unknown));
                    if is_nothing(&sum) {
                        found.push((pages, values, choice));
                    }
                }
            }
        }
        found
    }

    /// How many of the small cells there are to be found.
    pub(super) fn small(&self, k: u64, choices: &[u32]) -> usize {
        let of = |(pages, values)| {
            let views = (0..self.shape.days)
                .map(|day| self.views_of(&self.shape.atoms_of(day, pages, values)))
                .collect::<Vec<_>>();
            let sum = |choice: u32| -> u64 {
                views
                    .iter()
                    .enumerate()
                    .filter(|(day, _)| choice >> day & 1 == 1)
                    .map(|(_, views)| views)
                    .sum()
            };
            choices.iter().filter(|choice| (1..k).contains(&sum(**choice))).count()
        };
        self.shape.slices().map(of).sum()
    }
}
