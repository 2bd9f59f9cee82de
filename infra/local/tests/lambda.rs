//! The Runtime API with a real child process, built from `examples/echo.rs` with AWS's own runtime crate.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::future::join_all;
use local::lambda::{Lambda, Limits, Program};
use local_wire::{Functions, InvokeError};
use serde_json::{Value, json};

fn echo() -> PathBuf {
    let mut path = std::env::current_exe().expect("a test has a path");
    path.pop();
    path.pop();
    let path = path.join("examples/echo");
    assert!(path.exists(), "build the examples first: cargo build -p local --examples");
    path
}

fn program() -> Program {
    let environment = [
        ("AWS_LAMBDA_FUNCTION_NAME", "echo"),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128"),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
    ];
    Program {
        logical_id: "Echo".to_owned(),
        label: "echo".to_owned(),
        arn: "arn:aws:lambda:us-east-1:000000000000:function:echo".to_owned(),
        path: echo(),
        memory_mb: 128,
        timeout: Duration::from_secs(5),
        workers_max: 4,
        environment: environment.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
    }
}

fn lambda(change: impl FnOnce(&mut Program)) -> Lambda {
    let mut program = program();
    change(&mut program);
    Lambda::new(vec![program], Limits::default())
}

async fn invoke(lambda: &Lambda, event: Value) -> Result<Value, InvokeError> {
    let answer = lambda.invoke("Echo", Bytes::from(event.to_string())).await?;
    Ok(serde_json::from_slice(&answer).expect("echo answers JSON"))
}

#[tokio::test]
async fn an_event_reaches_the_function_and_its_answer_comes_back() {
    let lambda = lambda(|program| drop(program.environment.insert("COLOUR".to_owned(), "red".to_owned())));
    let answer = invoke(&lambda, json!({"a": [1, "ü"]})).await.expect("an answer");
    assert_eq!(answer["event"], json!({"a": [1, "ü"]}));
    assert_eq!(answer["arn"], "arn:aws:lambda:us-east-1:000000000000:function:echo");
    let left_ms = answer["deadline"].as_u64().expect("a deadline") as i128 - i128::from(local::clock::now_ms());
    assert!((4_000..=5_000).contains(&left_ms), "{left_ms} ms are left");
    let environment: BTreeMap<String, String> = serde_json::from_value(answer["environment"].clone()).expect("texts");
    let mut names: Vec<&str> = environment.keys().map(String::as_str).collect();
    names.retain(|name| *name != "_X_AMZN_TRACE_ID");
    assert_eq!(
        names,
        [
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
            "AWS_LAMBDA_FUNCTION_NAME",
            "AWS_LAMBDA_FUNCTION_VERSION",
            "AWS_LAMBDA_RUNTIME_API",
            "COLOUR"
        ],
        "nothing of the parent's environment leaks"
    );
    lambda.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_warm_worker_is_used_again() {
    let lambda = lambda(|_| {});
    let first = invoke(&lambda, json!({})).await.expect("an answer")["pid"].clone();
    for _ in 0..20 {
        assert_eq!(invoke(&lambda, json!({})).await.expect("an answer")["pid"], first);
    }
    assert_eq!(lambda.workers("Echo"), 1);
    lambda.stop().await;
    assert_eq!(lambda.workers("Echo"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_at_once_are_each_answered_once_by_at_most_the_allowed_workers() {
    let lambda = Arc::new(lambda(|_| {}));
    let calls = (0..400).map(|n| {
        let lambda = Arc::clone(&lambda);
        tokio::spawn(async move { invoke(&lambda, json!({"n": n, "do": "sleep", "ms": n % 7})).await })
    });
    let mut pids = std::collections::BTreeSet::new();
    for (n, answer) in join_all(calls).await.into_iter().enumerate() {
        let answer = answer.expect("no panic").expect("an answer");
        assert_eq!(answer["event"]["n"], n, "each gets its own answer");
        pids.insert(answer["pid"].as_u64());
    }
    assert_eq!(pids.len(), 4, "as many workers as allowed, no more");
    lambda.stop().await;
}

#[tokio::test]
async fn an_invocation_that_takes_too_long_is_killed_and_the_worker_replaced() {
    let lambda = lambda(|program| program.timeout = Duration::from_secs(1));
    let before = invoke(&lambda, json!({})).await.expect("an answer")["pid"].clone();
    let started = Instant::now();
    let late = invoke(&lambda, json!({"do": "sleep", "ms": 60_000})).await;
    assert_eq!(late, Err(InvokeError::TimedOut));
    assert!((950..1_700).contains(&started.elapsed().as_millis()), "after {:?}", started.elapsed());
    let after = invoke(&lambda, json!({})).await.expect("an answer")["pid"].clone();
    assert_ne!(before, after);
    lambda.stop().await;
}

#[tokio::test]
async fn a_crash_fails_its_invocation_only() {
    let lambda = lambda(|_| {});
    let crashed = invoke(&lambda, json!({"do": "crash"})).await;
    let Err(InvokeError::Unavailable(message)) = crashed else { panic!("it crashed: {crashed:?}") };
    assert!(message.ends_with("Error: the worker exited with status 3"), "{message}");
    assert!(invoke(&lambda, json!({})).await.is_ok());
    lambda.stop().await;
}

#[tokio::test]
async fn an_error_of_the_function_is_told_as_it_says_it() {
    let lambda = lambda(|_| {});
    let failed = invoke(&lambda, json!({"do": "fail"})).await;
    let Err(InvokeError::Function { message, .. }) = failed else { panic!("it failed: {failed:?}") };
    assert_eq!(message, "it was told to fail");
    lambda.stop().await;
}

#[tokio::test]
async fn a_function_that_cannot_start_says_why_and_nobody_waits() {
    let exits = lambda(|program| drop(program.environment.insert("ECHO_INIT".to_owned(), "exit".to_owned())));
    assert_eq!(exits.warm().await, Err(vec!["function echo cannot start: it exited with status 7".to_owned()]));
    let result = invoke(&exits, json!({})).await;
    assert_eq!(result, Err(InvokeError::Unavailable("function echo cannot start: it exited with status 7".to_owned())));
    exits.stop().await;

    let missing = lambda(|program| program.path = PathBuf::from("/nowhere/echo"));
    let [line] = missing.warm().await.expect_err("there is no binary").try_into().expect("one line");
    assert_eq!(line, "function echo cannot start: /nowhere/echo: No such file or directory (os error 2)");

    let mut hanging = program();
    hanging.environment.insert("ECHO_INIT".to_owned(), "hang".to_owned());
    let limits = Limits { init_max: Duration::from_millis(600), ..Limits::default() };
    let hanging = Lambda::new(vec![hanging], limits);
    let wanted = "function echo cannot start: it did not ask for work within 0.6 s";
    assert_eq!(hanging.warm().await, Err(vec![wanted.to_owned()]));
    hanging.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn workers_that_rest_too_long_are_ended_but_the_last() {
    let limits = Limits { idle_max: Duration::from_millis(700), ..Limits::default() };
    let lambda = Arc::new(Lambda::new(vec![program()], limits));
    let calls = (0..4).map(|_| invoke(&lambda, json!({"do": "sleep", "ms": 300})));
    join_all(calls).await;
    assert!(lambda.workers("Echo") > 1);
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(lambda.workers("Echo"), 1);
    assert!(invoke(&lambda, json!({})).await.is_ok());
    lambda.stop().await;
}

#[tokio::test]
async fn a_stop_ends_a_worker_in_the_middle_of_its_work() {
    let lambda = Arc::new(lambda(|_| {}));
    let pid = invoke(&lambda, json!({})).await.expect("an answer")["pid"].as_u64().expect("a pid");
    let busy = tokio::spawn({
        let lambda = Arc::clone(&lambda);
        async move { invoke(&lambda, json!({"do": "sleep", "ms": 60_000})).await }
    });
    tokio::time::sleep(Duration::from_millis(200)).await;
    let started = Instant::now();
    lambda.stop().await;
    assert!(started.elapsed() < Duration::from_secs(2), "took {:?}", started.elapsed());
    assert!(matches!(busy.await.expect("no panic"), Err(InvokeError::Unavailable(_))));
    assert!(!PathBuf::from(format!("/proc/{pid}")).exists(), "the process is gone");
}

#[tokio::test]
async fn a_payload_over_6_mib_is_refused() {
    let lambda = lambda(|_| {});
    let result = invoke(&lambda, json!({"text": "x".repeat(6 * 1024 * 1024)})).await;
    let Err(InvokeError::Function { kind, .. }) = result else { panic!("it is too large") };
    assert_eq!(kind, "RequestEntityTooLarge");
}

#[tokio::test(flavor = "multi_thread")]
async fn handing_over_costs_little() {
    let lambda = lambda(|_| {});
    for _ in 0..50 {
        invoke(&lambda, json!({})).await.expect("an answer");
    }
    let mut took: Vec<Duration> = Vec::new();
    for _ in 0..500 {
        let started = Instant::now();
        invoke(&lambda, json!({})).await.expect("an answer");
        took.push(started.elapsed());
    }
    took.sort();
    let median = took[took.len() / 2];
    println!("median of a whole invocation: {median:?}");
    assert!(median < Duration::from_millis(5), "median {median:?}");
    lambda.stop().await;
}
