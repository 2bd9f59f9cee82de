//! KVS signaling channels: ICE servers and ways in for a session; making and deleting for the pool.

use std::time::Duration;

use aws_sdk_kinesisvideo::types::{
    ChannelNameCondition, ChannelProtocol, ChannelRole, ChannelType, ComparisonOperator,
    SingleMasterChannelEndpointConfiguration, SingleMasterConfiguration, Status,
};
use aws_sdk_kinesisvideosignaling::types::Service;
use domain::channel::{ChannelLease, Endpoints};
use domain::id::ChannelId;
use domain::notice::IceServer;
use domain::session::Role;
use domain::time::{SpanMs, TimeMs};
use ports::{ChannelPool, Error, IceConfig, PoolChannel};

use crate::Aws;
use crate::clients::failure;
use crate::presign::presign;

/// How long KVS keeps a message for a peer that is not there yet, in seconds (5 to 120).
const MESSAGE_TTL_SECONDS: i32 = 60;
/// A new channel becomes active within seconds; it is asked for this often, half a second apart.
const ACTIVE_LOOKS: usize = 20;
/// One page of `ListSignalingChannels`.
const LIST_PAGE: i32 = 1000;

impl IceConfig for Aws {
    async fn ice_servers(&self, channel: &Endpoints, within: SpanMs) -> Result<Vec<IceServer>, Error> {
        let client = self.channel(&channel.https);
        let asked = client.get_ice_server_config().channel_arn(&channel.arn).service(Service::Turn).send();
        let answer = tokio::time::timeout(Duration::from_millis(within.0), asked).await;
        let late = |_| Error::Failed { port: "kvs", why: "timeout".into() };
        let answer = answer.map_err(late)?.map_err(|error| failure("kvs", &error))?;
        let server = |server: &aws_sdk_kinesisvideosignaling::types::IceServer| IceServer {
            urls: server.uris().to_vec(),
            username: server.username().map(str::to_owned),
            credential: server.password().map(str::to_owned),
        };
        Ok(answer.ice_server_list().iter().map(server).collect())
    }

    async fn presign(&self, lease: &ChannelLease, role: Role, now: TimeMs, life: SpanMs) -> Result<String, Error> {
        let (endpoint, client) = match role {
            Role::Offerer => (&lease.endpoints.viewer_wss, Some(&lease.viewer_client)),
            Role::Answerer => (&lease.endpoints.master_wss, None),
        };
        presign(&self.credentials, &lease.endpoints.region, endpoint, &lease.endpoints.arn, client, now, life)
    }
}

impl ChannelPool for Aws {
    async fn create(&self, id: &ChannelId) -> Result<Endpoints, Error> {
        let configuration = SingleMasterConfiguration::builder().message_ttl_seconds(MESSAGE_TTL_SECONDS).build();
        let created = self
            .kvs()
            .create_signaling_channel()
            .channel_name(id.as_str())
            .channel_type(ChannelType::SingleMaster)
            .single_master_configuration(configuration)
            .send()
            .await
            .map_err(|error| failure("kvs", &error))?;
        let arn = created.channel_arn().unwrap_or_default().to_owned();
        self.until_active(&arn).await?;
        self.endpoints_of(&arn).await
    }

    async fn list(&self) -> Result<Vec<PoolChannel>, Error> {
        let condition = ChannelNameCondition::builder()
            .comparison_operator(ComparisonOperator::BeginsWith)
            .comparison_value(&self.place.channel_prefix)
            .build();
        let mut channels = Vec::new();
        let mut token = None;
        loop {
            let page =
                self.kvs().list_signaling_channels().channel_name_condition(condition.clone()).max_results(LIST_PAGE);
            let page = page.set_next_token(token).send().await.map_err(|error| failure("kvs", &error))?;
            for info in page.channel_info_list() {
                let active = info.channel_status() == Some(&Status::Active);
                if let (Some(Ok(id)), Some(arn), true) =
                    (info.channel_name().map(ChannelId::parse), info.channel_arn(), active)
                {
                    channels.push(PoolChannel { id, arn: arn.to_owned() });
                }
            }
            token = page.next_token().map(str::to_owned);
            if token.is_none() {
                return Ok(channels);
            }
        }
    }

    async fn delete(&self, channel: &PoolChannel) -> Result<(), Error> {
        match self.kvs().delete_signaling_channel().channel_arn(&channel.arn).send().await {
            Err(error) if error.as_service_error().is_some_and(|error| error.is_resource_not_found_exception()) => {
                Ok(())
            }
            Err(error) => Err(failure("kvs", &error)),
            Ok(_) => Ok(()),
        }
    }

    async fn endpoints(&self, channel: &PoolChannel) -> Result<Endpoints, Error> {
        self.endpoints_of(&channel.arn).await
    }
}

impl Aws {
    async fn until_active(&self, arn: &str) -> Result<(), Error> {
        for _ in 0..ACTIVE_LOOKS {
            let answer = self.kvs().describe_signaling_channel().channel_arn(arn).send().await;
            let answer = answer.map_err(|error| failure("kvs", &error))?;
            if answer.channel_info().and_then(|info| info.channel_status()) == Some(&Status::Active) {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        Err(Error::Failed { port: "kvs", why: "the channel does not become active".into() })
    }

    /// The WSS host differs by role, the HTTPS host does not.
    async fn endpoints_of(&self, arn: &str) -> Result<Endpoints, Error> {
        let (master_wss, https) = self.endpoints_for(arn, ChannelRole::Master).await?;
        let (viewer_wss, _) = self.endpoints_for(arn, ChannelRole::Viewer).await?;
        Ok(Endpoints { arn: arn.to_owned(), region: self.place.region.clone(), master_wss, viewer_wss, https })
    }

    async fn endpoints_for(&self, arn: &str, role: ChannelRole) -> Result<(String, String), Error> {
        let configuration = SingleMasterChannelEndpointConfiguration::builder()
            .protocols(ChannelProtocol::Wss)
            .protocols(ChannelProtocol::Https)
            .role(role)
            .build();
        let asked = self.kvs().get_signaling_channel_endpoint().channel_arn(arn);
        let asked = asked.single_master_channel_endpoint_configuration(configuration).send().await;
        let answer = asked.map_err(|error| failure("kvs", &error))?;
        let of = |protocol: ChannelProtocol| {
            let endpoint = answer.resource_endpoint_list().iter().find(|item| item.protocol() == Some(&protocol));
            endpoint.and_then(|item| item.resource_endpoint()).unwrap_or_default().to_owned()
        };
        Ok((of(ChannelProtocol::Wss), of(ChannelProtocol::Https)))
    }
}
