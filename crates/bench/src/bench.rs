//! A thing that is measured, and its time: rounds over all benches in turn, so that a noisy moment meets them all alike.

use std::any::Any;
use std::hint::black_box;
use std::time::{Duration, Instant};

/// What is done.
pub enum Work<'a> {
    /// Something short, so many times.
    Times(Box<dyn FnMut(u64) + 'a>),
    /// Something long, once; what it made is dropped when it has been measured.
    Once(Box<dyn FnMut() -> Box<dyn Any> + 'a>),
}

/// What is measured.
pub struct Bench<'a> {
    /// Which table it is in.
    pub group: &'static str,
    /// The row.
    pub name: String,
    /// The column: `ready`, `from strings`, …
    pub column: &'static str,
    /// How it is done.
    pub work: Work<'a>,
}

impl<'a> Bench<'a> {
    /// Something short.
    pub fn times<T>(group: &'static str, name: impl Into<String>, column: &'static str, mut work: impl FnMut() -> T + 'a) -> Bench<'a> {
        let work = Work::Times(Box::new(move |times| {
            for _ in 0..times {
                black_box(work());
            }
        }));
        Bench { group, name: name.into(), column, work }
    }

    /// Something long.
    pub fn once<T: 'static>(
        group: &'static str,
        name: impl Into<String>,
        column: &'static str,
        mut work: impl FnMut() -> T + 'a,
    ) -> Bench<'a> {
        Bench { group, name: name.into(), column, work: Work::Once(Box::new(move || Box::new(work()))) }
    }

    /// Does it once, so that what is only made at first use is there.
    pub fn warm(&mut self) {
        match &mut self.work {
            Work::Times(work) => work(1),
            Work::Once(work) => drop(work()),
        }
    }
}

/// How long to measure.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    /// Rounds over all benches.
    pub rounds: usize,
    /// How long one bench takes in a round, about.
    pub batch: Duration,
    /// A long one is left out of further rounds when it has had as much.
    pub most: Duration,
}

impl Effort {
    /// For figures.
    pub const WHOLE: Effort = Effort { rounds: 60, batch: Duration::from_millis(1), most: Duration::from_secs(3) };
    /// To see that it still runs.
    pub const SMOKE: Effort = Effort { rounds: 1, batch: Duration::ZERO, most: Duration::ZERO };
}

/// How long it took, in nanoseconds for each time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Time {
    /// In the best round: what it takes when nothing is in the way.
    pub best: f64,
    /// In the middle round.
    pub median: f64,
}

/// Measures all of them.
#[expect(clippy::disallowed_methods, reason = "a bench is a shell: it measures time")]
pub fn time(benches: &mut [Bench<'_>], effort: Effort) -> Vec<Time> {
    let mut plans: Vec<(u64, Vec<f64>, Duration)> =
        benches.iter_mut().map(|bench| (calibrate(bench, effort.batch), Vec::new(), Duration::ZERO)).collect();
    for _ in 0..effort.rounds {
        for (bench, (times, seen, spent)) in benches.iter_mut().zip(&mut plans) {
            if !seen.is_empty() && *spent > effort.most {
                continue;
            }
            let began = Instant::now();
            let made = match &mut bench.work {
                Work::Times(work) => {
                    work(*times);
                    None
                }
                Work::Once(work) => Some(work()),
            };
            let took = began.elapsed();
            drop(made);
            *spent += took;
            seen.push(nanoseconds(took) / count(*times));
        }
    }
    plans.into_iter().map(|(_, seen, _)| Time { best: percentile(&seen, 0.0), median: percentile(&seen, 0.5) }).collect()
}

/// How many times it must be done to take as long as a batch.
#[expect(clippy::disallowed_methods, reason = "a bench is a shell: it measures time")]
fn calibrate(bench: &mut Bench<'_>, batch: Duration) -> u64 {
    bench.warm();
    let Work::Times(work) = &mut bench.work else { return 1 };
    let mut times = 1;
    while times < 1 << 24 {
        let began = Instant::now();
        work(times);
        if began.elapsed() >= batch {
            break;
        }
        times *= 2;
    }
    times
}

/// The value below which this part of them lies (0: the least, 1: the greatest); 0 of none.
///
/// ```
/// assert_eq!(halyard_bench::bench::percentile(&[3.0, 1.0, 2.0], 0.5), 2.0);
/// ```
pub fn percentile(values: &[f64], part: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let last = sorted.len().saturating_sub(1);
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "an index, from 0 to the last"
    )]
    let place = (part * last as f64).round() as usize;
    sorted.get(place.min(last)).copied().unwrap_or_default()
}

fn nanoseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e9
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
fn count(times: u64) -> f64 {
    times as f64
}
