//! What limits count by: one home is one network, however its address is written.
#![cfg(test)]

use domain::network::Network;

#[test]
fn one_ipv4_address_is_one_network_and_so_are_64_bits_of_ipv6() {
    let of = |viewer: &str| Network::of(Some(viewer)).as_str().to_owned();
    assert_eq!(of("2001:db8:1:2:3:4:5:6"), of("2001:db8:1:2::1"));
    assert_eq!(of("2001:0DB8:0001:0002::"), of(" 2001:db8:1:2:ffff::9 "));
    assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
    assert_eq!(of("::ffff:192.0.2.1"), of("192.0.2.1"));
    assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
    for unnamed in ["", "192.0.2.1, 198.51.100.9", "localhost", "192.0.2.1:443", "[2001:db8::1]"] {
        assert_eq!(of(unnamed), Network::of(None).as_str(), "{unnamed:?} is no address: all such are one");
    }
    assert!(!format!("{:?}", Network::of(Some("192.0.2.1"))).contains("192"), "an address is not for logs");
}
