//! The program `mynah`.

fn main() -> std::process::ExitCode {
    mynah::cli::main()
}
