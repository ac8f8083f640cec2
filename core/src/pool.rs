//! The thread pool of the library: every parallel step of the crate runs in it.
//!
//! rayon's own global pool cannot be used. It is made once for a program, and its threads do not
//! exist in a forked child, where every parallel step would wait for them for ever.

use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::per_process::PerProcess;

/// One thread for each core, or `RAYON_NUM_THREADS` of them. `None` where the system gives no
/// threads.
static POOL: PerProcess<Option<ThreadPool>> = PerProcess::new();

fn pool() -> Option<&'static ThreadPool> {
    let make = || {
        let named = ThreadPoolBuilder::new().thread_name(|i| format!("eventstore-{i}"));
        named.build().ok()
    };
    POOL.get(make).as_ref()
}

/// Runs a step whose parallel iterators, joins and sorts use the library's pool.
///
/// Where the system gives no threads the step runs on this thread alone.
///
/// A step may read blocks, and take locks that are held for moments. It must not begin a further
/// step while it holds a lock: a thread that waits for the parts of its step works on other steps
/// meanwhile, and these may wait for the same lock for ever. Nor may a caller hold a lock that a part
/// of its step takes.
pub(crate) fn run<R: Send>(step: impl FnOnce() -> R + Send) -> R {
    match pool() {
        Some(pool) => pool.install(step),
        None => {
            // This thread becomes a pool of one, for good; a second time fails, and changes
            // nothing.
            let _ = ThreadPoolBuilder::new()
                .num_threads(1)
                .use_current_thread()
                .build();
            step()
        }
    }
}

/// Number of threads that work on a step.
#[cfg(feature = "arrow")]
pub(crate) fn threads() -> usize {
    pool().map_or(1, ThreadPool::current_num_threads)
}

#[cfg(test)]
mod tests {
    use rayon::prelude::*;

    use super::*;

    #[test]
    fn a_step_runs_in_the_pool_and_a_step_within_it_too() {
        let sums: Vec<u64> = run(|| {
            let rows = (0..100u64).into_par_iter();
            rows.map(|i| run(|| (0..i).into_par_iter().sum())).collect()
        });
        assert_eq!(sums[99], 99 * 98 / 2);
        assert!(run(rayon::current_thread_index).is_some());
    }
}
