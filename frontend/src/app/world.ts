import type { CreatePeer } from '@/features/call/peer';
import type { Media } from '@/features/devices/media';
import type { CallMemory } from '@/lib/browser/call-memory';
import type { Preferences } from '@/lib/browser/preferences';
import type { Api, Chance, Clock, Drawer, Identity, OpenSocket } from '@/lib/ports';
import type { OpenKvs } from '@/lib/signaling/kvs';

/** All that the page asks of the outside; `main.tsx` has the real one, tests have theirs. */
export interface World {
  readonly clock: Clock;
  readonly chance: Chance;
  readonly api: Api;
  readonly openSocket: OpenSocket;
  readonly openKvs: OpenKvs;
  readonly createPeer: CreatePeer;
  readonly createCertificate: () => Promise<RTCCertificate>;
  readonly media: Media;
  readonly claim: (userId: string) => Promise<boolean>;
  readonly identity: Drawer<Identity>;
  readonly preferences: Drawer<Preferences>;
  readonly callMemory: Drawer<CallMemory>;
}
