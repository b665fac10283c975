//! How far is a build, and how long did each part of it take?

use std::sync::Mutex;
use std::time::Instant;

use indicatif::ProgressBar;

use crate::memory::peak;

/// The parts of a build in their order, and what share of the time each takes, in hundredths.
const PHASES: [(&str, u64); 8] = [
    ("reading", 8),
    ("counting characters", 4),
    ("folding", 8),
    ("cutting into passages", 16),
    ("finding grams", 44),
    ("choosing grams", 6),
    ("writing grams", 9),
    ("writing", 5),
];

/// Steps of a bar for one hundredth.
const STEPS: u64 = 100;

/// Shows how far a build is, and keeps the time.
pub struct Phases<'b> {
    bar: &'b ProgressBar,
    /// When each began, and the most memory that the command had taken until then.
    times: Mutex<Vec<(&'static str, Instant, Option<u64>)>>,
}

impl<'b> Phases<'b> {
    pub fn new(bar: &'b ProgressBar) -> Phases<'b> {
        bar.set_length(100 * STEPS);
        Phases { bar, times: Mutex::default() }
    }

    /// So much of a phase is done.
    pub fn told(&self, phase: &'static str, done: u64, of: u64) {
        if let Ok(mut times) = self.times.lock()
            && times.last().is_none_or(|last| last.0 != phase)
        {
            times.push((phase, Instant::now(), peak()));
            self.bar.set_message(phase);
        }
        let before: u64 = PHASES.iter().take_while(|p| p.0 != phase).map(|p| p.1).sum();
        let own = PHASES.iter().find(|p| p.0 == phase).map_or(0, |p| p.1);
        let at = before * STEPS + own * STEPS * done.min(of) / of.max(1);
        // Some phases are gone through several times.
        self.bar.set_position(at.max(self.bar.position()));
    }

    /// How long each took so far, and what the command had taken of memory by its end.
    pub fn times(&self) -> String {
        let times = self.times.lock().map(|times| times.clone()).unwrap_or_default();
        let ends = times.iter().skip(1).map(|next| (next.1, next.2)).chain([(Instant::now(), peak())]);
        let one = |(&(phase, start, _), (end, peak)): (&(&str, Instant, _), (Instant, Option<u64>))| {
            let memory = peak.map(|peak| format!(", {} MB", peak.div_ceil(1_000_000))).unwrap_or_default();
            format!("{phase} {:.2} s{memory}", (end - start).as_secs_f64())
        };
        times.iter().zip(ends).map(one).collect::<Vec<_>>().join("; ")
    }
}
