import { useEffect, useRef, type ReactNode } from 'react';

import { AccountDialog } from './account-dialog';
import { overOfCall } from './again';
import { CallScreen } from './call-screen';
import type { Conductor } from './conductor';
import { FriendsDialog } from './friends-dialog';
import { GreenRoom } from './green-room';
import { LinkScreen } from './link-screen';
import { NewsBar } from './news-bar';
import { EndedSafety } from './partner-safety';
import { Plain } from './plain';
import { RoomDoor } from './room-door';
import { RoomScreen } from './room-screen';
import { Said } from './said';
import { screen, type Screen } from './screen';

import { BlockDialog } from '@/features/blocks/block-dialog';
import { EndedCard } from '@/features/call/ended-card';
import type { Ended } from '@/features/call/core/state';
import { SelfView } from '@/features/devices/self-view';
import { AddPartner } from '@/features/friends/add-button';
import { MailDialog } from '@/features/mail/mail-dialog';
import { WaitingRoom } from '@/features/matching/waiting-room';
import { spokenText } from '@/features/rematch/core/words';
import { RematchOffer, RematchStanding } from '@/features/rematch/rematch-offer';
import { ReportDialog } from '@/features/report/report-dialog';
import { BarredScreen } from '@/features/sanctions/barred-screen';
import { WarningCard } from '@/features/sanctions/warning-card';
import { ConsentDialog } from '@/features/terms/consent-dialog';
import { CallingRoom, UnansweredCard } from '@/features/ringing/calling-room';
import { IncomingDialog } from '@/features/ringing/incoming-dialog';
import { Wordmark } from '@/components/ui/wordmark';
import type { Clock } from '@/lib/ports';
import { useRunner } from '@/lib/use-runner';
import { ClockContext } from '@/lib/use-wait';
import { useValue } from '@/lib/value';

export interface AppProps {
  readonly conductor: Conductor;
  readonly clock: Clock;
}

/** The only place where features meet. */
export function App({ conductor, clock }: AppProps) {
  const shown = useScreen(conductor);
  useFocusOnArrival(shown);
  return (
    <ClockContext value={clock}>
      <Shown shown={shown} conductor={conductor} clock={clock} />
      {(shown === 'green-room' || shown === 'ended') && <FriendsDialog conductor={conductor} clock={clock} />}
      {shown !== 'call' && <IncomingDialog ringing={conductor.ringing} clock={clock} onAccept={conductor.acceptRing} {...(shown === 'room' && { answer: 'Hold the room and answer' })} />}
      <ConsentDialog terms={conductor.terms} />
      <ReportDialog report={conductor.report} />
      <BlockDialog blocks={conductor.blocks} />
      <div className="passing">
        <Said conductor={conductor} />
        <WarningCard sanctions={conductor.sanctions} />
      </div>
    </ClockContext>
  );
}

function useScreen(conductor: Conductor): Screen {
  const matching = useRunner(conductor.matching);
  const call = useRunner(conductor.call);
  const link = useRunner(conductor.link);
  const ringing = useRunner(conductor.ringing);
  const displaced = useValue(conductor.displaced);
  const restoring = useValue(conductor.restoring);
  const room = useRunner(conductor.room);
  const barred = useRunner(conductor.sanctions).bar !== undefined;
  return screen({ link: link.phase !== 'none', barred, restoring, displaced, ringing: ringing.phase, matching: matching.phase, call: call.phase, room: room.phase });
}

function Shown({ shown, conductor, clock }: AppProps & { readonly shown: Screen }) {
  const online = useRunner(conductor.gateway).greeted !== undefined;
  const call = useRunner(conductor.call);
  const { nickname } = useValue(conductor.preferences);
  const self = <SelfView devices={conductor.devices} name={nickname} />;
  switch (shown) {
    case 'call':
      return <CallScreen conductor={conductor} clock={clock} online={online} />;
    case 'room':
      return <RoomScreen conductor={conductor} online={online} />;
    case 'door':
      return <Framed><RoomDoor conductor={conductor} /></Framed>;
    case 'green-room':
      return <GreenRoom conductor={conductor} clock={clock} />;
    case 'waiting':
      return (
        <Framed>
          <WaitingRoom
            matching={conductor.matching}
            clock={clock}
            online={online}
            self={self}
            also={<RematchStanding rematch={conductor.rematch} clock={clock} serverNow={conductor.serverNow} />}
            onCancel={conductor.cancel}
          />
        </Framed>
      );
    case 'ringing':
      return <Framed><CallingRoom ringing={conductor.ringing} self={self} /></Framed>;
    case 'unanswered':
      return <Framed><UnansweredCard ringing={conductor.ringing} onAgain={conductor.callFriend} /></Framed>;
    case 'ended':
      return call.phase === 'ended' ? <EndedScreen conductor={conductor} clock={clock} ended={call} /> : null;
    case 'link':
      return <Framed><LinkScreen conductor={conductor} /></Framed>;
    case 'barred':
      return (
        <Framed>
          <BarredScreen sanctions={conductor.sanctions} clock={clock} onOwnData={conductor.openAccount} onGoOn={conductor.goOn} />
          <AccountDialog conductor={conductor} clock={clock} />
          <MailDialog mail={conductor.mail} clock={clock} why="A new link shows us that it is still you." />
        </Framed>
      );
    case 'superseded':
      return <Framed><Plain kind="superseded" onPress={conductor.takeBack} /></Framed>;
    case 'restoring':
      return <Framed><Plain kind="restoring" /></Framed>;
    default:
      return shown satisfies never;
  }
}

function EndedScreen({ conductor, clock, ended }: AppProps & { readonly ended: Ended }) {
  const { sessionId, kind, peer } = ended.details;
  const blocked = useRunner(conductor.blocks).sessions.includes(sessionId);
  const friendId = conductor.friendOf(sessionId);
  const news = useValue(conductor.news);
  const over = blocked ? undefined : overOfCall(ended);
  const rematch = useRunner(conductor.rematch);
  const befriended = news?.what === 'befriended' && news.nickname === peer.nickname;
  const again = (): void => {
    if (friendId !== undefined) conductor.callFriend({ userId: friendId, nickname: peer.nickname });
  };
  return (
    <Framed>
      <NewsBar conductor={conductor} spoken={over && spokenText(rematch, over)} />
      <EndedCard
        ended={ended}
        onNext={conductor.start}
        onLeave={conductor.leave}
        {...(friendId !== undefined && !blocked && { onAgain: again })}
        {...(over !== undefined && {
          rematch: (
            <RematchOffer
              rematch={conductor.rematch}
              clock={clock}
              serverNow={conductor.serverNow}
              over={over}
              onAsk={conductor.meetAgain}
              onTakeBack={conductor.takeBackAsk}
            />
          ),
        })}
        aside={kind === 'stranger' && ended.everConnected && !befriended && !blocked && <AddPartner friends={conductor.friends} sessionId={sessionId} nickname={peer.nickname} large />}
        foot={!blocked && <EndedSafety conductor={conductor} sessionId={sessionId} nickname={peer.nickname} />}
      />
    </Framed>
  );
}

/** A new screen takes the focus, so that a keyboard goes on from its beginning and its name is read out. */
function useFocusOnArrival(shown: Screen): void {
  const before = useRef(shown);
  useEffect(() => {
    if (before.current === shown) return;
    before.current = shown;
    document.querySelector<HTMLElement>('main')?.focus();
  }, [shown]);
}

function Framed({ children }: { readonly children: ReactNode }) {
  return (
    <div className="page">
      <header>
        <Wordmark />
      </header>
      {children}
    </div>
  );
}
