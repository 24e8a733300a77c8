//! How passwords are judged.

use std::sync::mpsc;
use std::time::Duration;

use actix_web::rt::System;
use quotidien::auth::password::{Password, PasswordChecker, PasswordLoad};
use quotidien::domain::account::{Email, PersonName};

use crate::support::storm::Storm;

/// Somebody who chooses a password.
fn somebody() -> (PersonName, Email) {
    (
        PersonName::parse("Camille Martin").unwrap(),
        Email::parse("camille.martin@example.org").unwrap(),
    )
}

/// Whether a password that somebody chooses is taken.
fn is_taken(password: &str) -> bool {
    let (name, email) = somebody();
    Password::choose(password, &name, &email).is_ok()
}

/// Signs such as `@` may stand for letters, and each reading of those that a password has is tried.
#[test]
fn a_long_password_of_many_signs_is_judged_in_time() {
    let many = "4@8({[<369&#!1/|0$5+7%2".repeat(4);
    let (judged, is_judged) = mpsc::channel();
    std::thread::spawn(move || judged.send(is_taken(&many)));
    assert_eq!(is_judged.recv_timeout(Duration::from_secs(20)), Ok(true));
}

#[test]
fn signs_that_are_left_out_make_no_password_seem_better() {
    for guessable in ["!@#$%^&*()_+{}|", "p@$$w0rd!p@$$w0rd!", "(((((((((((((((((((("] {
        assert!(!is_taken(guessable), "{guessable}");
    }
    for sound in ["m7!Qz(v@2$Lx+9[Rt", "quatre mots sans rapport"] {
        assert!(is_taken(sound), "{sound}");
    }
}

/// While the threads for what takes long are busy nothing is judged, by whoever else there is.
#[test]
fn a_password_that_is_chosen_is_judged_by_no_thread_that_answers() {
    let checker = PasswordChecker::new().unwrap();
    let storm = Storm::of_passwords_chosen(&checker);
    let load = PasswordLoad {
        running: 2,
        waiting: 32,
    };
    assert_eq!(checker.load(), load);
    drop(storm);
    let choose = async |password: &str| {
        let (name, email) = somebody();
        checker.choose(password.to_owned(), name, email).await.unwrap().is_ok()
    };
    System::new().block_on(async {
        assert!(choose("quatre mots sans rapport").await);
        assert!(!choose("camille martin 1").await);
    });
}
