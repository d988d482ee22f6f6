//! Progress on standard error, where that is a terminal.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// A bar over `total` steps, or a wheel where the total is not known. Nothing is drawn where standard error is no terminal.
pub(super) fn bar(total: Option<u64>) -> ProgressBar {
    let bar = match total {
        Some(total) => ProgressBar::new(total).with_style(style("{bar:32.cyan} {percent:>3} %  {msg}  {eta} left")),
        None => ProgressBar::new_spinner().with_style(style("{spinner:.cyan} {msg}  {elapsed}")),
    };
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

/// A bar over bytes, whose number is told later. Nothing is drawn where standard error is no terminal, and nothing before it moves.
pub(super) fn bytes() -> ProgressBar {
    ProgressBar::new(0).with_style(style("{bar:32.cyan} {percent:>3} %  {binary_bytes} of {binary_total_bytes}  {binary_bytes_per_sec}"))
}

fn style(template: &str) -> ProgressStyle {
    // A template that can't be read is a bar of the default look.
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()).progress_chars("━╸─")
}
