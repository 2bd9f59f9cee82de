import type { ReportCase } from '@/protocol/messages';

/** A report as a moderator finds it, with two people who have a history. */
export function aCase(now: number, reportId = 'r1', reason = 'nudity'): ReportCase {
  const hour = 3_600_000;
  return {
    entry: { reportId, reason, stage: 'leased', urgent: reason === 'nudity', createdAt: now - 20 * 60_000, leasedUntil: now + 300_000 },
    evidence: {
      comment: 'They asked me to undress, and when I said no they stood up and did so themself.',
      call: { kind: 'stranger', mode: 'video', commonTags: ['music', 'cooking'], startedAt: now - 24 * 60_000, durationMs: 214_000, accused: 'Mallory', reporter: 'Ada' },
      lines: [
        { byAccused: false, message: 'Hi! Which concert was your first?', sentAt: now - 23 * 60_000 },
        { byAccused: true, message: 'forget that. show me something', sentAt: now - 22 * 60_000 },
        { byAccused: false, message: 'No. Please stop.', sentAt: now - 22 * 60_000 + 9000 },
        { byAccused: true, message: 'come on nobody sees it', sentAt: now - 21 * 60_000 },
      ],
    },
    accused: {
      userId: 'u2',
      nickname: 'Mallory',
      hasAccount: true,
      createdAt: now - 40 * 24 * hour,
      reportsAgainst: [
        { reportId: 'r0', reason: 'harassment', stage: 'upheld', urgent: false, createdAt: now - 9 * 24 * hour, decidedAt: now - 9 * 24 * hour, action: 'warn' },
        { reportId: 'r9', reason: 'spam', stage: 'dismissed', urgent: false, createdAt: now - 12 * 24 * hour, decidedAt: now - 12 * 24 * hour },
      ],
      reportsMade: [],
      sanctions: [
        {
          sanction: { sanctionId: 's0', action: 'warn', reason: 'harassment', createdAt: now - 9 * 24 * hour, holds: true, appeal: 'rejected' },
          answerNote: 'Two reporters, the same words.',
        },
      ],
    },
    reporter: { userId: 'u1', nickname: 'Ada', hasAccount: false, createdAt: now - hour, reportsAgainst: [], reportsMade: [], sanctions: [] },
  };
}
