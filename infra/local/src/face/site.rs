//! The page's files.

use std::path::{Path, PathBuf};

use axum::body::Body;
use axum::response::Response;
use http::{HeaderValue, Method, StatusCode, header};

use crate::gateway::answer;
use crate::gateway::path::decoded;

/// Content types by file extension.
const TYPES: [(&str, &str); 20] = [
    ("avif", "image/avif"),
    ("css", "text/css; charset=utf-8"),
    ("gif", "image/gif"),
    ("html", "text/html; charset=utf-8"),
    ("ico", "image/x-icon"),
    ("jpg", "image/jpeg"),
    ("js", "text/javascript; charset=utf-8"),
    ("json", "application/json"),
    ("map", "application/json"),
    ("mjs", "text/javascript; charset=utf-8"),
    ("mp3", "audio/mpeg"),
    ("ogg", "audio/ogg"),
    ("png", "image/png"),
    ("svg", "image/svg+xml"),
    ("txt", "text/plain; charset=utf-8"),
    ("wasm", "application/wasm"),
    ("webmanifest", "application/manifest+json"),
    ("webp", "image/webp"),
    ("woff", "font/woff"),
    ("woff2", "font/woff2"),
];

/// Answers a request for the page: a file, or `index.html` for every place inside the page.
pub async fn answer(folder: &Path, method: &Method, path: &str) -> Response {
    if method != Method::GET && method != Method::HEAD {
        return answer::message(StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed");
    }
    let Some(file) = file_for(path) else { return answer::message(StatusCode::NOT_FOUND, "Not Found") };
    match tokio::fs::read(folder.join(&file)).await {
        Ok(bytes) => found(&file, bytes, method == Method::HEAD),
        Err(_) => answer::message(StatusCode::NOT_FOUND, "Not Found"),
    }
}

/// The file below the folder, or none when the path leads out of it.
fn file_for(path: &str) -> Option<PathBuf> {
    let path = decoded(path);
    let (_, last) = path.rsplit_once('/')?;
    if !last.contains('.') {
        return Some(PathBuf::from("index.html"));
    }
    let inside = |segment: &str| !matches!(segment, "" | "." | "..") && !segment.contains(['\\', '\0', ':']);
    let segments: Vec<&str> = path.strip_prefix('/')?.split('/').collect();
    segments.iter().all(|segment| inside(segment)).then(|| segments.iter().collect())
}

fn found(file: &Path, bytes: Vec<u8>, head: bool) -> Response {
    let length = bytes.len();
    let mut response = Response::new(if head { Body::empty() } else { Body::from(bytes) });
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type(file)));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache_control(file)));
    response
}

fn content_type(file: &Path) -> &'static str {
    let extension = file.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    TYPES.iter().find(|(known, _)| *known == extension).map_or("application/octet-stream", |(_, kind)| kind)
}

/// The bundler names everything in `assets` after its content; the entry page names the assets.
fn cache_control(file: &Path) -> &'static str {
    if file.starts_with("assets") {
        "public, max-age=31536000, immutable"
    } else if file == Path::new("index.html") {
        "no-store"
    } else {
        "no-cache"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_a_file_or_a_place_inside_the_page() {
        let file = |path: &str| file_for(path).map(|file| file.to_string_lossy().into_owned());
        assert_eq!(file("/").as_deref(), Some("index.html"));
        assert_eq!(file("/room/a-b").as_deref(), Some("index.html"));
        assert_eq!(file("/assets/index-B1c2.js").as_deref(), Some("assets/index-B1c2.js"));
        for outside in ["/../x.txt", "/assets/../../x.txt", "/%2e%2e/x.txt", "//x.txt", "/..%5cx.txt", "/%2Fetc/x.conf"]
        {
            assert_eq!(file(outside), None, "{outside}");
        }
    }

    #[test]
    fn hashed_assets_are_kept_and_the_entry_is_not() {
        assert_eq!(cache_control(Path::new("assets/a.js")), "public, max-age=31536000, immutable");
        assert_eq!(cache_control(Path::new("index.html")), "no-store");
        assert_eq!(cache_control(Path::new("favicon.ico")), "no-cache");
        assert_eq!(content_type(Path::new("a.woff2")), "font/woff2");
    }
}
