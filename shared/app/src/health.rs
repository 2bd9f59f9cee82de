//! Whether the parts that everything needs are there.

use domain::id::Token;
use domain::row::Key;
use ports::{Ambient, Consistency, Store};

/// Each part by name, and whether it answers.
pub async fn parts<W: Store + Ambient + Sync>(world: &W) -> Vec<(&'static str, bool)> {
    let nobody = Token::derived(&["health"]);
    let live = world.get(&Key::User(nobody.clone().into()), Consistency::Eventual).await.is_ok();
    let ledger = world.get(&Key::Profile(nobody.into()), Consistency::Eventual).await.is_ok();
    vec![("live table", live), ("ledger table", ledger)]
}
