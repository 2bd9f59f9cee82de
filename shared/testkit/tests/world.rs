//! The world in memory keeps the contract.
#![cfg(test)]

#[tokio::test]
async fn the_world_in_memory_keeps_the_promises_of_a_store() {
    let world = ports::fake::World::default();
    world.inner().now = domain::time::TimeMs(1_772_452_800_000);
    testkit::store::keeps_its_promises(&world).await.unwrap();
}
