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
    /// In which commune.
    Commune,
    /// By whose work.
    Advisor,
    /// Whether a social or outreach worker asked for them.
    Referral,
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
}

impl ShareOf {
    /// The code on the wire.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Participants => "participants",
            Self::Supports => "supports",
            Self::Mentions => "mentions",
            Self::Interventions => "interventions",
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
            Self::Commune => "commune",
            Self::Advisor => "advisor",
            Self::Referral => "referral",
        }
    }

    /// The dimension of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|dimension| dimension.code() == code)
    }

    /// The key of one of its values among the details of a tally.
    pub fn key(self, value: &str) -> String {
        format!("{}/{value}", self.code())
    }

    /// Whether publications hold it, which anybody may be given: what tells one person apart is not published.
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
            | Self::Commune
            | Self::Referral => true,
            Self::Advisor => false,
        }
    }

    /// What the shares of the lines are percentages of.
    pub const fn share_of(self) -> ShareOf {
        match self {
            Self::AgeGroup | Self::Gender | Self::Situation | Self::FollowUp => ShareOf::Participants,
            Self::Kind | Self::Setting | Self::Principle | Self::Commune | Self::Advisor => ShareOf::Supports,
            Self::Theme | Self::Redirection => ShareOf::Mentions,
            Self::Referral => ShareOf::Interventions,
        }
    }
}
