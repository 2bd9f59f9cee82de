//! AWS's JavaScript signaling client on Node, as browsers run it.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde_json::json;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use crate::common::{ADMINISTRATOR, FUNCTION, Stack, skipped};

const SCENARIOS: [&str; 10] = [
    "offer, answer and candidates",
    "the master may offer too, and only the named viewer hears it",
    "candidates before the offer are kept by the client",
    "what is said before the master is there waits for it",
    "a failure is a status response when it was asked for",
    "the newest master wins",
    "a URL that a backend presigned goes unchanged into the socket",
    "temporary keys need their session token",
    "a wrong signature is refused",
    "a closed client opens again",
];

#[tokio::test(flavor = "multi_thread")]
async fn awss_signaling_client_works_unchanged() {
    let Some(folder) = package() else {
        skipped("node or node_modules is missing; run npm ci in infra/local/kvs/tests/js");
        return;
    };
    let stack = Stack::start().await;
    let mut channels = vec![];
    for number in 0..SCENARIOS.len() {
        let channel = stack.channel(&format!("js-{number}")).await;
        channels.push(json!({
            "arn": channel.arn,
            "masterEndpoint": channel.master,
            "viewerEndpoint": channel.viewer,
            "masterUrl": channel.master_url(),
            "viewerUrl": channel.viewer_url("viewer-1"),
        }));
    }
    let world = json!({
        "channels": channels,
        "keys": { "accessKeyId": ADMINISTRATOR.0, "secretAccessKey": ADMINISTRATOR.1 },
        "temporaryKeys": { "accessKeyId": FUNCTION.0, "secretAccessKey": FUNCTION.1, "sessionToken": FUNCTION.2 },
    });
    let mut node = Command::new("node")
        .arg("contract.js")
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut stdin = node.stdin.take().unwrap();
    stdin.write_all(world.to_string().as_bytes()).await.unwrap();
    drop(stdin);
    let output = node.wait_with_output().await.unwrap();
    let (text, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{text}{errors}");
    let expected: Vec<String> = SCENARIOS.iter().map(|name| format!("ok {name}")).collect();
    assert_eq!(text.lines().collect::<Vec<_>>(), expected);
}

/// The script's folder, when Node and the packages are there.
fn package() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/js");
    let node =
        std::env::var_os("PATH").is_some_and(|path| std::env::split_paths(&path).any(|p| p.join("node").is_file()));
    (node && folder.join("node_modules/amazon-kinesis-video-streams-webrtc").is_dir()).then_some(folder)
}
