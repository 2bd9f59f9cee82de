//! The program `local`: what it prints, how it ends, and that no child outlives it.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use local_services::ssm::Ssm;

use crate::world::{fixture, functions_dir};

/// The program with the fixture and free ports.
fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_local"));
    command.arg("--template").arg(fixture().join("template.yaml")).arg("--functions-dir").arg(functions_dir());
    command.env_remove("SPEED_CONNECT_PERMISSIONS");
    command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

struct Running {
    child: Child,
    origin: String,
    lines: Vec<String>,
}

/// A test that fails leaves nothing behind.
impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn run(arguments: &[&str]) -> Running {
    let child = command(arguments).args(["--port", "0", "--aws-port", "0"]).spawn().expect("it starts");
    let mut running = Running { child, origin: String::new(), lines: Vec::new() };
    for line in BufReader::new(running.child.stdout.take().expect("a pipe")).lines() {
        let line = line.expect("text");
        running.lines.push(line.clone());
        if let Some(origin) = line.strip_prefix("ready ") {
            running.origin = origin.to_owned();
            return running;
        }
    }
    panic!("it never became ready: {:?}", running.lines);
}

/// What the stack itself says when a start fails.
fn fails(command: &mut Command) -> String {
    let mut child = command.spawn().expect("it starts");
    let status = wait(&mut child, Duration::from_secs(15));
    assert_eq!(status, Some(1), "exit code");
    let lines = BufReader::new(child.stderr.take().expect("a pipe")).lines().map(|line| line.expect("text"));
    lines.filter(|line| !line.starts_with("[echo]")).map(|line| line + "\n").collect()
}

fn wait(child: &mut Child, longest: Duration) -> Option<i32> {
    let started = Instant::now();
    while started.elapsed() < longest {
        if let Some(status) = child.try_wait().expect("a status") {
            return status.code();
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    child.kill().expect("it ends");
    panic!("it did not end within {longest:?}");
}

fn signal(pid: u32, name: &str) {
    let status = Command::new("kill").args([&format!("-{name}"), &pid.to_string()]).status().expect("kill");
    assert!(status.success());
}

/// The processes whose parent is the given one.
fn children(parent: u32) -> Vec<u32> {
    let of = |entry: std::fs::DirEntry| {
        let pid: u32 = entry.file_name().to_str()?.parse().ok()?;
        let stat = std::fs::read_to_string(entry.path().join("stat")).ok()?;
        let after_name = stat.rsplit_once(") ")?.1;
        (after_name.split(' ').nth(1)?.parse::<u32>().ok()? == parent).then_some(pid)
    };
    std::fs::read_dir("/proc").expect("Linux").filter_map(|entry| of(entry.ok()?)).collect()
}

fn all_gone(pids: &[u32], longest: Duration) -> bool {
    let started = Instant::now();
    let alive = |pid: &&u32| {
        let stat = std::fs::read_to_string(Path::new("/proc").join(pid.to_string()).join("stat")).unwrap_or_default();
        !stat.is_empty() && !stat.contains(") Z ")
    };
    while pids.iter().any(|pid| alive(&pid)) {
        if started.elapsed() > longest {
            return false;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    true
}

/// Keeps one worker busy for much longer than anybody waits.
fn keep_busy(running: &Running) {
    use std::io::Write as _;
    let mut stream =
        std::net::TcpStream::connect(running.origin.replace("http://localhost", "127.0.0.1")).expect("a connection");
    let body = r#"{"do":"sleep","ms":60000}"#;
    let head = "POST /api/x HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n";
    write!(stream, "{head}content-length: {}\r\n\r\n{body}", body.len()).expect("it goes out");
    std::thread::sleep(Duration::from_millis(300));
}

#[test]
fn it_says_what_it_does_and_ends_when_told() {
    for name in ["INT", "TERM"] {
        let mut running = run(&[]);
        assert_eq!(running.lines.last().map(String::as_str), Some(format!("ready {}", running.origin).as_str()));
        assert!(running.lines[0].contains("2 functions, 1 table, 2 queues, 1 stream, 2 routes"), "{:?}", running.lines);
        let pids = children(running.child.id());
        assert!(!pids.is_empty(), "a worker is warm");
        keep_busy(&running);
        let told = Instant::now();
        signal(running.child.id(), name);
        assert_eq!(wait(&mut running.child, Duration::from_secs(5)), Some(0), "after {:?}", told.elapsed());
        assert!(all_gone(&pids, Duration::from_secs(1)), "no child is left");
    }
}

#[test]
fn no_child_outlives_a_kill() {
    let mut running = run(&[]);
    keep_busy(&running);
    let pids = children(running.child.id());
    assert!(!pids.is_empty());
    signal(running.child.id(), "KILL");
    running.child.wait().expect("it is dead");
    assert!(all_gone(&pids, Duration::from_secs(5)), "{pids:?} are left, one of them in the middle of its work");
}

#[test]
fn the_signing_key_survives_a_kill() {
    let folder = std::env::temp_dir().join(format!("local-test-data-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    let data = folder.to_string_lossy().into_owned();
    let keys = [0, 1].map(|_| {
        let mut running = run(&["--data", &data]);
        signal(running.child.id(), "KILL");
        running.child.wait().expect("it is dead");
        let kept = Ssm::open(Some(&folder)).expect("the folder is free again");
        ["/fixture/signing-key", "/fixture/public-keys"].map(|name| kept.value(name).expect("a key"))
    });
    assert_eq!(keys[0], keys[1]);
    assert!(keys[0][0].starts_with("-----BEGIN PRIVATE KEY-----"));
    std::fs::remove_dir_all(&folder).expect("the folder goes");
}

#[test]
fn a_port_in_use_is_one_line() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("an address").port().to_string();
    let front = fails(command(&["--aws-port", "0"]).args(["--port", &port]));
    assert_eq!(front, format!("port {port} is in use; end what uses it, or choose another with --port\n"));
    let back = fails(command(&["--port", "0"]).args(["--aws-port", &port]));
    assert_eq!(back, format!("port {port} is in use; end what uses it, or choose another with --aws-port\n"));
}

#[test]
fn what_cannot_start_is_one_line_each() {
    let free = ["--port", "0", "--aws-port", "0"];
    let line = fails(command(&free).args(["--site", "/nowhere"]));
    assert_eq!(line, "--site /nowhere: there is no such folder; build the page first\n");
    let broken = std::env::temp_dir().join(format!("local-test-broken-{}.yaml", std::process::id()));
    std::fs::write(&broken, "Resources:\n  A: { Type: AWS::Magic::Wand }\n").expect("written");
    let mut with_template = Command::new(env!("CARGO_BIN_EXE_local"));
    with_template.args(free).arg("--functions-dir").arg(functions_dir()).arg("--template").arg(&broken);
    with_template.stdout(Stdio::piped()).stderr(Stdio::piped());
    let line = fails(&mut with_template);
    assert_eq!(
        line,
        format!("{}:2: AWS::Magic::Wand is no resource type that the local stack knows\n", broken.display())
    );

    let line = fails(command(&free).args(["--template", "/nowhere.yaml"]));
    assert!(line.starts_with("cannot read /nowhere.yaml (--template): No such file"), "{line}");

    let line = fails(command(&free).args(["--functions-dir", "/nowhere"]));
    let wanted = "function echo: there is no binary /nowhere/echo; build it first\n";
    assert_eq!(line, wanted.repeat(2), "one line for each function");

    let line = fails(command(&free).args(["--parameter", "Colour=red"]));
    assert_eq!(
        line,
        format!("{}: there is no parameter Colour in the template\n", fixture().join("template.yaml").display())
    );

    let lines = fails(command(&free).args(["--parameter", "EchoInit=exit"]));
    assert_eq!(lines, "function echo cannot start: it exited with status 7\n");
}

/// Resident memory of a process in kB.
fn resident_kb(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).expect("Linux");
    let line = status.lines().find(|line| line.starts_with("VmRSS")).expect("a line");
    line.split_whitespace().nth(1).and_then(|kb| kb.parse().ok()).expect("a number")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_connection_costs_little_memory() {
    const CONNECTIONS: u64 = 1_000;
    let running = tokio::task::spawn_blocking(|| run(&[])).await.expect("it runs");
    let url = format!("{}/ws", running.origin.replace("http:", "ws:"));
    let mut open = Vec::new();
    for _ in 0..100 {
        open.push(tokio_tungstenite::connect_async(&url).await.expect("it opens"));
    }
    let before_kb = resident_kb(running.child.id());
    for _ in 0..CONNECTIONS {
        open.push(tokio_tungstenite::connect_async(&url).await.expect("it opens"));
    }
    let bytes = (resident_kb(running.child.id()) - before_kb) * 1024 / CONNECTIONS;
    println!("{bytes} bytes for each connection");
    assert!(bytes < 20_000, "{bytes} bytes for each connection");
}
