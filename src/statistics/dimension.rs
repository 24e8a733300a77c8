//! By what figures are broken down.

use strum::VariantArray;

/// By what interventions are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, VariantArray)]
pub enum Dimension {
    /// Workshops, individual supports, one-off requests.
    Kind,
    /// Where they took place.
    Setting,
    /// The principle of the action plan.
    Principle,
    /// What they were about: several answers.
    Theme,
    /// The people by age.
    AgeGroup,
    /// The people by gender.
    Gender,
    /// The people by occupation.
    Situation,
    /// The people by what follows.
    FollowUp,
    /// To whom people were sent: several answers.
    Redirection,
    /// With what equipment: several answers.
    Equipment,
    /// How far the people did it themselves.
    Autonomy,
    /// On which level.
    Level,
    /// In which commune.
    Commune,
    /// In which place of the organisation's base.
    Place,
    /// With which partner.
    Partner,
    /// By which sheet of the catalogue.
    Workshop,
    /// With which of the organisation's own words: several answers.
    Tag,
    /// By whose work.
    Advisor,
    /// Whether a social or outreach worker asked for them.
    Referral,
    /// Why advisors did not work: days, not interventions.
    Absence,
}

/// What the shares of a breakdown are percentages of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, VariantArray)]
pub enum ShareOf {
    /// Participants, told apart one by one.
    Participants,
    /// Supports: the participants of whole interventions.
    Supports,
    /// Answers, of which an intervention may have several.
    Mentions,
    /// Interventions.
    Interventions,
    /// Days.
    Days,
}

impl ShareOf {
    /// The code on the wire.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Participants => "participants",
            Self::Supports => "supports",
            Self::Mentions => "mentions",
            Self::Interventions => "interventions",
            Self::Days => "days",
        }
    }
}

impl Dimension {
    /// Every dimension, in the order in which documents show them.
    pub const ALL: &'static [Self] = Self::VARIANTS;

    /// The code on the wire, which is also how the keys of its details begin.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Kind => "kind",
            Self::Setting => "setting",
            Self::Principle => "principle",
            Self::Theme => "theme",
            Self::AgeGroup => "age_group",
            Self::Gender => "gender",
            Self::Situation => "situation",
            Self::FollowUp => "follow_up",
            Self::Redirection => "redirection",
            Self::Equipment => "equipment",
            Self::Autonomy => "autonomy",
            Self::Level => "level",
            Self::Commune => "commune",
            Self::Place => "place",
            Self::Partner => "partner",
            Self::Workshop => "workshop",
            Self::Tag => "tag",
            Self::Advisor => "advisor",
            Self::Referral => "referral",
            Self::Absence => "absence",
        }
    }

    /// The dimension of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|dimension| dimension.code() == code)
    }

    /// The key of one of its values among the details of a tally.
    pub fn key(self, value: &str) -> String {
        let mut key = String::new();
        self.write_key(value, &mut key);
        key
    }

    /// That key, written into `key`, which it takes the place of.
    pub(super) fn write_key<'k>(self, value: &str, key: &'k mut String) -> &'k str {
        key.clear();
        for part in [self.code(), "/", value] {
            key.push_str(part);
        }
        key
    }

    /// Whether its breakdown is read from the interventions: tallies do not count it.
    pub const fn is_of_interventions(self) -> bool {
        match self {
            Self::Advisor
            | Self::Equipment
            | Self::Autonomy
            | Self::Level
            | Self::Place
            | Self::Partner
            | Self::Workshop
            | Self::Tag => true,
            Self::Kind
            | Self::Setting
            | Self::Principle
            | Self::Theme
            | Self::AgeGroup
            | Self::Gender
            | Self::Situation
            | Self::FollowUp
            | Self::Redirection
            | Self::Commune
            | Self::Referral
            | Self::Absence => false,
        }
    }

    /// Whether its values go by names that people gave: those of advisors, and of what is named of the field.
    pub const fn has_names(self) -> bool {
        match self {
            Self::Advisor | Self::Place | Self::Partner | Self::Workshop | Self::Tag => true,
            Self::Kind
            | Self::Setting
            | Self::Principle
            | Self::Theme
            | Self::AgeGroup
            | Self::Gender
            | Self::Situation
            | Self::FollowUp
            | Self::Redirection
            | Self::Equipment
            | Self::Autonomy
            | Self::Level
            | Self::Commune
            | Self::Referral
            | Self::Absence => false,
        }
    }

    /// Whether publications hold it, which anybody may be given: what tells one person apart is not published, nor are
    /// the names of places, partners, sheets and tags, which may still change, nor absences, which the plan of action has.
    pub const fn is_published(self) -> bool {
        match self {
            Self::Kind
            | Self::Setting
            | Self::Principle
            | Self::Theme
            | Self::AgeGroup
            | Self::Gender
            | Self::Situation
            | Self::FollowUp
            | Self::Redirection
            | Self::Equipment
            | Self::Autonomy
            | Self::Level
            | Self::Commune
            | Self::Referral => true,
            Self::Advisor | Self::Place | Self::Partner | Self::Workshop | Self::Tag | Self::Absence => false,
        }
    }

    /// What the shares of the lines are percentages of.
    pub const fn share_of(self) -> ShareOf {
        match self {
            Self::AgeGroup | Self::Gender | Self::Situation | Self::FollowUp => ShareOf::Participants,
            Self::Kind
            | Self::Setting
            | Self::Principle
            | Self::Autonomy
            | Self::Level
            | Self::Commune
            | Self::Place
            | Self::Partner
            | Self::Workshop
            | Self::Advisor => ShareOf::Supports,
            Self::Theme | Self::Redirection | Self::Equipment | Self::Tag => ShareOf::Mentions,
            Self::Referral => ShareOf::Interventions,
            Self::Absence => ShareOf::Days,
        }
    }
}
