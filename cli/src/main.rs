//! The command line as a program: all of it is in the library.

/// The standard allocator takes locks where one thread frees what another made, as the stages of an
/// ingest do: a sixth of the time of an ingest.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    eventstore_cli::give_memory_back_early();
    std::process::exit(eventstore_cli::main(std::env::args_os()));
}
