import { Dialog, Heading, Modal, ModalOverlay, ToggleButton } from 'react-aria-components';

import { MODE_TEXT } from './core/words';
import type { Ringing } from './ringing';
import { useCallingTitle } from './use-calling-title';

import { Avatar } from '@/components/ui/avatar';
import { Button } from '@/components/ui/button';
import { BellIcon, BellOffIcon, HangUpIcon, PhoneIcon } from '@/components/ui/icons';
import type { Clock } from '@/lib/ports';
import { useRunner } from '@/lib/use-runner';

export interface IncomingDialogProps {
  readonly ringing: Ringing;
  readonly clock: Clock;
  /** What accepting does, where it does more than that. */
  readonly answer?: string;
  readonly onAccept: () => void;
}

/** Somebody rings. Nothing but an answer closes it, and none is given by a key that was meant for something else. */
export function IncomingDialog({ ringing, clock, answer = 'Accept', onAccept }: IncomingDialogProps) {
  const state = useRunner(ringing);
  const open = state.phase === 'incoming';
  useCallingTitle(clock, open ? `${state.ring.nickname} is calling` : undefined);
  return (
    <ModalOverlay className="overlay overlay-ring" isOpen={open} isKeyboardDismissDisabled>
      <Modal className="sheet sheet-ring">
        <Dialog className="dialog ring" role="alertdialog">
          {open && (
            <>
              <div className="ring-face">
                <Avatar name={state.ring.nickname} />
              </div>
              <div className="ring-words">
                <Heading slot="title" level={2}>
                  {state.ring.nickname} is calling
                </Heading>
                <p>{MODE_TEXT[state.ring.mode]}</p>
              </div>
              <div className="ring-ways">
                <Button look="danger" large onPress={() => ringing.send({ type: 'decline' })}>
                  <HangUpIcon />
                  Decline
                </Button>
                <Button large onPress={onAccept}>
                  <PhoneIcon />
                  {answer}
                </Button>
              </div>
              <ToggleButton className="button button-plain ring-mute" isSelected={state.muted} onChange={(muted) => ringing.send({ type: 'mute', muted })}>
                {state.muted ? <BellOffIcon /> : <BellIcon />}
                Mute the ringing
              </ToggleButton>
            </>
          )}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
