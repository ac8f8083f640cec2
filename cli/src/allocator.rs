//! How long mimalloc keeps memory that was freed.

use std::ffi::{c_int, c_long};

/// The option's place among mimalloc's, which the bindings do not name.
const PURGE_DELAY: c_int = 15;

/// Milliseconds. The allocator's own second is long enough for a load to fill as much memory again:
/// 1,500 pages of 1 MB took a quarter more.
const KEPT_FOR: c_long = 100;

/// Lets mimalloc give freed memory back after a tenth of a second. `MIMALLOC_PURGE_DELAY` still counts
/// where it is set.
pub fn give_memory_back_early() {
    #[expect(
        unsafe_code,
        reason = "a number in a table of the allocator, which has no other face"
    )]
    // SAFETY: mimalloc ignores numbers that name no option, and this one takes any value.
    unsafe {
        libmimalloc_sys::mi_option_set_default(PURGE_DELAY, KEPT_FOR);
    }
}

/// Lets mimalloc keep freed memory until the process ends, which gives all of it back at once: its own tidying
/// is nine calls of the system at the end of a short command.
pub fn keep_memory_to_the_end() {
    #[expect(unsafe_code, reason = "as above")]
    // SAFETY: as above; a negative number is no delay but never.
    unsafe {
        libmimalloc_sys::mi_option_set(PURGE_DELAY, -1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn delay() -> c_long {
        #[expect(unsafe_code, reason = "as above")]
        // SAFETY: it reads the number that was set.
        unsafe {
            libmimalloc_sys::mi_option_get(PURGE_DELAY)
        }
    }

    #[test]
    fn it_is_the_delay_that_is_set() {
        // No other option of mimalloc 3 is a second by itself.
        assert_eq!(delay(), 1000);
        give_memory_back_early();
        assert_eq!(delay(), KEPT_FOR);
        keep_memory_to_the_end();
        assert_eq!(delay(), -1);
    }
}
