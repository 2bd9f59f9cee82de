//! Passes the lines a worker writes on to stderr, with the function's name in front.

use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::io::{AsyncRead, AsyncReadExt};

/// A line longer than this is passed on in pieces, in bytes.
const LINE_MAX_BYTES: usize = 256 * 1024;
const CHUNK_BYTES: usize = 8 * 1024;

/// Copies lines until the pipe closes, and counts their bytes.
pub async fn pass_on(label: String, counted: Arc<AtomicU64>, mut pipe: impl AsyncRead + Unpin) {
    let mut pending: Vec<u8> = Vec::new();
    let mut chunk = vec![0; CHUNK_BYTES];
    while let Ok(read) = pipe.read(&mut chunk).await {
        if read == 0 {
            break;
        }
        pending.extend_from_slice(&chunk[..read]);
        counted.fetch_add(read as u64, Ordering::Relaxed);
        let whole = match pending.iter().rposition(|byte| *byte == b'\n') {
            Some(end) => end + 1,
            None if pending.len() > LINE_MAX_BYTES => pending.len(),
            None => continue,
        };
        print(&label, &pending[..whole]);
        pending.drain(..whole);
    }
    print(&label, &pending);
}

/// Writes one line about a function.
pub fn note(label: &str, line: &str) {
    print(label, line.as_bytes());
}

fn print(label: &str, lines: &[u8]) {
    let mut text = Vec::with_capacity(lines.len() + label.len() + 4);
    for line in lines.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        text.extend_from_slice(format!("[{label}] ").as_bytes());
        text.extend_from_slice(line);
        text.push(b'\n');
    }
    // A closed stderr leaves nobody to tell.
    let _ = std::io::stderr().lock().write_all(&text);
}
