import type { Conductor } from './conductor';

import { IconButton } from '@/components/ui/icon-button';
import { CheckIcon, CloseIcon } from '@/components/ui/icons';
import { useValue } from '@/lib/value';

/** What is told in passing, over whatever screen it is. */
export function Said({ conductor }: { readonly conductor: Conductor }) {
  const said = useValue(conductor.said);
  return (
    <div className="said-place" aria-live="polite">
      {said !== undefined && (
        <div className="said">
          <CheckIcon />
          <p>{said}</p>
          <IconButton label="Put away" icon={<CloseIcon />} onPress={conductor.hush} />
        </div>
      )}
    </div>
  );
}
