-- How long are calls, and why do they end?
SELECT
  people,
  reason,
  count(*) AS calls,
  round(100e0 * count(*) / sum(count(*)) OVER (PARTITION BY people), 1) AS percent,
  round(approx_percentile(duration_ms, 0.5) / 1000e0, 1) AS p50_seconds,
  round(approx_percentile(duration_ms, 0.95) / 1000e0, 1) AS p95_seconds,
  count_if(extensions > 0) AS extended
FROM calls
WHERE reason IS NOT NULL
GROUP BY people, reason
ORDER BY people DESC, calls DESC, reason
