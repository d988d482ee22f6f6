//! One table of all figures.

use crate::Figures;

/// What was measured, and the figure of the real library for it.
struct Line {
    name: &'static str,
    title: &'static str,
    /// Microseconds a call (a message when importing) of the real library, version 8.0, on a machine like this: C2C, 20,000 messages.
    /// Its imports are not on the disk when they are answered.
    real: Option<f64>,
}

const LINES: [Line; 9] = [
    Line { name: "import-1", title: "import, one a call, 1,024 in flight (a message)", real: Some(1e6 / 11_163.0) },
    Line { name: "import-100", title: "import, 100 a call, one in flight (a message)", real: Some(1e6 / 21_654.0) },
    Line { name: "import-1000", title: "import, 1,000 a call, one in flight (a message)", real: Some(1e6 / 25_208.0) },
    Line { name: "page-20", title: "a page of 20", real: Some(5_300.0) },
    Line { name: "page-50", title: "a page of 50", real: Some(7_200.0) },
    Line { name: "find", title: "find by id", real: Some(5_700.0) },
    Line { name: "locate", title: "find by locator", real: Some(400.0) },
    Line { name: "search", title: "search in a conversation, page of 20", real: None },
    Line { name: "delete", title: "delete one", real: None },
];

/// Prints the medians of both sides.
pub fn print(messages: u64, rounds: u64, door: &Figures, rust: &Figures) {
    println!("{messages} messages in 10 conversations, medians of {rounds} rounds; microseconds a call, reads p50 (p99)");
    println!();
    println!("{:<48} {:>19} {:>19} {:>9} {:>12} {:>8}", "", "C door", "Rust API", "door/Rust", "real library", "faster");
    for line in &LINES {
        let (door, rust) = (&door[line.name], &rust[line.name]);
        let ratio = door[0] / rust[0];
        let (real, faster) = match line.real {
            Some(real) => (format!("{real:.1}"), format!("{:.1} x", real / door[0])),
            None => ("-".to_owned(), "-".to_owned()),
        };
        println!("{:<48} {:>19} {:>19} {ratio:>9.2} {real:>12} {faster:>8}", line.title, shown(door), shown(rust));
    }
    println!();
    println!(
        "The real library's figures are of its version 8.0 at 20,000 messages (100 a call: in groups); its reads grow with the database,"
    );
    println!("at 100,000 messages in groups it takes 20 ms for a page of 20 and 24 ms to find by id. Its search needs a paid plan.");
}

fn shown(figures: &[f64]) -> String {
    match figures {
        [median, high] => format!("{median:.1} ({high:.1})"),
        _ => format!("{:.1}", figures[0]),
    }
}
