import { useId, type ReactNode } from 'react';

import { ChevronIcon } from './icons';

export interface SelectOption {
  readonly value: string;
  readonly label: string;
}

export interface SelectProps {
  readonly label: string;
  /** Shown instead of the written label where space is short; the label is still the name. */
  readonly icon?: ReactNode;
  readonly hint?: string;
  readonly options: readonly SelectOption[];
  readonly value: string;
  readonly disabled?: boolean;
  readonly onChange: (value: string) => void;
}

/** The browser's own list: phones show their wheel, and nothing floats outside the page's styles. */
export function Select({ label, icon, hint, options, value, disabled = false, onChange }: SelectProps) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id} className={icon === undefined ? 'field-label' : 'sr-only'}>
        {label}
        {hint !== undefined && <span className="field-hint"> {hint}</span>}
      </label>
      <div className={`select-frame${icon === undefined ? '' : ' select-icon'}`}>
        {icon}
        <select id={id} className="select" value={value} disabled={disabled} onChange={(event) => onChange(event.target.value)}>
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
        <ChevronIcon />
      </div>
    </div>
  );
}
