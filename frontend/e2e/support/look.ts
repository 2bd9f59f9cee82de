import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

/** A picture of a screen that has come to rest, after axe has found nothing in it. */
export function axeLooker(shot: (name: string) => Promise<void>, page: Page): (name: string) => Promise<void> {
  return async (name) => {
    await page.waitForTimeout(700);
    await shot(name);
    // What was read out a moment ago names what is no longer there.
    const axe = new AxeBuilder({ page }).exclude('[data-live-announcer]').withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']);
    const { violations } = await axe.analyze();
    const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
    expect(found, name).toEqual([]);
  };
}
