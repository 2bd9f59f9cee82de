import { spawn, type ChildProcess } from 'node:child_process';
import { createServer } from 'node:net';

/** The command that starts a local stack in the foreground, as one shell line; arguments may be appended. */
export const STACK_COMMAND = process.env['SPEED_CONNECT_UP'];

const READY_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 6_000;

export interface Stack {
  readonly url: string;
  /** Ends it, as a person with Ctrl-C, or as a crash. */
  readonly stop: (signal?: 'SIGTERM' | 'SIGKILL') => Promise<void>;
}

/** Starts a stack of the test's own on free ports. */
export async function startStack(sessionSeconds: number, parameters: Readonly<Record<string, number>> = {}): Promise<Stack> {
  if (STACK_COMMAND === undefined) throw new Error('SPEED_CONNECT_UP is not set');
  const [port, awsPort] = [await freePort(), await freePort()];
  const given = Object.entries({ SessionSeconds: sessionSeconds, ...parameters }).map(([name, value]) => ` --parameter ${name}=${value}`);
  const line = `exec ${STACK_COMMAND} --port ${port} --aws-port ${awsPort}${given.join('')}`;
  const child = spawn('/bin/sh', ['-c', line], { stdio: ['ignore', 'pipe', 'pipe'] });
  await ready(child);
  return {
    url: `http://localhost:${port}/`,
    stop: (signal = 'SIGTERM') => ended(child, signal),
  };
}

function ready(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = '';
    const late = setTimeout(() => reject(new Error(`the stack was not ready in time; it said:\n${said}`)), READY_LIMIT_MS);
    const listen = (chunk: Buffer): void => {
      said = (said + chunk.toString()).slice(-4000);
      if (!/^ready http/mu.test(said)) return;
      clearTimeout(late);
      resolve();
    };
    child.stdout?.on('data', listen);
    child.stderr?.on('data', listen);
    child.once('exit', (code) => {
      clearTimeout(late);
      reject(new Error(`the stack ended with ${code ?? 'a signal'}; it said:\n${said}`));
    });
  });
}

function ended(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('the stack did not end in time')), STOP_LIMIT_MS);
    child.once('exit', () => {
      clearTimeout(late);
      resolve();
    });
    child.kill(signal);
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
