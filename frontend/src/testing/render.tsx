import { act, cleanup, render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { vi } from 'vitest';

import type { FakeClock } from './fake-clock';
import type { FakePage } from './fake-world';

import { App } from '@/app/app';

/** What jsdom lacks of a browser: pictures, scrolling, media queries and style rules. */
export function fillInBrowser(): void {
  class EmptyStream {
    getTracks(): readonly MediaStreamTrack[] {
      return [];
    }
    getVideoTracks(): readonly MediaStreamTrack[] {
      return [];
    }
  }
  vi.stubGlobal('MediaStream', EmptyStream);
  vi.stubGlobal('matchMedia', () => ({ matches: true, addEventListener: () => undefined, removeEventListener: () => undefined }));
  vi.stubGlobal('CSS', { escape: (text: string) => text, supports: () => false });
  Object.defineProperty(HTMLMediaElement.prototype, 'play', { configurable: true, value: () => Promise.resolve() });
  Object.defineProperty(HTMLMediaElement.prototype, 'srcObject', { configurable: true, writable: true, value: null });
  Element.prototype.scrollTo = () => undefined;
}

/** A page on the screen with the verbs of a person. */
export function look(page: FakePage, clock: FakeClock) {
  const user = userEvent.setup({ delay: null });
  render(<App conductor={page.conductor} clock={clock} />);
  return {
    press: (name: string | RegExp) => user.click(screen.getByRole('button', { name })),
    type: (box: string, text: string) => user.type(screen.getByRole('textbox', { name: box }), text),
    fill: (box: HTMLElement, text: string) => user.type(box, text),
    choose: (list: HTMLElement, value: string) => user.selectOptions(list, value),
    key: (keys: string) => user.keyboard(keys),
    pass: (ms: number) => act(() => clock.advance(ms)),
    does: (work: () => void) =>
      act(async () => {
        work();
        await clock.advance(0);
      }),
    log: () => within(screen.getByRole('log')),
  };
}

export { cleanup, screen, within };
