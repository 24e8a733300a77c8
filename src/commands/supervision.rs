//! What must live while the service does: when one of its parts ends, so does the process, with a word, for whoever
//! supervises it to start it again.

use futures_util::FutureExt as _;
use futures_util::future::{Either, LocalBoxFuture, select, select_all};

use crate::http;

/// The parts without which nothing can be served, each of which is to outlive the server.
pub struct Parts(Vec<LocalBoxFuture<'static, &'static str>>);

impl Parts {
    /// The first part. `ended` ends when it has.
    pub fn beginning_with(name: &'static str, ended: impl Future<Output = ()> + 'static) -> Self {
        Self(vec![ended.map(move |()| name).boxed_local()])
    }

    /// Runs another part beside the server. It has ended when it returns, and when it panics.
    pub fn spawn<T: 'static>(&mut self, name: &'static str, part: impl Future<Output = T> + 'static) {
        self.0.push(http::spawn(part).map(move |_| name).boxed_local());
    }

    /// Serves until the server has stopped; gives what it ended with.
    ///
    /// # Errors
    /// When a part has ended before, with the name of that part.
    pub async fn while_serving<T>(self, server: impl Future<Output = T> + Unpin) -> anyhow::Result<T> {
        match select(server, select_all(self.0)).await {
            Either::Left((outcome, _)) => Ok(outcome),
            Either::Right(((name, ..), _)) => {
                anyhow::bail!("{name} has ended, without which nothing can be served: start the service again")
            }
        }
    }
}
