//! How passwords are judged.

use std::sync::mpsc;
use std::time::Duration;

use quotidien::auth::password::Password;
use quotidien::domain::account::{Email, PersonName};

/// Whether a password that somebody chooses is taken.
fn is_taken(password: &str) -> bool {
    let name = PersonName::parse("Camille Martin").unwrap();
    let email = Email::parse("camille.martin@example.org").unwrap();
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
