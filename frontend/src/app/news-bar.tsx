import type { Conductor } from './conductor';
import type { News } from './news';
import { useStanding } from './standing';

import { Button } from '@/components/ui/button';
import { CheckIcon, MissedIcon, PeopleIcon } from '@/components/ui/icons';
import { useValue } from '@/lib/value';

/**
 * One calm sentence about what has happened, and the way on; it stays until something else is done. `spoken` is what else
 * is read out here, as it stands elsewhere on the screen already.
 */
export function NewsBar({ conductor, spoken }: { readonly conductor: Conductor; readonly spoken?: string | undefined }) {
  const news = useValue(conductor.news);
  const { nickname } = useStanding(conductor);
  return (
    <div className="news-bar">
      <div role="status" className="news">
        {news !== undefined && (
          <p>
            <Picture what={news.what} />
            {textOf(news, nickname)}
          </p>
        )}
        {spoken !== undefined && <span className="sr-only">{spoken}</span>}
      </div>
      {news !== undefined && <WayOn news={news} conductor={conductor} />}
    </div>
  );
}

function Picture({ what }: Pick<News, 'what'>) {
  if (what === 'signed-in' || what === 'befriended') return <CheckIcon />;
  if (what === 'missed' || what === 'gone') return <MissedIcon />;
  return what === 'asks' ? <PeopleIcon /> : null;
}

function textOf(news: News, own: string): string {
  switch (news.what) {
    case 'signed-in':
      return `You are signed in${own === '' ? '' : ` as ${own}`}.`;
    case 'signed-out':
      return 'You are signed out. Sign in whenever you like, or press Start to come in as a guest.';
    case 'elsewhere':
      return 'You were signed out in another tab. Sign in again, or press Start to come in as a guest.';
    case 'erased':
      return 'You are signed out, and what we kept about you is being erased.';
    case 'expired':
      return 'You are signed out here. Sign in again to be who you were, or press Start to come in as a guest.';
    case 'missed':
      return `You missed a call from ${news.nickname}.`;
    case 'gone':
      return `${news.nickname} was gone before you could answer.`;
    case 'asks':
      return `${news.nickname} would like to be your friend.`;
    case 'befriended':
      return `You and ${news.nickname} are friends now.`;
    default:
      return news satisfies never;
  }
}

function WayOn({ news, conductor }: { readonly news: News; readonly conductor: Conductor }) {
  switch (news.what) {
    case 'missed':
    case 'gone':
      return (
        <Button look="quiet" onPress={() => conductor.callFriend(news)}>
          Call {news.nickname}
        </Button>
      );
    case 'asks':
      return (
        <Button look="quiet" onPress={() => conductor.openFriends('requests')}>
          Answer
        </Button>
      );
    case 'befriended':
      return (
        <Button look="quiet" onPress={() => conductor.openFriends()}>
          See your friends
        </Button>
      );
    case 'signed-in':
    case 'signed-out':
    case 'elsewhere':
    case 'erased':
    case 'expired':
      return null;
    default:
      return news satisfies never;
  }
}
