//! SSM parameters through their Rust SDK.

use aws_sdk_ssm::types::ParameterType;
use local_services::ssm::Kind;

use crate::world::World;

#[tokio::test]
async fn a_secure_string_is_clear_only_with_decryption() {
    let world = World::start().await;
    assert_eq!(world.ssm.put("/speed-connect/signing-key", Kind::SecureString, "secret").unwrap(), 1);
    let client = world.ssm();
    let get = |decrypt: bool| client.get_parameter().name("/speed-connect/signing-key").with_decryption(decrypt).send();
    let clear = get(true).await.unwrap().parameter.unwrap();
    assert_eq!((clear.value(), clear.r#type()), (Some("secret"), Some(&ParameterType::SecureString)));
    assert_eq!(clear.arn(), Some("arn:aws:ssm:us-east-1:000000000000:parameter/speed-connect/signing-key"));
    let sealed = get(false).await.unwrap().parameter.unwrap();
    assert!(!sealed.value().unwrap().contains("secret"));
    let many = client.get_parameters().names("/speed-connect/signing-key").names("/none").send().await.unwrap();
    assert_eq!(many.parameters()[0].value(), sealed.value());
    assert_eq!(many.invalid_parameters(), ["/none"]);
}

#[tokio::test]
async fn parameters_are_put_overwritten_listed_and_deleted() {
    let world = World::start().await;
    let client = world.ssm();
    let put = |name: &str, value: &str, overwrite: bool| {
        let put = client.put_parameter().name(name).value(value).r#type(ParameterType::String);
        put.overwrite(overwrite).send()
    };
    put("/a/one", "1", false).await.unwrap();
    put("/a/b/two", "2", false).await.unwrap();
    assert!(put("/a/one", "x", false).await.unwrap_err().into_service_error().is_parameter_already_exists());
    assert_eq!(put("/a/one", "1b", true).await.unwrap().version(), 2);
    let version = client.get_parameter().name("/a/one:2").send().await.unwrap().parameter.unwrap();
    assert_eq!(version.value(), Some("1b"));
    let old = client.get_parameter().name("/a/one:1").send().await.unwrap_err().into_service_error();
    assert!(old.is_parameter_version_not_found());
    let names = async |recursive: bool| -> Vec<String> {
        let found = client.get_parameters_by_path().path("/a").recursive(recursive).send().await.unwrap();
        found.parameters().iter().map(|parameter| parameter.name().unwrap().to_owned()).collect()
    };
    assert_eq!(names(false).await, ["/a/one"]);
    assert_eq!(names(true).await, ["/a/b/two", "/a/one"]);
    client.delete_parameter().name("/a/one").send().await.unwrap();
    let gone = client.get_parameter().name("/a/one").send().await.unwrap_err().into_service_error();
    assert!(gone.is_parameter_not_found());
}
