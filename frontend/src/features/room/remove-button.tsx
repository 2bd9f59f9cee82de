import { Button as AriaButton, Dialog, DialogTrigger, Heading, Popover } from 'react-aria-components';

import { Button } from '@/components/ui/button';
import { BinIcon } from '@/components/ui/icons';

export interface RemoveButtonProps {
  readonly nickname: string;
  /** Then there is nothing to lock. */
  readonly locked: boolean;
  readonly onRemove: (lock: boolean) => void;
}

/** Asks whether the door is to be locked as well: who comes from another browser is not known again. */
export function RemoveButton({ nickname, locked, onRemove }: RemoveButtonProps) {
  return (
    <DialogTrigger>
      <AriaButton className="icon-button" aria-label={`Remove ${nickname}`}>
        <BinIcon />
      </AriaButton>
      <Popover className="popover" placement="bottom end" containerPadding={12}>
        <Dialog className="row-panel">
          <Heading slot="title" level={3}>
            Remove {nickname}?
          </Heading>
          <p>{locked ? 'The room is locked: nobody else comes in.' : 'With the link they may come back from another browser, unless the room is locked.'}</p>
          <Button look="danger" slot="close" onPress={() => onRemove(false)}>
            Remove
          </Button>
          {!locked && (
            <Button look="quiet" slot="close" onPress={() => onRemove(true)}>
              Remove and lock
            </Button>
          )}
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}
