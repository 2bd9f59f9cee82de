import type { ReactNode } from 'react';

import { AlertIcon } from './icons';

/** Something went wrong or is in the way; read out at once. */
export function Notice({ children }: { readonly children: ReactNode }) {
  return (
    <div className="notice" role="alert">
      <AlertIcon />
      <div>{children}</div>
    </div>
  );
}
