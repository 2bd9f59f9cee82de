import type { ServerFrame } from '@/protocol/messages';

/** The same frames, but only of calls or only of rooms, where an event may be of either. */
type Placed<Frame, Place> = Frame extends { readonly data: infer Data } ? (Extract<Data, Place> extends never ? never : Omit<Frame, 'data'> & { readonly data: Extract<Data, Place> }) : never;

export type OfSession<Frame> = Placed<Frame, { readonly sessionId: string }>;
export type OfRoom<Frame> = Placed<Frame, { readonly roomId: string }>;

/** Whether a frame is about a room. */
export function isOfRoom<Frame extends ServerFrame>(frame: Frame): frame is Frame & OfRoom<Frame> {
  return frame.event !== 'pong' && 'roomId' in frame.data;
}

export function isOfSession<Frame extends ServerFrame>(frame: Frame): frame is Frame & OfSession<Frame> {
  return frame.event !== 'pong' && 'sessionId' in frame.data;
}
