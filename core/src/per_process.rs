//! A value that each process makes for itself, so that a forked child does not use its parent's.
//!
//! A fork copies the memory of the parent but none of its threads. A thread pool of the parent has
//! no threads in the child, and a lock that another thread of the parent held is never freed there.
//! So such a value is kept together with the id of the process that made it, and a process with
//! another id makes its own. What the parent made stays in the child's memory and is never dropped:
//! dropping a pool could wait for threads that are not there.

use std::process;
use std::sync::OnceLock;

/// A static value, one for each process.
///
/// The values stand in a list, one node for each process between the first one that asked and this
/// one. Reading the list takes no lock, so a child can read it whatever its parent was doing.
pub(crate) struct PerProcess<T>(OnceLock<Box<Node<T>>>);

struct Node<T> {
    pid: u32,
    value: T,
    next: PerProcess<T>,
}

impl<T> PerProcess<T> {
    /// No value yet.
    pub const fn new() -> Self {
        Self(OnceLock::new())
    }

    /// The value of this process, made by `make` on first use.
    ///
    /// Two threads may make one at the same time; the first to finish stays. `make` runs outside
    /// the lock of the list, so that a fork meanwhile leaves the child a list that it can use.
    pub fn get(&self, make: impl FnOnce() -> T) -> &T {
        let pid = process::id();
        let mut list = self;
        let mut make = Some(make);
        loop {
            match list.0.get() {
                Some(node) if node.pid == pid => return &node.value,
                Some(node) => list = &node.next,
                None => {
                    // The second round finds a node: this one, or that of a faster thread.
                    if let Some(make) = make.take() {
                        let value = make();
                        let next = Self::new();
                        let _ = list.0.set(Box::new(Node { pid, value, next }));
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_made_once_and_kept() {
        let one = PerProcess::new();
        assert_eq!(*one.get(|| 1), 1);
        assert_eq!(*one.get(|| 2), 1);
    }

    #[test]
    fn what_another_process_made_is_passed_over() {
        let one = PerProcess::new();
        let of_the_parent = Node {
            pid: process::id() + 1,
            value: 1,
            next: PerProcess::new(),
        };
        assert!(one.0.set(Box::new(of_the_parent)).is_ok());
        assert_eq!(*one.get(|| 2), 2);
        assert_eq!(*one.get(|| 3), 2);
    }
}
