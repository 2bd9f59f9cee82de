/** What is shown outside of the page. */
export interface Notice {
  readonly title: string;
  readonly body: string;
  /** One call has one: what became of it takes the place of its ringing. */
  readonly tag: string;
  /** It stays until somebody has looked at it. */
  readonly stays: boolean;
  readonly silent: boolean;
}

export type Decision =
  | { readonly what: 'show'; readonly notice: Notice }
  /** Instead of what this call shows already, if it does. */
  | { readonly what: 'replace'; readonly notice: Notice }
  | { readonly what: 'close'; readonly tag: string }
  | { readonly what: 'nothing' };

export interface Surroundings {
  /** Somebody looks at a page of ours, which rings by itself. */
  readonly inView: boolean;
}

const NAME_MAX = 40;
const NOTHING: Decision = { what: 'nothing' };

/**
 * What follows from a push; of one that makes no sense, nothing. How long a ring is worth telling, the push service knows: this
 * device's clock may be wrong.
 */
export function decide(text: string | undefined, { inView }: Surroundings): Decision {
  const { event, data } = parsed(text);
  const callId = textOf(data['callId']);
  const nickname = textOf(data['nickname']).slice(0, NAME_MAX);
  if (callId === '' || nickname === '') return NOTHING;
  if (event === 'call-timeout') return inView ? { what: 'close', tag: callId } : { what: 'show', notice: missed(callId, nickname) };
  if (event === 'call-cancelled') return inView ? { what: 'close', tag: callId } : { what: 'replace', notice: settled(callId, nickname) };
  if (event !== 'call-request' || inView) return NOTHING;
  return { what: 'show', notice: rings(callId, nickname, data['mode']) };
}

function rings(tag: string, nickname: string, mode: unknown): Notice {
  return { title: `${nickname} is calling`, body: `${KIND[textOf(mode)] ?? 'Call'} · open Speed Connect to answer`, tag, stays: true, silent: false };
}

/** Nobody is disturbed for what is over. */
function missed(tag: string, nickname: string): Notice {
  return { title: `You missed a call from ${nickname}`, body: 'Open Speed Connect to call back.', tag, stays: false, silent: true };
}

/** What rang there rings no more; where nothing rang, there is nothing to say. */
function settled(tag: string, nickname: string): Notice {
  return { title: `The call from ${nickname} rings no more`, body: 'It was answered or declined on another device.', tag, stays: false, silent: true };
}

const KIND: Readonly<Partial<Record<string, string>>> = { video: 'Video call', audio: 'Audio call', text: 'Text chat' };

type Fields = Readonly<Record<string, unknown>>;

function parsed(text: string | undefined): { readonly event: unknown; readonly data: Fields } {
  try {
    const said: unknown = JSON.parse(text ?? '');
    const { event, data } = isFields(said) ? said : {};
    return { event, data: isFields(data) ? data : {} };
  } catch {
    return { event: undefined, data: {} };
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** One of our windows, as the browser lists them. */
export interface OurWindow {
  readonly focused: boolean;
  readonly visibilityState: string;
}

export function isInView(windows: readonly OurWindow[]): boolean {
  return windows.some(({ visibilityState }) => visibilityState === 'visible');
}

/** To which window a press on the notice leads; to a new one where there is none. */
export function windowToFocus<Some extends OurWindow>(windows: readonly Some[]): Some | undefined {
  return windows.find(({ focused }) => focused) ?? windows.find(({ visibilityState }) => visibilityState === 'visible') ?? windows[0];
}
