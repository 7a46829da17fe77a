//! Plots as SVG, small enough to read: dots over rows on a logarithmic scale, and how many of some times were over by when.
//!
//! Colours follow the reader's scheme, light or dark, also where the picture is an `<img>`.

use std::fmt::Write as _;

const WIDTH: f64 = 800.0;
const LABELS: f64 = 270.0;
const RIGHT: f64 = 790.0;
const TOP: f64 = 56.0;
const LINE: f64 = 17.0;

const STYLE: &str = "text{font:12px system-ui,sans-serif;fill:#24292f}.title{font-weight:600;font-size:14px}.quiet{fill:#57606a}\
line{stroke:#d0d7de}.s0{fill:#0969da}.s1{fill:#bf5700}.s2{fill:#8c959f}path{fill:none;stroke:#0969da;stroke-width:2}.mark{stroke:#bf5700;stroke-dasharray:4 3}\
@media(prefers-color-scheme:dark){text{fill:#e6edf3}.quiet{fill:#9198a1}line{stroke:#3d444d}.s0{fill:#4493f8}.s1{fill:#f0883e}.s2{fill:#767e87}path{stroke:#4493f8}.mark{stroke:#f0883e}}";

/// Rows of dots, one for each series, on a logarithmic scale.
#[derive(Clone, Debug, Default)]
pub struct Dots {
    /// What is shown, and in which unit.
    pub title: String,
    /// The names of the series: three at most.
    pub series: Vec<String>,
    /// A label and a value for each series.
    pub rows: Vec<(String, Vec<f64>)>,
}

impl Dots {
    /// The picture.
    pub fn svg(&self) -> String {
        let values = || self.rows.iter().flat_map(|(_, values)| values).copied().filter(|value| *value > 0.0);
        // From a power of ten to another; of no values, any two do.
        let low = values().reduce(f64::min).map_or(0.0, |least| least.log10().floor());
        let high = values().reduce(f64::max).map_or(1.0, |greatest| greatest.log10().ceil()).max(low + 1.0);
        let x = |value: f64| LABELS + (value.max(1e-9).log10() - low) / (high - low) * (RIGHT - LABELS - 20.0);
        let bottom = TOP + LINE * lossless(self.rows.len());
        let mut out = open(&self.title, bottom + 26.0);
        let mut at = LABELS;
        for (place, name) in self.series.iter().enumerate() {
            let _ = write!(
                out,
                r#"<circle class="s{place}" cx="{:.0}" cy="36" r="4"/><text x="{:.0}" y="40">{}</text>"#,
                at + 4.0,
                at + 13.0,
                escaped(name)
            );
            at += 40.0 + 7.0 * lossless(name.chars().count());
        }
        let mut power = low;
        while power <= high {
            for tick in [1.0, 2.0, 5.0] {
                let value = tick * 10f64.powf(power);
                if power < high || tick < 1.5 {
                    axis(&mut out, x(value), bottom, (tick < 1.5 || high - low < 3.0).then(|| round(value)));
                }
            }
            power += 1.0;
        }
        for (place, (label, values)) in self.rows.iter().enumerate() {
            let y = TOP + LINE * (lossless(place) + 0.5);
            let _ = write!(out, r#"<text x="{:.0}" y="{:.1}" text-anchor="end">{}</text>"#, LABELS - 10.0, y + 4.0, escaped(label));
            for (series, value) in values.iter().enumerate().rev().filter(|(_, value)| **value > 0.0) {
                let _ = write!(out, r#"<circle class="s{series}" cx="{:.1}" cy="{y:.1}" r="4"/>"#, x(*value));
            }
        }
        out.push_str("</svg>\n");
        out
    }
}

/// For each moment, which part of the times was over.
#[derive(Clone, Debug, Default)]
pub struct Over {
    /// What is shown.
    pub title: String,
    /// The times, in seconds.
    pub seconds: Vec<f64>,
    /// A moment that means something, and its name.
    pub mark: (f64, String),
}

impl Over {
    /// The picture.
    pub fn svg(&self) -> String {
        let mut sorted = self.seconds.clone();
        sorted.sort_by(f64::total_cmp);
        let most = sorted.last().copied().unwrap_or(1.0).max(self.mark.0).ceil();
        let (left, bottom) = (60.0, 260.0);
        let x = |value: f64| left + value / most * (RIGHT - left - 20.0);
        let y = |part: f64| bottom - part * (bottom - TOP);
        let mut out = open(&self.title, bottom + 44.0);
        for second in 0..=whole(most) {
            axis(&mut out, x(f64::from(second)), bottom, Some(format!("{second} s")));
        }
        for part in [0.0, 0.5, 0.99] {
            let _ = write!(out, r#"<line x1="{left}" x2="{:.0}" y1="{1:.1}" y2="{1:.1}"/>"#, RIGHT - 20.0, y(part));
            let _ = write!(
                out,
                r#"<text class="quiet" x="{:.0}" y="{:.1}" text-anchor="end">{:.0}%</text>"#,
                left - 8.0,
                y(part) + 4.0,
                part * 100.0
            );
        }
        let mut path = format!("M{:.1} {:.1}", x(0.0), y(0.0));
        for (place, second) in sorted.iter().enumerate() {
            let _ = write!(path, "H{:.1}V{:.1}", x(*second), y(lossless(place + 1) / lossless(sorted.len())));
        }
        let _ = write!(out, r#"<path d="{path}"/>"#);
        let _ = write!(out, r#"<line class="mark" x1="{0:.1}" x2="{0:.1}" y1="{TOP}" y2="{bottom}"/>"#, x(self.mark.0));
        let _ = write!(
            out,
            r#"<text class="quiet" x="{:.1}" y="{:.0}" text-anchor="end">{}</text>"#,
            x(self.mark.0) - 6.0,
            bottom - 8.0,
            escaped(&self.mark.1)
        );
        out.push_str("</svg>\n");
        out
    }
}

fn open(title: &str, height: f64) -> String {
    let title = escaped(title);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height:.0}\" role=\"img\" aria-label=\"{title}\"><style>{STYLE}</style><text class=\"title\" x=\"10\" y=\"18\">{title}</text>"
    )
}

fn axis(out: &mut String, x: f64, bottom: f64, label: Option<String>) {
    let _ = write!(out, r#"<line x1="{x:.1}" x2="{x:.1}" y1="{TOP}" y2="{bottom:.0}"/>"#);
    if let Some(label) = label {
        let _ = write!(out, r#"<text class="quiet" x="{x:.1}" y="{:.0}" text-anchor="middle">{label}</text>"#, bottom + 16.0);
    }
}

/// A round number, as an axis has them.
fn round(value: f64) -> String {
    let text = if value < 1.0 { format!("{value:.3}") } else { crate::table::figure(value) };
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[expect(clippy::cast_precision_loss, reason = "a count of rows")]
fn lossless(count: usize) -> f64 {
    count as f64
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "seconds on an axis")]
fn whole(seconds: f64) -> u16 {
    seconds.clamp(1.0, 120.0) as u16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_greater_value_lies_further_right_and_every_row_has_its_label() {
        let dots = Dots {
            title: "a & b".to_owned(),
            series: vec!["x".to_owned()],
            rows: vec![("one".to_owned(), vec![10.0]), ("two".to_owned(), vec![1000.0])],
        };
        let svg = dots.svg();
        let places: Vec<f64> =
            svg.split("class=\"s0\" cx=\"").skip(2).map(|rest| rest.split('"').next().unwrap().parse().unwrap()).collect();
        assert!(places.len() == 2 && places[0] < places[1], "{places:?}");
        assert!(svg.contains(">one<") && svg.contains(">two<") && svg.contains("a &amp; b"));
    }

    #[test]
    fn an_axis_has_round_numbers_and_rows_without_values_have_no_dots() {
        assert_eq!([0.05, 0.5, 1.0, 20.0, 500.0, 10_000.0].map(round), ["0.05", "0.5", "1", "20", "500", "10,000"]);
        let none = Dots { rows: vec![("one".to_owned(), vec![0.0])], ..Dots::default() };
        assert!(!none.svg().contains("<circle"));
    }

    #[test]
    fn all_of_the_times_are_over_at_the_last_one() {
        let over = Over { title: "t".to_owned(), seconds: vec![2.0, 1.0, 4.0], mark: (10.0, "limit".to_owned()) };
        assert!(over.svg().contains(&format!("V{TOP:.1}\"/>")), "{}", over.svg());
    }
}
