import { aimText, figureText, verdictText } from './core/objective-words';
import type { Moderation } from './moderation';
import { DeskTrouble } from './trouble';

import { useRunner } from '@/lib/use-runner';

/** How the service keeps what was promised, measured in real sessions. */
export function StatusView({ moderation }: { readonly moderation: Moderation }) {
  const { objectives } = useRunner(moderation);
  return (
    <>
      <DeskTrouble moderation={moderation} task="status" />
      {objectives !== undefined && (
        <dl className="objectives">
          {objectives.map((objective) => (
            <div key={objective.name} className={objective.met === false ? 'objective-missed' : undefined}>
              <dt>{objective.what}</dt>
              <dd className="row-title">
                {figureText(objective)}
                <span className={objective.met === false ? 'badge badge-urgent' : 'badge'}>{verdictText(objective)}</span>
              </dd>
              <dd className="field-hint">
                {aimText(objective)}; {objective.samples.toLocaleString('en')} measured
              </dd>
            </div>
          ))}
        </dl>
      )}
    </>
  );
}
