// The signaling client loads this for a signer that the page never uses: the server presigns.
module.exports = globalThis.crypto;
