//! `mynah stats`: numbers about the archive.

use serde::Serialize;

use super::context::Context;
use super::failure::Failure;
use super::output::{bytes, count, counted};
use crate::archive;

/// Show how large the archive is, and how far its index
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  mynah stats
  mynah stats --json")]
pub(super) struct Stats {}

#[derive(Serialize)]
struct Shown {
    #[serde(flatten)]
    stats: archive::Stats,
    /// Log and index.
    bytes_per_message: f64,
    /// Of log and index, from 0 to 1.
    index_share: f64,
}

impl Stats {
    pub(super) fn run(self, context: &mut Context) -> Result<(), Failure> {
        let archive = context.open_reader()?;
        let stats = archive.stats()?;
        let both = (stats.store_bytes + stats.index_bytes) as f64;
        let bytes_per_message = if stats.messages > 0 { both / stats.messages as f64 } else { 0.0 };
        let index_share = if both > 0.0 { stats.index_bytes as f64 / both } else { 0.0 };
        let shown = Shown { stats, bytes_per_message, index_share };
        if context.out.is_json() {
            return Ok(context.out.json(&shown)?);
        }
        let stats = &shown.stats;
        let state = match (&stats.index_fault, stats.index_complete, stats.index_lag) {
            (Some(fault), _, _) => format!("stands still: {fault}"),
            (None, false, _) => "not complete; once no other process writes, `mynah reindex` completes it".to_owned(),
            (None, true, 0) => "complete".to_owned(),
            (None, true, lag) => format!("{} behind, until the next command that writes", counted(lag, "change")),
        };
        let unread = if stats.unread > 0 { format!(" ({} unread)", count(stats.unread)) } else { String::new() };
        let out = &mut context.out;
        out.line(format_args!("folder          {}", archive.folder().display()))?;
        if let Some(account) = archive.account() {
            out.line(format_args!("account         {}", super::output::harmless(&account)))?;
        }
        out.line(format_args!("messages        {}{unread}", count(stats.messages)))?;
        out.line(format_args!("conversations   {}", count(stats.conversations)))?;
        out.line(format_args!("log             {}", bytes(stats.store_bytes)))?;
        out.line(format_args!("index           {} ({:.0} % of log and index)", bytes(stats.index_bytes), index_share * 100.0))?;
        out.line(format_args!("media           {}", bytes(stats.media_bytes)))?;
        out.line(format_args!("a message       {bytes_per_message:.0} bytes, log and index"))?;
        out.line(format_args!("index state     {state}"))?;
        out.line(format_args!("lag             {} changes", count(stats.index_lag)))?;
        Ok(out.line(format_args!("journal         change {}", count(stats.journal_head)))?)
    }
}
