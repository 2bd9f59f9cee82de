import { useEffect, useRef, type ReactNode } from 'react';

import type { Page } from './machine';

import { Button } from '@/components/ui/button';

export interface RowsProps<Item> {
  readonly label: string;
  readonly page: Page<Item> | undefined;
  readonly empty: string;
  readonly of: (item: Item) => { readonly key: string; readonly row: ReactNode };
  /** Older ones are on their way. */
  readonly pending?: boolean;
  readonly onOlder?: () => void;
}

/** A list, and the way to what is older. */
export function Rows<Item>({ label, page, empty, of, pending = false, onOlder }: RowsProps<Item>) {
  const count = page?.items.length ?? 0;
  const { list, follow } = useFocusOnMore(count);
  if (page === undefined) return <p className="field-hint">One moment…</p>;
  const goesOn = page.older !== undefined && onOlder !== undefined;
  return (
    <>
      {count === 0 ? (
        <p className="people-empty">{goesOn ? 'None among the newest.' : empty}</p>
      ) : (
        <ul className="rows" aria-label={label} ref={list}>
          {page.items.map((item) => {
            const { key, row } = of(item);
            return (
              <li key={key} tabIndex={-1}>
                {row}
              </li>
            );
          })}
        </ul>
      )}
      {goesOn && (
        <div className="rows-older">
          <Button
            look="quiet"
            pending={pending}
            onPress={() => {
              follow();
              onOlder();
            }}
          >
            Older
          </Button>
        </div>
      )}
    </>
  );
}

/** What was asked for takes the focus: the keyboard goes on where the list goes on. */
function useFocusOnMore(count: number) {
  const list = useRef<HTMLUListElement>(null);
  const from = useRef<number>(undefined);
  useEffect(() => {
    if (from.current === undefined || count <= from.current) return;
    const first = list.current?.children[from.current];
    from.current = undefined;
    if (first instanceof HTMLElement) first.focus();
  }, [count]);
  const follow = (): void => {
    from.current = count;
  };
  return { list, follow };
}
