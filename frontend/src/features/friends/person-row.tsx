import type { ReactNode } from 'react';

import { Avatar } from '@/components/ui/avatar';

export interface PersonRowProps {
  readonly name: string;
  /** Whether they are here, where that is known; said in words as well. */
  readonly online?: boolean;
  readonly detail: ReactNode;
  readonly children?: ReactNode;
}

/** Somebody in a list: who, what is known of them, and what can be done. */
export function PersonRow({ name, online, detail, children }: PersonRowProps) {
  return (
    <li className="person">
      <span className={`person-face${online === true ? ' person-online' : ''}`}>
        <Avatar name={name} />
      </span>
      <div className="person-words">
        <p className="person-name">{name}</p>
        <div className="person-detail">{detail}</div>
      </div>
      {children !== undefined && <div className="person-ways">{children}</div>}
    </li>
  );
}

/** The rest of a button's name, which the row says already to those who see it. */
export function For({ name }: { readonly name: string }) {
  return <span className="sr-only"> {name}</span>;
}
