// @vitest-environment jsdom
import { render } from '@testing-library/react';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { Video } from './video';

import { cleanup, fillInBrowser, screen } from '@/testing/render';

beforeEach(fillInBrowser);
afterEach(cleanup);

test('a video that goes from the screen holds its stream no longer', () => {
  const stream = new MediaStream();
  const { unmount } = render(<Video label="Your video" stream={stream} own />);
  const video = screen.getByLabelText<HTMLVideoElement>('Your video');
  expect(video.srcObject).toBe(stream);
  unmount();
  expect(video.srcObject).toBeNull();
});

test('a video shows the stream that came last', () => {
  const [first, second] = [new MediaStream(), new MediaStream()];
  const { rerender } = render(<Video label="Your video" stream={first} own />);
  rerender(<Video label="Your video" stream={second} own />);
  const video = screen.getByLabelText<HTMLVideoElement>('Your video');
  expect(video.srcObject).toBe(second);
  rerender(<Video label="Your video" stream={undefined} own />);
  expect(video.srcObject).toBeNull();
});
