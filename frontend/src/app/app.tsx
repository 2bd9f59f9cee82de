import { useEffect, useRef, type ReactNode } from 'react';

import { CallScreen } from './call-screen';
import type { Conductor } from './conductor';
import { GreenRoom } from './green-room';
import { Plain } from './plain';
import { screen, type Screen } from './screen';

import { EndedCard } from '@/features/call/ended-card';
import { SelfView } from '@/features/devices/self-view';
import { WaitingRoom } from '@/features/matching/waiting-room';
import { Wordmark } from '@/components/ui/wordmark';
import type { Clock } from '@/lib/ports';
import { useRunner } from '@/lib/use-runner';
import { useValue } from '@/lib/value';

export interface AppProps {
  readonly conductor: Conductor;
  readonly clock: Clock;
}

/** The only place where features meet. */
export function App({ conductor, clock }: AppProps) {
  const gateway = useRunner(conductor.gateway);
  const matching = useRunner(conductor.matching);
  const call = useRunner(conductor.call);
  const restoring = useValue(conductor.restoring);
  const { nickname } = useValue(conductor.preferences);
  const online = gateway.greeted !== undefined;
  const shown = screen({ restoring, superseded: gateway.superseded, matching: matching.phase, call: call.phase });

  useFocusOnArrival(shown);

  switch (shown) {
    case 'call':
      return <CallScreen conductor={conductor} clock={clock} online={online} />;
    case 'green-room':
      return <GreenRoom conductor={conductor} />;
    case 'waiting':
      return (
        <Framed>
          <WaitingRoom
            matching={conductor.matching}
            clock={clock}
            online={online}
            self={<SelfView devices={conductor.devices} name={nickname} />}
            onCancel={conductor.cancel}
          />
        </Framed>
      );
    case 'ended':
      return <Framed>{call.phase === 'ended' && <EndedCard ended={call} onNext={conductor.start} onLeave={conductor.leave} />}</Framed>;
    case 'superseded':
      return <Framed><Plain kind="superseded" onPress={conductor.takeBack} /></Framed>;
    case 'restoring':
      return <Framed><Plain kind="restoring" /></Framed>;
    default:
      return shown satisfies never;
  }
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
