//! KVS signaling and its TURN server alone, for a stack whose other parts are elsewhere: `kvs ACCESS_KEY SECRET`. Says
//! `ready http://127.0.0.1:PORT`, and ends with its standard input.

use std::io::Read as _;
use std::net::Ipv4Addr;
use std::sync::Arc;

use local_kvs::{Kvs, Limits, Options, Turn, TurnOptions};
use local_services::door::Door;
use local_wire::sigv4::{Credentials, Key};
use local_wire::{Authorize, Caller};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let [access_key, secret] = <[String; 2]>::try_from(std::env::args().skip(1).collect::<Vec<_>>())
        .map_err(|_| "usage: kvs ACCESS_KEY SECRET")?;
    let credentials = Credentials::new();
    credentials.insert(access_key, Key { secret, session_token: None, caller: Caller::Administrator });
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
    let door = Door::new([("kinesisvideo", kvs.service())], credentials, authorize);
    let served = axum::serve(listener, kvs.sockets().merge(door.router()));
    println!("ready http://127.0.0.1:{port}");
    let orphaned = tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new()));
    tokio::select! {
        served = served => Ok(served?),
        _ = orphaned => Ok(()),
    }
}
