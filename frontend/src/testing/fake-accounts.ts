/** Somebody as the fake server keeps them; an address makes an account of a guest. */
export interface FakePerson {
  readonly userId: string;
  nickname: string;
  tags: readonly string[];
  language?: string;
  email?: string;
  hideIp: boolean;
  findable: boolean;
  moderates: boolean;
  consent?: { readonly version: number; readonly agreedAt: number };
  bannedUntil?: number;
}

/** A link that lies in somebody's mail. */
export interface FakeMail {
  readonly email: string;
  readonly token: string;
  readonly code: string;
  /** The browser that asked. */
  readonly browser: string;
  readonly guest: string | undefined;
  readonly wish: { readonly nickname?: string; readonly tags?: readonly string[] };
  used: boolean;
}

/** Accounts by mail in memory: who owns which address, which browser is signed in, and the mails on their way. */
export class FakeAccounts {
  /** Every mail that was sent, the newest last. */
  readonly mails: FakeMail[] = [];
  /** The server wants a fresh sign-in before it tells or erases anything. */
  wantsProof = false;
  /** Whom each push address belongs to. */
  readonly pushes = new Map<string, string>();
  readonly people = new Map<string, FakePerson>();
  private readonly owners = new Map<string, string>();
  /** What stands for each browser's cookie: the account, and how often it was renewed. */
  private readonly cookies = new Map<string, string>();
  private counter = 0;

  ask(browser: string, email: string, wish: FakeMail['wish'], guest: string | undefined): void {
    const n = ++this.counter;
    const code = `K7QD${String(n).padStart(4, '0')}`;
    this.mails.push({ email, token: `address.secret${n}`, code, browser, guest, wish, used: false });
  }

  /** The newest link for its address, unless it is over. */
  find(by: { readonly token: string } | { readonly email: string; readonly code: string }): FakeMail | undefined {
    const mail = this.mails.findLast((one) => ('token' in by ? one.token === by.token : one.email === by.email));
    if (mail === undefined || mail.used || this.mails.findLast(({ email }) => email === mail.email) !== mail) return undefined;
    return 'code' in by && by.code.replace(/[\s-]/gu, '').toUpperCase() !== mail.code ? undefined : mail;
  }

  /** Lets the owner of the address in; `fresh` makes somebody new. */
  enter(mail: FakeMail, browser: string, fresh: () => string): FakePerson | undefined {
    mail.used = true;
    const userId = this.owners.get(mail.email) ?? mail.guest ?? fresh();
    const person = this.people.get(userId);
    if (person === undefined) return undefined;
    person.email = mail.email;
    this.owners.set(mail.email, userId);
    this.cookies.set(browser, userId);
    return person;
  }

  signedIn(browser: string): string | undefined {
    return this.cookies.get(browser);
  }

  /** Ends the account's sign-in in this browser, or in all. */
  signOut(browser: string, everywhere: boolean): void {
    const userId = this.cookies.get(browser);
    for (const [where, who] of [...this.cookies]) {
      if (where === browser || (everywhere && who === userId)) this.cookies.delete(where);
    }
  }

  erase(userId: string): void {
    this.people.delete(userId);
    for (const [email, owner] of [...this.owners]) if (owner === userId) this.owners.delete(email);
    for (const [browser, who] of [...this.cookies]) if (who === userId) this.cookies.delete(browser);
  }
}
