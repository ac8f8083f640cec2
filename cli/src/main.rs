//! The command line as a program: all of it is in the library.

/// The standard allocator takes locks where one thread frees what another made, as the stages of an
/// ingest do: a sixth of the time of an ingest.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    eventstore_cli::give_memory_back_early();
    let code = eventstore_cli::main(std::env::args_os());
    eventstore_cli::keep_memory_to_the_end();
    std::process::exit(code);
}
