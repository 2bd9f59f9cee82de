-- Over what are calls set up, how often does that fail over to the relay, and how long does it take?
SELECT
  transport,
  count(DISTINCT calls.session_id) AS calls,
  count(DISTINCT CASE WHEN fell_back THEN calls.session_id END) AS fell_back,
  round(100e0 * count(DISTINCT CASE WHEN fell_back THEN calls.session_id END) / count(DISTINCT calls.session_id), 1)
    AS fell_back_percent,
  round(100e0 * count_if(outcome = 'connected') / nullif(count_if(outcome IN ('connected', 'failed')), 0), 1) AS connected_percent,
  round(approx_percentile(signaling_ms, 0.5), 0) AS p50_ms,
  round(approx_percentile(signaling_ms, 0.95), 0) AS p95_ms
FROM calls LEFT JOIN sides ON sides.session_id = calls.session_id
GROUP BY transport
ORDER BY calls DESC, transport
