//! Seals (encrypts) what nobody must read in a backup of the database, with a secret that is not in the database.

use std::sync::Arc;

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use aws_lc_rs::hkdf::{HKDF_SHA256, Salt};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

/// The fewest characters of the secret.
pub const SECRET_MIN: usize = 32;
/// What sealed texts begin with; it names the way in which they are sealed.
const PREFIX: &str = "sealed:1:";
/// What the key is derived for (RFC 5869, section 3.2).
const PURPOSE: &[u8] = b"quotidien signing keys";

/// Why something cannot be sealed or opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The secret is too short to be one.
    #[error("QUOTIDIEN_SECRET takes at least {SECRET_MIN} characters; `openssl rand -base64 32` makes some")]
    ShortSecret,
    /// A stored text is sealed, and no secret is given.
    #[error("the signing keys in the database are sealed; set QUOTIDIEN_SECRET to the secret that sealed them")]
    NoSecret,
    /// The secret is another one, or the sealed text was changed.
    #[error("QUOTIDIEN_SECRET is not the secret that sealed the signing keys in the database")]
    WrongSecret,
    /// The system gives no random numbers.
    #[error("sealing failed")]
    Failed,
}

/// Seals and opens texts with a secret; without a secret, leaves texts as they are. Cheap to clone.
#[derive(Clone, Default)]
pub struct Seal(Option<Arc<RandomizedNonceKey>>);

impl Seal {
    /// A seal with this secret, if there is one.
    ///
    /// # Errors
    /// [`SealError::ShortSecret`].
    pub fn new(secret: Option<&str>) -> Result<Self, SealError> {
        let Some(secret) = secret else {
            return Ok(Self(None));
        };
        if secret.chars().count() < SECRET_MIN {
            return Err(SealError::ShortSecret);
        }
        let derived = Salt::new(HKDF_SHA256, &[]).extract(secret.as_bytes());
        let mut key = [0; 32];
        derived
            .expand(&[PURPOSE], &AES_256_GCM)
            .and_then(|okm| okm.fill(&mut key))
            .and_then(|()| RandomizedNonceKey::new(&AES_256_GCM, &key))
            .map(|key| Self(Some(Arc::new(key))))
            .map_err(|_| SealError::Failed)
    }

    /// Whether there is no secret, so that nothing is sealed.
    pub const fn is_open(&self) -> bool {
        self.0.is_none()
    }

    /// Whether a stored text is not sealed though it should be.
    pub fn is_owed(&self, stored: &str) -> bool {
        self.0.is_some() && !stored.starts_with(PREFIX)
    }

    /// Seals a text for a thing with this name: what is sealed under one name cannot be opened under another.
    ///
    /// # Errors
    /// [`SealError::Failed`].
    pub fn seal(&self, name: &str, text: &str) -> Result<String, SealError> {
        let Some(key) = &self.0 else {
            return Ok(text.to_owned());
        };
        let mut bytes = text.as_bytes().to_vec();
        let nonce = key
            .seal_in_place_append_tag(Aad::from(name.as_bytes()), &mut bytes)
            .map_err(|_| SealError::Failed)?;
        let sealed = [&nonce.as_ref()[..], &bytes].concat();
        Ok(format!("{PREFIX}{}", BASE64_STANDARD.encode(sealed)))
    }

    /// Opens a stored text of a thing with this name; one that was never sealed is given back.
    ///
    /// # Errors
    /// [`SealError::NoSecret`], [`SealError::WrongSecret`].
    pub fn open(&self, name: &str, stored: &str) -> Result<String, SealError> {
        let Some(sealed) = stored.strip_prefix(PREFIX) else {
            return Ok(stored.to_owned());
        };
        let key = self.0.as_ref().ok_or(SealError::NoSecret)?;
        let wrong = || SealError::WrongSecret;
        let bytes = BASE64_STANDARD.decode(sealed).map_err(|_| wrong())?;
        let (nonce, rest) = bytes.split_first_chunk::<NONCE_LEN>().ok_or_else(wrong)?;
        let mut rest = rest.to_vec();
        let opened = key
            .open_in_place(Nonce::from(nonce), Aad::from(name.as_bytes()), &mut rest)
            .map_err(|_| wrong())?;
        String::from_utf8(opened.to_vec()).map_err(|_| wrong())
    }
}
