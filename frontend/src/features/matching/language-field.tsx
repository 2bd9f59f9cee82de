import { Select, type SelectOption } from '@/components/ui/select';

/** BCP 47 tags with each language's own name. Absent matches any. */
const LANGUAGES: readonly SelectOption[] = [
  { value: '', label: 'Any language' },
  { value: 'ar', label: 'العربية' },
  { value: 'de', label: 'Deutsch' },
  { value: 'en', label: 'English' },
  { value: 'es', label: 'Español' },
  { value: 'fr', label: 'Français' },
  { value: 'hi', label: 'हिन्दी' },
  { value: 'it', label: 'Italiano' },
  { value: 'ja', label: '日本語' },
  { value: 'ko', label: '한국어' },
  { value: 'nl', label: 'Nederlands' },
  { value: 'pl', label: 'Polski' },
  { value: 'pt', label: 'Português' },
  { value: 'tr', label: 'Türkçe' },
  { value: 'uk', label: 'Українська' },
  { value: 'zh', label: '中文' },
];

export interface LanguageFieldProps {
  readonly language: string;
  readonly onChange: (language: string) => void;
}

export function LanguageField({ language, onChange }: LanguageFieldProps) {
  return <Select label="Language" hint="(optional)" options={LANGUAGES} value={language} onChange={onChange} />;
}
