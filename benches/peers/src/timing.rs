//! Passes over the questions, and medians of interleaved rounds of them.

use core::hint::black_box;
use std::time::{Duration, Instant};

use crate::world::QUESTIONS;

/// How many rounds the fastest contenders get.
const ROUNDS: usize = 301;
/// How many rounds the slowest get all the same.
const LEAST_ROUNDS: usize = 3;
/// About how long all rounds of one contender may take.
const BUDGET: Duration = Duration::from_secs(4);
/// A pass that takes longer is timed on fewer questions, and says so.
const LONGEST_PASS: Duration = Duration::from_secs(20);
/// A pass that is shorter than this is run once before it is timed: what another contender left in
/// the processor's caches is not its cost.
const LONGEST_WARM_UP: Duration = Duration::from_millis(100);

/// All that is asked of one contender at a time, behind one dynamic call.
pub trait Passes {
    fn answer(&self, question: usize) -> bool;

    /// How many of the first `questions` are allowed, each asked on its own.
    fn overlapped(&self, questions: usize) -> usize;

    /// The same number of questions, each picked by the answer before.
    fn dependent(&self, questions: usize) -> usize;
}

impl<F: Fn(usize) -> bool> Passes for F {
    fn answer(&self, question: usize) -> bool {
        self(question)
    }

    #[inline(never)]
    fn overlapped(&self, questions: usize) -> usize {
        (0..questions).map(|at| usize::from(self(at))).sum()
    }

    #[inline(never)]
    fn dependent(&self, questions: usize) -> usize {
        (0..questions).fold(0, |at, _| {
            let next = at + 1 + usize::from(self(at));
            if next < questions { next } else { next - questions }
        })
    }
}

/// What one contender took, in nanoseconds a check.
pub struct Timed {
    pub overlapped: f64,
    pub dependent: f64,
    /// How many questions a pass had.
    pub questions: usize,
}

/// Times all contenders, interleaved; once each if `is_quick`.
pub fn time(contenders: &[&dyn Passes], is_quick: bool) -> Vec<Timed> {
    let mut runs: Vec<Run<'_>> = contenders.iter().map(|one| Run::new(*one, is_quick)).collect();
    for round in 0..ROUNDS {
        for run in &mut runs {
            if run.is_due(round) {
                run.time();
            }
        }
    }
    runs.into_iter().map(Run::medians).collect()
}

/// One contender on its way through the rounds.
struct Run<'a> {
    passes: &'a dyn Passes,
    questions: usize,
    rounds: usize,
    warms_up: bool,
    overlapped: Vec<f64>,
    dependent: Vec<f64>,
}

impl<'a> Run<'a> {
    fn new(passes: &'a dyn Passes, is_quick: bool) -> Self {
        let sample = QUESTIONS / 100;
        let pass = took(|| passes.overlapped(sample)) * 100.0;
        let questions = match LONGEST_PASS.as_secs_f64() / pass {
            share if share < 1.0 => sample.max((share * 100.0) as usize * sample),
            _ => QUESTIONS,
        };
        let warms_up = pass < LONGEST_WARM_UP.as_secs_f64();
        let round = pass * if warms_up { 4.0 } else { 2.0 };
        let affordable = (BUDGET.as_secs_f64() / round) as usize;
        let rounds = if is_quick { 1 } else { affordable.clamp(LEAST_ROUNDS, ROUNDS) };
        Self { passes, questions, rounds, warms_up, overlapped: vec![], dependent: vec![] }
    }

    /// Spreads the rounds of a slow contender over those of the fastest.
    fn is_due(&self, round: usize) -> bool {
        (round * self.rounds).div_ceil(ROUNDS) < ((round + 1) * self.rounds).div_ceil(ROUNDS)
    }

    fn time(&mut self) {
        let each = self.questions as f64 / 1e9;
        if self.warms_up {
            black_box(self.passes.overlapped(self.questions));
        }
        self.overlapped.push(took(|| self.passes.overlapped(self.questions)) / each);
        if self.warms_up {
            black_box(self.passes.dependent(self.questions));
        }
        self.dependent.push(took(|| self.passes.dependent(self.questions)) / each);
    }

    fn medians(mut self) -> Timed {
        let (overlapped, dependent) = (median(&mut self.overlapped), median(&mut self.dependent));
        Timed { overlapped, dependent, questions: self.questions }
    }
}

fn took(pass: impl FnOnce() -> usize) -> f64 {
    let start = Instant::now();
    black_box(pass());
    start.elapsed().as_secs_f64()
}

fn median(times: &mut [f64]) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}
