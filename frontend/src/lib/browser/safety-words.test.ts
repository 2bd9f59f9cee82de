import { describe, expect, test } from 'vitest';

import { safetyWords } from './safety-words';

import { wordsOf } from '@/lib/core/word-list';
import { chanceOf } from '@/testing/chance';
import { OURS, STRANGER, THEIRS } from '@/testing/match';

const bytes = (hex: string): Uint8Array => Uint8Array.from(hex.match(/../gu) ?? [], (pair) => parseInt(pair, 16));
const all = Array.from({ length: 256 }, (_, byte) => byte);

describe('the word list', () => {
  test('is the known one', () => {
    expect(wordsOf(bytes('E58294F2E9A227486E8B061B31CC528FD7FA3F19')).join(' ')).toBe(
      'topmost Istanbul Pluto vagabond treadmill Pacific brackish dictator goldfish Medusa afflict bravado chatter revolver Dupont midsummer stopwatch whimsical cowbell bottomless',
    );
    expect(wordsOf(bytes('12B4B0057400076FA5C0F5CBF726AC65')).join(' ')).toBe(
      'atlas politeness ruffled almighty indoors adroitness ahead hemisphere reindeer recipe vapor revival virus caretaker ribcage glossary',
    );
    expect(wordsOf(bytes('00000101020203FF')).join(' ')).toBe('aardvark adroitness absurd adviser accrue aftermath acme Yucatan');
  });

  test('has 512 different words', () => {
    const words = all.flatMap((byte) => wordsOf(Uint8Array.of(byte, byte)));
    expect(words.every((word) => /^[A-Za-z]+$/u.test(word))).toBe(true);
    expect(new Set(words.map((word) => word.toLowerCase())).size).toBe(512);
  });
});

describe('the safety words', () => {
  const connected = { place: 's1', own: OURS, peer: THEIRS };

  test('are eight', async () => {
    expect(await safetyWords(connected)).toHaveLength(8);
  });

  test('are the same on both sides, whatever the letter case, and others of other certificates or another place', async () => {
    const chance = chanceOf(14);
    const random = (): string => Array.from({ length: 32 }, () => Math.floor(chance() * 256).toString(16).padStart(2, '0')).join(':');
    for (let run = 0; run < 8; run += 1) {
      const [place, own, peer, another] = [`s${run}`, random(), random(), random()];
      const words = (await safetyWords({ place, own, peer })).join(' ');
      expect((await safetyWords({ place, own: peer.toUpperCase(), peer: own })).join(' ')).toBe(words);
      for (const other of [{ place: `r${run}`, own, peer }, { place, own: another, peer }, { place, own, peer: another }]) {
        expect((await safetyWords(other)).join(' ')).not.toBe(words);
      }
    }
  });

  test('differ where each page knows another certificate of the other than it has', async () => {
    const [ada, bea] = [await safetyWords({ place: 's1', own: OURS, peer: STRANGER }), await safetyWords({ place: 's1', own: THEIRS, peer: STRANGER })];
    expect(ada).not.toEqual(bea);
  });

  test('are these, so that two versions of the page agree', async () => {
    expect((await safetyWords(connected)).join(' ')).toBe('ahead Ohio freedom consensus Belfast pioneer ringbolt potato');
  });
});
