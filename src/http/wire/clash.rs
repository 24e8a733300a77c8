//! What keeps somebody from a session, on the wire.

use serde::Serialize;
use utoipa::ToSchema;

use super::{Day, Identifier, Time};
use crate::domain::field::planned_session::{Busy, Clash};

/// Another session, at the same time and another place, of the same advisor or vehicle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Clash)]
pub struct ClashView {
    /// The other session.
    planned_session_id: Identifier,
    /// Its day.
    day: Day,
    /// When it begins.
    from: Time,
    /// When it ends.
    to: Time,
    /// The advisor who is there; `null`: a vehicle is.
    #[schema(required = true)]
    advisor_id: Option<Identifier>,
    /// The vehicle that is there; `null`: an advisor is.
    #[schema(required = true)]
    vehicle_id: Option<Identifier>,
}

impl From<&Clash> for ClashView {
    fn from(clash: &Clash) -> Self {
        let (advisor_id, vehicle_id) = match clash.busy {
            Busy::Advisor(advisor) => (Some(advisor.into()), None),
            Busy::Vehicle(vehicle) => (None, Some(vehicle.into())),
        };
        Self {
            planned_session_id: clash.session.into(),
            day: clash.day.into(),
            from: clash.from.into(),
            to: clash.to.into(),
            advisor_id,
            vehicle_id,
        }
    }
}
