import { codePoints } from '@/lib/core/text';

/** Stands for a face that is not shown: the name's first letter. */
export function Avatar({ name }: { readonly name: string }) {
  const [first = '?'] = codePoints(name.trim());
  return (
    <span className="avatar" aria-hidden="true">
      {first.toLocaleUpperCase()}
    </span>
  );
}
