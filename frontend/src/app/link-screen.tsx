import type { Conductor } from './conductor';

import { Elsewhere, Opening, Over, Trouble } from '@/features/mail/link-views';
import { useRunner } from '@/lib/use-runner';

/** What came of the link by which the page was opened. */
export function LinkScreen({ conductor }: { readonly conductor: Conductor }) {
  return (
    <main tabIndex={-1} className="meeting arrive">
      <Outcome conductor={conductor} />
    </main>
  );
}

function Outcome({ conductor }: { readonly conductor: Conductor }) {
  const { link } = conductor;
  const state = useRunner(link);
  const leave = (): void => link.send({ type: 'leave' });
  switch (state.phase) {
    case 'opening':
      return <Opening />;
    case 'elsewhere':
      return <Elsewhere code={state.code} />;
    case 'trouble':
      return <Trouble problem={state.problem} onAgain={() => link.send({ type: 'again' })} onLeave={leave} />;
    case 'over':
    case 'incomplete':
      return (
        <Over
          signedIn={conductor.knowsAccount()}
          cut={state.phase === 'incomplete'}
          onAsk={() => {
            leave();
            conductor.askByMail();
          }}
          onLeave={leave}
        />
      );
    case 'none':
      return null;
    default:
      return state satisfies never;
  }
}
