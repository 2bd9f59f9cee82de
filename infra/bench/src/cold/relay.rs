//! Stands between a function and SSM and notes when it is called, and when the last answer is through.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// When settings were read.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// From the start to the first connection.
    pub called: Duration,
    /// From there until the last answer.
    pub read: Duration,
}

/// The relay. It ends with the function's connections.
pub struct Relay {
    address: SocketAddr,
    start: Instant,
    seen: Arc<Mutex<Option<(Instant, Instant)>>>,
}

impl Relay {
    /// Takes connections to `target` from now on.
    ///
    /// # Errors
    /// No port is free.
    pub fn to(target: String, start: Instant) -> std::io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let relay = Self { address: listener.local_addr()?, start, seen: Arc::default() };
        let seen = Arc::clone(&relay.seen);
        thread::spawn(move || {
            // The connection that `drop` makes is the last.
            while let Ok((stream, _)) = listener.accept() {
                let Some(stream) = stream.peek(&mut [0]).ok().filter(|count| *count > 0).map(|_| stream) else {
                    return;
                };
                note(&seen);
                let _ = pass_on(stream, &target, &seen);
            }
        });
        Ok(relay)
    }

    /// Where a function finds it.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What was read, if anything was.
    pub fn seen(&self) -> Option<Settings> {
        let seen = *self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.map(|(first, last)| Settings {
            called: first.duration_since(self.start),
            read: last.duration_since(first),
        })
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        // If it cannot be reached it has ended.
        let _ = TcpStream::connect(self.address).and_then(|stream| stream.shutdown(Shutdown::Both));
    }
}

fn note(seen: &Mutex<Option<(Instant, Instant)>>) {
    let now = Instant::now();
    let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
    *seen = Some(seen.map_or((now, now), |(first, _)| (first, now)));
}

/// One thread for each direction; a function has one connection to SSM at a time.
fn pass_on(
    mut function: TcpStream,
    target: &str,
    seen: &Arc<Mutex<Option<(Instant, Instant)>>>,
) -> std::io::Result<()> {
    let mut service = TcpStream::connect(target)?;
    function.set_nodelay(true)?;
    service.set_nodelay(true)?;
    let (mut asking, mut asked) = (function.try_clone()?, service.try_clone()?);
    thread::spawn(move || {
        let _ = std::io::copy(&mut asking, &mut asked);
        let _ = asked.shutdown(Shutdown::Both);
    });
    let seen = Arc::clone(seen);
    thread::spawn(move || {
        let mut some = [0; 16_384];
        while let Ok(count @ 1..) = service.read(&mut some) {
            note(&seen);
            if function.write_all(&some[..count]).is_err() {
                break;
            }
        }
    });
    Ok(())
}
