import { Button as AriaButton } from 'react-aria-components';

import type { Conductor } from './conductor';

import { Button } from '@/components/ui/button';
import { IconButton } from '@/components/ui/icon-button';
import { BlockIcon, FlagIcon, ShieldIcon } from '@/components/ui/icons';
import { SafetyWords } from '@/components/ui/safety-words';
import { connectedOf } from '@/features/call/core/connected';
import { REPORT_WITHIN_MS } from '@/features/report/core/words';
import type { Clock } from '@/lib/ports';
import { useRunner } from '@/lib/use-runner';
import type { CallEntry } from '@/protocol/messages';

export interface PartnerSafetyProps {
  readonly conductor: Conductor;
  readonly sessionId: string;
  readonly nickname: string;
}

/** In a call: always in reach, never in the way. */
export function CallSafety({ conductor, sessionId, nickname }: PartnerSafetyProps) {
  const connected = connectedOf(useRunner(conductor.call));
  return (
    <div className="stage-safety" role="group" aria-label="Safety">
      <AriaButton className="stage-pill" onPress={() => conductor.reportPartner({ sessionId, nickname })}>
        <FlagIcon />
        Report
      </AriaButton>
      <AriaButton className="stage-pill" onPress={() => conductor.blockSomebody({ who: { sessionId }, nickname })}>
        <BlockIcon />
        Block
      </AriaButton>
      {connected !== undefined && (
        <SafetyWords connected={connected} nickname={nickname} remedy="end the call">
          <AriaButton className="stage-pill">
            <ShieldIcon />
            Safety words
          </AriaButton>
        </SafetyWords>
      )}
    </div>
  );
}

/** After a call, quietly. */
export function EndedSafety({ conductor, sessionId, nickname }: PartnerSafetyProps) {
  return (
    <div className="ended-safety" role="group" aria-label="Safety">
      <Button look="plain" onPress={() => conductor.reportPartner({ sessionId, nickname })}>
        <FlagIcon />
        Report
      </Button>
      <Button look="plain" onPress={() => conductor.blockSomebody({ who: { sessionId }, nickname })}>
        <BlockIcon />
        Block
      </Button>
    </div>
  );
}

/** Beside a past call: for a day it can be reported. */
export function RowSafety({ conductor, clock, call }: { readonly conductor: Conductor; readonly clock: Clock; readonly call: CallEntry }) {
  const { sessionId, nickname, kind, startedAt, durationMs } = call;
  const met = kind === 'stranger' || kind === 'friend';
  const fresh = met && clock.now() < startedAt + durationMs + REPORT_WITHIN_MS;
  const who = call.friendId === undefined ? { sessionId } : { userId: call.friendId };
  return (
    <>
      {fresh && <IconButton label={`Report ${nickname}`} icon={<FlagIcon />} onPress={() => conductor.reportPartner({ sessionId, nickname })} />}
      {(met || call.friendId !== undefined) && (
        <IconButton label={`Block ${nickname}`} icon={<BlockIcon />} onPress={() => conductor.blockSomebody({ who, nickname })} />
      )}
    </>
  );
}
