import { NO_LINK, reduceLink, type LinkEffect, type LinkEvent, type LinkState } from './core/link';
import { NO_MAIL, reduceMail, type MailEffect, type MailEvent, type MailState, type Pending } from './machine';

import { runMachine, type Runner } from '@/lib/machine';
import { problemOf, type Api, type Clock, type Drawer, type Identity, type LoginWish } from '@/lib/ports';

export interface MailPorts {
  readonly api: Api;
  readonly clock: Clock;
  readonly drawer: Drawer<Pending>;
  /** What the person has said of themself so far. */
  readonly wish: () => LoginWish;
  /** The token of the guest who asks, and wants to stay who they are. */
  readonly guestToken: () => Promise<string | undefined>;
  readonly enter: (account: Identity) => void;
}

export type Link = Runner<LinkState, LinkEvent>;

export interface Mail extends Runner<MailState, MailEvent> {
  /** Goes on waiting for a mail that was asked for before a reload; true when another tab has signed in since. */
  readonly restore: (signedInAtMs: number | undefined) => boolean;
}

export function createMail(ports: MailPorts): Mail {
  const { api, clock, drawer } = ports;
  const ask = async (email: string): Promise<void> => api.askForLink({ ...ports.wish(), email }, await ports.guestToken());
  const perform = (effect: MailEffect, send: (event: MailEvent) => void): void => {
    switch (effect.type) {
      case 'ask':
        ask(effect.email).then(
          () => send({ type: 'asked', nowMs: clock.now() }),
          (error: unknown) => send({ type: 'ask-refused', problem: problemOf(error), nowMs: clock.now() }),
        );
        return;
      case 'try':
        api.signInByCode(effect.email, effect.code).then(
          (account) => {
            send({ type: 'entered' });
            ports.enter(account);
          },
          (error: unknown) => send({ type: 'code-refused', problem: problemOf(error) }),
        );
        return;
      case 'keep':
        return drawer.save(effect.pending);
      case 'forget':
        return drawer.clear();
      default:
        effect satisfies never;
    }
  };
  const runner = runMachine(NO_MAIL, reduceMail, perform);
  return {
    ...runner,
    restore: (signedInAtMs) => {
      const pending = drawer.load();
      if (pending === undefined) return false;
      const over = signedInAtMs !== undefined && signedInAtMs >= pending.askedAtMs;
      if (over) drawer.clear();
      else runner.send({ type: 'restored', pending, nowMs: clock.now() });
      return over;
    },
  };
}

export function createLink({ api, enter }: Pick<MailPorts, 'api' | 'enter'>): Link {
  return runMachine(NO_LINK, reduceLink, ({ token }: LinkEffect, send: (event: LinkEvent) => void) => {
    api.openLink(token).then(
      (opened) => {
        if (opened.kind === 'elsewhere') return send({ type: 'elsewhere', code: opened.code });
        enter(opened.identity);
        send({ type: 'entered' });
      },
      (error: unknown) => send({ type: 'refused', problem: problemOf(error) }),
    );
  });
}
