//! The table as text: columns for people, numbers with units, no more digits than were measured.

use std::fmt::Write;

use crate::lines::{Asked, Line, Value};
use crate::results::{Check, Results};

/// With fewer samples the line says how many they were.
const FEW_SAMPLES: usize = 50;

/// The table, and under it how often the checks held.
pub(crate) fn table(results: &Results, lines: &[Line]) -> String {
    let head = ["what", "asked for", "Mynah", "peer", "ratio", ""].map(str::to_owned);
    // A line that neither side has anything for would only take room.
    let rows: Vec<[String; 6]> = lines.iter().filter(|line| line.mynah.is_some() || line.peer.is_some()).map(row).collect();
    let mut widths = [0; 6];
    for cells in std::iter::once(&head).chain(&rows) {
        for (width, cell) in widths.iter_mut().zip(cells) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let mut out = format!(
        "{} messages, {} processors; times are the median and, after the stroke, the 99th of 100\n\n",
        grouped(results.messages),
        results.cores
    );
    print_row(&mut out, &head, &widths);
    print_row(&mut out, &widths.map(|width| "-".repeat(width)), &widths);
    for cells in &rows {
        print_row(&mut out, cells, &widths);
    }
    out.push('\n');
    for (check, sides) in &results.checks {
        let sides: Vec<String> = sides.iter().map(|(side, held)| format!("{} {} of {}", side.name(), held.held, held.of)).collect();
        let _ = writeln!(out, "{}: {}", check_name(*check), sides.join(", "));
    }
    out
}

fn print_row(out: &mut String, cells: &[String; 6], widths: &[usize; 6]) {
    let mut row = String::new();
    for (cell, width) in cells.iter().zip(widths) {
        let _ = write!(row, "{cell:<width$}  ");
    }
    out.push_str(row.trim_end());
    out.push('\n');
}

fn row(line: &Line) -> [String; 6] {
    let value = |value: Option<Value>| value.map_or("-".to_owned(), print);
    let asked = match line.asked {
        Asked::AtLeast(times) => format!("≥ {times:.2} × {}", line.peer_name),
        Asked::AtMost(times) => format!("≤ {times:.2} × {}", line.peer_name),
        Asked::Faster(times) => format!("≥ {times:.0} × faster than {}", line.peer_name),
        Asked::Under(limit) => format!("< {}", print(limit)),
        Asked::Nothing => String::new(),
    };
    let peer = match line.peer {
        Some(value) => format!("{} {}", line.peer_name, print(value)),
        None => line.peer_name.clone(),
    };
    let verdict = match line.reached {
        Some(true) => "reached",
        Some(false) => "NOT REACHED",
        None => "",
    };
    let ratio = line.ratio.map_or("-".to_owned(), |ratio| if ratio < 0.1 { format!("{ratio:.4}") } else { format!("{ratio:.2}") });
    let what = match line.mynah.or(line.peer) {
        Some(Value::Latency(latency)) if latency.samples < FEW_SAMPLES => format!("{} ({} samples)", line.what, latency.samples),
        _ => line.what.clone(),
    };
    [what, asked, value(line.mynah), peer, ratio, verdict.to_owned()]
}

fn print(value: Value) -> String {
    match value {
        Value::Rate(rate) => format!("{}/s", grouped(rate as u64)),
        Value::Bytes(bytes) => format!("{:.0} MB", bytes as f64 / 1e6),
        Value::Seconds(seconds) => time(seconds * 1e6),
        Value::Latency(latency) => format!("{} / {}", time(latency.p50_us), time(latency.p99_us)),
    }
}

fn time(microseconds: f64) -> String {
    match microseconds {
        ..10.0 => format!("{microseconds:.1} µs"),
        ..1_000.0 => format!("{microseconds:.0} µs"),
        ..10_000.0 => format!("{:.1} ms", microseconds / 1e3),
        ..1_000_000.0 => format!("{:.0} ms", microseconds / 1e3),
        _ => format!("{:.1} s", microseconds / 1e6),
    }
}

fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

fn check_name(check: Check) -> &'static str {
    match check {
        Check::WordCount => "words: count agrees with a plain scan",
        Check::Newest => "newest 20 of words and phrases no older than those of FTS5 by time",
        Check::ShortContains => "keywords of 1 and 2 characters: count and newest 20 equal to a plain scan",
        Check::Contains => "keywords of 3 to 8 characters: count and newest 20 equal to a plain scan",
        Check::DeepPage => "deep pages full and in their place",
        Check::History => "history pages equal to those of FTS5's archive",
        Check::Find => "ids find the message that they were taken from",
        Check::Edited => "all edited messages found by their new text",
        Check::Saved => "message found by the search after its acknowledgement",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_printed_with_units() {
        for (value, expected) in [
            (Value::Rate(100_700.4), "100,700/s"),
            (Value::Bytes(535_000_000), "535 MB"),
            (Value::Seconds(0.0000048), "4.8 µs"),
            (Value::Seconds(0.0002), "200 µs"),
            (Value::Seconds(0.005), "5.0 ms"),
            (Value::Seconds(0.3), "300 ms"),
            (Value::Seconds(1.0), "1.0 s"),
        ] {
            assert_eq!(print(value), expected);
        }
    }
}
