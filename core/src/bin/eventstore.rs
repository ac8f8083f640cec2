//! The command `eventstore`. What it does stands in the library, where the Python package's command finds it too.

fn main() {
    std::process::exit(eventstore::cli::main(std::env::args_os()));
}
