import { describe, expect, test, vi } from 'vitest';

import { SCREEN_FRAMES } from './core/share';
import { createRoom, type RoomPorts } from './room';

import type { ClientFrame, RoomAnswer } from '@/protocol/messages';
import { createFakeClock } from '@/testing/fake-clock';
import { createFakePeers } from '@/testing/fake-peer';
import { roomPeer, roomState } from '@/testing/room';

const FACTS: RoomAnswer = { roomId: 'r1', participants: 1, capacity: 8, passwordRequired: true, waitingRoom: false, locked: false, expiresAt: 0 };
const settle = () => new Promise<void>((done) => setTimeout(done));

function track(lines: number): MediaStreamTrack {
  const fake = { kind: 'video', contentHint: '', getSettings: () => ({ height: lines }), addEventListener: () => undefined, stop: vi.fn() };
  return fake as unknown as MediaStreamTrack;
}

function enter(some: Partial<RoomPorts> = {}) {
  const said: ClientFrame[] = [];
  const peers = createFakePeers('0A');
  const room = createRoom({
    clock: createFakeClock(),
    api: { room: () => Promise.resolve(FACTS) },
    send: (frame) => said.push(frame),
    connect: () => undefined,
    createPeer: peers.create,
    createCertificate: peers.certificate,
    fingerprint: () => Promise.resolve(peers.fingerprint),
    openScreen: () => Promise.resolve(track(1080)),
    hush: () => undefined,
    ...some,
  });
  room.send({ type: 'door', roomId: 'r1' });
  room.send({ type: 'enter', nickname: 'Me', password: 'sesame' });
  const joins = () => said.flatMap((frame) => (frame.action === 'join-room' ? [frame.data] : []));
  const sit = () => room.send({ type: 'frame', frame: { event: 'participant', ts: 0, data: { ...roomState(1, [roomPeer('bea')]), iceServers: [] } } });
  return { room, peers, joins, sit };
}

describe('joining', () => {
  test('happens once, however often it was asked for before the certificate was there', async () => {
    const { room, joins } = enter();
    room.send({ type: 'connected', inCall: false, nickname: 'Me' });
    await settle();
    expect(joins()).toMatchObject([{ roomId: 'r1', name: 'Me', password: 'sesame' }]);
  });

  test('says no password together with the own alias', async () => {
    const { room, joins, sit } = enter();
    await settle();
    sit();
    room.send({ type: 'due', timer: 'refresh' });
    await settle();
    expect(joins()[1]).toMatchObject({ peerId: 'me' });
    expect(joins()[1]).not.toHaveProperty('password');
  });

  test.each([
    ['cannot be read', { fingerprint: () => Promise.resolve(undefined) }],
    ['cannot be made', { createCertificate: () => Promise.reject(new DOMException('', 'NotSupportedError')) }],
  ])('does not happen where the own certificate %s, and says what to do', async (_, some) => {
    const { room, joins } = enter(some);
    await settle();
    expect(joins()).toEqual([]);
    const state = room.get();
    expect(state.phase === 'door' && state.problem?.message).toMatch(/load this page again/iu);
  });
});

describe('a screen that is shown', () => {
  test('is sent as sharp as it is, in few pictures, with a speaker’s share; then the camera’s is back', async () => {
    const { room, peers, sit } = enter();
    await settle();
    room.setTracks({ camera: track(720) });
    sit();
    peers.made[0]?.handlers.onNews({ news: 'connected' });
    const ofCamera = { maxBitrate: 400_000, scaleResolutionDownBy: 2, maxFramerate: 24 };
    expect(peers.made[0]?.sending).toEqual(ofCamera);
    room.send({ type: 'show-screen', shown: true });
    await settle();
    expect(peers.made[0]?.tracks.camera).toMatchObject({ contentHint: 'detail' });
    expect(peers.made[0]?.sending).toEqual({ maxBitrate: 600_000, scaleResolutionDownBy: 1, maxFramerate: SCREEN_FRAMES });
    room.send({ type: 'show-screen', shown: false });
    expect(peers.made[0]?.tracks.camera).toMatchObject({ contentHint: '' });
    expect(peers.made[0]?.sending).toEqual(ofCamera);
  });
});
