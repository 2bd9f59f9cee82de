//! Coming in, over HTTP: what holds for everybody who knocks, and while keys are rotated. Each test has a stack of its own,
//! and waits for minutes to pass while the others work.
#![cfg(test)]

mod canaries;
mod limits;
mod metrics;
mod rotation;
mod same_answer;

/// A port that nobody listens at, for a stack whose AWS a test speaks to.
fn free_port() -> anyhow::Result<u16> {
    Ok(std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// The token that opens the metrics of a stack.
async fn metrics_token(aws_port: u16) -> anyhow::Result<String> {
    use ports::Parameters;
    let place = aws::Place {
        region: "us-east-1".to_owned(),
        endpoint: Some(format!("http://127.0.0.1:{aws_port}")),
        ..aws::Place::default()
    };
    let administrator = aws::Credentials::new("AKIDLOCAL", "local", None, None, "test");
    Ok(aws::Aws::at(place, administrator).parameter("/speed-connect-local/metrics-token").await?)
}
