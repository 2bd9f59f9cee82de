/**
 * The version of the texts in `terms-page.tsx` and `privacy-page.tsx`: one more whenever what they promise or ask changes,
 * here and in the deployment's `TermsVersion`. Everybody is asked again then.
 */
export const TERMS_VERSION = 1;
