import { describe, expect, test } from 'vitest';

import { CHAT_SILENT, reduceChat, type ChatEffect, type ChatEvent, type ChatState } from './machine';

import { chanceOf, shuffled } from '@/testing/chance';

const BEGIN: ChatEvent = { type: 'begin', sessionId: 's1', chat: [], ownN: 0 };

function play(...events: readonly ChatEvent[]): { state: ChatState; effects: readonly ChatEffect[] } {
  return events.reduce<{ state: ChatState; effects: readonly ChatEffect[] }>(({ state }, event) => reduceChat(state, event), {
    state: CHAT_SILENT,
    effects: [],
  });
}

function say(text: string, nowMs = 0): ChatEvent {
  return { type: 'say', text, nowMs };
}

function heard(n: number, message = `line ${n}`, sentAtMs = n): ChatEvent {
  return { type: 'heard', sessionId: 's1', n, message, sentAtMs };
}

describe('saying', () => {
  test('numbers the line, remembers the number and sends it with an id', () => {
    const { state, effects } = play(BEGIN, say(' Hello '));
    expect(state.lines).toMatchObject([{ mine: true, n: 1, text: 'Hello', delivery: 'sending' }]);
    expect(effects).toEqual([
      { type: 'remember', sessionId: 's1', ownN: 1 },
      { type: 'send', frame: { action: 'send-message', id: 'line-1', data: { sessionId: 's1', n: 1, message: 'Hello' } } },
    ]);
  });

  test.each([['   '], ['x'.repeat(2001)]])('nothing or too much sends nothing', (text) => {
    expect(play(BEGIN, say(text)).effects).toEqual([]);
  });

  test('takes 2,000 emoji, because code points count', () => {
    expect(play(BEGIN, say('🎉'.repeat(2000))).state.lines).toHaveLength(1);
  });

  test('to nobody sends nothing', () => {
    expect(play(say('Hello')).effects).toEqual([]);
  });

  test('is delivered once it is acknowledged, failed once it is refused, and can be said again under its number', () => {
    expect(play(BEGIN, say('a'), { type: 'acknowledged', id: 'line-1' }).state.lines[0]?.delivery).toBe('sent');
    const refused = play(BEGIN, say('a'), { type: 'refused', id: 'line-1', passing: false });
    expect(refused.state.lines[0]?.delivery).toBe('failed');
    expect(reduceChat(refused.state, { type: 'again', n: 1 }).effects).toMatchObject([{ frame: { data: { n: 1, message: 'a' } } }]);
  });
});

describe('hearing', () => {
  test('drops repeats and puts lines in the sender’s order', () => {
    const { state } = play(BEGIN, heard(2), heard(1), heard(2), heard(3));
    expect(state.lines.map(({ n }) => n)).toEqual([1, 2, 3]);
    expect(state.heardN).toBe(3);
  });

  test('of another call is not heard', () => {
    expect(play(BEGIN, { type: 'heard', sessionId: 's0', n: 1, message: 'x', sentAtMs: 1 }).state.lines).toEqual([]);
  });

  test('counts what was not seen, until it is', () => {
    const folded = play(BEGIN, { type: 'viewed', inView: false }, heard(1), heard(2));
    expect(folded.state.unread).toBe(2);
    expect(reduceChat(folded.state, { type: 'viewed', inView: true }).state.unread).toBe(0);
  });
});

describe('after a reload', () => {
  const chat = [
    { from: 'p0', own: true, n: 1, message: 'mine', sentAt: 10 },
    { from: 'p1', own: false, n: 1, message: 'theirs', sentAt: 20 },
  ];

  test('the log is back and own numbers go on', () => {
    const { state } = play({ type: 'begin', sessionId: 's1', chat, ownN: 4 }, say('next', 30));
    expect(state.lines.map(({ text }) => text)).toEqual(['mine', 'theirs', 'next']);
    expect(state.lines.at(-1)?.n).toBe(5);
  });

  test('lines that may not have arrived are sent again, under their numbers', () => {
    const { state, effects } = play(BEGIN, say('first', 5), say('second', 6), { type: 'begin', sessionId: 's1', chat, ownN: 2 });
    expect(effects).toMatchObject([{ frame: { data: { n: 2, message: 'second' } } }]);
    expect(state.lines.filter(({ mine }) => mine).map(({ delivery }) => delivery)).toEqual(['sent', 'sending']);
  });
});

test('a reaction floats on both sides and fades', () => {
  const { state, effects } = play(BEGIN, { type: 'react', emoji: '👋' });
  expect(effects[0]).toMatchObject({ frame: { action: 'send-reaction', data: { emoji: '👋' } } });
  expect(reduceChat(state, { type: 'faded', key: 1 }).state.reactions).toEqual([]);
});

test('in whatever order and however often lines come, each voice keeps its own order and no line is twice', () => {
  const chance = chanceOf(7);
  for (let run = 0; run < 200; run += 1) {
    const theirs = [1, 2, 3, 4, 5].flatMap((n) => [heard(n, `t${n}`, n * 10), heard(n, `t${n}`, n * 10)]);
    const mine = [say('m1', 15), say('m2', 35), say('m3', 36)];
    const [first, second, third] = mine;
    const events = shuffled(chance, [...theirs, ...mine]);
    // Own lines are said in order; only the partner's come in disorder.
    let said = 0;
    const inOrder = events.map((event) => (event.type === 'say' ? ([first, second, third][said++] ?? event) : event));
    const { lines } = play(BEGIN, ...inOrder).state;
    expect(lines).toHaveLength(8);
    for (const voice of [true, false]) {
      const numbers = lines.filter((line) => line.mine === voice).map(({ n }) => n);
      expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
    }
  }
});
