import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';

export interface EraseDialogProps {
  readonly kind: 'account' | 'guest';
  readonly open: boolean;
  readonly onClose: () => void;
  readonly onErase: () => void;
}

const WORDS = {
  account: {
    title: 'Erase your account?',
    goes: 'Your profile, your friends, your history, your blocks and your e-mail address are erased, and you are signed out on all your devices.',
    keep: 'Keep my account',
  },
  guest: {
    title: 'Erase this visit?',
    goes: 'Your profile, your friends, your history and your blocks are erased, and this tab begins anew.',
    keep: 'Keep it',
  },
} as const;

/** Asked once more, because nothing brings it back. */
export function EraseDialog({ kind, open, onClose, onErase }: EraseDialogProps) {
  const { title, goes, keep } = WORDS[kind];
  return (
    <Dialog title={title} question open={open} onClose={onClose}>
      <div className="dialog-body">
        <p>{goes}</p>
        <p>It cannot be taken back.</p>
        <div className="dialog-ways">
          <Button look="quiet" onPress={onClose}>
            {keep}
          </Button>
          <Button look="danger" onPress={onErase}>
            Erase everything
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
