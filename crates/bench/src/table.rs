//! Tables: for a terminal, and for a page in Markdown.

/// A number with commas between thousands.
///
/// ```
/// assert_eq!(halyard_bench::table::grouped(1234567), "1,234,567");
/// ```
pub fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A figure with about three digits that mean something.
///
/// ```
/// use halyard_bench::table::figure;
/// assert_eq!([figure(0.1234), figure(12.34), figure(1234.4)], ["0.12", "12.3", "1,234"]);
/// ```
pub fn figure(value: f64) -> String {
    match value.abs() {
        0.0 => "0".to_owned(),
        size if size >= 100.0 => {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a figure that is printed")]
            let whole = value.abs().round() as usize;
            format!("{}{}", if value < 0.0 { "-" } else { "" }, grouped(whole))
        }
        size if size >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

/// A time as people say it, from nanoseconds.
///
/// ```
/// use halyard_bench::table::time;
/// assert_eq!([time(45.2), time(4520.0), time(4.52e6), time(4.52e9)], ["45.2 ns", "4.52 µs", "4.52 ms", "4.52 s"]);
/// ```
pub fn time(nanoseconds: f64) -> String {
    let (value, unit) = match nanoseconds {
        n if n < 1e3 => (n, "ns"),
        n if n < 1e6 => (n / 1e3, "µs"),
        n if n < 1e9 => (n / 1e6, "ms"),
        n => (n / 1e9, "s"),
    };
    format!("{} {unit}", figure(value))
}

/// A table: a heading for each column, rows of cells. The first column is text, the others are numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// The headings.
    pub head: Vec<String>,
    /// The rows.
    pub rows: Vec<Vec<String>>,
}

impl Table {
    /// An empty table.
    pub fn new(head: &[&str]) -> Table {
        Table { head: head.iter().map(|&text| text.to_owned()).collect(), rows: Vec::new() }
    }

    /// For a terminal: columns in line.
    pub fn plain(&self) -> String {
        let widths: Vec<usize> = (0..self.head.len())
            .map(|column| self.lines().filter_map(|line| line.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0))
            .collect();
        let line = |cells: &Vec<String>| {
            let cells = cells.iter().zip(&widths).enumerate();
            let padded =
                cells.map(|(column, (cell, &width))| if column == 0 { format!("{cell:width$}") } else { format!("{cell:>width$}") });
            format!("{}\n", padded.collect::<Vec<_>>().join("  ").trim_end())
        };
        self.lines().map(line).collect()
    }

    /// For a page.
    pub fn markdown(&self) -> String {
        let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
        let rule: Vec<String> =
            self.head.iter().enumerate().map(|(column, _)| if column == 0 { "---" } else { "---:" }.to_owned()).collect();
        [line(&self.head), line(&rule)].into_iter().chain(self.rows.iter().map(|row| line(row))).collect()
    }

    fn lines(&self) -> impl Iterator<Item = &Vec<String>> {
        std::iter::once(&self.head).chain(&self.rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_in_line_and_numbers_at_the_right() {
        let table = Table {
            head: vec!["what".to_owned(), "ns".to_owned()],
            rows: vec![vec!["naïve".to_owned(), "7".to_owned()], vec!["b".to_owned(), "1,234".to_owned()]],
        };
        assert_eq!(table.plain(), "what      ns\nnaïve      7\nb      1,234\n");
        assert_eq!(table.markdown(), "| what | ns |\n| --- | ---: |\n| naïve | 7 |\n| b | 1,234 |\n");
    }
}
