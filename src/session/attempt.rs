//! Trying: again and again until the other side has it, refuses it, or it is called back or too late.

use std::time::Duration;

use tokio::time::timeout;

use super::flight::Flight;
use super::{SessionError, Shared};
use crate::transport::{Ack, Connection, Parcel, TransportError};

/// The first wait before trying again.
const FIRST_WAIT: Duration = Duration::from_millis(200);
/// The longest wait before trying again.
const LONGEST_WAIT: Duration = Duration::from_secs(10);
/// How often something is tried for somebody who waits for the answer.
const ATTEMPTS: u32 = 4;

impl Shared {
    /// Publishes a message until it is taken. Once it may have been taken, it can no longer be called back.
    pub(super) async fn publish_until_taken(&self, parcel: Parcel, deadline: u64, flight: &Flight) -> Result<Ack, SessionError> {
        let mut wait = FIRST_WAIT;
        let mut may_be_taken = false;
        loop {
            if !flight.leave() {
                return Err(SessionError::Cancelled);
            }
            let tried = tokio::select! {
                biased;
                // It came back, so it was taken, whatever became of the answer.
                ack = flight.arrived() => return Ok(ack),
                tried = self.answered(self.transport.publish(parcel.clone())) => tried,
                () = self.stop.cancelled() => return Err(SessionError::Ended),
            };
            match tried {
                Ok(ack) => return Ok(ack),
                Err(error) if !error.is_passing() => return Err(error.into()),
                Err(TransportError::NoAnswer) => may_be_taken = true,
                Err(_) => {}
            }
            if !may_be_taken {
                flight.stay();
            }
            if let Some(ack) = self.pause(wait, deadline, flight).await? {
                return Ok(ack);
            }
            wait = (wait * 2).min(LONGEST_WAIT);
        }
    }

    /// Carries a file until it is there. How long that takes, nobody knows; the transport notices when nothing moves any more.
    pub(super) async fn carry_until_there<T, F>(&self, deadline: u64, flight: &Flight, attempt: impl Fn() -> F) -> Result<T, SessionError>
    where
        F: Future<Output = Result<T, TransportError>>,
    {
        let mut wait = FIRST_WAIT;
        loop {
            let tried = tokio::select! {
                biased;
                () = flight.cancelled() => return Err(SessionError::Cancelled),
                () = self.stop.cancelled() => return Err(SessionError::Ended),
                tried = attempt() => tried,
            };
            match tried {
                Ok(there) => return Ok(there),
                Err(error) if !error.is_passing() => return Err(error.into()),
                Err(_) => self.pause(wait, deadline, flight).await?,
            };
            wait = (wait * 2).min(LONGEST_WAIT);
        }
    }

    /// Publishes a parcel for somebody who waits for the answer: a few times if none comes. With the error comes how often it was tried.
    pub(super) async fn ask(&self, parcel: Parcel) -> Result<Ack, (TransportError, u32)> {
        let mut wait = FIRST_WAIT;
        let mut attempts = 1;
        loop {
            match self.answered(self.transport.publish(parcel.clone())).await {
                Err(TransportError::NoAnswer) if attempts < ATTEMPTS => {}
                answer => return answer.map_err(|error| (error, attempts)),
            }
            attempts += 1;
            tokio::time::sleep(self.jittered(wait)).await;
            wait = (wait * 2).min(LONGEST_WAIT);
        }
    }

    /// Waits for an answer, but not for ever.
    pub(super) async fn answered<T>(&self, asked: impl Future<Output = Result<T, TransportError>>) -> Result<T, TransportError> {
        timeout(self.options.answer_timeout, asked).await.unwrap_or(Err(TransportError::NoAnswer))
    }

    /// Waits before trying again: for a time, or until there is a connection again. Returns the acknowledgement if the message came back
    /// meanwhile.
    async fn pause(&self, wait: Duration, deadline: u64, flight: &Flight) -> Result<Option<Ack>, SessionError> {
        let left = Duration::from_secs(deadline.saturating_sub(self.options.clock.now()));
        if left.is_zero() {
            return Err(SessionError::Expired);
        }
        let mut connection = self.transport.connection();
        let was_connected = *connection.borrow_and_update() == Connection::Connected;
        let reconnected = async {
            if was_connected || connection.wait_for(|connection| *connection == Connection::Connected).await.is_err() {
                std::future::pending::<()>().await;
            }
        };
        tokio::select! {
            biased;
            ack = flight.arrived() => Ok(Some(ack)),
            () = self.stop.cancelled() => Err(SessionError::Ended),
            () = flight.cancelled() => Err(SessionError::Cancelled),
            () = reconnected => Ok(None),
            () = tokio::time::sleep(self.jittered(wait).min(left)) => Ok(None),
        }
    }

    /// A wait between half of `wait` and all of it, so that those who wait for the same thing do not all come at once.
    fn jittered(&self, wait: Duration) -> Duration {
        wait.mul_f64(0.5 + 0.5 * self.chance())
    }
}
