//! A channel of the pool.

use domain::channel::{Channel, Endpoints};
use domain::id::{ChannelId, SessionId};
use ports::Error;

use super::{Item, Reader, Writer};
use crate::dynamodb::key::POOL;

pub(super) fn write(writer: Writer, channel: &Channel) -> Writer {
    writer
        .version(channel.version)
        .text("channel", channel.id.as_str())
        .map("endpoints", write_endpoints(&channel.endpoints))
        .text("free_pk", POOL)
        .time("free_at", channel.free_at)
        .optional_text("leased_to", channel.leased_to.as_ref().map(SessionId::as_str))
}

/// The channel of an item.
pub(crate) fn read_channel(item: &Item) -> Result<Channel, Error> {
    let reader = Reader::new("channel", item);
    Ok(Channel {
        id: reader.id("channel", ChannelId::parse)?,
        version: reader.version()?,
        endpoints: read_endpoints(reader.map("endpoints")?)?,
        free_at: reader.time("free_at")?,
        leased_to: reader.optional("leased_to", SessionId::parse)?,
    })
}

pub(crate) fn write_endpoints(endpoints: &Endpoints) -> Writer {
    Writer::default()
        .text("arn", &endpoints.arn)
        .text("region", &endpoints.region)
        .text("master_wss", &endpoints.master_wss)
        .text("viewer_wss", &endpoints.viewer_wss)
        .text("https", &endpoints.https)
}

pub(crate) fn read_endpoints(reader: Reader<'_>) -> Result<Endpoints, Error> {
    Ok(Endpoints {
        arn: reader.text("arn")?.to_owned(),
        region: reader.text("region")?.to_owned(),
        master_wss: reader.text("master_wss")?.to_owned(),
        viewer_wss: reader.text("viewer_wss")?.to_owned(),
        https: reader.text("https")?.to_owned(),
    })
}
