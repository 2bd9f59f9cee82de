import {
  isAppeals,
  isAudit,
  isBlocks,
  isConsent,
  isNextReport,
  isReport,
  isReports,
  isSanctions,
  isStats,
  isStatus,
} from '@/lib/browser/answers-safety';
import { malformed, type Answer, type Ask } from '@/lib/browser/http';
import type { ModerationApi, SafetyApi } from '@/lib/ports-safety';

type Call = (what: Ask) => Promise<Answer>;

function believed<Body>(accepts: (value: unknown) => value is Body, { body }: Answer): Body {
  if (!accepts(body)) throw malformed();
  return body;
}

/** Agreeing to the terms, blocks, reports, and what was done about oneself. */
export function ofSafety(call: Call): SafetyApi {
  return {
    agree: async (accessToken, version) => {
      const answer = await call({ method: 'POST', path: '/api/consent', body: { version, adult: true }, accessToken });
      return believed(isConsent, answer).version;
    },
    blocks: async (accessToken) => believed(isBlocks, await call({ method: 'GET', path: '/api/blocks', accessToken })).blocks,
    block: async (accessToken, body) => {
      await call({ method: 'POST', path: '/api/blocks', body, accessToken });
    },
    unblock: async (accessToken, blockId) => {
      await call({ method: 'DELETE', path: `/api/blocks/${encodeURIComponent(blockId)}`, accessToken });
    },
    report: async (accessToken, body) => {
      await call({ method: 'POST', path: '/api/reports', body, accessToken });
    },
    sanctions: async (accessToken) => believed(isSanctions, await call({ method: 'GET', path: '/api/sanctions', accessToken })).sanctions,
    appeal: async (accessToken, body) => {
      await call({ method: 'POST', path: '/api/appeals', body, accessToken });
    },
  };
}

/** A path that asks for whatever is said. */
function asking(path: string, wanted: Readonly<Record<string, string | undefined>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(wanted)) if (value !== undefined) query.set(name, value);
  return query.size === 0 ? path : `${path}?${query.toString()}`;
}

/** What moderators do. */
export function ofModeration(call: Call): ModerationApi {
  const get = (path: string, accessToken: string): Promise<Answer> => call({ method: 'GET', path, accessToken });
  return {
    nextReport: async (token) => believed(isNextReport, await get('/api/reports/next', token)).report,
    reports: async (token, { stage, reason }, before) => believed(isReports, await get(asking('/api/reports', { stage, reason, before }), token)),
    reportStats: async (token) => believed(isStats, await get('/api/reports/stats', token)),
    objectives: async (token) => believed(isStatus, await get('/api/status', token)).objectives,
    moderate: async (accessToken, body) =>
      believed(isReport, await call({ method: 'POST', path: '/api/reports/moderate', body, accessToken })),
    auditLines: async (token, before) => believed(isAudit, await get(asking('/api/reports/audit', { before: before?.toString() }), token)),
    appeals: async (token) => believed(isAppeals, await get('/api/appeals', token)).appeals,
    answerAppeal: async (accessToken, body) => {
      await call({ method: 'POST', path: '/api/appeals/answer', body, accessToken });
    },
  };
}
