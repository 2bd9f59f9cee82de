import type { CreatePeer } from '@/lib/rtc/peer';
import type { Media } from '@/features/devices/media';
import type { Seen } from '@/features/friends/friends';
import type { Pending } from '@/features/mail/machine';
import type { PushBrowser, PushNote } from '@/features/push/push';
import type { BarNote } from '@/features/sanctions/sanctions';
import type { ConsentNote } from '@/features/terms/consent-drawer';
import type { CallMemory } from '@/lib/browser/call-memory';
import type { Preferences } from '@/lib/browser/preferences';
import type { Switches } from '@/lib/browser/switches';
import type { AccountMark, Api, Chance, Clock, Drawer, Exclusively, Identity, OpenSocket, PlayTone, TabSign } from '@/lib/ports';
import type { OpenKvs } from '@/lib/signaling/kvs';

/** All that the page asks of the outside; `main.tsx` has the real one, tests have theirs. */
export interface World {
  readonly clock: Clock;
  readonly chance: Chance;
  readonly api: Api;
  /** The id of this loading of the page, in the server's logs. */
  readonly trace: string;
  readonly openSocket: OpenSocket;
  readonly openKvs: OpenKvs;
  readonly createPeer: CreatePeer;
  readonly createCertificate: () => Promise<RTCCertificate>;
  /** As the others are told it. */
  readonly fingerprint: (certificate: RTCCertificate) => Promise<string | undefined>;
  /** Lets the person pick a screen; fails when they do not. */
  readonly openScreen: () => Promise<MediaStreamTrack>;
  readonly canShareScreen: boolean;
  /** Into the clipboard. */
  readonly copy: (text: string) => Promise<void>;
  readonly media: Media;
  readonly claim: (userId: string) => Promise<boolean>;
  readonly identity: Drawer<Identity>;
  readonly preferences: Drawer<Preferences>;
  readonly callMemory: Drawer<CallMemory>;
  readonly switches: Drawer<Switches>;
  readonly mark: AccountMark;
  /** One tab after the other, where they share the account's cookie. */
  readonly exclusively: Exclusively;
  readonly pendingMail: Drawer<Pending>;
  /** Whether this tab waited or talked when it was left. */
  readonly presence: Drawer<true>;
  /** Which tab waits, rings or talks: another one that is opened leaves it alone. */
  readonly busy: TabSign;
  /** Which tab speaks for the account. */
  readonly here: TabSign;
  readonly playTone: PlayTone;
  /** Up to which call somebody has looked at their calls. */
  readonly seen: Drawer<Seen>;
  readonly push: PushBrowser;
  /** Whom friends can ring here with the page closed. */
  readonly pushNote: Drawer<PushNote>;
  /** What somebody in this browser has agreed to. */
  readonly consent: Drawer<ConsentNote>;
  /** Whom moderators keep from meeting people, in this tab. */
  readonly barred: Drawer<BarNote>;
  readonly saveFile: (name: string, text: string) => void;
  /** A link is done with: the address is the start's again. */
  readonly goHome: () => void;
  readonly goToRoom: (roomId: string) => void;
}
