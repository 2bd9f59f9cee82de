import { warningText } from './core/words';
import type { Sanctions } from './sanctions';

import { Button } from '@/components/ui/button';
import { AlertIcon } from '@/components/ui/icons';
import { useRunner } from '@/lib/use-runner';

/** A warning, over whatever goes on; it stays until it is understood and is in nobody's way. */
export function WarningCard({ sanctions }: { readonly sanctions: Sanctions }) {
  const { warning } = useRunner(sanctions);
  return (
    <div className="warning-place" aria-live="polite">
      {warning !== undefined && (
        <section className="warning" aria-label="A warning">
          <AlertIcon />
          <div>
            <h2>A warning from our moderators</h2>
            <p>{warningText(warning.reason)}</p>
            <Button look="quiet" onPress={() => sanctions.send({ type: 'understood' })}>
              I understand
            </Button>
          </div>
        </section>
      )}
    </div>
  );
}
