//! The same services through AWS's Python SDK, whose requests are those of the AWS CLI.

use std::process::Stdio;

use crate::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn boto3_finds_what_the_documentation_promises() {
    let Ok(python) = std::env::var("SPEED_CONNECT_PYTHON") else {
        println!(
            "SKIPPED boto3: SPEED_CONNECT_PYTHON does not name a python with boto3; `cargo xtask test` provides one"
        );
        return;
    };
    let world = World::start().await;
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/boto3_contract.py");
    let url = world.url.clone();
    let run = move || {
        std::process::Command::new(python).arg(script).arg(url).stdin(Stdio::null()).output().expect("python starts")
    };
    let output = tokio::task::spawn_blocking(run).await.unwrap();
    let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{text}");
    assert!(text.contains("boto3 contract: all "), "{text}");
}
