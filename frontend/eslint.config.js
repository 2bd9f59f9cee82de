import { readdirSync } from 'node:fs';

import js from '@eslint/js';
import jsxA11y from 'eslint-plugin-jsx-a11y';
import reactHooks from 'eslint-plugin-react-hooks';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

const features = readdirSync(`${import.meta.dirname}/src/features`);

/** Forbids the imports that match `group`, with the reason that is shown to the author. */
const forbid = (files, patterns) => ({
  files,
  rules: { 'no-restricted-imports': ['error', { patterns }] },
});

const upwards = { group: ['../*'], message: 'Name other rooms by "@/...", so that the direction shows.' };
const toApp = { group: ['@/app/*', '@/main*'], message: 'app -> features -> {lib, components, protocol}, never back.' };
const toFeatures = { group: ['@/features/*'], message: 'Features meet in app only.' };
const toComponents = { group: ['@/components/*'], message: 'lib draws nothing.' };
const toShell = {
  group: ['react', 'react-*', '@/components/*', './use-*', './*.tsx', '@/lib/ports', '@/lib/browser/*'],
  message: 'A machine is pure: no React, no DOM, no shell.',
};

export default defineConfig(
  { ignores: ['dist', 'node_modules', 'stubs', 'src/protocol', 'test-results', 'playwright-report'] },
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  jsxA11y.flatConfigs.strict,
  reactHooks.configs.flat['recommended-latest'],
  {
    languageOptions: {
      parserOptions: { projectService: { allowDefaultProject: ['eslint.config.js'] }, tsconfigRootDir: import.meta.dirname },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      'no-console': 'error',
      'max-lines': ['error', 400],
      'max-lines-per-function': ['error', 70],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-definitions': 'off',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true }],
      // A label wraps its control through React Aria's components, which the rule cannot see into.
      'jsx-a11y/label-has-associated-control': ['error', { assert: 'either', depth: 4 }],
    },
  },
  forbid(['src/lib/**'], [upwards, toApp, toFeatures, toComponents]),
  forbid(['src/components/**'], [upwards, toApp, toFeatures]),
  ...features.map((name) => forbid([`src/features/${name}/**`], [upwards, toApp, toFeatures])),
  forbid(['src/features/*/machine.ts', 'src/features/*/core/**'], [upwards, toApp, toFeatures, toShell]),
  forbid(['src/features/*/core/**'], [toApp, toFeatures, toShell]),
  {
    files: ['**/*.test.ts', '**/*.test.tsx', 'e2e/**', 'src/testing/**'],
    rules: {
      'max-lines-per-function': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      'jsx-a11y/media-has-caption': 'off',
    },
  },
  { files: ['eslint.config.js'], extends: [tseslint.configs.disableTypeChecked] },
);
