//! The table as text: what was measured, against what, and whether what was asked for was reached.

use std::fmt::Write as _;

use crate::measure::Latency;

/// A measured number.
#[derive(Clone, Copy)]
pub(crate) enum Value {
    /// Messages in a second.
    Rate(f64),
    Bytes(u64),
    Latency(Latency),
}

/// What a line is asked to reach.
#[derive(Clone, Copy)]
pub(crate) enum Asked {
    Nothing,
    /// So many times what it is held against.
    AtLeast(f64),
    /// 99 of 100 take fewer seconds.
    P99Under(f64),
}

/// One line.
pub(crate) struct Line {
    what: String,
    value: Value,
    peer: Option<(&'static str, Value)>,
    asked: Asked,
}

impl Line {
    /// A number that nothing is asked of.
    pub(crate) fn plain(what: &str, value: Value) -> Self {
        Self { what: what.to_owned(), value, peer: None, asked: Asked::Nothing }
    }

    /// Holds it against another number.
    pub(crate) fn against(self, name: &'static str, peer: Value, asked: Asked) -> Self {
        Self { peer: Some((name, peer)), asked, ..self }
    }

    /// Asks something of the number itself.
    pub(crate) fn asked(self, asked: Asked) -> Self {
        Self { asked, ..self }
    }

    fn ratio(&self) -> Option<f64> {
        match (self.value, self.peer?) {
            (Value::Rate(own), (_, Value::Rate(peer))) => Some(own / peer),
            _ => None,
        }
    }

    fn is_reached(&self) -> Option<bool> {
        match (self.asked, self.value) {
            (Asked::AtLeast(times), _) => Some(self.ratio()? >= times),
            (Asked::P99Under(limit), Value::Latency(latency)) => Some(latency.p99 < limit),
            _ => None,
        }
    }

    fn cells(&self) -> [String; 5] {
        let name = self.peer.map_or("", |(name, _)| name);
        let asked = match self.asked {
            Asked::Nothing => String::new(),
            Asked::AtLeast(times) => format!("≥ {times} × {name}"),
            Asked::P99Under(limit) => format!("99th < {}", time(limit)),
        };
        let verdict = match self.is_reached() {
            Some(true) => "reached",
            Some(false) => "NOT REACHED",
            None => "",
        };
        let ratio = self.ratio().map_or(String::new(), |ratio| format!("{ratio:.2}"));
        [self.what.clone(), asked, print(self.value), ratio, verdict.to_owned()]
    }
}

/// All lines, in columns.
pub(crate) fn table(lines: &[Line]) -> String {
    let head = ["what", "asked for", "Mynah", "ratio", ""].map(str::to_owned);
    let rows: Vec<[String; 5]> = lines.iter().map(Line::cells).collect();
    let mut widths = [0; 5];
    for cells in std::iter::once(&head).chain(&rows) {
        for (width, cell) in widths.iter_mut().zip(cells) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let rule = widths.map(|width| "-".repeat(width));
    let mut out = String::new();
    for cells in [&head, &rule].into_iter().chain(&rows) {
        let mut row = String::new();
        for (cell, width) in cells.iter().zip(widths) {
            let _ = write!(row, "{cell:<width$}  ");
        }
        out.push_str(row.trim_end());
        out.push('\n');
    }
    out
}

fn print(value: Value) -> String {
    match value {
        Value::Rate(rate) => format!("{}/s", grouped(rate as u64)),
        Value::Bytes(bytes) => format!("{:.0} MB", bytes as f64 / 1e6),
        Value::Latency(latency) => format!("{} / {} / {}", time(latency.p50), time(latency.p99), time(latency.longest)),
    }
}

fn time(seconds: f64) -> String {
    match seconds {
        ..0.001 => format!("{:.0} µs", seconds * 1e6),
        ..0.01 => format!("{:.1} ms", seconds * 1e3),
        ..1.0 => format!("{:.0} ms", seconds * 1e3),
        _ => format!("{seconds:.1} s"),
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
