//! Channels outlive the process, also a killed one.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use local_kvs::{Kvs, Limits, Options, Relay};

use crate::common::{Stack, credentials};

/// Tells the child process of this test where to keep its channels.
const FOLDER: &str = "KVS_TEST_FOLDER";

#[tokio::test]
async fn every_acknowledged_channel_survives_a_kill() {
    let folder = Folder::new("kill");
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "disk::creates_channels_until_it_is_killed", "--nocapture", "--ignored"])
        .env(FOLDER, &folder.0)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let arn = |line: String| Some(line.split_once("created ")?.1.to_owned());
    let acknowledged: Vec<String> = lines.map_while(Result::ok).filter_map(arn).take(20).collect();
    // SIGKILL.
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(acknowledged.len(), 20);

    let stack = Stack::with(Limits::local(), Some(&folder.0), Arc::new(|_, _, _| true)).await;
    let listed = stack.control().list_signaling_channels().send().await.unwrap();
    let kept: Vec<&str> = listed.channel_info_list().iter().filter_map(|info| info.channel_arn()).collect();
    for arn in acknowledged {
        assert!(kept.contains(&arn.as_str()), "{arn} is lost; kept are {kept:?}");
    }
}

/// The child of the test above.
#[tokio::test]
#[ignore = "runs until it is killed"]
async fn creates_channels_until_it_is_killed() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let stack = Stack::with(Limits::local(), Some(Path::new(&folder)), Arc::new(|_, _, _| true)).await;
    for number in 0..10_000 {
        let created = stack.control().create_signaling_channel().channel_name(format!("c{number}")).send().await;
        if let Ok(created) = created {
            println!("created {}", created.channel_arn().unwrap());
            std::io::stdout().flush().unwrap();
        }
    }
}

#[tokio::test]
async fn a_restart_keeps_endpoints_and_changes_and_forgets_the_deleted() {
    let folder = Folder::new("restart");
    let start = || Stack::with(Limits::local(), Some(&folder.0), Arc::new(|_, _, _| true));
    let first = start().await;
    let (kept, deleted) = (first.channel("kept").await, first.channel("deleted").await);
    first.control().delete_signaling_channel().channel_arn(&deleted.arn).send().await.unwrap();
    drop(first);
    let second = start().await;
    let again = second.control().describe_signaling_channel().channel_name("deleted").send().await;
    assert!(again.is_err());
    let channel = second.channel_of(&kept.arn).await;
    let path = |endpoint: &str| endpoint.rsplit('/').next().unwrap().to_owned();
    assert_eq!((path(&channel.master), path(&channel.viewer)), (path(&kept.master), path(&kept.viewer)));
    channel.join_as_master().await;
}

#[test]
fn a_folder_that_cannot_be_used_is_one_clear_line() {
    let folder = Folder::new("damaged");
    std::fs::create_dir_all(&folder.0).unwrap();
    std::fs::write(folder.0.join("kvs-channels.jsonl"), "{}\n{}\n").unwrap();
    let options = |data: PathBuf| Options {
        aws_port: 1,
        region: "us-east-1".to_owned(),
        account: "000000000000".to_owned(),
        data: Some(data),
        credentials: credentials(),
        authorize: Arc::new(|_, _, _| true),
        relay: Relay { urls: vec![], secret: String::new() },
        limits: Limits::local(),
    };
    let error = Kvs::open(options(folder.0.clone())).unwrap_err().to_string();
    let expected = format!(
        "the channels in {} cannot be used: line 1 of kvs-channels.jsonl is damaged; \
         remove the file to start without channels",
        folder.0.display()
    );
    assert_eq!(error, expected);
    let file = folder.0.join("kvs-channels.jsonl").join("below");
    assert!(Kvs::open(options(file)).is_err());
}

/// A folder below the system's temporary one, removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("local-kvs-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        Self(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
