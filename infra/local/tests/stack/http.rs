//! The HTTP API and the page through the one port.

use std::time::Instant;

use serde_json::json;

use crate::world::{get, json, options, request, start};

#[tokio::test(flavor = "multi_thread")]
async fn a_request_reaches_the_function_as_aws_documents_it() {
    let stack = start(options("event").0).await;
    let builder = http::Request::get("/api/item/a%20b?x=1&x=2")
        .header("cookie", "a=1; b=2")
        .header("x-sc-viewer", "6.6.6.6")
        .header("user-agent", "test");
    let response = request(&stack, builder, "").await;
    assert_eq!(response.status(), 200);
    let mut event = json(&response);

    let api = &stack.template().http_apis[0].id;
    assert_eq!(event["headers"]["x-sc-viewer"], "127.0.0.1", "nobody names an address for himself");
    assert_eq!(event["headers"]["host"], format!("{api}.execute-api.us-east-1.amazonaws.com"));
    assert_eq!(event["headers"]["x-forwarded-for"], "127.0.0.1");
    let context = event["requestContext"].take();
    assert_eq!(
        context["http"],
        json!({"method": "GET", "path": "/api/item/a b", "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1", "userAgent": "test"})
    );
    assert_eq!(context["apiId"], json!(api));
    assert_eq!(event["version"], "2.0");
    assert_eq!(event["routeKey"], "GET /api/item/{id}");
    assert_eq!(event["pathParameters"], json!({"id": "a b"}));
    assert_eq!(event["cookies"], json!(["a=1", "b=2"]));
    assert_eq!(event["queryStringParameters"], json!({"x": "1,2"}));
    assert_eq!(event["rawQueryString"], "x=1&x=2");
    assert!(event.get("body").is_none());
    stack.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_take_the_forms_aws_knows() {
    let stack = start(options("answers").0).await;
    let plain = get(&stack, "/api/plain").await;
    assert_eq!((plain.status().as_u16(), json(&plain)), (200, json!({"inferred": true})));
    assert_eq!(plain.headers()["content-type"], "application/json");

    let binary = get(&stack, "/api/binary").await;
    assert_eq!(binary.body().as_ref(), [0, 1, 2, 255]);

    let cookies = get(&stack, "/api/cookies").await;
    assert_eq!(cookies.status(), 201);
    assert_eq!(cookies.headers()["x-number"], "5");
    assert_eq!(cookies.headers().get_all("set-cookie").iter().collect::<Vec<_>>(), ["a=1; Path=/", "b=2"]);
    assert_eq!(cookies.headers()["content-type"], "text/plain;charset=UTF-8");

    for (path, body, status, message) in [
        ("/api/nonsense", "", 500, "Internal Server Error"),
        ("/api/x", r#"{"do":"fail"}"#, 500, "Internal Server Error"),
        ("/api/x", r#"{"do":"crash"}"#, 500, "Internal Server Error"),
        ("/api/x", r#"{"do":"sleep","ms":60000}"#, 500, "Internal Server Error"),
        ("/api/", "", 404, "Not Found"),
    ] {
        let builder = http::Request::post(path).header("content-type", "application/json");
        let response = request(&stack, builder, body).await;
        assert_eq!(
            (response.status().as_u16(), json(&response)),
            (status, json!({"message": message})),
            "{path} {body}"
        );
    }
    let large = request(&stack, http::Request::post("/api/x"), vec![0; 10 * 1024 * 1024 + 1]).await;
    assert_eq!((large.status().as_u16(), json(&large)), (413, json!({"message": "Request Entity Too Large"})));
    stack.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_api_does_cors_by_itself() {
    let stack = start(options("cors").0).await;
    let preflight = http::Request::options("/api/x")
        .header("origin", "https://friend.example")
        .header("access-control-request-method", "POST");
    let response = request(&stack, preflight, "").await;
    assert_eq!(response.status(), 204);
    assert_eq!(response.headers()["access-control-allow-origin"], "https://friend.example");
    assert_eq!(response.headers()["access-control-allow-methods"], "GET,POST");
    let foreign = http::Request::get("/api/x").header("origin", "https://foe.example");
    let response = request(&stack, foreign, "").await;
    assert_eq!(response.status(), 200);
    assert!(!response.headers().contains_key("access-control-allow-origin"));
    stack.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_is_served_with_its_headers() {
    let stack = start(options("page").0).await;
    for path in ["/", "/room/7"] {
        let index = get(&stack, path).await;
        assert_eq!(index.status(), 200);
        assert_eq!(index.headers()["content-type"], "text/html; charset=utf-8");
        assert_eq!(index.headers()["cache-control"], "no-store");
        let policy = index.headers()["content-security-policy"].to_str().expect("text").to_owned();
        assert!(policy.contains(&stack.urls().aws.replace("http:", "ws:")), "{policy}");
    }
    let asset = get(&stack, "/assets/index-AbC123.js").await;
    assert_eq!(asset.headers()["content-type"], "text/javascript; charset=utf-8");
    assert_eq!(asset.headers()["cache-control"], "public, max-age=31536000, immutable");
    assert_eq!(get(&stack, "/assets/other.js").await.status(), 404);
    assert_eq!(get(&stack, "/../template.yaml").await.status(), 404);
    assert_eq!(request(&stack, http::Request::post("/"), "").await.status(), 405);
    stack.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_stack_tells_of_itself() {
    let stack = start(options("local").0).await;
    let outputs = json(&get(&stack, "/_local/outputs").await);
    assert_eq!(outputs["TableName"], "speed-connect-local-table");
    assert_eq!(outputs["SocketUrl"], stack.urls().sockets[0]);
    assert_eq!(outputs["WorkUrl"], format!("{}/000000000000/speed-connect-local-work", stack.urls().aws));
    let health = json(&get(&stack, "/_local/health").await);
    assert_eq!(health, json!({"status": "ok", "workers": {"Echo": 1, "Reader": 1}, "connections": 0}));
    let builder = http::Request::get("/_local/mail").header("accept", "application/json");
    assert_eq!(json(&request(&stack, builder, "").await), json!({"mails": []}));
    let page = request(&stack, http::Request::get("/_local/outputs").header("accept", "text/html"), "").await;
    assert!(page.headers()["content-type"].to_str().expect("text").starts_with("text/html"));
    for (method, query, status) in
        [("GET", "", 200), ("PUT", "?kvs=slow", 400), ("PUT", "", 400), ("PUT", "?kvs=fail", 200)]
    {
        let builder = http::Request::builder().method(method).uri(format!("/_local/faults{query}"));
        assert_eq!(request(&stack, builder, "").await.status(), status, "{method} {query}");
    }
    assert_eq!(json(&get(&stack, "/_local/faults").await), json!({"kvs": "fail", "struck": 0}));
    assert_eq!(get(&stack, "/_local/other").await.status(), 404);
    stack.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_built_stack_is_ready_soon_and_gone_soon() {
    let started = Instant::now();
    let stack = start(options("soon").0).await;
    let ready = started.elapsed();
    let stopping = Instant::now();
    stack.stop().await;
    println!("ready after {ready:?}, stopped after {:?}", stopping.elapsed());
    assert!(ready.as_secs() < 5 && stopping.elapsed().as_secs() < 5);
}
