import { useEffect, useRef } from 'react';

/** Where letters are typed, or choose something, they are nothing else. */
const TYPING = 'input, textarea, select, [contenteditable], [role="radiogroup"], [role="tablist"]';

/** Single keys, while they are switched on, nothing is typed and no question is open (WCAG 2.1.4). */
export function useShortcuts(on: boolean, keys: Readonly<Record<string, () => void>>): void {
  const present = useRef(keys);
  useEffect(() => {
    present.current = keys;
  });
  useEffect(() => {
    if (!on) return undefined;
    const hear = (event: KeyboardEvent): void => {
      const { key, target } = event;
      if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.defaultPrevented) return;
      if (target instanceof Element && target.closest(TYPING) !== null) return;
      if (document.querySelector('[role="alertdialog"], [role="dialog"]') !== null) return;
      const act = present.current[key.toLowerCase()];
      if (act === undefined) return;
      event.preventDefault();
      act();
    };
    document.addEventListener('keydown', hear);
    return () => document.removeEventListener('keydown', hear);
  }, [on]);
}
