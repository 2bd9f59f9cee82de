import type { ErrorCode } from '@/lib/core/problem';

/** The page's only source of time. Tests turn the hands themselves. */
export interface Clock {
  /** Unix milliseconds. */
  readonly now: () => number;
  /** Runs once after `ms`; the answer calls it off. */
  readonly after: (ms: number, run: () => void) => Cancel;
}

export type Cancel = () => void;

/** From 0 to below 1. */
export type Chance = () => number;

/** A guest as the server knows it, kept by the tab. */
export interface Identity {
  readonly userId: string;
  readonly nickname: string;
  readonly accessToken: string;
  /** Unix milliseconds, by our clock. */
  readonly expiresAtMs: number;
}

export interface LoginWish {
  readonly nickname?: string;
  readonly tags: readonly string[];
  readonly language?: string;
}

export interface Ticket {
  readonly ticket: string;
  readonly url: string;
}

/** The REST side. Every refusal is an `ApiError`. */
export interface Api {
  readonly login: (wish: LoginWish) => Promise<Identity>;
  readonly refresh: (identity: Identity) => Promise<Identity>;
  readonly ticket: (accessToken: string) => Promise<Ticket>;
}

export class ApiError extends Error {
  readonly code: ErrorCode;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, message: string, retryAfterSeconds?: number) {
    super(message);
    this.name = 'ApiError';
    this.code = code;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

export interface SocketHandlers {
  readonly onOpen: () => void;
  readonly onText: (text: string) => void;
  /** Once, for whatever cause; nothing comes after it. */
  readonly onClose: () => void;
}

export interface Socket {
  readonly send: (text: string) => void;
  readonly close: () => void;
}

export type OpenSocket = (url: string, protocols: readonly string[], handlers: SocketHandlers) => Socket;

/** Small values that outlive a reload. A page that may not store anything simply forgets. */
export interface Drawer<Value> {
  readonly load: () => Value | undefined;
  readonly save: (value: Value) => void;
  readonly clear: () => void;
}
