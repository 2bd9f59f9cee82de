import { expect, type Browser, type BrowserContext, type BrowserContextOptions, type Page } from '@playwright/test';

/** A page with the verbs of the person in front of it; everything is found by role and name. */
export class Person {
  readonly name: string;
  readonly page: Page;

  constructor(name: string, page: Page) {
    this.name = name;
    this.page = page;
  }

  async arrive(url = '/'): Promise<void> {
    await this.page.goto(url);
    await expect(this.page.getByRole('button', { name: 'Start' })).toBeVisible();
  }

  async introduce(...tags: readonly string[]): Promise<void> {
    await this.page.getByRole('textbox', { name: 'Nickname' }).fill(this.name);
    for (const tag of tags) {
      await this.page.getByRole('textbox', { name: 'Tags' }).fill(tag);
      await this.page.keyboard.press('Enter');
    }
  }

  /** Who starts for the first time agrees first. */
  async press(name: string): Promise<void> {
    await this.page.getByRole('button', { name }).click();
    if (name === 'Start') await agree(this.page);
  }

  async say(text: string): Promise<void> {
    await this.page.getByRole('textbox', { name: 'Message' }).fill(text);
    await this.press('Send');
  }

  async hears(text: string): Promise<void> {
    await expect(this.page.getByRole('log', { name: 'Chat' })).toContainText(text);
  }

  async status(text: string | RegExp, timeout = 20_000): Promise<void> {
    await expect(this.page.getByRole('status')).toHaveText(text, { timeout });
  }

  async sees(heading: string | RegExp, timeout = 20_000): Promise<void> {
    await expect(this.page.getByRole('heading', { name: heading, level: 1 })).toBeVisible({ timeout });
  }
}

/** Agrees to the terms, where somebody is asked to: who has agreed in this browser is not. */
export async function agree(page: Page): Promise<void> {
  const agreed = await page.evaluate(() => localStorage.getItem('speed-connect.consent') !== null);
  if (!agreed) await page.getByRole('button', { name: /^Agree and/u }).click();
}

/** Tags of one test's own, so that tests never meet each other's people. */
export function freshTag(): string {
  return `t${Date.now().toString(36)}${Math.floor(Math.random() * 1e6).toString(36)}`;
}

export interface MeetOptions {
  readonly url?: string;
  /** Both in one browser context, as two tabs. */
  readonly oneContext?: boolean;
  readonly context?: BrowserContextOptions;
  readonly prepare?: (context: BrowserContext) => Promise<void>;
  /** Is told of each page before it is loaded. */
  readonly started?: (page: Page) => void;
  readonly mode?: 'Audio' | 'Text';
  /** What each does in the green room before they start. */
  readonly before?: (person: Person) => Promise<void>;
}

export interface Meeting {
  readonly ada: Person;
  readonly bea: Person;
  readonly leave: () => Promise<void>;
}

/** Two people meet and are connected. */
export async function meet(browser: Browser, options: MeetOptions = {}): Promise<Meeting> {
  const first = await browser.newContext(options.context);
  const second = options.oneContext === true ? first : await browser.newContext(options.context);
  for (const context of new Set([first, second])) await options.prepare?.(context);
  const tag = freshTag();
  const people: Person[] = [];
  for (const [name, context] of [['Ada', first], ['Bea', second]] as const) {
    const person = new Person(name, await context.newPage());
    people.push(person);
    options.started?.(person.page);
    await person.arrive(options.url);
    await person.introduce(tag, 'music');
    if (options.mode !== undefined) await person.page.getByText(options.mode, { exact: true }).click();
    await options.before?.(person);
    await person.press('Start');
  }
  const [ada, bea] = people as [Person, Person];
  for (const person of people) await person.status('Connected', 30_000);
  const leave = async (): Promise<void> => {
    for (const context of new Set([first, second])) await context.close();
  };
  return { ada, bea, leave };
}
