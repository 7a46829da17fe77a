//! A history as a table: what the admin app and the command line write for spreadsheets, alike.

use halyard_core::Json;

use crate::wire::Record;

/// The columns, in order. A record has a row for each of its changes, and one where it has none.
///
/// ```
/// assert_eq!(halyard_edge::export::COLUMNS.join(","), halyard_edge::export::csv_head().trim_end());
/// ```
pub const COLUMNS: [&str; 9] = ["version", "at", "by", "via", "message", "kind", "path", "sentence", "marks"];

/// The table's first line.
///
/// ```
/// assert_eq!(halyard_edge::export::csv_head(), "version,at,by,via,message,kind,path,sentence,marks\r\n");
/// ```
pub fn csv_head() -> String {
    line(COLUMNS.map(str::to_owned))
}

/// A record's lines, each with its end (RFC 4180). `at` is RFC 3339 in UTC, a path is joined by `/`, marks by `; `. A cell that a
/// spreadsheet would take for a formula begins with an apostrophe.
///
/// ```
/// use halyard_core::{Json, Timestamp};
/// use halyard_edge::{export::csv, wire::Record};
/// let change = Json::parse(br#"{"kind": "flag.enable", "path": ["flags", "cart", "enabled"], "sentence": "flag `cart` is switched on"}"#).unwrap();
/// let record = Record {
///     version: 7, at: Timestamp(0), by: "ann@acme.example".into(), via: "app".into(), message: "=1+1, \"x\"".into(),
///     changes: vec![change], marks: vec![], document: String::new(),
/// };
/// assert_eq!(
///     csv(&record),
///     "7,1970-01-01T00:00:00Z,ann@acme.example,app,\"'=1+1, \"\"x\"\"\",flag.enable,flags/cart/enabled,flag `cart` is switched on,\r\n",
/// );
/// ```
pub fn csv(record: &Record<Json>) -> String {
    let row = |change: Option<&Json>| {
        let text = |name| change.and_then(|change| change.get(name)?.as_str()).unwrap_or_default().to_owned();
        let path = change.and_then(|change| change.get("path")?.as_array()).unwrap_or_default();
        let path: Vec<&str> = path.iter().filter_map(Json::as_str).collect();
        line([
            record.version.to_string(),
            record.at.to_string(),
            record.by.clone(),
            record.via.clone(),
            record.message.clone(),
            text("kind"),
            path.join("/"),
            text("sentence"),
            record.marks.join("; "),
        ])
    };
    if record.changes.is_empty() { row(None) } else { record.changes.iter().map(|change| row(Some(change))).collect() }
}

fn line<const N: usize>(cells: [String; N]) -> String {
    let mut out = cells.map(|text| cell(&text)).join(",");
    out.push_str("\r\n");
    out
}

fn cell(text: &str) -> String {
    // What people write into messages and names must not run in somebody's spreadsheet.
    let guard = if text.trim_start().starts_with(['=', '+', '-', '@']) || text.starts_with(['\t', '\r', '\n']) { "'" } else { "" };
    if text.contains([',', '"', '\n', '\r', '\'']) || !guard.is_empty() || text.starts_with(' ') {
        return format!("\"{guard}{}\"", text.replace('"', "\"\""));
    }
    text.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula_and_every_cell_reads_back() {
        for (text, written) in [
            ("plain", "plain"),
            ("", ""),
            ("a,b", "\"a,b\""),
            ("say \"so\"", "\"say \"\"so\"\"\""),
            ("two\nlines", "\"two\nlines\""),
            ("=cmd|'/c calc'!A1", "\"'=cmd|'/c calc'!A1\""),
            ("@SUM(A1)", "\"'@SUM(A1)\""),
            ("+1", "\"'+1\""),
            ("-1", "\"'-1\""),
            ("  =1", "\"'  =1\""),
            ("\t=1", "\"'\t=1\""),
        ] {
            assert_eq!(cell(text), written, "{text:?}");
        }
    }
}
