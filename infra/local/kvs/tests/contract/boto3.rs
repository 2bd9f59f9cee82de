//! boto3, run with the interpreter that `SPEED_CONNECT_PYTHON` names.

use std::path::Path;

use tokio::process::Command;

use crate::common::{Stack, skipped};

const STEPS: usize = 8;

#[tokio::test(flavor = "multi_thread")]
async fn boto3_works_unchanged() {
    let Some(python) = std::env::var_os("SPEED_CONNECT_PYTHON") else {
        skipped("SPEED_CONNECT_PYTHON names no interpreter that has boto3");
        return;
    };
    let stack = Stack::start().await;
    let output = Command::new(python)
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/boto3_contract.py"))
        .env("KVS_ENDPOINT", stack.url())
        .kill_on_drop(true)
        .output()
        .await
        .unwrap();
    let (text, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{text}{errors}");
    assert_eq!(text.lines().filter(|line| line.starts_with("ok ")).count(), STEPS, "{text}");
}
