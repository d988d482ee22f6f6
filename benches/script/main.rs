//! How fast scripts are: calls and filters by themselves, the whole way from a message to a written answer, idle scripts, loading.

use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::Parser;
use mynah::Durability;
use mynah::archive::ArchiveOptions;
use mynah::model::{ConversationId, Message};
use mynah::script::{Bundle, Grouping, ScriptHost, ScriptOptions, Scripts};
use mynah::session::{Limits, SessionOptions};
use mynah::transport::loopback::Hub;
use mynah::transport::{Parcel, Transport};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// Measures scripts, in one run.
#[derive(Parser)]
struct Arguments {
    /// Messages that wait for the answering script.
    #[arg(long, default_value_t = 20_000)]
    messages: u32,
    /// Scripts that have nothing to do.
    #[arg(long, default_value_t = 1_000)]
    idle: usize,
    /// What cargo gives to every benchmark.
    #[arg(long, hide = true)]
    bench: bool,
}

const ECHO: &str = "--!mynah send = \"10000000/min\"\nbot.on('receive', function(m) m:reply(m.text) end)";
/// People who talk, each in a conversation of his own.
const PEOPLE: u32 = 100;

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    println!("what                                                   asked for        measured");
    let [bare, message, text] = mynah::script::bench::calls(20_000)?;
    line("call of an empty handler", "", &format!("{bare:.0} ns"));
    line("  with a lazy message, beyond that", "< 2 µs", &format!("{:.0} ns", message - bare));
    line("  and reading its text, beyond that", "", &format!("{:.0} ns", text - message));
    line(
        "message through 1,000 filters that do not match",
        "< 200 ns each",
        &format!("{:.1} ns each", mynah::script::bench::filters(1_000, 2_000)?),
    );
    line("message through one filter that does not match", "< 200 ns", &format!("{:.1} ns", mynah::script::bench::filters(1, 200_000)?));
    let runtime = tokio::runtime::Runtime::new()?;
    let mut rates = Vec::new();
    for (durability, grouping) in [
        (Durability::Synced, Grouping::Together),
        (Durability::Synced, Grouping::Alone),
        (Durability::Buffered, Grouping::Together),
        (Durability::Buffered, Grouping::Alone),
    ] {
        let (rate, received) = runtime.block_on(answer(arguments.messages, durability, grouping))?;
        let asked = if grouping == Grouping::Together && durability == Durability::Synced { "≥ 20,000/s" } else { "" };
        line(
            &format!("receive, answer, commit: {durability:?}, {grouping:?}"),
            asked,
            &format!("{rate:.0}/s; received alone {received:.0}/s"),
        );
        rates.push(rate);
    }
    line("  grouped against one by one, synced", "", &format!("{:.1} ×", rates[0] / rates[1]));
    runtime.block_on(rest(arguments.idle))?;
    runtime.block_on(load())?;
    Ok(())
}

fn line(what: &str, asked: &str, measured: &str) {
    println!("{what:<55}{asked:<17}{measured}");
}

fn options(durability: Durability) -> SessionOptions {
    SessionOptions::new().archive(ArchiveOptions::new().durability(durability)).limits(Limits::none())
}

async fn begin(folder: &std::path::Path, hub: &Hub, durability: Durability, grouping: Grouping) -> Result<ScriptHost> {
    let scripts = Scripts::new(ScriptOptions::new().stages(1).grouping(grouping).trust_all());
    let session = options(durability).hooks(scripts.hooks()).login(folder, hub.account("bot")).await?;
    let host = scripts.begin(Arc::new(session)).await?;
    host.open_doors();
    Ok(host)
}

/// Fills a hub with messages for the bot.
async fn fill(hub: &Hub, messages: u32) -> Result<()> {
    let bot = ConversationId::c2c("bot")?;
    for number in 0..messages {
        let mut message = Message::text(&format!("p{}", number % PEOPLE), 1_700_000_000, &format!("message {number}, is the deploy done?"));
        (message.rand, message.server_time) = (number + 1, 0);
        hub.account(&format!("p{}", number % PEOPLE)).publish(Parcel::Message { to: bot.clone(), message }).await?;
    }
    Ok(())
}

/// Events in a second from a hub full of messages to written answers, and messages in a second when nobody answers.
async fn answer(messages: u32, durability: Durability, grouping: Grouping) -> Result<(f64, f64)> {
    let mut rates = [0.0; 2];
    for (rate, source) in rates.iter_mut().zip([ECHO, "bot.on('receive', { words = { 'nothing-like-it' } }, function(m) end)"]) {
        let folder = tempfile::tempdir()?;
        let hub = Hub::new();
        fill(&hub, messages).await?;
        let scripts = Scripts::new(ScriptOptions::new().stages(1).grouping(grouping).trust_all());
        let session = options(durability).hooks(scripts.hooks()).login(folder.path().join("bot"), hub.account("bot")).await?;
        // What comes in waits for the doors, which a script that looks at everything keeps.
        let host = scripts.begin(Arc::new(session)).await?;
        host.load(Bundle::of_source("echo", source)).await?;
        let archive = Arc::clone(host.session().archive());
        let before = archive.journal_head().0;
        let began = Instant::now();
        host.open_doors();
        while archive.journal_head().0 < before + u64::from(messages) {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        host.idle().await?;
        *rate = f64::from(messages) / began.elapsed().as_secs_f64();
        host.stop().await;
    }
    Ok((rates[0], rates[1]))
}

/// What scripts cost that have nothing to do.
async fn rest(scripts: usize) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let host = begin(&folder.path().join("bot"), &Hub::new(), Durability::Buffered, Grouping::Together).await?;
    let before = memory()?;
    for number in 0..scripts {
        let source = format!("bot.command('c{number}', {{ help = 'says it' }}, function(m) m:reply('{number}') end)");
        host.load(Bundle::of_source(&format!("idle{number}"), &source)).await?;
    }
    host.idle().await?;
    let each = memory()?.saturating_sub(before) / scripts as u64;
    line(&format!("memory of each of {scripts} idle scripts"), "< 500 KB", &format!("{} KB", each / 1_000));
    let (cpu, began) = (processor_time()?, Instant::now());
    tokio::time::sleep(Duration::from_secs(5)).await;
    let share = (processor_time()? - cpu).as_secs_f64() / began.elapsed().as_secs_f64();
    line("  processor time that all of them take", "nothing", &format!("{:.2} % of one", share * 100.0));
    host.stop().await;
    Ok(())
}

/// How long loading takes.
async fn load() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let hub = Hub::new();
    let host = begin(&folder.path().join("bot"), &hub, Durability::Buffered, Grouping::Together).await?;
    let mut turns = Vec::new();
    for number in 0..51 {
        let began = Instant::now();
        host.load(Bundle::of_source("echo", &format!("{ECHO}\n-- {number}"))).await?;
        turns.push(began.elapsed());
    }
    turns.sort();
    line("a new version takes over", "", &format!("{:.1} ms", turns[25].as_secs_f64() * 1e3));
    let began = Instant::now();
    for number in 0..100 {
        host.load(Bundle::of_source(&format!("cold{number}"), ECHO)).await?;
    }
    line("100 scripts begin", "", &format!("{:.0} ms", began.elapsed().as_secs_f64() * 1e3));
    host.stop().await;
    Ok(())
}

/// Bytes of this process that are in memory.
fn memory() -> Result<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS in /proc/self/status")?;
    Ok(line.trim().trim_end_matches(" kB").parse::<u64>()? * 1_024)
}

/// Processor time of this process, all its threads.
fn processor_time() -> Result<Duration> {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Ok(Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec)?))
}
