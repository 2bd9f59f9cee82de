import { useCallback, useState, type ReactNode } from 'react';

import type { Call } from './call';
import type { Quality } from './core/quality';
import { Countdown } from './countdown';
import { ExtendOffer } from './extend-offer';
import { useCall } from './use-call';

import { Avatar } from '@/components/ui/avatar';
import { SoundOffer } from '@/components/ui/sound-offer';
import { Video } from '@/components/ui/video';
import type { Clock } from '@/lib/ports';

export interface CallStageProps {
  readonly call: Call;
  readonly clock: Clock;
  readonly serverNow: () => number;
  readonly online: boolean;
  /** What is told beside how the call is, for a moment. */
  readonly told?: string | undefined;
  /** One's own picture in the corner; nothing in text mode. */
  readonly self: ReactNode;
  readonly overlay: ReactNode;
  /** What to do about a partner who does harm. */
  readonly safety: ReactNode;
  readonly controls: ReactNode;
}

/** The partner, large, and all about the call that is not chat. */
export function CallStage({ call, clock, serverNow, online, told, self, overlay, safety, controls }: CallStageProps) {
  const view = useCall(call, online);
  const [blocked, setBlocked] = useState(false);
  const onBlocked = useCallback(() => setBlocked(true), []);
  const [seen, setSeen] = useState<MediaStream>();
  if (view === undefined) return null;
  const { live, stream, status, quality } = view;
  const pictured = view.pictured && seen === stream;
  const { nickname, commonTags } = live.details.peer;
  return (
    <section className="stage" aria-label={`Call with ${nickname}`}>
      {live.mode !== 'text' && (
        <Video key={blocked ? 'blocked' : 'free'} label="Partner's video" stream={stream} className={pictured ? 'stage-video' : 'stage-video picture-empty'} onBlocked={onBlocked} onPlaying={() => setSeen(stream)} />
      )}
      {!pictured && (
        <div className={live.media === 'connected' ? 'stage-face' : 'stage-face stage-face-waiting'}>
          <Avatar name={nickname} />
        </div>
      )}
      <header className="stage-top">
        <div className="stage-who">
          <h1>{nickname}</h1>
          <p className={`stage-status stage-status-${status.tone}`}>
            <span role="status">
              {told !== undefined && `${told} · `}
              {status.text}
            </span>
            {quality !== undefined && <Bars quality={quality} />}
          </p>
          {commonTags.length > 0 && (
            <ul className="stage-tags" aria-label="What you share">
              {commonTags.map((tag) => (
                <li key={tag}>{tag}</li>
              ))}
            </ul>
          )}
          {safety}
        </div>
        <Countdown clock={clock} serverNow={serverNow} startedAt={live.details.startedAt} endsAt={live.endsAt} />
      </header>
      <ExtendOffer call={call} clock={clock} serverNow={serverNow} />
      {overlay}
      {self !== null && <div className="stage-self">{self}</div>}
      {blocked && <SoundOffer onPress={() => setBlocked(false)} />}
      {controls}
    </section>
  );
}

const QUALITY_TEXT: Readonly<Record<Quality, string>> = {
  good: 'Good connection',
  fair: 'Fair connection',
  poor: 'Weak connection',
};

function Bars({ quality }: { readonly quality: Quality }) {
  return (
    <span className={`bars bars-${quality}`} role="img" aria-label={QUALITY_TEXT[quality]} title={QUALITY_TEXT[quality]}>
      <i />
      <i />
      <i />
    </span>
  );
}
