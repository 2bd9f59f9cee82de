//! Coming in, over HTTP: what holds for everybody who knocks, and while keys are rotated. Each test has a stack of its own,
//! and waits for minutes to pass while the others work.
#![cfg(test)]

mod canaries;
mod limits;
mod rotation;
mod same_answer;

/// A port that nobody listens at, for a stack whose AWS a test speaks to.
fn free_port() -> anyhow::Result<u16> {
    Ok(std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}
