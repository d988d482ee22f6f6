//! The program `mynah`.

/// Gives memory back soon and splits it less than the system's: what one thread reads another one writes and a third one indexes.
/// How it is set up stands in `.cargo/config.toml`.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> std::process::ExitCode {
    mynah::cli::main()
}
