//! What is wrong with a value, and where: collected, so that every fault is reported at once.

/// Where a fault is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A JSON pointer into the body, such as `/interventions/0/participants`.
    Body(String),
    /// A parameter of the path or of the query.
    Parameter(String),
}

/// One fault of one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// Where it is.
    pub place: Place,
    /// What it is.
    pub code: FieldCode,
}

/// The faults a field can have. The texts for people stand in `http/answer/fault_texts.rs`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldCode {
    /// A whole number outside its range (both ends included).
    OutOfRange {
        /// The least value allowed.
        min: i64,
        /// The greatest value allowed.
        max: i64,
    },
    /// More characters than allowed.
    TooLong {
        /// The most characters allowed.
        max: usize,
    },
    /// Fewer characters than needed.
    TooShort {
        /// The fewest characters allowed.
        min: usize,
    },
    /// Fewer elements than needed.
    TooFew {
        /// The fewest elements allowed.
        min: usize,
    },
    /// More elements than allowed.
    TooMany {
        /// The most elements allowed.
        max: usize,
    },
    /// A code that is not in its closed list.
    UnknownCode,
    /// Not a UUID.
    InvalidUuid,
    /// Not an RFC 3339 instant.
    InvalidInstant,
    /// Not a civil date `YYYY-MM-DD`.
    InvalidDate,
    /// Not a civil month `YYYY-MM`.
    InvalidMonth,
    /// Not a time of the day `HH:MM`.
    InvalidTime,
    /// Not an INSEE code of a commune.
    InvalidCommune,
    /// Not the SIREN of an intercommunal body of that year.
    InvalidEpci,
    /// Not a postal code of five digits.
    InvalidPostalCode,
    /// No latitude or longitude in degrees, or one without the other.
    InvalidCoordinate,
    /// No opening hours as OpenStreetMap writes them.
    InvalidOpeningHours,
    /// Not the address of a page.
    InvalidPage,
    /// A control character other than newline.
    ControlCharacter,
    /// The same value twice where each may stand once.
    Duplicate,
    /// Counts that add up to more than the participants.
    SumExceedsParticipants,
    /// More recurring participants than participants.
    ExceedsParticipants,
    /// A value without the one that it depends on.
    NotAllowedHere,
    /// Before the first day or month that the service takes.
    TooEarly,
    /// Later than allowed.
    InTheFuture,
    /// The advisor was not active on that day.
    OutsideActivityPeriod,
    /// An identifier in the body that is not the one in the path.
    DiffersFromPath,
    /// A name has more than one line.
    SeveralLines,
    /// A name holds the address of a page.
    HoldsLink,
    /// A text names where somebody lives or how to reach them.
    NamesSomebody,
    /// Not a name for addresses.
    InvalidSlug,
    /// Another organisation has this name in addresses.
    SlugTaken,
    /// Neither a SIRET nor an RNA.
    InvalidPivot,
    /// Not a telephone number.
    InvalidPhone,
    /// The identifier of something that the organisation does not have.
    UnknownReference,
    /// Not an e-mail address.
    InvalidEmail,
    /// Another account signs in with this address.
    EmailTaken,
    /// Not a time zone of the IANA database.
    InvalidTimeZone,
    /// A stretch of days that shares a day with another.
    Overlaps,
    /// A password that is among the first that are tried, or made of what is known of its owner.
    GuessablePassword,
    /// Not the caller's password.
    WrongPassword,
    /// A token that has expired, was used, or never was.
    UnusableToken,
    /// A parameter that the operation does not have.
    UnknownParameter,
    /// A parameter given twice.
    RepeatedParameter,
    /// A parameter that the operation needs.
    MissingParameter,
    /// The end of a period before its start.
    FromAfterTo,
    /// A period longer than allowed.
    PeriodTooLong {
        /// The most months allowed.
        max: i64,
    },
    /// More days than allowed.
    TooManyDays {
        /// The most days allowed.
        max: i64,
    },
    /// A value that is none of those allowed.
    InvalidValue,
    /// A cursor that this service has not made.
    InvalidCursor,
    /// A JSON value of another type than the one due.
    WrongType,
    /// A field that the schema does not have.
    UnknownField,
    /// A field given twice.
    DuplicateField,
    /// A field that the schema requires.
    MissingField,
    /// Text that is no JSON.
    Syntax,
}

impl FieldCode {
    /// The stable code, as it stands in `errors[].code`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::OutOfRange { .. } => "out_of_range",
            Self::TooLong { .. } => "too_long",
            Self::TooShort { .. } => "too_short",
            Self::TooFew { .. } => "too_few",
            Self::TooMany { .. } => "too_many",
            Self::UnknownCode => "unknown_code",
            Self::InvalidUuid => "invalid_uuid",
            Self::InvalidInstant => "invalid_instant",
            Self::InvalidDate => "invalid_date",
            Self::InvalidMonth => "invalid_month",
            Self::InvalidTime => "invalid_time",
            Self::InvalidCommune => "invalid_commune",
            Self::InvalidEpci => "invalid_epci",
            Self::InvalidPostalCode => "invalid_postal_code",
            Self::InvalidCoordinate => "invalid_coordinate",
            Self::InvalidOpeningHours => "invalid_opening_hours",
            Self::InvalidPage => "invalid_page",
            Self::ControlCharacter => "control_character",
            Self::Duplicate => "duplicate",
            Self::SumExceedsParticipants => "sum_exceeds_participants",
            Self::ExceedsParticipants => "exceeds_participants",
            Self::NotAllowedHere => "not_allowed_here",
            Self::TooEarly => "too_early",
            Self::InTheFuture => "in_the_future",
            Self::OutsideActivityPeriod => "outside_activity_period",
            Self::DiffersFromPath => "differs_from_path",
            Self::SeveralLines => "several_lines",
            Self::HoldsLink => "holds_link",
            Self::NamesSomebody => "names_somebody",
            Self::InvalidSlug => "invalid_slug",
            Self::SlugTaken => "slug_taken",
            Self::InvalidPivot => "invalid_pivot",
            Self::InvalidPhone => "invalid_phone",
            Self::UnknownReference => "unknown_reference",
            Self::InvalidEmail => "invalid_email",
            Self::EmailTaken => "email_taken",
            Self::InvalidTimeZone => "invalid_time_zone",
            Self::Overlaps => "overlaps",
            Self::GuessablePassword => "guessable_password",
            Self::WrongPassword => "wrong_password",
            Self::UnusableToken => "unusable_token",
            Self::UnknownParameter => "unknown_parameter",
            Self::RepeatedParameter => "repeated_parameter",
            Self::MissingParameter => "missing_parameter",
            Self::FromAfterTo => "from_after_to",
            Self::PeriodTooLong { .. } | Self::TooManyDays { .. } => "period_too_long",
            Self::InvalidValue => "invalid_value",
            Self::InvalidCursor => "invalid_cursor",
            Self::WrongType => "wrong_type",
            Self::UnknownField => "unknown_field",
            Self::DuplicateField => "duplicate_field",
            Self::MissingField => "missing_field",
            Self::Syntax => "syntax",
        }
    }
}

/// The faults found so far.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FieldErrors(Vec<FieldError>);

/// How many faults are told at most: more than a report of a hundred interventions has, unless it is made to have them.
const FAULTS_MAX: usize = 2_000;

impl FieldErrors {
    /// No fault.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// One fault of the body alone, at a JSON pointer.
    pub fn of_body(pointer: &str, code: FieldCode) -> Self {
        let mut errors = Self::new();
        errors.push(pointer, code);
        errors
    }

    /// One fault of a parameter alone.
    pub fn of_parameter(name: &str, code: FieldCode) -> Self {
        let mut errors = Self::new();
        errors.push_parameter(name, code);
        errors
    }

    /// Notes a fault of the body at a JSON pointer.
    pub fn push(&mut self, pointer: &str, code: FieldCode) {
        self.note(|| Place::Body(pointer.to_owned()), code);
    }

    fn note(&mut self, place: impl FnOnce() -> Place, code: FieldCode) {
        if self.0.len() < FAULTS_MAX {
            self.0.push(FieldError { place: place(), code });
        }
    }

    /// The value that was read of the text at a JSON pointer; notes the fault when there is none.
    pub fn read<T>(&mut self, pointer: &str, value: Result<T, FieldCode>) -> Option<T> {
        value.map_err(|code| self.push(pointer, code)).ok()
    }

    /// Notes a fault of the field of a value that stands at a JSON pointer.
    pub fn push_field(&mut self, at: &str, field: &str, code: FieldCode) {
        self.push(&format!("{at}/{field}"), code);
    }

    /// Notes a fault of a parameter of the path or of the query.
    pub fn push_parameter(&mut self, name: &str, code: FieldCode) {
        self.note(|| Place::Parameter(name.to_owned()), code);
    }

    /// The same faults as faults of a larger body, in which this body stands at one JSON pointer and the parameters are
    /// fields at another.
    #[must_use]
    pub fn within(self, body: &str, parameters: &str) -> Self {
        let at = |error: FieldError| FieldError {
            place: match error.place {
                Place::Body(pointer) => Place::Body(format!("{body}{pointer}")),
                Place::Parameter(name) => Place::Body(format!("{parameters}/{name}")),
            },
            ..error
        };
        Self(self.0.into_iter().map(at).collect())
    }

    /// Adds the faults of another collection.
    pub fn append(&mut self, mut others: Self) {
        self.0.append(&mut others.0);
        self.0.truncate(FAULTS_MAX);
    }

    /// Whether nothing is wrong.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The faults, in the order in which they were found.
    pub fn as_slice(&self) -> &[FieldError] {
        &self.0
    }

    /// `value` when nothing is wrong, the faults otherwise.
    ///
    /// # Errors
    /// The faults, when there are any.
    pub fn into_result<T>(self, value: T) -> Result<T, Self> {
        if self.is_empty() { Ok(value) } else { Err(self) }
    }
}
