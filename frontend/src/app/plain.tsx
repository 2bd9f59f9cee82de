import { Button } from '@/components/ui/button';
import { SeekingRing } from '@/components/ui/ring';
import { Mark } from '@/components/ui/wordmark';

export interface PlainProps {
  readonly kind: 'superseded' | 'restoring';
  readonly onPress?: () => void;
}

const WORDS = {
  superseded: {
    title: 'You are here in another tab',
    detail: 'Speed Connect runs in one place at a time. The other tab has your call now.',
  },
  restoring: { title: 'Welcome back', detail: 'Picking up where you left…' },
} as const;

/** A screen of few words. */
export function Plain({ kind, onPress }: PlainProps) {
  const { title, detail } = WORDS[kind];
  return (
    <main tabIndex={-1} className="meeting arrive">
      <div className="meeting-mark">{kind === 'restoring' ? <SeekingRing /> : <Mark />}</div>
      <div className="meeting-words" role="status">
        <h1>{title}</h1>
        <p className="meeting-detail">{detail}</p>
      </div>
      {onPress && (
        <Button large onPress={onPress}>
          Use it here
        </Button>
      )}
    </main>
  );
}
