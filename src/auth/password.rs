//! Passwords: argon2id, off the threads that answer requests and only so many at once.

use std::sync::Arc;

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use tokio::sync::Semaphore;
use unicode_normalization::UnicodeNormalization as _;
use zxcvbn::{Score, zxcvbn};

use crate::domain::account::{Email, PASSWORD_MAX, PASSWORD_MIN, PersonName};
use crate::domain::field_error::{FieldCode, FieldErrors};
use crate::domain::text::sort_key;

/// The fewest characters of a word of a person's name or address that their password must not contain: shorter words
/// stand in passwords by chance.
const OWN_WORD_MIN: usize = 4;

/// How many passwords are hashed at once: each takes 19 MiB and some 20 ms of a core.
const AT_ONCE: usize = 2;

/// How many wait at most until a password of theirs is checked: the last of them a third of a second, and somebody who is
/// told to come back waits no longer.
const WAITING: usize = 32;

/// Why nothing was hashed.
#[derive(Debug, thiserror::Error)]
pub enum HashingError {
    /// The algorithm failed, which no input of a caller brings about.
    #[error("hashing a password failed: {0}")]
    Failed(String),
    /// Too many wait already.
    #[error("too many passwords wait to be checked")]
    Busy,
}

impl HashingError {
    fn failed(error: &dyn std::fmt::Display) -> Self {
        Self::Failed(error.to_string())
    }
}

/// A password of [`PASSWORD_MIN`] to [`PASSWORD_MAX`] characters, in the normal form of Unicode that texts have: keyboards
/// type an accented letter as one character or as two. Never shown.
#[derive(Clone)]
pub struct Password(String);

impl Password {
    /// Reads a password.
    ///
    /// # Errors
    /// When it is too short or too long, at `/password`.
    pub fn parse(text: &str) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::new();
        let text: String = text.nfc().collect();
        let length = text.chars().count();
        if length < PASSWORD_MIN {
            errors.push("/password", FieldCode::TooShort { min: PASSWORD_MIN });
        }
        if length > PASSWORD_MAX {
            errors.push("/password", FieldCode::TooLong { max: PASSWORD_MAX });
        }
        errors.into_result(Self(text))
    }

    /// Reads a new password that a person chooses.
    ///
    /// # Errors
    /// When it is too short or too long; [`FieldCode::GuessablePassword`] when it is among the first that an attacker
    /// tries, or contains a word of the person's name or address.
    pub fn choose(text: &str, name: &PersonName, email: &Email) -> Result<Self, FieldErrors> {
        let password = Self::parse(text)?;
        let own: Vec<&str> = name
            .as_str()
            .split(|c: char| !c.is_alphanumeric())
            .chain(email.as_str().split(|c: char| !c.is_alphanumeric()))
            .filter(|word| word.chars().count() >= OWN_WORD_MIN)
            .collect();
        let folded = sort_key(&password.0);
        let holds_own = own.iter().any(|word| folded.contains(&sort_key(word)));
        if holds_own || zxcvbn(&judged(&password.0), &own).score() < Score::Three {
            return Err(FieldErrors::of_body("/password", FieldCode::GuessablePassword));
        }
        Ok(password)
    }
}

/// How many characters of a password are judged: more of them make it no easier to guess, and take the square of the time.
const JUDGED_MAX: usize = 40;
/// The signs, beside digits, that zxcvbn takes for letters. It tries every reading of those that a password has.
const SIGNS: &str = "@({[<!|$+%";
/// How many of these signs are judged: another may take twice the time.
const SIGNS_MAX: usize = 4;

/// What of a password is judged: its beginning, with a few of the signs that may stand for letters. It is guessed no later than
/// the whole of it.
fn judged(password: &str) -> String {
    let mut signs = Vec::new();
    let mut is_judged = |c: &char| {
        if SIGNS.contains(*c) && !signs.contains(c) {
            signs.push(*c);
        }
        !SIGNS.contains(*c) || signs.iter().take(SIGNS_MAX).any(|sign| sign == c)
    };
    password.chars().take(JUDGED_MAX).filter(|c| is_judged(c)).collect()
}

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password(…)")
    }
}

/// How many blocks of 1 KiB are allocated for a hash. The C library may keep freed memory of up to 32 MiB for itself; a
/// larger allocation goes back to the system at once. Only the blocks that are used become resident.
const BLOCKS_SET_APART: usize = 33 * 1024;

/// The argon2id of a password, in memory that goes back to the system afterwards.
fn derive(password: &Password, salt: &[u8], params: &Params) -> Result<Output, HashingError> {
    let failed = |error: &dyn std::fmt::Display| HashingError::failed(error);
    let mut memory = Vec::with_capacity(BLOCKS_SET_APART.max(params.block_count()));
    memory.resize(params.block_count(), Block::default());
    let mut derived = [0; Params::DEFAULT_OUTPUT_LEN];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone())
        .hash_password_into_with_memory(password.0.as_bytes(), salt, &mut derived, &mut memory)
        .map_err(|error| failed(&error))?;
    Output::new(&derived).map_err(|error| failed(&error))
}

/// The hash of a password, in PHC format with a new salt: argon2id with 19 MiB, two passes and one lane, the least that
/// OWASP's cheat sheet asks for. Takes some 20 ms.
///
/// # Errors
/// [`HashingError::Failed`] when the algorithm refuses its parameters.
pub fn hash(password: &Password) -> Result<String, HashingError> {
    stored(|salt, params| derive(password, salt, params))
}

/// A random hash: no password has it, and comparing with it takes as long as with a real one.
fn nobodys_hash() -> Result<String, HashingError> {
    let chance: [u8; Params::DEFAULT_OUTPUT_LEN] = rand::random();
    stored(|_, _| Output::new(&chance).map_err(|error| HashingError::failed(&error)))
}

/// The text that is stored for a password: a new salt, and the hash that `derived` computes with it.
fn stored(derived: impl FnOnce(&[u8], &Params) -> Result<Output, HashingError>) -> Result<String, HashingError> {
    let failed = |error: &dyn std::fmt::Display| HashingError::failed(error);
    let params = Params::new(19_456, 2, 1, None).map_err(|error| failed(&error))?;
    let salt: [u8; 16] = rand::random();
    let hash = PasswordHash {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(&params).map_err(|error| failed(&error))?,
        salt: Some(Salt::new(&salt).map_err(|error| failed(&error))?),
        hash: Some(derived(&salt, &params)?),
    };
    Ok(hash.to_string())
}

/// Whether a password has this hash. Takes some 20 ms; neither the hashing nor the comparison takes longer for one
/// answer than for the other.
///
/// # Errors
/// [`HashingError`] when the hash is not an argon2id hash in PHC format.
fn verify(password: &Password, hash: &str) -> Result<bool, HashingError> {
    let failed = |error: &dyn std::fmt::Display| HashingError::failed(error);
    let hash = PasswordHash::new(hash).map_err(|error| failed(&error))?;
    let params = Params::try_from(&hash).map_err(|error| failed(&error))?;
    match (hash.algorithm, hash.salt, hash.hash) {
        (algorithm, Some(salt), Some(expected)) if algorithm == Algorithm::Argon2id.ident() => {
            Ok(derive(password, &salt, &params)? == expected)
        }
        _ => Err(failed(&"the stored hash is none of argon2id")),
    }
}

/// How much there is to check at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PasswordLoad {
    /// How many passwords are being checked.
    pub running: usize,
    /// How many wait for that.
    pub waiting: usize,
}

/// Checks passwords, a few at a time.
#[derive(Clone)]
pub struct PasswordChecker {
    permits: Arc<Semaphore>,
    /// A place for each password that is checked or waits.
    places: Arc<Semaphore>,
    /// The hash that is checked when there is no account, so that the answer takes as long as when there is one.
    nobodys_hash: Arc<str>,
}

impl PasswordChecker {
    /// A checker.
    ///
    /// # Errors
    /// [`HashingError`] when the system gives no random numbers.
    pub fn new() -> Result<Self, HashingError> {
        Ok(Self {
            permits: Arc::new(Semaphore::new(AT_ONCE)),
            places: Arc::new(Semaphore::new(AT_ONCE + WAITING)),
            nobodys_hash: nobodys_hash()?.into(),
        })
    }

    /// The hash of a new password.
    pub async fn hash(&self, password: Password) -> Result<String, HashingError> {
        self.apart(move || hash(&password)).await
    }

    /// As [`Password::choose`], away from the threads that answer requests.
    ///
    /// # Errors
    /// [`HashingError::Busy`] when too many wait.
    pub async fn choose(
        &self,
        text: String,
        name: PersonName,
        email: Email,
    ) -> Result<Result<Password, FieldErrors>, HashingError> {
        self.apart(move || Ok(Password::choose(&text, &name, &email))).await
    }

    /// How many passwords are being checked, and how many wait.
    #[must_use]
    pub fn load(&self) -> PasswordLoad {
        let running = AT_ONCE.saturating_sub(self.permits.available_permits());
        let present = (AT_ONCE + WAITING).saturating_sub(self.places.available_permits());
        PasswordLoad {
            running,
            waiting: present.saturating_sub(running),
        }
    }

    /// Runs work that keeps a core busy away from the threads that answer requests, [`AT_ONCE`] pieces of it at a time.
    async fn apart<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, HashingError> + Send + 'static,
    ) -> Result<T, HashingError> {
        let place = Arc::clone(&self.places)
            .try_acquire_owned()
            .map_err(|_| HashingError::Busy)?;
        let permit = Arc::clone(&self.permits)
            .acquire_owned()
            .await
            .map_err(|error| HashingError::failed(&error))?;
        // The work holds both to its end, though whoever asked for it may have gone by then.
        let held = move || {
            let outcome = work();
            drop((permit, place));
            outcome
        };
        tokio::task::spawn_blocking(held)
            .await
            .map_err(|error| HashingError::failed(&error))?
    }

    /// Whether a password has the stored hash. Without a stored hash the answer is no, and takes as long.
    ///
    /// # Errors
    /// [`HashingError`] when the stored hash is not in PHC format.
    pub async fn matches(&self, password: Password, stored: Option<String>) -> Result<bool, HashingError> {
        let known = stored.is_some();
        let hash = stored.unwrap_or_else(|| self.nobodys_hash.to_string());
        let matches = self.apart(move || verify(&password, &hash)).await?;
        Ok(known && matches)
    }
}
