import type { ReactNode } from 'react';
import { Button, Dialog as AriaDialog, Heading, Modal, ModalOverlay } from 'react-aria-components';

import { CloseIcon } from './icons';

export interface DialogProps {
  readonly title: string;
  readonly open: boolean;
  readonly onClose: () => void;
  /** A question that has to be answered: read out as one, and not closed by a press beside it. */
  readonly question?: boolean;
  /** Keeps its height while what is in it changes. */
  readonly tall?: boolean;
  readonly children: ReactNode;
}

/** A sheet over the page: from below on a phone, in the middle of a desk. Escape closes it. */
export function Dialog({ title, open, onClose, question = false, tall = false, children }: DialogProps) {
  const onOpenChange = (stays: boolean): void => {
    if (!stays) onClose();
  };
  return (
    <ModalOverlay className="overlay" isOpen={open} onOpenChange={onOpenChange}>
      <Modal className={`sheet${question ? ' sheet-question' : ''}${tall ? ' sheet-tall' : ''}`}>
        <AriaDialog className="dialog" role={question ? 'alertdialog' : 'dialog'}>
          <div className="dialog-head">
            <Heading slot="title" level={2}>
              {title}
            </Heading>
            {!question && (
              <Button slot="close" className="dialog-close" aria-label="Close">
                <CloseIcon />
              </Button>
            )}
          </div>
          {children}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}
