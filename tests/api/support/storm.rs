//! Passwords that wait to be judged for as long as a test wants.

use std::sync::mpsc;

use quotidien::auth::password::PasswordChecker;
use quotidien::domain::account::{Email, PersonName};
use tokio::runtime;

use super::queue::{Waiting, put};

/// How many passwords are judged or wait for it at most.
const PLACES: usize = 34;

/// As many people choose a password as there are places. Those whose turn it is are given to threads of which none is free
/// until this is dropped.
pub(crate) struct Storm {
    _free: mpsc::Sender<()>,
    _waiting: Vec<Waiting<'static, ()>>,
}

impl Storm {
    /// Passwords that are put in the queue of a checker. Fails when one is judged by the thread that puts it there.
    pub(crate) fn of_passwords_chosen(checker: &PasswordChecker) -> Self {
        let threads = runtime::Builder::new_current_thread().max_blocking_threads(1).build();
        // Left behind: a runtime that ends waits for its threads, which a test that runs in another must not.
        let threads: &'static runtime::Runtime = Box::leak(Box::new(threads.unwrap()));
        let (free, is_free) = mpsc::channel::<()>();
        threads.spawn_blocking(move || is_free.recv().ok());
        let _there = threads.enter();
        let choose = |checker: PasswordChecker| async move {
            let name = PersonName::parse("Camille Martin").unwrap();
            let email = Email::parse("camille.martin@example.org").unwrap();
            let judged = checker.choose("password1234567".to_owned(), name, email).await;
            assert!(judged.unwrap().is_err(), "it is guessed at once");
        };
        Self {
            _free: free,
            _waiting: (0..PLACES).map(|_| put(choose(checker.clone()))).collect(),
        }
    }
}
