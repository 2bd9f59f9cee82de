//! KVS signaling and its TURN server alone, for a stack whose other parts are elsewhere. Says `ready http://127.0.0.1:PORT`, takes
//! keys from its standard input, a line `ACCESS_KEY SECRET TOKEN` each, and ends with it.

use std::io::BufRead as _;
use std::net::Ipv4Addr;
use std::sync::Arc;

use local_kvs::{Kvs, Limits, Options, Turn, TurnOptions};
use local_services::door::Door;
use local_wire::sigv4::{Credentials, Key};
use local_wire::{Authorize, Caller};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let credentials = Credentials::new();
    let authorize: Authorize = Arc::new(|_, _, _| true);

    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let port = listener.local_addr()?.port();
    let limits = Limits::default();
    let turn = Turn::start(TurnOptions { port: 0, secret: None, limits: limits.clone() }).await?;
    let kvs = Kvs::open(Options {
        aws_port: port,
        region: local_services::REGION.to_owned(),
        account: local_services::ACCOUNT.to_owned(),
        data: None,
        credentials: credentials.clone(),
        authorize: Arc::clone(&authorize),
        relay: turn.relay(),
        limits,
    })?;
    let keys = credentials.clone();
    let door = Door::new([("kinesisvideo", kvs.service())], credentials, authorize);
    let served = axum::serve(listener, kvs.sockets().merge(door.router()));
    println!("ready http://127.0.0.1:{port}");
    let orphaned = tokio::task::spawn_blocking(move || learn(&keys));
    tokio::select! {
        served = served => Ok(served?),
        _ = orphaned => Ok(()),
    }
}

/// Enters keys until there are no more.
fn learn(keys: &Credentials) {
    for line in std::io::stdin().lock().lines().map_while(Result::ok) {
        if let [access_key, secret, token] = line.split_whitespace().collect::<Vec<_>>()[..] {
            let session_token = Some(token.to_owned());
            let key = Key { secret: secret.to_owned(), session_token, caller: Caller::Administrator };
            keys.insert(access_key.to_owned(), key);
        }
    }
}
