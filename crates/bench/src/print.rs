//! A run on a terminal, beside another one where that was asked for.

use halyard_bench::run::Run;
use halyard_bench::table::{Table, figure, time as spoken};
use halyard_bench::targets;

/// A table a group: a row a bench, the run's figures, and how they stand to the other run's.
pub(crate) fn print(run: &Run, against: Option<&Run>) {
    println!("{} · {} · {} · {}", run.commit, run.machine, run.tools, run.beside);
    let mut groups: Vec<&str> = run.rows.iter().map(|row| row.group.as_str()).collect();
    groups.dedup();
    for group in groups {
        let rows: Vec<_> = run.rows.iter().filter(|row| row.group == group).collect();
        let mut columns: Vec<&String> = Vec::new();
        for column in rows.iter().flat_map(|row| row.figures.keys()) {
            if !columns.contains(&column) && !column.ends_with(", median ns") && !column.ends_with(", best ns") {
                columns.push(column);
            }
        }
        let mut table = Table::new(&[group]);
        for column in &columns {
            table.head.push((*column).clone());
            if against.is_some() {
                table.head.push("×".to_owned());
            }
        }
        for row in rows {
            let mut cells = vec![row.name.clone()];
            for &column in &columns {
                let here = row.figures.get(column).copied();
                cells.push(here.map_or_else(String::new, |value| if column.ends_with(" ns") { spoken(value) } else { figure(value) }));
                if let Some(against) = against {
                    let there = against.figure(group, &row.name, column);
                    let ratio = here.zip(there).map(|(here, there)| format!("{:.2}", here / there));
                    cells.push(ratio.unwrap_or_default());
                }
            }
            table.rows.push(cells);
        }
        println!("\n{}", table.plain());
    }
    if let Some(targets) = targets::table(run).filter(|table| !table.rows.is_empty()) {
        println!("\n{}", targets.plain());
    }
    for note in &run.notes {
        println!("{note}");
    }
}
