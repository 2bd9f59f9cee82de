//! The control plane and `GetIceServerConfig`, asked by the AWS SDK for Rust.

use std::time::{Duration, Instant, SystemTime};

use crate::common::Stack;
use aws_sdk_kinesisvideo::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_kinesisvideo::types::{
    ChannelNameCondition, ChannelProtocol, ChannelRole, ChannelType, ComparisonOperator,
    SingleMasterChannelEndpointConfiguration, SingleMasterConfiguration, Status, Tag,
};
use local_kvs::Limits;

#[tokio::test]
async fn a_channel_is_created_described_updated_and_deleted() {
    let stack = limited(Limits { settle: Duration::ZERO, ..Limits::local() }).await;
    let client = stack.control();
    let ttl = |seconds| SingleMasterConfiguration::builder().message_ttl_seconds(seconds).build();
    let created = client
        .create_signaling_channel()
        .channel_name("pool-1")
        .channel_type(ChannelType::SingleMaster)
        .single_master_configuration(ttl(30))
        .tags(Tag::builder().key("stack").value("local").build().unwrap())
        .send()
        .await
        .unwrap();
    let arn = created.channel_arn().unwrap();
    let prefix = "arn:aws:kinesisvideo:us-east-1:000000000000:channel/pool-1/";
    let created_ms: u64 = arn.strip_prefix(prefix).unwrap().parse().unwrap();

    let describe = async || {
        let answer = client.describe_signaling_channel().channel_name("pool-1").send().await;
        answer.map(|answer| answer.channel_info.unwrap())
    };
    let info = describe().await.unwrap();
    assert_eq!(info.channel_name(), Some("pool-1"));
    assert_eq!(info.channel_arn(), Some(arn));
    assert_eq!(info.channel_type(), Some(&ChannelType::SingleMaster));
    assert_eq!(info.channel_status(), Some(&Status::Active));
    assert_eq!(info.single_master_configuration().unwrap().message_ttl_seconds(), Some(30));
    // The wire carries seconds as a double, which may fall just below the millisecond it stands for.
    let created_at = SystemTime::UNIX_EPOCH + Duration::from_millis(created_ms);
    let creation = SystemTime::try_from(*info.creation_time().unwrap()).unwrap();
    let apart = creation.duration_since(created_at).unwrap_or_else(|early| early.duration());
    assert!(apart < Duration::from_millis(1), "{apart:?} apart");
    let version = info.version().unwrap().to_owned();

    let update = |version: &str| {
        let asked = client.update_signaling_channel().channel_arn(arn).current_version(version);
        asked.single_master_configuration(ttl(45)).send()
    };
    assert_eq!(code(update("stale").await), "VersionMismatchException");
    update(&version).await.unwrap();
    let info = describe().await.unwrap();
    assert_eq!(info.single_master_configuration().unwrap().message_ttl_seconds(), Some(45));
    assert_ne!(info.version(), Some(version.as_str()));

    let delete = || client.delete_signaling_channel().channel_arn(arn);
    assert_eq!(code(delete().current_version(&version).send().await), "VersionMismatchException");
    delete().send().await.unwrap();
    assert_eq!(code(describe().await), "ResourceNotFoundException");
    assert_eq!(code(delete().send().await), "ResourceNotFoundException");
    tokio::time::sleep(Duration::from_millis(5)).await;
    let again = client.create_signaling_channel().channel_name("pool-1").send().await.unwrap();
    assert_ne!(again.channel_arn(), Some(arn), "a new channel has a new ARN");
}

#[tokio::test]
async fn a_channel_that_is_being_created_cannot_be_used_yet() {
    let stack = limited(Limits { settle: Duration::from_secs(3_600), ..Limits::local() }).await;
    let client = stack.control();
    let created = client.create_signaling_channel().channel_name("pool-1").send().await.unwrap();
    let arn = created.channel_arn().unwrap();
    let info = client.describe_signaling_channel().channel_arn(arn).send().await.unwrap().channel_info.unwrap();
    assert_eq!(info.channel_status(), Some(&Status::Creating));
    assert_eq!(code(client.delete_signaling_channel().channel_arn(arn).send().await), "ResourceInUseException");
    let ttl = SingleMasterConfiguration::builder().message_ttl_seconds(5).build();
    let update = client.update_signaling_channel().channel_arn(arn).current_version(info.version().unwrap());
    assert_eq!(code(update.single_master_configuration(ttl).send().await), "ResourceInUseException");
    let wish = SingleMasterChannelEndpointConfiguration::builder().protocols(ChannelProtocol::Wss);
    let endpoint = client.get_signaling_channel_endpoint().channel_arn(arn);
    let endpoint = endpoint.single_master_channel_endpoint_configuration(wish.role(ChannelRole::Master).build());
    assert_eq!(code(endpoint.send().await), "ResourceInUseException");
    let ice = stack.data_plane().get_ice_server_config().channel_arn(arn).send().await;
    assert_eq!(code(ice), "ResourceNotFoundException");
}

#[tokio::test]
async fn arguments_outside_the_model_are_refused() {
    let stack = Stack::start().await;
    let client = stack.control();
    let create = || client.create_signaling_channel();
    let long = "a".repeat(257);
    for name in ["", "a b", "a/b", "é", &long] {
        assert_eq!(code(create().channel_name(name).send().await), "InvalidArgumentException", "{name}");
    }
    let ttl = |seconds| SingleMasterConfiguration::builder().message_ttl_seconds(seconds).build();
    for seconds in [4, 121, -1] {
        let asked = create().channel_name("a").single_master_configuration(ttl(seconds));
        assert_eq!(code(asked.send().await), "InvalidArgumentException", "{seconds}");
    }
    let mesh = create().channel_name("a").channel_type(ChannelType::FullMesh).send().await;
    assert_eq!(code(mesh), "InvalidArgumentException");
    let tag = |number: usize| Tag::builder().key(format!("k{number}")).value("v").build().unwrap();
    let many = (0..51).fold(create().channel_name("a"), |asked, number| asked.tags(tag(number)));
    assert_eq!(code(many.send().await), "TagsPerResourceExceededLimitException");
    create().channel_name("a".repeat(256)).send().await.unwrap();
    assert_eq!(code(create().channel_name("a".repeat(256)).send().await), "ResourceInUseException");

    let neither = client.describe_signaling_channel().send().await;
    assert_eq!(code(neither), "InvalidArgumentException");
    for arn in ["x", "arn:aws:kinesisvideo:us-east-1:1:channel/a/x", "arn:aws:s3:us-east-1:1:channel/a/1"] {
        let asked = client.describe_signaling_channel().channel_arn(arn).send().await;
        assert_eq!(code(asked), "InvalidArgumentException", "{arn}");
    }
    let unknown = "arn:aws:kinesisvideo:us-east-1:000000000000:channel/nobody/1";
    let asked = client.describe_signaling_channel().channel_arn(unknown).send().await.unwrap_err();
    assert_eq!(asked.raw_response().unwrap().status().as_u16(), 404);
    assert_eq!(code::<(), _>(Err(asked)), "ResourceNotFoundException");
}

#[tokio::test]
async fn channels_are_listed_by_name_in_pages() {
    let stack = Stack::start().await;
    let client = stack.control();
    for name in ["other", "pool-3", "pool-1", "pool-2", "pool.4", "poo"] {
        client.create_signaling_channel().channel_name(name).send().await.unwrap();
    }
    let begins = ChannelNameCondition::builder()
        .comparison_operator(ComparisonOperator::BeginsWith)
        .comparison_value("pool")
        .build();
    let (mut names, mut token, mut sizes) = (vec![], None, vec![]);
    loop {
        let asked = client.list_signaling_channels().max_results(3).set_next_token(token);
        let page = asked.channel_name_condition(begins.clone()).send().await.unwrap();
        sizes.push(page.channel_info_list().len());
        names.extend(page.channel_info_list().iter().map(|info| info.channel_name().unwrap().to_owned()));
        token = page.next_token;
        if token.is_none() {
            break;
        }
    }
    assert_eq!(sizes, [3, 1]);
    assert_eq!(names, ["pool-1", "pool-2", "pool-3", "pool.4"]);
    let all = client.list_signaling_channels().send().await.unwrap();
    assert_eq!((all.channel_info_list().len(), all.next_token()), (6, None));
    for max in [0, 10_001] {
        assert_eq!(code(client.list_signaling_channels().max_results(max).send().await), "InvalidArgumentException");
    }
    assert_eq!(code(client.list_signaling_channels().next_token("zz").send().await), "InvalidArgumentException");
}

#[tokio::test]
async fn endpoints_name_the_role_and_stay_the_same() {
    let stack = limited(Limits { settle: Duration::ZERO, ..Limits::local() }).await;
    let client = stack.control();
    let created = client.create_signaling_channel().channel_name("pool-1").send().await.unwrap();
    let arn = created.channel_arn().unwrap();
    let ask = async |protocols: &[ChannelProtocol], role: ChannelRole| {
        let wish = SingleMasterChannelEndpointConfiguration::builder();
        let wish = wish.set_protocols(Some(protocols.to_vec())).role(role).build();
        let asked = client.get_signaling_channel_endpoint().channel_arn(arn);
        let answer = asked.single_master_channel_endpoint_configuration(wish).send().await?;
        let pair = |item: &aws_sdk_kinesisvideo::types::ResourceEndpointListItem| {
            (item.protocol().unwrap().clone(), item.resource_endpoint().unwrap().to_owned())
        };
        Ok::<_, SdkError<_, _>>(answer.resource_endpoint_list().iter().map(pair).collect::<Vec<_>>())
    };
    let both = [ChannelProtocol::Wss, ChannelProtocol::Https];
    let port = stack.address.port();
    let master = ask(&both, ChannelRole::Master).await.unwrap();
    let viewer = ask(&both, ChannelRole::Viewer).await.unwrap();
    let digits = master[0].1.strip_prefix(&format!("ws://127.0.0.1:{port}/kvs/m-")).unwrap();
    assert!(digits.len() == 8 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()), "{digits}");
    assert_eq!(viewer[0].1, format!("ws://127.0.0.1:{port}/kvs/v-{digits}"));
    assert_eq!(master[1], (ChannelProtocol::Https, stack.url()));
    assert_eq!(ask(&both, ChannelRole::Master).await.unwrap(), master);
    assert_eq!(code(ask(&[ChannelProtocol::Webrtc], ChannelRole::Master).await), "InvalidArgumentException");
    assert_eq!(code(ask(&[], ChannelRole::Master).await), "InvalidArgumentException");
}

#[tokio::test]
async fn ice_servers_are_ours_with_five_minute_credentials() {
    let stack = Stack::start().await;
    let channel = stack.channel("pool-1").await;
    let client = stack.data_plane();
    let answer = client.get_ice_server_config().channel_arn(&channel.arn).client_id("v-1").send().await.unwrap();
    let [server] = answer.ice_server_list() else { panic!("{answer:?}") };
    assert_eq!(server.uris(), [format!("turn:{}?transport=udp", stack.turn.address())]);
    assert_eq!(server.ttl(), Some(300));
    let (expires, rest) = server.username().unwrap().split_once(':').unwrap();
    let now_s = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
    assert!((now_s + 298..=now_s + 300).contains(&expires.parse().unwrap()));
    let (username, password) = stack.turn.relay().credentials(&channel.arn, expires.parse().unwrap());
    assert_eq!((server.username(), server.password()), (Some(username.as_str()), Some(password.as_str())));
    assert!(!rest.is_empty());

    let unknown = "arn:aws:kinesisvideo:us-east-1:000000000000:channel/nobody/1";
    let asked = client.get_ice_server_config().channel_arn(unknown).send().await;
    assert_eq!(code(asked), "ResourceNotFoundException");
    let asked = client.get_ice_server_config().channel_arn(&channel.arn).username("no spaces").send().await;
    assert_eq!(code(asked), "InvalidArgumentException");
}

#[tokio::test]
async fn ice_configs_are_limited_for_a_channel_and_for_the_account() {
    let stack = limited(Limits { ice_per_second: 12, settle: Duration::ZERO, ..Limits::production() }).await;
    let (one, two, three) = (stack.channel("a").await, stack.channel("b").await, stack.channel("c").await);
    let client = stack.data_plane();
    let burst = async |arns: &[&str]| {
        let start = Instant::now();
        let calls = arns.iter().map(|arn| client.get_ice_server_config().channel_arn(*arn).send());
        let answers = futures_util::future::join_all(calls).await;
        let refused: Vec<_> = answers.into_iter().filter_map(Result::err).collect();
        for error in &refused {
            assert_eq!(error.code(), Some("ClientLimitExceededException"));
        }
        (arns.len() - refused.len(), start.elapsed().as_secs_f64())
    };
    let (granted, seconds) = burst(&[one.arn.as_str(); 12]).await;
    assert!(granted >= 5 && granted as f64 <= 5.0 + 5.0 * seconds, "the channel's quota: {granted} in {seconds} s");
    tokio::time::sleep(Duration::from_secs(1)).await;
    let all = [one.arn.as_str(), &two.arn, &three.arn].repeat(5);
    let (granted, seconds) = burst(&all).await;
    assert!(granted >= 12 && granted as f64 <= 12.0 + 12.0 * seconds, "the account's: {granted} in {seconds} s");
}

#[tokio::test]
async fn a_wrong_signature_never_reaches_the_service() {
    let stack = Stack::start().await;
    let config = stack.control().config().to_builder();
    let keys = aws_sdk_kinesisvideo::config::Credentials::new("AKIDLOCAL", "another", None, None, "test");
    let client = aws_sdk_kinesisvideo::Client::from_conf(config.credentials_provider(keys).build());
    let asked = client.create_signaling_channel().channel_name("pool-1").send().await;
    assert_eq!(code(asked), "InvalidSignatureException");
    assert!(stack.control().list_signaling_channels().send().await.unwrap().channel_info_list().is_empty());
}

#[tokio::test]
async fn create_is_throttled() {
    let stack = limited(Limits { create_per_second: 3, ..Limits::production() }).await;
    let client = stack.control();
    let start = Instant::now();
    let create = |number: usize| client.create_signaling_channel().channel_name(format!("c{number}")).send();
    let answers = futures_util::future::join_all((0..20).map(create)).await;
    let seconds = start.elapsed().as_secs_f64();
    let codes: Vec<_> = answers.into_iter().filter_map(|answer| Some(code::<(), _>(Err(answer.err()?)))).collect();
    let granted = 20 - codes.len();
    assert!(granted >= 3 && granted as f64 <= 3.0 + 3.0 * seconds, "{granted} in {seconds} s");
    assert!(codes.iter().all(|code| code == "ClientLimitExceededException"), "{codes:?}");
}

#[tokio::test]
async fn an_account_has_a_number_of_channels() {
    let stack = limited(Limits { channels_max: 2, settle: Duration::ZERO, ..Limits::production() }).await;
    let client = stack.control();
    let create = async |name: &str| client.create_signaling_channel().channel_name(name).send().await;
    let first = create("a").await.unwrap();
    create("b").await.unwrap();
    assert_eq!(code(create("c").await), "AccountChannelLimitExceededException");
    client.delete_signaling_channel().channel_arn(first.channel_arn().unwrap()).send().await.unwrap();
    create("c").await.unwrap();
}

/// A stack with limits of its own.
async fn limited(limits: Limits) -> Stack {
    Stack::with(limits, None, std::sync::Arc::new(|_, _, _| true)).await
}

fn code<T, E: ProvideErrorMetadata>(answer: Result<T, SdkError<E>>) -> String {
    let Err(error) = answer else { panic!("a refusal was expected") };
    error.code().unwrap_or_else(|| panic!("no code in {:?}", error.message())).to_owned()
}
