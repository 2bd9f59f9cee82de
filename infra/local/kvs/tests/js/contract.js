// AWS's own signaling client against the local KVS. Reads the world from standard input, prints
// "ok <scenario>" for each scenario, and ends with an error at the first one that fails.

const assert = require('node:assert/strict');
const { readFileSync } = require('node:fs');

// The client takes the global WebSocket, which Node has from version 22 on.
globalThis.WebSocket = require('ws');
const { Role, SigV4RequestSigner, SignalingClient } = require('amazon-kinesis-video-streams-webrtc');

const PATIENCE_MS = 10_000;
const world = JSON.parse(readFileSync(0, 'utf8'));
const offer = { type: 'offer', sdp: 'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\n' };
const answer = { type: 'answer', sdp: 'v=0\r\no=- 2 1 IN IP4 127.0.0.1\r\n' };
const candidate = (number) => ({ candidate: `candidate:${number}`, sdpMid: '0', sdpMLineIndex: 0, usernameFragment: 'u' });

const scenarios = {
  async 'offer, answer and candidates'(channel) {
    const master = await join(channel, Role.MASTER);
    const viewer = await join(channel, Role.VIEWER, { clientId: 'viewer-1' });
    viewer.client.sendSdpOffer(offer);
    await heard(master, [['sdpOffer', offer, 'viewer-1']]);
    master.client.sendSdpAnswer(answer, 'viewer-1');
    await heard(viewer, [['sdpAnswer', answer, undefined]]);
    viewer.client.sendIceCandidate(candidate(1));
    master.client.sendIceCandidate(candidate(2), 'viewer-1');
    await heard(master, [['sdpOffer', offer, 'viewer-1'], ['iceCandidate', candidate(1), 'viewer-1']]);
    await heard(viewer, [['sdpAnswer', answer, undefined], ['iceCandidate', candidate(2), undefined]]);
  },

  async 'the master may offer too, and only the named viewer hears it'(channel) {
    const master = await join(channel, Role.MASTER);
    const one = await join(channel, Role.VIEWER, { clientId: 'viewer-1' });
    const two = await join(channel, Role.VIEWER, { clientId: 'viewer-2' });
    master.client.sendSdpOffer(offer, 'viewer-2');
    await heard(two, [['sdpOffer', offer, undefined]]);
    two.client.sendSdpAnswer(answer);
    await heard(master, [['sdpAnswer', answer, 'viewer-2']]);
    assert.deepEqual(one.events, []);
  },

  async 'candidates before the offer are kept by the client'(channel) {
    const master = await join(channel, Role.MASTER);
    const viewer = await join(channel, Role.VIEWER, { clientId: 'viewer-1' });
    viewer.client.sendIceCandidate(candidate(1));
    viewer.client.sendIceCandidate(candidate(2));
    await until(() => master.client.getPendingIceCandidates('viewer-1').length === 2);
    assert.deepEqual(master.events, []);
    viewer.client.sendSdpOffer(offer);
    await heard(master, [
      ['sdpOffer', offer, 'viewer-1'],
      ['iceCandidate', candidate(1), 'viewer-1'],
      ['iceCandidate', candidate(2), 'viewer-1'],
    ]);
  },

  async 'what is said before the master is there waits for it'(channel) {
    const viewer = await join(channel, Role.VIEWER, { clientId: 'viewer-1' });
    viewer.client.sendSdpOffer({ ...offer, sdp: 'an older one' });
    viewer.client.sendIceCandidate(candidate(1));
    viewer.client.sendSdpOffer(offer);
    viewer.client.sendIceCandidate(candidate(2));
    // An answer to a question of its own tells that all the rest has arrived.
    viewer.client.sendSdpOffer({ type: 'offer', sdp: 'x'.repeat(20_000) }, undefined, 'arrived');
    await until(() => viewer.events.some(([name]) => name === 'statusResponse'));
    const master = await join(channel, Role.MASTER);
    await heard(master, [
      ['sdpOffer', offer, 'viewer-1'],
      ['iceCandidate', candidate(1), 'viewer-1'],
      ['iceCandidate', candidate(2), 'viewer-1'],
    ]);
  },

  async 'a failure is a status response when it was asked for'(channel) {
    const viewer = await join(channel, Role.VIEWER, { clientId: 'viewer-1' });
    const large = { type: 'offer', sdp: 'x'.repeat(20_000) };
    viewer.client.sendSdpOffer(large);
    viewer.client.sendSdpOffer(large, undefined, 'correlation-1');
    const description = 'messagePayload must be at most 10000 characters.';
    const status = {
      correlationId: 'correlation-1', errorType: 'InvalidArgumentException', statusCode: '400', description, success: false,
    };
    await heard(viewer, [['statusResponse', status, undefined]]);
  },

  async 'the newest master wins'(channel) {
    const older = await join(channel, Role.MASTER);
    const newer = await join(channel, Role.MASTER);
    const viewer = await join(channel, Role.VIEWER, { clientId: 'viewer-1' });
    viewer.client.sendSdpOffer(offer);
    await heard(newer, [['sdpOffer', offer, 'viewer-1']]);
    assert.deepEqual(older.events, []);
  },

  async 'a URL that a backend presigned goes unchanged into the socket'(channel) {
    const signed = (url) => ({ requestSigner: { getSignedURL: async () => url } });
    const master = await join(channel, Role.MASTER, signed(channel.masterUrl));
    const viewer = await join(channel, Role.VIEWER, { clientId: 'viewer-1', ...signed(channel.viewerUrl) });
    viewer.client.sendSdpOffer(offer);
    await heard(master, [['sdpOffer', offer, 'viewer-1']]);
  },

  async 'temporary keys need their session token'(channel) {
    const { sessionToken, ...bare } = world.temporaryKeys;
    await refused(channel, { credentials: bare });
    await refused(channel, { credentials: { ...bare, sessionToken: `${sessionToken}x` } });
    await join(channel, Role.VIEWER, { clientId: 'viewer-1', credentials: world.temporaryKeys });
  },

  async 'a wrong signature is refused'(channel) {
    await refused(channel, { credentials: { ...world.keys, secretAccessKey: 'another' } });
    await refused(channel, { credentials: { ...world.keys, accessKeyId: 'AKIDNOBODY' } });
    await refused(channel, { region: 'eu-west-1' });
    const tooOld = -301_000;
    await refused(channel, { systemClockOffset: tooOld });
    await refused(channel, { requestSigner: { getSignedURL: async () => channel.viewerUrl.replace('viewer-1', 'viewer-2') } });
  },

  async 'a closed client opens again'(channel) {
    const viewer = await join(channel, Role.VIEWER, { clientId: 'viewer-1' });
    viewer.client.close();
    await until(() => viewer.closed);
    const opened = new Promise((resolve) => viewer.client.once('open', resolve));
    viewer.client.open();
    await opened;
    viewer.client.sendSdpOffer(offer);
    await heard(await join(channel, Role.MASTER), [['sdpOffer', offer, 'viewer-1']]);
  },
};

// The client's own signer wants wss; host and path, all that is signed, stay the same.
function signer(region, credentials) {
  const own = new SigV4RequestSigner(region, credentials);
  return {
    async getSignedURL(endpoint, query, date) {
      const url = await own.getSignedURL(endpoint.replace(/^ws:/, 'wss:'), query, date);
      return url.replace(/^wss:/, 'ws:');
    },
  };
}

const open = [];

function start(channel, role, { credentials = world.keys, region = 'us-east-1', ...options }) {
  const client = new SignalingClient({
    role,
    region,
    channelARN: channel.arn,
    channelEndpoint: role === Role.MASTER ? channel.masterEndpoint : channel.viewerEndpoint,
    requestSigner: signer(region, credentials),
    ...options,
  });
  const joined = { client, events: [], closed: false };
  for (const name of ['sdpOffer', 'sdpAnswer', 'iceCandidate', 'statusResponse']) {
    client.on(name, (value, sender) => joined.events.push([name, value, sender]));
  }
  client.on('close', () => { joined.closed = true; });
  open.push(client);
  return joined;
}

async function join(channel, role, options = {}) {
  const joined = start(channel, role, options);
  const opened = new Promise((resolve, reject) => {
    joined.client.once('open', resolve);
    joined.client.once('error', (event) => reject(new Error(`cannot open: ${event.message}`)));
  });
  joined.client.open();
  await opened;
  return joined;
}

async function refused(channel, options) {
  const { client } = start(channel, Role.VIEWER, { clientId: 'viewer-1', ...options });
  const outcome = new Promise((resolve) => {
    client.once('open', () => resolve('open'));
    client.once('error', (event) => resolve(event.message));
  });
  client.open();
  assert.equal(await outcome, 'Unexpected server response: 403');
}

async function until(condition) {
  const end = Date.now() + PATIENCE_MS;
  while (!condition()) {
    assert.ok(Date.now() < end, `nothing in ${PATIENCE_MS} ms: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** All that was heard so far, once there is as much as expected. */
async function heard(joined, expected) {
  await until(() => joined.events.length >= expected.length);
  assert.deepEqual(joined.events, expected);
}

async function main() {
  const names = Object.keys(scenarios);
  assert.ok(world.channels.length >= names.length, 'a channel for each scenario');
  for (const [index, name] of names.entries()) {
    await scenarios[name](world.channels[index]);
    open.splice(0).forEach((client) => client.close());
    console.log(`ok ${name}`);
  }
}

main().then(() => process.exit(0), (error) => {
  console.error(error);
  process.exit(1);
});
