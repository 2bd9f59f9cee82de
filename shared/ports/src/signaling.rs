//! KVS signaling channels: ICE servers and presigned ways in for a session, making and deleting for the pool.

use std::future::Future;

use domain::channel::{ChannelLease, Endpoints};
use domain::id::ChannelId;
use domain::notice::IceServer;
use domain::session::Role;
use domain::time::{SpanMs, TimeMs};

use crate::Error;

/// What a session needs of its channel.
pub trait IceConfig {
    /// STUN and TURN servers of a channel, good for 300 s; an error when there is no answer within `within`.
    fn ice_servers(
        &self,
        channel: &Endpoints,
        within: SpanMs,
    ) -> impl Future<Output = Result<Vec<IceServer>, Error>> + Send;

    /// A URL that lets a role connect to its channel: the offerer as VIEWER under the lease's client id, the answerer
    /// as MASTER. Signed at `now`, good for `life`.
    fn presign(
        &self,
        lease: &ChannelLease,
        role: Role,
        now: TimeMs,
        life: SpanMs,
    ) -> impl Future<Output = Result<String, Error>> + Send;
}

/// A channel as KVS lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PoolChannel {
    /// Its name.
    pub id: ChannelId,
    /// Its ARN.
    pub arn: String,
}

/// Makes and deletes the channels of the pool.
pub trait ChannelPool {
    /// Makes a channel under a new name, waits until it is active and asks for its endpoints.
    fn create(&self, id: &ChannelId) -> impl Future<Output = Result<Endpoints, Error>> + Send;

    /// Every channel of this deployment that exists, whether it is in the pool or not.
    fn list(&self) -> impl Future<Output = Result<Vec<PoolChannel>, Error>> + Send;

    /// Deletes a channel. One that is gone already is no error.
    fn delete(&self, channel: &PoolChannel) -> impl Future<Output = Result<(), Error>> + Send;

    /// The endpoints of a channel that exists.
    fn endpoints(&self, channel: &PoolChannel) -> impl Future<Output = Result<Endpoints, Error>> + Send;
}
