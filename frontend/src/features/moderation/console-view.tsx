import { useEffect, useState, type ReactNode } from 'react';
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components';

import { DeskView } from './desk-view';
import { AppealsList, AuditList, ReportsList, type ListProps } from './lists';
import type { Moderation } from './moderation';
import { StatusView } from './status-view';
import { DeskTrouble } from './trouble';

import { Switch } from '@/components/ui/switch';
import { spanOf } from '@/lib/core/span-text';
import { useNow } from '@/lib/use-now';
import { useRunner } from '@/lib/use-runner';

/** The numbers are asked for anew this often, while somebody looks. */
const STATS_EVERY_MS = 30_000;

/** Where moderators work: what waits, one report at a time, and the lists. */
export function ConsoleView({ moderation, clock }: ListProps) {
  const [keys, setKeys] = useState(true);
  useFreshStats({ moderation, clock });
  return (
    <main tabIndex={-1} className="console">
      <div className="console-head">
        <h1>Moderation</h1>
        <Numbers moderation={moderation} clock={clock} />
      </div>
      <DeskTrouble moderation={moderation} task="stats" />
      <Told moderation={moderation} />
      <Tabs className="tabs console-tabs">
        <TabList className="segments" aria-label="Moderation">
          <Tab id="desk" className="segment">
            Desk
          </Tab>
          <Tab id="reports" className="segment">
            Reports
          </Tab>
          <Tab id="appeals" className="segment">
            Appeals
          </Tab>
          <Tab id="audit" className="segment">
            Audit
          </Tab>
        </TabList>
        <TabPanel id="desk" className="tab-panel">
          <DeskView moderation={moderation} clock={clock} keys={keys} />
        </TabPanel>
        <TabPanel id="reports" className="tab-panel">
          <ReportsList moderation={moderation} clock={clock} />
        </TabPanel>
        <TabPanel id="appeals" className="tab-panel">
          <AppealsList moderation={moderation} clock={clock} />
        </TabPanel>
        <TabPanel id="audit" className="tab-panel">
          <AuditList moderation={moderation} clock={clock} />
        </TabPanel>
      </Tabs>
      <aside className="console-aside">
        <section aria-labelledby="console-keys">
          <h2 id="console-keys">Keys</h2>
          <Switch label="Single keys" on={keys} onChange={setKeys} />
          <dl className="keys">
            <Key letter="N">Next report</Key>
            <Key letter="D">Dismiss</Key>
            <Key letter="W">Warn</Key>
            <Key letter="S">Suspend…</Key>
            <Key letter="B">Ban…</Key>
            <Key letter="Ctrl+Enter">Go on, from the note</Key>
            <Key letter="Esc">Leave the note</Key>
          </dl>
          <p className="field-hint">On the desk, while nothing is being typed.</p>
        </section>
        <section aria-labelledby="console-status">
          <h2 id="console-status">Status</h2>
          <StatusView moderation={moderation} />
        </section>
      </aside>
    </main>
  );
}

function Numbers({ moderation, clock }: ListProps) {
  const { stats } = useRunner(moderation);
  const now = useNow(clock, 30_000);
  const oldest = stats?.oldestAt === undefined ? undefined : spanOf(Math.max(60, (now - stats.oldestAt) / 1000));
  return (
    <dl className="numbers">
      <Figure name="Urgent" strong={(stats?.urgent ?? 0) > 0}>
        {countText(stats?.urgent)}
      </Figure>
      <Figure name="Open">{countText(stats?.open)}</Figure>
      <Figure name="Appeals">{countText(stats?.appeals)}</Figure>
      <Figure name="Oldest">{oldest ?? '–'}</Figure>
    </dl>
  );
}

/** The server counts to 50. */
function countText(count: number | undefined): string {
  if (count === undefined) return '…';
  return count >= 50 ? '50+' : String(count);
}

function Figure({ name, strong = false, children }: { readonly name: string; readonly strong?: boolean; readonly children: ReactNode }) {
  return (
    <div className={strong ? 'number-strong' : undefined}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Key({ letter, children }: { readonly letter: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>
        <kbd>{letter}</kbd>
      </dt>
      <dd>{children}</dd>
    </div>
  );
}

/** What was done, read out. */
function Told({ moderation }: { readonly moderation: Moderation }) {
  const { told } = useRunner(moderation);
  return (
    <p className="console-told" role="status">
      {told.text !== '' && <span key={told.n}>{told.text}</span>}
    </p>
  );
}

function useFreshStats({ moderation, clock }: ListProps): void {
  useEffect(() => {
    let cancel = (): void => undefined;
    const again = (): void => {
      if (document.visibilityState === 'visible') {
        moderation.send({ type: 'ask', errand: { task: 'stats' } });
        moderation.send({ type: 'ask', errand: { task: 'status' } });
      }
      cancel = clock.after(STATS_EVERY_MS, again);
    };
    again();
    return () => cancel();
  }, [moderation, clock]);
}
